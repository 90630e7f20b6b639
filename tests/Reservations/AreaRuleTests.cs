using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class AreaRuleTests
{
    private static readonly Situation Hazardous = Given.InArea().Policy(p => p with { Hazardous = true, Grid = Duration.FromMinutes(1) }).Staffed("09:00-17:00");

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:59-13:00", false)]
    [InlineData("09:00-10:00", true)]
    [InlineData("09:00-10:01", false)]
    public void At_no_instant_are_there_more_people_than_the_area_may_hold(string slot, bool accepted) =>
        Given.InArea(capacity: 2).Policy(p => p with { Grid = Duration.FromMinutes(1) }).PresentInArea("bob", "08:00-14:00").PresentInArea("eve", "10:00-12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["area-full"]);

    [Fact]
    public void People_who_follow_each_other_are_not_there_at_once() =>
        Given.InArea(capacity: 2).PresentInArea("bob", "09:00-11:00").PresentInArea("eve", "11:00-13:00").WhenAsked("09:00-13:00").ShouldBeAccepted();

    [Fact]
    public void Somebody_with_two_bookings_counts_once()
    {
        var given = Given.InArea(capacity: 2).PresentInArea("bob", "10:00-12:00").PresentInArea("bob", "11:00-13:00");
        given.WhenAsked("10:00-13:00").ShouldBeAccepted();
        given.PresentInArea("ada", "10:00-13:00").WhenAsked("10:00-13:00").ShouldBeAccepted();
        given.PresentInArea("eve", "12:30-13:00").WhenAsked("10:00-13:00").The<AreaFull>().FullDuring.ShouldBe([given.At("12:30-13:00")]);
    }

    [Fact]
    public void Somebody_who_moves_has_both_places()
    {
        var given = Given.InArea(capacity: 1).PresentInArea("bob", "10:00-11:00", next: "12:00-13:00");
        given.WhenAsked("10:30-11:00").ShouldBeRefused("area-full");
        given.WhenAsked("12:30-13:00").ShouldBeRefused("area-full").The<AreaFull>().Setting.ShouldBe(new SettingSource("capacity", SettingLevel.Area, "a1"));
        given.WhenAsked("11:00-12:00").ShouldBeAccepted();
    }

    [Fact]
    public void An_area_closed_to_people_is_always_full() => Given.InArea(capacity: 0).WhenAsked("10:00-11:00").ShouldBeRefused("area-full");

    [Fact]
    public void Nobody_overrides_a_full_area() =>
        Given.InArea(capacity: 1).PresentInArea("bob", "10:00-11:00").Overridden().WhenAsked("10:00-11:00").ShouldBeRefused("area-full");

    [Theory]
    [InlineData("09:00-17:00", true)]
    [InlineData("08:59-17:00", false)]
    [InlineData("16:00-17:01", false)]
    public void Nobody_is_alone_with_a_hazardous_tool_outside_staffed_hours(string slot, bool accepted) =>
        Hazardous.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["buddy-required"]);

    [Fact]
    public void Where_staffed_hours_are_not_set_staff_are_there_while_the_space_is_open() =>
        (Hazardous.Open("08:00-20:00") with { Space = Hazardous.Open("08:00-20:00").Space with { StaffedHours = null } }).WhenAsked("17:00-20:00").ShouldBeAccepted();

    [Fact]
    public void Somebody_else_has_to_be_there_at_every_instant_without_staff()
    {
        var given = Hazardous.PresentInArea("bob", "16:00-18:00").PresentInArea("eve", "18:30-20:00");
        given.WhenAsked("16:00-18:00").ShouldBeAccepted();
        var refusal = given.WhenAsked("16:00-20:00").ShouldBeRefused("buddy-required").The<BuddyRequired>();
        refusal.Alone.ShouldBe([given.At("18:00-18:30")]);
        refusal.Setting.ShouldBe(new SettingSource("hazardous", SettingLevel.Tool, "laser"));
        Hazardous.PresentInArea("ada", "16:00-18:00").WhenAsked("16:00-18:00").ShouldBeRefused("buddy-required");
    }

    [Fact]
    public void A_buddy_holds_every_certification_the_tool_asks_for()
    {
        var given = Hazardous.Policy(p => p with { RequiredCertifications = ["weld", "fire"] }).Certified("weld", "07:00", null);
        given = given with { Member = given.Member with { Certifications = [.. given.Member.Certifications, given.Member.Certifications[0] with { Id = "fire" }] } };
        given.PresentInArea("bob", "16:00-18:00", null, "fire").WhenAsked("17:00-18:00").ShouldBeRefused("buddy-required");
        given.PresentInArea("bob", "16:00-18:00", null, "fire", "weld").WhenAsked("17:00-18:00").ShouldBeAccepted();
    }

    [Theory]
    [InlineData("17:00-19:00", true)]
    [InlineData("17:00-19:01", false)]   // it ended at seven
    [InlineData("16:59-19:00", true)]    // staff were there till five
    [InlineData("19:00-20:00", false)]
    public void A_buddy_counts_only_while_their_certification_does(string slot, bool accepted)
    {
        var given = Welding();
        given.Holding("bob", "16:00-20:00", null, new HeldCertification("weld", given.Instant("07:00"), given.Instant("19:00"), null))
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["buddy-required"]);
    }

    [Fact]
    public void A_buddy_whose_certification_begins_later_or_has_ended_is_none_and_two_may_follow_each_other()
    {
        var given = Welding();
        var (late, ended) = (new HeldCertification("weld", given.Instant("18:00"), null, null), new HeldCertification("weld", given.Instant("07:00"), given.Instant("18:00"), null));
        given.Holding("bob", "16:00-20:00", null, late).WhenAsked("17:00-19:00").The<BuddyRequired>().Alone.ShouldBe([given.At("17:00-18:00")]);
        given.Holding("bob", "16:00-20:00", null, late).Holding("eve", "16:00-20:00", null, ended).WhenAsked("17:00-19:00").ShouldBeAccepted();
    }

    [Fact]
    public void A_buddy_whose_certification_lapses_by_disuse_counts_until_then()
    {
        var given = Welding().Lapses("weld", Duration.FromHours(12), lastUsed: "08:00");
        var unused = new HeldCertification("weld", given.Instant("06:30"), null, null);
        given.Holding("bob", "16:00-20:00", null, unused).WhenAsked("17:00-19:00").The<BuddyRequired>().Alone.ShouldBe([given.At("18:30-19:00")]);
        given.Holding("bob", "16:00-20:00", null, unused with { Used = given.Instant("07:00") }).WhenAsked("17:00-19:00").ShouldBeAccepted();
    }

    [Fact]
    public void Claims_from_before_the_end_was_kept_count_as_they_did()
    {
        var given = Welding();
        var old = new Claim(Guid.NewGuid(), "bob", null, given.At("16:00-20:00"), 1) { Certifications = ["weld"] };
        (given with { Area = given.Area! with { Claims = [old] } }).WhenAsked("17:00-19:00").ShouldBeAccepted();
        (given with { Area = given.Area! with { Claims = [old with { Certifications = ["fire"] }] } }).WhenAsked("17:00-19:00").ShouldBeRefused("buddy-required");
    }

    private static Situation Welding() => Hazardous.Policy(p => p with { RequiredCertifications = ["weld"] }).Certified("weld", "07:00", null);

    [Fact]
    public void Of_a_buddy_who_moves_only_the_time_that_stays_is_sure()
    {
        var given = Hazardous.PresentInArea("bob", "17:00-19:00", next: "18:00-20:00");
        given.WhenAsked("18:00-19:00").ShouldBeAccepted();
        given.WhenAsked("17:59-19:00").ShouldBeRefused("buddy-required");
    }

    [Fact]
    public void A_hazardous_tool_in_no_area_is_for_staffed_hours()
    {
        var given = Given.Policy(p => p with { Hazardous = true }).Staffed("09:00-17:00").With("saw", new Policy { Hazardous = true });
        given.WhenAsked("16:00-17:00").ShouldBeAccepted();
        given.WhenAsked("16:00-17:05").ShouldBeRefused("buddy-required").The<BuddyRequired>().AreaId.ShouldBeNull();
    }

    [Fact]
    public void Staff_may_let_somebody_work_alone() => Hazardous.Overridden().WhenAsked("17:00-18:00").ShouldBeAccepted();

    [Theory]
    [InlineData(Occasion.Use, 1)]
    [InlineData(Occasion.HandOver, 2)]
    public void Switching_on_and_taking_over_ask_for_the_buddy_again(Occasion occasion, int capacity)
    {
        var given = (Hazardous with { Area = Given.InArea(capacity).Area }).PresentInArea("bob", "10:00-18:00").To(occasion);
        given.WhenAsked("16:00-18:00").ShouldBeAccepted();
        given.WhenAsked("16:00-18:01").ShouldBeRefused("buddy-required");
    }

    [Theory]
    [InlineData(Occasion.Use, true)]
    [InlineData(Occasion.HandOver, false)]    // the giver may stay on another booking: then it is one more
    public void Who_takes_over_needs_a_place_and_who_switches_on_has_one(Occasion occasion, bool accepted) =>
        Given.InArea(capacity: 1).PresentInArea("bob", "10:00-18:00").To(occasion).WhenAsked("16:00-18:00").ShouldBeRefused(accepted ? [] : ["area-full"]);

    [Fact]
    public void Staffed_hours_are_local_time_when_the_clocks_change()
    {
        // Night shift 22–02 in the night to 25 October 2026; 02:00 to 03:00 comes twice after it.
        var night = Hazardous.Staffed("22:00-02:00").On("2026-10-25").Now("00:00");
        night.WhenAsked("00:00-02:00").ShouldBeAccepted();
        night.WhenAsked("00:00-03:00").The<BuddyRequired>().Alone.Single().Duration.ShouldBe(Duration.FromHours(2));
    }
}
