using System.Collections.Frozen;
using System.Globalization;
using Makerspace.Billing;
using Makerspace.Tools;

namespace Makerspace.Web.Pages;

/// <summary>
/// Money with its currency, in the reader's language. Amounts are minor units, and how many make one whole depends on the currency: a hundred cents,
/// one yen, a thousand fils (ISO 4217, as the payment provider counts them).
/// </summary>
public static class MoneyText
{
    private const char Minus = '−';
    private const char Gap = '\u00a0';

    private static readonly FrozenDictionary<string, string> Signs = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["usd"] = "$", ["eur"] = "€", ["gbp"] = "£", ["jpy"] = "¥",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Digits after the point: 2, of some currencies 0 or 3.</summary>
    public static int Decimals(string currency) => Currencies.Decimals(currency);

    /// <summary>"$10", "€12.50": without decimals where there are none to tell. For running text.</summary>
    public static string Short(Money money) => Write(money, money.Amount % Scale(money.Currency) == 0 ? 0 : Decimals(money.Currency));

    /// <summary>"$10.00": always with the currency's decimals, so that a column lines up.</summary>
    public static string Exact(Money money) => Write(money, Decimals(money.Currency));

    /// <summary>"$10.00" of an amount in minor units.</summary>
    public static string Exact(long amount, string currency) => Exact(new Money(amount, currency));

    /// <summary>"+$10.00", "−$10.00": what something added or took away.</summary>
    public static string Signed(long amount, string currency) => amount > 0 ? "+" + Exact(amount, currency) : Exact(amount, currency);

    /// <summary>Minor units of an amount that somebody typed, like 12.50 or 12,5; null where it is none, or has digits that the currency does not.</summary>
    public static long? Parse(string? text, string currency)
    {
        if (!decimal.TryParse((text ?? "").Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var typed)) return null;
        if (typed is < 0 or > 1_000_000_000) return null;
        var minor = typed * Scale(currency);
        return minor == decimal.Truncate(minor) ? (long)minor : null;
    }

    /// <summary>A number with so many digits as it needs, in the reader's language.</summary>
    public static string Number(decimal number, string format)
    {
        var culture = CultureInfo.CurrentUICulture;
        return number.ToString(format, culture);
    }

    private static long Scale(string currency) => Decimals(currency) switch { 0 => 1, 3 => 1000, _ => 100 };

    private static string Write(Money money, int decimals)
    {
        var culture = CultureInfo.CurrentUICulture;
        var amount = Math.Abs(money.Amount / (decimal)Scale(money.Currency)).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), culture);
        var sign = money.Amount < 0 ? Minus.ToString() : "";
        if (!Signs.TryGetValue(money.Currency, out var symbol)) return $"{sign}{amount}{Gap}{money.Currency.ToUpperInvariant()}".Trim();
        return culture.TwoLetterISOLanguageName == "de" ? $"{sign}{amount}{Gap}{symbol}" : $"{sign}{symbol}{amount}";
    }
}
