using NodaTime;

namespace Makerspace.Notices;

/// <summary>When something is to be sent, and until when it is still worth sending.</summary>
public readonly record struct NoticeTime(Instant Due, Instant Last, bool Digest);

/// <summary>When notices come: pure, so that one can say beforehand to the minute when somebody is told.</summary>
public static class NoticeTiming
{
    /// <summary>News this long before its time is not kept for the morning.</summary>
    private static readonly Duration Urgent = Duration.FromHours(2);

    /// <summary>
    /// A reminder comes its lead before the start, and is worth sending until half of that is gone. In quiet hours it waits for their end where that is still in time, else it comes
    /// when they begin; long before, where somebody has a digest, it comes with the digest before that.
    /// </summary>
    public static NoticeTime Reminder(Instant start, Duration lead, NoticeSettings settings, DateTimeZone zone)
    {
        var (due, last) = (start - lead, start - lead / 2);
        if (settings.DigestAt is { } at && lead >= NoticeSettings.DigestedFrom) return new NoticeTime(Before(due, at, zone), last, Digest: true);
        if (Quiet(due, settings, zone) is not { } quiet) return new NoticeTime(due, last, false);
        return new NoticeTime(quiet.End <= last ? quiet.End : quiet.Start, last, false);
    }

    /// <summary>A change is told at once, in quiet hours when they end, unless the appointment (as it was or as it is) is too near for that.</summary>
    /// <param name="now">When it became known.</param>
    /// <param name="soonest">The nearer of both starts that are still ahead.</param>
    /// <param name="last">After this nobody needs to know.</param>
    /// <param name="settings">Whose quiet hours.</param>
    /// <param name="zone">Theirs.</param>
    public static NoticeTime Change(Instant now, Instant soonest, Instant last, NoticeSettings settings, DateTimeZone zone) =>
        Quiet(now, settings, zone) is { } quiet && quiet.End + Urgent <= soonest ? new NoticeTime(quiet.End, last, false) : new NoticeTime(now, last, false);

    /// <summary>The quiet hours around an instant: from their beginning to their end, or null.</summary>
    public static Interval? Quiet(Instant at, NoticeSettings settings, DateTimeZone zone)
    {
        if (settings is not { QuietFrom: { } from, QuietUntil: { } until } || from == until) return null;
        var day = at.InZone(zone).Date;
        // They may have begun the day before. Clocks that change make them longer or shorter, as the night is.
        foreach (var begun in (LocalDate[])[day.PlusDays(-1), day])
        {
            var quiet = new Interval(
                (begun + from).InZoneLeniently(zone).ToInstant(), ((until > from ? begun : begun.PlusDays(1)) + until).InZoneLeniently(zone).ToInstant());
            if (quiet.Contains(at)) return quiet;
        }
        return null;
    }

    private static Instant Before(Instant at, LocalTime digest, DateTimeZone zone)
    {
        var day = at.InZone(zone).Date;
        var same = (day + digest).InZoneLeniently(zone).ToInstant();
        return same <= at ? same : (day.PlusDays(-1) + digest).InZoneLeniently(zone).ToInstant();
    }
}
