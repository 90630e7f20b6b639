using Makerspace.Time;
using NodaTime;

namespace Makerspace.Web.Calendars;

/// <summary>A time that somebody's calendar has them busy.</summary>
/// <param name="Uid">The event's key, by which our own sessions are known again.</param>
public readonly record struct BusyTime(string Uid, Slot Slot);

/// <summary>
/// When a calendar has somebody busy: its events, those that come again with their exceptions and with what was moved; without those that are cancelled or take no time (TRANSPARENT). Of a file that
/// means harm no more is worked out than of an honest one.
/// </summary>
public static class BusyCalendar
{
    private const int MostTimes = 20_000;

    /// <summary>What lies in the window, in no order; overlapping ones as they are.</summary>
    /// <param name="file">The calendar, as it came.</param>
    /// <param name="own">The reader's clock, for whole days and for times without a zone.</param>
    /// <param name="window">What is looked at.</param>
    /// <exception cref="CalendarFaultException">It is no calendar, or too much of one.</exception>
    public static IReadOnlyList<BusyTime> Read(byte[] file, DateTimeZone own, Slot window)
    {
        var (events, zones) = CalendarLines.Read(file);
        var budget = new RecurrenceBudget((window.End + Duration.FromDays(2)).InUtc().LocalDateTime);
        var read = new CalendarZones(zones, own, budget);
        var all = events.Select(e => BusyEvent.Of(e, read)).OfType<BusyEvent>().ToList();
        // One of a row that was moved has its own entry; where it would have been is free.
        var moved = all.Where(e => e.InsteadOf is not null).ToLookup(e => e.Uid, e => e.InsteadOf!.Value, StringComparer.Ordinal);
        var times = new List<BusyTime>();
        foreach (var one in all.Where(e => e.TakesTime))
            foreach (var slot in one.Slots(moved[one.Uid], window, budget))
            {
                times.Add(new BusyTime(one.Uid, slot));
                if (times.Count > MostTimes) throw new CalendarFaultException("too-many-events");
            }
        return times;
    }
}

/// <summary>An event of a calendar, as far as it says when.</summary>
internal sealed class BusyEvent
{
    private readonly CalendarPart part;
    private readonly CalendarZones zones;
    private readonly CalendarMoment start;
    private readonly Duration length;
    private readonly int wholeDays;

    private BusyEvent(CalendarPart part, CalendarZones zones, CalendarMoment start)
    {
        (this.part, this.zones, this.start) = (part, zones, start);
        var end = zones.Read(part.Of("DTEND"));
        var said = end is null ? CalendarTimes.Length(part.Of("DURATION")?.Value) : null;
        if (start.WholeDay) wholeDays = Math.Min(Slot.Longest.Days, end is { } day ? Period.DaysBetween(start.Local.Date, day.Local.Date) : Math.Max(1, (said?.Days ?? 1) + ((said?.Weeks ?? 0) * 7)));
        else length = end is { } at ? at.Instant - start.Instant : said is { } p ? Lasting(p) : Duration.Zero;
    }

    public string Uid { get; private init; } = "";

    /// <summary>Of one of a row that was moved: where it would have been.</summary>
    public CalendarMoment? InsteadOf { get; private init; }

    public bool TakesTime { get; private init; }

    public static BusyEvent? Of(CalendarPart part, CalendarZones zones) => zones.Read(part.Of("DTSTART")) is { } start
        ? new BusyEvent(part, zones, start)
        {
            Uid = part.Of("UID")?.Value ?? "", InsteadOf = zones.Read(part.Of("RECURRENCE-ID")),
            TakesTime = !Says(part, "STATUS", "CANCELLED") && !Says(part, "TRANSP", "TRANSPARENT"),
        }
        : null;

    public IEnumerable<Slot> Slots(IEnumerable<CalendarMoment> moved, Slot window, RecurrenceBudget budget)
    {
        if (InsteadOf is not null) return Taken(start.Local) is { IsValid: true } slot && slot.Intersect(window) is { } only ? [only] : [];
        var without = part.Lines.Where(l => l.Name == "EXDATE").SelectMany(zones.ReadAll).Concat(moved).ToList();
        var (instants, dates) = (without.Where(m => !m.WholeDay).Select(m => m.Instant).ToHashSet(), without.Where(m => m.WholeDay).Select(m => m.Local.Date).ToHashSet());
        return Starts(window, budget).Distinct().Where(s => !dates.Contains(s.Date) && !instants.Contains((start with { Local = s }).Instant))
            .Select(Taken).Where(s => s.IsValid).Select(s => s.Intersect(window)).OfType<Slot>();
    }

    // Days are by the clock, hours and minutes as they pass (RFC 5545, 3.3.6).
    private Duration Lasting(Period said)
    {
        var days = start.Local.PlusDays(said.Days + (said.Weeks * 7)).InZoneLeniently(start.Zone).ToInstant() - start.Instant;
        return days + new PeriodBuilder(said) { Years = 0, Months = 0, Weeks = 0, Days = 0 }.Build().ToDuration();
    }

    private static bool Says(CalendarPart part, string property, string word) => part.Of(property)?.Value.Equals(word, StringComparison.OrdinalIgnoreCase) == true;

    private IEnumerable<LocalDateTime> Starts(Slot window, RecurrenceBudget budget)
    {
        // A day more on either side: clocks differ by no more.
        var from = (window.Start - Longest - Duration.FromDays(2)).InUtc().LocalDateTime;
        var also = part.Lines.Where(l => l.Name == "RDATE").SelectMany(zones.ReadAll).Select(m => m.WholeDay ? m.Local : m.Instant.InZone(start.Zone).LocalDateTime);
        return part.Lines.Where(l => l.Name == "RRULE").SelectMany(l => Recurrence.Starts(l.Value, start, from, budget.Until, budget)).Concat(also).Append(start.Local);
    }

    private Duration Longest => start.WholeDay ? Duration.FromDays(Math.Max(0, wholeDays)) : Duration.Max(Duration.Zero, Duration.Min(length, Slot.Longest));

    private Slot Taken(LocalDateTime begins)
    {
        var first = start with { Local = begins };
        return new Slot(first.Instant, start.WholeDay ? (start with { Local = begins.PlusDays(Math.Max(0, wholeDays)) }).Instant : first.Instant + length);
    }
}
