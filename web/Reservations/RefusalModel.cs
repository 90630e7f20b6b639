using Makerspace.Billing;
using Makerspace.Events;
using Makerspace.Mentors;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Waitlists;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>One reason why a request was not accepted.</summary>
/// <param name="Code">Stable; the catalogue is docs/rules.md.</param>
/// <param name="Message">In plain words, in the reader's language.</param>
/// <param name="Overridable">Whether staff may book all the same, giving a reason.</param>
/// <param name="Data">What a program needs to act on it; its members depend on the code.</param>
public sealed record RefusalModel(string Code, string Message, bool Overridable, IReadOnlyDictionary<string, object?> Data)
{
    internal static RefusalModel Of(Refusal refusal, SpaceFacts space, RefusalText text) =>
        new(refusal.Code, text.Of(refusal, space), refusal.Overridable, RefusalData.Of(refusal, space));
}

/// <summary>The data of each refusal: times with the space's offset, durations in ISO 8601; of a bundle the tool that refuses; where a setting refuses,
/// which it is and where it was set.</summary>
internal static class RefusalData
{
    public static Dictionary<string, object?> Of(Refusal refusal, SpaceFacts space)
    {
        var data = OfTime(refusal, space) ?? OfPerson(refusal, space) ?? OfLimit(refusal, space) ?? OfLife(refusal, space) ?? OfMoney(refusal) ?? [];
        if (refusal.OfTool is { } tool) data["toolId"] = tool;
        if (refusal.Setting is { } setting) data["setting"] = new SettingModel(setting.Name, setting.Level, setting.Id, setting.Counts);
        return data;
    }

    private static Dictionary<string, object?>? OfTime(Refusal refusal, SpaceFacts space) => refusal switch
    {
        SlotInvalid r => new() { ["slot"] = r.Slot.In(space), ["grid"] = r.Grid },
        SlotInThePast r => new() { ["now"] = At(r.Now, space) },
        TooShort r => new() { ["asked"] = r.Asked, ["minimum"] = r.Minimum },
        TooLong r => new() { ["asked"] = r.Asked, ["maximum"] = r.Maximum, ["peakOnly"] = r.PeakOnly },
        TooFarAhead r => new() { ["horizon"] = r.Horizon, ["latestStart"] = At(r.LatestStart, space) },
        TooLate r => new() { ["notice"] = r.Notice, ["earliestStart"] = At(r.EarliestStart, space) },
        SlotTaken r => new() { ["takenBy"] = Slots(r.TakenBy, space), ["concurrency"] = r.Concurrency, ["nextFree"] = At(r.NextFree, space) },
        BufferNeeded r => new() { ["buffer"] = r.Buffer, ["other"] = r.Other.In(space), ["side"] = Side(r.OtherIsBefore) },
        ResourceConflict r => new() { ["roomId"] = r.RoomId, ["takenBy"] = Slots(r.TakenBy, space) },
        AreaFull r => new() { ["areaId"] = r.AreaId, ["capacity"] = r.Capacity, ["fullDuring"] = Slots(r.FullDuring, space) },
        DuringOutage r => new()
        {
            ["outageId"] = r.OutageId, ["title"] = r.Title, ["slot"] = r.Slot.In(space), ["areaId"] = r.AreaId, ["resourceId"] = r.ResourceId,
        },
        ToolOutOfService r => new() { ["expectedBack"] = At(r.ExpectedBack, space), ["resourceId"] = r.ResourceId },
        SpaceClosed r => new() { ["closedDuring"] = Slots(r.ClosedDuring, space), ["closure"] = r.Closure, ["opensAt"] = At(r.OpensAt, space) },
        ScheduleFull r => new() { ["limit"] = r.Limit },
        MentorUnavailable r => new() { ["outside"] = Slots(r.Outside, space), ["nextHours"] = At(r.NextHours, space) },
        MentorBookedUp r => new() { ["day"] = r.Day, ["weekly"] = r.Weekly, ["limit"] = r.Limit },
        ChangedMeanwhile r => new() { ["what"] = r.What },
        _ => null,
    };

    private static Dictionary<string, object?>? OfPerson(Refusal refusal, SpaceFacts space) => refusal switch
    {
        MembershipInactive r => new() { ["from"] = At(r.From, space), ["until"] = At(r.Until, space) },
        PlanExcludesTool r => new() { ["planId"] = r.PlanId, ["planName"] = r.PlanName },
        PlanExcludesTime r => new() { ["planId"] = r.PlanId, ["planName"] = r.PlanName, ["excluded"] = Slots(r.Excluded, space) },
        StaffRequired r => new() { ["unstaffed"] = Slots(r.Unstaffed, space), ["staffedFrom"] = At(r.StaffedFrom, space) },
        BuddyRequired r => new() { ["alone"] = Slots(r.Alone, space), ["areaId"] = r.AreaId },
        Suspended r => new() { ["reason"] = r.Reason, ["until"] = At(r.Until, space), ["strikes"] = r.Strikes, ["companyId"] = r.CompanyId },
        BalanceDue r => new() { ["amount"] = r.Amount, ["companyId"] = r.CompanyId },
        NotCertified r => new() { ["certification"] = r.CertificationId, ["name"] = r.Name, ["nextTraining"] = Training(r.NextTraining, space) },
        CertificationExpired r => new()
        {
            ["certification"] = r.CertificationId, ["name"] = r.Name, ["from"] = At(r.From, space), ["until"] = At(r.Until, space), ["byDisuse"] = r.ByDisuse,
            ["nextTraining"] = Training(r.NextTraining, space),
        },
        _ => null,
    };

