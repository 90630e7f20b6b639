using System.Security.Claims;
using System.Text.Json;
using Makerspace.Access;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>A device to register.</summary>
public sealed record DeviceBody
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
    public string? Name { get; init; }

    /// <summary><c>Interlock</c> (of a tool), <c>Door</c> (to an area) or <c>Kiosk</c>.</summary>
    public DeviceKind? Kind { get; init; }
    public string? ToolId { get; init; }
    public string? AreaId { get; init; }

    /// <summary>How long its permit lists are good for: 5 minutes to 7 days; 4 hours if absent.</summary>
    public Duration? OfflineFor { get; init; }

    /// <summary>Out of use: its secret opens nothing.</summary>
    public bool Retired { get; init; }
}

/// <summary>Why.</summary>
public sealed record WhyBody
{
    public string? Reason { get; init; }
}

/// <summary>Unlock for so long.</summary>
public sealed record UnlockBody
{
    public string? Reason { get; init; }

    /// <summary>1 minute to 8 hours; absent: lock it again.</summary>
    public Duration? For { get; init; }
}

/// <summary>A device as staff see it.</summary>
/// <param name="Secret">Shown this once, where it was made with this answer.</param>
public sealed record DeviceModel(
    string Id, string Name, DeviceKind Kind, string? ToolId, string? AreaId, Duration OfflineFor, bool Retired, OffsetDateTime? LastSeen, bool Silent, UseModel? Running, StopModel? Stopped,
    OffsetDateTime? UnlockedUntil, long Sequence, IReadOnlyList<UseModel> Flagged, string? Secret)
{
    internal static DeviceModel Of(DeviceView d, SpaceFacts space, Instant now, string? secret = null) => new(
        d.Id, d.Definition.Name, d.Definition.Kind, d.Definition.ToolId, d.Definition.AreaId, d.Definition.OfflineFor, d.Definition.Retired, d.LastSeen?.In(space), DeviceDesk.IsSilent(d, now),
        d.Running is { } use ? UseModel.Of(use, space) : null, d.Stopped is { } stop ? new StopModel(stop.At.In(space), stop.By, stop.Reason) : null,
        d.UnlockedUntil > now ? d.UnlockedUntil?.In(space) : null, d.Sequence, [.. d.Flagged.Select(u => UseModel.Of(u, space))], secret);
}

/// <summary>An emergency stop.</summary>
public sealed record StopModel(OffsetDateTime At, string By, string Reason);

/// <summary>The one door to devices for staff, pages and API alike.</summary>
public sealed class DeviceDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, DutyDesk duties, WorkPlaces places, TimeProvider time)
{
    /// <summary>A device that was not heard of for so long has no network, or no power.</summary>
    private static readonly Duration Silence = Duration.FromMinutes(3);

    private static readonly string[] Taken = ["me", "keys"];

    public static bool IsSilent(DeviceView device, Instant now) => !device.Definition.Retired && device.Definition.Kind != DeviceKind.Kiosk && !(device.LastSeen > now - Silence);

    public async Task<IReadOnlyList<DeviceView>> All(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var ids = await db.Devices.AsNoTracking().OrderBy(d => d.Name).Select(d => d.Id).ToListAsync(cancellation);
        // The device itself knows when it was last heard of.
        return [.. (await Task.WhenAll(ids.Select(Find))).OfType<DeviceView>()];
    }

    public Task<DeviceView?> Find(string id) => Ids.IsSlug(id) ? Grain(id).View() : Task.FromResult<DeviceView?>(null);

    /// <summary>Registers a device; its secret is in the answer and nowhere else.</summary>
    public async Task<(DeviceView? Device, string? Secret, Faults Faults, DutyRefusal? Refusal)> Register(ClaimsPrincipal user, DeviceBody body)
    {
        var faults = new Faults();
        var name = faults.Text("name", body.Name, 100);
        var id = faults.OptionalSlug("id", body.Id) ?? Ids.FromName(name) ?? Ids.Random("device");
        if (Taken.Contains(id)) faults.Add("id", "id-taken", "A device cannot be called that.");
        else if (!faults.Any && await Grain(id).View() is not null) faults.Add("id", "id-taken", "There is a device of that id already.");
        var definition = await Read(faults, body, name);
        if (faults.Any) return (null, null, faults, null);
        if (await duties.Refusal(user, DutyKind.Technician, await places.Of(definition)) is { } refusal) return (null, null, faults, refusal);
        var secret = DeviceSecret.Make(id);
        return (await Grain(id).Define(definition, DeviceSecret.Hash(secret), Caller.Of(user).MemberId), secret, faults, null);
    }

