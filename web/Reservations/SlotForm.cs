using System.Globalization;
using Makerspace.Time;
using Microsoft.Extensions.Localization;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Reservations;

/// <summary>A slot as it is typed: a day and two times of the space's clock.</summary>
public sealed record SlotForm(string? Day, string? From, string? To)
{
    private static readonly Duration LongestNight = Duration.FromHours(12);

    public bool Complete => !string.IsNullOrEmpty(Day) && !string.IsNullOrEmpty(From) && !string.IsNullOrEmpty(To);

    /// <summary>The form that says this slot.</summary>
    public static SlotForm Of(Slot slot, DateTimeZone zone)
    {
        var (start, end) = (slot.Start.InZone(zone), slot.End.InZone(zone));
        return new SlotForm(
            start.Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), start.TimeOfDay.ToString("HH:mm", CultureInfo.InvariantCulture),
            end.TimeOfDay.ToString("HH:mm", CultureInfo.InvariantCulture));
    }

    /// <summary>The slot, or null with what is missing among the faults. An end before the start is meant for the next day, if that is a night and no slip.</summary>
    public Slot? Read(DateTimeZone zone, Layout.Faults faults, IStringLocalizer<Texts> texts)
    {
        var day = Pages.TypedDay.Parse(Day ?? "");
        var (from, to) = (Time(From), Time(To));
        if (!day.Success) faults.Add("day", texts["Enter a day"]);
        if (from is null) faults.Add("from", texts["Enter when it begins, like 10:00"]);
        if (to is null) faults.Add("to", texts["Enter when it ends, like 11:30"]);
        if (faults.Any || from is null || to is null) return null;
        var start = (day.Value + from.Value).InZoneLeniently(zone).ToInstant();
        var sameDay = new Slot(start, (day.Value + to.Value).InZoneLeniently(zone).ToInstant());
        var overnight = new Slot(start, (day.Value.PlusDays(1) + to.Value).InZoneLeniently(zone).ToInstant());
        return !sameDay.IsValid && to < from && overnight.Duration <= LongestNight || to == LocalTime.Midnight ? overnight : sameDay;
    }

    /// <summary>The slot if the whole form can be read, else null and no complaint.</summary>
    public Slot? Glimpse(DateTimeZone zone, IStringLocalizer<Texts> texts) => Complete ? Read(zone, new Layout.Faults(), texts) : null;

    private static LocalTime? Time(string? text)
    {
        var parsed = LocalTimePattern.CreateWithInvariantCulture("H:mm").Parse(text is { Length: >= 5 } ? text[..5] : text ?? "");
        return parsed.Success ? parsed.Value : null;
    }
}
