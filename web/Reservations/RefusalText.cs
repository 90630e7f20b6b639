using Makerspace.Billing;
using Makerspace.Events;
using Makerspace.Mentors;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Waitlists;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Reservations;

/// <summary>Refusals in plain words, in the reader's language; the sentences are in Texts.resx under <c>refusal.&lt;code&gt;</c>.</summary>
public sealed class RefusalText(IStringLocalizer<Texts> texts, TimeProvider time)
{
    public string Of(Refusal refusal, SpaceFacts space)
    {
        var words = new Words(texts, space.Zone, time.Now());
        return OfTime(refusal, words) ?? OfPerson(refusal, words) ?? OfLimit(refusal, words) ?? OfLife(refusal, words, space) ?? OfMoney(refusal) ?? Say(refusal, "");
    }

    // The time asked for, and what is on it already.
    private string? OfTime(Refusal refusal, Words words) => refusal switch
    {
        SlotInvalid r => Say(r, "", words.Length(r.Grid)),
        SlotInThePast r => Say(r, "", words.Moment(r.Now)),
        TooShort r => Say(r, "", words.Length(r.Asked), words.Length(r.Minimum)),
        TooLong r => Say(r, r.PeakOnly ? ".peak" : "", words.Length(r.Asked), words.Length(r.Maximum)),
        TooFarAhead r => Say(r, "", words.Length(r.Horizon), words.Moment(r.LatestStart)),
        TooLate r => Say(r, "", words.Length(r.Notice), words.Moment(r.EarliestStart)),
        SlotTaken { NextFree: { } next } r => Say(r, ".next", Few(r.TakenBy, words), words.Moment(next)),
        SlotTaken r => Say(r, "", Few(r.TakenBy, words)),
        BufferNeeded { OtherIsBefore: true } r => Say(r, ".before", words.Length(r.Buffer), words.Slot(r.Other), words.Moment(r.Other.End + r.Buffer)),
        BufferNeeded r => Say(r, ".after", words.Length(r.Buffer), words.Slot(r.Other), words.Moment(r.Other.Start - r.Buffer)),
        ResourceConflict r => Say(r, "", Few(r.TakenBy, words)),
        AreaFull r => Say(r, "", Few(r.FullDuring, words), r.Capacity),
        DuringOutage r => Say(r, "", r.Title, words.Slot(r.Slot)),
        ToolOutOfService { ExpectedBack: { } back } r => Say(r, r.ResourceId is null ? ".until" : ".resource.until", words.Moment(back)),
        ToolOutOfService { ResourceId: not null } r => Say(r, ".resource"),
        SpaceClosed r => Closed(r, words),
        ScheduleFull r => Say(r, "", r.Limit),
        MentorUnavailable { NextHours: { } next } r => Say(r, ".next", Few(r.Outside, words), words.Moment(next)),
        MentorUnavailable r => Say(r, "", Few(r.Outside, words)),
        MentorBookedUp r => Say(r, r.Weekly ? ".week" : "", words.Day(r.Day), r.Limit),
        ChangedMeanwhile { What: "price" } r => Say(r, ".price"),
        _ => null,
    };

    // Who asks.
    private string? OfPerson(Refusal refusal, Words words) => refusal switch
    {
        MembershipInactive { Until: { } until } r => Say(r, ".until", words.Moment(until)),
        MembershipInactive { From: { } from } r => Say(r, ".from", words.Moment(from)),
        PlanExcludesTool r => Say(r, "", r.PlanName),
        PlanExcludesTime r => Say(r, "", r.PlanName, Few(r.Excluded, words)),
        StaffRequired { StaffedFrom: { } from } r => Say(r, ".from", Few(r.Unstaffed, words), words.Moment(from)),
        StaffRequired r => Say(r, "", Few(r.Unstaffed, words)),
        BuddyRequired r => Say(r, r.AreaId is null ? ".no-area" : "", Few(r.Alone, words)),
        NotCertified r => Say(r, r.NextTraining is null ? "" : ".training", r.Name) + Training(r.NextTraining, words),
        CertificationExpired r => Expired(r, words) + Training(r.NextTraining, words),
        Suspended { Strikes: { } strikes, Until: { } until } r => Say(r, ".strikes", strikes, words.Moment(until)),
        Suspended r => Say(r, (r.CompanyId is null ? "" : ".company") + (r.Until is null ? "" : ".until"), r.Reason ?? "", r.Until is { } until ? words.Moment(until) : ""),
        BalanceDue r => Say(r, (r.CompanyId is null ? "" : ".company") + (r.Amount is null ? ".some" : ""), r.Amount is { } amount ? Words.Price(amount) : ""),
        _ => null,
    };

