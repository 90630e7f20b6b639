using System.Collections.Immutable;
using Makerspace.Mentors;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about a mentor's time: what the mentor says of it. One method a rule, named as in docs/rules.md.</summary>
internal static class MentorRules
{
    private static readonly Duration LookAhead = Duration.FromDays(28);

    public static IEnumerable<Refusal> Refusals(ToolState tool, ClaimRequest request)
    {
        // For themselves, and where they ask for it, mentors hold when they like.
        if (tool.Definition.Mentor is not { } mentor || mentor.MemberId == request.MemberId || request.ByMentor || !request.Slot.IsBookable) return [];
        return request.Occasion switch
        {
            Occasion.Use or Occasion.HandOver => [],
            Occasion.Extend => MentorUnavailable(tool, mentor, request.Slot),
            _ => [.. MentorUnavailable(tool, mentor, request.Slot), .. MentorBookedUp(tool, mentor, request)],
        };
    }

    /// <summary>Every part of the slot is inside the hours that the mentor offers, and their own calendar has nothing then.</summary>
    public static IEnumerable<Refusal> MentorUnavailable(ToolState tool, MentorProfile mentor, Slot slot)
    {
        var outside = Intervals.Subtract([slot], Hours(tool, mentor, slot));
        if (outside.IsEmpty) yield break;
        // Hours that already run at the asked start, or begin with it, are not the next ones.
        var next = Hours(tool, mentor, new Slot(slot.Start, slot.Start + LookAhead)).Select(h => (Instant?)h.Start).FirstOrDefault(start => start > slot.Start);
        yield return new MentorUnavailable(outside, next);
    }

    private static ImmutableArray<Slot> Hours(ToolState tool, MentorProfile mentor, Slot window) =>
        tool.Busy is { } busy ? Intervals.Subtract(mentor.Hours(window), busy) : mentor.Hours(window);

    /// <summary>On no local day, and in no ISO week, that the slot touches are there as many other sessions already as the mentor takes. Those that took place count.</summary>
    public static IEnumerable<Refusal> MentorBookedUp(ToolState tool, MentorProfile mentor, ClaimRequest request)
    {
        if (mentor is { MaxPerDay: null, MaxPerWeek: null }) yield break;
        var others = tool.Claims.WithoutBooking(request.BookingId).SelectMany(c => c.Slots).Concat(tool.Held ?? []).ToList();
        foreach (var (day, date) in CivilTime.Days(request.Slot, mentor.Zone))
            if (mentor.MaxPerDay is { } most && others.Count(o => o.Overlaps(day)) >= most) yield return new MentorBookedUp(date, Weekly: false, most);
        foreach (var (week, monday) in CivilTime.Weeks(request.Slot, mentor.Zone))
            if (mentor.MaxPerWeek is { } most && others.Count(o => o.Overlaps(week)) >= most) yield return new MentorBookedUp(monday, Weekly: true, most);
    }
}
