using System.Text.Json;
using Makerspace.Access;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>What a device keeps through a power cut.</summary>
public sealed record DeviceMemory
{
    public SignedPermits? Permits { get; init; }
    public IReadOnlyList<TrustedKey> Keys { get; init; } = [];

    /// <summary>Number of the newest list it has had.</summary>
    public long Sequence { get; init; }
    public DeviceRun? Running { get; init; }

    /// <summary>What the server has not heard of yet, oldest first.</summary>
    public IReadOnlyList<ReportedUse> Unreported { get; init; } = [];

    /// <summary>An emergency stop that this device knows of.</summary>
    public bool Stopped { get; init; }

    /// <summary>The button was pressed here, and the server has not heard of it: until it has, its word that no stop stands is no word about this one.</summary>
    public bool StopUntold { get; init; }

    public string Written() => JsonSerializer.Serialize(this, StoredJson.Options);

    public static DeviceMemory Read(string written) => JsonSerializer.Deserialize<DeviceMemory>(written, StoredJson.Options)!;
}

/// <summary>What runs, as it was written down last.</summary>
/// <param name="Id">Of the use.</param>
/// <param name="BadgeHash">By whose badge.</param>
/// <param name="Sequence">The list it was let in by; 0: the server's word.</param>
/// <param name="SeenAt">Last time it was known to run.</param>
public sealed record DeviceRun(Guid Id, string BadgeHash, string? BuddyHash, long Sequence, Instant StartedAt, Instant SeenAt, Instant? Until, long EnergyWh);

/// <summary>
/// A device in software: an interlock, or a door. It asks the server while there is a network, and decides by its signed list while there is none; writes down
/// what it did, and reports it. For the demo, for tests, and for whoever builds a real one.
/// </summary>
/// <param name="deviceId">Its id.</param>
/// <param name="link">Its network.</param>
/// <param name="clock">Its own clock, which may be wrong.</param>
/// <param name="memory">What it remembers from before a power cut.</param>
public sealed class SimulatedDevice(string deviceId, IDeviceLink link, TimeProvider clock, DeviceMemory? memory = null)
{
    private const int MostAtOnce = 50;

    /// <summary>What a tool uses in an hour.</summary>
    private const double Watts = 1500;

    // How far the server's time is ahead of the own clock; null: not known since the power came back.
    private Duration? offset;

    public DeviceMemory Memory { get; private set; } = memory ?? new();

    /// <summary>Whether the network cable is in.</summary>
    public bool Online { get; set; } = true;

    public bool IsOn => Memory.Running is not null;

    /// <summary>What the display says to whoever uses it.</summary>
    public Overrun Warning => Memory.Running is { } run ? Switching.OverrunOf(run.Until, Now) : Overrun.None;

    public Instant Now => clock.Now() + (offset ?? Duration.Zero);

    /// <summary>Speaks to the server: clock, orders, a new list where there is one, and everything not reported yet. False without network.</summary>
    public async Task<bool> Sync(CancellationToken cancellation = default)
    {
        if (await Try("heartbeat", new { clock = At(clock.Now()), sequence = Memory.Sequence, running = Memory.Running?.Id }, cancellation) is not { } json) return false;
        var orders = json.To<OrdersModel>();
        offset = orders.Now.ToInstant() - clock.Now();
        Memory = Memory with { Keys = orders.Keys };
        if (Memory.StopUntold)
        {
            if (await Try("emergency", new { }, cancellation) is not { } told) return false;
            orders = told.To<OrdersModel>();
            Memory = Memory with { StopUntold = false };
        }
        if (!await Reported(cancellation)) return false;
        if (orders.Stop && IsOn) await Stop("emergency", cancellation);
        Memory = Memory with { Stopped = orders.Stop, StopUntold = false };
        if (orders.FetchPermits && await Try("permits", new { }, cancellation) is { } list) Install(list.To<SignedPermits>());
        return true;
    }

    /// <summary>Takes a list where it may be believed.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Install(SignedPermits signed)
    {
        var (list, fault) = PermitSignature.Read(signed, Memory.Keys, deviceId, Memory.Sequence);
        if (list is not null) Memory = Memory with { Permits = signed, Sequence = list.Sequence };
        return fault;
    }

    /// <summary>A badge at the reader: switches the tool on, where that is allowed.</summary>
    public async Task<SwitchAnswer> Badge(string badge, string? buddy = null, CancellationToken cancellation = default)
    {
        var useId = Guid.NewGuid();
        if (await Try("start", new { useId, badge, buddy }, cancellation) is { } json)
        {
            var answer = Answer(json);
            if (answer.Allowed) Begin(useId, badge, buddy, sequence: 0, answer);
            return answer;
        }
        var decided = Decide(badge, buddy);
        if (decided.Allowed) Begin(useId, badge, buddy, Memory.Sequence, decided);
        return decided;
    }

    /// <summary>Whether the badge would switch it on now. Nothing happens.</summary>
    public async Task<SwitchAnswer> Ask(string badge, string? buddy = null, CancellationToken cancellation = default) =>
        await Try("may-start", new { badge, buddy }, cancellation) is { } json ? Answer(json) : Decide(badge, buddy);

    /// <summary>A badge at a door.</summary>
    public async Task<SwitchAnswer> Pass(string badge, bool leaving, CancellationToken cancellation = default)
    {
        if (await Try("pass", new { badge, leaving }, cancellation) is { } json) return Answer(json);
        var decided = leaving ? new SwitchAnswer() : Decide(badge, null);
        if (decided.Allowed)
            Remember(new ReportedUse { Id = Guid.NewGuid(), BadgeHash = BadgeHash.Of(badge), Sequence = Memory.Sequence, StartedAt = At(Now), EndedAt = At(Now), EndedBy = leaving ? "left" : "passed" });
        return decided;
    }

