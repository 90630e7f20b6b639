using System.Collections.Immutable;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>A week of one tool, ready to be drawn: minutes of local days, nothing left to compute.</summary>
/// <param name="First">Minute of the day at which the drawing begins.</param>
/// <param name="Last">Minute of the day at which it ends.</param>
/// <param name="Now">Minute of today, where today is among the days.</param>
public sealed record Board(ImmutableArray<BoardDay> Days, int First, int Last, int Grid, (LocalDate Day, int Minute) Now)
{
    public int Minutes => Last - First;

    /// <summary>Draws the week of <paramref name="monday"/>.</summary>
    public static Board Of(ToolSight tool, SpaceFacts space, LocalDate monday, Instant now, IReadOnlyList<BookingRow> bookings, Func<BookingRow, BoardWords> words)
    {
        var days = Enumerable.Range(0, 7).Select(monday.PlusDays).ToList();
        var drawing = new Drawing(tool, space, now, bookings, words);
        var (first, last) = drawing.Range(days);
        var grid = (int)(tool.Policy.Grid ?? Duration.FromMinutes(5)).TotalMinutes;
        var local = now.InZone(space.Zone);
        return new Board([.. days.Select(d => drawing.Day(d, first, last, grid))], first, last, grid, (local.Date, (local.Hour * 60) + local.Minute));
    }

    /// <summary>The slot's whole local day.</summary>
    public static Slot WholeDay(LocalDate day, DateTimeZone zone) =>
        new(zone.AtStartOfDay(day).ToInstant(), zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
}

/// <summary>What a booking is called on the board, and where it leads.</summary>
public sealed record BoardWords(string Title, bool Mine, string? Href);

/// <summary>One day of a board.</summary>
public sealed record BoardDay(LocalDate Day, ImmutableArray<BoardBlock> Blocks, ImmutableArray<BoardStep> Steps);

/// <summary>Something that stands in the way: <c>taken</c>, <c>mine</c>, <c>out</c> or <c>closed</c>; column and columns where several share the time.</summary>
public sealed record BoardBlock(string Key, string Kind, int At, int To, string Title, string? Href, int Column = 0, int Columns = 1);

/// <summary>A free stretch to pick, at most half an hour.</summary>
public sealed record BoardStep(int From, int To);

/// <summary>Turns instants into minutes of local days.</summary>
internal sealed class Drawing(ToolSight tool, SpaceFacts space, Instant now, IReadOnlyList<BookingRow> bookings, Func<BookingRow, BoardWords> words)
{
    private const int Step = 30;
    private const int WholeDay = 24 * 60;

    /// <summary>The hours to draw: the opening hours of these days, and whatever else is booked. By day where the space never closes.</summary>
    public (int First, int Last) Range(IReadOnlyList<LocalDate> days)
    {
        var open = days.SelectMany(d => OpenHours.Within(Board.WholeDay(d, space.Zone), space).Select(o => On(o, d)));
        var booked = days.SelectMany(d => bookings.Select(b => new Slot(b.Start, b.End)).Where(s => s.Overlaps(Board.WholeDay(d, space.Zone))).Select(s => On(s, d)));
        var all = (space.OpeningHours is null ? [(From: 6 * 60, To: WholeDay)] : open.Select(o => (o.From, o.To))).Concat(booked).ToList();
        if (all.Count == 0) return (8 * 60, 20 * 60);
        return (all.Min(s => s.From) / 60 * 60, (all.Max(s => s.To) + 59) / 60 * 60);
    }

    public BoardDay Day(LocalDate day, int first, int last, int grid)
    {
        var whole = Board.WholeDay(day, space.Zone);
        var mine = bookings.Where(b => new Slot(b.Start, b.End).Overlaps(whole)).ToList();
        var blocks = Closed(day, whole, first, last).Concat(Outages(day, whole)).Concat(Bookings(day, mine));
        return new BoardDay(day, [.. blocks.OrderBy(b => b.At)], [.. Steps(day, whole, first, last, grid, mine)]);
    }