    // What else is booked. A limit is told with what it counts together.
    private string? OfLimit(Refusal refusal, Words words) => refusal switch
    {
        DailyLimit r => Say(r, "", words.Day(r.Day), r.Limit, r.Used + 1, Scope(r)),
        DailyHoursLimit r => Say(r, ".hours", words.Day(r.Day), words.Length(r.Limit), words.Length(r.Used + r.Asked), Scope(r)),
        WeeklyLimit r => Say(r, "", words.Day(r.Monday), r.Limit, r.Used + 1, Scope(r)),
        WeeklyHoursLimit r => Say(r, ".hours", words.Day(r.Monday), words.Length(r.Limit), words.Length(r.Used + r.Asked), Scope(r)),
        FutureBookingsLimit r => Say(r, "", r.Limit, r.Used, Scope(r)),
        FutureHoursLimit r => Say(r, "", words.Length(r.Limit), words.Length(r.Used), Scope(r)),
        MinimumGap r => Say(r, r.OtherIsBefore ? ".before" : ".after", words.Length(r.Gap), words.Slot(r.Other)),
        MemberElsewhere r => Say(r, "", words.Slot(r.Other)),
        _ => null,
    };

    // What the booking's life allows.
    private string? OfLife(Refusal refusal, Words words, SpaceFacts space) => refusal switch
    {
        NotMovable { LateSince: { } since } r => Say(r, ".late", words.Moment(since)),
        CheckInClosed { State: BookingState.Confirmed } r => Say(r, time.Now() < r.OpensAt ? ".early" : ".over", words.NearMoment(r.OpensAt), words.NearMoment(r.ClosesAt)),
        NotTransferable { SameCompany: false } r => Say(r, ".stranger"),
        NotTransferable { PaidByMember: true } r => Say(r, ".paid"),
        TrainingFull r => Say(r, "", r.Seats),
        TrainingOver { Cancelled: true } r => Say(r, ".cancelled"),
        EventFull r => Say(r, "", r.Seats),
        GuestsFull r => Say(r, "", r.GuestSeats),
        EventOver { Cancelled: true } r => Say(r, ".cancelled"),
        EventNotBegun r => Say(r, "", words.NearMoment(r.Start)),
        AnswerMissing r => Say(r, "", r.Question),
        TrainingNotBegun r => Say(r, "", words.NearMoment(r.Start)),
        RequirementsMissing r => Say(r, "", string.Join(", ", r.Missing.Select(m => Requirement(m, space)).Distinct(StringComparer.Ordinal))),
        QuizTooSoon r => Say(r, "", words.NearMoment(r.NextAt)),
        NotLoggable r when texts[$"refusal.not-loggable.{r.Why}"] is { ResourceNotFound: false } said => said,
        WaitlistFull r => Say(r, "", r.Limit),
        _ => null,
    };

    // Money. What an account cannot do now is said by its reason; a reason that has no sentence yet is said in general.
    private string? OfMoney(Refusal refusal) => refusal switch
    {
        DepositMissing r => Say(r, "", Words.Price(r.Amount)),
        NotPossible r when texts[$"refusal.{r.Code}"] is { ResourceNotFound: false } said => said,
        NotPossible => texts["refusal.not-possible"],
        _ => null,
    };

    // What leads to a certification, by its code.
    private string Requirement(string code, SpaceFacts space) => code.Split(':') switch
    {
        ["prerequisite", var id] => $"“{space.Certifications.GetValueOrDefault(id, id)}”",
        ["quiz"] => texts["the quiz"],
        ["sign-off"] => texts["a trainer’s sign-off"],
        ["hours"] => texts["hours under supervision"],
        ["training"] => texts["a training"],
        _ => code,
    };

    private string Closed(SpaceClosed refusal, Words words)
    {
        var when = string.Join(", ", refusal.ClosedDuring.Select(words.Slot));
        if (refusal.Closure is { } closure) return Say(refusal, ".closure", when, closure);
        return refusal.OpensAt is { } opens ? Say(refusal, ".opens", when, words.Moment(opens)) : Say(refusal, "", when);
    }

    private string Expired(CertificationExpired refusal, Words words)
    {
        if (refusal.Until is { } until) return Say(refusal, refusal.ByDisuse ? ".disuse" : "", refusal.Name, words.Moment(until));
        return Say(refusal, ".from", refusal.Name, words.Moment(refusal.From));
    }

    private string Training(TrainingOffer? next, Words words) =>
        next is null ? "" : " " + texts["refusal.next-training", next.Title, words.Slot(next.Slot), next.SeatsLeft];

    private string Scope(Refusal limit) => limit.Setting?.Counts switch
    {
        LimitScope.Category => texts["refusal.counts.category", limit.Setting.Id ?? ""],
        LimitScope.All => texts["refusal.counts.all"],
        LimitScope.Company => texts["refusal.counts.company"],
        _ => texts["refusal.counts.tool"],
    };

    private static string Few(IEnumerable<Slot> slots, Words words) => string.Join(", ", slots.Take(3).Select(words.Slot));

    private string Say(Refusal refusal, string variant, params object[] with) => texts[$"refusal.{refusal.Code}{variant}", with];
}
