using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>
/// The one door to bookings, for pages and API alike: who may ask for what, and what a request means. The rules themselves are the grains'.
/// </summary>
public sealed partial class BookingDesk(IGrainFactory grains, DutyDesk duties, WorkPlaces places)
{
    private const int MostText = 500;

    /// <summary>Tools in one bundle, the first included.</summary>
    private const int MostTools = 10;

    /// <summary>Books for the caller or, if staff, for the member named.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="bookingId">The booking's id.</param>
    /// <param name="body">The wish.</param>
    /// <param name="duty">What booking for others is part of here.</param>
    /// <param name="replaces">A booking that the caller gives back for this one, and may.</param>
    public async Task<BookingOutcome> Book(ClaimsPrincipal user, Guid bookingId, BookingBody body, DutyKind duty = DutyKind.Desk, Guid? replaces = null)
    {
        var (request, problem) = await Understand(Caller.Of(user), body);
        if (request is null) return await Malformed(problem!);
        request = request with { Replaces = replaces };
        return await Overstep(user, request, duty) is { } refusal ? await Beyond(refusal) : await Outcome(await Grain(bookingId).Book(request));
    }

    /// <summary>Why somebody of the staff may not book so: for others, and in spite of rules, is the desk's where the tools are.</summary>
    internal async Task<DutyRefusal?> Overstep(ClaimsPrincipal user, BookingRequest request, DutyKind duty = DutyKind.Desk) =>
        request.MemberId == Caller.Of(user).MemberId && request.OverrideReason is null ? null : await duties.Refusal(user, duty, await places.Tools([request.ToolId, .. request.AlsoTools]));

    private async Task<BookingOutcome> Beyond(DutyRefusal refusal) => await Malformed(refusal.Problem) with { Duty = refusal };

    /// <summary>What <see cref="Book"/> would answer now; nothing is written.</summary>
    public async Task<BookingOutcome> Preview(ClaimsPrincipal user, BookingBody body)
    {
        var (request, problem) = await Understand(Caller.Of(user), body);
        return request is null ? await Malformed(problem!) : await Outcome(await Grain(Guid.NewGuid()).Preview(request));
    }

    /// <summary>Moves a booking to another slot of its tools; refused, it stays where it was.</summary>
    public Task<BookingOutcome> Move(ClaimsPrincipal user, Guid bookingId, MoveBody body, DutyKind duty = DutyKind.Desk) =>
        ToSlot(user, bookingId, body, duty, (booking, slot, caller, reason) => booking.Move(slot, caller.MemberId, reason, ReadMoney(body.AgreedTotal)));

    /// <summary>What <see cref="Move"/> would answer now; nothing is written.</summary>
    public Task<BookingOutcome> PreviewMove(ClaimsPrincipal user, Guid bookingId, MoveBody body) =>
        ToSlot(user, bookingId, body, null, (booking, slot, caller, reason) => booking.PreviewMove(slot, caller.MemberId, reason));

    private Task<BookingOutcome> ToSlot(
        ClaimsPrincipal user, Guid bookingId, MoveBody body, DutyKind? duty, Func<IBookingGrain, Slot, Caller, string?, Task<BookingAnswer>> ask)
    {
        var faults = new Faults();
        var slot = ReadSlot(faults, body.Start, body.End);
        var reason = ReadReason(faults, body.Override);
        return Act(user, bookingId, faults, Reach.Owner, (booking, caller, _) => ask(booking, slot, caller, reason), body.Override, duty: duty);
    }

    /// <summary>The booking, if the caller may see it; one that was refused was never made.</summary>
    public Task<BookingView?> Find(ClaimsPrincipal user, Guid bookingId) => Visible(Caller.Of(user), bookingId);

    private async Task<BookingView?> Visible(Caller caller, Guid bookingId) =>
        await Grain(bookingId).View() is { State: not BookingState.Refused } booking && (caller.MaySee(booking.MemberId) || await Colleague(caller, booking) || await Mentors(caller, booking)) ? booking : null;

    private async Task<bool> Colleague(Caller caller, BookingView booking) =>
        booking.CompanyId is { } company && (await grains.GetGrain<IMemberGrain>(Keys.Member(caller.MemberId)).Facts()).CompanyId == company;

    /// <summary>The booking has the caller's time as a mentor.</summary>
    public async Task<bool> Mentors(Caller caller, BookingView booking) => booking.Tools.Contains(Keys.MentorTime(caller.MemberId)) && await grains.IsMentor(caller.MemberId);

