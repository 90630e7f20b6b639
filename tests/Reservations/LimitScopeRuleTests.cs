using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

/// <summary>What limits count together: a tool's bookings, a category's, all of a member's, all of a company's.</summary>
public class LimitScopeRuleTests
{
    private static readonly Limits TwoToCome = new() { MaxFutureBookings = 2 };
    private static readonly CategoryRules Category = new(Makerspace.Tools.Policy.None, TwoToCome);

    [Fact]
    public void A_limit_in_a_policy_counts_the_members_bookings_of_that_tool_wherever_it_is_set()
    {
        var given = Given with { Space = Given.Space with { Defaults = new Policy { MaxFutureBookings = 1 } } };
        given.HoldsOf("lathe", "2 10:00-2 11:00").WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
        given.Holds("2 10:00-2 11:00").WhenAsked("3 10:00-3 11:00").The<FutureBookingsLimit>().Setting
            .ShouldBe(new SettingSource("maxFutureBookings", SettingLevel.Space, null, LimitScope.Tool));
    }

    [Fact]
    public void A_categorys_limit_counts_over_its_tools()
    {
        var given = Given.InCategory("Lasers", Category).HoldsOf("laser-2", "2 10:00-2 11:00", category: "Lasers").HoldsOf("saw", "2 10:00-2 11:00", category: "Saws");
        given.WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
        given.HoldsOf("laser", "4 10:00-4 11:00", category: "Lasers").WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit")
            .The<FutureBookingsLimit>().Setting.ShouldBe(new SettingSource("maxFutureBookings", SettingLevel.Category, "Lasers", LimitScope.Category));
    }

    [Fact]
    public void A_tools_own_limit_beats_its_categorys()
    {
        var given = Given.InCategory("Lasers", Category).HoldsOf("laser-2", "2 10:00-2 11:00", category: "Lasers").HoldsOf("laser-3", "4 10:00-4 11:00", category: "Lasers");
        given.WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit");
        given.Policy(p => p with { MaxFutureBookings = 5 }).WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
        given.Policy(p => p with { MaxFutureHours = Duration.FromHours(9) }).WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit");
    }

    [Fact]
    public void A_plans_limits_count_over_all_tools()
    {
        var given = Given.PlanIs(new Plan { Limits = new Limits { MaxHoursPerWeek = Duration.FromHours(4) } })
            .HoldsOf("lathe", "2 10:00-2 12:00").HoldsOf("saw", "3 10:00-3 11:00", category: "Saws");
        given.WhenAsked("4 10:00-4 11:00").ShouldBeAccepted();
        given.WhenAsked("4 10:00-4 11:05").ShouldBeRefused("weekly-limit").The<WeeklyHoursLimit>().Setting
            .ShouldBe(new SettingSource("maxHoursPerWeek", SettingLevel.Plan, "standard", LimitScope.All));
    }

    [Fact]
    public void A_companys_limits_count_over_all_tools_and_colleagues()
    {
        var given = Given.OfCompany(TwoToCome).ColleagueHolds("lathe", "2 10:00-2 11:00");
        given.WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
        given.ColleagueHolds("laser", "4 10:00-4 11:00").WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit")
            .The<FutureBookingsLimit>().Setting.ShouldBe(new SettingSource("maxFutureBookings", SettingLevel.Company, "c1", LimitScope.Company));
    }

    [Fact]
    public void Who_takes_over_a_colleagues_booking_adds_nothing_to_the_pool() =>
        Given.OfCompany(new Limits { MaxFutureBookings = 0 }).To(Occasion.HandOver).WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();

    [Fact]
    public void A_bundle_is_one_booking_of_each_of_its_tools()
    {
        var given = Given.HoldsOf("saw", "2 10:00-2 11:00", also: new HeldTool("laser", null));
        given.Policy(p => p with { MaxFutureBookings = 1 }).WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit");
        given.With("saw", new Policy { MaxFutureBookings = 1 }).WhenAsked("3 10:00-3 11:00").ShouldBeRefused("future-bookings-limit");
        given.With("lathe", new Policy { MaxFutureBookings = 1 }).WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
    }

    [Fact]
    public void Over_category_plan_and_company_a_bundle_counts_once_and_so_do_its_hours()
    {
        var bundle = Given.InCategory("Lasers", new CategoryRules(Makerspace.Tools.Policy.None, new Limits { MaxFutureBookings = 2, MaxFutureHours = Duration.FromHours(2) }))
            .HoldsOf("laser-2", "2 10:00-2 11:00", category: "Lasers", also: new HeldTool("laser-3", "Lasers")).With("laser-4", Makerspace.Tools.Policy.None, "Lasers");
        bundle.WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
        bundle.WhenAsked("3 10:00-3 11:05").ShouldBeRefused("future-hours-limit");   // and the same is not said twice
    }

    [Fact]
    public void A_gap_that_both_tools_of_a_bundle_ask_for_is_said_once()
    {
        var space = Given with { Space = Given.Space with { Defaults = new Policy { MinimumGap = Duration.FromHours(1) } } };
        space.HoldsOf("laser", "10:00-11:00", also: new HeldTool("saw", null)).With("saw", Makerspace.Tools.Policy.None)
            .WhenAsked("11:30-12:00").ShouldBeRefused("minimum-gap");
    }

    [Fact]
    public void Switching_on_asks_for_no_limits() =>
        Given.Policy(p => p with { MaxBookingsPerDay = 0, MaxFutureBookings = 0, OneAtATime = true }).HoldsOf("lathe", "10:00-12:00").OfCompany(new Limits { MaxBookingsPerDay = 0 })
            .To(Occasion.Use).WhenAsked("10:00-11:00").ShouldBeAccepted();
}
