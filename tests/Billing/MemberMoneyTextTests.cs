using System.Globalization;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Billing;
using Makerspace.Web.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>Money as it is written and read, and what a change of plan will come to.</summary>
public class MemberMoneyTextTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 12, 1, 0, 0);

    [Theory]
    [InlineData(1250, "eur", "en", "€12.50")]
    [InlineData(1250, "eur", "de", "12,50\u00a0€")]
    [InlineData(1000, "usd", "en", "$10")]
    [InlineData(-500, "eur", "en", "−€5")]
    [InlineData(123456789, "eur", "en", "€1,234,567.89")]
    [InlineData(123456789, "eur", "de", "1.234.567,89\u00a0€")]
    [InlineData(1250, "jpy", "en", "¥1,250")]
    [InlineData(1250, "krw", "en", "1,250\u00a0KRW")]
    [InlineData(1250, "kwd", "en", "1.250\u00a0KWD")]
    [InlineData(1250, "chf", "de", "12,50\u00a0CHF")]
    public void Money_is_written_in_the_readers_language(long amount, string currency, string language, string written) =>
        In(language, () => MoneyText.Short(new Money(amount, currency))).ShouldBe(written);

    [Fact]
    public void In_a_column_every_amount_has_the_currencys_decimals()
    {
        In("en", () => MoneyText.Exact(1000, "eur")).ShouldBe("€10.00");
        In("en", () => MoneyText.Exact(1000, "jpy")).ShouldBe("¥1,000");
        In("en", () => MoneyText.Signed(1000, "eur")).ShouldBe("+€10.00");
        In("en", () => MoneyText.Signed(-1000, "eur")).ShouldBe("−€10.00");
        In("en", () => MoneyText.Signed(0, "eur")).ShouldBe("€0.00");
    }

    [Theory]
    [InlineData("12.50", "eur", 1250L)]
    [InlineData("12,5", "eur", 1250L)]
    [InlineData("1250", "jpy", 1250L)]
    [InlineData("12.50", "jpy", null)]
    [InlineData("0.001", "eur", null)]
    [InlineData("0.001", "kwd", 1L)]
    [InlineData("-1", "eur", null)]
    [InlineData("1e3", "eur", null)]
    [InlineData("99999999999999999999", "eur", null)]
    [InlineData("", "eur", null)]
    [InlineData(null, "eur", null)]
    public void Money_that_is_typed_is_read_exactly_or_not_at_all(string? typed, string currency, long? amount) => MoneyText.Parse(typed, currency).ShouldBe(amount);

    [Fact]
    public void No_line_of_a_statement_is_told_in_codes_in_neither_language()
    {
        foreach (var language in new[] { "en", "de" })
        {
            foreach (var account in typeof(Chart).GetFields().Select(f => (string)f.GetRawConstantValue()!).Where(a => a != Chart.Minutes))
                In(language, () => Entries().Account(account)).ShouldNotBe(account);
            foreach (var code in new[] { "tool-down", "space-closed", "re-booked", "staff", "void" })
                In(language, () => Entries().Detail(new LedgerEntry { Kind = LedgerKind.CreditNote, Note = code })!).ShouldContain(' ');
            In(language, () => Entries().Detail(new LedgerEntry { Kind = LedgerKind.CreditNote, Note = "Our fault" })!).ShouldBe("Our fault");
        }
        foreach (var kind in Enum.GetValues<LedgerKind>())
            In("de", () => Entries().Title(new LedgerEntry { Kind = kind, ToolId = "laser" })).ShouldNotBe(In("en", () => Entries().Title(new LedgerEntry { Kind = kind, ToolId = "saw" })), $"{kind}");
    }

    [Fact]
    public void Whatever_a_comparison_finds_is_said_in_words()
    {
        var codes = System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Payments()), "`([a-z]+-[a-z-]+)`(?=[^|]*\\|[^|]*\\| (by looking|no))").Select(m => m.Groups[1].Value).ToList();
        codes.ShouldContain("command-stuck");
        foreach (var code in codes) In("de", () => MoneyWords.Finding(code, Texts())).ShouldNotBe(code);
    }

    private static IStringLocalizer<Makerspace.Web.Texts> Texts() =>
        new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<Makerspace.Web.Texts>>();

    private static EntryWords Entries() => new(Texts(), new Words(Texts(), DateTimeZone.Utc, Start), new SpaceFacts { Currency = "eur" }, new Dictionary<string, string> { ["laser"] = "Laser", ["saw"] = "Saw" });

    private static string Payments([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../docs/payments.md");

    [Theory]
    [InlineData("/join/studio", true)]
    [InlineData("/", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("/a\\b", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("join", false)]
    [InlineData("/a\r\nSet-Cookie: x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void One_goes_on_only_within_this_site(string? address, bool local) => LocalPath.Of(address).ShouldBe(local ? address : null);

    [Fact]
    public void Half_way_through_the_month_an_upgrade_costs_half_the_difference()
    {
        var change = Change(Subscribed(3000), Costs(5000), Start + Duration.FromDays(15));
        (change.Now, change.Each, change.NextAt).ShouldBe((1000, 5000, Start + Duration.FromDays(30)));
    }

    [Fact]
    public void A_downgrade_leaves_credit() => Change(Subscribed(5000), Costs(3000), Start + Duration.FromDays(15)).Now.ShouldBe(-1000);

    [Fact]
    public void In_a_trial_nothing_is_due_before_it_ends()
    {
        var trial = Subscribed(3000) with { Status = "trialing", TrialEnd = Start + Duration.FromDays(14) };
        var change = Change(trial, Costs(5000), Start + Duration.FromDays(3));
        (change.Now, change.NextAt).ShouldBe((0, Start + Duration.FromDays(14)));
    }

    [Fact]
    public void From_a_month_to_a_year_a_new_period_begins_today()
    {
        var change = Change(Subscribed(3000), Costs(30000, BillingInterval.Year), Start + Duration.FromDays(15));
        (change.Now, change.Each, change.NextAt).ShouldBe((28500, 30000, Instant.FromUtc(2027, 12, 16, 0, 0)));
    }

    [Fact]
    public void More_seats_cost_their_share_of_the_period()
    {
        var change = Proration.Of(Subscribed(3000) with { Seats = 2 }, Costs(3000), Costs(3000), 5, Start + Duration.FromDays(20), DateTimeZone.Utc);
        (change.Now, change.Each).ShouldBe((3000, 15000));
    }

    [Fact]
    public void Tax_that_is_not_in_the_price_is_added_half_a_unit_up()
    {
        var space = new SpaceFacts { Billing = new BillingSettings { TaxBasisPoints = 1900 } };
        PriceWords.WithTax(250, space).ShouldBe(298);
        PriceWords.WithTax(250, space with { Billing = space.Billing with { PricesIncludeTax = true } }).ShouldBe(250);
    }

    private static Proration Change(SubscriptionView subscription, Plan wanted, Instant now) =>
        Proration.Of(subscription, Costs(subscription.UnitAmount), wanted, 1, now, DateTimeZone.Utc);

    private static SubscriptionView Subscribed(long unit) => new() { PlanId = "p", Status = "active", UnitAmount = unit, PeriodStart = Start, PeriodEnd = Start + Duration.FromDays(30) };

    private static Plan Costs(long amount, BillingInterval interval = BillingInterval.Month) => new() { Name = "P", Price = new PlanPrice(new Money(amount, "eur"), interval, 0) };

    private static string In(string language, Func<string> say)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try { return say(); }
        finally { CultureInfo.CurrentUICulture = before; }
    }
}
