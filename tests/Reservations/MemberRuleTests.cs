using Makerspace.Members;
using Makerspace.Reservations;
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
    public void Each_missing_certification_is_named()
    {
        var given = Given.Policy(p => p with { RequiredCertifications = ["laser", "fire", "wood"] }).Certified("fire", "07:00", null);
        given.WhenAsked("10:00-11:00").ShouldBeRefused("not-certified", "not-certified")
            .Refusals.Cast<NotCertified>().Select(r => r.CertificationId).ShouldBe(["laser", "wood"]);
    }

    [Theory]
    [InlineData("11:00-12:00", true)]
    [InlineData("11:00-12:05", false)]
    [InlineData("08:00-09:00", true)]
    public void A_certification_is_valid_over_the_whole_slot(string slot, bool accepted) =>
        Given.Policy(p => p with { RequiredCertifications = ["laser"] }).Certified("laser", "08:00", "12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["certification-expired"]);

    [Fact]
    public void Nobody_overrides_a_missing_certification() =>
        Given.Policy(p => p with { RequiredCertifications = ["laser"] }).Overridden().WhenAsked("10:00-11:00").ShouldBeRefused("not-certified");
}
