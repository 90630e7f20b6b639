using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>
/// Calls go from here to Space, Member, Company, Area, Resource and Tool, never back. Each step is one write of one grain, idempotent by
/// booking id; docs/design.md draws them, and says who finishes what a crash leaves between two. Here: making, moving, handing over;
/// BookingLife.cs has what the clock, staff and the tool's door do to a booking, BookingSettling.cs what makes all parties agree.
/// </summary>
[GrainType("booking")]
internal sealed partial class BookingGrain(IBookingHistory history, IToolDirectory tools, ITrainingDirectory trainings, TimeProvider time) : Grain, IBookingGrain
{
    /// <summary>How long a step under way may take until it can no longer succeed.</summary>
    private static readonly Duration HoldTime = Duration.FromSeconds(20);

    /// <summary>How far the clocks of two silos may be apart.</summary>
    private static readonly Duration Skew = Duration.FromSeconds(20);

    private BookingRecord? record;

    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await Reload(cancellationToken);

    public async Task<BookingView?> View()
    {
        await LookForWaiver();
        return record?.View;
    }

    public Task<BookingAnswer> Book(BookingRequest request) => Stepwise(async () =>
    {
        if (record is { View.State: BookingState.Held } or { Telling: true }) await SettleNow(nothingInFlight: false);
        if (record is { } made && !made.MadeBy(request)) return new BookingAnswer { KeyReused = true };
        if (record is not (null or { View.State: BookingState.Held or BookingState.Expired or BookingState.Refused })) return Standing();
        var asked = await Ask(request, Occasion.Book);
        // What was begun to be claimed must be what is claimed now: only of that the journal knows.
        if (record is { View.State: BookingState.Held } begun && asked.Accepted && (!begun.Claims.SequenceEqual(asked.Hold.Claims) || begun.View.Payer != asked.Hold.Payer))
            asked = asked with { Refusals = [new ChangedMeanwhile("policy")] };
        return asked.Accepted ? await HoldAndClaim(request, asked) : await Refused(request, asked);
    });

    public async Task<BookingAnswer> Preview(BookingRequest request)
    {
        var asked = await Ask(request, Occasion.Book);
        return asked.Accepted ? new BookingAnswer { Becomes = asked.Claim.Becomes, Price = asked.Price } : await Refused(request, asked);
    }

    public Task<BookingAnswer> Remember(BookingRequest request, BookingState outcome) => Stepwise(async () =>
    {
        if (record is { } made) return made.MadeBy(request) ? Standing() : new BookingAnswer { KeyReused = true };
        if (!request.Slot.IsBookable || request.Slot.End > time.Now()) return Answer([new SlotInvalid(request.Slot, Duration.Zero)]);
        var asked = await Ask(request, Occasion.Book, priced: false);
        if (asked.Missing is { } missing) return new BookingAnswer { Missing = missing };
        await Member(request.MemberId).Remember(asked.Hold with { Claims = [Keys.Tool(request.ToolId)] }, outcome);
        await Reload(CancellationToken.None);
        return Standing();
    });

