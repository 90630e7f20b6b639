using System.Security.Claims;
using Makerspace.Jobs;
using Makerspace.Maintenance;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>One thing to do.</summary>
public sealed record WorkTaskModel(string? Words, bool Done = false);

/// <summary>Something used up: quantity and what one of it costs.</summary>
public sealed record WorkPartModel(string? Name, decimal? Quantity, Money? UnitCost);

/// <summary>Somebody's time.</summary>
public sealed record WorkTimeModel(string? MemberId, Duration? Spent, OffsetDateTime? At);

/// <summary>What is said of an order; also a merge patch of it.</summary>
public record WorkOrderSettings
{
    /// <summary>At most 200 characters.</summary>
    public string? Title { get; init; }
    public WorkTarget? Target { get; init; }

    /// <summary>Id of the tool, resource or area.</summary>
    public string? TargetId { get; init; }
    public IReadOnlyList<WorkTaskModel>? Tasks { get; init; }
    public IReadOnlyList<WorkPartModel>? Parts { get; init; }
    public IReadOnlyList<WorkTimeModel>? Times { get; init; }

    /// <summary>What somebody from outside was paid.</summary>
    public Money? OtherCost { get; init; }
    public string? AssigneeId { get; init; }

    /// <summary>Also said of the tool, where it is out of service.</summary>
    public OffsetDateTime? ExpectedBack { get; init; }

    /// <summary>Problems it sees to.</summary>
    public IReadOnlyList<Guid>? Problems { get; init; }

    /// <summary>At most 4000 characters.</summary>
    public string? Notes { get; init; }

    internal WorkOrderDefinition Read(Faults faults, SpaceFacts space, Instant now)
    {
        if (Target is null) faults.Add("target", "missing-field", "target is missing.");
        foreach (var (name, count) in new[] { ("tasks", Tasks?.Count), ("parts", Parts?.Count), ("times", Times?.Count), ("problems", Problems?.Count) })
            if (count > WorkOrderDefinition.Most) faults.Add(name, "out-of-range", $"{name} has more than {WorkOrderDefinition.Most}.");
        return new WorkOrderDefinition
        {
            Title = faults.Text("title", Title, 200), Target = Target.GetValueOrDefault(), TargetId = faults.Slug("targetId", TargetId),
            Tasks = [.. (Tasks ?? []).Select((t, i) => new WorkTask(faults.Text($"tasks[{i}].words", t?.Words, 500), t?.Done == true))],
            Parts = [.. (Parts ?? []).Select((p, i) => Part(faults, space, p, $"parts[{i}]"))],
            Times = [.. (Times ?? []).Select((t, i) => Time(faults, t, now, $"times[{i}]"))],
            OtherCost = OtherCost is { } cost ? cost with { Amount = Amount(faults, space, cost, "otherCost"), Currency = space.Currency } : null,
            AssigneeId = faults.OptionalSlug("assigneeId", AssigneeId), ExpectedBack = ExpectedBack?.ToInstant(), Problems = [.. (Problems ?? []).Distinct()],
            Notes = faults.OptionalText("notes", Notes, 4000),
        };
    }

    private static WorkPart Part(Faults faults, SpaceFacts space, WorkPartModel? part, string field)
    {
        if (part?.Quantity is not (> 0 and <= 1_000_000)) faults.Add(field + ".quantity", "out-of-range", "quantity lies above 0, and is a million at the most.");
        return new WorkPart(faults.Text(field + ".name", part?.Name, 200), part?.Quantity ?? 0, part?.UnitCost is { } cost ? Amount(faults, space, cost, field + ".unitCost") : 0);
    }

    private static WorkTime Time(Faults faults, WorkTimeModel? time, Instant now, string field)
    {
        if (time?.Spent is not { } spent || spent <= Duration.Zero || spent > Duration.FromDays(30)) faults.Add(field + ".spent", "out-of-range", "spent is a duration of a month at the most.");
        return new WorkTime(faults.Slug(field + ".memberId", time?.MemberId), time?.Spent ?? Duration.Zero, time?.At?.ToInstant() ?? now);
    }

    private static long Amount(Faults faults, SpaceFacts space, Money money, string field)
    {
        if (!string.Equals(money.Currency, space.Currency, StringComparison.OrdinalIgnoreCase)) faults.Add(field, "other-currency", $"Amounts are in {space.Currency}.");
        if (money.Amount is < 0 or > 1_000_000_000_000) faults.Add(field, "out-of-range", "The amount lies outside 0 to a thousand thousand millions.");
        return money.Amount;
    }

