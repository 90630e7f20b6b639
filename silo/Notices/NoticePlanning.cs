using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace Makerspace.Notices;

/// <summary>
/// What somebody is to be told of an appointment, from how it is, what they know of it and what they want: pure, and the same however often it is asked.
/// Whoever changes an appointment themselves knows it and is not told, until something was sent: then what they were sent must not be left standing.
/// </summary>
internal static class NoticePlanning
{
    /// <summary>Everything that waits to be told from now on; what waits and is not in it is no longer wanted.</summary>
    /// <param name="now">The appointment as it is for them.</param>
    /// <param name="known">What they know.</param>
    /// <param name="happened">When it became as it is; null where it is only looked at again: there is no news then.</param>
    /// <param name="settings">What they want.</param>
    /// <param name="zone">The space's.</param>
    public static IEnumerable<NoticeRow> Wanted(Appointment now, KnownRow known, Instant? happened, NoticeSettings settings, DateTimeZone zone)
    {
        var mine = settings.Zone(zone);
        if (happened is { } at && News(now, known, at, settings, mine) is { } news) yield return news;
        if (now.Stage != AppointmentStage.Standing) yield break;
        foreach (var lead in settings.Leads(now.Topic).Distinct())
            if (Reminder(now, known, lead, settings, mine) is { } reminder) yield return reminder;
    }

    private static NoticeRow? Reminder(Appointment now, KnownRow known, Duration lead, NoticeSettings settings, DateTimeZone zone)
    {
        var kind = now.Topic.Reminder();
        if (settings.Ways(kind).IsEmpty) return null;
        var time = NoticeTiming.Reminder(now.Slot.Start, lead, settings, zone);
        // The digest it would have come with was sent before.
        if (time.Digest && time.Due <= known.Since) time = NoticeTiming.Reminder(now.Slot.Start, lead, settings with { DigestAt = null }, zone);
        // Booked or moved within the lead: they have just heard of it.
        if (time.Due <= known.Since || now.Slot.Start - lead <= known.Since) return null;
        return Row(kind, now, known, time, (long)lead.TotalMilliseconds, new NoticeFacts(now, null), now.Slot.Start.ToUnixTimeMilliseconds());
    }

    private static NoticeRow? News(Appointment now, KnownRow known, Instant happened, NoticeSettings settings, DateTimeZone zone)
    {
        if (known.Appointment is not { } before) return now.Lives ? Tell(now.Topic.Change(), now, null) : null;
        if (now.Stage == AppointmentStage.Begun) return null;
        if (now is { Stage: AppointmentStage.Cancelled, EndToldElsewhere: true } && known.Sequence is null) return null;
        if (!now.TellsTheSameAs(before)) return Tell(now.Topic.Change(), now, before);
        // Just booked, by themselves: a confirmation, for those who want one.
        return known is { Mailed: false, Told: 0 } && now.Lives ? Tell(now.Topic.Confirmation(), now, null) : null;

        NoticeRow? Tell(NoticeKind kind, Appointment what, Appointment? from)
        {
            if (settings.Ways(kind).IsEmpty) return null;
            var (last, soonest) = (Instant.Max(what.Slot.Start, from?.Slot.Start ?? what.Slot.Start), Soonest(what, from, happened));
            var time = NoticeTiming.Change(happened, soonest, what.Lives ? last : (from ?? what).Slot.Start, settings, zone);
            return Row(kind, what, known, time, 0, new NoticeFacts(what, from), known.Told);
        }
    }

    private static Instant Soonest(Appointment now, Appointment? before, Instant at) =>
        before is not null && before.Slot.Start >= at && (before.Slot.Start < now.Slot.Start || !now.Lives) ? before.Slot.Start : now.Slot.Start;

    private static NoticeRow Row(NoticeKind kind, Appointment now, KnownRow known, NoticeTime time, long lead, NoticeFacts facts, long which) => new()
    {
        Id = DerivedId.Of("notice", known.About, known.MemberId, kind.ToString(), lead.ToString(CultureInfo.InvariantCulture), which.ToString(CultureInfo.InvariantCulture)),
        Kind = kind, About = now.About, MemberId = known.MemberId, Lead = lead, DueAt = time.Due, LastAt = time.Last, Digest = time.Digest,
        State = NoticeState.Waiting, Data = JsonSerializer.Serialize(facts, StoredJson.Options),
    };
}
