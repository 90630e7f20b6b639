using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>What staff may say, at random: each a sentence and a change. Values are small, so that they are reached.</summary>
internal sealed class Sayings(Dice dice)
{
    private int outages;

    public string Tool() => dice.Of("bench", "lathe", "saw", "saw", "room");

    public IReadOnlyList<string> Bundle() => dice.Of<string[]>(["lathe", "saw"], ["bench", "saw"], ["room", "saw"], ["saw", "bench"], ["bench", "lathe", "saw"], ["lathe", "room"]);

    public Say Any(int now) => dice.Below(20) switch
    {
        < 8 => Setting(),
        8 or 9 => Limit(),
        10 => Hours(),
        11 => Closed(now),
        12 or 13 => Certify(now),
        14 => Standing(now),
        15 => Membership(now),
        16 or 17 => Outage(now),
        18 => Broken(now),
        _ => PlanOrPlace(),
    };

    /// <summary>A tool that several may use, with a no-show's grace or with a buddy.</summary>
    public Say Shared(string tool) => dice.OneIn(2)
        ? new Say($"for the {tool} 3 at once and a grace of 15 minutes", (p, _) =>
            p.Tool(tool, t => t with { Policy = t.Policy with { Concurrency = 3, NoShowGrace = Duration.FromMinutes(15) } }))
        : new Say("never staffed, and wherever nothing else is said hazardous for who is certified for metal", (p, _) =>
            p with { Staffed = [], Defaults = p.Defaults with { Hazardous = true, RequiredCertifications = ["metal"], Concurrency = 2 } });

    private Say Setting()
    {
        var (name, set) = Any();
        return dice.Below(8) switch
        {
            0 or 1 => new Say($"everywhere {name}", (p, _) => p with { Defaults = set(p.Defaults) }),
            2 => In(dice.Of("hall", "bay")),
            3 => Category(dice.Of("metal", "metal", "wood")),
            7 => new Say($"for the plan standard {name}", (p, _) => p.PlanOf("standard", plan => plan with { Policy = set(plan.Policy) })),
            _ => Of(Tool()),
        };

        Say In(string area) => new($"in the {area} {name}", (p, _) => p.Area(area, a => a with { Policy = set(a.Policy) }));
        Say Category(string category) => new($"for {category} tools {name}", (p, _) => p.Category(category, c => c with { Policy = set(c.Policy) }));
        Say Of(string tool) => new($"for the {tool} {name}", (p, _) => p.Tool(tool, t => t with { Policy = set(t.Policy) }));
    }

