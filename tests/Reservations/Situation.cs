using System.Collections.Immutable;
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
/// Times are local, on Tuesday 1 December 2026 unless a date is given ("2 10:00" is the 2nd); the zone is Berlin's; now is 08:00.
/// </summary>
internal sealed record Situation
{
    public static Situation Given { get; } = new();

    public ToolState Tool { get; init; } = new() { Version = 1, Definition = new ToolDefinition { Name = "Laser" } };
    public MemberState Member { get; init; } = new() { Version = 1, Definition = new MemberDefinition { Name = "Ada" } };
    public SpaceFacts Space { get; init; } = new() { TimeZone = "Europe/Berlin" };
    public string Today { get; init; } = "2026-12-01";
    public string Clock { get; init; } = "08:00";
    public string? Overriding { get; init; }

    public Situation Policy(Func<Policy, Policy> change) => this with { Tool = Tool with { Definition = Tool.Definition with { Policy = change(Tool.Definition.Policy) } } };
    public Situation ToolThat(Func<ToolDefinition, ToolDefinition> change) => this with { Tool = Tool with { Definition = change(Tool.Definition) } };
    public Situation Claimed(params string[] slots) => this with { Tool = slots.Aggregate(Tool, (tool, s) => tool.With(new Claim(Guid.NewGuid(), "somebody", null, At(s), 1))) };
    public Situation Outage(string slot) => this with { Tool = Tool with { Outages = [new Outage("o1", "Service", At(slot))] } };
    public Situation Holds(params string[] slots) => this with { Member = slots.Aggregate(Member, (m, s) => m.With(new Hold(Guid.NewGuid(), "laser", At(s), null, Duration.Zero))) };
    public Situation MembershipIs(Membership membership) => this with { Member = Member with { Definition = Member.Definition with { Membership = membership } } };
    public Situation Certified(string id, string from, string? until) => this with
    {
        Member = Member with { Certifications = [new Certification(id, Instant(from), until is null ? null : Instant(until), "staff")] },
    };
    public Situation Open(params string[] hours) => this with
    {
        Space = Space with { OpeningHours = [.. hours.SelectMany(h => Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => Window(d, h)))] },
    };
    public Situation ClosedDuring(string slot) => this with { Space = Space with { Closures = [new Closure("c1", "Stocktaking", At(slot))] } };
    public Situation On(string day) => this with { Today = day };
    public Situation Now(string clock) => this with { Clock = clock };
    public Situation Overridden() => this with { Overriding = "because" };

    public Answer WhenAsked(string slot) => new(Decide(At(slot)));

    public Answer WhenAskedFor(Duration duration) => new(Decide(new Slot(Instant("10:00"), Instant("10:00") + duration)));

    public ImmutableArray<Slot> Alternatives(string slot, int most = 5) =>
        Makerspace.Reservations.Alternatives.Nearest(Tool, Claim(At(slot)), Instant(Clock), most);

    private ImmutableArray<Refusal> Decide(Slot slot)
    {
        var terms = new ToolTerms("laser", "Laser", null, null, Tool.Definition.Policy.Over(Space.Defaults), Tool.Version);
        var hold = new HoldRequest { Tool = terms, Slot = slot, Space = Space, OverrideReason = Overriding };
        return [.. Deciding.Refusals(Tool, Claim(slot), Instant(Clock)), .. Deciding.Refusals(Member, hold, slot, Instant(Clock))];
    }

    private ClaimRequest Claim(Slot slot) => new() { BookingId = Guid.NewGuid(), MemberId = "ada", Slot = slot, Space = Space, OverrideReason = Overriding };

    public Slot At(string slot)
    {
        var parts = slot.Split('-');
        return new Slot(Instant(parts[0]), Instant(parts[1]));
    }

    // "10:00" today, "2 10:00" that day of the month, "24:00" midnight at the end.
    public Instant Instant(string text)
    {
        var parts = text.Split(' ');
        var today = LocalDatePattern.Iso.Parse(Today).Value;
        var date = parts.Length > 1 ? new LocalDate(today.Year, today.Month, int.Parse(parts[0], null)) : today;
        var time = parts[^1] == "24:00" ? "00:00" : parts[^1];
        if (parts[^1] == "24:00") date = date.PlusDays(1);
        return date.At(LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(time).Value).InZoneLeniently(Space.Zone).ToInstant();
    }

    private static OpeningWindow Window(IsoDayOfWeek day, string hours)
    {
        var parts = hours.Split('-').Select(h => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(h == "24:00" ? "00:00" : h).Value).ToArray();
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
