using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Sessions;

/// <summary>
/// What mentor and member do about a session beside holding its time: another time proposed, notes, tasks, feedback. The time itself is the booking's;
/// who may do what is checked where the request enters.
/// </summary>
[Alias("makerspace.session")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>All of it but the mentor's private notes.</summary>
    [ReadOnly, Alias("view")] Task<SessionView> View();

    /// <summary>The mentor's private notes; no event has them.</summary>
    [ReadOnly, Alias("private-notes")] Task<string?> PrivateNotes();

    /// <summary>Proposes another time, in the place of what was proposed before. The same id again changes nothing.</summary>
    [Alias("propose")] Task<SessionView> Propose(SessionParties parties, Proposal proposal);

    /// <summary>
    /// Answers a proposal: a yes moves the booking, or leaves everything and says what is in the way; a no, or taking it back, ends it. Of two answers at once the first one is
    /// the answer. The same again changes nothing, also after a crash between the booking's move and the end of the proposal.
    /// </summary>
    /// <returns>Why not; empty where it is so.</returns>
    [Alias("answer")] Task<ImmutableArray<Refusal>> Answer(ProposalAnswer answer);

    /// <summary>Writes the notes that both read, and the mentor's own; what is null stays, an empty text takes away.</summary>
    /// <param name="parties">Who meets.</param>
    /// <param name="shared">For both.</param>
    /// <param name="own">For the mentor alone.</param>
    /// <param name="known">The version of the shared notes that the writer had before them; null: whatever stands there.</param>
    /// <param name="actor">Who writes.</param>
    /// <returns>Null where the other side has written meanwhile: nothing is changed then.</returns>
    [Alias("note")] Task<SessionView?> Note(SessionParties parties, string? shared, string? own, int? known, string actor);

    /// <summary>Adds a task. The same id again changes nothing.</summary>
    /// <returns>Null where there are as many as are kept: <see cref="FollowUp.Most"/>.</returns>
    [Alias("follow-up")] Task<SessionView?> Add(SessionParties parties, Guid id, string text, string actor);

    /// <summary>Marks a task done, or not done after all.</summary>
    /// <returns>Null where there is none with this id.</returns>
    [Alias("tick")] Task<SessionView?> Tick(Guid id, bool done, string actor);

    /// <summary>Whether the member came.</summary>
    [Alias("mark")] Task<SessionView> Mark(SessionParties parties, bool came, string actor);

    /// <summary>What the member says of it, once it took place; said again it replaces what was said.</summary>
    [Alias("feedback")] Task<SessionView> Say(SessionParties parties, Feedback feedback);
}

/// <summary>Who meets.</summary>
/// <param name="MentorId">The mentor's member id.</param>
/// <param name="MemberId">Who booked.</param>
[GenerateSerializer, Immutable, Alias("session-parties")]
public sealed record SessionParties([property: Id(0)] string MentorId, [property: Id(1)] string MemberId);

/// <summary>Another time, proposed by one side and to be answered by the other.</summary>
/// <param name="Id">What an answer names.</param>
/// <param name="Slot">When instead.</param>
/// <param name="By">Who proposed it.</param>
/// <param name="At">When they did.</param>
/// <param name="Words">Why.</param>
/// <param name="Instead">The time that the session had: once it has another one, the proposal is void.</param>
/// <param name="Total">What the session costs then, as both were shown it; a yes at another price moves nothing.</param>
[GenerateSerializer, Immutable, Alias("proposal")]
public sealed record Proposal(
    [property: Id(0)] Guid Id, [property: Id(1)] Slot Slot, [property: Id(2)] string By, [property: Id(3)] Instant At, [property: Id(4)] string? Words, [property: Id(5)] Slot Instead, [property: Id(6)] Money Total)
{
    /// <summary>Whether it can still be answered.</summary>
    public bool Stands(BookingView booking) => booking.State.IsToCome() && booking.Slot == Instead;
}

/// <summary>How a proposal ended.</summary>
/// <param name="ProposalId">Which.</param>
/// <param name="Accepted">Or declined, or taken back by who made it.</param>
/// <param name="By">Who said so.</param>
[GenerateSerializer, Immutable, Alias("proposal-answer")]
public sealed record ProposalAnswer([property: Id(0)] Guid ProposalId, [property: Id(1)] bool Accepted, [property: Id(2)] string By);

/// <summary>Something to do until next time.</summary>
[GenerateSerializer, Immutable, Alias("follow-up")]
public sealed record FollowUp([property: Id(0)] Guid Id, [property: Id(1)] string Text, [property: Id(2)] string By, [property: Id(3)] bool Done)
{
    /// <summary>How many a session may have.</summary>
    public const int Most = 50;
}

/// <summary>What the member says of a session.</summary>
/// <param name="Rating">1 to 5.</param>
/// <param name="Words">In words.</param>
/// <param name="At">When.</param>
[GenerateSerializer, Immutable, Alias("feedback")]
public sealed record Feedback([property: Id(0)] int Rating, [property: Id(1)] string? Words, [property: Id(2)] Instant At);

/// <summary>What one side did.</summary>
public enum SessionStep
{
    Proposed,
    Answered,
    Noted,
    TaskAdded,
    TaskTicked,
    Marked,
    Rated,
}

/// <summary>A session as it is, without the mentor's private notes.</summary>
[GenerateSerializer, Immutable, Alias("session-view")]
public sealed record SessionView
{
    /// <summary>The booking's id.</summary>
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public SessionParties? Parties { get; init; }
    [Id(2)] public Proposal? Proposal { get; init; }

    /// <summary>Both read them.</summary>
    [Id(3)] public string? Notes { get; init; }
    [Id(4)] public ImmutableArray<FollowUp> FollowUps { get; init; } = [];
    [Id(5)] public Feedback? Feedback { get; init; }

    /// <summary>How the last proposal ended.</summary>
    [Id(6)] public ProposalAnswer? Answered { get; init; }

    /// <summary>Counts what was written into <see cref="Notes"/>.</summary>
    [Id(7)] public int NotesVersion { get; init; }

    /// <summary>Whether the member came; null: nobody has said.</summary>
    [Id(8)] public bool? Came { get; init; }
}