    private (string Name, Func<Policy, Policy> Set) Any()
    {
        var (hours, count, minutes) = (Duration.FromHours(1 + dice.Below(5)), 1 + dice.Below(3), Duration.FromMinutes(dice.Of(15, 30, 60, 120)));
        var (on, certifications) = (!dice.OneIn(5), dice.Of<string[]>(["metal"], ["safety"], ["metal", "safety"], []));
        var (peak, grid) = (Peak(), Duration.FromMinutes(dice.Of(5, 15, 30, 60)));
        return dice.Below(33) switch
        {
            0 => ($"bookings last {minutes} or longer", p => p with { MinDuration = minutes }),
            1 => ($"bookings last {hours} at the most", p => p with { MaxDuration = hours }),
            2 => ($"one books {hours * 12} ahead at the most", p => p with { Horizon = hours * 12 }),
            3 => ($"one books {hours} ahead or earlier", p => p with { Notice = hours }),
            4 or 32 => ($"a buffer of {minutes}", p => p with { Buffer = minutes }),
            5 => ($"a gap of {hours}", p => p with { MinimumGap = hours }),
            6 => ($"{count} bookings a day", p => p with { MaxBookingsPerDay = count }),
            7 => ($"{hours} a day", p => p with { MaxHoursPerDay = hours }),
            8 => ($"{hours * 2} a week", p => p with { MaxHoursPerWeek = hours * 2 }),
            9 => ($"{count} bookings to come", p => p with { MaxFutureBookings = count }),
            10 => ($"{hours} to come", p => p with { MaxFutureHours = hours }),
            11 or 12 => ($"{count} at once", p => p with { Concurrency = count }),
            13 or 14 => ($"certifications needed: {string.Join(", ", certifications)}", p => p with { RequiredCertifications = [.. certifications] }),
            15 => ($"staff needed: {on}", p => p with { StaffRequired = on }),
            16 or 17 => ($"hazardous: {on}", p => p with { Hazardous = on }),
            18 => ($"peak hours are {string.Join(" and ", peak.Select(w => $"{string.Join(",", w.Days)} {w.From:HH':'mm}-{w.To:HH':'mm}"))}", p => p with { Peak = peak }),
            19 or 28 or 29 => ($"cancelling costs from {hours} before", p => p with { LateCancelThreshold = hours, LateCancelFee = new Money(500, "usd") }),
            20 or 30 or 31 => ($"grace of {minutes}", p => p with { NoShowGrace = minutes }),
            21 => ($"check-in opens {minutes} before", p => p with { CheckInOpens = minutes }),
            22 => ($"a grid of {grid}", p => p with { Grid = grid }),
            23 => ($"{count} upcoming bookings at the most", p => p with { MaxUpcoming = count }),
            24 => ($"{count} bookings a week", p => p with { MaxBookingsPerWeek = count }),
            25 => ($"approval needed: {on}", p => p with { ApprovalRequired = on }),
            26 => ($"grace of {minutes}, and {count} strikes suspend for {hours * 24}", p => p with { NoShowGrace = minutes, MaxStrikes = count, StrikeExpiry = hours * 24 }),
            _ => dice.OneIn(2) ? ($"a waiver needed: {on}", p => p with { WaiverRequired = on }) : ($"one booking at a time: {on}", p => p with { OneAtATime = on }),
        };
    }

    private ImmutableArray<PeakWindow> Peak() => dice.OneIn(8) ? [] :
    [
        new([IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday], At(dice.Of(8, 9, 22)), At(dice.Of(12, 17, 2))),
        new([IsoDayOfWeek.Sunday], At(dice.Of(0, 1, 2)), new LocalTime(dice.Of(2, 3, 5), dice.Of(0, 30))),
    ];

    private Say Limit()
    {
        var (hours, count) = (Duration.FromHours(2 + dice.Below(6)), 1 + dice.Below(4));
        (string Name, Func<Limits, Limits> Set) limit = dice.Below(6) switch
        {
            0 => ($"{count} bookings a day", l => l with { MaxBookingsPerDay = count }),
            1 => ($"{hours} a day", l => l with { MaxHoursPerDay = hours }),
            2 => ($"{count} bookings a week", l => l with { MaxBookingsPerWeek = count }),
            3 => ($"{hours} a week", l => l with { MaxHoursPerWeek = hours }),
            4 => ($"{count} bookings to come", l => l with { MaxFutureBookings = count }),
            _ => ($"{hours} to come", l => l with { MaxFutureHours = hours }),
        };
        return dice.Below(3) switch
        {
            0 => new Say($"on all metal tools together {limit.Name}", (p, _) => p.Category("metal", c => c with { Limits = limit.Set(c.Limits) })),
            1 => new Say($"on all tools, with the plan standard, {limit.Name}", (p, _) => p.PlanOf("standard", plan => plan with { Limits = limit.Set(plan.Limits) })),
            _ => new Say($"acme together {limit.Name}", (p, _) => p.Company("acme", c => c with { Limits = limit.Set(c.Limits) })),
        };
    }

    private Say Hours()
    {
        var windows = Week();
        var text = string.Join(", ", windows.Select(w => $"{w.Day} {w.From:HH':'mm}-{w.To:HH':'mm}"));
        return dice.OneIn(2)
            ? new Say("open " + text, (p, _) => p with { Open = windows })
            : new Say("staffed " + text, (p, _) => p with { Staffed = windows });
    }

