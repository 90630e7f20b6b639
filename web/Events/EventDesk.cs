using System.Security.Claims;
using Makerspace.Events;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Seats;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>What came of planning: the event, or what is wrong with the request, or why its tools could not be booked, or why it stays as it is.</summary>
public sealed record EventPlanned(EventView? Event, Faults Faults)
{
    public BookingOutcome? Declined { get; init; }
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];
    public ProblemHttpResult? Problem { get; init; }
}

/// <summary>The one door to events, for pages and API alike.</summary>
public sealed class EventDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, PlannedBookings planned, DutyDesk duties, WorkPlaces places, EventTools tools, TimeProvider time)
{
    private const int MostShown = 200;

    /// <summary>How long one that is over is shown to its host, and to who was there.</summary>
    private static readonly Duration Remembered = Duration.FromDays(62);

    /// <summary>Later than what can be planned.</summary>
    private static readonly Duration FarthestAhead = Duration.FromDays(1_000);

    /// <summary>Whether the caller may plan events of their own: mentors, and the desk.</summary>
    public async Task<bool> MayPlan(ClaimsPrincipal user) => await grains.IsMentor(user) || await IsDesk(user, WorkPlace.Wherever);

    /// <summary>Whether the caller changes it, answers who asks and marks who came: its host, and the desk where it is.</summary>
    public async Task<bool> MayGive(ClaimsPrincipal user, EventView view) =>
        user.Identity?.IsAuthenticated == true && (await IsHost(user, view.Definition.HostId) || await IsDesk(user, await places.Area(view.Definition.AreaId)));

    /// <summary>Whether the caller may plan just that: their own, or as the desk where it is.</summary>
    internal async Task<bool> MayHost(ClaimsPrincipal user, EventDefinition wanted) => await IsHost(user, wanted.HostId) || await IsDesk(user, await places.Area(wanted.AreaId));

    private async Task<bool> IsHost(ClaimsPrincipal user, string hostId) => hostId == Caller.Of(user).MemberId && (Caller.Of(user).IsStaff || await grains.IsMentor(user));

    private async Task<bool> IsDesk(ClaimsPrincipal user, WorkPlace place) => Caller.Of(user).IsStaff && await duties.Refusal(user, DutyKind.Desk, place) is null;

    /// <summary>Plans an event, or changes the one with this id. What it needs is booked first, all or none: refused, nothing changes.</summary>
    public async Task<EventPlanned> Define(ClaimsPrincipal user, Guid id, EventBody body)
    {
        var (faults, caller, grain) = (new Faults(), Caller.Of(user), Grain(id));
        var known = await grain.View();
        var definition = EventChecks.Read(faults, body, caller.MemberId, await grains.Space(), time.Now());
        if (faults.Any) return new EventPlanned(null, faults);
        if (!await MayHost(user, definition)) return new EventPlanned(null, faults) { Problem = NotTheirs };
        if (await Host(definition.HostId) is null) return new EventPlanned(null, faults) { Problem = Problem.Unknown("member") };
        if (known is { Definition.Cancelled: true, Members.IsEmpty: false } && !definition.Cancelled) return new EventPlanned(known, faults) { Refusals = [new EventOver(Cancelled: true)] };
        definition = definition with { OfficeHoursId = known?.Definition.OfficeHoursId, HostTime = await grains.IsMentor(definition.HostId) };
        if (known is null && definition.Slot.Start <= time.Now()) faults.Add("start", "slot-in-the-past", "start lies in the past.");
        if (faults.Any) return new EventPlanned(null, faults);
        var (booking, declined) = await Booked(user, grain, known, definition);
        if (declined is not null) return new EventPlanned(known, faults) { Declined = declined };
        var answer = await grain.Define(definition with { BookingId = booking }, caller.MemberId);
        // After it: a crash in between never leaves an event without its tools, and what nobody needs any more the job frees.
        await grain.Free(caller.MemberId);
        return new EventPlanned(answer.Event, faults) { Refusals = answer.Refusals };
    }

    private async Task<(Guid? Booking, BookingOutcome? Declined)> Booked(ClaimsPrincipal user, IEventGrain grain, EventView? known, EventDefinition wanted)
    {
        var (had, needs) = (known is null ? null : NeedsOf(known.Definition), NeedsOf(wanted));
        // What was taken from it cannot be moved: it is booked anew. Where it needs what it needed, and that cannot be had still, it stays without.
        var lost = had is { Cancelled: false } && !wanted.Cancelled && await tools.IsEnded(had.BookingId);
        var (booking, declined) = await planned.Booked(user, lost ? had! with { BookingId = null } : had, needs, DutyKind.Desk, moves => grain.Intend(wanted, moves, Caller.Of(user).MemberId));
        if (declined is null) return (booking, null);
        await grain.Forget();
        return lost && had!.IsAs(needs) ? (had.BookingId, null) : (null, declined);
    }

