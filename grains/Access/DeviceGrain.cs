using System.Collections.Immutable;
using System.Security.Cryptography;
using Makerspace.Journal;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Access;

/// <summary>Here: what staff say of the device, and who may use it. DeviceUses.cs has what runs on it.</summary>
[GrainType("device")]
internal sealed partial class DeviceGrain([PersistentState("device")] IPersistentState<DeviceState> state, IBadgeDirectory badges, TimeProvider time)
    : SavingGrain<DeviceState>(state), IDeviceGrain
{
    /// <summary>A sign of life is written down no more often than this.</summary>
    private static readonly Duration SeenEvery = Duration.FromMinutes(5);

    /// <summary>A sign of life sent before a start may come after it.</summary>
    private static readonly Duration OnItsWay = Duration.FromMinutes(1);

    private Instant? seen;

    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public Task<DeviceView?> View() => Task.FromResult(State.Definition is null ? null : ViewOf(State));

    public async Task<DeviceView> Define(DeviceDefinition definition, string? secretHash, string actor)
    {
        var hash = secretHash ?? State.SecretHash;
        if (definition == State.Definition && hash == State.SecretHash) return ViewOf(State)!;
        var note = State.Definition is null ? "registered" : secretHash is null ? "changed" : "new secret";
        return await SaveChanged(State with { Definition = definition, SecretHash = hash, Version = State.Version + 1, ListStale = true }, actor, note);
    }

    public Task<bool> Recognise(string secretHash) => Task.FromResult(
        State is { Definition.Retired: false, SecretHash: { } kept }
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(kept), System.Text.Encoding.ASCII.GetBytes(secretHash)));

    public async Task<DeviceOrders> Heartbeat(Heartbeat beat)
    {
        var now = time.Now();
        var heard = seen ?? State.LastSeen;
        seen = now;
        if (State.Running is { } believed && believed.Id != beat.RunningUse && believed.StartedAt <= now - OnItsWay)
        {
            // The device knows what runs on it. It did when it was last heard of, and how it ended it will report.
            var use = Ended(believed, Guessed(heard ?? believed.StartedAt), believed.Flags);
            await Save(State.With(use) with { LastSeen = now, Outbox = [new DeviceUsed(now, Actors.System, use)] });
        }
        else if (!(State.LastSeen > now - SeenEvery)) await Save(State with { LastSeen = now, Outbox = [] });
        var newest = State.Lists.IsEmpty ? null : State.Lists[^1];
        var halfOver = newest is null || now >= newest.IssuedAt + (newest.ExpiresAt - newest.IssuedAt) / 2;
        return new DeviceOrders(now)
        {
            Stop = State.Stopped is not null,
            UnlockedUntil = State.UnlockedUntil > now ? State.UnlockedUntil : null,
            FetchPermits = State.ListStale || beat.Sequence != State.Sequence || halfOver,
            Overrun = State.Running is { } running ? Switching.OverrunOf(running.Until, now) : Overrun.None,
            Until = State.Running?.Until,
            ClockWrong = beat.Clock > now + Switching.Skew || beat.Clock < now - Switching.Skew,
        };
    }

    public async Task<PermitList> Permits()
    {
        var now = time.Now();
        var list = await new PermitFacts(GrainFactory, badges).Gather(await Outline(now, State.Sequence + 1), badges: null);
        await Save(State.With(new IssuedList(list.Sequence, list.IssuedAt, list.ExpiresAt)) with { Outbox = [] });
        return list;
    }

    public async Task<SwitchAnswer> MayStart(SwitchAsk ask) => Switching.Decide(await Facts(ask, time.Now()), Running(ask), time.Now());

    public Task<DeviceView> EmergencyStop(string actor, string reason) => State.Stopped is not null
        ? Task.FromResult(ViewOf(State)!)
        : SaveChanged(Halted(State, time.Now(), actor, reason), actor, StopNote(reason));

    public Task<DeviceView> Release(string actor, string reason) => State.Stopped is null
        ? Task.FromResult(ViewOf(State)!)
        : SaveChanged(State with { Stopped = null, ListStale = true }, actor, "released: " + reason);

    public Task<DeviceView> Unlock(Instant? until, string actor, string reason) => State.UnlockedUntil == until
        ? Task.FromResult(ViewOf(State)!)
        : SaveChanged(State with { UnlockedUntil = until, ListStale = true }, actor, (until is null ? "locked: " : "unlocked: ") + reason);

    public async Task<bool> SettleFlags(Guid useId, string actor)
    {
        if (State.Flagged.FirstOrDefault(u => u.Id == useId) is not { } use) return false;
        var settled = use with { SettledBy = actor };
        await Save(State with
        {
            Flagged = State.Flagged.Remove(use),
            Recent = [.. State.Recent.Select(u => u.Id == useId ? settled : u)],
            Outbox = [new DeviceUsed(time.Now(), actor, settled)],
        });
        return true;
    }

    // The list as it is without anybody in it.
    private async Task<PermitList> Outline(Instant at, long sequence)
    {
        var device = State.Definition!;
        var tool = device.ToolId is { } id ? await GrainFactory.GetGrain<IToolGrain>(Keys.Tool(id)).View() : null;
        return new PermitList
        {
            DeviceId = Id,
            Kind = device.Kind,
            ToolId = device.ToolId,
            AreaId = device.Kind == DeviceKind.Interlock ? tool?.Definition.AreaId : device.AreaId,
            Sequence = sequence,
            IssuedAt = at,
            ExpiresAt = at + device.OfflineFor,
            Salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)),
            Retired = device.Retired,
            Stopped = State.Stopped is not null,
            UnlockedUntil = State.UnlockedUntil,
        };
    }

    private async Task<PermitList> Facts(SwitchAsk ask, Instant at)
    {
        IReadOnlyCollection<string> presented = [.. new[] { ask.Badge, ask.Buddy, State.RunningBadge }.OfType<string>()];
        return await new PermitFacts(GrainFactory, badges).Gather(await Outline(at, State.Sequence), presented);
    }

    private SwitchAsk Running(SwitchAsk ask) => ask with { DeviceId = Id, RunningBadge = State.RunningBadge, ClockUnsure = false };

    private async Task<ImmutableArray<AreaLimit>> Limits(string areaId)
    {
        var space = await GrainFactory.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var limits = new List<AreaLimit>();
        foreach (var id in space.AreaChain(areaId))
            if (await GrainFactory.GetGrain<IAreaGrain>(Keys.Area(id)).View() is { Definition.Capacity: { } capacity })
                limits.Add(new AreaLimit(id, capacity, [.. space.Areas.Keys.Where(a => space.AreaChain(a).Contains(id))]));
        return [.. limits];
    }

    private static DeviceState Halted(DeviceState device, Instant now, string actor, string reason) =>
        device with { Stopped = new EmergencyStop(now, actor, reason), UnlockedUntil = null, ListStale = true };

    private static string StopNote(string reason) => "emergency stop: " + reason;

    private IPresenceGrain Presence => GrainFactory.GetGrain<IPresenceGrain>(Keys.Presence);

    private async Task<DeviceView> SaveChanged(DeviceState next, string actor, string note)
    {
        await Save(next with { Outbox = [new DeviceChanged(time.Now(), actor, ViewOf(next)!, note)] });
        return ViewOf(State)!;
    }

    private DeviceView? ViewOf(DeviceState device) => device.Definition is not { } definition ? null : new DeviceView(Id, definition, device.Version)
    {
        LastSeen = seen ?? device.LastSeen, Running = device.Running, Stopped = device.Stopped, UnlockedUntil = device.UnlockedUntil, Sequence = device.Sequence, Flagged = device.Flagged,
    };
}
