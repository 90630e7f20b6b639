using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Simulating;

/// <summary>A booking as a world has it.</summary>
internal sealed record Booked(Guid Id, ImmutableArray<string> Tools, string MemberId, Slot Slot)
{
    /// <summary>Keys of what it has claimed.</summary>
    public ImmutableArray<Stop> Stops { get; init; } = [];
    public string? CompanyId { get; init; }
    public Duration? StrikeExpiry { get; init; }
    public bool CheckedIn { get; init; }

    /// <summary>Asked for in the period: its hours are counted.</summary>
    public bool Counts { get; init; }
}

/// <summary>Something that was asked for, in either world.</summary>
/// <param name="Booking">The booking as it would be.</param>
/// <param name="Occasion">What for.</param>
/// <param name="Now">When.</param>
/// <param name="OverrideReason">Why staff overrode what may be overridden.</param>
/// <param name="From">Of a hand-over: whose it was.</param>
internal sealed record Request(Booked Booking, Occasion Occasion, Instant Now, string? OverrideReason, string? From = null);
