using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tools;

/// <summary>What a tool keeps. Bounded: claims that are over leave with the next write, their history is in the journal.</summary>
internal sealed record ToolState : IHasOutbox
{
    public ToolDefinition Definition { get; init; } = new();

    /// <summary>Sorted by start.</summary>
    public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>Sorted by start.</summary>
    public ImmutableArray<Outage> Outages { get; init; } = [];

    /// <summary>Slots given up late, for a fee that is waived when somebody else takes them.</summary>
    public ImmutableArray<LateRelease> LateReleases { get; init; } = [];

    /// <summary>Of a mentor: sessions of this week and last that took place, for the mentor's own limits.</summary>
    public ImmutableArray<Slot>? Held { get; init; }

    /// <summary>Of a mentor: when their own calendar has them busy. Sorted, not touching; replaced as a whole.</summary>
    public ImmutableArray<Slot>? Busy { get; init; }

    /// <summary>Rises with every change of the definition; 0 before the first.</summary>
    public long Version { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool Exists => Version > 0;

    public ToolState With(Claim claim) => this with { Claims = Claims.WithoutBooking(claim.BookingId).Add(claim).Sort(Calendar.ByStart) };

    public ToolState Without(Guid bookingId) => this with { Claims = Claims.WithoutBooking(bookingId) };

    // A job that runs late asks whether the tool was down then, or a colleague at it.
    private static readonly Duration KeptForJobs = Duration.FromDays(30);

    // A limit by the week counts what was held since Monday: seven days, and one more on either side, wherever the clocks are.
    private static readonly Duration KeptForLimits = Duration.FromDays(9);

    /// <summary>Forgets what was over a day before <paramref name="now"/>, outages and whoever is still checked in a month after it.</summary>
    public ToolState Pruned(Instant now)
    {
        var since = now - Duration.FromDays(1);
        return this with
        {
            Claims = Claims.RemoveAll(c => c.LastEnd <= (c.State == BookingState.CheckedIn ? now - KeptForJobs : since)),
            Outages = Outages.RemoveAll(o => o.Slot.End <= now - KeptForJobs),
            LateReleases = LateReleases.RemoveAll(r => r.Slot.End <= since),
            Held = Held?.RemoveAll(s => s.End <= now - KeptForLimits),
        };
    }
}

/// <summary>A slot given up late, by a booking that pays a fee for it.</summary>
internal sealed record LateRelease(Guid BookingId, string ToolId, string MemberId, Slot Slot);

/// <summary>A calendar is claims sorted by start.</summary>
internal static class Calendar
{
    public static readonly IComparer<Claim> ByStart = Comparer<Claim>.Create((a, b) => a.Slot.Start.CompareTo(b.Slot.Start));

    public static Claim? Of(this ImmutableArray<Claim> claims, Guid bookingId)
    {
        foreach (var claim in claims)
            if (claim.BookingId == bookingId) return claim;
        return null;
    }

    public static ImmutableArray<Claim> WithoutBooking(this ImmutableArray<Claim> claims, Guid bookingId) =>
        claims.RemoveAll(c => c.BookingId == bookingId);

    /// <summary>Claims that share an instant with the slot, by where they stand or where they are moving.</summary>
    public static ImmutableArray<Claim> Overlapping(this ImmutableArray<Claim> claims, Slot slot) =>
        claims.Where(c => c.Slot.Overlaps(slot) || c.Next?.Overlaps(slot) == true).ToImmutableArray();
}

/// <summary>Outages of a tool, a resource or an area, sorted by start.</summary>
internal static class OutageList
{
    public static ImmutableArray<Outage> With(this ImmutableArray<Outage> outages, Outage outage) =>
        outages.RemoveAll(o => o.Id == outage.Id).Add(outage).Sort((a, b) => a.Slot.Start.CompareTo(b.Slot.Start));

    /// <summary>The list after the outage ended at <paramref name="now"/>: cut if under way, gone if to come; null if it is not there or over already.</summary>
    public static ImmutableArray<Outage>? Closed(this ImmutableArray<Outage> outages, string outageId, Instant now)
    {
        if (outages.FirstOrDefault(o => o.Id == outageId && o.Slot.End > now) is not { } outage) return null;
        var without = outages.Remove(outage);
        return outage.Slot.Start >= now ? without : without.With(outage with { Slot = outage.Slot with { End = now } });
    }
}
