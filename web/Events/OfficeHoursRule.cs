using System.Globalization;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>The rule of office hours, as far as a page reads and writes it: what it says beside its end stays.</summary>
internal static class OfficeHoursRule
{
    public const string Weekly = "FREQ=WEEKLY";

    /// <summary>The rule without its end.</summary>
    public static string Endless(string rule) =>
        string.Join(';', Parts(rule).Where(p => !p.StartsWith("COUNT=", StringComparison.OrdinalIgnoreCase) && !p.StartsWith("UNTIL=", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The rule with that last day.</summary>
    public static string Until(string rule, LocalDate last) => $"{Endless(rule)};UNTIL={last.ToString("uuuuMMdd", CultureInfo.InvariantCulture)}T235959";

    /// <summary>Every week, and nothing else is said.</summary>
    public static bool IsWeekly(string rule) => Endless(rule) is Weekly or Weekly + ";INTERVAL=1";

    private static string[] Parts(string rule) =>
        (rule.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase) ? rule[6..] : rule).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
