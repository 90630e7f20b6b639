using System.Security.Claims;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Seats;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>What came of planning: the training, or what is wrong with the request, or why its tools could not be booked.</summary>
public sealed record Planned(TrainingView? Training, Faults Faults, BookingOutcome? Refused);

/// <summary>The one door to trainings, for pages and API alike.</summary>
public sealed class TrainingDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, PlannedBookings planned, TrainerRights rights, DutyDesk duties, WorkPlaces places, Certifier certifier, TimeProvider time)
{
    private const int MostShown = 200;
    private const int MostTools = 10;

    /// <summary>How long a training that is over is shown to who gave it.</summary>
    private static readonly Duration Remembered = Duration.FromDays(31);

    /// <summary>Whether the caller may plan, change and mark trainings for the certification.</summary>
    public Task<bool> MayPlan(ClaimsPrincipal user, string certificationId, CancellationToken cancellation) => rights.May(user, certificationId, cancellation);

    /// <summary>Whether the caller marks who came: who gives it, and whoever trains for the same where it is given.</summary>
    public async Task<bool> MayGive(ClaimsPrincipal user, TrainingView training, CancellationToken cancellation) =>
        training.Definition.TrainerId == Caller.Of(user).MemberId || await rights.May(user, training.Definition.CertificationId, await Where(training.Definition), cancellation);

    /// <summary>Whether the caller changes it and calls it off: of one's own, whoever still trains for it; of others', whoever trains for the same where it is given.</summary>
    public async Task<bool> MayChange(ClaimsPrincipal user, TrainingView training, CancellationToken cancellation) => await rights.May(
        user, training.Definition.CertificationId, training.Definition.TrainerId == Caller.Of(user).MemberId ? WorkPlace.Wherever : await Where(training.Definition), cancellation);

    // In its area, and in those of the tools that are booked for it; one that is nowhere is where its certification is.
    private async Task<WorkPlace> Where(TrainingDefinition training) =>
        (await places.Area(training.AreaId)).And(training.ToolIds.IsEmpty ? WorkPlace.Wherever : await places.Tools(training.ToolIds));

    /// <summary>Plans a training, or changes the one with this id. Its tools are booked first, all or none: refused, nothing changes.</summary>
    public async Task<Planned> Define(ClaimsPrincipal user, Guid id, TrainingBody body)
    {
        var (faults, space, known) = (new Faults(), await grains.Space(), await Grain(id).View());
        var definition = Read(faults, body, space);
        if (faults.Any) return new Planned(null, faults, null);
        var actor = Caller.Of(user).MemberId;
        // What was called off and not freed yet is freed before it is asked for again.
        if (known is { Definition.Cancelled: true }) await Grain(id).Free(actor);
        var (booking, refused) = await Booked(user, id, known?.Definition, definition);
        if (refused is not null) return new Planned(null, faults, refused);
        var training = await Grain(id).Define(definition with { BookingId = booking }, actor);
        // After it: a crash in between never leaves a training without its tools, and what nobody needs any more the job frees. Who may change the training frees them, whoever booked them.
        await Grain(id).Free(actor);
        return new Planned(training, faults, null);
    }

    private static TrainingDefinition Read(Faults faults, TrainingBody body, SpaceFacts space)
    {
        var definition = new TrainingDefinition
        {
            Title = faults.Text("title", body.Title, 100),
            CertificationId = faults.Slug("certificationId", body.CertificationId),
            Slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant()),
            Seats = faults.Required("seats", body.Seats),
            AreaId = faults.OptionalSlug("areaId", body.AreaId),
            TrainerId = faults.OptionalSlug("trainerId", body.TrainerId),
            ToolIds = [.. (body.ToolIds ?? []).Select((t, i) => faults.Slug($"toolIds[{i}]", t)).Distinct(StringComparer.Ordinal)],
            Cancelled = body.Cancelled,
        };
        faults.Range("seats", body.Seats, 1, 500);
        if (definition.ToolIds.Length > MostTools) faults.Add("toolIds", "out-of-range", $"A training has {MostTools} tools at the most.");
        if (!faults.Any && !definition.Slot.IsBookable) faults.Add("end", "slot-invalid", "The end lies after the start.");
        if (!faults.Any && !space.Certifications.ContainsKey(definition.CertificationId)) faults.Add("certificationId", "unknown-certification", "There is no such certification.");
        if (definition.AreaId is { } area && !space.Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
        return definition;
    }

