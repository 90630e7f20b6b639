using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Access;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>A sign of life.</summary>
public sealed record HeartbeatBody
{
    /// <summary>What the device's clock says.</summary>
    public OffsetDateTime? Clock { get; init; }

    /// <summary>Number of the permit list it has; 0 or absent: none.</summary>
    public long? Sequence { get; init; }

    /// <summary>The use that runs; absent: nothing does, and whatever the server believes to run has ended.</summary>
    public Guid? Running { get; init; }
}

/// <summary>A badge at the device.</summary>
public sealed record AskBody
{
    /// <summary>As the reader reads it: 4 to 64 letters and digits.</summary>
    public string? Badge { get; init; }

    /// <summary>A second badge, of somebody who stands by.</summary>
    public string? Buddy { get; init; }
}

/// <summary>A badge that starts the tool.</summary>
public sealed record StartBody
{
    /// <summary>Made by the device: the same again answers as before.</summary>
    public Guid? UseId { get; init; }
    public string? Badge { get; init; }
    public string? Buddy { get; init; }
}

/// <summary>The tool is off.</summary>
public sealed record StopBody
{
    public Guid? UseId { get; init; }
    public OffsetDateTime? At { get; init; }

    /// <summary><c>badge</c> (off, the booking goes on), <c>done</c> (checks out), <c>emergency</c>, <c>power-lost</c> or <c>timeout</c>.</summary>
    public string? By { get; init; }

    /// <summary>Since the start, watt-hours.</summary>
    public long? EnergyWh { get; init; }

    /// <summary>How long the tool really ran.</summary>
    public Duration? RunTime { get; init; }
}

/// <summary>A badge at a door.</summary>
public sealed record PassBody
{
    public string? Badge { get; init; }
    public bool Leaving { get; init; }
}

/// <summary>What happened without network, at most 100 uses.</summary>
public sealed record ReportBody
{
    public IReadOnlyList<ReportedUse?>? Uses { get; init; }
}

/// <summary>One use.</summary>
public sealed record ReportedUse
{
    public Guid? Id { get; init; }

    /// <summary>The badge's hash: a device keeps no numbers.</summary>
    public string? BadgeHash { get; init; }
    public string? BuddyHash { get; init; }

    /// <summary>Number of the list it was let in by; of a use that began online 0.</summary>
    public long? Sequence { get; init; }
    public OffsetDateTime? StartedAt { get; init; }

    /// <summary>Absent while it runs.</summary>
    public OffsetDateTime? EndedAt { get; init; }

    /// <summary>As for a stop; of a door <c>left</c> for somebody who went out.</summary>
    public string? EndedBy { get; init; }
    public long? EnergyWh { get; init; }
    public Duration? RunTime { get; init; }
}

/// <summary>How the device stands.</summary>
/// <param name="Now">The server's time; the device puts its clock right by it.</param>
/// <param name="Stop">An emergency stop stands: off, at once.</param>
/// <param name="FetchPermits">There is a newer list, or half the time of its own is over.</param>
/// <param name="Overrun"><c>None</c>, <c>EndsSoon</c> or <c>Over</c>: whoever uses it is to be warned.</param>
/// <param name="Keys">The keys whose lists it is to believe.</param>
public sealed record OrdersModel(
    OffsetDateTime Now, bool Stop, OffsetDateTime? UnlockedUntil, bool FetchPermits, Overrun Overrun, OffsetDateTime? Until, bool ClockWrong, IReadOnlyList<TrustedKey> Keys)
{
    internal static OrdersModel Of(DeviceOrders o, IReadOnlyList<TrustedKey> keys) =>
        new(o.Now.Utc(), o.Stop, o.UnlockedUntil.Utc(), o.FetchPermits, o.Overrun, o.Until.Utc(), o.ClockWrong, keys);
}

