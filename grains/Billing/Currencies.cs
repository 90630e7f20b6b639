using System.Collections.Frozen;

namespace Makerspace.Billing;

/// <summary>
/// How the payment provider counts a currency. An amount is in minor units: a hundred cents, one yen, a thousand fils; of a few currencies it is taken, held and
/// given back only in whole steps of those.
/// </summary>
public static class Currencies
{
    private static readonly FrozenSet<string> WholeOnly = new[]
    {
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Thousandths = new[] { "bhd", "jod", "kwd", "omr", "tnd" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, long> Smallest = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["aed"] = 200, ["aud"] = 50, ["bgn"] = 100, ["brl"] = 50, ["cad"] = 50, ["chf"] = 50, ["czk"] = 1500, ["dkk"] = 250, ["eur"] = 50, ["gbp"] = 30, ["hkd"] = 400, ["huf"] = 17_500,
        ["inr"] = 50, ["jpy"] = 50, ["mxn"] = 1000, ["myr"] = 200, ["nok"] = 300, ["nzd"] = 50, ["pln"] = 200, ["ron"] = 200, ["sek"] = 300, ["sgd"] = 50, ["thb"] = 1000, ["usd"] = 50,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The most that one payment takes, in any currency: eight digits. What is owed beyond it is asked for next.</summary>
    public const long Most = 99_999_999;

    /// <summary>Digits after the point: 2, of some currencies 0 or 3.</summary>
    public static int Decimals(string currency) => WholeOnly.Contains(currency) ? 0 : Thousandths.Contains(currency) ? 3 : 2;

    /// <summary>What moves is a multiple of it: 10 where there are thousandths; 100 of those that have no cents any more and are counted in them all the same; else 1.</summary>
    public static long Step(string currency) => Thousandths.Contains(currency) ? 10 : currency is "isk" or "ugx" ? 100 : 1;

    /// <summary>The least that a card is charged, where the provider names it; else one step.</summary>
    public static long Least(string currency) => Smallest.GetValueOrDefault(currency, Step(currency));

    /// <summary>So much of an amount as can move, towards nothing: no one is asked for more than they owe, or given more than they are due.</summary>
    public static long Movable(long amount, string currency) => amount - amount % Step(currency);
}
