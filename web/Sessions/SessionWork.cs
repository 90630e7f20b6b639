using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Sessions;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Sessions;

/// <summary>Another time for a session.</summary>
public sealed record ProposalBody
{
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>Why; at most 500 characters.</summary>
    public string? Words { get; init; }
}

/// <summary>Yes or no to what the other side proposed.</summary>
public sealed record ProposalAnswerBody
{
    /// <summary>Which; where another one stands by now, <c>changed-meanwhile</c>.</summary>
    public Guid? ProposalId { get; init; }
    public bool? Accepted { get; init; }
}

/// <summary>Notes; what is not given stays, an empty text takes away.</summary>
public sealed record SessionNotesBody
{
    /// <summary>Both sides read and write them; at most 4000 characters.</summary>
    public string? Shared { get; init; }

    /// <summary>The <c>notesVersion</c> that they were read with; where the other side has written since, <c>changed-meanwhile</c>. Not given: what stands there is replaced.</summary>
    public int? NotesVersion { get; init; }

    /// <summary>The mentor's own; at most 4000 characters.</summary>
    public string? Private { get; init; }
}

/// <summary>A task.</summary>
public sealed record FollowUpBody
{
    /// <summary>At most 300 characters.</summary>
    public string? Text { get; init; }
}

/// <summary>Whether a task is done.</summary>
public sealed record TickBody
{
    public bool? Done { get; init; }
}

/// <summary>Whether the member came.</summary>
public sealed record CameBody
{
    public bool? Came { get; init; }
}

/// <summary>What the member says of a session that took place.</summary>
public sealed record FeedbackBody
{
    /// <summary>1 to 5.</summary>
    public int? Rating { get; init; }

    /// <summary>At most 1000 characters.</summary>
    public string? Words { get; init; }
}

/// <summary>A proposal as the API tells it.</summary>
/// <param name="Total">What the session costs then.</param>
/// <param name="Yours">The caller is the one who is to answer.</param>
public sealed record ProposalModel(Guid Id, OffsetDateTime Start, OffsetDateTime End, string By, string? Words, Money Total, bool Yours);

/// <summary>What mentor and member do about a session.</summary>
/// <param name="PrivateNotes">Told to the mentor alone.</param>
/// <param name="NotesVersion">Of the notes; named when they are written.</param>
/// <param name="Came">Whether the member came; null: nobody has said.</param>
public sealed record SessionWorkModel(
    Guid Id, string MentorId, string MemberId, ProposalModel? Proposal, string? Notes, int NotesVersion, string? PrivateNotes, IReadOnlyList<FollowUp> FollowUps, bool? Came, int? Rating, string? RatingWords);

/// <summary>One session as its page and the API see it.</summary>
/// <param name="Mentoring">The reader is the mentor.</param>
public sealed record SessionSight(BookingView Booking, SessionParties Parties, string MentorName, SessionView Work, string? PrivateNotes, bool Mentoring, bool Own)
{
    public bool Over(Instant now) => Booking.State == BookingState.Completed || (Booking.State is BookingState.Confirmed or BookingState.CheckedIn && Booking.Slot.End <= now);

    internal SessionWorkModel Model(SpaceFacts space) => new(
        Booking.Id, Parties.MentorId, Parties.MemberId,
        Proposal is { } p ? new ProposalModel(p.Id, p.Slot.Start.In(space), p.Slot.End.In(space), p.By, p.Words, p.Total, ToAnswer(p)) : null,
        Work.Notes, Work.NotesVersion, PrivateNotes, Work.FollowUps, Work.Came, Work.Feedback?.Rating, Work.Feedback?.Words);

    /// <summary>What is proposed, as long as it can be answered: the session is to come, and has the time that it had then.</summary>
    public Proposal? Proposal => Work.Proposal is { } proposal && proposal.Stands(Booking) ? proposal : null;

    /// <summary>Whether the mentor may say who came.</summary>
    public bool Begun(Instant now) => Booking.Slot.Start <= now && Booking.State is BookingState.Confirmed or BookingState.CheckedIn or BookingState.Completed;

    public bool ToAnswer(Proposal proposal) => (Mentoring && proposal.By != Parties.MentorId) || (Own && proposal.By != Parties.MemberId);
}