    /// <summary>Goes on without what it needs and cannot have; what it still needs is booked.</summary>
    public async Task<EventPlanned> GoOnWithout(ClaimsPrincipal user, EventView view, CancellationToken cancellation)
    {
        var lost = (await Lost(view, cancellation)).Select(t => t.ToolId).ToHashSet(StringComparer.Ordinal);
        return await Define(user, view.Id, EventBody.Of(view.Definition, await grains.Space()) with { ToolIds = [.. view.Definition.ToolIds.Where(t => !lost.Contains(t))] });
    }

    /// <summary>What it needs and cannot have.</summary>
    public Task<IReadOnlyList<LostTool>> Lost(EventView view, CancellationToken cancellation) => tools.Lost(view, cancellation);

    internal static ProblemHttpResult NotTheirs => Problem.Forbidden("not-yours", "Mentors plan events of their own, the desk everybody's.");

    private static Needs NeedsOf(EventDefinition e) => new(e.Booked, e.HostId, e.Slot, e.Title, e.Cancelled, e.BookingId);

    /// <summary>What a host is called; null where there is no such member.</summary>
    public async Task<string?> Host(string memberId) => Ids.IsSlug(memberId) ? (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View())?.Definition.Name : null;

    public Task<EventView?> Find(Guid id) => Grain(id).View();

    /// <summary>The event, where the caller may see it: members all, visitors the public ones.</summary>
    public async Task<EventView?> Find(ClaimsPrincipal user, Guid id) =>
        await Find(id) is { } view && (view.Definition.Public || user.Identity?.IsAuthenticated == true) ? view : null;

    /// <summary>Those to come, soonest first; all for members, the public ones for visitors.</summary>
    public async Task<IReadOnlyList<EventView>> ToCome(bool onlyPublic, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = db.Events.AsNoTracking().Where(e => e.Shown && e.Start > now);
        if (onlyPublic) rows = rows.Where(e => e.Public);
        return [.. (await rows.OrderBy(e => e.Start).Take(MostShown).ToListAsync(cancellation)).Select(e => e.View())];
    }

    /// <summary>Those that somebody hosts, from two months ago on; cancelled ones too.</summary>
    public async Task<IReadOnlyList<EventView>> HostedBy(string? memberId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var since = time.Now() - Remembered;
        var rows = db.Events.AsNoTracking().Where(e => e.Start > since);
        if (memberId is not null) rows = rows.Where(e => e.HostId == memberId);
        return [.. (await rows.OrderBy(e => e.Start).Take(MostShown * 2).ToListAsync(cancellation)).Select(e => e.View()).Where(e => !e.Draft)];
    }

    /// <summary>Of office hours those to come that take place.</summary>
    public async Task<IReadOnlyList<EventView>> OfOfficeHours(Guid officeHoursId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = db.Events.AsNoTracking().Where(e => e.OfficeHoursId == officeHoursId && e.Shown && e.Start > now);
        return [.. (await rows.OrderBy(e => e.Start).Take(MostShown).ToListAsync(cancellation)).Select(e => e.View())];
    }

    /// <summary>Office hours that somebody holds, or all of them: those of which one is to come.</summary>
    public async Task<IReadOnlyList<OfficeHoursView>> OfficeHoursOf(string? memberId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = db.OfficeHours.AsNoTracking();
        if (memberId is not null) rows = rows.Where(o => o.HostId == memberId);
        return [.. (await rows.ToListAsync(cancellation)).Select(o => o.View()).Where(o => !o.Definition.Ended && o.Definition.Slots.Any(s => s.Start > now)).OrderBy(o => o.Definition.Slots.First(s => s.Start > now).Start)];
    }

    /// <summary>Those in which somebody sits, asks or waits, to come (until then, where that is given) or just over.</summary>
    public async Task<IReadOnlyList<EventView>> Of(string memberId, CancellationToken cancellation, Instant? until = null)
    {
        await readModels.CaughtUp(cancellation);
        var (since, last) = (time.Now() - Duration.FromDays(1), until ?? time.Now() + FarthestAhead);
        var rows = await db.Events.AsNoTracking().Where(e => e.Shown && e.Start > since && e.Start <= last).OrderBy(e => e.Start).Take(MostShown * 5).ToListAsync(cancellation);
        return [.. rows.Select(e => e.View()).Where(e => e.Members.Contains(memberId) || e.Waiting.Contains(memberId))];
    }

    public Task<EventAnswer> Join(Guid id, SeatWish wish, string actor) => Grain(id).Join(wish, actor);

    public Task<EventAnswer> Wait(Guid id, SeatWish wish, string actor) => Grain(id).Wait(wish, actor);

    public Task<EventAnswer> Leave(Guid id, string who, string actor) => Grain(id).Leave(who, actor);

    public Task<EventAnswer> Answer(Guid id, string who, bool yes, string actor) => Grain(id).Answer(who, yes, actor);

    public Task<EventAnswer> Mark(Guid id, IReadOnlyDictionary<string, bool> came, string actor)
    {
        var now = time.Now();
        return Grain(id).Mark([.. came.Select(c => new AttendanceMark(c.Key, c.Value, now, actor))], actor);
    }

    private IEventGrain Grain(Guid id) => grains.GetGrain<IEventGrain>(Keys.Event(id));
}