    public Task<BookingAnswer> Move(Slot slot, string actor, string? overrideReason, Money? agreed, bool byMentor) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        if (NotMovable(slot, overrideReason, byMentor) is { } refusal) return Answer([refusal]);
        if (record!.View.Slot == slot) return Standing();
        return await Change(Request(slot, actor, overrideReason) with { AgreedTotal = agreed, ByMentor = byMentor }, Occasion.Move);
    });

    public Task<BookingAnswer> PreviewMove(Slot slot, string actor, string? overrideReason, bool byMentor) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        if (NotMovable(slot, overrideReason, byMentor) is { } refusal) return Answer([refusal]);
        var request = Request(slot, actor, overrideReason) with { ByMentor = byMentor };
        var asked = await Ask(request, Occasion.Move);
        if (record!.View.Slot == slot) return Standing();
        return asked.Accepted ? Standing() with { Price = asked.Price } : await Refused(request, asked);
    });

    public Task<BookingAnswer> Extend(Instant end, string actor, string? overrideReason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State != BookingState.CheckedIn) return Answer([new NotCheckedIn(booking.State)]);
        if (record.Unsettled && record.MovingTo?.End != end) return Answer([new ChangedMeanwhile("booking")]);
        var slot = booking.Slot with { End = end };
        if (end == booking.Slot.End) return Standing();
        if (end < booking.Slot.End || end <= time.Now()) return Answer([new SlotInvalid(slot, Duration.Zero)]);
        return await Change(Request(slot, actor, overrideReason), Occasion.Extend);
    });

    public Task<BookingAnswer> HandOver(string memberId, string actor, string? overrideReason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.MemberId == memberId) return Standing();
        if (record.Unsettled && record.Surplus != memberId) return Answer([new ChangedMeanwhile("booking")]);
        var colleague = await Member(memberId).Facts();
        var same = colleague.Exists && colleague.CompanyId is not null && colleague.CompanyId == booking.CompanyId;
        var toCome = booking.State is BookingState.Confirmed or BookingState.AwaitingApproval && booking.Slot.Start > time.Now();
        var paidByMember = booking.Payer == "member-" + booking.MemberId;
        if (!same || !toCome || paidByMember) return Answer([new NotTransferable(booking.State, same) { PaidByMember = paidByMember }]);
        return await Change(Request(booking.Slot, actor, overrideReason) with { MemberId = memberId }, Occasion.HandOver);
    });

    // Of two bookings that meet, the order of the stops lets one through: it is the same for all.
    private async Task<BookingAnswer> HoldAndClaim(BookingRequest request, Asked asked)
    {
        var madeAt = record is { View.State: BookingState.Held } ? record.View.MadeAt : (Instant?)null;
        var held = await Member(request.MemberId).Hold(asked.Hold);
        if (!held.Refusals.IsEmpty) return await Refused(request, asked with { Refusals = held.Refusals });
        var refusals = await HoldAtCompany(asked);
        // What an offer costs is kept once it is taken.
        if (refusals.IsEmpty && request.OfferUntil is null) (refusals, asked) = await Reserve(asked, request.AgreedTotal);
        Claim? home = null;
        if (refusals.IsEmpty) (refusals, home) = await ClaimAll(asked);
        if (home is not null) refusals = await Asking.Outages(asked);
        if (home is null || !refusals.IsEmpty) return await Undone(request, asked, refusals, home);
        record = Made(request, asked, home, madeAt ?? held.At);
        if (asked.Price?.Deposit is not null) await Told();
        return Standing();
    }

    private async Task<ImmutableArray<Refusal>> HoldAtCompany(Asked asked) =>
        asked.Claim.CompanyId is { } company ? await Company(company).Hold(asked.Hold) : [];

    private async Task<(ImmutableArray<Refusal> Refusals, Claim? Home)> ClaimAll(Asked asked)
    {
        foreach (var stop in asked.Stops[..^1])
            if (await ClaimAt(stop) is { IsEmpty: false } refusals) return (refusals, null);
        var last = asked.Stops[^1];
        if (asked.Claim.Occasion is Occasion.Move or Occasion.Extend && await Surroundings(asked, last) is { IsEmpty: false } outages) return (outages, null);
        var answer = await Tool(Keys.Id(last.Key)).Claim(last.Request with { Commits = true });
        return (answer.Refusals, answer.Claim);
    }

    // What has moved cannot be put back where somebody else may be by now: so where outages of areas or resources are asked about, the home has both
    // slots first, and whoever places an outage meanwhile finds the booking in the new one.
    private async Task<ImmutableArray<Refusal>> Surroundings(Asked asked, Stop home)
    {
        if (!asked.HasSurroundings) return [];
        return await ClaimAt(home) is { IsEmpty: false } refusals ? refusals : await Asking.Outages(asked);
    }

    private async Task<ImmutableArray<Refusal>> ClaimAt(Stop stop) => stop.IsArea
        ? await Area(Keys.Id(stop.Key)).Claim(stop.Request)
        : (await Tool(Keys.Id(stop.Key)).Claim(stop.Request with { Commits = false })).Refusals;

    private async Task<BookingAnswer> Undone(BookingRequest request, Asked asked, ImmutableArray<Refusal> refusals, Claim? home)
    {
        if (home is not null) await Tool(Keys.Id(asked.Stops[^1].Key)).Release(new Ending(Id, request.ToolId, BookingState.Refused, Actors.System));
        await Reload(CancellationToken.None);
        await SettleParties(null, home is null ? BookingState.Refused : null, [.. refusals.Select(r => r.Code).Distinct()]);
        return await Refused(request, asked with { Refusals = refusals });
    }

    // Move, extend, hand over: hold the new, claim it everywhere, then let everybody forget the old; refused, everybody forgets the new.
    private async Task<BookingAnswer> Change(BookingRequest request, Occasion occasion)
    {
        var asked = Repriced(await Ask(request, occasion));
        if (asked.Accepted && !record!.ClaimsThings(asked.Hold.Claims)) asked = asked with { Refusals = [new ChangedMeanwhile("policy")] };
        if (!asked.Accepted) return (await Refused(request, asked)) with { Booking = record!.View };
        var held = await Member(request.MemberId).Hold(asked.Hold);
        if (!held.Refusals.IsEmpty) return (await Refused(request, asked with { Refusals = held.Refusals })) with { Booking = record!.View };
        var refusals = occasion == Occasion.HandOver ? [] : await HoldAtCompany(asked);
        if (refusals.IsEmpty && occasion != Occasion.HandOver) (refusals, asked) = await Reserve(asked, request.AgreedTotal);
        Claim? home = null;
        if (refusals.IsEmpty) (refusals, home) = await ClaimAll(asked);
        await Reload(CancellationToken.None);
        await SettleParties(home ?? await Tool(record!.Home).ClaimOf(Id), null, []);
        return home is not null ? Standing() : (await Refused(request, asked with { Refusals = refusals })) with { Booking = record!.View };
    }

    private Refusal? NotMovable(Slot slot, string? overrideReason, bool byMentor)
    {
        var booking = record!.View;
        if (!booking.State.IsToCome() || booking.State == BookingState.Offered || booking.Slot.Start <= time.Now())
            return new NotMovable(booking.State, booking.Slot.Start <= time.Now());
        if (record.Unsettled && record.MovingTo != slot) return new ChangedMeanwhile("booking");   // an earlier move may still arrive
        // Moving away late would be cancelling late without the fee; to an earlier start never is, nor is what the mentor asks for.
        if (overrideReason is null && !byMentor && booking.FreeUntil is { } free && time.Now() >= free && slot.Start > booking.Slot.Start)
            return new NotMovable(booking.State, Begun: false) { LateSince = free };
        return null;
    }

    private async Task<Asked> Ask(BookingRequest request, Occasion occasion, bool priced = true)
    {
        var asked = await Asking.Ask(ClaimFor(request, occasion), HoldFor(request, occasion), [request.ToolId, .. request.AlsoTools], priced ? PriceTermsFor(request, occasion) : null);
        return asked.Quote.Price is { } price ? Priced(asked, price) : asked;
    }

    // A booking stays with the payer it was made for, and an extension with what was agreed.
    private PriceTerms PriceTermsFor(BookingRequest request, Occasion occasion) => new(occasion == Occasion.Book ? null : record?.View.Payer, request.AgreedTotal)
    {
        KeptUntil = occasion == Occasion.Extend ? record!.View.Slot.End : null,
        Kept = occasion == Occasion.Extend ? record!.View.Terms.Price : null,
    };

    private Asking Asking => new(GrainFactory);

    private async Task<BookingAnswer> Refused(BookingRequest request, Asked asked)
    {
        if (asked.Missing is { } missing) return new BookingAnswer { Missing = missing };
        if (request.Quiet) return Answer(asked.Refusals) with { Price = asked.Price };
        var quiet = request with { OverrideReason = null, PolicyVersion = null, AgreedTotal = null };
        var occasion = asked.Claim.Occasion == Occasion.HandOver ? Occasion.Book : asked.Claim.Occasion;
        var others = new AlternativeSearch(asked.Claim, GrainFactory, tools, other => Ask(other, occasion));
        var named = await Task.WhenAll(asked.Refusals.Select(WithTraining));
        return Answer([.. named]) with { Alternatives = await others.Find(quiet, asked.Refusals), Price = asked.Price };
    }

    // For a missing certification, the training that would help.
    private async Task<Refusal> WithTraining(Refusal refusal) => refusal switch
    {
        NotCertified missing => missing with { NextTraining = await trainings.Next(missing.CertificationId, time.Now(), CancellationToken.None) },
        CertificationExpired expired => expired with { NextTraining = await trainings.Next(expired.CertificationId, time.Now(), CancellationToken.None) },
        _ => refusal,
    };

    // After a failure in the middle of the steps the outcome is unknown: forget what was thought, and read the journal when next asked.
    private async Task<T> Stepwise<T>(Func<Task<T>> steps)
    {
        try
        {
            return await steps();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    // The one thing that happens to a booking behind its back: somebody takes the slot given up late, and the tool waives the fee.
    private Task LookForWaiver() => record?.View.LateFee is null ? Task.CompletedTask : Reload(CancellationToken.None);

    private async Task Reload(CancellationToken cancellation) => record = BookingRecord.Of(await history.Read(Id, cancellation));

    private BookingAnswer Standing() => new() { Booking = record!.View, Becomes = record.View.State, Price = record.View.Terms.Price };

    private static BookingAnswer Answer(ImmutableArray<Refusal> refusals) => new() { Refusals = refusals };

    // What the journal says now, without reading it: the two events were written by the calls that were just answered.
    private BookingRecord Made(BookingRequest request, Asked asked, Claim claim, Instant madeAt) => new(
        new BookingView
        {
            Id = Id,
            ToolId = request.ToolId,
            AlsoTools = request.AlsoTools,
            MemberId = claim.MemberId,
            CompanyId = claim.CompanyId,
            Slot = claim.Slot,
            State = claim.State,
            Purpose = request.Purpose,
            PolicyVersion = claim.PolicyVersion,
            MadeAt = madeAt,
            MadeBy = request.Actor,
            SeriesId = request.SeriesId,
            WaitId = request.WaitId,
            OfferUntil = request.OfferUntil,
            Terms = asked.Claim.Terms,
            Payer = asked.Hold.Payer,
        },
        claim.Slot, [.. asked.Stops.Select(s => s.Key)], Unsettled: false, asked.Claim.HeldUntil)
    {
        MadeFor = request.MemberId,
    };

    private BookingRequest Request(Slot slot, string actor, string? overrideReason) => new()
    {
        ToolId = record!.View.ToolId,
        AlsoTools = record.View.AlsoTools,
        MemberId = record.View.MemberId,
        Slot = slot,
        Actor = actor,
        OverrideReason = overrideReason,
    };

    private ClaimRequest ClaimFor(BookingRequest request, Occasion occasion) => new()
    {
        BookingId = Id,
        ToolId = request.ToolId,
        MemberId = request.MemberId,
        CompanyId = record?.View.CompanyId,
        Slot = request.Slot,
        Actor = request.Actor,
        OverrideReason = request.OverrideReason,
        Occasion = occasion,
        PolicyVersion = request.PolicyVersion,
        Becomes = request.OfferUntil is null ? BookingState.Confirmed : BookingState.Offered,
        Earlier = request.Earlier,
        Replaces = request.Replaces,
        ByMentor = request.ByMentor,
        // A step that is taken up again keeps its end: the sweep goes by the one in the journal.
        HeldUntil = record is { Unsettled: true } ? record.HeldUntil : time.Now() + HoldTime,
    };

    private HoldRequest HoldFor(BookingRequest request, Occasion occasion) => new()
    {
        BookingId = Id,
        MemberId = request.MemberId,
        Slot = request.Slot,
        Actor = request.Actor,
        OverrideReason = request.OverrideReason,
        Occasion = occasion,
        Purpose = request.Purpose,
        Earlier = request.Earlier,
        Replaces = request.Replaces,
        SeriesId = request.SeriesId,
        WaitId = request.WaitId,
        OfferUntil = request.OfferUntil,
        From = occasion == Occasion.HandOver ? record!.View.MemberId : null,
        HeldUntil = record is { Unsettled: true } ? record.HeldUntil : time.Now() + HoldTime,
    };

    private ISpaceGrain Space => GrainFactory.GetGrain<ISpaceGrain>(Keys.Space);

    private IToolGrain Tool(string id) => GrainFactory.GetGrain<IToolGrain>(Keys.Tool(id));

    private IAreaGrain Area(string id) => GrainFactory.GetGrain<IAreaGrain>(Keys.Area(id));

    private IMemberGrain Member(string id) => GrainFactory.GetGrain<IMemberGrain>(Keys.Member(id));

    private ICompanyGrain Company(string id) => GrainFactory.GetGrain<ICompanyGrain>(Keys.Company(id));
}
