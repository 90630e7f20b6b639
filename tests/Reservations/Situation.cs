using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// The facts of one decision, in words: <c>Given.Claimed("10:00-12:00").WhenAsked("12:00-13:00").ShouldBeAccepted()</c>.
/// Ada asks for the laser. Times are local, on Tuesday 1 December 2026 unless a date is given ("2 10:00" is the 2nd, "1/2 10:00" the 2nd of
/// January, "2027/1/2 10:00" that of 2027); the zone is Berlin's; now is 08:00.
/// </summary>
internal sealed record Situation
{
    public static Situation Given { get; } = new();

    public ToolState Tool { get; init; } = new() { Version = 1, Definition = new ToolDefinition { Name = "Laser" } };
    public MemberState Member { get; init; } = new() { Version = 1, Definition = new MemberDefinition { Name = "Ada" } };
    public SpaceFacts Space { get; init; } = new() { TimeZone = "Europe/Berlin" };
    public CompanyState? Company { get; init; }
    public AreaState? Area { get; init; }
    public ImmutableArray<ToolTerms> Also { get; init; } = [];
    public ImmutableArray<string> Earlier { get; init; } = [];
    public Guid BookingId { get; init; } = Guid.NewGuid();
    public Occasion Occasion { get; init; }
    public ClaimUse Use { get; init; }
    public string Today { get; init; } = "2026-12-01";
    public string Clock { get; init; } = "08:00";
    public string? Overriding { get; init; }

    public Situation Policy(Func<Policy, Policy> change) => ToolThat(t => t with { Policy = change(t.Policy) });
    public Situation ToolThat(Func<ToolDefinition, ToolDefinition> change) => this with { Tool = Tool with { Definition = change(Tool.Definition) } };
    public Situation InCategory(string category, CategoryRules rules) =>
        (this with { Space = Space with { Categories = Space.Categories.SetItem(category, rules) } }).ToolThat(t => t with { Category = category });
    public Situation PlanIs(Plan plan) => this with { Space = Space with { Plans = Space.Plans.SetItem("standard", plan) } };

    /// <summary>In an area of that capacity, called a1.</summary>
    public Situation InArea(int? capacity = null) =>
        ToolThat(t => t with { AreaId = "a1" }) with { Area = new AreaState { Definition = new AreaDefinition { Name = "Workshop", Capacity = capacity } } };

    public Situation Claimed(params string[] slots) => slots.Aggregate(this, (given, s) => given.ClaimedBy("somebody", s));
    public Situation ClaimedBy(string member, string slot, string? next = null, ClaimUse use = ClaimUse.Whole) =>
        this with { Tool = Tool.With(Claim(Guid.NewGuid(), member, slot, next) with { Use = use }) };

    /// <summary>The booking that is asked about has this already.</summary>
    public Situation Has(string slot) => this with
    {
        Tool = Tool.With(Claim(BookingId, "ada", slot, null)),
        Member = Member.With(new Hold(BookingId, "laser", At(slot), null, Duration.Zero) { Category = Tool.Definition.Category }),
    };

    public Situation PresentInArea(string member, string slot, string? next = null, params string[] certifications) =>
        Holding(member, slot, next, [.. certifications.Select(id => new HeldCertification(id, NodaTime.Instant.MinValue, null, null))]);

    public Situation Holding(string member, string slot, string? next, params HeldCertification[] held) => this with
    {
        Area = Area! with { Claims = Area.Claims.Add(Claim(Guid.NewGuid(), member, slot, next) with { Held = [.. held] }) },
    };

    public Situation Outage(string slot) => this with { Tool = Tool with { Outages = [new Outage("o1", "Service", At(slot))] } };
    public Situation Holds(params string[] slots) => slots.Aggregate(this, (given, s) => given.HoldsOf("laser", s));
    public Situation HoldsOf(string tool, string slot, string? next = null, string? category = null, params HeldTool[] also) => this with
    {
        Member = Member.With(HoldOn(tool, slot, next) with { Category = category, Also = [.. also] }),
    };

