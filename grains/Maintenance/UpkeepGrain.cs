using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Maintenance;

[GrainType("upkeep")]
internal sealed class UpkeepGrain([PersistentState("upkeep")] IPersistentState<UpkeepState> state, TimeProvider time) : SavingGrain<UpkeepState>(state), IUpkeepGrain
{
    private const int MostMeters = 10;
    private const int MostPlans = 20;

    /// <summary>The longest booking where the policy says nothing.</summary>
    private static readonly Duration LongestBooking = Duration.FromHours(8);

    private string ToolId => Keys.Id(this.GetPrimaryKeyString());
    private IToolGrain Tool => GrainFactory.GetGrain<IToolGrain>(Keys.Tool(ToolId));

    public Task<UpkeepView?> View() => Task.FromResult(State.Exists ? State.View(ToolId, time.Now()) : null);

    public async Task<UpkeepView?> DefineMeter(MeterDefinition meter, string actor)
    {
        var known = State.Meter(meter.Id);
        if (known is null && State.Meters.Length >= MostMeters) return null;
        if (known?.Definition == meter) return await View();
        return await Save(State.With((known ?? new MeterState { Since = time.Now() }) with { Definition = meter }), actor, known is null ? "meter made" : "meter changed");
    }

    public async Task<UpkeepView?> DefinePlan(PlanDefinition plan, string actor)
    {
        var known = State.Plan(plan.Id);
        if ((known is null && State.Plans.Length >= MostPlans) || (plan.MeterId is not null && State.Meter(plan.MeterId) is null)) return null;
        if (known is not null && StoredJson.Same(known.Definition, plan)) return await View();
        var counted = known?.Definition.MeterId == plan.MeterId && known is not null;
        var next = (known ?? new PlanView { Since = time.Now() }) with { Definition = plan, Reading = counted ? known!.Reading : State.Meter(plan.MeterId)?.Value ?? 0 };
        // A window made for other terms is looked for again.
        if (known is not null) next = next with { Window = null, Blocks = [], DueAt = null, Urgent = false };
        var stale = State.Stale.AddRange(OutagesOf(known));
        await Save(known is null ? State with { Plans = State.Plans.Add(next) } : State.With(next) with { Stale = stale }, actor, known is null ? "plan made" : "plan changed");
        return await Look();
    }

    public async Task<UpkeepView?> DropPlan(string planId, string actor)
    {
        if (State.Plan(planId) is not { } plan) return null;
        await Save(State with { Plans = State.Plans.Remove(plan), Stale = State.Stale.AddRange(OutagesOf(plan)) }, actor, "plan dropped");
        await CloseStale();
        return State.View(ToolId, time.Now());
    }

    public async Task Used(Guid bookingId, Slot had)
    {
        var cause = bookingId.ToString("N");
        if (!State.Exists || State.Causes.Contains(cause) || !had.IsValid) return;
        var (now, space) = (time.Now(), await Space());
        var next = State.Knowing(cause) with { Busy = State.Busy.With(had, space.Zone) };
        foreach (var meter in State.Meters.Where(m => m.Definition.FromUse && m.Definition.Kind != MeterKind.Material))
            next = next.With(meter.Fed(meter.Definition.Kind == MeterKind.Hours ? Math.Round((decimal)had.Duration.TotalHours, 4) : 1, now));
        await Save(next, Actors.System, "used");
    }

    public async Task Ran(Guid useId, Duration runTime)
    {
        var cause = "device-" + useId.ToString("N");
        if (State.Causes.Contains(cause) || runTime <= Duration.Zero || !State.Meters.Any(m => m.Definition.FromDevice)) return;
        var (now, next) = (time.Now(), State.Knowing(cause));
        foreach (var meter in State.Meters.Where(m => m.Definition.FromDevice && m.Definition.Kind != MeterKind.Material))
            next = next.With(meter.Fed(meter.Definition.Kind == MeterKind.Hours ? Math.Round((decimal)runTime.TotalHours, 4) : 1, now));
        await Save(next, Actors.System, "ran");
    }

