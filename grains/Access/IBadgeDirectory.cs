using System.Collections.Immutable;
using Makerspace.Members;
using NodaTime;

namespace Makerspace.Access;

/// <summary>Whose badge it is, as the table of badges says now.</summary>
public interface IBadgeDirectory
{
    /// <summary>The holder of a badge, or null if nobody has it.</summary>
    /// <param name="hash">Of what the reader read (<see cref="BadgeHash.Of"/>).</param>
    /// <param name="cancellation">Stops asking.</param>
    Task<BadgeHolder?> Find(string hash, CancellationToken cancellation);

    /// <summary>The booking of the tool at that time that was the member's, or a colleague's, to use: confirmed, in use, completed or missed; null where there was none.</summary>
    Task<Guid?> BookingAt(string toolId, string memberId, string? companyId, Instant at, CancellationToken cancellation);

    /// <summary>All badges, those of staff first; at most <see cref="MostBadges"/>.</summary>
    Task<ImmutableArray<BadgeHolder>> All(CancellationToken cancellation);

    /// <summary>What a device's memory is made for.</summary>
    const int MostBadges = 5_000;
}

/// <summary>Somebody with a badge, and what is known of them.</summary>
/// <param name="Hash">Of the badge.</param>
/// <param name="MemberId">Whose it is.</param>
/// <param name="Definition">The company they work for (a colleague may check in too), membership and standing.</param>
/// <param name="Staff">Whether their account is one of staff.</param>
/// <param name="Blocked">Reported lost, or taken back.</param>
[GenerateSerializer, Immutable, Alias("badge-holder")]
public sealed record BadgeHolder(
    [property: Id(0)] string Hash, [property: Id(1)] string MemberId, [property: Id(2)] MemberDefinition Definition, [property: Id(3)] bool Staff, [property: Id(4)] bool Blocked)
{
    /// <summary>What they are certified for, from when to when.</summary>
    [Id(5)] public ImmutableArray<Certification> Certifications { get; init; } = [];
}
