using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Series;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Events that come again.</summary>
public sealed record OfficeHoursBody
{
    /// <summary>What each is like; start and end are the first's. Without minSeats, deadline and cancelBy.</summary>
    public EventBody? Event { get; init; }

    /// <summary>An RFC 5545 rule with an end, like <c>FREQ=WEEKLY;COUNT=10</c>.</summary>
    public string? Rule { get; init; }

    /// <summary>None come any more.</summary>
    public bool Ended { get; init; }
}

/// <summary>One of office hours.</summary>
/// <param name="Id">The event's.</param>
/// <param name="Planned">It can be seen and has seats; else it is further ahead than eight weeks, or somebody else had its time.</param>
public sealed record OccurrenceModel(Guid Id, OffsetDateTime Start, OffsetDateTime End, bool Planned);

/// <summary>Office hours.</summary>
/// <param name="Occurrences">Those to come.</param>
/// <param name="Kept">Of a change: events in which somebody has a seat, and which so keep what they were.</param>
public sealed record OfficeHoursModel(Guid Id, string Title, string HostId, string Rule, bool Ended, IReadOnlyList<OccurrenceModel> Occurrences, IReadOnlyList<Guid> Kept);

/// <summary>The one door to office hours, for pages and API alike.</summary>
public sealed class OfficeHoursDesk(IGrainFactory grains, EventDesk events, OfficeHoursMaker maker, TimeProvider time)
{
    public Task<OfficeHoursView?> Find(Guid id) => Grain(id).View();

    /// <summary>Says office hours, or other ones, and plans what is near.</summary>
    internal async Task<(OfficeHoursView? View, IReadOnlyList<Guid> Kept, ProblemHttpResult? Problem)> Define(ClaimsPrincipal user, Guid id, OfficeHoursBody body, CancellationToken cancellation)
    {
        var (faults, caller, space) = (new Faults(), Caller.Of(user), await grains.Space());
        if (body.Event is null) faults.Add("event", "missing-field", "event is missing.");
        var rule = faults.Text("rule", body.Rule, 200);
        var pattern = EventChecks.Read(faults, body.Event ?? new EventBody(), caller.MemberId, space, time.Now());
        if (pattern is { Deadline: not null } or { CancelBy: not null } or { Cancelled: true }) faults.Add("event", "contradiction", "What comes again has no deadline and no time to cancel by.");
        ImmutableArray<Slot> slots = faults.Any ? [] : Recurrence.Slots(faults, rule, pattern.Slot, space.Zone);
        if (faults.Any) return (null, [], faults.Problem);
        if (!await events.MayHost(user, pattern) || (await Find(id) is { } known && !await events.MayHost(user, known.Definition.Pattern))) return (null, [], EventDesk.NotTheirs);
        if (await events.Host(pattern.HostId) is null) return (null, [], Problem.Unknown("member"));
        await Grain(id).Define(new OfficeHoursDefinition { Pattern = pattern, Rule = rule, Slots = slots, Ended = body.Ended }, caller.MemberId);
        var kept = await maker.Make(id, caller.MemberId, cancellation);
        return (await Find(id), kept, null);
    }

    internal async Task<OfficeHoursModel> Model(OfficeHoursView view, IReadOnlyList<Guid> kept, SpaceFacts space)
    {
        var (now, occurrences) = (time.Now(), new List<OccurrenceModel>());
        foreach (var slot in view.Definition.Ended ? [] : view.Definition.Slots.Where(s => s.Start > now))
        {
            var id = OfficeHoursDefinition.Occurrence(view.Id, slot.Start);
            var planned = slot.Start <= now + OfficeHoursDefinition.Ahead && await events.Find(id) is { Definition.Cancelled: false };
            occurrences.Add(new OccurrenceModel(id, slot.Start.In(space), slot.End.In(space), planned));
        }
        return new OfficeHoursModel(view.Id, view.Definition.Pattern.Title, view.Definition.Pattern.HostId, view.Definition.Rule, view.Definition.Ended, occurrences, kept);
    }

    private IOfficeHoursGrain Grain(Guid id) => grains.GetGrain<IOfficeHoursGrain>(Keys.OfficeHours(id));
}

/// <summary>Say, read and change office hours.</summary>
internal static class OfficeHoursEndpoints
{
    public static void MapOfficeHours(this RouteGroupBuilder api)
    {
        var hours = api.MapGroup("/office-hours").WithTags("Events");
        hours.MapPost("", Say).RequireAuthorization(Allow.Book).WithSummary("Say office hours")
            .WithDescription("Each occurrence of the next eight weeks is an event of its own; later ones are planned as they come near. The Idempotency-Key becomes their id.");
        hours.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.Read).WithSummary("Office hours and what is to come of them");
        hours.MapPut("/{id:guid}", Change).RequireAuthorization(Allow.Book).WithSummary("Change or end office hours").WithDescription("Occurrences in which nobody has a seat follow; kept names those that stay as they were.");
    }

    private static async Task<Results<Created<OfficeHoursModel>, ProblemHttpResult>> Say(
        Body<OfficeHoursBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, EventDesk events, OfficeHoursDesk desk, IGrainFactory grains,
        CancellationToken cancellation)
    {
        var id = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        if (!await events.MayPlan(user)) return EventDesk.NotTheirs;
        var (view, kept, problem) = await desk.Define(user, id, body.Value, cancellation);
        return view is null ? problem! : TypedResults.Created($"/api/v1/office-hours/{id}", await desk.Model(view, kept, await grains.Space()));
    }

    private static async Task<Results<Ok<OfficeHoursModel>, ProblemHttpResult>> Read(Guid id, OfficeHoursDesk desk, IGrainFactory grains) =>
        await desk.Find(id) is { } view ? TypedResults.Ok(await desk.Model(view, [], await grains.Space())) : Problem.Unknown("office-hours");

    private static async Task<Results<Ok<OfficeHoursModel>, ProblemHttpResult>> Change(
        Guid id, Body<OfficeHoursBody> body, ClaimsPrincipal user, OfficeHoursDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await desk.Find(id) is null) return Problem.Unknown("office-hours");
        var (view, kept, problem) = await desk.Define(user, id, body.Value, cancellation);
        return view is null ? problem! : TypedResults.Ok(await desk.Model(view, kept, await grains.Space()));
    }
}
