namespace Makerspace.Tests.Browser;

/// <summary>
/// Every page, for what has to hold of all of them. Where a page is about one thing, that is made first: <c>{training}</c> and the like stand for its id
/// (<see cref="Browsing.Things"/>). A page without a row fails <see cref="PageListTests.Every_page_of_the_site_is_looked_at"/>.
/// </summary>
internal static class PageList
{
    /// <summary>Routes without a row, and why.</summary>
    public static readonly Dictionary<string, string> Apart = new(StringComparer.Ordinal)
    {
        ["/not-found"] = "is shown at addresses that lead nowhere: /nothing-here",
        ["/staff/book"] = "shows nothing: it leads on to a tool's page",
        ["/join/{Id}"] = "is there only where the space sells plans, which would change every other page: MemberMoneyPagesTests reads it",
        ["/money/entries/{Id:guid}"] = "is there only where the space sells: MemberMoneyPagesTests reads it",
    };

    /// <summary>Rows that show how the site says that nothing is there.</summary>
    public static readonly string[] NotThere = ["/nothing-here", "/invitations/none"];

    public static readonly string[] Open = ["/", "/sign-in", "/sign-up", "/sign-up?sent=1", "/forgotten", "/forgotten?sent=1", "/reset?account=a&token=b", "/confirm?account=a&token=b", "/preferences", "/nothing-here", "/t/saw", "/join", "/join?for=company", "/sign-up?next=%2Fjoin%2Fstudio", "/invitations/none", "/kiosk", "/unsubscribe?token=none", "/not-allowed", "/verify", "/verify?code=none", "/verify/a.b", "/events", "/events/{event}", "/events/{event}/guest", "/events/seat?token=none"];

    public static readonly string[] Member =
    [
        "/today", "/tools", "/tools?q=nothing-like-this", "/tools/saw", "/tools/saw?day=2026-12-03&from=10:00&to=11:00", "/tools/saw?day=2026-12-06&from=10:00&to=11:00", "/tools/laser",
        "/bookings", "/waitlist", "/trainings", "/mentors", "/mentors/admin", "/mentors/admin?day=2026-12-08&from=10:00&to=11:00", "/meet?skill=Grants", "/sessions", "/sessions/{session}", "/passport", "/teach", "/trainings/{training}", "/events?again=1", "/quiz/sailing", "/certificates/admin/boating", "/series/{series}", "/tools/saw/repeat?day=2026-12-08&from=10:00&to=11:00&times=3&check=1", "/me", "/me/notices", "/me/calendars", "/find", "/find?q=sa", "/sign-out", "/money", "/money/plan", "/money/buy", "/money/statement", "/money/pay", "/welcome", "/company", "/t/saw", "/t/laser", "/t/saw/problem", "/tools/saw?day=2026-12-03&from=10:00&to=11:00&also=mill",
    ];

    public static readonly string[] Staff =
    [
        "/staff", "/find?work=1", "/staff/tools", "/staff/tools/saw", "/staff/tools/new", "/staff/outages", "/staff/trainings", "/staff/certifications", "/staff/certifications/new", "/staff/certifications/laser", "/staff/tools/saw/trainers", "/staff/members", "/staff/members/new", "/staff/space", "/staff/areas", "/staff/import", "/staff/approvals",
        "/staff/rules", "/staff/rules/edit?level=space", "/staff/rules/edit?level=tool&id=saw", "/staff/rules/edit?level=area&id=hall", "/staff/rules/edit?level=category&id=Machines",
        "/staff/present", "/staff/devices", "/staff/devices/bench-lock", "/staff/members/admin", "/staff/members/admin/badges", "/staff/members/admin/passport", "/not-allowed?duty=Technician&area=hall",
        "/staff/problems", "/staff/problems/{problem}", "/staff/work", "/staff/work/{order}", "/staff/simulations/{simulation}", "/staff/work/new?tool=saw", "/staff/tools/saw/upkeep", "/staff/labels", "/staff/labels?columns=2&rows=5&from=3",
        "/staff/mentors", "/staff/mentors/admin", "/mentoring", "/staff/events", "/mentoring/events", "/mentoring/events/{event}", "/mentoring/office-hours/{hours}",
        "/staff/plans", "/staff/companies", "/staff/resources", "/staff/jobs", "/staff/notices", "/staff/notices?kind=cancelled&language=de",
        "/staff/announcements", "/staff/journal", "/staff/numbers", "/staff/numbers?report=utilisation&by=Hour", "/staff/numbers?report=fairness", "/staff/numbers?report=no-shows", "/staff/numbers?report=downtime", "/staff/numbers?report=training",
        "/staff/numbers?report=energy", "/staff/numbers?report=revenue", "/staff/members?standing=suspended",
        "/staff/products", "/staff/billing", "/staff/money", "/staff/money/accounts", "/staff/money/accounts/member-admin", "/staff/money/revenue", "/staff/money/reconciliation",
    ];
}
