using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Layout;

/// <summary>Where one can go from everywhere.</summary>
public sealed record Place(string Href, string Icon, string Label);

/// <summary>The entries of the navigation: the first <see cref="OnPhone"/> are at the bottom of a phone, all are at the side of a desk.</summary>
public static class Places
{
    public const int OnPhone = 5;

    /// <summary>A member's; the money only where the space takes any.</summary>
    public static IReadOnlyList<Place> Members(IStringLocalizer<Texts> t, bool money) =>
    [
        new("/today", "today", t["Today"]), new("/tools", "tools", t["Tools"]), new("/bookings", "bookings", t["Bookings"]),
        .. money ? [new Place("/money", "money", t["Money"])] : Array.Empty<Place>(), new("/me", "me", t["Me"]),
        new("/passport", "badge", t["Passport"]), new("/trainings", "members", t["Trainings"]), new("/mentors", "hand", t["Mentors"]),
    ];

    public static IReadOnlyList<Place> Staff(IStringLocalizer<Texts> t) =>
    [
        new("/staff", "today", t["Today"]), new("/staff/tools", "tools", t["Tools"]), new("/staff/outages", "outage", t["Outages"]),
        new("/staff/members", "members", t["Members"]), new("/staff/approvals", "hourglass", t["Approvals"]),
        new("/staff/announcements", "info", t["Announcements"]), new("/staff/numbers", "chart", t["Numbers"]), new("/staff/journal", "bookings", t["Journal"]),
        new("/staff/problems", "hand", t["Problems"]), new("/staff/work", "tools", t["Work orders"]), new("/staff/labels", "code", t["Labels"]),
        new("/staff/space", "space", t["Space"]), new("/staff/rules", "ruler", t["Rules"]), new("/staff/plans", "badge", t["Plans"]), new("/staff/money", "money", t["Money"]),
        new("/staff/companies", "members", t["Companies"]), new("/staff/areas", "area", t["Areas"]), new("/staff/resources", "outage", t["Resources"]),
        new("/staff/present", "enter", t["Who is in"]), new("/staff/devices", "key", t["Devices"]),
        new("/staff/trainings", "badge", t["Trainings"]), new("/staff/mentors", "hand", t["Mentors"]), new("/staff/certifications", "badge", t["Certifications"]), new("/staff/import", "import", t["Import"]), new("/staff/notices", "info", t["Messages"]), new("/staff/jobs", "clock", t["Jobs"]),
    ];
}
