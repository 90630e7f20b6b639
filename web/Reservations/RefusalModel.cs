using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
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
        new(refusal.Code, text.Of(refusal, space), refusal.Overridable, RefusalData.Whole(refusal, space));
}

/// <summary>The data of each refusal: times with the space's offset, durations in ISO 8601.</summary>
internal static class RefusalData
{
    /// <summary>With what every refusal may have: of a bundle, the tool that refuses.</summary>
    public static Dictionary<string, object?> Whole(Refusal refusal, SpaceFacts space)
    {
        var data = Of(refusal, space);
        if (refusal.OfTool is { } tool) data["toolId"] = tool;
        return data;
    }

    private static Dictionary<string, object?> Of(Refusal refusal, SpaceFacts space)
    {
        OffsetDateTime? At(Instant? instant) => instant?.In(space);
        return refusal switch
        {
            SlotInvalid r => new() { ["slot"] = r.Slot.In(space), ["grid"] = r.Grid },
            SlotInThePast r => new() { ["now"] = At(r.Now) },
            SlotTaken r => new() { ["takenBy"] = Slots(r.TakenBy, space), ["concurrency"] = r.Concurrency, ["nextFree"] = At(r.NextFree) },
            DuringOutage r => new() { ["outageId"] = r.OutageId, ["title"] = r.Title, ["slot"] = r.Slot.In(space), ["areaId"] = r.AreaId },
            ToolOutOfService r => new() { ["expectedBack"] = At(r.ExpectedBack) },
            SpaceClosed r => new() { ["closedDuring"] = Slots(r.ClosedDuring, space), ["closure"] = r.Closure, ["opensAt"] = At(r.OpensAt) },
            MembershipInactive r => new() { ["from"] = At(r.From), ["until"] = At(r.Until) },
            NotCertified r => new() { ["certification"] = r.CertificationId, ["name"] = r.Name },
            CertificationExpired r => new() { ["certification"] = r.CertificationId, ["name"] = r.Name, ["from"] = At(r.From), ["until"] = At(r.Until) },
            TooShort r => new() { ["asked"] = r.Asked, ["minimum"] = r.Minimum },
            TooLong r => new() { ["asked"] = r.Asked, ["maximum"] = r.Maximum, ["peakOnly"] = r.PeakOnly },
            TooFarAhead r => new() { ["horizon"] = r.Horizon, ["latestStart"] = At(r.LatestStart) },
            DailyLimit r => new() { ["day"] = r.Day, ["limit"] = r.Limit, ["used"] = r.Used },
            DailyHoursLimit r => new() { ["day"] = r.Day, ["limit"] = r.Limit, ["used"] = r.Used, ["asked"] = r.Asked },
            FutureHoursLimit r => new() { ["limit"] = r.Limit, ["used"] = r.Used, ["asked"] = r.Asked },
            MinimumGap r => new() { ["gap"] = r.Gap, ["other"] = r.Other.In(space), ["side"] = r.OtherIsBefore ? "before" : "after" },
            ScheduleFull r => new() { ["limit"] = r.Limit },
            ChangedMeanwhile r => new() { ["what"] = r.What },
            NotCancellable r => new() { ["state"] = r.State, ["over"] = r.Over },
            NotMovable r => new() { ["state"] = r.State, ["begun"] = r.Begun, ["lateSince"] = At(r.LateSince) },
            CheckInClosed r => new() { ["state"] = r.State, ["opensAt"] = At(r.OpensAt), ["closesAt"] = At(r.ClosesAt) },
            NotCheckedIn r => new() { ["state"] = r.State },
            NotAwaitingApproval r => new() { ["state"] = r.State },
            OfferOver r => new() { ["state"] = r.State },
            NotTransferable r => new() { ["state"] = r.State, ["sameCompany"] = r.SameCompany },
            _ => [],
        };
    }

    private static SlotModel[] Slots(IEnumerable<Slot> slots, SpaceFacts space) => [.. slots.Select(s => s.In(space))];
}
