using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Tests.Model;

/// <summary>
/// Every rule of docs/rules.md once more, written from the words alone and as slowly as one likes: each looks at every minute of the slot, at
/// every booking there is. Nothing here is shared with the product but the names of the settings.
/// </summary>
internal sealed partial class ModelRules(ReferenceModel model)
{
    private static readonly HashSet<string> Overridable =
    [
        "buffer", "tool-out-of-service", "space-closed", "staff-required", "membership-inactive", "plan-excludes-tool", "plan-excludes-time", "waiver-missing",
        "suspended", "balance-due", "buddy-required", "too-short", "too-long", "too-far-ahead", "too-late", "daily-limit", "weekly-limit",
        "future-bookings-limit", "future-hours-limit", "minimum-gap", "member-elsewhere",
    ];

    private readonly Place place = model.Place;
    private readonly Civil civil = Civil.Of(model.Place.Zone, model.Place.Monday);
    private readonly int now = model.Now;

    public HashSet<string> Refusals(Wish wish)
    {
        var bookable = wish.Slot.End > wish.Slot.Start && wish.Slot.End - wish.Slot.Start <= 366 * 1440;
        if (!bookable) return ["slot-invalid"];
        var codes = new HashSet<string>();
        var calendar = wish.What is Occasion.Book or Occasion.Move or Occasion.Extend;
        foreach (var tool in wish.Tools)
        {
            if (calendar) Calendar(wish, tool, codes);
            if (calendar || wish.What == Occasion.HandOver) Limits(wish, tool, codes);
            if (wish.What != Occasion.Use && AreasAround(tool).Any(area => Full(wish, area))) codes.Add("area-full");
            Gates(wish, tool, codes);
        }
        if (calendar || wish.What == Occasion.HandOver) CommonLimits(wish, codes);
        if (wish.ByStaff) codes.ExceptWith(Overridable);
        return codes;
    }

    /// <summary>The setting that holds: of the plan, the tool, its category, its areas from the innermost out, the space, the first that has one.</summary>
    public T? Setting<T>(string tool, string member, Func<Policy, T?> setting)
    {
        if (PlanOf(member) is { } plan && setting(plan.Policy) is { } ofPlan) return ofPlan;
        if (setting(place.Tools[tool].Policy) is { } own) return own;
        if (place.Categories.TryGetValue(place.Tools[tool].Category ?? "", out var category) && setting(category.Policy) is { } ofCategory) return ofCategory;
        foreach (var area in AreasAround(tool))
            if (setting(place.Areas[area].Policy) is { } ofArea) return ofArea;
        return setting(place.Defaults);
    }

    public int Concurrency(string tool, string member) => Setting(tool, member, p => p.Concurrency) ?? 1;

    public IEnumerable<string> Required(string tool, string member) => Setting(tool, member, p => p.RequiredCertifications) ?? [];

    private Plan? PlanOf(string member) => place.Plans.GetValueOrDefault(place.Members[member].Membership.PlanId);

    private List<string> AreasAround(string tool)
    {
        var areas = new List<string>();
        for (var area = place.Tools[tool].AreaId; area is not null; area = place.Areas[area].Inside) areas.Add(area);
        return areas;
    }

    public List<string> RoomsAround(string tool)
    {
        var rooms = new List<string>();
        for (var room = place.Tools[tool].InRoom; room is not null; room = place.Tools[room].InRoom) rooms.Add(room);
        return rooms;
    }

