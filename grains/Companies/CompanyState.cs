using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Members;

namespace Makerspace.Companies;

/// <summary>What a company keeps. Bounded as a member's holds are.</summary>
internal sealed record CompanyState : IHasOutbox
{
    public CompanyDefinition Definition { get; init; } = new();
    public ImmutableArray<Hold> Holds { get; init; } = [];

    /// <summary>Rises with every change of the definition; 0 before the first.</summary>
    public long Version { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool Exists => Version > 0;
}
