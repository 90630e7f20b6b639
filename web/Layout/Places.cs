using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Layout;

/// <summary>Where one can go from everywhere.</summary>
public sealed record Place(string Href, string Icon, string Label);

/// <summary>Some of them that belong together; without a label: always to be seen.</summary>
public sealed record PlaceGroup(string? Label, IReadOnlyList<Place> Places);

/// <summary>The entries of the navigation: some are at the bottom of a phone, all are at the side of a desk and on the page to find things.</summary>
public static class Places
{
    /// <summary>All pages and the search for what is in them, with the staff's entries around.</summary>
    public const string FindAtWork = "/find?work=1";

    private const int OnPhone = 5;

    /// <summary>What a phone has at its bottom edge. Staff have too many for it: the last one leads to all.</summary>
    public static IEnumerable<Place> Phone(IReadOnlyList<PlaceGroup> groups, IStringLocalizer<Texts> t)
    {
        var first = groups[0].Places;
        return groups.Count == 1 ? first.Take(OnPhone) : first.Take(OnPhone - 1).Append(new(FindAtWork, "menu", t["More"]));
    }

    /// <summary>A member's; the money only where the space takes any, the mentor's week only for mentors.</summary>
    public static IReadOnlyList<PlaceGroup> Members(IStringLocalizer<Texts> t, bool money, bool mentor) =>
    [
        new(null,
        [
            new("/today", "today", t["Today"]), new("/tools", "tools", t["Tools"]), new("/bookings", "bookings", t["Bookings"]),
            .. money ? [new Place("/money", "money", t["Money"])] : Array.Empty<Place>(), new("/me", "me", t["Me"]),
            new("/passport", "badge", t["Passport"]), new("/trainings", "members", t["Trainings"]), new("/mentors", "hand", t["Mentors"]),
            .. mentor ? [new Place("/mentoring", "clock", t["My week as a mentor"])] : Array.Empty<Place>(), new("/events", "bookings", t["Events"]),
        ]),
    ];

    /// <summary>The staff's, what they need all day first, the rest by what it is about.</summary>
    public static IReadOnlyList<PlaceGroup> Staff(IStringLocalizer<Texts> t) =>
    [
        new(null,
        [
            new("/staff", "today", t["Today"]), new("/staff/tools", "tools", t["Tools"]), new("/staff/members", "members", t["Members"]),
            new("/staff/problems", "hand", t["Problems"]), new("/staff/approvals", "hourglass", t["Approvals"]),
        ]),
        new(t["Upkeep and access"],
        [
            new("/staff/work", "tools", t["Work orders"]), new("/staff/outages", "outage", t["Outages"]), new("/staff/labels", "code", t["Labels"]),
            new("/staff/devices", "key", t["Devices"]), new("/staff/present", "enter", t["Who is in"]),
        ]),
        new(t["Training and mentors"],
        [
            new("/staff/trainings", "badge", t["Trainings"]), new("/staff/certifications", "badge", t["Certifications"]), new("/staff/mentors", "hand", t["Mentors"]), new("/staff/events", "bookings", t["Events"]),
        ]),
        new(t["Money and plans"],
        [
            new("/staff/money", "money", t["Money"]), new("/staff/plans", "badge", t["Plans"]), new("/staff/companies", "members", t["Companies"]),
        ]),
        new(t["News and numbers"],
        [
            new("/staff/announcements", "info", t["Announcements"]), new("/staff/notices", "info", t["Messages"]), new("/staff/numbers", "chart", t["Numbers"]), new("/staff/journal", "bookings", t["Journal"]),
        ]),
        new(t["Set up"],
        [
            new("/staff/space", "space", t["Space"]), new("/staff/rules", "ruler", t["Rules"]), new("/staff/areas", "area", t["Areas"]), new("/staff/resources", "outage", t["Resources"]),
            new("/staff/import", "import", t["Import"]), new("/staff/jobs", "clock", t["Jobs"]),
        ]),
    ];
}
