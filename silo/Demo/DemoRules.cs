using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Companies;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>What the demo space shows of rules beyond a tool's own: terms for the whole space, a category's, companies with pooled hours, a resource, trainings.</summary>
internal sealed class DemoRules(IGrainFactory grains)
{
    /// <summary>What the wood shop's machines cannot work without.</summary>
    public const string DustExtraction = "dust-extraction";

    /// <summary>Staff look at who wants to spray before they do.</summary>
    public const string ByApproval = "spray-booth";

    private static readonly Policy Terms = new()
    {
        LateCancelThreshold = Duration.FromHours(24),
        LateCancelFee = new Money(1000, "eur"),
        CheckInOpens = Duration.FromMinutes(15),
    };

    private static readonly ImmutableDictionary<string, CategoryRules> Categories = ImmutableDictionary<string, CategoryRules>.Empty
        .Add("Laser cutters", new CategoryRules(DemoMoney.RateOf("Laser cutters")! with { NoShowGrace = Duration.FromMinutes(20), MaxStrikes = 3 }, new Limits { MaxFutureBookings = 6 }))
        .Add("CNC machines", new CategoryRules(DemoMoney.RateOf("CNC machines")!, Limits.None));

    public async Task Load(Instant now, SpaceFacts facts)
    {
        var staffed = Enumerable.Range(1, 5).Select(day => new OpeningWindow((IsoDayOfWeek)day, new LocalTime(9, 0), new LocalTime(18, 0)));
        await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(
            new SpaceChange
            {
                Defaults = Terms, StaffedHours = [.. staffed], SetStaffedHours = true, Categories = Categories, Billing = DemoMoney.Settings, Plans = DemoMoney.Plans, Products = DemoMoney.Products, DefaultPlan = DemoMoney.Community,
            },
            Actors.System);
        await grains.GetGrain<IResourceGrain>(Keys.Resource(DustExtraction)).Define(new ResourceDefinition { Name = "Dust extraction" }, Actors.System);
        foreach (var company in DemoPeople.All.Select(p => p.CompanyId).OfType<string>().Distinct()) await Company(company);
        await Training(now, facts, days: 3, "Laser cutting for beginners", "laser", "laser-room", seats: 6);
        await Training(now, facts, days: 5, "Your first weld", "welding", "metal-shop", seats: 3);
    }

    private async Task Company(string id)
    {
        var company = new CompanyDefinition
        {
            Name = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(id.Replace('-', ' ')),
            Limits = id == DemoMoney.Payer ? new Limits { MaxFutureHours = Duration.FromHours(200) } : Limits.None,
        };
        await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).Define(id == DemoMoney.Payer ? DemoMoney.Paying(company) : company, Actors.System);
    }

    private async Task Training(Instant now, SpaceFacts facts, int days, string title, string certification, string area, int seats)
    {
        var start = facts.Zone.AtLeniently(now.InZone(facts.Zone).Date.PlusDays(days) + new LocalTime(14, 0)).ToInstant();
        await grains.GetGrain<ITrainingGrain>(Keys.Training(DerivedId.Of("demo-training", certification))).Define(
            new TrainingDefinition
            {
                Title = title, CertificationId = certification, Slot = new Slot(start, start + Duration.FromHours(2)), Seats = seats, AreaId = area, TrainerId = "staff",
            },
            Actors.System);
    }
}
