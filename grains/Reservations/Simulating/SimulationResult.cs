using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations.Simulating;

/// <summary>What a change would have made of a past period.</summary>
public sealed record SimulationResult
{
    /// <summary>Bookings asked for in the period and accepted then.</summary>
    public int Bookings { get; init; }

    /// <summary>Those of them that the change would have refused.</summary>
    public int Refused { get; init; }

    /// <summary>Moves, extensions and hand-overs in the period, and those the change would have refused: the booking stays as it was.</summary>
    public int Moves { get; init; }
    public int MovesRefused { get; init; }

    /// <summary>Bookings that no rule was asked for (taken over from another system): not looked at.</summary>
    public int Skipped { get; init; }

    /// <summary>Accepted then, but refused by the replay also under the settings of the time: taken as accepted. 0 where the journal is whole.</summary>
    public int Unexplained { get; init; }

    /// <summary>Most first. A booking refused by several rules counts at each.</summary>
    public ImmutableArray<RuleCount> ByRule { get; init; } = [];

    /// <summary>Most refused first; those without any are left out.</summary>
    public ImmutableArray<CompanyCount> ByCompany { get; init; } = [];

    /// <summary>Every tool that was booked, the one that changes most first.</summary>
    public ImmutableArray<ToolUse> ByTool { get; init; } = [];

    /// <summary>The first of those refused.</summary>
    public ImmutableArray<RefusedThen> Examples { get; init; } = [];
}

/// <summary>How often a rule would have refused.</summary>
public sealed record RuleCount(string Code, int Bookings);

/// <summary>A company's bookings; <paramref name="CompanyId"/> null: of members without one.</summary>
public sealed record CompanyCount(string? CompanyId, int Bookings, int Refused);

/// <summary>The use of a tool by bookings of the period.</summary>
public sealed record ToolUse(string ToolId, int Bookings, int Refused, Duration Before, Duration After)
{
    /// <summary>By ISO week, where the change makes a difference to the tool.</summary>
    public ImmutableArray<WeekUse> Weeks { get; init; } = [];
}

/// <summary>The booked time of one ISO week.</summary>
public sealed record WeekUse(LocalDate Monday, Duration Before, Duration After);

/// <summary>A booking that would have been refused.</summary>
public sealed record RefusedThen(Guid BookingId, string ToolId, string MemberId, Slot Slot, ImmutableArray<string> Codes);