    internal static WorkOrderSettings Of(WorkOrderDefinition d, SpaceFacts space) => new()
    {
        Title = d.Title, Target = d.Target, TargetId = d.TargetId, Tasks = [.. d.Tasks.Select(t => new WorkTaskModel(t.Words, t.Done))],
        Parts = [.. d.Parts.Select(p => new WorkPartModel(p.Name, p.Quantity, new Money(p.UnitCost, space.Currency)))],
        Times = [.. d.Times.Select(t => new WorkTimeModel(t.MemberId, t.Spent, t.At.In(space)))], OtherCost = d.OtherCost, AssigneeId = d.AssigneeId,
        ExpectedBack = d.ExpectedBack?.In(space), Problems = d.Problems, Notes = d.Notes,
    };
}

/// <summary>An order to make.</summary>
public sealed record NewWorkOrderBody : WorkOrderSettings
{
    /// <summary>The tool or resource is out of service meanwhile.</summary>
    public bool OutOfService { get; init; }
}

/// <summary>A merge patch of an order.</summary>
public sealed record WorkOrderPatch : WorkOrderSettings
{
    /// <summary>Where given, nothing is changed unless the order is still at this version.</summary>
    public long? ExpectedVersion { get; init; }
}

/// <summary>How an order ends.</summary>
public sealed record WorkOrderEndBody : IOptionalBody
{
    /// <summary>False: it will not be done.</summary>
    public bool Done { get; init; } = true;

    /// <summary>What came of it; who reported its problems is told. At most 2000 characters.</summary>
    public string? Result { get; init; }
}

/// <summary>Which bookings in the way lose their time.</summary>
public sealed record WorkDisplaceBody
{
    public DisplaceChoice? Displace { get; init; }
}

/// <summary>An order as the API tells it.</summary>
/// <param name="Cost">Parts and outside help.</param>
/// <param name="TimeSpent">Of everybody.</param>
/// <param name="PlanId">The preventive plan that it carries out.</param>
public sealed record WorkOrderModel(
    Guid Id, WorkOrderState State, WorkOrderSettings Settings, Money Cost, Duration TimeSpent, string? PlanId, OffsetDateTime MadeAt, string MadeBy, OffsetDateTime? ClosedAt, string? Result,
    long Version, IReadOnlyDictionary<string, string> Links)
{
    public static string Address(Guid id) => $"/api/v1/work-orders/{id}";

    internal static WorkOrderModel Of(WorkOrderView o, SpaceFacts space) => new(
        o.Id, o.State, WorkOrderSettings.Of(o.Definition, space), new Money(o.Definition.Cost, space.Currency), o.Definition.TimeSpent, o.Definition.PlanId, o.MadeAt.In(space), o.MadeBy,
        o.ClosedAt?.In(space), o.Result, o.Version, new Dictionary<string, string> { ["self"] = Address(o.Id) });
}

/// <summary>Work orders: make, change, close.</summary>
internal static class WorkOrderEndpoints
{
    public static void AddMaintenance(this IServiceCollection services)
    {
        services.AddJob<MaintenanceNotices>(MaintenanceNotices.Id, "*/10 * * * * *");
        services.AddJob<OutageNotices>(OutageNotices.Id, "40 * * * * *");
        services.AddScoped<ProblemDesk>().AddScoped<WorkDesk>().AddScoped<UpkeepDesk>().AddScoped<UpkeepFigures>();
    }

