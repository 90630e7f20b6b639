using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class CertificationRuleTests
{
    private static readonly Situation Laser = Given.Policy(p => p with { RequiredCertifications = ["laser"], Grid = Duration.FromMinutes(1) });

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

    [Fact]
    public void What_several_tools_of_a_bundle_ask_for_is_named_once() =>
        Given.Policy(p => p with { RequiredCertifications = ["laser", "fire"] }).With("laser-2", new Policy { RequiredCertifications = ["fire", "wood"] })
            .WhenAsked("10:00-11:00").Refusals.Cast<NotCertified>().Select(r => (r.CertificationId, r.Setting!.Id))
            .ShouldBe([("laser", "laser"), ("fire", "laser"), ("wood", "laser-2")]);

    [Theory]
    [InlineData("8 10:00-8 12:00", true)]
    [InlineData("8 10:00-8 12:01", false)]
    public void A_certification_lapses_when_the_tool_was_not_used_for_so_long(string slot, bool accepted)
    {
        var given = Laser.Certified("laser", "07:00", null).Lapses("laser", Duration.FromDays(7), lastUsed: "12:00");
        var answer = given.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["certification-expired"]);
        if (accepted) return;
        var expired = answer.The<CertificationExpired>();
        (expired.ByDisuse, expired.Until).ShouldBe((true, given.Instant("8 12:00")));
    }

    [Fact]
    public void A_certification_never_used_lapses_from_the_day_it_was_granted()
    {
        var given = Laser.Certified("laser", "12:00", null).Lapses("laser", Duration.FromDays(7));
        given.WhenAsked("8 10:00-8 12:00").ShouldBeAccepted();
        given.WhenAsked("8 10:00-8 12:01").ShouldBeRefused("certification-expired");
        given.Lapses("laser", Duration.FromDays(7), lastUsed: "07:00").WhenAsked("8 10:00-8 12:01").ShouldBeRefused("certification-expired");   // granted anew since
    }

    [Fact]
    public void Of_expiry_and_lapse_the_earlier_is_named_once()
    {
        var given = Laser.Certified("laser", "07:00", "3 12:00");
        given.Lapses("laser", Duration.FromDays(7)).WhenAsked("20 10:00-20 11:00").ShouldBeRefused("certification-expired").The<CertificationExpired>().ByDisuse.ShouldBeFalse();
        given.Lapses("laser", Duration.FromDays(1)).WhenAsked("20 10:00-20 11:00").ShouldBeRefused("certification-expired").The<CertificationExpired>().ByDisuse.ShouldBeTrue();
    }
}
