using System.Collections.Immutable;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>What the demo space sells. Its members have their plans from the staff and no card, so everything of money is there to be tried: joining, paying, late statements.</summary>
internal static class DemoMoney
{
    public const string Community = "community", Maker = "maker", Team = "team";

    /// <summary>The company that pays for its members, who share its hours.</summary>
    public const string Payer = "gull-robotics";

    /// <summary>A deposit is held before it is booked. Everybody may use it; nobody of the demo has booked it ahead, as their deposits would be missing.</summary>
    public const string WithDeposit = "scanner-3d";

    private static readonly ImmutableArray<string> Machines = ["Laser cutters", "CNC machines"];

    /// <summary>Nobody is refused a booking for a month: whoever looks around has no card saved.</summary>
    public static readonly BillingSettings Settings = new()
    {
        TaxBasisPoints = 2100, TaxName = "VAT", PricesIncludeTax = true, Usage = UsageBilling.Monthly, StatementDay = 1, Grace = Duration.FromDays(30), SuspendAfter = Duration.FromDays(60),
    };

    public static readonly ImmutableDictionary<string, Plan> Plans = ImmutableDictionary<string, Plan>.Empty
        .Add(Community, new Plan
        {
            Name = "Community", Offered = true, Price = new PlanPrice(Euros(29), BillingInterval.Month, 0),
            Description = "Benches, hand tools and small machines whenever we are open. Lasers and CNC machines by the hour.",
        })
        .Add(Maker, new Plan
        {
            Name = "Maker", Offered = true, Price = new PlanPrice(Euros(79), BillingInterval.Month, 14), IncludedHours = Duration.FromHours(10), IncludedCategories = Machines, BillsUsedTime = true,
            Rates = [new PlanRate(null, "Laser cutters", 900, 600), new PlanRate(null, "CNC machines", 1400, null)],
            Description = "Ten hours of lasers and CNC machines every month, and a lower price for every hour after them. Two weeks free to find out.",
        })
        .Add(Team, new Plan
        {
            Name = "Team", Offered = true, ForCompanies = true, Price = new PlanPrice(Euros(65), BillingInterval.Month, 0), IncludedHours = Duration.FromHours(8), IncludedCategories = Machines, BillsUsedTime = true,
            Rates = [new PlanRate(null, "Laser cutters", 900, 600), new PlanRate(null, "CNC machines", 1400, null)],
            Description = "One bill for the whole start-up. Eight hours of lasers and CNC machines with every seat, shared by everybody.",
        });

    public static readonly ImmutableDictionary<string, Product> Products = ImmutableDictionary<string, Product>.Empty
        .Add("ten-hours", new Product
        {
            Name = "Ten machine hours", Kind = ProductKind.Pack, Price = Euros(90), Hours = Duration.FromHours(10), Categories = Machines, ValidDays = 365, Description = "For lasers and CNC machines, good for a year.",
        })
        .Add("day-pass", new Product { Name = "Day pass", Kind = ProductKind.DayPass, Price = Euros(19), PlanId = Community, Description = "One day of the Community plan, to try us out." });

    /// <summary>What tools of a category cost.</summary>
    public static Policy? RateOf(string category) => category switch
    {
        "Laser cutters" => new Policy { HourlyRate = Euros(12), OffPeakHourlyRate = Euros(8) },
        "CNC machines" => new Policy { HourlyRate = Euros(18) },
        _ => null,
    };

    public static readonly Money Deposit = Euros(25);

    /// <summary>The plan that staff gave somebody.</summary>
    public static string PlanOf(DemoPerson person)
    {
        if (person.Role != Roles.Member) return "standard";
        return person.CompanyId == Payer ? Team : person.Certifications.Length > 1 ? Maker : Community;
    }

    /// <summary>The company that pays, with a seat for each of its people; Mila Okonjo is its owner.</summary>
    public static CompanyDefinition Paying(CompanyDefinition company) => company with
    {
        Pays = true, BillingEmail = $"bills@{Payer}.example",
        People = [.. DemoPeople.All.Where(p => p.CompanyId == Payer).Select(p => new CompanyPerson(p.Id, p.IsDemoAccount ? CompanyRole.Owner : CompanyRole.Member, Seat: true))],
    };

    private static Money Euros(long euros) => new(euros * 100, "eur");
}