    public async Task<UpkeepView?> Feed(MeterFeed feed, string actor)
    {
        if (State.Meter(feed.MeterId) is not { } meter) return null;
        if (State.Causes.Contains(feed.CauseId)) return await View();
        var next = feed.IsReading && meter.Days.IsEmpty
            ? State.BeganAt(meter, feed.Amount)
            : State.With(meter.Fed(feed.IsReading ? feed.Amount - meter.Value : feed.Amount, time.Now()));
        await Save(next.Knowing(feed.CauseId), actor, "meter fed", feed);
        return await Look();
    }

    public async Task Ordered(string planId, Guid workOrderId)
    {
        if (State.Plan(planId) is { } plan && plan.WorkOrderId != workOrderId && plan.LastOrder != workOrderId)
            await Save(State.With(plan with { WorkOrderId = workOrderId }), Actors.System, "ordered");
    }

    public async Task GivenUp(string planId, Guid workOrderId)
    {
        if (State.Plan(planId) is { } plan && plan.WorkOrderId == workOrderId)
            await Save(State.With(plan with { WorkOrderId = null, Turn = plan.Turn + 1 }), Actors.System, "order given up");
    }

    public async Task<UpkeepView?> Done(string planId, Guid? workOrderId, string actor)
    {
        if (State.Plan(planId) is not { } plan) return null;
        if (workOrderId is not null && plan.LastOrder == workOrderId) return await View();
        var done = new PlanView
        {
            Definition = plan.Definition, Since = time.Now(), Reading = State.Meter(plan.Definition.MeterId)?.Value ?? 0, Served = plan.Served + 1, LastOrder = workOrderId ?? plan.WorkOrderId,
        };
        await Save(State.With(done) with { Stale = State.Stale.AddRange(OutagesOf(plan)) }, actor, "plan carried out");
        return await Look();
    }

    public async Task<UpkeepView?> Look()
    {
        await CloseStale();
        if (State.Plans.IsEmpty) return await View();
        var space = await Space();
        foreach (var plan in State.Plans)
        {
            // Read for each: what was reserved for one plan is taken for the next.
            if (await Tool.View() is not { } tool) return await View();
            await Look(plan, Standing(plan, tool), await Facts(plan, tool, space));
        }
        await CloseStale();
        if (State.LookAt is not { } next || next <= time.Now()) await Save(State, Actors.System, "looked at");
        return await View();
    }

    // What somebody has dropped at the tool the plan has no longer: it is looked for again, else the mark would be passed.
    private static PlanView Standing(PlanView plan, ToolView tool)
    {
        var there = tool.Outages.Select(o => o.Id).ToHashSet(StringComparer.Ordinal);
        return plan with { Window = plan.Window is { } window && there.Contains(window.Id) ? window : null, Blocks = plan.Blocks.RemoveAll(b => !there.Contains(b.Id)) };
    }

    private async Task Look(PlanView known, PlanView plan, PlanFacts facts)
    {
        var decision = Planning.Decide(plan, facts);
        var next = plan with { DueAt = Steady(plan.DueAt, decision.DueAt), Urgent = decision.Urgent };
        if (!decision.Keep) next = await Reserved(next, decision.Candidates) ?? (decision.Candidates.IsEmpty && !decision.Urgent ? next with { Window = null } : next);
        if (next.Window is { } over && facts.Now >= over.Slot.End + Planning.Overdue) next = next with { Window = null };
        next = await Blocked(next, decision.BlockFrom, facts);
        if (StoredJson.Same(next, known)) return;
        var given = OutagesOf(known).Except(OutagesOf(next), StringComparer.Ordinal);
        var kept = State.Stale.Except(OutagesOf(next), StringComparer.Ordinal);
        await Save(State.With(next) with { Stale = [.. kept, .. given] }, Actors.System, "window looked for");
    }

    // When it is due is reckoned anew at each look: less than a day more or less is no news.
    private static Instant? Steady(Instant? known, Instant? due) => known is { } was && due is { } now && (now - was).TotalDays is > -1 and < 1 ? was : due;

    // Whoever books meanwhile is faster, or sees the outage: the tool decides, one call after the other.
    private async Task<PlanView?> Reserved(PlanView plan, ImmutableArray<Slot> candidates)
    {
        if (candidates.IsEmpty) return null;
        var outage = await Name(plan, candidates[0]);
        foreach (var slot in candidates)
        {
            outage = outage with { Slot = slot };
            if (await Place(outage)) return plan with { Window = outage };
        }
        return null;
    }