/// <summary>Allowed, or every reason why not.</summary>
/// <param name="Allowed">Whether it may be switched on, or opened.</param>
/// <param name="Bars">What refuses.</param>
/// <param name="Until">The end of the booking; null: none is set.</param>
/// <param name="BuddyFrom">From when on somebody else has to be there.</param>
/// <param name="Staff">By the right of staff.</param>
public sealed record SwitchModel(bool Allowed, IReadOnlyList<BarModel> Bars, Guid? BookingId, OffsetDateTime? Until, OffsetDateTime? BuddyFrom, bool Staff);

/// <summary>One reason.</summary>
/// <param name="Code">Stable; docs/access.md.</param>
/// <param name="Message">For the device's display.</param>
/// <param name="Until">First instant at which it refuses no more; null: it always does.</param>
public sealed record BarModel(string Code, string Message, OffsetDateTime? Until);

/// <summary>A use as the server has it.</summary>
public sealed record UseModel(
    Guid Id, string DeviceId, string? ToolId, string? MemberId, Guid? BookingId, OffsetDateTime StartedAt, OffsetDateTime? EndedAt, string? EndedBy, OffsetDateTime? Until, long EnergyWh, Duration RunTime,
    bool Offline, bool Staff, IReadOnlyList<string> Flags, string? SettledBy)
{
    internal static UseModel Of(DeviceUse u, SpaceFacts space) => Of(u, instant => instant.In(space));

    private static UseModel Of(DeviceUse u, Func<Instant, OffsetDateTime> at) => new(
        u.Id, u.DeviceId, u.ToolId, u.MemberId, u.BookingId, at(u.StartedAt), u.EndedAt is { } end ? at(end) : null, u.EndedBy, u.Until is { } until ? at(until) : null, u.EnergyWh, u.RunTime, u.Offline, u.Staff, u.Flags, u.SettledBy);

    /// <summary>What the device itself is told: not who it was.</summary>
    internal static UseModel ForDevice(DeviceUse u) => Of(u, WireInstants.Utc) with { MemberId = null, BookingId = null };
}

/// <summary>What a device may ask for, whichever way it comes: every method answers for the device that was recognised, and no other.</summary>
public sealed class DeviceProtocol(IGrainFactory grains, PermitSigner signer, SwitchWords words, TimeProvider time)
{
    private const int MostReported = 100;

    /// <summary>Far more than any tool in a makerspace uses between on and off.</summary>
    private const long MostEnergy = 10_000_000;

    private static readonly string[] Ends = ["badge", "done", "emergency", "power-lost", "timeout", "left", "passed"];

    public async Task<Results<Ok<OrdersModel>, ProblemHttpResult>> Heartbeat(string deviceId, HeartbeatBody body, CancellationToken cancellation)
    {
        var faults = new Faults();
        var beat = new Heartbeat(faults.Required("clock", body.Clock).ToInstant(), body.Sequence ?? 0, body.Running);
        if (faults.Any) return faults.Problem;
        var orders = await Device(deviceId).Heartbeat(beat);
        return TypedResults.Ok(OrdersModel.Of(orders, await signer.Trusted(cancellation)));
    }

    public async Task<Ok<SignedPermits>> Permits(string deviceId, CancellationToken cancellation) =>
        TypedResults.Ok(await signer.Sign(await Device(deviceId).Permits(), cancellation));

    public async Task<Results<Ok<SwitchModel>, ProblemHttpResult>> MayStart(string deviceId, AskBody body)
    {
        var faults = new Faults();
        var ask = Read(faults, deviceId, body.Badge, body.Buddy);
        return faults.Any ? faults.Problem : TypedResults.Ok(Said(await Device(deviceId).MayStart(ask)));
    }

    public async Task<Results<Ok<SwitchModel>, ProblemHttpResult>> Start(string deviceId, StartBody body)
    {
        var faults = new Faults();
        var ask = Read(faults, deviceId, body.Badge, body.Buddy);
        var useId = faults.Required("useId", body.UseId);
        return faults.Any ? faults.Problem : TypedResults.Ok(Said((await Device(deviceId).Start(useId, ask)).Answer));
    }

