using Makerspace.Members;
using Makerspace.Spaces;

namespace Makerspace.Tests.Model;

/// <summary>Who may use what, and when: asked at booking, and again when the tool is switched on.</summary>
internal sealed partial class ModelRules
{
    /// <summary>A planned outage, or broken.</summary>
    public bool IsDown(IEnumerable<string> tools, Span slot) => tools.Any(t => InOutage(t, slot) || OutOfService(t, slot));

    private void Gates(Wish wish, string tool, HashSet<string> codes)
    {
        var (member, membership, plan) = (place.Members[wish.Member], place.Members[wish.Member].Membership, PlanOf(wish.Member));
        if (InOutage(tool, wish.Slot)) codes.Add("outage");
        if (OutOfService(tool, wish.Slot)) codes.Add("tool-out-of-service");
        var covered = membership.Active && !(place.Minute(membership.From ?? place.At(wish.Slot.Start)) > wish.Slot.Start) && !(place.Minute(membership.Until ?? place.At(wish.Slot.End)) < wish.Slot.End);
        if (!covered) codes.Add("membership-inactive");
        var allHours = membership.AllHours || plan?.AllHours == true;
        if (!allHours && !Every(wish.Slot, IsOpen)) codes.Add("space-closed");
        if (Setting(tool, wish.Member, p => p.StaffRequired) == true && !Every(wish.Slot, IsStaffed)) codes.Add("staff-required");
        if (plan is { } of && !Covers(of, tool)) codes.Add("plan-excludes-tool");
        if (plan?.Hours is { } hours && !Every(wish.Slot, minute => hours.Any(w => Inside(minute, w)))) codes.Add("plan-excludes-time");
        foreach (var id in Required(tool, wish.Member)) Certified(wish, id, codes);
        if (Setting(tool, wish.Member, p => p.WaiverRequired) == true && member.Standing.WaiverSigned is null) codes.Add("waiver-missing");
        if (Suspended(wish, tool)) codes.Add("suspended");
        var company = member.CompanyId is { } at ? place.Companies[at].Standing : Standing.Good;
        if (member.Standing.BalanceDue is not null || company.BalanceDue is not null) codes.Add("balance-due");
        if (Setting(tool, wish.Member, p => p.Hazardous) == true && Alone(wish, tool)) codes.Add("buddy-required");
    }

    private bool InOutage(string tool, Span slot)
    {
        var things = new List<string> { "tool-" + tool };
        things.AddRange(RoomsAround(tool).Select(r => "tool-" + r));
        things.AddRange(AreasAround(tool).Select(a => "area-" + a));
        things.AddRange(place.Tools[tool].DependsOn.Select(r => "resource-" + r));
        return place.Outages.Any(o => things.Contains(o.On) && Overlap(o.Span, slot));
    }

    private bool OutOfService(string tool, Span slot)
    {
        bool Broken(bool broken, NodaTime.Instant? back) => broken && !(back is { } expected && place.Minute(expected) <= slot.Start);
        return RoomsAround(tool).Append(tool).Any(t => Broken(place.Tools[t].OutOfService, place.Tools[t].ExpectedBack))
            || place.Tools[tool].DependsOn.Any(r => Broken(place.Resources[r].OutOfService, place.Resources[r].ExpectedBack));
    }

    private static bool Covers(Plan plan, string tool, string? category) => (plan.Tools is null && plan.Categories is null)
        || plan.Tools?.Contains(tool) == true || (category is not null && plan.Categories?.Contains(category) == true);

    private bool Covers(Plan plan, string tool) => Covers(plan, tool, place.Tools[tool].Category);

    private void Certified(Wish wish, string id, HashSet<string> codes)
    {
        var held = place.Certificates.FirstOrDefault(c => c.Member == wish.Member && c.Certification.Id == id)?.Certification;
        if (held is null)
        {
            codes.Add("not-certified");
            return;
        }
        var (from, until) = model.Certified(wish.Member, held);
        if (from > wish.Slot.Start || until < wish.Slot.End) codes.Add("certification-expired");
    }

    private bool Suspended(Wish wish, string tool)
    {
        bool Bars(Suspension? suspension) => suspension is not null && (suspension.Until is not { } until || wish.Slot.Start < place.Minute(until));
        var member = place.Members[wish.Member];
        if (Bars(member.Standing.Suspension) || (member.CompanyId is { } company && Bars(place.Companies[company].Standing.Suspension))) return true;
        var strikes = model.Strikes.Count(s => s.Member == wish.Member && s.Until > wish.Slot.Start);
        return Setting(tool, wish.Member, p => p.MaxStrikes) is { } most && strikes >= most;
    }

    // In some minute without staff nobody else who may use the tool then is booked in its area.
    private bool Alone(Wish wish, string tool)
    {
        // Of a bundle somebody who may use all of its hazardous tools there.
        var needed = wish.Tools.Where(t => t == tool || (place.Tools[t].AreaId == place.Tools[tool].AreaId && Setting(t, wish.Member, p => p.Hazardous) == true))
            .SelectMany(t => Required(t, wish.Member)).ToList();
        var buddies = Others(wish).Where(b => b.Lives && b.Member != wish.Member
            && b.Tools.Any(t => place.Tools[tool].AreaId is { } area && AreasAround(t).Contains(area))).ToList();
        return !Every(wish.Slot, minute => IsStaffed(minute) || buddies.Exists(b => b.Helps(minute, needed)));
    }

    private static bool Every(Span slot, Func<int, bool> holds)
    {
        for (var minute = slot.Start; minute < slot.End; minute++)
            if (!holds(minute)) return false;
        return true;
    }

    private bool IsOpen(int minute) => IsIn(place.Open, minute);

    private bool IsStaffed(int minute) => IsIn(place.Staffed ?? place.Open, minute);

    private bool IsIn(IEnumerable<OpeningWindow>? hours, int minute) =>
        (hours is null || hours.Any(w => Inside(minute, w))) && !place.Closures.Any(c => c.Slot.Contains(place.At(minute)));

    // A window opens when the wall first shows its start and closes when it first shows its end; one that began yesterday may run past midnight.
    private bool Inside(int minute, OpeningWindow window)
    {
        foreach (var day in new[] { civil.Day(minute) - 1, civil.Day(minute) })
        {
            if (((day % 7) + 7) % 7 != (int)window.Day - 1) continue;
            var (from, to) = (window.From.Hour * 60 + window.From.Minute, window.To.Hour * 60 + window.To.Minute);
            var opens = civil.Minute(day * 1440 + from);
            var closes = civil.Minute((to <= from ? day + 1 : day) * 1440 + to);
            if (opens <= minute && minute < closes) return true;
        }
        return false;
    }
}
