using System.Net;
using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Reservations;

/// <summary>What a cancellation costs, before and after the click.</summary>
public class LateCancelApiTests(Lab lab) : IClassFixture<Lab>
{
    private const string Policy = """{"lateCancelThreshold": "PT2H", "lateCancelFee": {"amount": 1000, "currency": "usd"}}""";
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task In_time_it_is_free_and_the_terms_say_until_when()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool(Policy), 3, 4);
        var terms = await lab.Ada.Json(booking + "/cancel-terms");
        ((bool)terms["late"]!).ShouldBeFalse();
        terms["fee"].ShouldBeNull();
        DateTimeOffset.Parse((string)terms["freeUntil"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(1), null));
        var told = await lab.Ada.Json(booking);
        ((string)told["freeUntil"]!).ShouldBe((string)terms["freeUntil"]!);
        ((string)told["terms"]!["lateCancelThreshold"]!).ShouldBe("PT2H");
        var ended = await Done(lab.Ada, booking + "/cancel");
        ((string)ended["state"]!).ShouldBe("Cancelled");
        ended["lateFee"].ShouldBeNull();
        using var again = await lab.Ada.GetAsync(booking + "/cancel-terms");
        (await again.Code()).ShouldBe("not-cancellable");
    }

    [Fact]
    public async Task From_the_threshold_on_it_costs_what_the_terms_said()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool(Policy), 3, 4);
        await stage.Until(1);
        ((long)(await lab.Ada.Json(booking + "/cancel-terms"))["fee"]!["amount"]!).ShouldBe(1000);
        var ended = await Done(lab.Ada, booking + "/cancel");
        ((string)ended["state"]!).ShouldBe("LateCancelled");
        ((long)ended["lateFee"]!["amount"]!).ShouldBe(1000);
        ended["links"]!["waiveFee"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_tightened_policy_does_not_change_the_terms_of_a_booking()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        using var changed = await lab.Admin.Patch("/api/v1/tools/" + tool, $$"""{"policy": {{Policy}}}""");
        changed.EnsureSuccessStatusCode();
        ((string)(await Done(lab.Ada, booking + "/cancel"))["state"]!).ShouldBe("Cancelled");
    }

    [Fact]
    public async Task Late_costs_nothing_while_the_tool_is_down()
    {
        var tool = await stage.Tool(Policy);
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        ((string)(await Stopped(tool, booking))["waived"]!).ShouldBe("tool-down");
        var ended = await Done(lab.Ada, booking + "/cancel");
        ((string)ended["state"]!).ShouldBe("Cancelled");
        ((string)ended["feeWaived"]!).ShouldBe("tool-down");
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Stopped(string tool, string booking)
    {
        using var changed = await lab.Admin.Patch("/api/v1/tools/" + tool, """{"outOfService": true}""");
        changed.EnsureSuccessStatusCode();
        return await lab.Ada.Json(booking + "/cancel-terms");
    }

    [Fact]
    public async Task The_fee_is_waived_by_itself_when_somebody_takes_the_slot()
    {
        var tool = await stage.Tool(Policy);
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        await Done(lab.Ada, booking + "/cancel");
        await stage.Booked(lab.Ben, tool, 1, 2);
        var told = await lab.Ada.Json(booking);
        told["lateFee"].ShouldBeNull();
        ((string)told["feeWaived"]!).ShouldBe("re-booked");
    }

    [Fact]
    public async Task Staff_waive_a_fee_with_a_reason_and_cancel_free_of_charge()
    {
        var tool = await stage.Tool(Policy);
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        await Done(lab.Ada, booking + "/cancel", """{"reason": "ill"}""");
        await Refused(lab.Ada, booking + "/waive-fee", "not-allowed", """{"reason": "x"}""", HttpStatusCode.Forbidden);
        var waived = await Done(lab.Staff, booking + "/waive-fee", """{"reason": "She was ill"}""");
        waived["lateFee"].ShouldBeNull();
        ((string)waived["feeWaived"]!).ShouldBe("staff");

        var other = await stage.Booked(lab.Ben, tool, 1, 2);
        ((string)(await lab.Staff.Json(other + "/cancel-terms"))["waived"]!).ShouldBe("staff");
        ((long)(await lab.Ben.Json(other + "/cancel-terms"))["fee"]!["amount"]!).ShouldBe(1000);
        ((string)(await Done(lab.Staff, other + "/cancel"))["state"]!).ShouldBe("Cancelled");
    }

    [Fact]
    public async Task Moving_to_later_is_no_way_around_the_fee_and_to_earlier_is_always_free()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool(Policy), 1.5, 2);
        await stage.Until(0);
        var refused = await Refused(lab.Ada, booking + "/move", "not-movable", Slot(5, 6));
        refused["refusals"]![0]!["data"]!["lateSince"].ShouldNotBeNull();
        var earlier = await Done(lab.Ada, booking + "/move", Slot(1, 1.5));
        DateTimeOffset.Parse((string)earlier["start"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(1), null));
    }

    [Fact]
    public async Task A_moves_preview_says_what_the_move_would_and_writes_nothing()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        await stage.Booked(lab.Ben, tool, 3, 4);
        var bad = await Done(lab.Ada, booking + "/move/preview", Slot(3, 4));
        ((bool)bad["accepted"]!).ShouldBeFalse();
        ((string)bad["refusals"]![0]!["code"]!).ShouldBe("slot-taken");
        bad["alternatives"]!.AsArray().ShouldNotBeEmpty();
        bad["becomes"].ShouldBeNull();
        var good = await Done(lab.Ada, booking + "/move/preview", Slot(1.5, 2.5));
        ((bool)good["accepted"]!).ShouldBeTrue();
        ((string)good["becomes"]!).ShouldBe("Confirmed");
        DateTimeOffset.Parse((string)(await lab.Ada.Json(booking))["start"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(1), null));
    }

    private string Slot(double from, double to) => $$"""{"start": "{{stage.At(from)}}", "end": "{{stage.At(to)}}"}""";
}