    /// <summary>Sees to it that the tools are booked for who gives it.</summary>
    private Task<(Guid? Booking, BookingOutcome? Refused)> Booked(ClaimsPrincipal user, Guid id, TrainingDefinition? known, TrainingDefinition wanted) => planned.Booked(
        user, known is null ? null : NeedsOf(known), NeedsOf(wanted), DutyKind.Trainer,
        // Made of what is booked: the same plan again is the same booking.
        moves => Task.FromResult(moves ? known!.BookingId!.Value : DerivedId.Of([
            "training-booking", id.ToString("N"), .. wanted.ToolIds, wanted.TrainerId ?? "", wanted.Slot.Start.ToString(), wanted.Slot.End.ToString(), known?.BookingId?.ToString("N") ?? "",
        ])));

    private static Needs NeedsOf(TrainingDefinition training) => new(training.ToolIds, training.TrainerId, training.Slot, training.Title, training.Cancelled, training.BookingId);

    public Task<TrainingView?> Find(Guid id) => Grain(id).View();

    /// <summary>Those to come, soonest first; for one certification where given.</summary>
    public async Task<IReadOnlyList<TrainingView>> ToCome(string? certificationId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = db.Trainings.AsNoTracking().Where(t => t.Start > now);
        if (certificationId is not null) rows = rows.Where(t => t.CertificationId == certificationId);
        return Shown(await rows.OrderBy(t => t.Start).Take(MostShown).Select(t => t.Data).ToListAsync(cancellation));
    }

    /// <summary>Those that began in the last month, newest first: attendance may still be marked.</summary>
    public async Task<IReadOnlyList<TrainingView>> Begun(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var (now, since) = (time.Now(), time.Now() - Remembered);
        return Shown(await db.Trainings.AsNoTracking().Where(t => t.Start <= now && t.Start > since).OrderByDescending(t => t.Start).Take(MostShown).Select(t => t.Data).ToListAsync(cancellation));
    }

    private static IReadOnlyList<TrainingView> Shown(IEnumerable<string> data) =>
        [.. data.Select(json => JsonSerializer.Deserialize<TrainingView>(json, StoredJson.Options)!).Where(t => !t.Definition.Cancelled)];

    /// <summary>Whether the caller takes and gives back seats for others: staff at the desk, and whoever of the staff gives it.</summary>
    public async Task<DutyRefusal?> SeatsOfOthers(ClaimsPrincipal user, Guid id, CancellationToken cancellation) =>
        await duties.Refusal(user, DutyKind.Desk, WorkPlace.Wherever) is { } refusal && !(await Find(id) is { } training && await MayGive(user, training, cancellation)) ? refusal : null;

    public Task<SeatAnswer> Join(Guid id, string memberId, string actor) => Grain(id).Join(memberId, actor);

    public Task<SeatAnswer> Wait(Guid id, string memberId, string actor) => Grain(id).Wait(memberId, actor);

    public Task<SeatAnswer> Leave(Guid id, string memberId, string actor) => Grain(id).Leave(memberId, actor);

    /// <summary>Marks who came and who did not, and grants what follows from it.</summary>
    /// <returns>The training, and who has a certificate by what was marked just now.</returns>
    public async Task<(SeatAnswer Answer, IReadOnlyList<string> Granted)> Mark(Guid id, IReadOnlyDictionary<string, bool> came, string actor)
    {
        var now = time.Now();
        var answer = await Grain(id).Mark([.. came.Select(c => new AttendanceMark(c.Key, c.Value, now, actor))], actor);
        if (answer.Training is not { } training || !answer.Refusals.IsEmpty) return (answer, []);
        var granted = new List<string>();
        foreach (var mark in training.Marks.Where(m => came.ContainsKey(m.MemberId)))
        {
            await CertificationKeeper.Attended(grains, certifier, training, mark);
            if (mark.Came && mark.At == now && await Certified(mark, training.Definition.CertificationId)) granted.Add(mark.MemberId);
        }
        return (answer, granted);
    }

    // Asked of the member: the job, which reads the same mark, may have been quicker to grant it.
    private async Task<bool> Certified(AttendanceMark mark, string certificationId) =>
        await grains.GetGrain<IMemberGrain>(Keys.Member(mark.MemberId)).View() is { } member && member.Certifications.Any(c => c.Id == certificationId && c.From >= mark.At);

    private ITrainingGrain Grain(Guid id) => grains.GetGrain<ITrainingGrain>(Keys.Training(id));
}
