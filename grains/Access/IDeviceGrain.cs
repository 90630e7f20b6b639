using System.Collections.Immutable;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Access;

/// <summary>
/// A controller at a tool (interlock), a door or a kiosk: its secret, what runs on it, its stops, and what it reports. It asks Booking, Member, Tool and Area for
/// facts, and nobody calls it but its own device and staff.
/// </summary>
[Alias("makerspace.device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>The device, or null if never registered.</summary>
    [ReadOnly, Alias("view")] Task<DeviceView?> View();

    /// <summary>Registers the device or changes what is said of it.</summary>
    /// <param name="definition">The whole definition.</param>
    /// <param name="secretHash">Of a new secret, hex SHA-256: an older one is void at once. Null leaves the secret.</param>
    /// <param name="actor">Who does it.</param>
    [Alias("define")] Task<DeviceView> Define(DeviceDefinition definition, string? secretHash, string actor);

    /// <summary>Whether the hash is that of the device's secret, and the device is in use.</summary>
    [ReadOnly, Alias("recognise")] Task<bool> Recognise(string secretHash);

    /// <summary>A sign of life: how it stands, for the device to act on.</summary>
    [Alias("heartbeat")] Task<DeviceOrders> Heartbeat(Heartbeat beat);

    /// <summary>A new permit list, with the next number.</summary>
    [Alias("permits")] Task<PermitList> Permits();

    /// <summary>May this badge start it, or open it, now? Writes nothing.</summary>
    [Alias("may-start")] Task<SwitchAnswer> MayStart(SwitchAsk ask);

    /// <summary>Starts: every gate is asked again, and the booking checked in. The same use again answers as before.</summary>
    [Alias("start")] Task<StartAnswer> Start(Guid useId, SwitchAsk ask);

    /// <summary>The tool has been switched off.</summary>
    /// <returns>The use, or null if the device runs no such.</returns>
    [Alias("stop")] Task<DeviceUse?> Stop(Guid useId, UseEnd end);

    /// <summary>Somebody goes through a door. Coming in, every gate and the area's capacity are asked.</summary>
    [Alias("pass")] Task<SwitchAnswer> Pass(SwitchAsk ask, bool leaving);

    /// <summary>What happened while there was no network: each use is taken once, by its id, reconciled with what the server knows, and flagged where that disagrees.</summary>
    [Alias("report")] Task<ImmutableArray<DeviceUse>> Report(ImmutableArray<UseReport> uses);

    /// <summary>Emergency stop: nobody starts it until <see cref="Release"/>.</summary>
    [Alias("emergency")] Task<DeviceView> EmergencyStop(string actor, string reason);

    /// <summary>Ends an emergency stop.</summary>
    [Alias("release")] Task<DeviceView> Release(string actor, string reason);

    /// <summary>Staff unlock it until then; null locks it again.</summary>
    [Alias("unlock")] Task<DeviceView> Unlock(Instant? until, string actor, string reason);

    /// <summary>Staff have looked at what was flagged.</summary>
    /// <returns>False where the device has no such use that is still flagged.</returns>
    [Alias("settle-flags")] Task<bool> SettleFlags(Guid useId, string actor);
}

/// <summary>What a device is.</summary>
[GenerateSerializer, Alias("device-kind")]
public enum DeviceKind
{
    /// <summary>Switches a tool.</summary>
    Interlock,

    /// <summary>Opens an area.</summary>
    Door,

    /// <summary>A screen where people check in.</summary>
    Kiosk,
}

/// <summary>What staff say of a device.</summary>
[GenerateSerializer, Immutable, Alias("device-definition")]
public sealed record DeviceDefinition
{
    [Id(0)] public string Name { get; init; } = "";
    [Id(1)] public DeviceKind Kind { get; init; }

    /// <summary>The tool an interlock switches.</summary>
    [Id(2)] public string? ToolId { get; init; }

    /// <summary>The area a door leads to, or a kiosk stands in.</summary>
    [Id(3)] public string? AreaId { get; init; }

    /// <summary>How long a permit list is good for.</summary>
    [Id(4)] public Duration OfflineFor { get; init; } = Duration.FromHours(4);

    /// <summary>Taken out of use: its secret opens nothing.</summary>
    [Id(5)] public bool Retired { get; init; }
}

/// <summary>A device as it is.</summary>
[GenerateSerializer, Immutable, Alias("device-view")]
public sealed record DeviceView([property: Id(0)] string Id, [property: Id(1)] DeviceDefinition Definition, [property: Id(2)] long Version)
{
    /// <summary>When it was last heard of, give or take five minutes after a restart.</summary>
    [Id(3)] public Instant? LastSeen { get; init; }

    /// <summary>The use under way.</summary>
    [Id(4)] public DeviceUse? Running { get; init; }

    [Id(5)] public EmergencyStop? Stopped { get; init; }
    [Id(6)] public Instant? UnlockedUntil { get; init; }

    /// <summary>Number of its newest permit list.</summary>
    [Id(7)] public long Sequence { get; init; }

    /// <summary>Uses that disagreed with what the server knows, for staff to look at; the newest 50.</summary>
    [Id(8)] public ImmutableArray<DeviceUse> Flagged { get; init; } = [];
}

/// <summary>Why and since when nobody may start it.</summary>
[GenerateSerializer, Immutable, Alias("emergency-stop")]
public sealed record EmergencyStop([property: Id(0)] Instant At, [property: Id(1)] string By, [property: Id(2)] string Reason);

/// <summary>A device's sign of life.</summary>
/// <param name="Clock">What its clock says.</param>
/// <param name="Sequence">Number of the list it has; 0: none.</param>
/// <param name="RunningUse">What runs on it; null: nothing. It is the device that knows: what the server believes besides has ended.</param>
[GenerateSerializer, Immutable, Alias("heartbeat")]
public sealed record Heartbeat([property: Id(0)] Instant Clock, [property: Id(1)] long Sequence, [property: Id(2)] Guid? RunningUse);

/// <summary>What the device is to do and to know.</summary>
/// <param name="Now">The server's time: the device puts its clock right by it.</param>
[GenerateSerializer, Immutable, Alias("device-orders")]
public sealed record DeviceOrders([property: Id(0)] Instant Now)
{
    /// <summary>An emergency stop stands: off, at once.</summary>
    [Id(1)] public bool Stop { get; init; }
    [Id(2)] public Instant? UnlockedUntil { get; init; }

    /// <summary>The list it has is not the newest, or half its time is over.</summary>
    [Id(3)] public bool FetchPermits { get; init; }

    /// <summary>Whoever uses it is to be warned.</summary>
    [Id(4)] public Overrun Overrun { get; init; }
    [Id(5)] public Instant? Until { get; init; }

    /// <summary>Its clock is too far from the server's.</summary>
    [Id(6)] public bool ClockWrong { get; init; }
}

/// <summary>How a use ended.</summary>
/// <param name="At">When, by the device's clock as put right.</param>
/// <param name="By">A code: <c>badge</c>, <c>done</c> (checks the booking out too), <c>emergency</c>, <c>power-lost</c>, <c>timeout</c>.</param>
/// <param name="EnergyWh">Used since the start, watt-hours.</param>
/// <param name="RunTime">How long the tool really ran.</param>
[GenerateSerializer, Immutable, Alias("use-end")]
public sealed record UseEnd([property: Id(0)] Instant At, [property: Id(1)] string By, [property: Id(2)] long EnergyWh, [property: Id(3)] Duration RunTime)
{
    public const string Emergency = "emergency";

    /// <summary>Of a use that the server ends because the device says that it does not run: what the device reports of it afterwards takes its place.</summary>
    public const string Unknown = "unknown";
}

/// <summary>A use that the device let begin, or saw end, without network.</summary>
/// <param name="Id">Made by the device: by it a report is taken once.</param>
/// <param name="Badge">Hash of the badge.</param>
/// <param name="Sequence">Number of the list it was let in by.</param>
/// <param name="StartedAt">When.</param>
/// <param name="End">How it ended; null: it still runs.</param>
[GenerateSerializer, Immutable, Alias("use-report")]
public sealed record UseReport(
    [property: Id(0)] Guid Id, [property: Id(1)] string Badge, [property: Id(2)] long Sequence, [property: Id(3)] Instant StartedAt, [property: Id(4)] UseEnd? End)
{
    /// <summary>Hash of the second badge, where one was shown.</summary>
    [Id(5)] public string? Buddy { get; init; }
}

/// <summary>One time a device ran, from on to off.</summary>
[GenerateSerializer, Immutable, Alias("device-use")]
public sealed record DeviceUse
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public string DeviceId { get; init; } = "";
    [Id(2)] public string? ToolId { get; init; }

    /// <summary>Null where the badge was nobody's.</summary>
    [Id(3)] public string? MemberId { get; init; }
    [Id(4)] public Guid? BookingId { get; init; }
    [Id(5)] public Instant StartedAt { get; init; }

    /// <summary>Null: still running.</summary>
    [Id(6)] public Instant? EndedAt { get; init; }

    /// <summary>The booking's end when it began; null: none was set.</summary>
    [Id(7)] public Instant? Until { get; init; }

    /// <summary>Watt-hours.</summary>
    [Id(8)] public long EnergyWh { get; init; }

    /// <summary>How long the tool really ran.</summary>
    [Id(9)] public Duration RunTime { get; init; }

    /// <summary>A code, as in <see cref="UseEnd"/>.</summary>
    [Id(10)] public string? EndedBy { get; init; }

    /// <summary>Decided by the device alone.</summary>
    [Id(11)] public bool Offline { get; init; }

    /// <summary>By the right of staff, or while staff had unlocked it.</summary>
    [Id(12)] public bool Staff { get; init; }

    /// <summary>Where it disagrees with what the server knows: codes (docs/access.md).</summary>
    [Id(13)] public ImmutableArray<string> Flags { get; init; } = [];

    /// <summary>Who has looked at the flags.</summary>
    [Id(14)] public string? SettledBy { get; init; }
}

/// <summary>What came of a start.</summary>
/// <param name="Answer">Allowed or why not.</param>
/// <param name="Use">What runs now; null where refused.</param>
[GenerateSerializer, Immutable, Alias("start-answer")]
public sealed record StartAnswer([property: Id(0)] SwitchAnswer Answer, [property: Id(1)] DeviceUse? Use);