    public Situation OfCompany(Limits limits, Standing? standing = null) => this with
    {
        Company = new CompanyState { Version = 1, Definition = new CompanyDefinition { Name = "Initech", Limits = limits, Standing = standing ?? Standing.Good } },
    };

    public Situation ColleagueHolds(string tool, string slot) => this with
    {
        Company = Company! with { Holds = Company.Holds.With(HoldOn(tool, slot, null) with { MemberId = "bob" }) },
    };

    public Situation MembershipIs(Membership membership) => MemberThat(d => d with { Membership = membership });
    public Situation StandingIs(Standing standing) => MemberThat(d => d with { Standing = standing });
    public Situation Strikes(params string[] until) => this with
    {
        Member = Member with { Strikes = [.. until.Select(u => new Strike(Guid.NewGuid(), "laser", Instant("08:00"), Instant(u)))] },
    };

    public Situation Certified(string id, string from, string? until) => this with
    {
        Member = Member with { Certifications = [new Certification(id, Instant(from), until is null ? null : Instant(until), "staff")] },
    };

    /// <summary>The certification lapses when it was not used for so long.</summary>
    public Situation Lapses(string id, Duration after, string? lastUsed = null) => this with
    {
        Space = Space with { Lapses = Space.Lapses.SetItem(id, after) },
        Member = lastUsed is null ? Member : Member with { LastUsed = Member.LastUsed.SetItem(id, Instant(lastUsed)) },
    };

    public Situation Open(params string[] hours) => this with { Space = Space with { OpeningHours = Daily(hours) } };
    public Situation Staffed(params string[] hours) => this with { Space = Space with { StaffedHours = Daily(hours) } };
    public Situation ClosedDuring(string slot) => this with { Space = Space with { Closures = [new Closure("c1", "Stocktaking", At(slot))] } };

    /// <summary>A bundle: with another tool too.</summary>
    public Situation With(string tool, Policy policy, string? category = null) => this with { Also = Also.Add(Terms(tool, category, null, policy)) };

    public Situation In(string zone) => this with { Space = Space with { TimeZone = zone } };
    public Situation On(string day) => this with { Today = day };
    public Situation Now(string clock) => this with { Clock = clock };
    public Situation To(Occasion occasion) => this with { Occasion = occasion };
    public Situation ForSomethingInside() => this with { Use = ClaimUse.Inside };
    public Situation After(params string[] earlier) => this with { Earlier = [.. earlier] };
    public Situation Overridden() => this with { Overriding = "because" };

    public Answer WhenAsked(string slot) => new(Decide(At(slot)));

    public Answer WhenAskedFor(Duration duration) => new(Decide(new Slot(Instant("10:00"), Instant("10:00") + duration)));

    public ImmutableArray<Slot> Alternatives(string slot, int most = 5) =>
        Suggestions.Nearest(Tool, Request(At(slot)), Instant(Clock), most);

    public ImmutableArray<Slot> Slots(params string[] slots) => [.. slots.Select(At)];

    public Slot At(string slot)
    {
        var parts = slot.Split('-');
        return new Slot(Instant(parts[0]), Instant(parts[1]));
    }

    // "10:00" today, "2 10:00" that day of the month, "24:00" midnight at the end.
    public Instant Instant(string text)
    {
        var parts = text.Split(' ');
        var date = parts.Length > 1 ? Date(parts[0]) : LocalDatePattern.Iso.Parse(Today).Value;
        if (parts[^1] == "24:00") date = date.PlusDays(1);
        return date.At(Time(parts[^1])).InZoneLeniently(Space.Zone).ToInstant();
    }

