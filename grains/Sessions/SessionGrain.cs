using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Sessions;

/// <summary>What a session keeps.</summary>
internal sealed record SessionState : IHasOutbox
{
    public SessionView? Session { get; init; }

    /// <summary>In no event and no read table: only the mentor reads them.</summary>
    public string? PrivateNotes { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("session")]
internal sealed class SessionGrain([PersistentState("session")] IPersistentState<SessionState> state, TimeProvider time)
    : SavingGrain<SessionState>(state), ISessionGrain
{
    private SessionView Session => State.Session ?? new SessionView { Id = Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N") };

    public Task<SessionView> View() => Task.FromResult(Session);

    public Task<string?> PrivateNotes() => Task.FromResult(State.PrivateNotes);

    public Task<SessionView> Propose(SessionParties parties, Proposal proposal) =>
        Session.Proposal?.Id == proposal.Id ? View() : Change(Session with { Parties = parties, Proposal = proposal }, proposal.By);

    public Task<SessionView> EndProposal(Guid proposalId, string actor) =>
        Session.Proposal?.Id == proposalId ? Change(Session with { Proposal = null }, actor) : View();

    public async Task<SessionView> Note(SessionParties parties, string text, bool forMentorAlone, string actor)
    {
        var words = text.Length == 0 ? null : text;
        if (!forMentorAlone) return await Change(Session with { Parties = parties, Notes = words }, actor);
        await Save(State with { PrivateNotes = words, Outbox = [] });
        return Session;
    }

    public async Task<SessionView?> Add(SessionParties parties, Guid id, string text, string actor)
    {
        if (Session.FollowUps.Any(f => f.Id == id)) return Session;   // a retry
        if (Session.FollowUps.Length >= FollowUp.Most) return null;
        return await Change(Session with { Parties = parties, FollowUps = Session.FollowUps.Add(new FollowUp(id, text, actor, Done: false)) }, actor);
    }

    public async Task<SessionView?> Tick(Guid id, bool done, string actor)
    {
        if (Session.FollowUps.FirstOrDefault(f => f.Id == id) is not { } task) return null;
        return await Change(Session with { FollowUps = Session.FollowUps.Replace(task, task with { Done = done }) }, actor);
    }

    public Task<SessionView> Say(SessionParties parties, Feedback feedback) => Change(Session with { Parties = parties, Feedback = feedback }, parties.MemberId);

    private async Task<SessionView> Change(SessionView next, string actor)
    {
        if (State.Session is { } known && StoredJson.Same(known, next)) return known;
        await Save(State with { Session = next, Outbox = [new SessionChanged(time.Now(), actor, next)] });
        return next;
    }
}
