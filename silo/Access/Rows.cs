using NodaTime;

namespace Makerspace.Access;

/// <summary>A device. <see cref="Data"/> is the whole <see cref="DeviceView"/> as JSON.</summary>
public sealed class DeviceRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public DeviceKind Kind { get; set; }
    public string? ToolId { get; set; }
    public string? AreaId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>One time a device ran. <see cref="Data"/> is the whole <see cref="DeviceUse"/> as JSON.</summary>
public sealed class DeviceUseRow
{
    public Guid Id { get; set; }
    public string DeviceId { get; set; } = "";
    public string? ToolId { get; set; }
    public string? MemberId { get; set; }
    public Guid? BookingId { get; set; }
    public Instant StartedAt { get; set; }
    public Instant? EndedAt { get; set; }
    public long EnergyWh { get; set; }
    public long RunSeconds { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>A badge somebody was given.</summary>
public sealed class BadgeRow
{
    public Guid Id { get; set; }
    public string MemberId { get; set; } = "";

    /// <summary>See <see cref="BadgeHash.Of"/>.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What people call it: its last characters, "blue fob".</summary>
    public string Label { get; set; } = "";
    public Instant MadeAt { get; set; }
    public string MadeBy { get; set; } = "";

    /// <summary>Reported lost, or taken back; it is kept so that whoever finds it is told so.</summary>
    public Instant? BlockedAt { get; set; }
}

/// <summary>What somebody types at a kiosk who has no badge on them.</summary>
public sealed class PinRow
{
    public string MemberId { get; set; } = "";

    /// <summary>Six digits that say who; the PIN says that it is they. Two members with the same number are told apart by their PINs.</summary>
    public int Number { get; set; }

    /// <summary>As ASP.NET Core Identity hashes passwords.</summary>
    public string Hash { get; set; } = "";
    public int Failures { get; set; }
    public Instant? LockedUntil { get; set; }
    public Instant MadeAt { get; set; }
}