    public async Task<(DeviceView? Device, Faults Faults, DutyRefusal? Refusal)> Change(ClaimsPrincipal user, string id, DeviceBody body)
    {
        var faults = new Faults();
        var definition = await Read(faults, body, faults.Text("name", body.Name, 100));
        if (faults.Any) return (null, faults, null);
        // Where it is was asked before; this is where it shall be.
        if (await duties.Refusal(user, DutyKind.Technician, await places.Of(definition)) is { } refusal) return (null, faults, refusal);
        return (await Grain(id).Define(definition, null, Caller.Of(user).MemberId), faults, null);
    }

    /// <summary>A new secret; the old one is void at once.</summary>
    public async Task<(DeviceView Device, string Secret)> NewSecret(ClaimsPrincipal user, DeviceView device)
    {
        var secret = DeviceSecret.Make(device.Id);
        return (await Grain(device.Id).Define(device.Definition, DeviceSecret.Hash(secret), Caller.Of(user).MemberId), secret);
    }

    public Task<DeviceView> Stop(ClaimsPrincipal user, string id, string reason) => Grain(id).EmergencyStop(Caller.Of(user).MemberId, reason);

    public Task<DeviceView> Release(ClaimsPrincipal user, string id, string reason) => Grain(id).Release(Caller.Of(user).MemberId, reason);

    public Task<DeviceView> Unlock(ClaimsPrincipal user, string id, Duration? length, string reason) =>
        Grain(id).Unlock(length is { } l ? time.Now() + l : null, Caller.Of(user).MemberId, reason);

    public Task<bool> SettleFlags(ClaimsPrincipal user, string id, Guid useId) => Grain(id).SettleFlags(useId, Caller.Of(user).MemberId);

    /// <summary>Uses of a device, newest first.</summary>
    public async Task<IReadOnlyList<DeviceUse>> Uses(string id, int most, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var rows = await db.DeviceUses.AsNoTracking().Where(u => u.DeviceId == id).OrderByDescending(u => u.StartedAt).Take(most).Select(u => u.Data).ToListAsync(cancellation);
        return [.. rows.Select(json => JsonSerializer.Deserialize<DeviceUse>(json, StoredJson.Options)!)];
    }

    private async Task<DeviceDefinition> Read(Faults faults, DeviceBody body, string name)
    {
        var definition = new DeviceDefinition
        {
            Name = name, Kind = faults.Required("kind", body.Kind), ToolId = faults.OptionalSlug("toolId", body.ToolId), AreaId = faults.OptionalSlug("areaId", body.AreaId),
            OfflineFor = body.OfflineFor ?? new DeviceDefinition().OfflineFor, Retired = body.Retired,
        };
        if (definition.OfflineFor < Duration.FromMinutes(5) || definition.OfflineFor > Duration.FromDays(7)) faults.Add("offlineFor", "out-of-range", "offlineFor lies outside PT5M to P7D.");
        if (definition.Kind == DeviceKind.Interlock && definition.ToolId is null) faults.Add("toolId", "missing-field", "An interlock switches a tool: say which.");
        if (definition.Kind == DeviceKind.Door && definition.AreaId is null) faults.Add("areaId", "missing-field", "A door leads to an area: say which.");
        if (faults.Any) return definition;
        if (definition.ToolId is { } tool && await grains.GetGrain<Makerspace.Tools.IToolGrain>(Keys.Tool(tool)).View() is null) faults.Add("toolId", "unknown-tool", "There is no such tool.");
        if (definition.AreaId is { } area && !(await grains.Space()).Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
        return definition;
    }

    private IDeviceGrain Grain(string id) => grains.GetGrain<IDeviceGrain>(Keys.Device(id));
}

/// <summary>What staff do with devices.</summary>
internal static class DeviceEndpoints
{
    private static readonly Duration Longest = Duration.FromHours(8);

    public static void MapDevices(this RouteGroupBuilder api)
    {
        var devices = api.MapGroup("/devices").WithTags("Devices");
        devices.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Devices, by name");
        devices.MapPost("", Register).RequireAuthorization(Allow.Staff).WithSummary("Register a device; the answer has its secret, this once");
        devices.MapGet("/{id}", Get).RequireAuthorization(Allow.StaffRead).WithSummary("A device, what runs on it, and what was flagged");
        devices.MapPatch("/{id}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a device, or take it out of use");
        devices.MapPost("/{id}/secret", NewSecret).RequireAuthorization(Allow.Staff).WithSummary("A new secret; the old one is void at once");
        devices.MapPost("/{id}/stop", Stop).RequireAuthorization(Allow.Staff).WithSummary("Emergency stop: off, and nobody starts it until it is released");
        devices.MapPost("/{id}/release", Release).RequireAuthorization(Allow.Staff).WithSummary("End an emergency stop");
        devices.MapPost("/{id}/unlock", Unlock).RequireAuthorization(Allow.Staff).WithSummary("Unlock it for a while, or lock it again");
        devices.MapGet("/{id}/uses", Uses).RequireAuthorization(Allow.StaffRead).WithSummary("The newest 100 uses");
        devices.MapPost("/{id}/uses/{useId:guid}/settle", Settle).RequireAuthorization(Allow.Staff).WithSummary("What was flagged has been looked at");
        devices.MapPost("/keys/rotate", Rotate).RequireAuthorization(Allow.Admin).WithSummary("Sign permit lists with a new key from now on");
        devices.MapDeviceProtocol();
    }

