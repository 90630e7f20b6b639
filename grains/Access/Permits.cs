using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Access;

/// <summary>
/// Everything that is needed to decide who may switch a device on, from one instant to another. Online it is gathered for one badge when that is presented;
/// offline the device has it, signed, for all. Nobody is named in it: a badge is a salted hash, a person a number that means nothing outside the list.
/// </summary>
[GenerateSerializer, Immutable, Alias("permit-list")]
public sealed record PermitList
{
    /// <summary>Whose list it is: no other device may use it.</summary>
    [Id(0)] public string DeviceId { get; init; } = "";
    [Id(1)] public DeviceKind Kind { get; init; }
    [Id(2)] public string? ToolId { get; init; }
    [Id(3)] public string? AreaId { get; init; }

    /// <summary>Rises with every list of the device. A list older than one it has had is a replay.</summary>
    [Id(4)] public long Sequence { get; init; }
    [Id(5)] public Instant IssuedAt { get; init; }

    /// <summary>From then on nobody may be let in by it.</summary>
    [Id(6)] public Instant ExpiresAt { get; init; }

    /// <summary>What badges are hashed with in this list (base64).</summary>
    [Id(7)] public string Salt { get; init; } = "";

    /// <summary>The device is taken out of use.</summary>
    [Id(8)] public bool Retired { get; init; }

    /// <summary>An emergency stop stands: nobody starts it until staff have released it.</summary>
    [Id(9)] public bool Stopped { get; init; }

    /// <summary>Staff have unlocked it until then: any known badge starts it, booking or not.</summary>
    [Id(10)] public Instant? UnlockedUntil { get; init; }

    /// <summary>Every badge the space knows, each once.</summary>
    [Id(11)] public ImmutableArray<PermitHolder> Holders { get; init; } = [];

    /// <summary>Who is in the tool's area, by number, as known when the list was made.</summary>
    [Id(12)] public ImmutableArray<int> Present { get; init; } = [];

    /// <summary>Of a door: what stands against anybody's coming in at a time (the hours the place is closed).</summary>
    [Id(13)] public ImmutableArray<Slot> Closed { get; init; } = [];
}

/// <summary>One badge in a list.</summary>
/// <param name="Badge">Salted hash (<see cref="BadgeHash.Salted"/>).</param>
/// <param name="Person">Who, by a number of this list; two badges of one person share it.</param>
[GenerateSerializer, Immutable, Alias("permit-holder")]
public sealed record PermitHolder([property: Id(0)] string Badge, [property: Id(1)] int Person)
{
    /// <summary>Staff start any tool, booked or not, and open any door.</summary>
    [Id(2)] public bool Staff { get; init; }

    /// <summary>Reported lost, or taken back.</summary>
    [Id(3)] public bool Blocked { get; init; }

    /// <summary>While they hold what the tool asks of its users, and so count as a buddy; null: at no time.</summary>
    [Id(4)] public Slot? Buddy { get; init; }

    /// <summary>The bookings of the tool that they may check in on.</summary>
    [Id(5)] public ImmutableArray<PermitUse> Uses { get; init; } = [];

    /// <summary>Of a door: what stands between them and the area.</summary>
    [Id(6)] public ImmutableArray<PermitBar> Bars { get; init; } = [];

    /// <summary>Of a door: may come in while the place is closed.</summary>
    [Id(7)] public bool AllHours { get; init; }
}

/// <summary>A booking somebody may check in on.</summary>
[GenerateSerializer, Immutable, Alias("permit-use")]
public sealed record PermitUse([property: Id(0)] Guid BookingId, [property: Id(1)] Slot Slot, [property: Id(2)] Instant OpensAt)
{
    /// <summary>From then on it is lost unless somebody is checked in; null: never, or somebody is.</summary>
    [Id(3)] public Instant? LostAt { get; init; }

    /// <summary>What refuses the rest of the booking, each until when.</summary>
    [Id(4)] public ImmutableArray<PermitBar> Bars { get; init; } = [];

    /// <summary>When nobody may be alone with the tool.</summary>
    [Id(5)] public ImmutableArray<Slot> Alone { get; init; } = [];

    /// <summary>Whether one may switch on now, by the time alone.</summary>
    public bool IsOpen(Instant now) => OpensAt <= now && now < Slot.End && !(LostAt <= now);
}

/// <summary>A gate that is shut.</summary>
/// <param name="Code">The refusal's code (docs/rules.md, docs/access.md).</param>
/// <param name="Until">First instant at which it refuses no more; null: it always does.</param>
[GenerateSerializer, Immutable, Alias("permit-bar")]
public sealed record PermitBar([property: Id(0)] string Code, [property: Id(1)] Instant? Until)
{
    /// <summary>First instant at which it refuses; null: it does already.</summary>
    [Id(2)] public Instant? From { get; init; }

    /// <summary>Whether it refuses at that instant.</summary>
    public bool Holds(Instant now) => !(From > now) && !(Until <= now);
}

/// <summary>What is asked of a device.</summary>
/// <param name="DeviceId">Which device asks.</param>
/// <param name="Badge">Hash of the badge that was presented (<see cref="BadgeHash.Of"/>).</param>
[GenerateSerializer, Immutable, Alias("switch-ask")]
public sealed record SwitchAsk([property: Id(0)] string DeviceId, [property: Id(1)] string Badge)
{
    /// <summary>Hash of a second badge, of somebody who stands by.</summary>
    [Id(2)] public string? Buddy { get; init; }

    /// <summary>Hash of the badge by which it runs already; null: it does not.</summary>
    [Id(3)] public string? RunningBadge { get; init; }

    /// <summary>The device's own clock had lost the time (power) and was not put right since: it may be anything.</summary>
    [Id(4)] public bool ClockUnsure { get; init; }

    /// <summary>An emergency stop that this device knows of itself.</summary>
    [Id(5)] public bool StoppedHere { get; init; }
}

/// <summary>The answer: allowed, or every reason why not.</summary>
[GenerateSerializer, Immutable, Alias("switch-answer")]
public sealed record SwitchAnswer
{
    [Id(0)] public ImmutableArray<PermitBar> Bars { get; init; } = [];

    /// <summary>The booking it is for; null for staff, and where staff have unlocked it.</summary>
    [Id(1)] public Guid? BookingId { get; init; }

    /// <summary>Until when; null: no end is set.</summary>
    [Id(2)] public Instant? Until { get; init; }

    /// <summary>By the right of staff.</summary>
    [Id(3)] public bool Staff { get; init; }

    /// <summary>From when on somebody else has to be there; null: at no time.</summary>
    [Id(4)] public Instant? BuddyFrom { get; init; }

    public bool Allowed => Bars.IsEmpty;

    public static SwitchAnswer No(params ImmutableArray<PermitBar> bars) => new() { Bars = bars };

    public static SwitchAnswer No(string code, Instant? until = null) => No(new PermitBar(code, until));
}
