using System.Globalization;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>Amounts for people, and rounding: half away from zero, as the provider rounds.</summary>
internal static class Money
{
    public static string Words(long amount, string currency)
    {
        var number = currency == "jpy" ? amount.ToString("N0", CultureInfo.InvariantCulture) : (amount / 100m).ToString("N2", CultureInfo.InvariantCulture);
        return currency switch { "eur" => "€" + number, "usd" => "$" + number, "gbp" => "£" + number, _ => $"{number} {currency.ToUpperInvariant()}" };
    }

    public static long Round(decimal amount) => (long)Math.Round(amount, MidpointRounding.AwayFromZero);
}