    private IEnumerable<BoardBlock> Closed(LocalDate day, Slot whole, int first, int last)
    {
        foreach (var shut in Intervals.Subtract([whole], OpenHours.Within(whole, space)))
        {
            var (from, to) = On(shut, day);
            (from, to) = (Math.Max(from, first), Math.Min(to, last));
            if (to <= from) continue;
            var why = space.Closures.FirstOrDefault(c => c.Slot.Overlaps(shut))?.Name;
            yield return new BoardBlock($"closed-{day:uuuuMMdd}-{from}", "closed", from, to, why ?? "", null);
        }
    }

    private IEnumerable<BoardBlock> Outages(LocalDate day, Slot whole)
    {
        foreach (var outage in tool.Outages.Where(o => o.Slot.Overlaps(whole)))
        {
            var (from, to) = On(outage.Slot, day);
            yield return new BoardBlock("outage-" + outage.Id, "out", from, to, outage.Title, null);
        }
        var broken = new Slot(now, tool.Definition.ExpectedBack ?? Instant.MaxValue);
        if (!tool.Definition.OutOfService || !broken.IsValid || broken.Intersect(whole) is not { } part) yield break;
        var (start, end) = On(part, day);
        yield return new BoardBlock("broken", "out", start, end, "", null);
    }

    private IEnumerable<BoardBlock> Bookings(LocalDate day, List<BookingRow> mine)
    {
        var columns = new List<int>();
        var placed = new List<BoardBlock>();
        foreach (var booking in mine.OrderBy(b => b.Start))
        {
            var (from, to) = On(new Slot(booking.Start, booking.End), day);
            var column = columns.FindIndex(end => end <= from);
            if (column < 0) { column = columns.Count; columns.Add(0); }
            columns[column] = to;
            var said = words(booking);
            placed.Add(new BoardBlock("booking-" + booking.Id, said.Mine ? "mine" : "taken", from, to, said.Title, said.Href, column));
        }
        var wide = Math.Max(columns.Count, tool.Policy.Concurrency ?? 1);
        return placed.Select(b => b with { Columns = Math.Min(wide, 4) });
    }

    private IEnumerable<BoardStep> Steps(LocalDate day, Slot whole, int first, int last, int grid, List<BookingRow> mine)
    {
        var free = FreeTime.Within(
            whole, OpenHours.Within(whole, space), tool.Definition, tool.Policy.Concurrency ?? 1, tool.Outages.Select(o => o.Slot), mine.Select(b => new Slot(b.Start, b.End)), []);
        var step = grid > Step ? grid : Step / grid * grid;
        foreach (var slot in free.Where(f => f.End > now))
        {
            var (from, to) = On(slot, day);
            if (slot.Start < now) from = Math.Max(from, On(new Slot(now, slot.End), day).From / grid * grid);
            from = Math.Max(first, (from + grid - 1) / grid * grid);
            for (var at = from; at < Math.Min(to, last);)
            {
                var next = Math.Min((at / step * step) + step, to);
                if (next - at >= Math.Min(grid, 5)) yield return new BoardStep(at, next);
                at = next;
            }
        }
    }

    /// <summary>The part of a slot on a local day, in minutes of its clock.</summary>
    private (int From, int To) On(Slot slot, LocalDate day)
    {
        var (start, end) = (slot.Start < Board.WholeDay(day, space.Zone).Start ? (int?)null : Minute(slot.Start, day), Minute(slot.End, day));
        return (start ?? 0, end);
    }

    private int Minute(Instant at, LocalDate day)
    {
        if (at == Instant.MaxValue || at >= Board.WholeDay(day, space.Zone).End) return WholeDay;
        var local = at.InZone(space.Zone);
        return (local.Hour * 60) + local.Minute;
    }
}
