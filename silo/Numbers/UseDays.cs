using System.Collections.Immutable;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Numbers;

/// <summary>What a row of <c>use_days</c> is about.</summary>
internal enum UseKind
{
    Tool,

    /// <summary>A company, or with an empty id everybody who belongs to none.</summary>
    Company,
}

/// <summary>One thing on one local day; days are counted from 1970.</summary>
internal readonly record struct UseKey(UseKind Kind, int Day, string ThingId);

/// <summary>What a booking counts for.</summary>
internal sealed record BookingUse(ImmutableArray<string> Tools, string Company, Slot Slot, BookingState State)
{
    public static BookingUse Of(BookingRow row) => new([.. row.View().Tools], row.CompanyId ?? "", new Slot(row.Start, row.End), row.State);

    /// <summary>Takes its time: had, or still to be had.</summary>
    public bool TakesTime => State is BookingState.Confirmed or BookingState.CheckedIn or BookingState.Completed;

    /// <summary>Counts for anything at all.</summary>
    public bool Counts => TakesTime || State is BookingState.NoShow or BookingState.LateCancelled or BookingState.Cancelled or BookingState.Displaced;
}

/// <summary>The figures of one day. Times are whole milliseconds, so that what is added and taken away again leaves nothing behind.</summary>
internal sealed class UseDay
{
    public long Bookings { get; set; }
    public long NoShows { get; set; }
    public long LateCancelled { get; set; }
    public long Cancelled { get; set; }
    public long Displaced { get; set; }

    /// <summary>Time that was booked and that nobody came for.</summary>
    public long Missed { get; set; }

    /// <summary>Time taken in each hour of the local day.</summary>
    public long[] Hours { get; } = new long[24];

    public bool IsNothing => Bookings == 0 && NoShows == 0 && LateCancelled == 0 && Cancelled == 0 && Displaced == 0 && Missed == 0 && Array.TrueForAll(Hours, h => h == 0);
}

/// <summary>Figures by thing and day, as bookings are counted in and out.</summary>
internal sealed class UseDays(DateTimeZone zone)
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private readonly Dictionary<UseKey, UseDay> days = [];

    public IReadOnlyDictionary<UseKey, UseDay> Days => days;

    public static int DayOf(LocalDate date) => NodaTime.Period.DaysBetween(Epoch, date);

    public static LocalDate DateOf(int day) => Epoch.PlusDays(day);

    public void Forget() => days.Clear();

    /// <summary>
    /// Counts a booking in, or with <paramref name="sign"/> −1 out. A bundle counts for each of its tools, and for its company so many times the time, but as one booking.
    /// Mentors' time is no machine's: a session counts for the machines that it has, and alone for nothing.
    /// </summary>
    public void Count(BookingUse? use, int sign)
    {
        if (use is not { Counts: true } || !use.Slot.IsValid || use.Tools.RemoveAll(Keys.IsMentorTime) is not { IsEmpty: false } machines) return;
        var day = DayOf(use.Slot.Start.InZone(zone).Date);
        foreach (var tool in machines) Add(Of(UseKind.Tool, day, tool), use, sign, times: 1);
        Add(Of(UseKind.Company, day, use.Company), use, sign, machines.Length);
        if (!use.TakesTime) return;
        foreach (var (date, hour, length) in LocalHours.Of(use.Slot, zone))
        {
            foreach (var tool in machines) Of(UseKind.Tool, DayOf(date), tool).Hours[hour] += sign * length;
            Of(UseKind.Company, DayOf(date), use.Company).Hours[hour] += sign * length * machines.Length;
        }
    }

    private static void Add(UseDay day, BookingUse use, int sign, int times)
    {
        if (use.TakesTime) day.Bookings += sign;
        else if (use.State == BookingState.LateCancelled) day.LateCancelled += sign;
        else if (use.State == BookingState.Cancelled) day.Cancelled += sign;
        else if (use.State == BookingState.Displaced) day.Displaced += sign;
        else
        {
            day.NoShows += sign;
            day.Missed += sign * times * LocalHours.Milliseconds(use.Slot);
        }
    }

    private UseDay Of(UseKind kind, int day, string thing)
    {
        var key = new UseKey(kind, day, thing);
        if (!days.TryGetValue(key, out var found)) days[key] = found = new UseDay();
        return found;
    }
}

/// <summary>A slot cut at the hours of the local clock.</summary>
internal static class LocalHours
{
    /// <summary>Real milliseconds in each local hour. Where clocks go back an hour comes twice and counts twice; where they go forward one is missing.</summary>
    public static IEnumerable<(LocalDate Date, int Hour, long Milliseconds)> Of(Slot slot, DateTimeZone zone)
    {
        for (var at = slot.Start; at < slot.End;)
        {
            var interval = zone.GetZoneInterval(at);
            var local = at.InZone(zone).LocalDateTime;
            var next = at + Duration.FromNanoseconds(NodaConstants.NanosecondsPerHour - (local.TimeOfDay.NanosecondOfDay % NodaConstants.NanosecondsPerHour));
            if (interval.HasEnd && interval.End < next) next = interval.End;
            if (slot.End < next) next = slot.End;
            // Cut between instants that are whole milliseconds themselves: pieces of one slot add up to it.
            yield return (local.Date, local.Hour, next.ToUnixTimeMilliseconds() - at.ToUnixTimeMilliseconds());
            at = next;
        }
    }

    public static long Milliseconds(Slot slot) => slot.End.ToUnixTimeMilliseconds() - slot.Start.ToUnixTimeMilliseconds();
}
