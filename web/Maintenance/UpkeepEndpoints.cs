using System.Security.Claims;
using Makerspace.Maintenance;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>How a meter is named and fed.</summary>
public sealed record MeterBody
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Hours, Cycles or Material.</summary>
    public MeterKind? Kind { get; init; }

    /// <summary>Of material: kg, m, ml … At most 20 characters.</summary>
    public string? Unit { get; init; }

    /// <summary>Each use adds its hours, or counts as one cycle.</summary>
    public bool FromUse { get; init; }

    /// <summary>What the tool's interlock reports feeds it: each time it ran adds its hours, or counts as one cycle.</summary>
    public bool FromDevice { get; init; }
}

/// <summary>What a meter went on by, or what it says; one of the two.</summary>
public sealed record ReadingBody
{
    public decimal? Added { get; init; }
    public decimal? Reading { get; init; }
}

/// <summary>A plan: by meter, by calendar, or by whichever comes first.</summary>
public sealed record UpkeepPlanBody
{
    /// <summary>At most 100 characters; members read it while the tool is away for it.</summary>
    public string? Name { get; init; }
    public string? MeterId { get; init; }

    /// <summary>So much on the meter.</summary>
    public decimal? EveryUse { get; init; }

    /// <summary>1 to 3650.</summary>
    public int? EveryDays { get; init; }

    /// <summary>How long the tool is needed for it: 15 minutes to 3 days.</summary>
    public Duration? Length { get; init; }
    public IReadOnlyList<string>? Tasks { get; init; }
    public string? AssigneeId { get; init; }
}

/// <summary>A meter as it is.</summary>
public sealed record MeterModel(string Id, string Name, MeterKind Kind, string? Unit, bool FromUse, bool FromDevice, decimal Value, decimal PerDay);

/// <summary>A plan as it stands.</summary>
/// <param name="DueAt">When it is expected to be due; null where that is not in sight.</param>
/// <param name="Urgent">No time is free for it before.</param>
/// <param name="Blocks">Free time kept from being booked before the window.</param>
public sealed record UpkeepPlanModel(
    string Id, string Name, string? MeterId, decimal? EveryUse, int? EveryDays, Duration Length, IReadOnlyList<string> Tasks, string? AssigneeId, OffsetDateTime Since, decimal Reading,
    OffsetDateTime? DueAt, OutageModel? Window, bool Urgent, IReadOnlyList<OutageModel> Blocks, Guid? WorkOrderId);

/// <summary>A tool's meters and plans.</summary>
public sealed record UpkeepModel(string ToolId, IReadOnlyList<MeterModel> Meters, IReadOnlyList<UpkeepPlanModel> Plans)
{
    internal static UpkeepModel Of(string toolId, UpkeepView? u, SpaceFacts space) => new(
        toolId,
        [.. (u?.Meters ?? []).Select(m => new MeterModel(m.Definition.Id, m.Definition.Name, m.Definition.Kind, m.Definition.Unit, m.Definition.FromUse, m.Definition.FromDevice, m.Value, m.PerDay))],
        [.. (u?.Plans ?? []).Select(p => Of(p, space))]);

    private static UpkeepPlanModel Of(PlanView p, SpaceFacts space) => new(
        p.Definition.Id, p.Definition.Name, p.Definition.MeterId, p.Definition.EveryUse, p.Definition.EveryDays, p.Definition.Length, p.Definition.Tasks, p.Definition.AssigneeId,
        p.Since.In(space), p.Reading, p.DueAt?.In(space), p.Window is { } w ? OutageModel.Of(w, space) : null, p.Urgent, [.. p.Blocks.Select(b => OutageModel.Of(b, space))], p.WorkOrderId);
}

/// <summary>How a tool has done in a period.</summary>
/// <param name="Used">Time in which it was used.</param>
/// <param name="OutOfService">Time out of service.</param>
/// <param name="Planned">Time in outages of its own besides.</param>
/// <param name="Failures">How often it went out of service.</param>
/// <param name="BetweenFailures">Use for each failure; null where it never failed.</param>
/// <param name="Cost">Parts and outside help of the orders closed.</param>
/// <param name="CostPerHour">For each hour of use, in minor units; null where it was not used.</param>
public sealed record FiguresModel(
    string ToolId, OffsetDateTime From, OffsetDateTime To, Duration Used, Duration OutOfService, Duration Planned, int Failures, Duration? BetweenFailures, Money Cost, Duration Worked, decimal? CostPerHour);

