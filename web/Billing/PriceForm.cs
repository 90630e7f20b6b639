using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Pages;
using Makerspace.Web.Policies;
using Makerspace.Web.Tools;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Prices as staff type them: read into a plan or a product, every text that cannot be read beside its field.</summary>
internal static class PriceForm
{
    private const int EmptyRows = 2;

    /// <summary>A row of the rates: <c>all</c>, <c>c:</c> and a category or <c>t:</c> and a tool, and what was typed.</summary>
    public sealed record RateRow(string Of, string? Hourly, string? OffPeak);

    /// <summary>An amount as it can be typed again.</summary>
    public static string Amount(Money money) => Decimals.Write(money.Amount, money.Currency);

    public static IReadOnlyList<RateRow> Rows(Plan? plan, string currency)
    {
        var known = (plan?.Rates ?? []).Select(r => new RateRow(
            r.ToolId is { } tool ? "t:" + tool : r.Category is { } category ? "c:" + category : "all", Decimals.Write(r.Hourly, currency), r.OffPeak is { } off ? Decimals.Write(off, currency) : null));
        return [.. known, .. Enumerable.Repeat(new RateRow("all", null, null), EmptyRows)];
    }

    public static IReadOnlyList<RateRow> Typed(IFormCollection form) =>
        [.. Enumerable.Range(0, PriceChecks.MostRates).TakeWhile(n => form.ContainsKey($"rate-of-{n}")).Select(n => new RateRow(Text(form, $"rate-of-{n}"), Text(form, $"rate-hourly-{n}"), Text(form, $"rate-off-{n}")))];

    /// <summary>The plan with what was typed of its price, hours and rates.</summary>
    public static Plan Read(Plan before, IFormCollection form, PolicyBook book, IReadOnlyList<string> categories, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var chosen = categories.Where(c => form["included-category"].Contains(c)).ToImmutableArray();
        var plan = before with
        {
            Price = Price(form, book.Space, t, faults), Offered = Text(form, "offered") == "1", ForCompanies = Text(form, "companies") == "1",
            Description = Text(form, "description") is { Length: > 0 } words ? words : null, IncludedHours = Length(form, "included", t, faults), Rates = Rates(form, book.Space.Currency, t, faults),
            BillsUsedTime = Text(form, "bills-used") == "1",
        };
        plan = plan with { IncludedCategories = chosen.IsEmpty || plan.IncludedHours is null ? null : chosen };
        if (plan is { Offered: true, Price: null } && faults.Of("price") is null) faults.Add("offered", t["Give it a price first: a plan without one is given by staff."]);
        return plan;
    }

    /// <summary>What the checks of the API still find, beside the fields of the form.</summary>
    public static void Report(Http.Faults found, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        foreach (var fault in found.All)
        {
            var field = fault.Field?.Split('.', '[')[0] switch { "price" => "price", "rates" => "rates", "includedHours" or "includedCategories" => "included", "hours" => "hours", "validDays" => "valid", var other => other ?? "name" };
            if (faults.Of(field) is null) faults.Add(field, t[fault.Message]);
        }
    }

    /// <summary>An amount that has to be there, above nothing.</summary>
    public static Money? Money(IFormCollection form, string field, SpaceFacts space, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var currency = space.Currency;
        if (MoneyText.Parse(Text(form, field), currency) is { } amount && amount is > 0 and <= PriceChecks.Most)
        {
            if (Currencies.Movable(PriceWords.WithTax(amount, space), currency) == PriceWords.WithTax(amount, space)) return new Money(amount, currency);
            faults.Add(field, t["With its tax it has to be in steps of {0}: cards are charged nothing else.", Decimals.Write(Currencies.Step(currency), currency)]);
            return null;
        }
        faults.Add(field, t["Enter an amount like {0}", Decimals.Write(Decimals.Sample(currency) * 29 / 1000, currency)]);
        return null;
    }

    public static Duration? Length(IFormCollection form, string field, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        if (Text(form, field) is not { Length: > 0 } text) return null;
        // A bare number is hours here, as the label says.
        if (LengthText.Parse(decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? text + " h" : text) is { } length && length > Duration.Zero && length <= Duration.FromHours(1000)) return length;
        faults.Add(field, t["Enter hours like 10 h, at most 1000"]);
        return null;
    }

    public static int? Number(IFormCollection form, string field, int least, int most, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        if (Text(form, field) is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        faults.Add(field, t["Enter a number from {0} to {1}", least, most]);
        return null;
    }

    public static string Text(IFormCollection form, string field) => form[field].FirstOrDefault()?.Trim() ?? "";

    private static PlanPrice? Price(IFormCollection form, SpaceFacts space, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var trial = Number(form, "trial", 0, PriceChecks.MostTrialDays, t, faults) ?? 0;
        if (Text(form, "price").Length == 0) return null;
        return Money(form, "price", space, t, faults) is { } amount ? new PlanPrice(amount, Text(form, "interval") == "Year" ? BillingInterval.Year : BillingInterval.Month, trial) : null;
    }

    private static ImmutableArray<PlanRate> Rates(IFormCollection form, string currency, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var rates = ImmutableArray.CreateBuilder<PlanRate>();
        foreach (var row in Typed(form).Where(r => r.Hourly is { Length: > 0 } || r.OffPeak is { Length: > 0 }))
        {
            var (hourly, offPeak) = (MoneyText.Parse(row.Hourly, currency), row.OffPeak is { Length: > 0 } off ? MoneyText.Parse(off, currency) : null);
            if (hourly is null or > PriceChecks.Most || (row.OffPeak is { Length: > 0 } && offPeak is null or > PriceChecks.Most)) faults.Add("rates", t["Enter what an hour costs like {0}", Decimals.Write(Decimals.Sample(currency) * 12 / 1000, currency)]);
            else rates.Add(new PlanRate(row.Of.StartsWith("t:", StringComparison.Ordinal) ? row.Of[2..] : null, row.Of.StartsWith("c:", StringComparison.Ordinal) ? row.Of[2..] : null, hourly.Value, offPeak));
        }
        if (rates.DistinctBy(r => (r.ToolId, r.Category)).Count() < rates.Count) faults.Add("rates", t["A tool or a category is there twice."]);
        return rates.ToImmutable();
    }
}
