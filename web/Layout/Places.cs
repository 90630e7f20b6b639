using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Layout;

/// <summary>Where one can go from everywhere.</summary>
public sealed record Place(string Href, string Icon, string Label);

/// <summary>Some of them that belong together; without a label: always to be seen.</summary>
public sealed record PlaceGroup(string? Label, IReadOnlyList<Place> Places);

/// <summary>The entries of the navigation: the first <see cref="OnPhone"/> are at the bottom of a phone, all are at the side of a desk.</summary>
public static class Places
{
    public const int OnPhone = 5;

    /// <summary>A member's; the money only where the space takes any.</summary>
    public static IReadOnlyList<PlaceGroup> Members(IStringLocalizer<Texts> t, bool money) =>
    [
        new(null,
        [
            new("/today", "today", t["Today"]), new("/tools", "tools", t["Tools"]), new("/bookings", "bookings", t["Bookings"]),
            .. money ? [new Place("/money", "money", t["Money"])] : Array.Empty<Place>(), new("/me", "me", t["Me"]),
            new("/passport", "badge", t["Passport"]), new("/trainings", "members", t["Trainings"]), new("/mentors", "hand", t["Mentors"]), new("/events", "bookings", t["Events"]),
        ]),
    ];

    /// <summary>The staff's, what they need all day first, the rest by what it is about.</summary>
    public static IReadOnlyList<PlaceGroup> Staff(IStringLocalizer<Texts> t) =>
    [
        new(null,
        [
            new("/staff", "today", t["Today"]), new("/staff/tools", "tools", t["Tools"]), new("/staff/outages", "outage", t["Outages"]),
            new("/staff/members", "members", t["Members"]), new("/staff/approvals", "hourglass", t["Approvals"]),
        ]),
        new(t["Upkeep and access"],
        [
            new("/staff/problems", "hand", t["Problems"]), new("/staff/work", "tools", t["Work orders"]), new("/staff/labels", "code", t["Labels"]),
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