/// <summary>The one door to meters and plans, for pages and API alike.</summary>
public sealed class UpkeepDesk(IGrainFactory grains)
{
    private const decimal MostOnMeter = 1_000_000_000;

    public Task<UpkeepView?> Find(string toolId) => Grain(toolId).View();

    public async Task<UpkeepView?> DefineMeter(ClaimsPrincipal user, string toolId, string id, MeterBody body, Faults faults)
    {
        var meter = new MeterDefinition(faults.Slug("meterId", id), faults.Text("name", body.Name, 100), faults.Required("kind", body.Kind), faults.OptionalText("unit", body.Unit, 20), body.FromUse) { FromDevice = body.FromDevice };
        if (meter is { Kind: MeterKind.Material } and ({ FromUse: true } or { FromDevice: true })) faults.Add("fromUse", "contradiction", "Material is counted by hand, not by use.");
        if (meter is { FromUse: true, FromDevice: true }) faults.Add("fromDevice", "contradiction", "A meter counts use, or what the device reports; not both.");
        if (faults.Any) return null;
        if (await Grain(toolId).DefineMeter(meter, Caller.Of(user).MemberId) is { } upkeep) return upkeep;
        faults.Add("meterId", "out-of-range", "A tool has ten meters at the most.");
        return null;
    }

    public async Task<UpkeepView?> Feed(ClaimsPrincipal user, string toolId, string id, string cause, ReadingBody body, Faults faults)
    {
        if (body.Added is null == body.Reading is null) faults.Add("reading", "contradiction", "Say what was added, or what the meter says; not both.");
        if (Math.Abs(body.Added ?? body.Reading ?? 0) > MostOnMeter || body.Reading < 0) faults.Add("reading", "out-of-range", "That is more than a meter counts.");
        return faults.Any ? null : await Grain(toolId).Feed(new MeterFeed(cause, id, body.Added ?? body.Reading ?? 0, body.Reading is not null), Caller.Of(user).MemberId);
    }

    public async Task<UpkeepView?> DefinePlan(ClaimsPrincipal user, string toolId, string id, UpkeepPlanBody body, Faults faults)
    {
        var plan = new PlanDefinition
        {
            Id = faults.Slug("planId", id), Name = faults.Text("name", body.Name, 100), MeterId = faults.OptionalSlug("meterId", body.MeterId), EveryUse = body.EveryUse, EveryDays = body.EveryDays,
            Length = body.Length ?? Duration.FromHours(1), AssigneeId = faults.OptionalSlug("assigneeId", body.AssigneeId),
            Tasks = [.. (body.Tasks ?? []).Select((t, i) => faults.Text($"tasks[{i}]", t, 500))],
        };
        Check(plan, faults);
        if (faults.Any) return null;
        if (await Grain(toolId).DefinePlan(plan, Caller.Of(user).MemberId) is { } upkeep) return upkeep;
        faults.Add("meterId", "unknown-meter", "The tool has no such meter, or twenty plans already.");
        return null;
    }

    private static void Check(PlanDefinition plan, Faults faults)
    {
        if (plan.EveryUse is null && plan.EveryDays is null) faults.Add("everyDays", "missing-field", "Say after how much use, or after how many days.");
        if (plan.EveryUse is null != plan.MeterId is null) faults.Add("everyUse", "contradiction", "everyUse and meterId go together.");
        if (plan.EveryUse is <= 0 or > MostOnMeter) faults.Add("everyUse", "out-of-range", "everyUse lies above 0.");
        faults.Range("everyDays", plan.EveryDays, 1, 3650);
        if (plan.Length < Duration.FromMinutes(15) || plan.Length > Duration.FromDays(3)) faults.Add("length", "out-of-range", "length lies outside PT15M to P3D.");
        if (plan.Tasks.Length > WorkOrderDefinition.Most) faults.Add("tasks", "out-of-range", "These are too many tasks.");
    }

    public Task<UpkeepView?> DropPlan(ClaimsPrincipal user, string toolId, string planId) => Grain(toolId).DropPlan(planId, Caller.Of(user).MemberId);

    public Task<UpkeepView?> Done(ClaimsPrincipal user, string toolId, string planId) => Grain(toolId).Done(planId, null, Caller.Of(user).MemberId);

    private IUpkeepGrain Grain(string toolId) => grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(toolId));
}

