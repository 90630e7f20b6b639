using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Waitlists;

/// <summary>
/// Who waits for the tools of one category (or for one tool that has none), in the order they came. A slot that becomes free is offered to the first
/// whom every rule lets have it: a booking in state <see cref="BookingState.Offered"/> holds it for 15 minutes, then the next one's turn comes.
/// </summary>
[Alias("makerspace.waitlist")]
public interface IWaitlistGrain : IGrainWithStringKey
{
    /// <summary>Joins, or refuses: once for a tool and time, not where the slot is free, nor where waiting would not help. The same id again answers as before.</summary>
    [Alias("join")] Task<WaitAnswer> Join(WaitRequest request);

    /// <summary>Leaves the waitlist; an offer still open is given back.</summary>
    /// <returns>The place as it ended, or null if there is none.</returns>
    [Alias("leave")] Task<WaitView?> Leave(Guid waitId, string actor);

    /// <summary>The place, or null where it has ended or never was.</summary>
    [ReadOnly, Alias("view")] Task<WaitView?> View(Guid waitId);

    /// <summary>Offers what has become free, and ends places whose offer was answered or ran out. Called when something may have become free, and from time to time.</summary>
    /// <returns>How many offers it made.</returns>
    [Alias("offer")] Task<int> Offer();
}

/// <summary>A wish to wait.</summary>
[GenerateSerializer, Immutable, Alias("wait-request")]
public sealed record WaitRequest
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public string ToolId { get; init; } = "";
    [Id(2)] public string MemberId { get; init; } = "";
    [Id(3)] public Slot Slot { get; init; }

    /// <summary>Any tool of the same category will do.</summary>
    [Id(4)] public bool AnyTool { get; init; }
    [Id(5)] public string? Purpose { get; init; }
    [Id(6)] public string Actor { get; init; } = "";
}

[GenerateSerializer, Alias("wait-state")]
public enum WaitState
{
    Waiting,

    /// <summary>A booking holds a slot for the member until the offer runs out.</summary>
    Offered,

    /// <summary>The member took the offer.</summary>
    Taken,

    /// <summary>The member let the offer pass.</summary>
    Passed,

    /// <summary>The member left.</summary>
    Left,

    /// <summary>The time came and nothing had become free.</summary>
    Over,
}

/// <summary>A place on a waitlist.</summary>
[GenerateSerializer, Immutable, Alias("wait-view")]
public sealed record WaitView
{
    [Id(0)] public Guid Id { get; init; }

    /// <summary>Key of its waitlist.</summary>
    [Id(1)] public string Group { get; init; } = "";
    [Id(2)] public string ToolId { get; init; } = "";
    [Id(3)] public string MemberId { get; init; } = "";
    [Id(4)] public Slot Slot { get; init; }
    [Id(5)] public bool AnyTool { get; init; }
    [Id(6)] public string? Purpose { get; init; }
    [Id(7)] public WaitState State { get; init; }
    [Id(8)] public Instant MadeAt { get; init; }

    /// <summary>The booking that holds what is offered.</summary>
    [Id(9)] public Guid? BookingId { get; init; }
    [Id(10)] public string? OfferedTool { get; init; }
    [Id(11)] public Instant? OfferUntil { get; init; }
}

/// <summary>What came of a wish to wait.</summary>
[GenerateSerializer, Immutable, Alias("wait-answer")]
public sealed record WaitAnswer([property: Id(0)] WaitView? Wait, [property: Id(1)] ImmutableArray<Refusal> Refusals, [property: Id(2)] string? Missing = null);