    // What the hour of the slot and the tool's calendar have against it.
    private void Calendar(Wish wish, string tool, HashSet<string> codes)
    {
        var (start, end) = (wish.Slot.Start, wish.Slot.End);
        int? Minutes(Func<Policy, NodaTime.Duration?> setting) => (int?)Setting(tool, wish.Member, setting)?.TotalMinutes;
        var grid = Minutes(p => p.Grid) ?? 5;
        if (civil.Local(end) % grid != 0) codes.Add("slot-invalid");
        if (wish.What != Occasion.Extend)
        {
            if (civil.Local(start) % grid != 0) codes.Add("slot-invalid");
            var step = now;
            while (TimeOfDay(step) % grid != 0) step--;
            if (start < step) codes.Add("slot-in-the-past");
            if (end - start < Minutes(p => p.MinDuration)) codes.Add("too-short");
            if (start > now + Minutes(p => p.Horizon)) codes.Add("too-far-ahead");
            if (start < now + Minutes(p => p.Notice) && Minutes(p => p.Notice) > 0) codes.Add("too-late");
        }
        if (PeakMinutes(wish, tool) > Minutes(p => p.MaxDuration)) codes.Add("too-long");
        if (Taken(wish, tool)) codes.Add("slot-taken");
        if (Minutes(p => p.Buffer) is { } buffer && TooNear(wish, tool, buffer)) codes.Add("buffer");
        if (RoomConflict(wish, tool)) codes.Add("resource-conflict");
        if (Others(wish).Count(b => b.Lives && b.Slot.End > now && b.Tools.Contains(tool)) >= Math.Min(500, Setting(tool, wish.Member, p => p.MaxUpcoming) ?? 500)) codes.Add("schedule-full");
    }

    private int TimeOfDay(int minute) => ((civil.Local(minute) % 1440) + 1440) % 1440;

    private int PeakMinutes(Wish wish, string tool)
    {
        if (Setting(tool, wish.Member, p => p.Peak) is not { } peak) return wish.Slot.End - wish.Slot.Start;
        var count = 0;
        for (var minute = wish.Slot.Start; minute < wish.Slot.End; minute++)
            if (peak.Any(w => w.Days.Any(day => Inside(minute, new OpeningWindow(day, w.From, w.To))))) count++;
        return count;
    }

    private IEnumerable<Booked> Others(Wish wish) => model.Bookings.Where(b => b.N != wish.N);

    private bool Taken(Wish wish, string tool)
    {
        var on = Others(wish).Where(b => b.Lives && b.Tools.Contains(tool)).ToList();
        for (var minute = wish.Slot.Start; minute < wish.Slot.End; minute++)
            if (on.Count(b => b.Covers(minute)) >= Concurrency(tool, wish.Member)) return true;
        return false;
    }

    // Another member's booking is nearer than the buffer, and with the time around every other member's booking there is no place left at some minute.
    private bool TooNear(Wish wish, string tool, int buffer)
    {
        var on = Others(wish).Where(b => b.Lives && b.Tools.Contains(tool)).ToList();
        if (!on.Exists(b => b.Member != wish.Member && Gap(b.Slot, wish.Slot) < buffer)) return false;
        for (var minute = wish.Slot.Start; minute < wish.Slot.End; minute++)
        {
            var busy = 0;
            foreach (var booking in on)
            {
                var around = booking.Member == wish.Member ? 0 : buffer;
                if (booking.Slot.Start - around <= minute && minute < booking.Slot.End + around) busy++;
            }
            if (busy >= Concurrency(tool, wish.Member)) return true;
        }
        return false;
    }

    // The minutes between two slots; null where they overlap.
    private static int? Gap(Span one, Span other) =>
        one.End <= other.Start ? other.Start - one.End : other.End <= one.Start ? one.Start - other.End : null;

    private static bool Overlap(Span one, Span other) => Gap(one, other) is null;

    // One has a room whole while the other has something inside it. Who books a room together with what is in it has it whole.
    private bool RoomConflict(Wish wish, string tool)
    {
        foreach (var room in RoomsAround(tool).Append(tool))
        {
            bool Whole(IReadOnlyList<string> tools) => tools.Contains(room);
            bool Inside(IReadOnlyList<string> tools) => !Whole(tools) && tools.Any(t => RoomsAround(t).Contains(room));
            var (whole, inside) = (Whole(wish.Tools), Inside(wish.Tools));
            if (Others(wish).Any(b => b.Lives && Overlap(b.Slot, wish.Slot) && ((whole && Inside(b.Tools)) || (inside && Whole(b.Tools))))) return true;
        }
        return false;
    }

    private bool Full(Wish wish, string area)
    {
        if (place.Areas[area].Capacity is not { } capacity) return false;
        var there = Others(wish).Where(b => b.Lives && b.Tools.Any(t => AreasAround(t).Contains(area))).ToList();
        for (var minute = wish.Slot.Start; minute < wish.Slot.End; minute++)
            if (there.Where(b => b.Covers(minute)).Select(b => b.Member).Append(wish.Member).Distinct().Count() > capacity) return true;
        return false;
    }
}
