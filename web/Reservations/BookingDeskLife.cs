using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;

namespace Makerspace.Web.Reservations;

/// <summary>What happens to a booking that stands: who may do it, and what a request means.</summary>
public sealed partial class BookingDesk
{
    /// <summary>Who may take a step; staff may take all.</summary>
    private enum Reach
    {
        /// <summary>The member whose it is.</summary>
        Owner,

        /// <summary>Colleagues of the same company too.</summary>
        Company,

        /// <summary>The member whose it is, and the mentor whose time it has.</summary>
        Party,

        /// <summary>The mentor whose time it has, where nothing else in it needs to be approved.</summary>
        Mentor,

        /// <summary>Staff alone.</summary>
        Staff,
    }

    public Task<BookingOutcome> Cancel(ClaimsPrincipal user, Guid bookingId, string? reason, DutyKind duty = DutyKind.Desk)
    {
        var faults = new Faults();
        faults.OptionalText("reason", reason, MostText);
        return Act(user, bookingId, faults, Reach.Party, (booking, caller, _) => booking.Cancel(caller.MemberId, reason), duty: duty);
    }

    /// <summary>What cancelling now would cost the caller; a refusal where it cannot be cancelled.</summary>
    public async Task<(CancelTerms? Terms, BookingOutcome Outcome)> CancelTerms(ClaimsPrincipal user, Guid bookingId)
    {
        CancelTerms? terms = null;
        var outcome = await Act(user, bookingId, new Faults(), Reach.Party, async (booking, caller, view) =>
        {
            terms = await booking.PreviewCancel(caller.MemberId);
            return new BookingAnswer { Booking = view, Refusals = terms is null ? [new NotCancellable(view.State, Over: !view.State.Occupies())] : [] };
        }, duty: null);
        return (terms, outcome);
    }

    /// <summary>Checks in: the member, a colleague who stands at the tool, or staff for whom they name.</summary>
    public Task<BookingOutcome> CheckIn(ClaimsPrincipal user, Guid bookingId, CheckInBody body)
    {
        var faults = new Faults();
        var named = faults.OptionalSlug("memberId", body.MemberId);
        var reason = ReadReason(faults, body.Override);
        return Act(user, bookingId, faults, Reach.Company, (booking, caller, view) =>
        {
            var who = named ?? (caller.IsStaff ? view.MemberId : caller.MemberId);
            return booking.CheckIn(who, caller.MemberId, reason);
        }, body.Override, named);
    }

    public Task<BookingOutcome> CheckOut(ClaimsPrincipal user, Guid bookingId) =>
        Act(user, bookingId, new Faults(), Reach.Company, (booking, caller, _) => booking.CheckOut(caller.MemberId));

    /// <summary>A later end, while checked in.</summary>
    public Task<BookingOutcome> Extend(ClaimsPrincipal user, Guid bookingId, ExtendBody body)
    {
        var faults = new Faults();
        var end = faults.Required("end", body.End).ToInstant();
        var reason = ReadReason(faults, body.Override);
        return Act(user, bookingId, faults, Reach.Company, (booking, caller, _) => booking.Extend(end, caller.MemberId, reason), body.Override);
    }

    /// <summary>Takes an offer of the waitlist.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="bookingId">The offer.</param>
    /// <param name="agreed">The total that was shown; null: the one it was offered at.</param>
    public Task<BookingOutcome> Accept(ClaimsPrincipal user, Guid bookingId, Makerspace.Tools.Money? agreed = null) =>
        Act(user, bookingId, new Faults(), Reach.Owner, (booking, caller, _) => booking.Accept(caller.MemberId, ReadMoney(agreed)));

    public Task<BookingOutcome> Approve(ClaimsPrincipal user, Guid bookingId, string? note)
    {
        var faults = new Faults();
        faults.OptionalText("note", note, MostText);
        return Act(user, bookingId, faults, Reach.Mentor, (booking, caller, _) => booking.Approve(caller.MemberId, note));
    }

    public Task<BookingOutcome> Decline(ClaimsPrincipal user, Guid bookingId, string? reason)
    {
        var faults = new Faults();
        faults.OptionalText("reason", reason, MostText);
        return Act(user, bookingId, faults, Reach.Mentor, (booking, caller, _) => booking.Decline(caller.MemberId, reason));
    }

    /// <summary>Gives the booking to a colleague of the same company.</summary>
    public Task<BookingOutcome> HandOver(ClaimsPrincipal user, Guid bookingId, HandOverBody body)
    {
        var faults = new Faults();
        var to = faults.Slug("memberId", body.MemberId);
        var reason = ReadReason(faults, body.Override);
        return Act(user, bookingId, faults, Reach.Owner, (booking, caller, _) => booking.HandOver(to, caller.MemberId, reason), body.Override);
    }