/// <summary>What came of a wish about a session: the session, or refusals, or what is wrong with the wish.</summary>
public sealed record SessionOutcome(SessionSight? Session, IReadOnlyList<Refusal> Refusals, ProblemHttpResult? Problem)
{
    internal static SessionOutcome Wrong(ProblemHttpResult problem) => new(null, [], problem);
}

/// <summary>The one door to what mentor and member do about a session, for pages and API alike.</summary>
public sealed class SessionWork(BookingDesk bookings, SessionDesk sessions, IGrainFactory grains, MakerspaceDb db, TimeProvider time)
{
    /// <summary>The session, for its two sides; staff read it too. Null for everybody else.</summary>
    public async Task<SessionSight?> Find(ClaimsPrincipal user, Guid id)
    {
        var caller = Caller.Of(user);
        if (await bookings.Find(user, id) is not { } booking || await sessions.MentorOf(booking) is not { Definition: { Mentor: { } mentor } definition }) return null;
        var (mentoring, own) = (mentor.MemberId == caller.MemberId, booking.MemberId == caller.MemberId);
        if (!mentoring && !own && !caller.IsStaff) return null;   // a colleague sees the booking, and not what was said
        var grain = Grain(id);
        return new SessionSight(booking, new SessionParties(mentor.MemberId, booking.MemberId), definition.Name, await grain.View(), mentoring ? await grain.PrivateNotes() : null, mentoring, own);
    }