    public ClaimRequest Request(Slot slot) => new()
    {
        BookingId = BookingId,
        MemberId = "ada",
        ToolId = "laser",
        ThingId = "laser",
        PlanId = Member.Definition.Membership.PlanId,
        Slot = slot,
        Space = Space,
        Occasion = Occasion,
        Use = Use,
        Earlier = Slots([.. Earlier]),
        OverrideReason = Overriding,
    };

    public HoldRequest Hold(Slot slot) => new()
    {
        BookingId = BookingId,
        MemberId = "ada",
        PlanId = Member.Definition.Membership.PlanId,
        Tool = Terms("laser", Tool.Definition.Category, Tool.Definition.AreaId, Tool.Definition.Policy) with
        {
            OfMentor = Tool.Definition.Mentor is not null, AnyHour = Tool.Definition.Mentor is { Place: not Makerspace.Mentors.MentorPlace.Space },
        },
        Also = Also,
        Slot = slot,
        Space = Space,
        Occasion = Occasion,
        Earlier = Slots([.. Earlier]),
        OverrideReason = Overriding,
    };

    private ImmutableArray<Refusal> Decide(Slot slot)
    {
        var (claim, hold, now) = (Request(slot), Hold(slot), Instant(Clock));
        return
        [
            .. Deciding.Refusals(Tool, claim, now),
            .. Use == ClaimUse.Inside ? [] : Deciding.Refusals(Member, hold, slot, now),
            .. Company is null ? [] : Deciding.Refusals("c1", Company, hold, slot, now),
            .. Area is null ? [] : Deciding.Refusals("a1", Area, claim with { ThingId = "a1", Use = ClaimUse.Inside, Buddy = Buddy(hold, slot) }),
        ];
    }

    private BuddyNeed? Buddy(HoldRequest hold, Slot slot) => Makerspace.Reservations.Rules.AreaRules.Need(hold.Tool, Space, slot, hold.PlanId);

    private ToolTerms Terms(string tool, string? category, string? areaId, Policy own)
    {
        var levels = PolicyLevels.Of(tool, areaId, category, own, Member.Definition.Membership.PlanId, Space);
        return new ToolTerms(tool, tool, category, areaId, levels.Effective, 1) { Own = own };
    }

    private Situation MemberThat(Func<MemberDefinition, MemberDefinition> change) => this with { Member = Member with { Definition = change(Member.Definition) } };

    private Claim Claim(Guid bookingId, string member, string slot, string? next) =>
        new(bookingId, member, null, At(slot), 1) { Next = next is null ? null : At(next) };

    private Hold HoldOn(string tool, string slot, string? next) => new(Guid.NewGuid(), tool, At(slot), next is null ? null : At(next), Duration.Zero);

    private LocalDate Date(string text)
    {
        var today = LocalDatePattern.Iso.Parse(Today).Value;
        var parts = text.Split('/').Select(p => int.Parse(p, null)).ToArray();
        return new LocalDate(parts.Length > 2 ? parts[0] : today.Year, parts.Length > 1 ? parts[^2] : today.Month, parts[^1]);
    }

    private static LocalTime Time(string text) =>
        LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text == "24:00" ? "00:00" : text).Value;

    private static ImmutableArray<OpeningWindow> Daily(IEnumerable<string> hours) =>
        [.. hours.SelectMany(h => Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => Window(d, h)))];

    public static OpeningWindow Window(IsoDayOfWeek day, string hours)
    {
        var parts = hours.Split('-').Select(Time).ToArray();
        return new OpeningWindow(day, parts[0], parts[1]);
    }
}

/// <summary>What was decided.</summary>
internal sealed record Answer(ImmutableArray<Refusal> Refusals)
{
    public void ShouldBeAccepted() => Refusals.Select(r => r.Code).ShouldBeEmpty();

    public Answer ShouldBeRefused(params string[] codes)
    {
        Refusals.Select(r => r.Code).ShouldBe(codes, ignoreOrder: true);
        return this;
    }

    public T The<T>() where T : Refusal => Refusals.OfType<T>().ShouldHaveSingleItem();
}
