using System.Text;

namespace Makerspace.Web.Calendars;

/// <summary>A calendar that somebody pointed to cannot be used. The code is stable: <c>not-a-calendar</c>, <c>too-many-events</c>.</summary>
public sealed class CalendarFaultException(string code) : Exception(code)
{
    public string Code => Message;
}

/// <summary>A line of a calendar: name, parameters and value, as RFC 5545 writes them.</summary>
internal sealed record CalendarLine(string Name, IReadOnlyDictionary<string, string> Parameters, string Value);

/// <summary>What stands between a BEGIN and its END.</summary>
internal sealed class CalendarPart(string name)
{
    public string Name => name;
    public List<CalendarLine> Lines { get; } = [];
    public List<CalendarPart> Parts { get; } = [];

    public CalendarLine? Of(string property) => Lines.Find(l => l.Name == property);
}

/// <summary>
/// Reads of a calendar what tells when, and nothing else: titles, people, places, attachments and alarms are passed over before anybody looks at them. A file that breaks off in the middle is none,
/// because what is missing would look like free time.
/// </summary>
internal static class CalendarLines
{
    public const int MostEvents = 5_000;
    private const int MostNested = 8;

    // The parts that say when, and what may stand in each.
    private static readonly Dictionary<string, string[]> Wanted = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = ["VCALENDAR"], ["VCALENDAR"] = ["VEVENT", "VTIMEZONE"], ["VTIMEZONE"] = ["STANDARD", "DAYLIGHT"],
    };

    private static readonly HashSet<string> Properties = new(StringComparer.Ordinal)
    {
        "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
    };

    /// <summary>The events and zones of a file.</summary>
    /// <exception cref="CalendarFaultException">It is no calendar, or has more events than are looked at.</exception>
    public static (IReadOnlyList<CalendarPart> Events, IReadOnlyList<CalendarPart> Zones) Read(byte[] file)
    {
        var root = new CalendarPart("");
        var open = new Stack<(string Name, CalendarPart? Part)>([("", root)]);
        foreach (var text in Unfolded(Encoding.UTF8.GetString(file).TrimStart('\uFEFF')))
        {
            if (After(text, "BEGIN:") is { } begun) open.Push((begun, Begun(open.Peek().Part, begun)));
            else if (After(text, "END:") is { } ended) { if (open.Count == 1 || !open.Pop().Name.Equals(ended, StringComparison.OrdinalIgnoreCase)) throw Nothing(); }
            else if (open.Peek().Part is { } part && part != root && Line(text) is { } line) part.Lines.Add(line);
            if (open.Count > MostNested) throw Nothing();
        }
        if (open.Count != 1 || root.Parts.Count == 0) throw Nothing();
        var parts = root.Parts.SelectMany(c => c.Parts).ToLookup(p => p.Name, StringComparer.OrdinalIgnoreCase);
        var events = parts["VEVENT"].ToList();
        return events.Count <= MostEvents ? (events, [.. parts["VTIMEZONE"]]) : throw new CalendarFaultException("too-many-events");
    }

    private static CalendarFaultException Nothing() => new("not-a-calendar");

    private static CalendarPart? Begun(CalendarPart? around, string name)
    {
        if (around is null || !Wanted.TryGetValue(around.Name, out var inside) || !inside.Contains(name, StringComparer.OrdinalIgnoreCase)) return null;
        var part = new CalendarPart(name);
        around.Parts.Add(part);
        return part;
    }

    private static string? After(string line, string word) => line.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? line[word.Length..].Trim() : null;

    // A long line goes on in the next one, behind a blank.
    private static IEnumerable<string> Unfolded(string text)
    {
        var line = new StringBuilder();
        foreach (var piece in text.Split('\n'))
        {
            var part = piece.TrimEnd('\r');
            if (part.Length > 0 && part[0] is (' ' or '\t')) { line.Append(part, 1, part.Length - 1); continue; }
            if (line.Length > 0) yield return line.ToString();
            line.Clear().Append(part);
        }
        if (line.Length > 0) yield return line.ToString();
    }

    private static CalendarLine? Line(string text)
    {
        var nameEnd = text.AsSpan().IndexOfAny(';', ':');
        if (nameEnd < 0) return null;
        var name = text[..nameEnd].ToUpperInvariant();
        if (!Properties.Contains(name)) return null;
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = nameEnd;
        while (text[at] == ';')
        {
            var end = EndOfParameter(text, at + 1);
            if (end < 0) return null;
            var equals = text.IndexOf('=', at + 1, end - at - 1);
            if (equals >= 0) parameters.TryAdd(text[(at + 1)..equals].Trim(), text[(equals + 1)..end].Trim('"'));
            at = end;
        }
        return new CalendarLine(name, parameters, text[(at + 1)..].Trim());
    }

    private static int EndOfParameter(string text, int from)
    {
        var quoted = false;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (!quoted && text[i] is (';' or ':')) return i;
        }
        return -1;
    }
}
