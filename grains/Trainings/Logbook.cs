using NodaTime;

namespace Makerspace.Trainings;

/// <summary>What may be written into a logbook, and what it comes to. Pure: no clock, no calls.</summary>
internal static class Logbook
{
    /// <summary>At a stretch.</summary>
    private static readonly Duration Longest = Duration.FromHours(12);

    /// <summary>Nobody remembers what was longer ago.</summary>
    private static readonly Duration Oldest = Duration.FromDays(366);

    private const int MostWaiting = 50;

    /// <summary>Entries that wait for nobody stay so many; older ones are in the sum and in the journal.</summary>
    private const int MostSettled = 200;

    public static NotLoggable? Refusal(PassportView passport, LogWish wish, string actor, Instant now)
    {
        if (wish.TrainerId == passport.MemberId) return new NotLoggable("own");
        if (actor != passport.MemberId && actor != wish.TrainerId) return new NotLoggable("stranger");
        if (!wish.Slot.IsBookable || wish.Slot.Duration > Longest) return new NotLoggable("length");
        if (wish.Slot.End > now) return new NotLoggable("future");
        if (wish.Slot.Start < now - Oldest) return new NotLoggable("past");
        // An hour counts once, whoever looked on and whatever it is to count towards.
        if (passport.Log.Any(e => e.State != LogState.Declined && e.Slot.Overlaps(wish.Slot))) return new NotLoggable("overlaps");
        return passport.Log.Count(IsWaiting) >= MostWaiting ? new NotLoggable("waiting") : null;
    }

    public static LogEntry Entered(PassportView passport, LogWish wish, string actor, Instant now) => Confirmed(
        new LogEntry
        {
            Id = wish.Id, MemberId = passport.MemberId, TrainerId = wish.TrainerId, CertificationId = wish.CertificationId, Slot = wish.Slot, ToolId = wish.ToolId, Note = wish.Note,
        },
        actor, now);

    public static bool IsTheirs(LogEntry entry, string actor) => actor == entry.MemberId || actor == entry.TrainerId;

    public static LogEntry Confirmed(LogEntry entry, string actor, Instant now) => actor == entry.MemberId
        ? entry with { ByTrainee = entry.ByTrainee ?? now }
        : entry with { ByTrainer = entry.ByTrainer ?? now };

    /// <summary>The passport with the entry as it is now, and its hours in the sum once both have confirmed them.</summary>
    public static PassportView With(PassportView passport, LogEntry entry)
    {
        var counts = entry.State == LogState.Confirmed && passport.Entry(entry.Id)?.State != LogState.Confirmed;
        var hours = counts ? passport.HoursOf(entry.CertificationId) + entry.Slot.Duration : passport.HoursOf(entry.CertificationId);
        var log = passport.Log.RemoveAll(e => e.Id == entry.Id).Add(entry);
        if (log.Count(e => !IsWaiting(e)) > MostSettled) log = log.Remove(log.First(e => !IsWaiting(e)));
        return passport with { Log = log, Hours = hours > Duration.Zero ? passport.Hours.SetItem(entry.CertificationId, hours) : passport.Hours };
    }

    private static bool IsWaiting(LogEntry entry) => entry.State is LogState.WaitsForTrainee or LogState.WaitsForTrainer;
}
