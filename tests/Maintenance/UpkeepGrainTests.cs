#if !STANDINS
using Makerspace.Maintenance;
using Makerspace.Spaces;
using Makerspace.Tests.Model;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Maintenance;

/// <summary>What a tool's upkeep asks of the tool, and that it leaves nothing behind there.</summary>
public class UpkeepGrainTests
{
    private readonly MemoryGrains grains = new();

    private IToolGrain Tool => grains.Factory.GetGrain<IToolGrain>(Keys.Tool("mill"));
    private IUpkeepGrain Upkeep => grains.Factory.GetGrain<IUpkeepGrain>(Keys.Upkeep("mill"));

    public UpkeepGrainTests()
    {
        grains.Clock.Now = Instant.FromUtc(2026, 12, 7, 8, 0);
        var week = Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningWindow(d, new LocalTime(8, 0), new LocalTime(20, 0)));
        Ask(grains.Factory.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { TimeZone = "Europe/Berlin", SetOpeningHours = true, OpeningHours = [.. week], SetStaffedHours = true, StaffedHours = [.. week] }, "staff"));
        Ask(Tool.Define(new ToolDefinition { Name = "Mill" }, "staff"));
    }

    [Fact]
    public void Two_plans_that_come_near_at_once_take_two_times()
    {
        Plan("grease", days: 100);
        Plan("check", days: 100);
        Pass(Duration.FromDays(50));
        var windows = Ask(Upkeep.Look())!.Plans.Select(p => p.Window!.Slot).ToList();
        windows.Count.ShouldBe(2);
        windows[0].Overlaps(windows[1]).ShouldBeFalse();
    }

    [Fact]
    public void What_a_crash_leaves_at_the_tool_goes_with_the_next_look()
    {
        Plan("check", days: 100);
        Pass(Duration.FromDays(50));
        grains.Saving = state => { if (state is UpkeepState { Plans: [{ Window: not null }] }) throw new TimeoutException("The node has died."); };
        Should.Throw<TimeoutException>(() => Ask(Upkeep.Look()));
        Ask(Tool.View())!.Outages.ShouldHaveSingleItem();
        grains.Saving = null;
        grains.Reread("upkeep-mill");
        var plan = Ask(Upkeep.Look())!.Plans[0];
        Ask(Tool.View())!.Outages.ShouldBe([plan.Window!]);
    }

    [Fact]
    public void A_plan_that_is_changed_or_dropped_leaves_no_outage()
    {
        Plan("check", days: 5);
        Ask(Tool.View())!.Outages.ShouldHaveSingleItem();
        Plan("check", days: 6);
        Ask(Tool.View())!.Outages.ShouldBe([Ask(Upkeep.View())!.Plans[0].Window!]);
        Ask(Upkeep.DropPlan("check", "staff"));
        Ask(Tool.View())!.Outages.ShouldBeEmpty();
    }

    [Fact]
    public void A_look_that_finds_nothing_of_note_writes_nothing()
    {
        Ask(Upkeep.DefineMeter(new MeterDefinition("spindle", "Spindle", MeterKind.Hours, null, FromUse: true), "staff"));
        Ask(Upkeep.DefinePlan(new PlanDefinition { Id = "grease", Name = "Grease", MeterId = "spindle", EveryUse = 100 }, "staff"));
        Ask(Upkeep.Feed(new MeterFeed("a", "spindle", 20), "staff"));
        Ask(Upkeep.Look())!.Plans[0].DueAt.ShouldNotBeNull();
        var before = grains.Writes;
        for (var hour = 0; hour < 20; hour++)
        {
            Pass(Duration.FromHours(1));
            Ask(Upkeep.Look());
        }
        grains.Writes.ShouldBe(before);
    }

    [Fact]
    public void Many_uses_move_the_window_seldom_and_leave_little_in_the_journal()
    {
        Ask(Upkeep.DefineMeter(new MeterDefinition("lid", "Lid", MeterKind.Cycles, null, FromUse: true), "staff"));
        Use(days: 14, _ => { });
        Ask(Upkeep.DefinePlan(new PlanDefinition { Id = "grease", Name = "Grease", MeterId = "lid", EveryUse = 120 }, "staff"));
        var windows = new HashSet<string>(StringComparer.Ordinal);
        // Two to four a day, some eighty in all.
        Use(days: 26, upkeep => { if (upkeep.Plans[0].Window is { } window) windows.Add(window.Id); });
        windows.Count.ShouldBeInRange(1, 2);
    }

    [Fact]
    public void A_window_that_staff_drop_at_the_tool_is_looked_for_again()
    {
        Plan("check", days: 10);
        var window = Ask(Upkeep.View())!.Plans[0].Window!;
        Ask(Tool.CloseOutage(window.Id, "staff")).ShouldBeTrue();
        var again = Ask(Upkeep.Look())!.Plans[0].Window.ShouldNotBeNull();
        Ask(Tool.View())!.Outages.ShouldBe([again]);
    }

    private void Use(int days, Action<UpkeepView> after)
    {
        for (var day = 0; day < days; day++, Pass(Duration.FromDays(1)))
            for (var use = 0; use < 2 + (day * 5 % 3); use++)
            {
                var start = grains.Clock.Now + Duration.FromHours(use);
                Ask(Upkeep.Used(Guid.NewGuid(), new Slot(start, start + Duration.FromMinutes(30))));
                after(Ask(Upkeep.Look())!);
            }
    }

    private void Plan(string id, int days) => Ask(Upkeep.DefinePlan(new PlanDefinition { Id = id, Name = id, EveryDays = days }, "staff"));

    private void Pass(Duration time) => grains.Clock.Now += time;

    private static T Ask<T>(Task<T> asked) => MemoryGrains.Now(asked);

    private static void Ask(Task asked) => asked.IsCompletedSuccessfully.ShouldBeTrue(asked.Exception?.ToString());
}
#endif
