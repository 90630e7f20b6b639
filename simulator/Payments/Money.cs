using System.Globalization;
using Makerspace.PaymentSimulator.Http;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>Amounts for people, and rounding: half away from zero, as the provider rounds.</summary>
internal static class Money
{
    public static string Words(long amount, string currency)
    {
        var (whole, format) = HasNoCents(currency) ? (1m, "N0") : HasThousandths(currency) ? (1000m, "N3") : (100m, "N2");
        var number = (amount / whole).ToString(format, CultureInfo.InvariantCulture);
        return currency switch { "eur" => "€" + number, "usd" => "$" + number, "gbp" => "£" + number, _ => $"{number} {currency.ToUpperInvariant()}" };
    }

    /// <summary>An amount that can be charged in the currency: not too small, and no part of a coin that the card networks do not know.</summary>
    public static long Charged(long amount, string currency, string param = "amount")
    {
        if (amount < Least(currency)) throw ApiException.Invalid($"Amount must be at least {Words(Least(currency), currency)}", param, "amount_too_small");
        return Moved(amount, currency, param);
    }

    /// <summary>The same of what is captured or given back, of which little may be left.</summary>
    public static long Moved(long amount, string currency, string param = "amount")
    {
        if (HasThousandths(currency) && amount % 10 != 0)
            throw ApiException.Invalid($"Invalid amount. Amounts in {currency.ToUpperInvariant()} are thousandths whose last digit has to be 0. See https://docs.stripe.com/currencies#three-decimal for more information.", param, "invalid_charge_amount");
        return Whole(amount, currency, param);
    }

    /// <summary>Of currencies that are counted in hundredths and have none: whole ones, also where it is only a price.</summary>
    public static long Whole(long amount, string currency, string param) => currency is not ("isk" or "ugx") || amount % 100 == 0 ? amount
        : throw ApiException.Invalid($"Invalid amount. Currency {currency.ToUpperInvariant()} has become effectively zero-decimal and charged amounts must be evenly divisible by 100. See https://docs.stripe.com/currencies#special-cases for more information.", param, "invalid_charge_amount_no_decimal_compatible");

    /// <summary>The least that is charged; where the provider names none, of what it settles in: here a coin.</summary>
    public static long Least(string currency) => currency switch
    {
        "usd" or "eur" or "chf" or "cad" or "aud" or "nzd" or "brl" or "inr" or "sgd" or "jpy" => 50,
        "gbp" => 30, "bgn" => 100, "aed" or "myr" or "pln" or "ron" => 200, "dkk" => 250, "nok" or "sek" => 300, "hkd" => 400, "mxn" or "thb" => 1000, "czk" => 1500, "huf" => 17_500,
        _ => 1,
    };

    /// <summary>Whether anything can be charged in it.</summary>
    public static bool IsKnown(string currency) => currency.Length == 3 && Known.Contains(currency + ' ', StringComparison.Ordinal);

    public static long Round(decimal amount) => (long)Math.Round(amount, MidpointRounding.AwayFromZero);

    // With ISO codes that the provider charges in; a space after each.
    private const string Known =
        "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd "
        + "hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr "
        + "pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw ";

    private static bool HasNoCents(string currency) => currency is "bif" or "clp" or "djf" or "gnf" or "jpy" or "kmf" or "krw" or "mga" or "pyg" or "rwf" or "vnd" or "vuv" or "xaf" or "xof" or "xpf";

    private static bool HasThousandths(string currency) => currency is "bhd" or "jod" or "kwd" or "omr" or "tnd";
}
