using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;

namespace Makerspace.Billing;

/// <summary>What an account keeps.</summary>
internal sealed record AccountState : IHasOutbox
{
    public long Version { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}
