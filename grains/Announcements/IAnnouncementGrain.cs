using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Announcements;

/// <summary>Something that members are told on their own page, for as long as it holds.</summary>
[Alias("makerspace.announcement")]
public interface IAnnouncementGrain : IGrainWithStringKey
{
    /// <summary>The announcement, or null if never made.</summary>
    [ReadOnly, Alias("view")] Task<AnnouncementView?> View();

    /// <summary>Makes the announcement or changes it. The same again changes nothing.</summary>
    [Alias("define")] Task<AnnouncementView> Define(AnnouncementDefinition definition, string actor);

    /// <summary>Nobody is told it any more, from now on.</summary>
    /// <returns>False if there is none, or it is over already.</returns>
    [Alias("withdraw")] Task<bool> Withdraw(string actor);
}

/// <summary>What is said, to whom and when.</summary>
[GenerateSerializer, Immutable, Alias("announcement-definition")]
public sealed record AnnouncementDefinition
{
    /// <summary>At most 100 characters.</summary>
    [Id(0)] public string Title { get; init; } = "";

    /// <summary>At most 2000 characters.</summary>
    [Id(1)] public string Text { get; init; } = "";
    [Id(2)] public Instant From { get; init; }

    /// <summary>First instant at which nobody is told it any more; null: until it is withdrawn.</summary>
    [Id(3)] public Instant? Until { get; init; }

    /// <summary>For whoever has something booked in that area or in one inside it; null: for everybody.</summary>
    [Id(4)] public string? AreaId { get; init; }

    /// <summary>Shown before everything else, as a warning.</summary>
    [Id(5)] public bool Urgent { get; init; }
}

/// <summary>An announcement as it is.</summary>
[GenerateSerializer, Immutable, Alias("announcement-view")]
public sealed record AnnouncementView(
    [property: Id(0)] Guid Id, [property: Id(1)] AnnouncementDefinition Definition, [property: Id(2)] string MadeBy, [property: Id(3)] Instant MadeAt)
{
    public bool HoldsAt(Instant now) => Definition.From <= now && !(Definition.Until <= now);
}