    private ImmutableArray<OpeningWindow> Week()
    {
        var (from, to) = (At(dice.Of(0, 6, 8, 9)), At(dice.Of(0, 2, 16, 18, 22)));
        var weekdays = Enumerable.Range(1, 6).Select(d => new OpeningWindow((IsoDayOfWeek)d, from, to));
        return dice.Below(4) switch
        {
            0 => [.. weekdays],
            1 => [.. weekdays, new(IsoDayOfWeek.Sunday, At(2), At(12))],
            2 => [.. weekdays, new(IsoDayOfWeek.Sunday, new LocalTime(dice.Of(1, 2), dice.Of(15, 30)), new LocalTime(dice.Of(2, 3), dice.Of(30, 45)))],
            _ => [.. weekdays, new(IsoDayOfWeek.Saturday, At(22), new LocalTime(dice.Of(1, 2), 30)), new(IsoDayOfWeek.Sunday, At(0), At(0))],
        };
    }

    private Say Closed(int now)
    {
        var span = Near(now);
        return new Say($"closed for {span.End - span.Start} minutes from minute {span.Start}", (p, _) => p with
        {
            Closures = [.. p.Closures.Add(new Closure("c" + span.Start, "Stocktaking", p.SlotOf(span))).OrderBy(c => c.Slot.Start)],
        });
    }

    private Say Certify(int now)
    {
        var (member, id) = (dice.Of("ada", "ben", "cyd"), dice.Of("metal", "safety"));
        var (from, until) = (dice.OneIn(5) ? now + (dice.Below(5) * 720) : -1440, dice.OneIn(2) ? now + 60 + (dice.Below(20) * 360) : (int?)null);
        var lapse = Duration.FromDays(1 + dice.Below(8));
        return dice.Below(7) switch
        {
            0 => new Say($"{member} loses {id}", (p, _) => p with { Certificates = p.Certificates.RemoveAll(c => c.Member == member && c.Certification.Id == id) }),
            1 => new Say($"{id} lapses after {lapse}", (p, _) => p with { Lapses = p.Lapses.SetItem(id, lapse) }),
            2 or 3 => new Say($"{member} is certified for metal and safety", (p, _) =>
                p.With(new Held(member, new Certification("metal", p.At(-1440), null, "staff"))).With(new Held(member, new Certification("safety", p.At(-1440), null, "staff")))),
            _ => new Say($"{member} is certified for {id} from minute {from} until {until?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "ever"}", (p, _) =>
                p.With(new Held(member, new Certification(id, p.At(from), until is { } end ? p.At(end) : null, "staff")))),
        };
    }

    private Say Standing(int now)
    {
        var (member, until) = (dice.Of("ada", "ben", "cyd"), dice.OneIn(2) ? now + (dice.Below(20) * 120) : (int?)null);
        Func<Standing, Place, Standing> change;
        string what;
        switch (dice.Below(6))
        {
            case 0: (what, change) = ("pays", (s, _) => s with { BalanceDue = null }); break;
            case 1: (what, change) = ("owes money", (s, _) => s with { BalanceDue = new Money(900, "usd") }); break;
            case 2: (what, change) = ("is no longer suspended", (s, _) => s with { Suspension = null }); break;
            case 3: (what, change) = ($"is suspended until minute {until}", (s, p) => s with { Suspension = new Suspension("noise", until is { } end ? p.At(end) : null) }); break;
            default: (what, change) = ("signs the waiver", (s, p) => s with { WaiverSigned = p.Monday }); break;
        }
        return dice.OneIn(4)
            ? new Say("acme " + what, (p, _) => p.Company("acme", c => c with { Standing = change(c.Standing, p) }))
            : new Say($"{member} {what}", (p, _) => p.Member(member, m => m with { Standing = change(m.Standing, p) }));
    }

