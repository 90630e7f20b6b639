using System.Globalization;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime.Text;

namespace Makerspace.Web.Numbers;

/// <summary>Reports as people read them.</summary>
internal static class NumbersWords
{
    private static CultureInfo Culture => CultureInfo.CurrentUICulture;

    public static string Title(ReportKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        ReportKind.Utilisation => t["Utilisation"], ReportKind.Fairness => t["Fairness"], ReportKind.Downtime => t["Downtime"], ReportKind.Maintenance => t["Maintenance"], ReportKind.NoShows => t["No-shows"],
        ReportKind.Training => t["Training"], ReportKind.Revenue => t["Revenue by tool"], _ => t["Energy"],
    };

    public static string About(ReportKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        ReportKind.Utilisation => t["How much of the open time is taken: the time really had, and of what is still to come the time booked."],
        ReportKind.Fairness => t["Who has the hours that everybody wants, beside how many people they are."],
        ReportKind.Downtime => t["Open time in which tools could not be used: out of service, or planned, also of their area or of what they depend on."],
        ReportKind.Maintenance => t["What keeping each tool in order cost, for each hour that it was used: parts and outside help of the work orders that were closed."],
        ReportKind.NoShows => t["Bookings that came to nothing, and the time that was lost with them."],
        ReportKind.Training => t["Sessions held, seats taken, and certifications granted."],
        ReportKind.Revenue => t["What each tool earned without tax, and for each hour that it was used."],
        _ => t["What machines drew, as their interlocks report it."],
    };

    public static string By(ReportBy by, IStringLocalizer<Texts> t) => by switch
    {
        ReportBy.Tool => t["Tool"], ReportBy.Area => t["Area"], ReportBy.Category => t["Category"], ReportBy.Company => t["Company"], ReportBy.Certification => t["Certification"],
        ReportBy.Member => t["Name"], ReportBy.Hour => t["Hour of the day"], ReportBy.Day => t["Day"], _ => t["Month"],
    };

    public static string Column(string name, IStringLocalizer<Texts> t) => name switch
    {
        "share" => t["Taken, of open time"], "taken" => t["Hours taken"], "open" => t["Hours open"], "bookings" => t["Bookings"],
        "peakShare" => t["Share of peak hours"], "peopleShare" => t["Share of people"], "peak" => t["Peak hours taken"], "people" => t["People"],
        "noShows" => t["No-shows"], "noShowShare" => t["Of all bookings"], "missed" => t["Hours missed"], "lateCancelled" => t["Cancelled late"], "cancelled" => t["Cancelled in time"], "displaced" => t["Lost to outages"],
        "lost" => t["Open hours lost"], "usable" => t["Usable, of open time"], "failures" => t["Failures"], "broken" => t["Hours out of service"], "planned" => t["Hours planned"],
        "costPerHour" => t["Cost for an hour of use"], "cost" => t["Cost"], "orders" => t["Work orders"], "worked" => t["Hours of work"],
        "sessions" => t["Sessions"], "seatsTaken" => t["Seats taken"], "seats" => t["Seats"], "filled" => t["Filled"], "granted" => t["Granted"], "revoked" => t["Taken away"],
        "revenue" => t["Revenue, without tax"], "perHour" => t["For each hour"], "energy" => t["Energy"], "running" => t["Hours running"], _ => t["Uses"],
    };

    /// <summary>A figure with its unit.</summary>
    public static string Figure(long? value, FigureUnit unit, string currency, IStringLocalizer<Texts> t) => value is not { } v ? "–" : unit switch
    {
        // A machine that stood still for ten minutes did not for 0.0 hours.
        FigureUnit.Time when v is not 0 and > -3_600_000 and < 3_600_000 => t["{0} min", (v / 60_000m).ToString("#,0.#", Culture)],
        FigureUnit.Time => t["{0} h", (v / 3_600_000m).ToString("#,0.0", Culture)],
        FigureUnit.Share => (v / 100m).ToString("0.0", Culture) + " %",
        FigureUnit.Money => MoneyText.Exact(v, currency),
        FigureUnit.Energy => (v / 1000m).ToString("#,0.0", Culture) + " kWh",
        _ => v.ToString("#,0", Culture),
    };

    /// <summary>How much more or less; of shares in points.</summary>
    public static string Change(long? value, long? before, FigureUnit unit, string currency, IStringLocalizer<Texts> t)
    {
        if (value is not { } now || before is not { } then) return "–";
        var sign = now > then ? "+" : now < then ? "−" : "±";
        return sign + Figure(Math.Abs(now - then), unit, currency, t);
    }

    public static string Key(FigureRow row, ReportBy by, Words words, IStringLocalizer<Texts> t) => by switch
    {
        ReportBy.Day => words.Day(LocalDatePattern.Iso.Parse(row.Key).Value),
        ReportBy.Month => LocalDatePattern.Iso.Parse(row.Key + "-01").Value.ToString("MMM uuuu", Culture),
        ReportBy.Hour => row.Key,
        _ when row.Key.Length == 0 => by switch { ReportBy.Company => t["people without a company"], ReportBy.Area => t["in no area"], _ => t["of no category"] },
        _ => row.Name ?? row.Key,
    };
}
