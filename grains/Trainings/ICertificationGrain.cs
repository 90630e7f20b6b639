using System.Collections.Immutable;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Trainings;

/// <summary>
/// One certification of the catalogue: what leads to it and how long it holds. Its name and its lapse by disuse are the space's, which every booking reads.
/// </summary>
[Alias("makerspace.certification")]
public interface ICertificationGrain : IGrainWithStringKey
{
    /// <summary>What leads to it; where nothing was ever said, nothing is asked for. With the answers of the quiz: for staff, and for whoever marks one.</summary>
    [ReadOnly, Alias("view")] Task<CertificationView> View();

    /// <summary>Says what leads to it. Who holds it already keeps it. The same again changes nothing.</summary>
    /// <param name="definition">The whole definition.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless it is still at this version.</param>
    /// <returns>The certification after it, or null where the version was another.</returns>
    [Alias("define")] Task<CertificationView?> Define(CertificationDefinition definition, string actor, long? expectedVersion = null);
}

/// <summary>What leads to a certification, and how long it holds.</summary>
[GenerateSerializer, Immutable, Alias("certification-definition")]
public sealed record CertificationDefinition
{
    /// <summary>Nothing is asked for: whoever is granted it has it, for good.</summary>
    public static readonly CertificationDefinition None = new();

    [Id(0)] public string? Description { get; init; }

    /// <summary>Certifications to hold before.</summary>
    [Id(1)] public ImmutableArray<string> Prerequisites { get; init; } = [];

    /// <summary>How long it holds once granted; null: for good.</summary>
    [Id(2)] public Duration? Validity { get; init; }

    /// <summary>A training has to be attended.</summary>
    [Id(3)] public bool Training { get; init; }

    /// <summary>A trainer has to say that the person can do it.</summary>
    [Id(4)] public bool SignOff { get; init; }

    /// <summary>To be passed; null: none.</summary>
    [Id(5)] public Quiz? Quiz { get; init; }

    /// <summary>Confirmed hours under supervision; null: none.</summary>
    [Id(6)] public Duration? SupervisedHours { get; init; }

    /// <summary>What confirmed hours come to, fewest first.</summary>
    [Id(7)] public ImmutableArray<Level> Levels { get; init; } = [];
}

/// <summary>A step of an apprenticeship.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Hours">Confirmed hours from which it is reached.</param>
[GenerateSerializer, Immutable, Alias("apprentice-level")]
public sealed record Level([property: Id(0)] string Name, [property: Id(1)] Duration Hours);

/// <summary>A certification as it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Definition">What leads to it.</param>
/// <param name="Version">Rises with every change.</param>
/// <param name="QuizVersion">Rises with every change of the quiz: answers are to one version of it.</param>
[GenerateSerializer, Immutable, Alias("certification-view")]
public sealed record CertificationView(
    [property: Id(0)] string Id, [property: Id(1)] CertificationDefinition Definition, [property: Id(2)] long Version, [property: Id(3)] int QuizVersion);
