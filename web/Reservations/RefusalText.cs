using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Reservations;

/// <summary>Refusals in plain words, in the reader's language; the sentences are in Texts.resx under <c>refusal.&lt;code&gt;</c>.</summary>
public sealed class RefusalText(IStringLocalizer<Texts> texts, TimeProvider time)
{
    public string Of(Refusal refusal, SpaceFacts space)
    {
        var words = new Words(texts, space.Zone, time.Now());
        return refusal switch
        {
            SlotInvalid r => Say(r, "", words.Length(r.Grid)),
            SlotInThePast r => Say(r, "", words.Moment(r.Now)),
            SlotTaken { NextFree: { } next } r => Say(r, ".next", Taken(r, words), words.Moment(next)),
            SlotTaken r => Say(r, "", Taken(r, words)),
            DuringOutage r => Say(r, "", r.Title, words.Slot(r.Slot)),
            ToolOutOfService { ExpectedBack: { } back } r => Say(r, ".until", words.Moment(back)),
            SpaceClosed r => Closed(r, words),
            MembershipInactive { Until: { } until } r => Say(r, ".until", words.Moment(until)),
            MembershipInactive { From: { } from } r => Say(r, ".from", words.Moment(from)),
            NotCertified r => Say(r, "", r.Name),
            CertificationExpired r => Say(r, "", r.Name, r.Until is { } until ? words.Moment(until) : "–"),
            TooShort r => Say(r, "", words.Length(r.Asked), words.Length(r.Minimum)),
            TooLong r => Say(r, r.PeakOnly ? ".peak" : "", words.Length(r.Asked), words.Length(r.Maximum)),
            TooFarAhead r => Say(r, "", words.Length(r.Horizon), words.Moment(r.LatestStart)),
            DailyLimit r => Say(r, "", words.Day(r.Day), r.Limit, r.Used),
            DailyHoursLimit r => Say(r, ".hours", words.Day(r.Day), words.Length(r.Limit), words.Length(r.Used)),
            FutureHoursLimit r => Say(r, "", words.Length(r.Limit), words.Length(r.Used)),
            MinimumGap r => Say(r, r.OtherIsBefore ? ".before" : ".after", words.Length(r.Gap), words.Slot(r.Other)),
            ScheduleFull r => Say(r, "", r.Limit),
            NotMovable { LateSince: { } since } r => Say(r, ".late", words.Moment(since)),
            CheckInClosed { State: BookingState.Confirmed } r => Say(r, time.Now() < r.OpensAt ? ".early" : ".over", words.NearMoment(r.OpensAt), words.NearMoment(r.ClosesAt)),
            NotTransferable { SameCompany: false } r => Say(r, ".stranger"),
            _ => Say(refusal, ""),
        };
    }

    private string Closed(SpaceClosed refusal, Words words)
    {
        var when = string.Join(", ", refusal.ClosedDuring.Select(words.Slot));
        if (refusal.Closure is { } closure) return Say(refusal, ".closure", when, closure);
        return refusal.OpensAt is { } opens ? Say(refusal, ".opens", when, words.Moment(opens)) : Say(refusal, "", when);
    }

    private static string Taken(SlotTaken refusal, Words words) => string.Join(", ", refusal.TakenBy.Take(3).Select(words.Slot));

    private string Say(Refusal refusal, string variant, params object[] with) => texts[$"refusal.{refusal.Code}{variant}", with];
}