    public async Task<Results<Ok<UseModel>, ProblemHttpResult>> Stop(string deviceId, StopBody body)
    {
        var faults = new Faults();
        var useId = faults.Required("useId", body.UseId);
        var end = ReadEnd(faults, "", faults.Required("at", body.At).ToInstant(), body.By, body.EnergyWh, body.RunTime);
        if (faults.Any) return faults.Problem;
        return await Device(deviceId).Stop(useId, end) is { } use ? TypedResults.Ok(UseModel.ForDevice(use)) : Problem.Unknown("use");
    }

    public async Task<Results<Ok<SwitchModel>, ProblemHttpResult>> Pass(string deviceId, PassBody body)
    {
        var faults = new Faults();
        var ask = Read(faults, deviceId, body.Badge, null);
        if (faults.Any) return faults.Problem;
        if (await IsNot(deviceId, DeviceKind.Door)) return Problem.Forbidden("not-its-protocol", "Only a door lets people through.");
        return TypedResults.Ok(Said(await Device(deviceId).Pass(ask, body.Leaving)));
    }

    public async Task<Results<Ok<IReadOnlyList<UseModel>>, ProblemHttpResult>> Report(string deviceId, ReportBody body)
    {
        var faults = new Faults();
        var uses = body.Uses ?? [];
        if (uses.Count is 0 or > MostReported) faults.Add("uses", "out-of-range", $"A report has 1 to {MostReported} uses.");
        for (var i = 0; i < uses.Count; i++)
            if (uses[i] is null) faults.Add($"uses[{i}]", "missing-field", $"uses[{i}] is no use.");
        if (faults.Any) return faults.Problem;
        var reports = uses.Select((u, i) => ReadUse(faults, $"uses[{i}].", u!)).ToImmutableArray();
        if (faults.Any) return faults.Problem;
        return TypedResults.Ok<IReadOnlyList<UseModel>>([.. (await Device(deviceId).Report(reports)).Select(UseModel.ForDevice)]);
    }

    public async Task<Ok<OrdersModel>> Emergency(string deviceId, CancellationToken cancellation)
    {
        var stopped = await Device(deviceId).EmergencyStop("device-" + deviceId, "the button at the device");
        var orders = await Device(deviceId).Heartbeat(new Heartbeat(time.Now(), 0, stopped.Running?.Id));
        return TypedResults.Ok(OrdersModel.Of(orders, await signer.Trusted(cancellation)));
    }

    private async Task<bool> IsNot(string deviceId, DeviceKind kind) => (await Device(deviceId).View())?.Definition.Kind != kind;

    private static SwitchAsk Read(Faults faults, string deviceId, string? badge, string? buddy) => new(deviceId, ReadBadge(faults, "badge", badge))
    {
        Buddy = buddy is null ? null : ReadBadge(faults, "buddy", buddy),
    };

    private static string ReadBadge(Faults faults, string field, string? read)
    {
        if (BadgeHash.Of(read) is { } hash) return hash;
        faults.Add(field, read is null ? "missing-field" : "malformed-badge", $"{field} is what a reader reads: 4 to {BadgeHash.Longest} letters and digits.");
        return "";
    }

    private static UseReport ReadUse(Faults faults, string path, ReportedUse use)
    {
        if (use.BadgeHash is not { Length: > 0 and <= 100 }) faults.Add(path + "badgeHash", "missing-field", $"{path}badgeHash is missing.");
        if (use.BuddyHash is { Length: > 100 }) faults.Add(path + "buddyHash", "text-too-long", $"{path}buddyHash is too long.");
        var end = use.EndedAt is { } at ? ReadEnd(faults, path, at.ToInstant(), use.EndedBy, use.EnergyWh, use.RunTime) : null;
        return new UseReport(
            faults.Required(path + "id", use.Id), use.BadgeHash ?? "", faults.Required(path + "sequence", use.Sequence), faults.Required(path + "startedAt", use.StartedAt).ToInstant(), end)
        {
            Buddy = use.BuddyHash,
        };
    }