    /// <summary>Switches off.</summary>
    /// <param name="by">A code: <c>badge</c>, <c>done</c>, <c>emergency</c>, <c>timeout</c>.</param>
    /// <param name="cancellation">Stops asking.</param>
    public async Task Stop(string by, CancellationToken cancellation = default)
    {
        if (by == "emergency") Memory = Memory with { Stopped = true, StopUntold = true };
        if (Memory.Running is not { } run) return;
        var (now, ran) = (Now, Now - run.StartedAt);
        Memory = Memory with { Running = null };
        var energy = run.EnergyWh + EnergyOf(ran);
        if (run.Sequence == 0 && await Try("stop", new { useId = run.Id, at = At(now), by, energyWh = energy, runTime = Seconds(ran) }, cancellation) is not null)
        {
            if (by == "emergency") Memory = Memory with { StopUntold = false };
            return;
        }
        Remember(Over(run, now, by));
    }

    /// <summary>The red button at the device.</summary>
    public async Task Emergency(CancellationToken cancellation = default)
    {
        await Stop("emergency", cancellation);
        if (Memory.StopUntold && await Try("emergency", new { }, cancellation) is not null) Memory = Memory with { StopUntold = false };
    }

    /// <summary>Writes down that it still runs: what is known after a power cut.</summary>
    public void Tick()
    {
        if (Memory.Running is { } run) Memory = Memory with { Running = run with { SeenAt = Now } };
    }

    /// <summary>The power is gone and comes back: the tool stays off, and the time is not known until the server has told it.</summary>
    public void LosePower()
    {
        if (Memory.Running is { } run)
        {
            Memory = Memory with { Running = null };
            Remember(Over(run, run.SeenAt, "power-lost"));
        }
        offset = null;
    }

    /// <summary>The clock battery keeps time: it is known without the server.</summary>
    public void TrustClock() => offset ??= Duration.Zero;

    private SwitchAnswer Decide(string badge, string? buddy)
    {
        if (Memory.Permits is not { } signed) return SwitchAnswer.No("permits-missing");
        var (list, fault) = PermitSignature.Read(signed, Memory.Keys, deviceId, Memory.Sequence);
        if (list is null) return SwitchAnswer.No(fault!);
        if (BadgeHash.Of(badge) is not { } hash) return SwitchAnswer.No("unknown-badge");
        var ask = new SwitchAsk(deviceId, hash) { Buddy = BadgeHash.Of(buddy), RunningBadge = Memory.Running?.BadgeHash, ClockUnsure = offset is null, StoppedHere = Memory.Stopped };
        return Switching.Decide(list, ask, Now);
    }

    private void Begin(Guid useId, string badge, string? buddy, long sequence, SwitchAnswer answer)
    {
        // The same person again: it runs on.
        if (Memory.Running is { } run && run.BadgeHash == BadgeHash.Of(badge) && sequence > 0) return;
        if (Memory.Running is { } before) Remember(Over(before, Now, "badge"));
        Memory = Memory with { Running = new DeviceRun(useId, BadgeHash.Of(badge)!, BadgeHash.Of(buddy), sequence, Now, Now, answer.Until, 0) };
    }

    private static ReportedUse Over(DeviceRun run, Instant at, string by)
    {
        var end = Instant.Max(at, run.StartedAt);
        return new ReportedUse
        {
            Id = run.Id, BadgeHash = run.BadgeHash, BuddyHash = run.BuddyHash, Sequence = run.Sequence, StartedAt = At(run.StartedAt), EndedAt = At(end), EndedBy = by,
            EnergyWh = run.EnergyWh + EnergyOf(end - run.StartedAt), RunTime = Seconds(end - run.StartedAt),
        };
    }

    private static Duration Seconds(Duration ran) => Duration.FromSeconds(Math.Floor(ran.TotalSeconds));

    private static long EnergyOf(Duration ran) => (long)(Watts * ran.TotalHours);

    private void Remember(ReportedUse use) => Memory = Memory with { Unreported = [.. Memory.Unreported, use] };

    // Also what runs still and was begun without network: the server is to know who is at it.
    private async Task<bool> Reported(CancellationToken cancellation)
    {
        while (Memory.Unreported.Count > 0)
        {
            var some = Memory.Unreported.Take(MostAtOnce).ToList();
            if (await Try("report", new { uses = some }, cancellation) is null) return false;
            Memory = Memory with { Unreported = [.. Memory.Unreported.Skip(some.Count)] };
        }
        if (Memory.Running is not { Sequence: > 0 } run) return true;
        var running = Over(run, run.StartedAt, "badge") with { EndedAt = null, EndedBy = null, EnergyWh = null, RunTime = null };
        if (await Try("report", new { uses = new[] { running } }, cancellation) is null) return false;
        Memory = Memory with { Running = run with { Sequence = 0 } };
        return true;
    }

    private async Task<JsonElement?> Try(string op, object body, CancellationToken cancellation)
    {
        if (!Online) return null;
        try
        {
            return await link.Ask(op, body, cancellation);
        }
        catch (DeviceLinkDownException)
        {
            return null;
        }
    }

    private static SwitchAnswer Answer(JsonElement json)
    {
        var said = json.To<SwitchModel>();
        return new SwitchAnswer { Bars = [.. said.Bars.Select(b => new PermitBar(b.Code, b.Until?.ToInstant()))], BookingId = said.BookingId, Until = said.Until?.ToInstant(), Staff = said.Staff, BuddyFrom = said.BuddyFrom?.ToInstant() };
    }

    private static OffsetDateTime At(Instant instant) => instant.Utc();
}
