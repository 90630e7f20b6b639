using System.Globalization;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>Bookings by start, page by page.</summary>
internal static class BookingList
{
    internal sealed record Query(string? MemberId, string? ToolId, string? From, string? To, string? State, string? After, string? Limit);

    public static async Task<Results<Ok<Page<BookingModel>>, ProblemHttpResult>> List(
        [AsParameters] Query query, HttpRequest request, ClaimsPrincipal user, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        var faults = new Faults();
        var limit = Cursor.Limit(faults, query.Limit);
        var rows = Filtered(db, query, faults);
        if (faults.Any) return faults.Problem;
        if (query.MemberId is { } member && !caller.MaySee(member)) return Problem.Unknown("member");
        if (!caller.IsStaff) rows = rows.Where(b => b.MemberId == caller.MemberId);
        await readModels.CaughtUp(cancellation);
        var found = await rows.OrderBy(b => b.Start).ThenBy(b => b.Id).Take(limit + 1).ToListAsync(cancellation);
        var space = await grains.Space();
        return TypedResults.Ok(Cursor.Page(request, [.. found.Select(b => BookingModel.Of(b, space))], limit, CursorOf));
    }

    private static IQueryable<BookingRow> Filtered(MakerspaceDb db, Query query, Faults faults)
    {
        var rows = db.Bookings.AsNoTracking().Where(b => b.State != BookingState.Refused);
        if (faults.OptionalSlug("memberId", query.MemberId) is { } member) rows = rows.Where(b => b.MemberId == member);
        if (faults.OptionalSlug("toolId", query.ToolId) is { } tool) rows = rows.Where(b => b.ToolId == tool || db.BookingTools.Any(t => t.BookingId == b.Id && t.ToolId == tool));
        if (faults.Time("from", query.From) is { } from) rows = rows.Where(b => b.End > from);
        if (faults.Time("to", query.To) is { } to) rows = rows.Where(b => b.Start < to);
        if (State(faults, query.State) is { } state) rows = rows.Where(b => b.State == state);
        return After(rows, query, faults);
    }

    private static IQueryable<BookingRow> After(IQueryable<BookingRow> rows, Query query, Faults faults)
    {
        if (Cursor.Read(faults, query.After, keys: 2) is not [var milliseconds, var text]) return rows;
        if (!long.TryParse(milliseconds, CultureInfo.InvariantCulture, out var ms) || !Guid.TryParse(text, out var id) || ms is < 0 or > 4_102_444_800_000)
        {
            faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
            return rows;
        }
        var start = Instant.FromUnixTimeMilliseconds(ms);
        return rows.Where(b => b.Start > start || (b.Start == start && b.Id.CompareTo(id) > 0));
    }

    private static string CursorOf(BookingModel b) =>
        Cursor.Of(b.Start.ToInstant().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), b.Id.ToString());

    private static BookingState? State(Faults faults, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (text.All(char.IsAsciiLetter) && Enum.TryParse<BookingState>(text, ignoreCase: true, out var state) && state != BookingState.Refused) return state;
        faults.Add("state", "unknown-state", "state is one of " + string.Join(", ", Enum.GetNames<BookingState>().Where(s => s != nameof(BookingState.Refused))) + ".");
        return null;
    }
}
