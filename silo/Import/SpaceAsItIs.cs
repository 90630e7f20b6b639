using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Import;

/// <summary>Everything a plan is held against: the space at the moment of planning.</summary>
public sealed record SpaceAsItIs
{
    public required Instant Now { get; init; }
    public SpaceFacts Space { get; init; } = new();
    public ImmutableArray<ToolView> Tools { get; init; } = [];
    public ImmutableArray<AreaView> Areas { get; init; } = [];
    public ImmutableArray<MemberView> Members { get; init; } = [];
    public ImmutableArray<AccountAsItIs> Accounts { get; init; } = [];

    /// <summary>Ids of all bookings ever made, whatever became of them.</summary>
    public ImmutableHashSet<Guid> Bookings { get; init; } = [];

    /// <summary>The local day of an instant, as in <c>2026-12-01</c>.</summary>
    public string DayOf(Instant at) => NodaTime.Text.LocalDatePattern.Iso.Format(at.InZone(Space.Zone).Date);

    /// <summary>First instant of a local day.</summary>
    public Instant StartOf(LocalDate day) => Space.Zone.AtStartOfDay(day).ToInstant();
}

/// <summary>An account, as far as an import must know it.</summary>
public sealed record AccountAsItIs(string Email, string MemberId, ImmutableArray<string> Roles);

/// <summary>Who imports, and what they may hand out.</summary>
/// <param name="Actor">A member id, or <c>system</c> from the command line.</param>
/// <param name="MayAppointStaff">Whether accounts may be given the roles staff and admin: an administrator may, staff may not make themselves more.</param>
public sealed record ImportAuthority(string Actor, bool MayAppointStaff);
