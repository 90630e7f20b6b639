using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Maintenance;

/// <summary>What a problem keeps.</summary>
internal sealed record ProblemKept : IHasOutbox
{
    public ProblemView? Problem { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("problem")]
internal sealed class ProblemGrain([PersistentState("problem")] IPersistentState<ProblemKept> state, TimeProvider time)
    : SavingGrain<ProblemKept>(state), IProblemGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<ProblemView?> View() => Task.FromResult(State.Problem);

    public async Task<ProblemView> Report(ProblemReport report, string actor) =>
        State.Problem ?? await Save(new ProblemView { Id = Id, Report = report, ReportedBy = actor, ReportedAt = time.Now() }, actor, "reported");

    public async Task<ProblemView?> Photograph(string contentType, string actor)
    {
        if (State.Problem is not { } problem || problem.Photo == contentType) return State.Problem;
        return await Save(problem with { Photo = contentType }, actor, "photographed");
    }

    public async Task<ProblemView?> TakeUp(Guid workOrderId, string actor)
    {
        if (State.Problem is not { IsOpen: true } problem || problem.WorkOrderId == workOrderId) return State.Problem;
        return await Save(problem with { State = ProblemState.Triaged, WorkOrderId = workOrderId }, actor, "taken up");
    }

    public async Task<ProblemView?> LetGo(Guid workOrderId, string actor)
    {
        if (State.Problem is not { State: ProblemState.Triaged } problem || problem.WorkOrderId != workOrderId) return State.Problem;
        return await Save(problem with { State = ProblemState.Open, WorkOrderId = null }, actor, "let go");
    }

    public async Task<ProblemView?> Close(string? answer, Guid? sameAs, string actor)
    {
        if (State.Problem is not { IsOpen: true } problem) return State.Problem;
        var end = sameAs is null ? ProblemState.Closed : ProblemState.Duplicate;
        return await Save(problem with { State = end, Answer = answer, SameAs = sameAs, ClosedAt = time.Now() }, actor, "closed");
    }

    private async Task<ProblemView> Save(ProblemView next, string actor, string note)
    {
        await Save(new ProblemKept { Problem = next, Outbox = [new ProblemChanged(time.Now(), actor, next, note)] });
        return next;
    }
}