    private static Dictionary<string, object?>? OfLimit(Refusal refusal, SpaceFacts space) => refusal switch
    {
        DailyLimit r => new() { ["day"] = r.Day, ["limit"] = r.Limit, ["used"] = r.Used },
        DailyHoursLimit r => new() { ["day"] = r.Day, ["limit"] = r.Limit, ["used"] = r.Used, ["asked"] = r.Asked },
        WeeklyLimit r => new() { ["monday"] = r.Monday, ["limit"] = r.Limit, ["used"] = r.Used },
        WeeklyHoursLimit r => new() { ["monday"] = r.Monday, ["limit"] = r.Limit, ["used"] = r.Used, ["asked"] = r.Asked },
        FutureBookingsLimit r => new() { ["limit"] = r.Limit, ["used"] = r.Used },
        FutureHoursLimit r => new() { ["limit"] = r.Limit, ["used"] = r.Used, ["asked"] = r.Asked },
        MinimumGap r => new() { ["gap"] = r.Gap, ["other"] = r.Other.In(space), ["side"] = Side(r.OtherIsBefore) },
        MemberElsewhere r => new() { ["bookingId"] = r.BookingId, ["toolId"] = r.ToolId, ["other"] = r.Other.In(space) },
        _ => null,
    };

    private static Dictionary<string, object?>? OfLife(Refusal refusal, SpaceFacts space) => refusal switch
    {
        CheckInClosed r => new() { ["state"] = r.State, ["opensAt"] = At(r.OpensAt, space), ["closesAt"] = At(r.ClosesAt, space) },
        NotCheckedIn r => new() { ["state"] = r.State },
        NotAwaitingApproval r => new() { ["state"] = r.State },
        OfferOver r => new() { ["state"] = r.State },
        NotTransferable r => new() { ["state"] = r.State, ["sameCompany"] = r.SameCompany, ["paidByMember"] = r.PaidByMember },
        TrainingFull r => new() { ["seats"] = r.Seats },
        TrainingOver r => new() { ["cancelled"] = r.Cancelled },
        EventFull r => new() { ["seats"] = r.Seats },
        GuestsFull r => new() { ["guestSeats"] = r.GuestSeats },
        EventOver r => new() { ["cancelled"] = r.Cancelled },
        EventNotBegun r => new() { ["start"] = At(r.Start, space) },
        AnswerMissing r => new() { ["question"] = r.Question },
        TrainingNotBegun r => new() { ["start"] = At(r.Start, space) },
        RequirementsMissing r => new() { ["certificationId"] = r.CertificationId, ["missing"] = r.Missing },
        QuizTooSoon r => new() { ["nextAt"] = At(r.NextAt, space) },
        NotLoggable r => new() { ["why"] = r.Why },
        AlreadyWaiting r => new() { ["waitId"] = r.WaitId },
        WaitlistFull r => new() { ["limit"] = r.Limit },
        NotCancellable r => new() { ["state"] = r.State, ["over"] = r.Over },
        NotMovable r => new() { ["state"] = r.State, ["begun"] = r.Begun, ["lateSince"] = At(r.LateSince, space) },
        _ => null,
    };

    private static Dictionary<string, object?>? OfMoney(Refusal refusal) => refusal switch
    {
        DepositMissing r => new() { ["amount"] = r.Amount },
        NotPossible r => new() { ["reason"] = r.Reason },
        _ => null,
    };

    private static OffsetDateTime? At(Instant? instant, SpaceFacts space) => instant?.In(space);

    private static string Side(bool otherIsBefore) => otherIsBefore ? "before" : "after";

    private static TrainingOfferModel? Training(TrainingOffer? next, SpaceFacts space) =>
        next is null ? null : new TrainingOfferModel(next.Id, next.Title, next.Slot.In(space), next.SeatsLeft);

    private static SlotModel[] Slots(IEnumerable<Slot> slots, SpaceFacts space) => [.. slots.Select(s => s.In(space))];
}

/// <summary>Which setting refuses.</summary>
/// <param name="Name">As in the policy, e.g. <c>maxDuration</c>.</param>
/// <param name="Level">Where it is set.</param>
/// <param name="Id">Of the area, category, tool, plan or company; null for the space, and for a default that is set nowhere.</param>
/// <param name="Counts">Of a limit: what it counts together.</param>
internal sealed record SettingModel(string Name, SettingLevel Level, string? Id, LimitScope? Counts);

/// <summary>A training that would grant the certification.</summary>
internal sealed record TrainingOfferModel(Guid Id, string Title, SlotModel Slot, int SeatsLeft);
