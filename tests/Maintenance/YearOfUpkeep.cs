#if !STANDINS
using Makerspace.Maintenance;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tests.Model;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Maintenance;

/// <summary>
/// A year in a workshop with one tool, on a clock moved by hand: people book by the hour of the week, use what they booked, and a technician does the planned
/// work in its window. The grains are the product's own.
/// </summary>
internal sealed class YearOfUpkeep(int seed, int bookingsADay)
{
    public const decimal EveryHours = 120;
    public const int EveryDays = 30;
    private const string Zone = "Europe/Berlin";

    private readonly MemoryGrains grains = new();
    private readonly Dice dice = new(seed);
    private readonly List<Claim> ahead = [];
    private readonly Dictionary<string, (Instant Since, Slot Window)> reserved = new(StringComparer.Ordinal);
    private SpaceFacts space = new();
    private HashSet<Outage> taken = [];
    private int number;

    /// <summary>How often each hour of the week was used, in minutes.</summary>
    public int[] Minutes { get; } = new int[7 * 24];
    public List<(string Plan, Slot Window)> Windows { get; } = [];
    public List<(string Plan, decimal Reached, Duration Since)> Services { get; } = [];
    public List<string> Wrongs { get; } = [];
    public int Used { get; private set; }
    public int Refused { get; private set; }
    public int Urgent { get; private set; }

    /// <summary>How often a window that was reserved moved before it came.</summary>
    public int Moves { get; private set; }

    /// <summary>How often the tool took or gave back time for a plan.</summary>
    public int Outages { get; private set; }

    private IToolGrain Tool => grains.Factory.GetGrain<IToolGrain>(Keys.Tool("mill"));
    private IUpkeepGrain Upkeep => grains.Factory.GetGrain<IUpkeepGrain>(Keys.Upkeep("mill"));
    private Instant Now { get => grains.Clock.Now; set => grains.Clock.Now = value; }
    private static DateTimeZone Place => DateTimeZoneProviders.Tzdb[Zone];

    public void Pass()
    {
        Furnish();
        var first = new LocalDate(2026, 12, 7);
        for (var day = first; day < first.PlusYears(1); day = day.PlusDays(1))
        {
            Now = day.At(new LocalTime(7, 30)).InZoneLeniently(Place).ToInstant();
            Look();
            for (var n = 0; n < bookingsADay + dice.Below(3) - 1; n++) Book(day);
            Live(day);
        }
    }

    private void Furnish()
    {
        Now = new LocalDate(2026, 12, 6).AtMidnight().InZoneLeniently(Place).ToInstant();
        var days = Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToArray();
        space = Ask(grains.Factory.GetGrain<ISpaceGrain>(Keys.Space).Change(
            new SpaceChange
            {
                TimeZone = Zone, SetOpeningHours = true, OpeningHours = [.. days.Select(d => new OpeningWindow(d, new LocalTime(8, 0), new LocalTime(22, 0)))], SetStaffedHours = true,
                StaffedHours = [.. days.Where(d => d < IsoDayOfWeek.Sunday).Select(d => new OpeningWindow(d, new LocalTime(8, 0), new LocalTime(20, 0)))],
            }, "staff"));
        Ask(Tool.Define(new ToolDefinition { Name = "Mill", Policy = new Policy { MaxDuration = Duration.FromHours(4), Horizon = Duration.FromDays(14) } }, "staff"));
        Ask(Upkeep.DefineMeter(new MeterDefinition("spindle", "Spindle", MeterKind.Hours, null, FromUse: true), "staff"));
        Ask(Upkeep.DefinePlan(new PlanDefinition { Id = "grease", Name = "Grease the spindle", MeterId = "spindle", EveryUse = EveryHours, Length = Duration.FromHours(2) }, "staff"));
        Ask(Upkeep.DefinePlan(new PlanDefinition { Id = "check", Name = "Safety check", EveryDays = EveryDays, Length = Duration.FromHours(1) }, "staff"));
    }

    // Afternoons and evenings are liked, Mondays are not; each hour of the week has its own weight.
    private void Book(LocalDate today)
    {
        var day = today.PlusDays(dice.Below(14));
        var hour = dice.Of(9, 10, 13, 14, 14, 15, 15, 16, 16, 17, 17, 17, 18, 18, 18, 19, 19, 20);
        if (day.DayOfWeek == IsoDayOfWeek.Monday && !dice.OneIn(4)) return;
        var start = day.At(new LocalTime(hour, dice.Of(0, 30))).InZoneLeniently(Place).ToInstant();
        var claim = Ask(Tool.Claim(new ClaimRequest
        {
            BookingId = new Guid(++number, 0, 0, new byte[8]), MemberId = "ada", ToolId = "mill", ThingId = "mill", Actor = "ada", Space = space, HeldUntil = Instant.MaxValue,
            Slot = new Slot(start, start + Duration.FromMinutes(dice.Of(60, 90, 120, 180, 240))),
        }));
        if (claim.Claim is null) { Refused++; return; }
        ahead.Add(claim.Claim);
        Look();
    }

