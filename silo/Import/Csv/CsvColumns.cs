using System.Collections.Immutable;

namespace Makerspace.Import.Csv;

/// <summary>What a CSV file holds.</summary>
public enum CsvKind
{
    Tools,
    Members,
    Bookings,
}

/// <summary>One column of a CSV file.</summary>
/// <param name="Name">As the header writes it; upper and lower case are the same.</param>
/// <param name="Required">Must be there, and filled in every row.</param>
/// <param name="Meaning">What it holds.</param>
/// <param name="Example">As in the template.</param>
public sealed record CsvColumn(string Name, bool Required, string Meaning, string Example);

/// <summary>The columns of each kind of file. The templates and docs/import.md are made of these.</summary>
public static class CsvColumns
{
    private static readonly ImmutableArray<CsvColumn> Tools =
    [
        new("id", false, "Stable id; made from the name where empty", "laser-1"),
        new("name", true, "Name people read", "Laser cutter 1"),
        new("description", false, "What it is and does", "80 W CO2, bed 900 × 600 mm"),
        new("category", false, "Kind of tool; tools of one category stand in for each other", "Laser cutters"),
        new("area", false, "Id or name of an area; a new name makes a new area", "Laser room"),
        new("location", false, "Where to find it", "Left of the door"),
        new("visible", false, "yes or no", "yes"),
        new("outOfService", false, "yes while it is broken", "no"),
        new("expectedBack", false, "Time a broken tool is expected back", ""),
        new("minDuration", false, "Shortest booking", "PT30M"),
        new("maxDuration", false, "Longest booking", "PT4H"),
        new("horizon", false, "How far ahead a booking may start", "P14D"),
        new("minimumGap", false, "Least time between two bookings by one member", ""),
        new("maxBookingsPerDay", false, "Bookings by one member on a day", "2"),
        new("maxHoursPerDay", false, "Hours of one member on a day", ""),
        new("maxFutureHours", false, "Hours of one member that have not begun", "PT8H"),
        new("concurrency", false, "Bookings at the same time", "1"),
        new("grid", false, "Starts and ends fall on multiples of this", "PT15M"),
        new("requiredCertifications", false, "Ids or names, with | between them; a new name makes a new certification", "laser|fire-safety"),
    ];

    private static readonly ImmutableArray<CsvColumn> Members =
    [
        new("id", false, "Stable id; made from the name where empty", "ada"),
        new("name", true, "Name people read", "Ada Example"),
        new("email", false, "Address; a member with one gets an account without a password", "ada@example.org"),
        new("company", false, "The start-up's name or id", "Example Robotics"),
        new("plan", false, "The plan's id", "standard"),
        new("active", false, "no for a membership that is paused or over", "yes"),
        new("from", false, "First day or instant covered", "2026-01-01"),
        new("until", false, "Last day covered, or the first instant no longer covered", "2026-12-31"),
        new("allHours", false, "yes for use outside opening hours", "no"),
        new("certifications", false, "Ids or names, with | between them; granted from now on", "laser"),
        new("role", false, "member, mentor, staff or admin; the last two only from an administrator", "member"),
    ];

    private static readonly ImmutableArray<CsvColumn> Bookings =
    [
        new("id", false, "The booking's UUID; made from the other columns where empty", ""),
        new("tool", true, "Id or name", "laser-1"),
        new("member", true, "Id or e-mail address", "ada@example.org"),
        new("start", true, "Time", "2026-12-01T10:00"),
        new("end", true, "Time", "2026-12-01T11:30"),
        new("purpose", false, "Shown with the booking", "Front panels"),
    ];

    public static ImmutableArray<CsvColumn> Of(CsvKind kind) => kind switch
    {
        CsvKind.Tools => Tools,
        CsvKind.Members => Members,
        CsvKind.Bookings => Bookings,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A file with the header and one example row.</summary>
    public static string Template(CsvKind kind) =>
        string.Join(',', Of(kind).Select(c => c.Name)) + "\n" + string.Join(',', Of(kind).Select(c => Quoted(c.Example))) + "\n";

    private static string Quoted(string cell) => cell.Contains(',', StringComparison.Ordinal) ? $"\"{cell}\"" : cell;
}
