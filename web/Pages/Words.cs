using System.Globalization;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Pages;

/// <summary>Times and lengths as people say them, in the space's zone and the reader's language: "Tue 1 Dec, 10:00–11:00".</summary>
public sealed class Words(IStringLocalizer<Texts> texts, DateTimeZone zone, Instant now)
{
    private static CultureInfo Culture => CultureInfo.CurrentUICulture;

    public LocalDate Today => Date(now);

    public LocalDate Date(Instant at) => at.InZone(zone).Date;

    /// <summary>"10:00".</summary>
    public string Clock(Instant at) => Clock(at.InZone(zone).TimeOfDay);

    public static string Clock(LocalTime at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"Tue 1 Dec", with the year where it is another.</summary>
    public string Day(LocalDate day) => day.ToString((German, day.Year == Today.Year) switch
    {
        (true, true) => "ddd d. MMM", (true, false) => "ddd d. MMM yyyy", (false, true) => "ddd d MMM", _ => "ddd d MMM yyyy",
    }, Culture);

    /// <summary>"Tuesday 1 December".</summary>
    public static string LongDay(LocalDate day) => day.ToString(German ? "dddd, d. MMMM" : "dddd d MMMM", Culture);

    /// <summary>"Today", "Tomorrow", else <see cref="Day"/>.</summary>
    public string NearDay(LocalDate day) =>
        day == Today ? texts["Today"] : day == Today.PlusDays(1) ? texts["Tomorrow"] : Day(day);

    /// <summary>"Tue 1 Dec, 10:00".</summary>
    public string Moment(Instant at) => $"{Day(Date(at))}, {Clock(at)}";

    /// <summary>"10:00" today, else "Tue 1 Dec, 10:00".</summary>
    public string NearMoment(Instant at) => Date(at) == Today ? Clock(at) : Moment(at);

    /// <summary>"10:00" today, "Wed 10:00" in the next days, else the day alone.</summary>
    public string ShortMoment(Instant at)
    {
        var day = Date(at);
        if (day == Today) return Clock(at);
        return day < Today.PlusDays(6) ? $"{day.ToString("ddd", Culture)} {Clock(at)}" : Day(day);
    }

    /// <summary>"Tue 1 Dec, 10:00–11:00"; both days where it ends on another.</summary>
    public string Slot(Slot slot)
    {
        var (first, last) = (Date(slot.Start), Date(slot.End));
        if (first == last) return $"{Day(first)}, {Span(slot)}";
        return last == first.PlusDays(1) && slot.End.InZone(zone).TimeOfDay == LocalTime.Midnight
            ? $"{Day(first)}, {Clock(slot.Start)}–24:00"
            : $"{Moment(slot.Start)} – {Moment(slot.End)}";
    }

    /// <summary>"10:00–11:00" where it is all today, else <see cref="Slot"/>.</summary>
    public string NearSlot(Slot slot) => Date(slot.Start) == Today && Date(slot.End) == Today ? Span(slot) : Slot(slot);

    /// <summary>"10:00–11:00".</summary>
    public string Span(Slot slot) => $"{Clock(slot.Start)}–{Clock(slot.End)}";

    /// <summary>"2 h 30 min", "45 min", "3 days".</summary>
    public string Length(Duration length)
    {
        var minutes = (long)Math.Round(length.TotalMinutes);
        if (minutes >= 48 * 60 && minutes % (24 * 60) == 0) return texts["{0} days", minutes / (24 * 60)];
        var (hours, rest) = (minutes / 60, minutes % 60);
        return (hours, rest) switch
        {
            (0, _) => texts["{0} min", rest],
            (_, 0) => texts["{0} h", hours],
            _ => texts["{0} h {1} min", hours, rest],
        };
    }

    /// <summary>"in 20 min" up to a day away, then the day.</summary>
    public string Ahead(Instant at)
    {
        var away = at - now;
        if (away <= Duration.Zero) return texts["now"];
        if (away < Duration.FromHours(10)) return texts["in {0}", Length(Duration.FromMinutes(Math.Ceiling(away.TotalMinutes)))];
        return Date(at) == Today.PlusDays(1) ? texts["tomorrow at {0}", Clock(at)] : Date(at) == Today ? texts["today at {0}", Clock(at)] : Moment(at);
    }

    /// <summary>"$10", "€12.50", in German "12,50 €"; see <see cref="MoneyText"/>.</summary>
    public static string Price(Money money) => MoneyText.Short(money);

    /// <summary>Initial capital for what begins a line.</summary>
    public static string Sentence(string words) => words.Length == 0 ? words : char.ToUpper(words[0], Culture) + words[1..];

    private static bool German => Culture.TwoLetterISOLanguageName == "de";
}
