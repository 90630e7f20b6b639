using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Web.Pages;
using Makerspace.Web.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>What a booking would use up of the member's limits, in sentences. For reading only; the grains decide.</summary>
public sealed class Consequences(MakerspaceDb db, Visit visit, IStringLocalizer<Texts> texts)
{
    /// <summary>The limits of this tool that the slot would count against.</summary>
    public async Task<IReadOnlyList<string>> Of(ToolSight tool, Slot slot, string memberId, CancellationToken cancellation)
    {
        var policy = tool.Policy;
        if (policy is { MaxFutureHours: null, MaxBookingsPerDay: null, MaxHoursPerDay: null }) return [];
        var day = Board.WholeDay(visit.Words.Date(slot.Start), visit.Zone);
        // As the rules count: what has its slot, was used, or was not come to.
        var mine = await db.OfTool(tool.Id)
            .Where(b => b.MemberId == memberId && (b.Live || b.State == BookingState.Completed || b.State == BookingState.NoShow) && b.End > visit.Now - Duration.FromDays(1))
            .ToListAsync(cancellation);
        var onDay = mine.Select(b => new Slot(b.Start, b.End).Intersect(day)).OfType<Slot>().ToList();
        return [.. Sentences(policy, slot, [.. mine.Where(b => b.Live && b.Start > visit.Now).Select(b => new Slot(b.Start, b.End))], onDay, day)];
    }

    private IEnumerable<string> Sentences(Makerspace.Tools.Policy policy, Slot slot, List<Slot> ahead, List<Slot> onDay, Slot day)
    {
        var words = visit.Words;
        if (policy.MaxFutureHours is { } hours)
            yield return texts["Uses {0} of the {1} you may have booked ahead here; {2} are booked.", words.Length(slot.Duration), words.Length(hours), words.Length(Sum(ahead))];
        if (policy.MaxBookingsPerDay is { } count)
            yield return texts["Your booking {0} of {1} for {2}.", onDay.Count + 1, count, words.Day(words.Date(slot.Start))];
        if (policy.MaxHoursPerDay is { } perDay && slot.Intersect(day) is { } part)
            yield return texts["Uses {0} of your {1} on {2}; {3} are booked.", words.Length(part.Duration), words.Length(perDay), words.Day(words.Date(slot.Start)), words.Length(Sum(onDay))];
    }

    private static Duration Sum(IEnumerable<Slot> slots) => slots.Aggregate(Duration.Zero, (sum, s) => sum + s.Duration);
}
