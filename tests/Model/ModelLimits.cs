using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>How much somebody may have: per tool, per category, in all, per company.</summary>
internal sealed partial class ModelRules
{
    private void Limits(Wish wish, string tool, HashSet<string> codes)
    {
        T? Of<T>(Func<Policy, T?> setting) => Setting(tool, wish.Member, setting);
        var own = Counting(wish).Where(b => b.Member == wish.Member).ToList();
        var ofTool = own.Where(b => b.Tools.Contains(tool)).ToList();
        var limits = new Limits
        {
            MaxBookingsPerDay = Of(p => p.MaxBookingsPerDay),
            MaxHoursPerDay = Of(p => p.MaxHoursPerDay),
            MaxBookingsPerWeek = Of(p => p.MaxBookingsPerWeek),
            MaxHoursPerWeek = Of(p => p.MaxHoursPerWeek),
            MaxFutureBookings = Of(p => p.MaxFutureBookings),
            MaxFutureHours = Of(p => p.MaxFutureHours),
        };
        Over(wish, ofTool, limits, codes);
        if (Of(p => p.MinimumGap) is { } minimum && ofTool.Exists(b => (Gap(b.Slot, wish.Slot) ?? 0) < minimum.TotalMinutes)) codes.Add("minimum-gap");
        if (Of(p => p.OneAtATime) == true && own.Exists(b => Overlap(b.Slot, wish.Slot))) codes.Add("member-elsewhere");
    }

    private void CommonLimits(Wish wish, HashSet<string> codes)
    {
        var own = Counting(wish).Where(b => b.Member == wish.Member).ToList();
        foreach (var tool in wish.Tools)
        {
            if (place.Tools[tool].Category is not { } category || !place.Categories.TryGetValue(category, out var rules)) continue;
            var ofCategory = own.Where(b => b.Tools.Any(t => place.Tools[t].Category == category)).ToList();
            Over(wish, ofCategory, Unset(rules.Limits, place.Tools[tool].Policy), codes);
        }
        if (PlanOf(wish.Member) is { } plan) Over(wish, own, plan.Limits, codes);
        // A colleague who takes over adds nothing to the pool.
        if (wish.What != Occasion.HandOver && place.Members[wish.Member].CompanyId is { } company)
            Over(wish, [.. Counting(wish).Where(b => b.Company == company)], place.Companies[company].Limits, codes);
    }

    private IEnumerable<Booked> Counting(Wish wish) => Others(wish).Where(b => b.Counts);

    // A tool's limit beats its category's.
    private static Limits Unset(Limits category, Policy tool) => new()
    {
        MaxBookingsPerDay = tool.MaxBookingsPerDay is null ? category.MaxBookingsPerDay : null,
        MaxHoursPerDay = tool.MaxHoursPerDay is null ? category.MaxHoursPerDay : null,
        MaxBookingsPerWeek = tool.MaxBookingsPerWeek is null ? category.MaxBookingsPerWeek : null,
        MaxHoursPerWeek = tool.MaxHoursPerWeek is null ? category.MaxHoursPerWeek : null,
        MaxFutureBookings = tool.MaxFutureBookings is null ? category.MaxFutureBookings : null,
        MaxFutureHours = tool.MaxFutureHours is null ? category.MaxFutureHours : null,
    };

    private void Over(Wish wish, List<Booked> others, Limits limits, HashSet<string> codes)
    {
        if (limits == Tools.Limits.None) return;
        if (OverAny(wish, others, civil.Day, limits.MaxBookingsPerDay, limits.MaxHoursPerDay)) codes.Add("daily-limit");
        if (OverAny(wish, others, civil.Week, limits.MaxBookingsPerWeek, limits.MaxHoursPerWeek)) codes.Add("weekly-limit");
        if (wish.Slot.Start <= now) return;
        var future = others.Where(b => b.Slot.Start > now).ToList();
        if (future.Count + 1 > limits.MaxFutureBookings) codes.Add("future-bookings-limit");
        if (future.Sum(b => Length(b.Slot)) + Length(wish.Slot) > limits.MaxFutureHours?.TotalMinutes) codes.Add("future-hours-limit");
    }

    // In some day (or week) that the slot touches: too many bookings that touch it, or too many minutes inside it.
    private static bool OverAny(Wish wish, List<Booked> others, Func<int, int> period, int? bookings, Duration? hours)
    {
        if (bookings is null && hours is null) return false;
        var asked = MinutesIn(wish.Slot, period);
        var had = others.ConvertAll(b => MinutesIn(b.Slot, period));
        foreach (var (which, minutes) in asked)
        {
            if (had.Count(h => h.ContainsKey(which)) + 1 > bookings) return true;
            if (had.Sum(h => h.GetValueOrDefault(which)) + minutes > hours?.TotalMinutes) return true;
        }
        return false;
    }

    private static Dictionary<int, int> MinutesIn(Span slot, Func<int, int> period)
    {
        var minutes = new Dictionary<int, int>();
        for (var minute = slot.Start; minute < slot.End; minute++) minutes[period(minute)] = minutes.GetValueOrDefault(period(minute)) + 1;
        return minutes;
    }

    private static int Length(Span slot) => slot.End - slot.Start;
}