/// <summary>Meters, plans and figures of a tool.</summary>
internal static class UpkeepEndpoints
{
    public static void MapUpkeep(this RouteGroupBuilder api)
    {
        var tool = api.MapGroup("/tools/{id}").WithTags("Maintenance");
        tool.MapGet("/upkeep", Read).RequireAuthorization(Allow.StaffRead).WithSummary("A tool's meters and plans");
        tool.MapPut("/meters/{meterId}", Meter).RequireAuthorization(Allow.Staff).WithSummary("Add a meter, or change how it is named and fed");
        tool.MapPost("/meters/{meterId}/readings", Feed).RequireAuthorization(Allow.Staff).WithSummary("Feed a meter").WithDescription("The same Idempotency-Key feeds once.");
        tool.MapPut("/plans/{planId}", Plan).RequireAuthorization(Allow.Staff).WithSummary("Add a preventive plan, or change it")
            .WithDescription("Its window is reserved before it falls due, where nobody has booked and the tool is used least; no booking loses its time to it.");
        tool.MapDelete("/plans/{planId}", Drop).RequireAuthorization(Allow.Staff).WithSummary("Take a plan away, and give its window back");
        tool.MapPost("/plans/{planId}/done", Done).RequireAuthorization(Allow.Staff).WithSummary("A plan has been carried out: counted from now");
        tool.MapGet("/maintenance", History).RequireAuthorization(Allow.StaffRead).WithSummary("Downtime, time between failures, cost per hour").WithDescription("from and to: the last year where not given.");
    }

    private static async Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains) =>
        await ToolEndpoints.Find(grains, id, Caller.Of(user)) is null ? Problem.Unknown("tool") : TypedResults.Ok(UpkeepModel.Of(id, await desk.Find(id), await grains.Space()));

    private static Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Meter(string id, string meterId, Body<MeterBody> body, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains) =>
        Change(id, "meter", user, grains, faults => desk.DefineMeter(user, id, meterId, body.Value, faults));

    private static Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Feed(
        string id, string meterId, Body<ReadingBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains)
    {
        var key = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out key) is { } fault) return Task.FromResult<Results<Ok<UpkeepModel>, ProblemHttpResult>>(fault);
        return Change(id, "meter", user, grains, faults => desk.Feed(user, id, meterId, "hand-" + key.ToString("N"), body.Value, faults));
    }

    private static Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Plan(string id, string planId, Body<UpkeepPlanBody> body, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains) =>
        Change(id, "plan", user, grains, faults => desk.DefinePlan(user, id, planId, body.Value, faults));

    private static Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Drop(string id, string planId, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains) =>
        Change(id, "plan", user, grains, _ => desk.DropPlan(user, id, planId));

    private static Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Done(string id, string planId, ClaimsPrincipal user, UpkeepDesk desk, IGrainFactory grains) =>
        Change(id, "plan", user, grains, _ => desk.Done(user, id, planId));

    private static async Task<Results<Ok<UpkeepModel>, ProblemHttpResult>> Change(string id, string what, ClaimsPrincipal user, IGrainFactory grains, Func<Faults, Task<UpkeepView?>> change)
    {
        if (await ToolEndpoints.Find(grains, id, Caller.Of(user)) is null) return Problem.Unknown("tool");
        var faults = new Faults();
        var upkeep = await change(faults);
        if (faults.Any) return faults.Problem;
        return upkeep is null ? Problem.Unknown(what) : TypedResults.Ok(UpkeepModel.Of(id, upkeep, await grains.Space()));
    }

    private static async Task<Results<Ok<FiguresModel>, ProblemHttpResult>> History(
        string id, string? from, string? to, ClaimsPrincipal user, UpkeepFigures figures, ReadModels.IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var until = faults.Time("to", to) ?? time.Now();
        var period = new Slot(faults.Time("from", from) ?? until - Duration.FromDays(365), until);
        if (!faults.Any && !period.IsValid) faults.Add("to", "contradiction", "to lies before from.");
        if (faults.Any) return faults.Problem;
        if (await ToolEndpoints.Find(grains, id, Caller.Of(user)) is null) return Problem.Unknown("tool");
        await readModels.CaughtUp(cancellation);
        var f = await figures.Of(id, period, cancellation);
        return TypedResults.Ok(new FiguresModel(
            id, period.Start.In(space), period.End.In(space), f.Used, f.Broken, f.Planned, f.Failures, f.BetweenFailures, new Money(f.Cost, space.Currency), f.Worked,
            f.CostPerHour is { } cost ? Math.Round(cost, 2) : null));
    }
}