    private Say Membership(int now)
    {
        var (member, until) = (dice.Of("ada", "ben", "cyd", "dan"), now + (dice.Below(20) * 240));
        return dice.Below(5) switch
        {
            0 => new Say($"{member}'s membership ends at minute {until}", (p, _) => Change(p, m => m with { Until = p.At(until) })),
            1 => new Say($"{member}'s membership begins at minute {until}", (p, _) => Change(p, m => m with { From = p.At(until) })),
            2 => new Say($"{member} may come at all hours", (p, _) => Change(p, m => m with { AllHours = true })),
            3 => new Say($"{member}'s membership is paused", (p, _) => Change(p, m => m with { Active = false })),
            _ => new Say($"{member}'s plan is off-peak", (p, _) => Change(p, m => m with { PlanId = "off-peak" })),
        };

        Place Change(Place place, Func<Membership, Membership> change) => place.Member(member, m => m with { Membership = change(m.Membership) });
    }

    private Say Outage(int now)
    {
        var (on, span, id) = (dice.Of("tool-saw", "tool-bench", "area-hall", "area-bay", "resource-dust", "tool-room"), Near(now), "o" + (1 + dice.Below(3)));
        if (outages > 0 && dice.OneIn(4)) return new Say($"outage {id} is closed", (p, at) => p.Closed(id, at));
        id = "o" + ++outages;
        return new Say($"outage {id} of {on} for {span.End - span.Start} minutes from minute {span.Start}", (p, _) => p.With(new Down(id, on, span)));
    }

    private Say Broken(int now)
    {
        var (tool, back) = (dice.Of("saw", "bench", "lathe"), dice.OneIn(2) ? now + (dice.Below(10) * 120) : (int?)null);
        return dice.Below(4) switch
        {
            0 => new Say($"the {tool} works again", (p, _) => p.Tool(tool, t => t with { OutOfService = false, ExpectedBack = null })),
            1 => new Say("the dust extraction works again", (p, _) => p.Resource("dust", r => r with { OutOfService = false })),
            2 => new Say($"the dust extraction breaks until minute {back}", (p, _) => p.Resource("dust", r => r with { OutOfService = true, ExpectedBack = Back(p) })),
            _ => new Say($"the {tool} breaks until minute {back}", (p, _) => p.Tool(tool, t => t with { OutOfService = true, ExpectedBack = Back(p) })),
        };

        Instant? Back(Place place) => back is { } minute ? place.At(minute) : null;
    }

    private Say PlanOrPlace()
    {
        var (capacity, area, plan) = (1 + dice.Below(3), dice.Of("hall", "bay"), dice.Of("standard", "off-peak"));
        var hours = Week();
        return dice.Below(6) switch
        {
            0 => new Say($"plan {plan} covers only the bench and metal tools", (p, _) => p.PlanOf(plan, o => o with { Tools = ["bench"], Categories = ["metal"] })),
            1 => new Say($"plan {plan} covers only the saw", (p, _) => p.PlanOf(plan, o => o with { Tools = ["saw"] })),
            2 => new Say($"plan {plan} covers {string.Join(", ", hours.Select(w => $"{w.Day} {w.From:HH':'mm}-{w.To:HH':'mm}"))}", (p, _) => p.PlanOf(plan, o => o with { Hours = hours })),
            3 => new Say($"plan {plan} has the key", (p, _) => p.PlanOf(plan, o => o with { AllHours = true })),
            _ => new Say($"the {area} holds {capacity}", (p, _) => p.Area(area, a => a with { Capacity = capacity })),
        };
    }

    private Span Near(int now)
    {
        var start = now - (now % 30) + (30 * dice.Below(60)) - 60;
        return new Span(start, start + dice.Of(60, 120, 300, 1440));
    }

    private static LocalTime At(int hour) => new(hour, 0);
}
