using System.Collections.Immutable;
using Makerspace.Accounts;
using Makerspace.Import;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>Tidewater Works, an invented makerspace: everything a first look needs, the same every time.</summary>
public static class DemoSpace
{
    public const string Name = "Tidewater Works";

    /// <summary>The password of every demo account. Printed at start, written in docs/demo.md, and good for nothing but the demo.</summary>
    public const string Password = "tidewater-demo";

    /// <summary>The accounts to try: address and what they are.</summary>
    public static readonly ImmutableArray<(string Email, string What)> Accounts =
        [.. DemoPeople.All.Where(p => p.IsDemoAccount).Select(p => (p.Email, $"{p.Role}, {p.Name}"))];

    private const string TimeZone = "Europe/Amsterdam";

    /// <summary>What the space itself is: hours, zone, one closure to come.</summary>
    internal static SpaceFacts Facts(Instant now)
    {
        var zone = DateTimeZoneProviders.Tzdb[TimeZone];
        var closed = now.InZone(zone).Date.PlusDays(10);
        return new()
        {
            Name = Name,
            TimeZone = TimeZone,
            Currency = "eur",
            OpeningHours = [.. OpeningHours()],
            Closures = [new Closure("stocktaking", "Stocktaking", new Slot(zone.AtStartOfDay(closed).ToInstant(), zone.AtStartOfDay(closed.PlusDays(1)).ToInstant()))],
        };
    }

    /// <summary>Everything in the space, as steps of an import.</summary>
    internal static ImportPlan Plan(Instant now)
    {
        var facts = Facts(now);
        var service = Service(now, facts.Zone);
        var broken = new Slot(now, NoonIn(3, now, facts.Zone));
        var unusable = new Dictionary<string, Slot>(StringComparer.Ordinal) 
        {
            [DemoTools.Broken] = broken, [DemoTools.Serviced] = service.Slot, [DemoMoney.WithDeposit] = new Slot(now, now + Duration.FromDays(60)),
        };
        ImmutableArray<ImportStep> steps =
        [
            .. DemoTools.Areas.Select(a => new DefineArea(a.Id, new() { Name = a.Name, Capacity = a.Capacity })),
            .. DemoTools.Certifications.Select(c => new NameCertification(c.Id, c.Name)),
            .. facts.Closures.Select(c => new PlaceClosure(c)),
            .. DemoTools.All.Select(t => new DefineTool(t.Id, Definition(t, broken.End), 0)),
            new PlaceToolOutage(DemoTools.Serviced, service),
            .. DemoPeople.All.SelectMany(p => Steps(p, now)),
            .. new DemoBookings(now, facts, unusable).All(),
        ];
        return new([], [.. steps.Select((s, i) => Line(s, i + 1))]);
    }

    private static IEnumerable<OpeningWindow> OpeningHours()
    {
        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Friday; day++) yield return new(day, new LocalTime(8, 0), new LocalTime(22, 0));
        yield return new(IsoDayOfWeek.Saturday, new LocalTime(9, 0), new LocalTime(20, 0));
        yield return new(IsoDayOfWeek.Sunday, new LocalTime(11, 0), new LocalTime(18, 0));
    }

    private static Outage Service(Instant now, DateTimeZone zone)
    {
        var noon = NoonIn(2, now, zone);
        return new("mirror-alignment", "Mirror alignment", new Slot(noon - Duration.FromHours(3), noon + Duration.FromHours(1)));
    }

    private static Instant NoonIn(int days, Instant now, DateTimeZone zone) =>
        zone.AtLeniently(now.InZone(zone).Date.PlusDays(days) + new LocalTime(12, 0)).ToInstant();

    private static ToolDefinition Definition(DemoTool tool, Instant expectedBack) => new()
    {
        Name = tool.Name,
        Description = tool.Description,
        Category = tool.Category,
        AreaId = tool.AreaId,
        Policy = tool.Id switch
        {
            DemoRules.ByApproval => tool.Policy with { ApprovalRequired = true },
            DemoMoney.WithDeposit => tool.Policy with { Deposit = DemoMoney.Deposit },
            _ => tool.Policy,
        },
        DependsOn = tool is { AreaId: "wood-shop", CertificationId: not null } ? [DemoRules.DustExtraction] : [],
        OutOfService = tool.Id == DemoTools.Broken,
        ExpectedBack = tool.Id == DemoTools.Broken ? expectedBack : null,
    };

    private static IEnumerable<ImportStep> Steps(DemoPerson person, Instant now)
    {
        yield return new DefineMember(person.Id, new() { Name = person.Name, Email = person.Email, CompanyId = person.CompanyId, Membership = new() { PlanId = DemoMoney.PlanOf(person) } }, 0);
        foreach (var certification in person.Certifications)
            yield return new CertifyMember(person.Id, new Certification(certification, now - Duration.FromDays(200), null, "staff"));
        ImmutableArray<string> roles = person.Role == Roles.Member ? [Roles.Member] : [Roles.Member, person.Role];
        yield return new OpenAccount(person.Id, person.Email, roles, person.IsDemoAccount ? Password : null);
    }

    private static PlannedLine Line(ImportStep step, int number) =>
        new(new() { At = number, Model = "demo", Key = step.GetType().Name, Outcome = ImportOutcome.Made }, [step]);
}