    private IBookingGrain Grain(Guid bookingId) => grains.GetGrain<IBookingGrain>(Keys.Booking(bookingId));

    internal async Task<(BookingRequest? Request, ProblemHttpResult? Problem)> Understand(Caller caller, BookingBody body)
    {
        var (request, problem) = Read(caller, body);
        if (request is null || request.MemberId == caller.MemberId) return (request, problem);
        // Everybody who signs in is a member; only a member whom staff name may not exist.
        return await grains.GetGrain<IMemberGrain>(Keys.Member(request.MemberId)).View() is null ? (null, Problem.Unknown("member")) : (request, null);
    }

    private static (BookingRequest? Request, ProblemHttpResult? Problem) Read(Caller caller, BookingBody body)
    {
        var faults = new Faults();
        var request = new BookingRequest
        {
            ToolId = faults.Slug("toolId", body.ToolId),
            MemberId = faults.OptionalSlug("memberId", body.MemberId) ?? caller.MemberId,
            Slot = ReadSlot(faults, body.Start, body.End),
            Purpose = faults.OptionalText("purpose", body.Purpose, MostText),
            Actor = caller.MemberId,
            OverrideReason = ReadReason(faults, body.Override),
            AlsoTools = ReadOthers(faults, body),
            PolicyVersion = body.PolicyVersion,
            AgreedTotal = ReadMoney(body.AgreedTotal),
        };
        if (faults.Any) return (null, faults.Problem);
        if (caller.IsStaff) return (request, null);
        if (request.MemberId != caller.MemberId) return (null, Problem.Forbidden("not-yours", "Only staff may book for somebody else."));
        return body.Override is null ? (request, null) : (null, NoOverride);
    }

    private static ImmutableArray<string> ReadOthers(Faults faults, BookingBody body)
    {
        if (body.AlsoTools is not { } others) return [];
        if (others.Count >= MostTools) faults.Add("alsoTools", "out-of-range", $"A booking has {MostTools} tools at the most.");
        if (others.Append(body.ToolId).Distinct(StringComparer.Ordinal).Count() <= others.Count) faults.Add("alsoTools", "contradiction", "alsoTools names a tool twice.");
        return [.. others.Select((id, i) => faults.Slug($"alsoTools[{i}]", id))];
    }

    private static ProblemHttpResult NoOverride => Problem.Forbidden("override-not-allowed", "Only staff may override refusals.");

    private static Slot ReadSlot(Faults faults, OffsetDateTime? start, OffsetDateTime? end) =>
        new(faults.Required("start", start).ToInstant(), faults.Required("end", end).ToInstant());

    // Only compared with what it costs: whatever else it says is another price.
    private static Money? ReadMoney(Money? agreed) => agreed is null ? null : agreed with { Currency = agreed.Currency?.ToLowerInvariant() ?? "" };

    private static string? ReadReason(Faults faults, OverrideBody? wanted) =>
        wanted is null ? null : faults.Text("override.reason", wanted.Reason, MostText);

    internal async Task<BookingOutcome> Malformed(ProblemHttpResult problem) => new(new BookingAnswer(), problem, await grains.Space());

    private async Task<BookingOutcome> Outcome(BookingAnswer answer)
    {
        var problem = answer switch
        {
            { KeyReused: true } => IdempotencyKey.Reused,
            { Missing: { } what } => Problem.Unknown(what),
            _ => null,
        };
        return new BookingOutcome(answer, problem, await grains.Space());
    }
}

/// <summary>What came of a request on a booking.</summary>
/// <param name="Answer">The grains' answer: the booking, or refusals with alternatives. Empty where there is a problem.</param>
/// <param name="Problem">What is wrong with the request itself: malformed, not allowed, or about something that does not exist; else null.</param>
/// <param name="Space">For times and words.</param>
public sealed record BookingOutcome(BookingAnswer Answer, ProblemHttpResult? Problem, SpaceFacts Space)
{
    public bool Accepted => Problem is null && Answer.Accepted;

    /// <summary>Where <see cref="Problem"/> is that the caller's duties do not reach.</summary>
    public DutyRefusal? Duty { get; init; }

    public ImmutableArray<Refusal> Refusals => Answer.Refusals;

    public BookingView? Booking => Answer.Booking;
}
