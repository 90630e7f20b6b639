using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using NodaTime;

namespace Makerspace.Access;

/// <summary>What a device keeps. Bounded: what is older is in the journal.</summary>
internal sealed record DeviceState : IHasOutbox
{
    private const int MostRecent = 100;
    private const int MostFlagged = 50;
    private const int MostLists = 50;

    public DeviceDefinition? Definition { get; init; }

    /// <summary>SHA-256 of the secret, hex.</summary>
    public string? SecretHash { get; init; }
    public long Version { get; init; }
    public Instant? LastSeen { get; init; }
    public DeviceUse? Running { get; init; }

    /// <summary>Hash of the badge by which it runs.</summary>
    public string? RunningBadge { get; init; }
    public EmergencyStop? Stopped { get; init; }
    public Instant? UnlockedUntil { get; init; }

    /// <summary>Number of the newest permit list.</summary>
    public long Sequence { get; init; }

    /// <summary>The newest lists, oldest first.</summary>
    public ImmutableArray<IssuedList> Lists { get; init; } = [];

    /// <summary>Something that the newest list says has changed since.</summary>
    public bool ListStale { get; init; }

    /// <summary>Uses that are over, oldest first: what is reported again is known.</summary>
    public ImmutableArray<DeviceUse> Recent { get; init; } = [];

    /// <summary>Uses that staff should look at, oldest first.</summary>
    public ImmutableArray<DeviceUse> Flagged { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    public DeviceUse? UseOf(Guid id) => Running?.Id == id ? Running : Recent.FirstOrDefault(u => u.Id == id);

    /// <summary>With the use as the last word on it.</summary>
    public DeviceState With(DeviceUse use)
    {
        if (use.EndedAt is null) return this with { Running = use };
        var flagged = use.Flags.IsEmpty ? Flagged : Flagged.RemoveAll(u => u.Id == use.Id).Add(use);
        return this with
        {
            Running = Running?.Id == use.Id ? null : Running,
            RunningBadge = Running?.Id == use.Id ? null : RunningBadge,
            Recent = Last(Recent.RemoveAll(u => u.Id == use.Id).Add(use), MostRecent),
            Flagged = Last(flagged, MostFlagged),
        };
    }

    public DeviceState With(IssuedList list) => this with { Sequence = list.Sequence, Lists = Last(Lists.Add(list), MostLists), ListStale = false };

    private static ImmutableArray<T> Last<T>(ImmutableArray<T> items, int most) => items.Length > most ? items[^most..] : items;
}

/// <summary>A permit list that was issued.</summary>
internal sealed record IssuedList(long Sequence, Instant IssuedAt, Instant ExpiresAt);
