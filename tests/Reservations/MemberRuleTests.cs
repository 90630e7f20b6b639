using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class MemberRuleTests
{
    [Theory]
    [InlineData("10:00-11:00", true)]
    [InlineData("09:55-11:00", false)]
    [InlineData("11:00-12:00", true)]
    [InlineData("11:00-12:05", false)]
    public void The_membership_covers_the_whole_slot(string slot, bool accepted) =>
        Given.MembershipIs(new Membership { From = Given.Instant("10:00"), Until = Given.Instant("12:00") })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["membership-inactive"]);

    [Fact]
    public void A_membership_that_ended_covers_nothing() =>
        Given.MembershipIs(new Membership { Active = false }).WhenAsked("10:00-11:00").ShouldBeRefused("membership-inactive");

    [Theory]
    [InlineData("10:00-11:00", true)]
    [InlineData("08:00-2 00:00", true)]
    [InlineData("20:00-2 01:00", true)]     // two days bought
    [InlineData("2 20:00-3 00:05", false)]
    public void A_day_bought_covers_whoever_has_no_membership(string slot, bool accepted) =>
        Given.MembershipIs(new Membership { Active = false, Passes = Given.Slots("00:00-2 00:00", "2 00:00-3 00:00") })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["membership-inactive"]);

    [Fact]
    public void A_day_bought_and_a_membership_that_begins_after_it_cover_a_slot_together() =>
        Given.MembershipIs(new Membership { From = Given.Instant("2 00:00"), Passes = Given.Slots("00:00-2 00:00") }).WhenAsked("22:00-2 02:00").ShouldBeAccepted();

    [Theory]
    [InlineData("09:00-12:00", true)]
    [InlineData("08:55-12:00", false)]
    [InlineData("17:00-18:00", true)]
    [InlineData("17:00-18:05", false)]
    [InlineData("11:30-13:30", false)]   // both ends are open, the middle is not
    public void Every_part_of_a_slot_is_in_opening_hours(string slot, bool accepted) =>
        Given.Open("09:00-12:00", "13:00-18:00").WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["space-closed"]);

    [Theory]
    [InlineData("22:00-2 02:00", true)]
    [InlineData("2 01:00-2 02:05", false)]
    [InlineData("19:55-22:00", false)]
    public void Opening_hours_may_run_past_midnight(string slot, bool accepted) =>
        Given.Open("20:00-02:00").WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["space-closed"]);

    [Fact]
    public void A_day_from_midnight_to_midnight_is_open_across_days() => Given.Open("00:00-24:00").WhenAsked("22:00-3 04:00").ShouldBeAccepted();

    [Theory]
    [InlineData("11:00-12:00", true)]
    [InlineData("11:00-12:05", false)]
    [InlineData("13:00-14:00", true)]
    public void A_slot_lies_in_no_closure(string slot, bool accepted) =>
        Given.ClosedDuring("12:00-13:00").WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["space-closed"]);

    [Fact]
    public void A_closed_space_says_why_and_when_it_opens()
    {
        var given = Given.Open("09:00-18:00").ClosedDuring("2 00:00-2 24:00");
        var closed = given.WhenAsked("17:00-2 10:00").ShouldBeRefused("space-closed").The<SpaceClosed>();
        closed.ClosedDuring.ShouldBe([given.At("18:00-2 10:00")]);
        closed.Closure.ShouldBe("Stocktaking");
        closed.OpensAt.ShouldBe(given.Instant("3 09:00"));
    }

    [Fact]
    public void A_membership_for_all_hours_opens_the_doors() =>
        Given.Open("09:00-18:00").MembershipIs(new Membership { AllHours = true }).WhenAsked("22:00-23:00").ShouldBeAccepted();

    [Fact]
    public void A_plan_for_all_hours_opens_the_doors_too() =>
        Given.Open("09:00-18:00").PlanIs(new Plan { AllHours = true }).WhenAsked("22:00-23:00").ShouldBeAccepted();

    [Theory]
    [InlineData("2026-03-29", "28 22:00-29 04:00", 5)]
    [InlineData("2026-10-25", "24 22:00-25 04:00", 7)]
    public void A_night_is_open_as_long_as_it_is_when_the_clocks_change(string day, string slot, int hours)
    {
        var given = Given.On(day).Open("22:00-04:00") with { Clock = slot.Split(' ')[0] + " 00:00" };
        given.At(slot).Duration.ShouldBe(Duration.FromHours(hours));
        given.WhenAsked(slot).ShouldBeAccepted();
        given.WhenAsked(slot.Replace("04:00", "04:05", StringComparison.Ordinal)).ShouldBeRefused("space-closed");
    }

    [Theory]
    [InlineData("09:00-17:00", true)]
    [InlineData("08:59-17:00", false)]
    [InlineData("09:00-17:01", false)]
    public void A_tool_that_needs_staff_is_for_staffed_hours(string slot, bool accepted)
    {
        var given = Given.Policy(p => p with { StaffRequired = true, Grid = Duration.FromMinutes(1) }).Staffed("09:00-17:00").Open("00:00-24:00");
        given.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["staff-required"]);
    }

    [Fact]
    public void Outside_staffed_hours_it_says_when_staff_are_back()
    {
        var given = Given.Policy(p => p with { StaffRequired = true }).With("saw", new Policy { StaffRequired = true }).Staffed("09:00-17:00");
        var refusal = given.WhenAsked("16:00-18:00").ShouldBeRefused("staff-required").The<StaffRequired>();
        refusal.Unstaffed.ShouldBe([given.At("17:00-18:00")]);
        refusal.StaffedFrom.ShouldBe(given.Instant("2 09:00"));
        refusal.Setting.ShouldBe(new SettingSource("staffRequired", SettingLevel.Tool, "laser"));
    }

    [Fact]
    public void Without_staffed_hours_staff_are_there_while_the_space_is_open()
    {
        var given = Given.Policy(p => p with { StaffRequired = true }).Open("09:00-18:00").MembershipIs(new Membership { AllHours = true });
        given.WhenAsked("17:00-18:00").ShouldBeAccepted();
        given.WhenAsked("17:00-18:05").ShouldBeRefused("staff-required");
    }

    [Fact]
    public void A_plan_covers_the_tools_and_categories_it_names_and_all_where_it_names_none()
    {
        var given = Given.ToolThat(t => t with { Category = "Lasers" });
        given.PlanIs(new Plan()).WhenAsked("10:00-11:00").ShouldBeAccepted();
        given.PlanIs(new Plan { Tools = ["laser"], Categories = [] }).WhenAsked("10:00-11:00").ShouldBeAccepted();
        given.PlanIs(new Plan { Tools = [], Categories = ["Lasers"] }).WhenAsked("10:00-11:00").ShouldBeAccepted();
        given.PlanIs(new Plan { Tools = ["saw"] }).WhenAsked("10:00-11:00").ShouldBeRefused("plan-excludes-tool");
        given.PlanIs(new Plan { Name = "Wood", Categories = ["Saws"] }).WhenAsked("10:00-11:00").The<PlanExcludesTool>().PlanName.ShouldBe("Wood");
    }

    [Fact]
    public void A_plan_covers_every_tool_of_a_bundle_or_refuses() =>
        Given.PlanIs(new Plan { Tools = ["laser"] }).With("saw", Policy.None).WhenAsked("10:00-11:00").ShouldBeRefused("plan-excludes-tool");

    [Fact]
    public void A_membership_of_a_plan_that_is_not_there_is_excluded_from_nothing() =>
        Given.PlanIs(new Plan { Tools = [] }).MembershipIs(new Membership { PlanId = "gone" }).WhenAsked("10:00-11:00").ShouldBeAccepted();

    [Theory]
    [InlineData("22:00-2 06:00", true)]
    [InlineData("21:59-2 06:00", false)]
    [InlineData("22:00-2 06:01", false)]
    [InlineData("20:00-2 08:00", false)]    // wholly around it
    public void An_off_peak_plan_covers_its_hours_also_across_midnight(string slot, bool accepted) =>
        Given.Policy(p => p with { Grid = Duration.FromMinutes(1) }).PlanIs(new Plan { Hours = [.. Given.Open("22:00-06:00").Space.OpeningHours!] })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["plan-excludes-time"]);

    [Fact]
    public void The_hours_a_plan_leaves_out_are_named_and_all_hours_do_not_lift_them()
    {
        var given = Given.PlanIs(new Plan { AllHours = true, Hours = [Window(IsoDayOfWeek.Tuesday, "10:00-12:00"), Window(IsoDayOfWeek.Tuesday, "13:00-14:00")] });
        var refusal = given.WhenAsked("11:00-15:00").ShouldBeRefused("plan-excludes-time").The<PlanExcludesTime>();
        refusal.Excluded.ShouldBe(given.Slots("12:00-13:00", "14:00-15:00"));
        refusal.Setting.ShouldBe(new SettingSource("hours", SettingLevel.Plan, "standard"));
    }

    [Fact]
    public void Where_a_waiver_is_asked_for_it_is_signed()
    {
        var given = Given.Policy(p => p with { WaiverRequired = true });
        given.WhenAsked("10:00-11:00").ShouldBeRefused("waiver-missing").The<WaiverMissing>().Setting!.Name.ShouldBe("waiverRequired");
        given.StandingIs(new Standing { WaiverSigned = Given.Instant("07:00") }).WhenAsked("10:00-11:00").ShouldBeAccepted();
        Given.WhenAsked("10:00-11:00").ShouldBeAccepted();
    }

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:59-13:00", false)]
    public void No_booking_begins_in_a_suspension(string slot, bool accepted)
    {
        var suspension = new Standing { Suspension = new Suspension("Left the laser running.", Given.Instant("12:00")) };
        var given = Given.Policy(p => p with { Grid = Duration.FromMinutes(1) });
        given.StandingIs(suspension).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["suspended"]);
        given.OfCompany(Limits.None, suspension).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["suspended"]);
    }

    [Fact]
    public void A_suspension_without_an_end_lasts_until_staff_lift_it() =>
        Given.StandingIs(new Standing { Suspension = new Suspension("Until we talk.", null) }).WhenAsked("20 10:00-20 11:00").ShouldBeRefused("suspended");

    [Theory]
    [InlineData("3 12:00-3 13:00", true)]
    [InlineData("3 11:59-3 13:00", false)]
    [InlineData("4 12:00-4 13:00", true)]
    public void So_many_strikes_suspend_until_enough_have_run_out(string slot, bool accepted)
    {
        var given = Given.Policy(p => p with { MaxStrikes = 2, Grid = Duration.FromMinutes(1) }).Strikes("2 12:00", "3 12:00", "4 12:00");
        var answer = given.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["suspended"]);
        if (!accepted) answer.The<Suspended>().Until.ShouldBe(given.Instant("3 12:00"));
        if (!accepted) answer.The<Suspended>().Setting.ShouldBe(new SettingSource("maxStrikes", SettingLevel.Tool, "laser"));
    }

    [Fact]
    public void What_is_owed_by_member_or_company_is_paid_first()
    {
        var owes = new Standing { BalanceDue = new Money(1200, "eur") };
        Given.StandingIs(owes).WhenAsked("10:00-11:00").ShouldBeRefused("balance-due").The<BalanceDue>().Amount.ShouldBe(new Money(1200, "eur"));
        Given.OfCompany(Limits.None, owes).WhenAsked("10:00-11:00").ShouldBeRefused("balance-due").The<BalanceDue>().CompanyId.ShouldBe("c1");
        Given.StandingIs(new Standing { BalanceDue = new Money(0, "eur") }).WhenAsked("10:00-11:00").ShouldBeAccepted();
    }

    [Fact]
    public void Switching_on_asks_every_gate_again() =>
        Given.Policy(p => p with { WaiverRequired = true, StaffRequired = true, RequiredCertifications = ["laser"] }).Open("12:00-13:00")
            .StandingIs(new Standing { BalanceDue = new Money(1, "eur"), Suspension = new Suspension("", null) })
            .PlanIs(new Plan { Tools = [], Hours = [] }).MembershipIs(new Membership { Active = false }).To(Occasion.Use).WhenAsked("10:00-11:00")
            .ShouldBeRefused("waiver-missing", "staff-required", "not-certified", "space-closed", "balance-due", "suspended", "plan-excludes-tool", "plan-excludes-time", "membership-inactive");

    [Fact]
    public void Staff_override_what_stands_against_the_person() =>
        Given.Policy(p => p with { WaiverRequired = true, StaffRequired = true }).Open("12:00-13:00").StandingIs(new Standing { BalanceDue = new Money(1, "eur") })
            .PlanIs(new Plan { Tools = [], Hours = [] }).Overridden().WhenAsked("10:00-11:00").ShouldBeAccepted();
}
