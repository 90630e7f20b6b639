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

    /// <summary>Oldest first; one that ran out leaves with a later write.</summary>
    public ImmutableArray<Strike> Strikes { get; init; } = [];

    /// <summary>What was taken away and not granted again.</summary>
    public ImmutableArray<Revocation> Revocations { get; init; } = [];

    /// <summary>When a tool that asks for a certification was last used, by certification; kept only for those that lapse by disuse.</summary>
    public ImmutableDictionary<string, Instant> LastUsed { get; init; } = ImmutableDictionary<string, Instant>.Empty;

    /// <summary>Rises with every change of the definition or the certifications; 0 before the first.</summary>
    public long Version { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool Exists => Version > 0;

    /// <summary>What is held, as it counts for others.</summary>
    [JsonIgnore] public ImmutableArray<HeldCertification> Held =>
        [.. Certifications.Select(c => new HeldCertification(c.Id, c.From, c.Until, LastUsed.TryGetValue(c.Id, out var at) ? at : null))];

    public Certification? CertificationOf(string id) => Certifications.FirstOrDefault(c => c.Id == id);

    public Hold? HoldOf(Guid bookingId) => Holds.Of(bookingId);

    public MemberState With(Hold hold) => this with { Holds = Holds.With(hold) };

    public MemberState Without(Guid bookingId) => this with { Holds = Holds.RemoveAll(h => h.BookingId == bookingId) };

    public MemberState With(MemberMark mark) => this with
    {
        Strikes = mark.Strike is { } strike ? Strikes.RemoveAll(s => s.BookingId == strike.BookingId).Add(strike) : Strikes,
        LastUsed = mark.Used.Aggregate(LastUsed, (used, id) => used.SetItem(id, mark.UsedAt)),
    };

    /// <summary>Forgets what can count no more: holds (<see cref="HoldList.Remembered"/>), and strikes a year after they ran out.</summary>
    public MemberState Pruned(Instant now) => this with
    {
        Holds = Holds.Remembered(now),
        Strikes = Strikes.RemoveAll(s => s.Until + Duration.FromDays(366) <= now),
    };
}

/// <summary>Holds of a member or a company, in the order they were made.</summary>
internal static class HoldList
{
    private static readonly Duration Week = Duration.FromDays(9);

    public static Hold? Of(this ImmutableArray<Hold> holds, Guid bookingId) => holds.FirstOrDefault(h => h.BookingId == bookingId);

    public static ImmutableArray<Hold> With(this ImmutableArray<Hold> holds, Hold hold) => holds.RemoveAll(h => h.BookingId == hold.BookingId).Add(hold);

    /// <summary>Without those too old for any limit: a local week and a day, and the longest gap a tool asks for, lie behind them.</summary>
    public static ImmutableArray<Hold> Remembered(this ImmutableArray<Hold> holds, Instant now) =>
        holds.RemoveAll(h => h.LastEnd + Duration.Max(Week, h.Gap) <= now);
}

/// <summary>A booking that counts against limits. While it moves, both its slots do.</summary>
/// <param name="BookingId">Whose.</param>
/// <param name="ToolId">On which tool; the first of a bundle.</param>
/// <param name="Slot">Where it stands.</param>
/// <param name="Next">Where it is about to move.</param>
/// <param name="Gap">The tool's minimum gap when it was made: so long after its end it is still remembered.</param>
internal sealed record Hold(Guid BookingId, string ToolId, Slot Slot, Slot? Next, Duration Gap)
{
    public string? Category { get; init; }

    /// <summary>The other tools of a bundle.</summary>
    public ImmutableArray<HeldTool> Also { get; init; } = [];

    /// <summary>At a company: who books.</summary>
    public string? MemberId { get; init; }

    [JsonIgnore] public IEnumerable<Slot> Slots => Next is { } next ? [Slot, next] : [Slot];

    /// <summary>When the last of its slots ends.</summary>
    [JsonIgnore] public Instant LastEnd => Next is { } next ? Instant.Max(Slot.End, next.End) : Slot.End;

    public static Hold For(HoldRequest request) =>
        new(request.BookingId, request.Tool.ToolId, request.Slot, Next: null, request.Tools.Max(t => t.Policy.MinimumGap ?? Duration.Zero))
        {
            Category = request.Tool.Category,
            Also = [.. request.Also.Select(t => new HeldTool(t.ToolId, t.Category))],
        };

    /// <summary>Whether the booking has that tool.</summary>
    public bool IsOf(string toolId) => ToolId == toolId || Also.Any(t => t.ToolId == toolId);

    /// <summary>How many of its tools are of that category.</summary>
    public int CountOf(string category) => (Category == category ? 1 : 0) + Also.Count(t => t.Category == category);
}

/// <summary>A tool of a bundle, as a hold remembers it.</summary>
internal sealed record HeldTool(string ToolId, string? Category);