    private static async Task<Ok<IReadOnlyList<DeviceModel>>> List(DeviceDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<DeviceModel>>([.. (await desk.All(cancellation)).Select(d => DeviceModel.Of(d, space, time.Now()))]);
    }

    private static async Task<Results<Created<DeviceModel>, ProblemHttpResult>> Register(
        Body<DeviceBody> body, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time)
    {
        var (device, secret, faults, refusal) = await desk.Register(user, body.Value);
        if (refusal is not null) return refusal.Problem;
        return device is null ? faults.Problem : TypedResults.Created($"/api/v1/devices/{device.Id}", DeviceModel.Of(device, await grains.Space(), time.Now(), secret));
    }

    private static Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Get(string id, DeviceDesk desk, IGrainFactory grains, TimeProvider time) =>
        With(id, desk, grains, time, device => Task.FromResult<(DeviceView, string?)>((device, null)));

    private static async Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Change(
        string id, MergePatch<DeviceBody> patch, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time)
    {
        if (await desk.Find(id) is not { } device) return Problem.Unknown("device");
        var d = device.Definition;
        var (body, fault) = patch.Apply(new DeviceBody { Id = id, Name = d.Name, Kind = d.Kind, ToolId = d.ToolId, AreaId = d.AreaId, OfflineFor = d.OfflineFor, Retired = d.Retired });
        if (body is null) return Problem.Malformed([fault!]);
        if (body.Id != id) return Problem.Malformed("id", "id-fixed", "An id stays as it is.");
        var (changed, faults, refusal) = await desk.Change(user, id, body);
        if (refusal is not null) return refusal.Problem;
        return changed is null ? faults.Problem : TypedResults.Ok(DeviceModel.Of(changed, await grains.Space(), time.Now()));
    }

    private static Task<Results<Ok<DeviceModel>, ProblemHttpResult>> NewSecret(string id, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time) =>
        With(id, desk, grains, time, async device => await desk.NewSecret(user, device));

    private static Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Stop(
        string id, Body<WhyBody> body, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time) =>
        Because(id, body.Value.Reason, desk, grains, time, reason => desk.Stop(user, id, reason));

    private static Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Release(
        string id, Body<WhyBody> body, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time) =>
        Because(id, body.Value.Reason, desk, grains, time, reason => desk.Release(user, id, reason));

    private static async Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Unlock(
        string id, Body<UnlockBody> body, ClaimsPrincipal user, DeviceDesk desk, IGrainFactory grains, TimeProvider time)
    {
        if (body.Value.For is { } length && (length < Duration.FromMinutes(1) || length > Longest)) return Problem.Malformed("for", "out-of-range", "for lies outside PT1M to PT8H.");
        return await Because(id, body.Value.Reason, desk, grains, time, reason => desk.Unlock(user, id, body.Value.For, reason));
    }

    private static async Task<Results<Ok<IReadOnlyList<UseModel>>, ProblemHttpResult>> Uses(string id, DeviceDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await desk.Find(id) is null) return Problem.Unknown("device");
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<UseModel>>([.. (await desk.Uses(id, 100, cancellation)).Select(u => UseModel.Of(u, space))]);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Settle(string id, Guid useId, ClaimsPrincipal user, DeviceDesk desk) =>
        await desk.Find(id) is not null && await desk.SettleFlags(user, id, useId) ? TypedResults.NoContent() : Problem.Unknown("use");

    private static async Task<Ok<RotatedKey>> Rotate(PermitSigner signer, CancellationToken cancellation) => TypedResults.Ok(new RotatedKey(await signer.Rotate(cancellation)));

    private static async Task<Results<Ok<DeviceModel>, ProblemHttpResult>> Because(
        string id, string? why, DeviceDesk desk, IGrainFactory grains, TimeProvider time, Func<string, Task<DeviceView>> act)
    {
        var faults = new Faults();
        var reason = faults.Text("reason", why, 200);
        if (faults.Any) return faults.Problem;
        return await With(id, desk, grains, time, async _ => (await act(reason), null));
    }

    private static async Task<Results<Ok<DeviceModel>, ProblemHttpResult>> With(
        string id, DeviceDesk desk, IGrainFactory grains, TimeProvider time, Func<DeviceView, Task<(DeviceView Device, string? Secret)>> act)
    {
        if (await desk.Find(id) is not { } device) return Problem.Unknown("device");
        var (changed, secret) = await act(device);
        return TypedResults.Ok(DeviceModel.Of(changed, await grains.Space(), time.Now(), secret));
    }
}

/// <summary>The key that signs now.</summary>
public sealed record RotatedKey(string Id);