    private static UseEnd ReadEnd(Faults faults, string path, Instant at, string? by, long? energy, Duration? runTime)
    {
        if (!Ends.Contains(by)) faults.Add(path + "by", "unknown-ending", $"{path}by is one of {string.Join(", ", Ends)}.");
        if (energy is < 0 or > MostEnergy) faults.Add(path + "energyWh", "out-of-range", $"{path}energyWh lies outside 0 to {MostEnergy}.");
        if (runTime < Duration.Zero) faults.Add(path + "runTime", "out-of-range", $"{path}runTime is negative.");
        return new UseEnd(at, by ?? "", energy ?? 0, runTime ?? Duration.Zero);
    }

    private SwitchModel Said(SwitchAnswer a) => new(a.Allowed, [.. a.Bars.Select(b => new BarModel(b.Code, words.Of(b.Code), b.Until.Utc()))], a.BookingId, a.Until.Utc(), a.BuddyFrom.Utc(), a.Staff);

    private IDeviceGrain Device(string id) => grains.GetGrain<IDeviceGrain>(Keys.Device(id));
}

/// <summary>Times as devices read and write them: they know no zones.</summary>
internal static class WireInstants
{
    public static OffsetDateTime Utc(this Instant instant) => instant.WithOffset(Offset.Zero);

    public static OffsetDateTime? Utc(this Instant? instant) => instant?.WithOffset(Offset.Zero);
}

/// <summary>The device's own routes. None names a device: it is the one whose secret came with the request.</summary>
internal static class DeviceRoutes
{
    public static void MapDeviceProtocol(this RouteGroupBuilder devices)
    {
        var me = devices.MapGroup("/me").RequireAuthorization(Makerspace.Web.Accounts.Allow.Device).WithTags("Device protocol");
        me.MapPost("/heartbeat", (Body<HeartbeatBody> body, ClaimsPrincipal user, DeviceProtocol protocol, CancellationToken cancellation) => protocol.Heartbeat(Of(user), body.Value, cancellation))
            .WithSummary("A sign of life; answers what to do and to know");
        me.MapPost("/permits", (ClaimsPrincipal user, DeviceProtocol protocol, CancellationToken cancellation) => protocol.Permits(Of(user), cancellation))
            .WithSummary("A new signed permit list");
        me.MapPost("/may-start", (Body<AskBody> body, ClaimsPrincipal user, DeviceProtocol protocol) => protocol.MayStart(Of(user), body.Value))
            .WithSummary("May this badge start the tool, or open the door, now");
        me.MapPost("/start", (Body<StartBody> body, ClaimsPrincipal user, DeviceProtocol protocol) => protocol.Start(Of(user), body.Value))
            .WithSummary("Start: every gate is asked, and the booking checked in");
        me.MapPost("/stop", (Body<StopBody> body, ClaimsPrincipal user, DeviceProtocol protocol) => protocol.Stop(Of(user), body.Value))
            .WithSummary("The tool is off; with energy and run time");
        me.MapPost("/pass", (Body<PassBody> body, ClaimsPrincipal user, DeviceProtocol protocol) => protocol.Pass(Of(user), body.Value))
            .WithSummary("Somebody at a door, coming or leaving");
        me.MapPost("/report", (Body<ReportBody> body, ClaimsPrincipal user, DeviceProtocol protocol) => protocol.Report(Of(user), body.Value))
            .WithSummary("What happened without network");
        me.MapPost("/emergency", (ClaimsPrincipal user, DeviceProtocol protocol, CancellationToken cancellation) => protocol.Emergency(Of(user), cancellation))
            .WithSummary("The emergency button was pressed");
    }

    private static string Of(ClaimsPrincipal device) => device.FindFirstValue(DeviceAuthentication.DeviceClaim)!;
}
