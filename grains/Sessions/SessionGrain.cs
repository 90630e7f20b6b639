using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
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
        Session.Proposal?.Id == proposal.Id ? View() : Change(Session with { Parties = parties, Proposal = proposal }, SessionStep.Proposed, proposal.By);

    // The booking is moved from in here, where one thing happens after the other: nobody takes a proposal back while the yes is on its way.
    public async Task<ImmutableArray<Refusal>> Answer(ProposalAnswer answer)
    {
        // Nobody says yes to what they propose themselves.
        if (Session.Proposal is not { } proposal || proposal.Id != answer.ProposalId || (answer.Accepted && answer.By == proposal.By)) return Session.Answered == answer ? [] : [new ChangedMeanwhile("booking")];
        var booking = GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(Session.Id));
        var (known, moved) = (await booking.View(), false);
        if (known is not null && answer.Accepted) moved = known.State.IsToCome() && known.Slot == proposal.Slot;   // before a crash
        if (!moved && (known is null || !proposal.Stands(known))) return [new ChangedMeanwhile("booking")];
        if (answer.Accepted && !moved && (await booking.Move(proposal.Slot, answer.By, null, proposal.Total, byMentor: proposal.By == Session.Parties?.MentorId)).Refusals is { IsEmpty: false } refusals) return refusals;
        await Change(Session with { Proposal = null, Answered = answer }, SessionStep.Answered, answer.By);
        return [];
    }

    public async Task<SessionView?> Note(SessionParties parties, string? shared, string? own, int? known, string actor)
    {
        var (was, notes, mine) = (Session, shared is null ? Session.Notes : Words(shared), own is null ? State.PrivateNotes : Words(own));
        if (notes == was.Notes && mine == State.PrivateNotes) return was;
        if (notes != was.Notes && known is { } version && version != was.NotesVersion) return null;
        var next = notes == was.Notes ? was : was with { Parties = parties, Notes = notes, NotesVersion = was.NotesVersion + 1 };
        // The mentor's own are in no event; without an event nobody hears that there is something new.
        await Save(State with { Session = next, PrivateNotes = mine, Outbox = ReferenceEquals(next, was) ? [] : [new SessionChanged(time.Now(), actor, next, SessionStep.Noted)] });
        return next;
    }

    public async Task<SessionView?> Add(SessionParties parties, Guid id, string text, string actor)
    {
        if (Session.FollowUps.Any(f => f.Id == id)) return Session;   // a retry
        if (Session.FollowUps.Length >= FollowUp.Most) return null;
        return await Change(Session with { Parties = parties, FollowUps = Session.FollowUps.Add(new FollowUp(id, text, actor, Done: false)) }, SessionStep.TaskAdded, actor);
    }

    public async Task<SessionView?> Tick(Guid id, bool done, string actor)
    {
        if (Session.FollowUps.FirstOrDefault(f => f.Id == id) is not { } task) return null;
        return await Change(Session with { FollowUps = Session.FollowUps.Replace(task, task with { Done = done }) }, SessionStep.TaskTicked, actor);
    }

    public Task<SessionView> Mark(SessionParties parties, bool came, string actor) => Change(Session with { Parties = parties, Came = came }, SessionStep.Marked, actor);

    public Task<SessionView> Say(SessionParties parties, Feedback feedback) => Change(Session with { Parties = parties, Feedback = feedback }, SessionStep.Rated, parties.MemberId);

    private static string? Words(string text) => text.Trim() is { Length: > 0 } words ? words : null;

    private async Task<SessionView> Change(SessionView next, SessionStep step, string actor)
    {
        if (State.Session is { } known && StoredJson.Same(known, next)) return known;
        await Save(State with { Session = next, Outbox = [new SessionChanged(time.Now(), actor, next, step)] });
        return next;
    }
}