    private async Task<PlanView> Blocked(PlanView plan, Instant? from, PlanFacts facts)
    {
        var begun = plan.Window is { } planned && planned.Slot.Start <= facts.Now;
        if (from is not { } since || plan.Window is not { } window) return begun ? plan : plan with { Blocks = [] };
        var blocks = plan.Blocks;
        foreach (var gap in Planning.Blocks(since, window.Slot, facts with { Closed = [.. facts.Closed, .. blocks.Select(b => b.Slot)] }))
        {
            var outage = await Name(plan, gap);
            if (await Place(outage)) blocks = blocks.Add(outage);
        }
        return plan with { Blocks = blocks };
    }

    private async Task<Outage> Name(PlanView plan, Slot slot)
    {
        // Until the plan holds it, it counts as given back: what a crash leaves at the tool goes with the next look.
        var id = $"upkeep-{plan.Definition.Id}-{State.Named + 1}";
        await Save(State with { Named = State.Named + 1, Stale = State.Stale.Add(id), Outbox = [] });
        return new Outage(id, plan.Definition.Name, slot);
    }

    private async Task<bool> Place(Outage outage)
    {
        // Asked before, so that what cannot be had leaves no trace; and after, for whoever was faster.
        if (!await RoomIsFree(outage.Slot) || !(await Tool.TryPlaceOutage(outage, Actors.System)).IsEmpty) return false;
        if (await RoomIsFree(outage.Slot)) return true;
        await Tool.CloseOutage(outage.Id, Actors.System);
        return false;
    }

    // Whoever has booked the room around it has the tool too.
    private async Task<bool> RoomIsFree(Slot slot)
    {
        var room = (await Tool.View())?.Definition.InRoom;
        for (var depth = 0; room is not null && depth < 16; depth++)
        {
            var around = GrainFactory.GetGrain<IToolGrain>(Keys.Tool(room));
            if ((await around.Claims(slot)).Any(c => c.Use == ClaimUse.Whole)) return false;
            room = (await around.View())?.Definition.InRoom;
        }
        return true;
    }

    private async Task CloseStale()
    {
        if (State.Stale.IsEmpty) return;
        foreach (var id in State.Stale) await Tool.CloseOutage(id, Actors.System);
        await Save(State with { Stale = [], Outbox = [] });
    }

    private async Task<PlanFacts> Facts(PlanView plan, ToolView tool, SpaceFacts space)
    {
        var now = time.Now();
        var ahead = new Slot(now, now + Planning.Reach);
        // What is over and not checked out yet is not on the meter either.
        var claims = (await Tool.Claims(new Slot(now - Duration.FromDays(30), ahead.End))).Select(c => c.Slot).OrderBy(s => s.Start).ToImmutableArray();
        var own = OutagesOf(plan).ToHashSet(StringComparer.Ordinal);
        var policy = PolicyLevels.Of(tool.Id, tool.Definition.AreaId, tool.Definition.Category, tool.Definition.Policy, null, space).Effective;
        var meter = State.Meter(plan.Definition.MeterId);
        return new PlanFacts(
            now, space.Zone, OpenHours.Staffed(ahead, space), claims, [.. tool.Outages.Where(o => !own.Contains(o.Id)).Select(o => o.Slot)], State.Busy,
            policy.MaxDuration ?? LongestBooking, meter?.Value ?? 0, meter?.PerDay(now) ?? 0, meter?.Definition is { Kind: MeterKind.Hours } and ({ FromUse: true } or { FromDevice: true }));
    }

    private static IEnumerable<string> OutagesOf(PlanView? plan) =>
        plan is null ? [] : plan.Blocks.Select(b => b.Id).Concat(plan.Window is { } window ? [window.Id] : Array.Empty<string>());

    private Task<SpaceFacts> Space() => GrainFactory.GetGrain<ISpaceGrain>(Keys.Space).Facts();

    private async Task<UpkeepView?> Save(UpkeepState next, string actor, string note, MeterFeed? fed = null)
    {
        var now = time.Now();
        next = next with { LookAt = next.NextLook(now) };
        await Save(next with { Outbox = [new UpkeepChanged(now, actor, next.View(ToolId, now), note) { Fed = fed }] });
        return State.View(ToolId, now);
    }
}
