using System.Security.Claims;
using System.Text.Json;
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
        string id, string? from, string? to, ClaimsPrincipal user, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (window, problem) = Window(from, to, time.Now());
        if (problem is not null) return problem;
        var caller = Caller.Of(user);
        if (await ToolEndpoints.Find(grains, id, caller) is not { } tool) return Problem.Unknown("tool");
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var bookings = await LiveBookings.Of(db, [id], window, cancellation);
        var outages = await OutagesOf(db, [tool], space, cancellation);
        var free = FreeTime.Within(window, space, tool.Definition, outages[id], bookings.Select(b => new Slot(b.Start, b.End)));
        return TypedResults.Ok(new AvailabilityModel(
            id, tool.Definition.Name, window.Start.In(space), window.End.In(space), tool.Definition.OutOfService ? "out-of-service" : "in-service",
            tool.Effective(space).Concurrency ?? 1, Slots(free, space), Busy(window, space, outages[id], bookings, caller)));
    }

    internal sealed record Query(string? Category, string? Certification, string? From, string? To, string? Duration, string? After, string? Limit);

    public static async Task<Results<Ok<Page<FreeToolModel>>, ProblemHttpResult>> AcrossTools(
        [AsParameters] Query query, HttpRequest request, ClaimsPrincipal user, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
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
        var space = await grains.Space();
        var rows = ToolEndpoints.Visible(db, staff: false);
        if (query.Category is { } category) rows = rows.Where(t => t.Category == category);
        var tools = (await rows.ToListAsync(cancellation)).Select(ToolEndpoints.ViewOf).Where(t => ToolEndpoints.Requires(t, space, query.Certification)).ToList();
        var free = await Free(db, tools, window, length, space, cancellation);
        var page = free.Where(t => after is null || string.CompareOrdinal(t.ToolId, after[0]) > 0).OrderBy(t => t.ToolId, StringComparer.Ordinal).Take(limit + 1);
        return TypedResults.Ok(Cursor.Page(request, [.. page], limit, t => Cursor.Of(t.ToolId)));
    }

    private static async Task<IEnumerable<FreeToolModel>> Free(
        MakerspaceDb db, List<ToolView> tools, Slot window, Duration length, SpaceFacts space, CancellationToken cancellation)
    {
        var bookings = (await LiveBookings.Of(db, [.. tools.Select(t => t.Id)], window, cancellation)).ToLookup(b => b.ToolId, StringComparer.Ordinal);
        var outages = await OutagesOf(db, tools, space, cancellation);
        return from tool in tools
               let claims = bookings[tool.Id].Select(b => new Slot(b.Start, b.End))
               let free = FreeTime.Within(window, space, tool.Definition, outages[tool.Id], claims).Where(s => s.Duration >= length).ToList()
               where free.Count > 0
               select new FreeToolModel(tool.Id, tool.Definition.Name, tool.Definition.Category, tool.Definition.AreaId, Slots(free, space));
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

    /// <summary>Each tool's own outages, with those of the areas around it.</summary>
    private static async Task<Dictionary<string, List<Outage>>> OutagesOf(MakerspaceDb db, IEnumerable<ToolView> tools, SpaceFacts space, CancellationToken cancellation)
    {
        var areas = (await db.Areas.AsNoTracking().ToListAsync(cancellation))
            .ToDictionary(a => a.Id, a => JsonSerializer.Deserialize<AreaView>(a.Data, StoredJson.Options)!.Outages, StringComparer.Ordinal);
        return tools.ToDictionary(t => t.Id, t => t.Outages
            .Concat(space.AreaChain(t.Definition.AreaId).SelectMany(a => areas.TryGetValue(a, out var o) ? o.AsEnumerable() : [])).ToList(), StringComparer.Ordinal);
    }

    private static BusyModel[] Busy(Slot window, SpaceFacts space, IEnumerable<Outage> outages, IEnumerable<BookingRow> bookings, Caller caller)
    {
        var closed = Intervals.Subtract([window], OpenHours.Within(window, space));
        return [.. closed.Select(s => new BusyModel(s.Start.In(space), s.End.In(space), "closed"))
            .Concat(outages.Where(o => o.Slot.Overlaps(window)).Select(o => new BusyModel(o.Slot.Start.In(space), o.Slot.End.In(space), "outage", o.Title)))
            .Concat(bookings.Select(b => Busy(b, space, caller.MaySee(b.MemberId)))).OrderBy(b => b.Start.ToInstant())];
    }

    /// <summary>Other people's bookings are busy times and nothing more.</summary>
    private static BusyModel Busy(BookingRow b, SpaceFacts space, bool whole) => whole
        ? new BusyModel(b.Start.In(space), b.End.In(space), "booking", null, b.Id, b.MemberId, b.Purpose)
        : new BusyModel(b.Start.In(space), b.End.In(space), "booking");

    private static SlotModel[] Slots(IEnumerable<Slot> slots, SpaceFacts space) => [.. slots.Select(s => s.In(space))];
}

/// <summary>Bookings that occupy their slot.</summary>
internal static class LiveBookings
{
    public static Task<List<BookingRow>> Of(MakerspaceDb db, IReadOnlyCollection<string> toolIds, Slot window, CancellationToken cancellation) =>
        db.Bookings.AsNoTracking()
            .Where(b => toolIds.Contains(b.ToolId) && b.Start < window.End && b.End > window.Start && (b.State == BookingState.Held || b.State == BookingState.Confirmed))
            .OrderBy(b => b.Start).ToListAsync(cancellation);
}
