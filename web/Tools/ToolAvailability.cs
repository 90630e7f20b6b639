using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>A time in which a tool is not free.</summary>
/// <param name="Kind"><c>booking</c>, <c>outage</c> or <c>closed</c>.</param>
/// <param name="Title">Of an outage.</param>
/// <param name="BookingId">Told to staff, and to the member whose it is; so are the two that follow.</param>
public sealed record BusyModel(
    OffsetDateTime Start, OffsetDateTime End, string Kind, string? Title = null, Guid? BookingId = null, string? MemberId = null, string? Purpose = null);

/// <summary>A tool's time between two instants.</summary>
/// <param name="Free">Open, without an outage, with room for one more booking. Limits of the person who asks are not considered.</param>
public sealed record AvailabilityModel(
    string ToolId, string Name, OffsetDateTime From, OffsetDateTime To, string State, int Concurrency, IReadOnlyList<SlotModel> Free, IReadOnlyList<BusyModel> Busy);

/// <summary>A tool with free time.</summary>
public sealed record FreeToolModel(string ToolId, string Name, string? Category, string? AreaId, IReadOnlyList<SlotModel> Free);

/// <summary>When tools are free, from the read models; the tool itself decides when it is asked.</summary>
internal static class ToolAvailability
{
    private static readonly Duration MostWindow = Duration.FromDays(93);

    public static async Task<Results<Ok<AvailabilityModel>, ProblemHttpResult>> OfOne(
        string id, string? from, string? to, ClaimsPrincipal user, Occupancy occupancy, IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (window, problem) = Window(from, to, time.Now());
        if (problem is not null) return problem;
        var caller = Caller.Of(user);
        if (await ToolEndpoints.Find(grains, id, caller) is not { } tool) return Problem.Unknown("tool");
        await readModels.CaughtUp(cancellation);
        var (space, occupied) = (await grains.Space(), await occupancy.Current(cancellation));
        var outages = occupied.OutagesOf(tool, space, window).ToList();
        var bookings = occupied.Of(id).Concat(occupied.AroundAndInside(id)).Where(b => b.Slot.Overlaps(window)).DistinctBy(b => b.Id);
        var free = ToolTime.Free(tool, occupied, window, OpenHours.Within(window, space), space);
        return TypedResults.Ok(new AvailabilityModel(
            id, tool.Definition.Name, window.Start.In(space), window.End.In(space), tool.Definition.OutOfService ? "out-of-service" : "in-service",
            tool.Effective(space).Concurrency ?? 1, Slots(free, space), Busy(window, space, outages, bookings, caller)));
    }

    internal sealed record Query(string? Category, string? Certification, string? From, string? To, string? Duration, string? After, string? Limit);

    public static async Task<Results<Ok<Page<FreeToolModel>>, ProblemHttpResult>> AcrossTools(
        [AsParameters] Query query, HttpRequest request, Occupancy occupancy, IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var faults = new Faults();
        var length = faults.Length("duration", query.Duration) ?? Duration.FromMinutes(1);
        faults.OptionalSlug("certification", query.Certification);
        var limit = Cursor.Limit(faults, query.Limit);
        var after = Cursor.Read(faults, query.After, keys: 1);
        if (faults.Any) return faults.Problem;
        var (window, problem) = Window(query.From, query.To, time.Now());
        if (problem is not null) return problem;
        await readModels.CaughtUp(cancellation);
        var (space, occupied) = (await grains.Space(), await occupancy.Current(cancellation));
        var tools = occupied.Tools.Values.Where(t => t.Definition is { Visible: true, Mentor: null } && (query.Category is null || t.Definition.Category == query.Category))
            .Where(t => ToolEndpoints.Requires(t, space, query.Certification) && (after is null || string.CompareOrdinal(t.Id, after[0]) > 0));
        var page = Free(tools.OrderBy(t => t.Id, StringComparer.Ordinal), occupied, window, length, space).Take(limit + 1);
        return TypedResults.Ok(Cursor.Page(request, [.. page], limit, t => Cursor.Of(t.ToolId)));
    }

    /// <summary>Tool by tool, as far as somebody reads on. The space's open hours are the same for all.</summary>
    internal static IEnumerable<FreeToolModel> Free(IEnumerable<ToolView> tools, OccupancyView occupied, Slot window, Duration length, SpaceFacts space)
    {
        var open = OpenHours.Within(window, space);
        var zone = space.Zone;
        return from tool in tools
               let free = ToolTime.Free(tool, occupied, window, open, space).Where(s => s.Duration >= length).ToList()
               where free.Count > 0
               select new FreeToolModel(tool.Id, tool.Definition.Name, tool.Definition.Category, tool.Definition.AreaId, [.. free.Select(s => s.In(zone))]);
    }

    private static (Slot Window, ProblemHttpResult? Problem) Window(string? from, string? to, Instant now)
    {
        var faults = new Faults();
        var start = faults.Time("from", from) ?? now;
        var end = faults.Time("to", to) ?? start + Duration.FromDays(7);
        if (!faults.Any && end <= start) faults.Add("to", "contradiction", "to is not after from.");
        if (!faults.Any && end - start > MostWindow) faults.Add("to", "out-of-range", "from and to are more than 93 days apart.");
        return (new Slot(start, end), faults.Any ? faults.Problem : null);
    }

    private static BusyModel[] Busy(Slot window, SpaceFacts space, IEnumerable<Outage> outages, IEnumerable<BookingView> bookings, Caller caller)
    {
        var closed = Intervals.Subtract([window], OpenHours.Within(window, space));
        return [.. closed.Select(s => new BusyModel(s.Start.In(space), s.End.In(space), "closed"))
            .Concat(outages.Where(o => o.Slot.Overlaps(window)).Select(o => new BusyModel(o.Slot.Start.In(space), o.Slot.End.In(space), "outage", o.Title)))
            .Concat(bookings.Select(b => Busy(b, space, caller.MaySee(b.MemberId)))).OrderBy(b => b.Start.ToInstant())];
    }

    /// <summary>Other people's bookings are busy times and nothing more.</summary>
    private static BusyModel Busy(BookingView b, SpaceFacts space, bool whole) => whole
        ? new BusyModel(b.Slot.Start.In(space), b.Slot.End.In(space), "booking", null, b.Id, b.MemberId, b.Purpose)
        : new BusyModel(b.Slot.Start.In(space), b.Slot.End.In(space), "booking");

    private static SlotModel[] Slots(IEnumerable<Slot> slots, SpaceFacts space) => [.. slots.Select(s => s.In(space))];
}

/// <summary>When a tool is free, by what occupies it: its own bookings, its room's and those inside it, outages all around.</summary>
internal static class ToolTime
{
    public static ImmutableArray<Slot> Free(ToolView tool, OccupancyView occupied, Slot window, ImmutableArray<Slot> open, SpaceFacts space, Guid? except = null)
    {
        // Most tools have one claim at a time and set it nowhere: then there is no need to resolve every setting.
        var claims = occupied.Of(tool.Id);
        var concurrency = claims.IsEmpty ? 1 : tool.Effective(space).Concurrency ?? 1;
        return FreeTime.Within(
            window, open, tool.Definition, concurrency, occupied.OutagesOf(tool, space, window).Select(o => o.Slot).Concat(tool.Busy ?? []),
            Slots(claims, window, except), Slots(occupied.AroundAndInside(tool.Id), window, except));
    }

    private static IEnumerable<Slot> Slots(IEnumerable<BookingView> bookings, Slot window, Guid? except) =>
        bookings.Where(b => b.Id != except && b.Slot.Overlaps(window)).Select(b => b.Slot);
}
