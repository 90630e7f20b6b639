using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Payments;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>A line to be summed: an amount (negative where it gives back) and the taxes on it.</summary>
internal sealed record PricedLine(long Amount, IReadOnlyList<TaxRate> Taxes);

/// <summary>A tax on a line.</summary>
/// <param name="Rate">Which.</param>
/// <param name="Taxable">On what, without the tax.</param>
/// <param name="Amount">How much.</param>
internal sealed record TaxOn(TaxRate Rate, long Taxable, long Amount);

/// <summary>A line with what is off and what tax is on it. <paramref name="Off"/> is in the order of the coupons.</summary>
internal sealed record LineSum(long Amount, IReadOnlyList<long> Off, IReadOnlyList<TaxOn> Taxes)
{
    public long Discount => Off.Sum();

    /// <summary>Tax that is on top.</summary>
    public long Added => Taxes.Where(t => !t.Rate.Inclusive).Sum(t => t.Amount);

    public long Included => Taxes.Where(t => t.Rate.Inclusive).Sum(t => t.Amount);

    public long Total => Amount - Discount + Added;
}

/// <summary>
/// Sums: what is off a line first, then the tax on the rest, each rounded half away from zero on its line. Tax in a price of gross g at p percent is
/// g × p ÷ (100 + p); tax on top of n is n × p ÷ 100.
/// </summary>
internal sealed record Totals(IReadOnlyList<LineSum> Lines)
{
    public long Subtotal => Lines.Sum(l => l.Amount);
    public long Discount => Lines.Sum(l => l.Discount);
    public long Tax => Lines.Sum(l => l.Added + l.Included);
    public long Total => Lines.Sum(l => l.Total);

    /// <summary>The subtotal, before discounts, without the tax that is in it.</summary>
    public long SubtotalWithoutTax => Lines.Sum(l => l.Amount - TaxIn(l.Amount, l.Taxes));
    public long TotalWithoutTax => Total - Tax;

    public static Totals Of(IReadOnlyList<PricedLine> lines, IReadOnlyList<Coupon> coupons)
    {
        var left = lines.Select(l => l.Amount).ToArray();
        var off = lines.Select(_ => new long[coupons.Count]).ToArray();
        for (var c = 0; c < coupons.Count; c++)
        {
            var parts = Off(coupons[c], left);
            for (var l = 0; l < left.Length; l++)
            {
                off[l][c] = parts[l];
                left[l] -= parts[l];
            }
        }
        return new([.. lines.Select((line, l) => new LineSum(line.Amount, off[l], Taxes(left[l], line.Taxes)))]);
    }

    // A percentage is off each line; an amount is shared out, the last line taking what rounding leaves.
    private static long[] Off(Coupon coupon, long[] amounts)
    {
        if (coupon.PercentOff is { } percent) return [.. amounts.Select(a => Money.Round(a * percent / 100m))];
        var sum = amounts.Sum();
        var whole = Math.Min(coupon.AmountOff ?? 0, Math.Max(sum, 0));
        if (whole == 0) return new long[amounts.Length];
        var parts = amounts.Select(a => Money.Round((decimal)whole * a / sum)).ToArray();
        parts[^1] += whole - parts.Sum();
        return parts;
    }

    private static List<TaxOn> Taxes(long amount, IReadOnlyList<TaxRate> rates)
    {
        var within = rates.Where(r => r.Inclusive).Sum(r => r.Percentage);
        var taxes = new List<TaxOn>();
        foreach (var rate in rates)
        {
            var net = within == 0 ? amount : amount * 100m / (100m + within);
            var tax = Money.Round(net * rate.Percentage / 100m);
            taxes.Add(new(rate, rate.Inclusive ? amount - Money.Round(net * within / 100m) : Money.Round(net), tax));
        }
        return taxes;
    }

    private static long TaxIn(long amount, IReadOnlyList<TaxOn> taxes)
    {
        var within = taxes.Where(t => t.Rate.Inclusive).Sum(t => t.Rate.Percentage);
        return within == 0 ? 0 : Money.Round(amount * within / (100m + within));
    }
}
