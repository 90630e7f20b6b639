using NodaTime;

namespace Makerspace.Time;

/// <summary>Days and weeks as people count them, in a zone: as long as they are, when the clocks change too.</summary>
public static class CivilTime
{
    /// <summary>Every local day that the slot touches.</summary>
    public static IEnumerable<(Slot Day, LocalDate Date)> Days(Slot slot, DateTimeZone zone) => Steps(slot, slot.Start.InZone(zone).Date, 1, zone);

    /// <summary>Every ISO week, from Monday to Sunday, that the slot touches, by its Monday.</summary>
    public static IEnumerable<(Slot Week, LocalDate Monday)> Weeks(Slot slot, DateTimeZone zone)
    {
        var date = slot.Start.InZone(zone).Date;
        return Steps(slot, date.PlusDays(1 - (int)date.DayOfWeek), 7, zone);
    }

    private static IEnumerable<(Slot, LocalDate)> Steps(Slot slot, LocalDate first, int days, DateTimeZone zone)
    {
        for (var date = first; ; date = date.PlusDays(days))
        {
            var step = new Slot(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(days)).ToInstant());
            if (step.Start >= slot.End) yield break;
            yield return (step, date);
        }
    }
}