    /// <summary>Takes the slot away; the answer carries what would work instead, and so does the letter that the member gets.</summary>
    public Task<BookingOutcome> Displace(ClaimsPrincipal user, Guid bookingId, string? reason) => Displace(user, bookingId, reason, DutyKind.Desk);

    /// <summary>The same for an outage: whoever may plan that may take the time from what is in its way.</summary>
    internal Task<BookingOutcome> DisplaceForOutage(ClaimsPrincipal user, Guid bookingId, string? reason) => Displace(user, bookingId, reason, duty: null);

    private Task<BookingOutcome> Displace(ClaimsPrincipal user, Guid bookingId, string? reason, DutyKind? duty)
    {
        var faults = new Faults();
        var why = faults.Text("reason", reason, MostText);
        return Act(user, bookingId, faults, Reach.Staff, (booking, caller, _) => booking.Displace(caller.MemberId, why), duty: duty);
    }

    public Task<BookingOutcome> WaiveFee(ClaimsPrincipal user, Guid bookingId, string? reason)
    {
        var faults = new Faults();
        var why = faults.Text("reason", reason, MostText);
        return Act(user, bookingId, faults, Reach.Staff, (booking, caller, _) => booking.WaiveFee(caller.MemberId, why));
    }

    /// <summary>What would work instead of a booking that lost its slot, for its member. Nothing is written.</summary>
    public async Task<IReadOnlyList<Alternative>> Instead(ClaimsPrincipal user, BookingView lost)
    {
        var space = await grains.Space();
        var again = new BookingBody
        {
            ToolId = lost.ToolId, AlsoTools = lost.AlsoTools, MemberId = lost.MemberId, Start = lost.Slot.Start.In(space), End = lost.Slot.End.In(space),
        };
        var outcome = await Preview(user, again);
        // The tool may be back sooner than was thought: then what was lost can be had again.
        return outcome.Accepted ? [new Alternative(lost.ToolId, lost.Slot)] : outcome.Answer.Alternatives;
    }

    // In this order: what is written wrong, what may not be known of, what may not be done, and only then the booking itself.
    private async Task<BookingOutcome> Act(
        ClaimsPrincipal user, Guid bookingId, Faults faults, Reach reach, Func<IBookingGrain, Caller, BookingView, Task<BookingAnswer>> act,
        OverrideBody? wanted = null, string? named = null, DutyKind? duty = DutyKind.Desk)
    {
        var caller = Caller.Of(user);
        if (faults.Any) return await Malformed(faults.Problem);
        if (await Visible(caller, bookingId) is not { } view) return await Malformed(Problem.Unknown("booking"));
        var reaches = await Reaches(caller, view, reach);
        if (!caller.IsStaff && !reaches) return await Malformed(NotYours(reach));
        if (wanted is not null && !caller.IsStaff) return await Malformed(NoOverride);
        var forOther = named is not null && named != caller.MemberId;
        if (forOther && !caller.IsStaff) return await Malformed(NotYours(Reach.Staff));
        // What a member could not do here is the staff's work: a duty has to reach it. Looking on is not.
        if (duty is { } needed && (!reaches || wanted is not null || forOther) && await duties.Refusal(user, needed, await places.Tools(view.Tools)) is { } refusal) return await Beyond(refusal);
        return await Outcome(await act(Grain(bookingId), caller, view));
    }

    private async Task<bool> Reaches(Caller caller, BookingView view, Reach reach) => reach switch
    {
        Reach.Owner => view.MemberId == caller.MemberId,
        Reach.Company => view.MemberId == caller.MemberId || await Colleague(caller, view),
        Reach.Party => view.MemberId == caller.MemberId || await Mentors(caller, view),
        Reach.Mentor => await Mentors(caller, view) && !await OthersNeedApproval(caller, view),
        _ => false,
    };

    // A mentor's yes is for the mentor's time; a machine that is booked with it may ask for the staff's.
    private async Task<bool> OthersNeedApproval(Caller caller, BookingView view)
    {
        var space = await grains.Space();
        foreach (var id in view.Tools.Where(t => t != Keys.MentorTime(caller.MemberId)))
            if ((await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View())?.Effective(space).ApprovalRequired == true) return true;
        return false;
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NotYours(Reach reach) => Problem.Forbidden(
        "not-yours", reach is Reach.Staff or Reach.Mentor ? "Only staff may do this." : "Only the member whose booking it is, or staff, may do this.");
}
