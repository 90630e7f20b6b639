using System.Net;
using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Reservations;

/// <summary>Coming, staying and going, by the moved clock.</summary>
public class UseApiTests(Lab lab) : IClassFixture<Lab>
{
    private const double Minute = 1 / 60.0;
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task The_board_of_the_day_has_in_use_who_checked_in_and_nobody_else()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ben, tool, 1, 3);
        await stage.Until(1.5);
        (await Board()).ShouldBe((true, false));
        await Done(lab.Ben, booking + "/check-in");
        (await Board()).ShouldBe((false, true));

        async Task<(bool Absent, bool InUse)> Board()
        {
            var page = await lab.Staff.GetStringAsync("/staff");
            string Part(string id) => page.Split($"id=\"{id}\"") is [_, var part, ..] ? part.Split("</section>")[0] : "";
            return (Part("late").Contains(booking[(booking.LastIndexOf('/') + 1)..], StringComparison.Ordinal), Part("now").Contains(booking[(booking.LastIndexOf('/') + 1)..], StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Check_in_opens_fifteen_minutes_before_the_start()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool(), 1, 2);
        await stage.Until(1 - (16 * Minute));
        var refused = await Refused(lab.Ada, booking + "/check-in", "check-in-closed");
        DateTimeOffset.Parse((string)refused["refusals"]![0]!["data"]!["opensAt"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(0.75), null));
        await stage.Until(0.75);
        var inside = await Done(lab.Ada, booking + "/check-in");
        ((string)inside["state"]!).ShouldBe("CheckedIn");
        inside["checkedInAt"].ShouldNotBeNull();
        inside["links"]!["checkOut"]!.GetValue<string>().ShouldBe(booking + "/check-out");
        inside["links"]!["cancel"].ShouldBeNull();
        ((string)(await Done(lab.Ada, booking + "/check-in"))["state"]!).ShouldBe("CheckedIn");
    }

    [Fact]
    public async Task Check_in_closes_with_the_slot()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool("""{"checkInOpens": "PT30M"}"""), 1, 2);
        await stage.Until(2 - Minute);
        await Done(lab.Ada, booking + "/check-in");
        var other = await stage.Booked(lab.Ben, await stage.Tool(), 3, 4);
        await stage.Until(4);
        await Refused(lab.Ben, other + "/check-in", "check-in-closed");
    }

    [Fact]
    public async Task Nobody_came_by_the_grace_the_slot_is_free_and_a_strike_counts_until_forgiven()
    {
        var tool = await stage.Tool("""{"noShowGrace": "PT15M"}""");
        var booking = await stage.Booked(lab.Ada, tool, 1, 3);
        await stage.Until(1 + (14 * Minute));
        (await State(lab.Ada, booking)).ShouldBe("Confirmed");
        await stage.Until(1.25);
        await Refused(lab.Ada, booking + "/check-in", "check-in-closed");
        (await State(lab.Ada, booking)).ShouldBe("NoShow");
        await stage.Booked(lab.Ben, tool, 1.5, 2.5);

        var id = booking.Split('/')[^1];
        var strikes = (await lab.Ada.Json("/api/v1/members/ada"))["strikes"]!.AsArray();
        strikes.ShouldContain(s => (string)s!["bookingId"]! == id);
        var forgiven = await Done(lab.Staff, $"/api/v1/members/ada/strikes/{id}/forgive", """{"reason": "The door was locked"}""");
        forgiven["strikes"]!.AsArray().ShouldNotContain(s => (string)s!["bookingId"]! == id);
    }

    [Fact]
    public async Task A_minute_before_the_grace_ends_one_may_still_check_in()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool("""{"noShowGrace": "PT15M"}"""), 1, 3);
        await stage.Until(1 + (14 * Minute));
        await Done(lab.Ada, booking + "/check-in");
        await stage.Until(1.5);
        (await State(lab.Ada, booking)).ShouldBe("CheckedIn");
    }

    [Fact]
    public async Task Every_gate_is_asked_again_at_check_in()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        using var changed = await lab.Admin.Patch("/api/v1/tools/" + tool, """{"outOfService": true}""");
        changed.EnsureSuccessStatusCode();
        await stage.Until(1);
        await Refused(lab.Ada, booking + "/check-in", "tool-out-of-service");
        await Refused(lab.Ada, booking + "/check-in", "override-not-allowed", """{"override": {"reason": "please"}}""", HttpStatusCode.Forbidden);
        var inside = await Done(lab.Staff, booking + "/check-in", """{"override": {"reason": "It works again"}}""");
        ((string)inside["memberId"]!).ShouldBe("ada");
    }

    [Fact]
    public async Task Checking_out_early_gives_the_rest_of_the_slot_to_others()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 3);
        await stage.Until(1);
        await Refused(lab.Ada, booking + "/check-out", "not-checked-in");
        await Done(lab.Ada, booking + "/check-in");
        await stage.Until(1.5);
        using (var taken = await lab.Ben.Book(tool, stage.At(2), stage.At(3))) (await taken.Code()).ShouldBe("slot-taken");
        var gone = await Done(lab.Ada, booking + "/check-out");
        ((string)gone["state"]!).ShouldBe("Completed");
        DateTimeOffset.Parse((string)gone["end"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(1.5), null), TimeSpan.FromMinutes(10));
        await stage.Booked(lab.Ben, tool, 2, 3);
    }

    [Fact]
    public async Task Staying_longer_works_until_something_follows()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        await stage.Booked(lab.Ben, tool, 3, 4);
        await stage.Until(1);
        await Refused(lab.Ada, booking + "/extend", "not-checked-in", End(3));
        await Done(lab.Ada, booking + "/check-in");
        var stays = await Done(lab.Ada, booking + "/extend", End(2.5));
        DateTimeOffset.Parse((string)stays["end"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(2.5), null));
        await Refused(lab.Ada, booking + "/extend", "slot-taken", End(3.5));
        await Refused(lab.Ada, booking + "/extend", "slot-invalid", End(2));
        await Done(lab.Ada, booking + "/extend", End(3));
    }

    [Fact]
    public async Task Staff_check_somebody_in_and_members_only_themselves()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool(), 1, 2);
        await stage.Until(1);
        await Refused(lab.Ada, booking + "/check-in", "not-yours", """{"memberId": "ben"}""", HttpStatusCode.Forbidden);
        await Refused(lab.Ben, booking + "/check-in", "unknown-booking", status: HttpStatusCode.NotFound);
        await Refused(lab.Staff, booking + "/check-in", "not-transferable", """{"memberId": "mia"}""");
        ((string)(await Done(lab.Staff, booking + "/check-in"))["state"]!).ShouldBe("CheckedIn");
    }

    private string End(double hours) => $$"""{"end": "{{stage.At(hours)}}"}""";
}
