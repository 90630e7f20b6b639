using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;

namespace Makerspace.Web.Calendars;

/// <summary>A time as a calendar writes it: on its own clock, or a whole day.</summary>
internal readonly record struct CalendarMoment(LocalDateTime Local, bool WholeDay, DateTimeZone Zone)
{
    public Instant Instant => WholeDay ? Zone.AtStartOfDay(Local.Date).ToInstant() : Local.InZoneLeniently(Zone).ToInstant();
}

/// <summary>
/// Which clock a calendar means: by the tz database's name, by the one that Windows has for it, by a name that ends with either, or by what the file itself says of the zone. A time without one,
/// or with one that nobody knows, is by the reader's own clock, as RFC 5545 has it.
/// </summary>
internal sealed class CalendarZones(IEnumerable<CalendarPart> written, DateTimeZone own, RecurrenceBudget budget)
{
    private readonly Dictionary<string, CalendarPart> written = written.GroupBy(z => z.Of("TZID")?.Value ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeZone> known = new(StringComparer.Ordinal);

    public CalendarMoment? Read(CalendarLine? line) => line is null ? null : Read(line, line.Value);

    /// <summary>Each of a list of times.</summary>
    public IEnumerable<CalendarMoment> ReadAll(CalendarLine line) => line.Value.Split(',').Select(v => Read(line, v.Split('/')[0])).OfType<CalendarMoment>();

    private CalendarMoment? Read(CalendarLine line, string value) => CalendarTimes.Local(value) is var (local, wholeDay, utc)
        ? new CalendarMoment(local, wholeDay, utc ? DateTimeZone.Utc : !wholeDay && line.Parameters.TryGetValue("TZID", out var id) ? Zone(id) : own)
        : null;

    private DateTimeZone Zone(string id)
    {
        if (!known.TryGetValue(id, out var zone)) known[id] = zone = ByName(id) ?? (written.TryGetValue(id, out var part) ? FileZone.Of(id, part, budget) : null) ?? own;
        return zone;
    }

    private static DateTimeZone? ByName(string id)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone) return zone;
        if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id, out var name)) return DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);
        // Some put a path before it: /example.org/20260101/Europe/Berlin.
        var parts = id.Split('/');
        return parts.Length > 2 ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(string.Join('/', parts[^2..])) : null;
    }
}

/// <summary>A zone by what a calendar says of it: when the clocks are changed, and to what.</summary>
internal sealed class FileZone : DateTimeZone
{
    private const int MostChanges = 5_000;

    private readonly List<(Instant At, Offset To)> changes;
    private readonly Offset before;

    private FileZone(string id, Offset before, List<(Instant At, Offset To)> changes)
        : base(id, isFixed: false, changes.Select(c => c.To).Append(before).Min(), changes.Select(c => c.To).Append(before).Max()) => (this.before, this.changes) = (before, changes);

    public static FileZone? Of(string id, CalendarPart zone, RecurrenceBudget budget)
    {
        var found = new List<(Instant At, Offset From, Offset To)>();
        foreach (var part in zone.Parts)
        {
            if (CalendarTimes.OffsetOf(part.Of("TZOFFSETFROM")?.Value) is not { } from || CalendarTimes.OffsetOf(part.Of("TZOFFSETTO")?.Value) is not { } to) continue;
            if (CalendarTimes.Local(part.Of("DTSTART")?.Value) is not var (start, _, _)) continue;
            var fixedZone = ForOffset(from);
            var onsets = part.Lines.Where(l => l.Name == "RDATE").SelectMany(l => l.Value.Split(',')).Select(v => CalendarTimes.Local(v)?.Local).OfType<LocalDateTime>().Append(start)
                .Concat(part.Lines.Where(l => l.Name == "RRULE").SelectMany(l => Recurrence.Starts(l.Value, new CalendarMoment(start, false, fixedZone), start, budget.Until, budget)));
            found.AddRange(onsets.Distinct().Take(MostChanges).Select(o => (o.InZoneStrictly(fixedZone).ToInstant(), from, to)));
        }
        if (found.Count == 0) return null;
        found.Sort((a, b) => a.At.CompareTo(b.At));
        return new FileZone(id, found[0].From, [.. found.Select(c => (c.At, c.To))]);
    }

    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var next = changes.FindIndex(c => c.At > instant);
        if (next < 0) next = changes.Count;
        var offset = next == 0 ? before : changes[next - 1].To;
        return new ZoneInterval(Id, next == 0 ? null : changes[next - 1].At, next == changes.Count ? null : changes[next].At, offset, Offset.Zero);
    }
}

/// <summary>How calendars write times, offsets and lengths.</summary>
internal static class CalendarTimes
{
    private static readonly NodaTime.Text.LocalDateTimePattern Moment = NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");
    private static readonly NodaTime.Text.LocalDatePattern Day = NodaTime.Text.LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    public static (LocalDateTime Local, bool WholeDay, bool Utc)? Local(string? text)
    {
        if (text is null) return null;
        var (value, utc) = (text.Trim(), text.EndsWith('Z'));
        if (Day.Parse(value) is { Success: true } day && InReach(day.Value)) return (day.Value.AtMidnight(), true, false);
        return Moment.Parse(value.TrimEnd('Z')) is { Success: true } at && InReach(at.Value.Date) ? (at.Value, false, utc) : null;
    }

    public static Offset? OffsetOf(string? text)
    {
        if (text is not { Length: 5 or 7 } || text[0] is not ('+' or '-') || !int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var digits)) return null;
        if (text.Length == 5) digits *= 100;
        var seconds = (digits / 10_000 * 3600) + (digits / 100 % 100 * 60) + (digits % 100);
        return seconds < 18 * 3600 ? Offset.FromSeconds(text[0] == '-' ? -seconds : seconds) : null;
    }

    public static Period? Length(string? text) => text is not null && NodaTime.Text.PeriodPattern.Roundtrip.Parse(text.TrimStart('+')) is { Success: true } length && InReach(length.Value) ? length.Value : null;

    private static bool InReach(Period length) => length is { Years: 0, Months: 0, Weeks: >= 0 and < 600, Days: >= 0 and < 4_000, Hours: >= 0 and < 100_000, Minutes: >= 0 and < 6_000_000, Seconds: >= 0 and < 360_000_000 };

    // Far from the ends of what dates can be: arithmetic on them never runs over.
    private static bool InReach(LocalDate day) => day.Year is > 1500 and < 3000;
}
