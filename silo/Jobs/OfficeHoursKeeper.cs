using Makerspace.Events;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Makes the coming occurrences of office hours agree with what is said of them: plans those that are missing, changes or calls off those in which nobody has a seat, leaves the others. Again, or
/// after a crash in between, it comes to the same: an occurrence's id is made of its start.
/// </summary>
public sealed class OfficeHoursMaker(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Does it for one.</summary>
    /// <returns>Events in which somebody has a seat, and which so keep what they were.</returns>
    public async Task<IReadOnlyList<Guid>> Make(Guid id, string actor, CancellationToken cancellation)
    {
        var hours = grains.GetGrain<IOfficeHoursGrain>(Keys.OfficeHours(id));
        if (await hours.View() is not { } view) return [];
        var (now, kept) = (time.Now(), new List<Guid>());
        var until = now + OfficeHoursDefinition.Ahead;
        var pattern = view.Definition.Pattern with { OfficeHoursId = id, HostTime = await IsMentor(view.Definition.Pattern.HostId) };
        var wanted = view.Definition.Ended ? [] : view.Definition.Slots.Where(s => s.Start > now && s.Start <= until).ToDictionary(s => OfficeHoursDefinition.Occurrence(id, s.Start));
        foreach (var there in await Coming(id, now, cancellation))
            if (!wanted.ContainsKey(there) && !await CalledOff(there, actor)) kept.Add(there);
        foreach (var (occurrence, slot) in wanted)
            if (!await Planned(occurrence, pattern with { Slot = slot }, tried: view.MadeUntil > slot.Start, actor)) kept.Add(occurrence);
        await hours.Made(until, actor);
        return kept;
    }

    private async Task<List<Guid>> Coming(Guid id, Instant now, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Events.Where(e => e.OfficeHoursId == id && e.Shown && e.Start > now).OrderBy(e => e.Start).Select(e => e.Id).ToListAsync(cancellation);
    }

    private static bool IsEmpty(EventView view) => view.Members.IsEmpty && view.Waiting.IsEmpty;

    private async Task<bool> CalledOff(Guid occurrence, string actor)
    {
        var grain = grains.GetGrain<IEventGrain>(Keys.Event(occurrence));
        if (await grain.View() is not { Definition.Cancelled: false } view) return true;
        if (!IsEmpty(view)) return false;
        await grain.Define(view.Definition with { Cancelled = true }, actor);
        await grain.Free(actor);
        return true;
    }

    // False where somebody has a seat in it and it is another.
    private async Task<bool> Planned(Guid occurrence, EventDefinition wanted, bool tried, string actor)
    {
        var grain = grains.GetGrain<IEventGrain>(Keys.Event(occurrence));
        var known = await grain.View();
        // Refused, or called off by hand: it is not tried again until something else is said.
        if (tried && known is null or { Definition.Cancelled: true }) return true;
        if (known is { Definition.Cancelled: false })
        {
            if (StoredJson.Same(known.Definition, wanted with { BookingId = known.Definition.BookingId })) return true;
            if (!await CalledOff(occurrence, actor)) return false;
        }
        await Plan(grain, wanted, actor);
        return true;
    }

    private async Task Plan(IEventGrain grain, EventDefinition wanted, string actor)
    {
        Guid? booking = null;
        if (!wanted.Booked.IsEmpty)
        {
            var id = await grain.Intend(wanted, moves: false, actor);
            var answer = await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).Book(new BookingRequest
            {
                ToolId = wanted.Booked[0], AlsoTools = [.. wanted.Booked.Skip(1)], MemberId = wanted.HostId, Slot = wanted.Slot, Purpose = wanted.Title, Actor = actor,
            });
            // Somebody else has that time: the others come all the same.
            if (!answer.Accepted) { await grain.Forget(); return; }
            booking = id;
        }
        await grain.Define(wanted with { BookingId = booking }, actor);
        await grain.Free(actor);
    }

    private async Task<bool> IsMentor(string memberId) => (await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId))).View())?.Definition.Mentor is not null;
}

/// <summary>Plans occurrences of office hours as they come near, and goes on where a crash stopped whoever said them.</summary>
public sealed partial class OfficeHoursKeeper(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, OfficeHoursMaker maker, TimeProvider time, ILogger<OfficeHoursKeeper> log) : IScheduledWork
{
    public const string Id = "office-hours";

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.OfficeHours.MinAsync(o => o.DueAt, cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var id in await db.OfficeHours.Where(o => o.DueAt != null && o.DueAt <= now).OrderBy(o => o.DueAt).Select(o => o.Id).ToListAsync(cancellation)) await Make(id, cancellation);
    }

    // One that fails must not keep the others from their turn; it is due still, and comes again.
    private async Task Make(Guid id, CancellationToken cancellation)
    {
        try
        {
            await maker.Make(id, Actors.System, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Office hours {Id} could not be planned; they are tried again")]
    private partial void Failed(Guid id, Exception failure);
}