    /// <summary>Those of these bookings for which the other side proposes another time.</summary>
    public async Task<IReadOnlyList<BookingView>> Proposed(IReadOnlyCollection<BookingView> coming, string memberId, CancellationToken cancellation)
    {
        var ids = coming.Select(b => b.Id).ToList();
        var open = (await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id) && s.ProposedBy != null && s.ProposedBy != memberId).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => s.View());
        return [.. coming.Where(b => open.GetValueOrDefault(b.Id)?.Proposal is { } proposal && proposal.Stands(b))];
    }

    /// <summary>What is still to be done after these sessions, oldest first.</summary>
    public async Task<IReadOnlyList<(Guid Session, FollowUp Task)>> OpenTasks(IReadOnlyCollection<BookingView> sessions, CancellationToken cancellation)
    {
        var ids = sessions.Select(b => b.Id).ToList();
        var work = (await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => s.View());
        return [.. sessions.OrderBy(b => b.Slot.Start).Where(b => work.ContainsKey(b.Id)).SelectMany(b => work[b.Id].FollowUps.Where(f => !f.Done).Select(f => (b.Id, f)))];
    }

    /// <summary>Proposes another time: one that could be had as things stand.</summary>
    public async Task<SessionOutcome> Propose(ClaimsPrincipal user, Guid id, ProposalBody body)
    {
        var faults = new Faults();
        var slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant());
        faults.OptionalText("words", body.Words, 500);
        return await Act(user, id, faults, _ => true, async (session, caller) =>
        {
            if (!session.Booking.State.IsToCome() || session.Booking.Slot.Start <= time.Now()) return [new NotMovable(session.Booking.State, Begun: session.Booking.Slot.Start <= time.Now())];
            if (slot == session.Booking.Slot) return [];
            // Late is what the member pays for who lets the mentor down, not the other way round.
            var answer = await Booking(id).PreviewMove(slot, caller.MemberId, null, byMentor: session.Mentoring);
            if (!answer.Refusals.IsEmpty) return answer.Refusals;
            await Grain(id).Propose(session.Parties, new Proposal(Guid.NewGuid(), slot, caller.MemberId, time.Now(), body.Words, session.Booking.Slot, answer.Price?.Total ?? new Money(0, (await grains.Space()).Currency)));
            return [];
        });
    }

    /// <summary>The other side says yes, and the booking moves, or no; who proposed may take it back by a no. The same answer again changes nothing.</summary>
    public async Task<SessionOutcome> Answer(ClaimsPrincipal user, Guid id, ProposalAnswerBody body)
    {
        var faults = new Faults();
        var (proposal, accepted) = (faults.Required("proposalId", body.ProposalId), faults.Required("accepted", body.Accepted));
        return await Act(user, id, faults, session => !accepted || session.Work.Proposal is not { } p || session.ToAnswer(p), async (_, caller) =>
            await Grain(id).Answer(new ProposalAnswer(proposal, accepted, caller.MemberId)));
    }

    public async Task<SessionOutcome> Note(ClaimsPrincipal user, Guid id, SessionNotesBody body)
    {
        var faults = new Faults();
        faults.OptionalText("shared", body.Shared, 4000);
        faults.OptionalText("private", body.Private, 4000);
        return await Act(user, id, faults, session => body.Private is null || session.Mentoring, async (session, caller) =>
            await Grain(id).Note(session.Parties, body.Shared, body.Private, body.NotesVersion, caller.MemberId) is null ? [new ChangedMeanwhile("notes")] : []);
    }

    /// <summary>The mentor says whether the member came, once it has begun.</summary>
    public async Task<SessionOutcome> Mark(ClaimsPrincipal user, Guid id, CameBody body)
    {
        var faults = new Faults();
        var came = faults.Required("came", body.Came);
        var early = false;
        var outcome = await Act(user, id, faults, session => session.Mentoring, async (session, caller) =>
        {
            early = !session.Begun(time.Now());
            if (!early) await Grain(id).Mark(session.Parties, came, caller.MemberId);
            return [];
        });
        return early ? SessionOutcome.Wrong(Problem.Of(StatusCodes.Status409Conflict, "session-not-begun", "It has not begun, or does not take place.")) : outcome;
    }

    public async Task<SessionOutcome> AddTask(ClaimsPrincipal user, Guid id, Guid taskId, FollowUpBody body)
    {
        var faults = new Faults();
        var text = faults.Text("text", body.Text, 300);
        var full = false;
        var outcome = await Act(user, id, faults, _ => true, async (session, caller) =>
        {
            full = await Grain(id).Add(session.Parties, taskId, text, caller.MemberId) is null;
            return [];
        });
        return full ? SessionOutcome.Wrong(Problem.Of(StatusCodes.Status409Conflict, "tasks-full", $"A session has {FollowUp.Most} tasks at the most.")) : outcome;
    }

    public async Task<SessionOutcome> Tick(ClaimsPrincipal user, Guid id, Guid taskId, TickBody body)
    {
        var faults = new Faults();
        var done = faults.Required("done", body.Done);
        var missing = false;
        var outcome = await Act(user, id, faults, _ => true, async (_, caller) =>
        {
            missing = await Grain(id).Tick(taskId, done, caller.MemberId) is null;
            return [];
        });
        return missing ? SessionOutcome.Wrong(Problem.Unknown("task")) : outcome;
    }

    /// <summary>What the member says of it, once it is over.</summary>
    public async Task<SessionOutcome> Say(ClaimsPrincipal user, Guid id, FeedbackBody body)
    {
        var faults = new Faults();
        var rating = faults.Required("rating", body.Rating);
        faults.Range("rating", body.Rating, 1, 5);
        faults.OptionalText("words", body.Words, 1000);
        var early = false;
        var outcome = await Act(user, id, faults, session => session.Own, async (session, _) =>
        {
            early = !session.Over(time.Now());
            if (!early) await Grain(id).Say(session.Parties, new Feedback(rating, body.Words, time.Now()));
            return [];
        });
        return early ? SessionOutcome.Wrong(Problem.Of(StatusCodes.Status409Conflict, "session-not-over", "It has not taken place yet.")) : outcome;
    }

    // Staff read; what the two sides do is theirs.
    private async Task<SessionOutcome> Act(
        ClaimsPrincipal user, Guid id, Faults faults, Func<SessionSight, bool> may, Func<SessionSight, Caller, Task<IReadOnlyList<Refusal>>> act)
    {
        if (faults.Any) return SessionOutcome.Wrong(faults.Problem);
        if (await Find(user, id) is not { } session) return SessionOutcome.Wrong(Problem.Unknown("session"));
        if (!(session.Mentoring || session.Own) || !may(session)) return SessionOutcome.Wrong(Problem.Forbidden("not-yours", "This is for the other side of the session."));
        var refusals = await act(session, Caller.Of(user));
        return refusals.Count > 0 ? new SessionOutcome(session, refusals, null) : new SessionOutcome(await Find(user, id), [], null);
    }

    private ISessionGrain Grain(Guid id) => grains.GetGrain<ISessionGrain>(Keys.Session(id));

    private IBookingGrain Booking(Guid id) => grains.GetGrain<IBookingGrain>(Keys.Booking(id));
}
