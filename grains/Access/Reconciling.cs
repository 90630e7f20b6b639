using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Access;

/// <summary>
/// What is to be said of a use that a device decided by itself, once the server hears of it. Nothing is undone, it has happened: what disagrees is flagged for staff.
/// </summary>
internal static class Reconciling
{
    /// <summary>What is reported later than this is not believed.</summary>
    private static readonly Duration Oldest = Duration.FromDays(30);

    /// <summary>A minute more is no over-run: people tidy up.</summary>
    private static readonly Duration Tolerance = Duration.FromMinutes(1);

    /// <summary>A list on its way when the next was issued is no replay.</summary>
    private static readonly Duration Fetching = Duration.FromMinutes(1);

    /// <summary>Codes of all that disagrees.</summary>
    /// <param name="report">What the device says.</param>
    /// <param name="judged">What the server would have said at the start, from what it knows now.</param>
    /// <param name="device">The device with the lists it was given and the uses it had.</param>
    /// <param name="now">When the server hears of it.</param>
    public static ImmutableArray<string> Flags(UseReport report, SwitchAnswer judged, DeviceState device, Instant now) =>
    [
        .. ((IEnumerable<string>)
        [
            .. OfTheList(report, device),
            .. OfTheClock(report, now),
            .. judged.Bars.Select(b => b.Code),
            .. Overlap(report, device),
            .. OfTheEnd(report.End, judged.Until),
        ]).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>How it ended, for a use that began online too.</summary>
    public static IEnumerable<string> OfTheEnd(UseEnd? end, Instant? until)
    {
        if (end is null or { By: UseEnd.Unknown }) yield break;
        if (until is { } booked && end.At > booked + Tolerance) yield return "over-run";
        if (end.By is "power-lost" or "emergency") yield return end.By;
    }

    private static IEnumerable<string> OfTheList(UseReport report, DeviceState device)
    {
        if (report.Sequence > device.Sequence || report.Sequence < 1)
        {
            yield return "permits-unknown";
            yield break;
        }
        if (device.Lists.FirstOrDefault(l => l.Sequence == report.Sequence) is { } used && used.ExpiresAt <= report.StartedAt) yield return "permits-expired";
        if (device.Lists.Any(l => l.Sequence > report.Sequence && l.IssuedAt + Fetching < report.StartedAt)) yield return "permits-replayed";
    }

    private static IEnumerable<string> OfTheClock(UseReport report, Instant now)
    {
        if (report.StartedAt > now + Switching.Skew || report.End?.At < report.StartedAt || report.End?.At > now + Switching.Skew) yield return "clock-wrong";
        if (report.StartedAt < now - Oldest) yield return "too-old";
    }

    // Of one device two uses cannot be under way at once: one of them is made up, or its clock jumped.
    private static IEnumerable<string> Overlap(UseReport report, DeviceState device)
    {
        var slot = new Slot(report.StartedAt, report.End?.At ?? Instant.MaxValue);
        var others = device.Running is { } running ? device.Recent.Add(running) : device.Recent;
        if (others.Any(u => u.Id != report.Id && slot.Overlaps(new Slot(u.StartedAt, u.EndedAt ?? Instant.MaxValue)))) yield return "overlap";
    }
}