    private UpkeepView Look()
    {
        var upkeep = Ask(Upkeep.Look())!;
        foreach (var plan in upkeep.Plans.Where(p => p.Window is not null))
        {
            if (reserved.TryGetValue(plan.Definition.Id, out var was) && was.Since == plan.Since && was.Window != plan.Window!.Slot) Moves++;
            reserved[plan.Definition.Id] = (plan.Since, plan.Window!.Slot);
        }
        var now = Ask(Tool.View())!.Outages.ToHashSet();
        Outages += now.Except(taken).Count() + taken.Except(now).Count(o => o.Slot.End > Now);
        taken = now;
        return upkeep;
    }

    // What ends today, in order: uses, and windows.
    private void Live(LocalDate day)
    {
        var end = day.PlusDays(1).AtStartOfDayInZone(Place).ToInstant();
        while (true)
        {
            var use = ahead.Where(c => c.Slot.End < end).OrderBy(c => c.Slot.End).FirstOrDefault();
            var window = Ask(Upkeep.View())!.Plans.Where(p => p.Window is { } w && w.Slot.End < end).OrderBy(p => p.Window!.Slot.End).FirstOrDefault();
            if (use is null && window is null) return;
            if (window is null || (use is not null && use.Slot.End <= window.Window!.Slot.End)) Finish(use!);
            else Serve(window);
        }
    }

    private void Finish(Claim use)
    {
        ahead.Remove(use);
        Now = use.Slot.End;
        if (Ask(Tool.ClaimOf(use.BookingId))?.Slot != use.Slot) Wrongs.Add($"{use.Slot} lost its time");
        if (Ask(Tool.View())!.Outages.Any(o => o.Slot.Overlaps(use.Slot))) Wrongs.Add($"{use.Slot} lies in an outage");
        Ask(Tool.Release(new Ending(use.BookingId, "mill", BookingState.Completed, "ada") { Had = use.Slot }));
        Ask(Upkeep.Used(use.BookingId, use.Slot));
        Used++;
        for (var at = use.Slot.Start; at < use.Slot.End; at += Duration.FromMinutes(1)) Minutes[HourOfWeek(at)]++;
        var upkeep = Look();
        Check(upkeep);
        Urgent += upkeep.Plans.Count(p => p.Urgent);
    }

    private void Serve(PlanView plan)
    {
        Now = plan.Window!.Slot.End;
        Check(Ask(Upkeep.View())!);
        Windows.Add((plan.Definition.Id, plan.Window.Slot));
        Services.Add((plan.Definition.Id, Ask(Upkeep.View())!.Meters[0].Value - plan.Reading, Now - plan.Since));
        Ask(Upkeep.Done(plan.Definition.Id, Guid.NewGuid(), "tess"));
    }

    private void Check(UpkeepView upkeep)
    {
        foreach (var plan in upkeep.Plans)
        {
            if (plan.Definition.EveryUse is { } every && upkeep.Meters[0].Value - plan.Reading > every) Wrongs.Add($"{plan.Definition.Id} passed its mark at {Now}: {upkeep.Meters[0].Value - plan.Reading}");
            if (plan.Definition.EveryDays is { } days && Now > plan.Since + Duration.FromDays(days)) Wrongs.Add($"{plan.Definition.Id} passed its day at {Now}");
        }
    }

    /// <summary>How busy that time was over the year, in minutes a week-hour.</summary>
    public double Busy(Slot slot)
    {
        var minutes = new List<int>();
        for (var at = slot.Start; at < slot.End; at += Duration.FromMinutes(30)) minutes.Add(Minutes[HourOfWeek(at)]);
        return minutes.Average();
    }

    /// <summary>How busy each staffed hour of the week was, in order.</summary>
    public IReadOnlyList<int> Staffed =>
        [.. from day in Enumerable.Range(0, 6) from hour in Enumerable.Range(8, 12) select Minutes[(day * 24) + hour] into minutes orderby minutes select minutes];

    private static int HourOfWeek(Instant at)
    {
        var local = at.InZone(Place);
        return (((int)local.DayOfWeek - 1) * 24) + local.Hour;
    }

    private static T Ask<T>(Task<T> asked) => MemoryGrains.Now(asked);

    private static void Ask(Task asked) => asked.IsCompletedSuccessfully.ShouldBeTrue(asked.Exception?.ToString());
}
#endif
