using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Sessions;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Web.Notices;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Sessions;

/// <summary>
/// Tells the other side what one side did about a session: proposed another time, declined one, wrote notes or tasks; and asks the member how it was. That a session was booked, moved
/// or cancelled is told as of every booking.
/// </summary>
internal sealed class SessionNotices(Database database, IReadModels models, IGrainFactory grains, Letters letters, TimeProvider time, ILogger<SessionNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "session-notices";

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    protected override IReadOnlyList<string> Types { get; } = ["session-changed", "booking-ended"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (row.At < time.Now() - Stale) return;
        switch (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options))
        {
            case SessionChanged { Session: { Parties: { } parties } session } changed when changed.Actor == parties.MentorId || changed.Actor == parties.MemberId:
                await Changed(session, parties, changed, cancellation);
                break;
            case BookingEnded { Outcome: BookingState.Completed } ended:
                await Held(ended, cancellation);
                break;
        }
    }

    private async Task Changed(SessionView session, SessionParties parties, SessionChanged changed, CancellationToken cancellation)
    {
        var (other, who) = (changed.Actor == parties.MentorId ? parties.MemberId : parties.MentorId, await Name(changed.Actor));
        await (changed.Step switch
        {
            SessionStep.Proposed when session.Proposal is { } proposal => Proposed(other, who, session.Id, proposal, cancellation),
            // A yes moves the booking, and that is told as every move is.
            SessionStep.Answered when session.Answered is { Accepted: false } no => Declined(other, who, session.Id, no, cancellation),
            SessionStep.Noted or SessionStep.TaskAdded => Written(other, who, session.Id, changed, cancellation),
            SessionStep.Marked when session.Came is false => Missed(other, who, session.Id, cancellation),
            _ => Task.CompletedTask,
        });
    }

    private Task Proposed(string to, string who, Guid id, Proposal proposal, CancellationToken cancellation) => letters.Send(
        to, ["session-proposal", proposal.Id.ToString("N")],
        s => LetterTexts.SessionProposed(s, id, who, proposal.Instead, proposal.Slot, proposal.Words), cancellation, proposal.Instead.Start);

    private Task Declined(string to, string who, Guid id, ProposalAnswer no, CancellationToken cancellation) => letters.Send(
        to, ["session-proposal-ended", no.ProposalId.ToString("N")],
        s => LetterTexts.SessionStays(s, id, who), cancellation);

    // Once a day for each side, however much is written.
    private Task Written(string to, string who, Guid id, SessionChanged changed, CancellationToken cancellation) => letters.Send(
        to, ["session-written", id.ToString("N"), changed.Actor, LocalDatePattern.Iso.Format(changed.At.InUtc().Date)],
        s => LetterTexts.SessionWritten(s, id, who), cancellation);

    // Once, however often it is said: whoever was there after all can say so.
    private Task Missed(string to, string who, Guid id, CancellationToken cancellation) => letters.Send(
        to, ["session-missed", id.ToString("N")],
        s => LetterTexts.SessionMissed(s, id, who), cancellation);

    private async Task Held(BookingEnded ended, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IBookingGrain>(Keys.Booking(ended.BookingId)).View() is not { } booking || await SessionDesk.MentorOf(grains, booking) is not { Definition: { Mentor: { } mentor } definition }) return;
        if (mentor.MemberId == booking.MemberId || (await grains.GetGrain<ISessionGrain>(Keys.Session(booking.Id)).View()).Came is false) return;
        await letters.Send(
            booking.MemberId, ["session-held", booking.Id.ToString("N")], s => LetterTexts.SessionHeld(s, booking.Id, definition.Name), cancellation);
    }

    private async Task<string> Name(string memberId) => await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View() is { } member ? member.Definition.Name : memberId;
}
