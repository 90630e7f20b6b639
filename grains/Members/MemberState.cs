using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Members;

/// <summary>What a member keeps. Bounded: a hold leaves once it can count against no limit any more.</summary>
internal sealed record MemberState : IHasOutbox
{
    public MemberDefinition Definition { get; init; } = new();
    public ImmutableArray<Certification> Certifications { get; init; } = [];
    public ImmutableArray<Hold> Holds { get; init; } = [];

    /// <summary>Rises with every change of the definition or the certifications; 0 before the first.</summary>
    public long Version { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool Exists => Version > 0;

    public Certification? CertificationOf(string id) => Certifications.FirstOrDefault(c => c.Id == id);

    public Hold? HoldOf(Guid bookingId) => Holds.FirstOrDefault(h => h.BookingId == bookingId);

    public MemberState With(Hold hold) => this with { Holds = Holds.RemoveAll(h => h.BookingId == hold.BookingId).Add(hold) };

    public MemberState Without(Guid bookingId) => this with { Holds = Holds.RemoveAll(h => h.BookingId == bookingId) };

    /// <summary>Forgets holds too old for any limit: a local week and a day, and the longest gap a tool asks for, lie behind them.</summary>
    public MemberState Pruned(Instant now)
    {
        return this with { Holds = Holds.RemoveAll(h => h.Slots.All(s => s.End + Duration.Max(Remembered, h.Gap) <= now)) };
    }

    private static readonly Duration Remembered = Duration.FromDays(9);
}

/// <summary>A booking that counts against limits. While it moves, both its slots do.</summary>
/// <param name="BookingId">Whose.</param>
/// <param name="ToolId">On which tool.</param>
/// <param name="Slot">Where it stands.</param>
/// <param name="Next">Where it is about to move.</param>
/// <param name="Gap">The tool's minimum gap when it was made: so long after its end it is still remembered.</param>
internal sealed record Hold(Guid BookingId, string ToolId, Slot Slot, Slot? Next, Duration Gap)
{
    [JsonIgnore] public IEnumerable<Slot> Slots => Next is { } next ? [Slot, next] : [Slot];
}