    public static void MapMaintenance(this RouteGroupBuilder api)
    {
        api.MapProblems();
        api.MapUpkeep();
        var orders = api.MapGroup("/work-orders").WithTags("Maintenance");
        orders.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Work orders").WithDescription("state: open (the default) or closed.");
        orders.MapPost("", Make).RequireAuthorization(Allow.Staff).WithSummary("Make a work order").WithDescription("Its problems are taken up. Idempotency-Key becomes its id.");
        orders.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.StaffRead).WithSummary("One work order");
        orders.MapPatch("/{id:guid}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a work order (JSON merge patch)").ProducesProblem(StatusCodes.Status409Conflict);
        orders.MapPost("/{id:guid}/displace", Displace).RequireAuthorization(Allow.Staff).WithSummary("Bookings in the way of the work lose their time")
            .WithDescription("The answer has all that are in the way; those that displace names end Displaced, free of charge, their members told and offered other times.");
        orders.MapPost("/{id:guid}/close", Close).RequireAuthorization(Allow.Staff).WithSummary("The work is done, or given up")
            .WithDescription("Done, the tool is back in service unless something else keeps it out, and whoever lost a time that is still to come is told. Given up, its problems are open again.");
    }

    private static async Task<Results<Ok<IReadOnlyList<WorkOrderModel>>, ProblemHttpResult>> List(
        string? state, string? target, string? targetId, WorkDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.OptionalSlug("targetId", targetId);
        if (state is not (null or "open" or "closed")) faults.Add("state", "unknown-state", "state is open or closed.");
        WorkTarget? kind = target is null ? null : Enum.GetValues<WorkTarget>().Cast<WorkTarget?>().FirstOrDefault(t => t.ToString() == target);
        if (target is not null && kind is null) faults.Add("target", "unknown-target", "target is Tool, Resource or Area.");
        if (faults.Any) return faults.Problem;
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<WorkOrderModel>>([.. (await desk.List(state != "closed", kind, targetId, cancellation)).Select(o => WorkOrderModel.Of(o, space))]);
    }

    private static async Task<Results<Created<WorkOrderModel>, ProblemHttpResult>> Make(
        Body<NewWorkOrderBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, WorkDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (id, space, faults) = (Guid.NewGuid(), await grains.Space(), new Faults());
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        if (await desk.Find(id) is { } known) return TypedResults.Created(WorkOrderModel.Address(id), WorkOrderModel.Of(known, space));
        var wanted = body.Value.Read(faults, space, Time.Clock.Now(time));
        if (!faults.Any) await desk.Check(faults, wanted, cancellation);
        if (faults.Any) return faults.Problem;
        if (await desk.Overstep(user, wanted) is { } refusal) return refusal.Problem;
        return await desk.Save(user, id, wanted, expectedVersion: 0, body.Value.OutOfService) is { } order ? TypedResults.Created(WorkOrderModel.Address(id), WorkOrderModel.Of(order, space)) : Problem.Changed("work-order");
    }

    private static async Task<Results<Ok<WorkOrderModel>, ProblemHttpResult>> Read(Guid id, WorkDesk desk, IGrainFactory grains) =>
        await desk.Find(id) is { } order ? TypedResults.Ok(WorkOrderModel.Of(order, await grains.Space())) : Problem.Unknown("work-order");

    private static async Task<Results<Ok<WorkOrderModel>, ProblemHttpResult>> Change(
        Guid id, MergePatch<WorkOrderPatch> patch, ClaimsPrincipal user, WorkDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        if (await desk.Find(id) is not { } known) return Problem.Unknown("work-order");
        var (space, faults) = (await grains.Space(), new Faults());
        var now = WorkOrderSettings.Of(known.Definition, space);
        var (wanted, fault) = patch.Apply(new WorkOrderPatch
        {
            Title = now.Title, Target = now.Target, TargetId = now.TargetId, Tasks = now.Tasks, Parts = now.Parts, Times = now.Times, OtherCost = now.OtherCost, AssigneeId = now.AssigneeId,
            ExpectedBack = now.ExpectedBack, Problems = now.Problems, Notes = now.Notes,
        });
        if (wanted is null) return Problem.Malformed([fault!]);
        var definition = wanted.Read(faults, space, Time.Clock.Now(time)) with
        {
            PlanId = known.Definition.PlanId, Displaced = known.Definition.Displaced, TakesOut = known.Definition.TakesOut,
        };
        if (!faults.Any) await desk.Check(faults, definition, cancellation);
        if (faults.Any) return faults.Problem;
        if (await desk.Overstep(user, definition) is { } refusal) return refusal.Problem;
        return await desk.Save(user, id, definition, wanted.ExpectedVersion ?? known.Version) is { } order ? TypedResults.Ok(WorkOrderModel.Of(order, space)) : Problem.Changed("work-order");
    }

    private static async Task<Results<Ok<IReadOnlyList<OverlappedBooking>>, ProblemHttpResult>> Displace(
        Guid id, Body<WorkDisplaceBody> body, ClaimsPrincipal user, WorkDesk desk, CancellationToken cancellation) =>
        await desk.Find(id) is { } order
            ? TypedResults.Ok<IReadOnlyList<OverlappedBooking>>(await desk.Displace(user, order, body.Value.Displace ?? DisplaceChoice.None, cancellation)) : Problem.Unknown("work-order");

    private static async Task<Results<Ok<WorkOrderModel>, ProblemHttpResult>> Close(
        Guid id, Body<WorkOrderEndBody> body, ClaimsPrincipal user, WorkDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var result = faults.OptionalText("result", body.Value.Result, 2000);
        if (faults.Any) return faults.Problem;
        return await desk.Close(user, id, body.Value.Done, result, cancellation) is { } order ? TypedResults.Ok(WorkOrderModel.Of(order, await grains.Space())) : Problem.Unknown("work-order");
    }
}
