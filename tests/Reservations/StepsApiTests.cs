using System.Net;
using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Reservations;

/// <summary>Approval, hand-over, bundles, displacement, and what a request was made against.</summary>
public class StepsApiTests(Lab lab) : IClassFixture<Lab>
{
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task A_booking_that_waits_for_approval_holds_its_slot()
    {
        var tool = await stage.Tool("""{"approvalRequired": true}""");
        using var preview = await lab.Ada.Post("/api/v1/bookings/preview", $$"""{"toolId": "{{tool}}", "start": "{{stage.At(1)}}", "end": "{{stage.At(2)}}"}""");
        ((string)(await preview.Json())["becomes"]!).ShouldBe("AwaitingApproval");
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        (await State(lab.Ada, booking)).ShouldBe("AwaitingApproval");
        using (var taken = await lab.Ben.Book(tool, stage.At(1), stage.At(2))) (await taken.Code()).ShouldBe("slot-taken");
        await Refused(lab.Ada, booking + "/approve", "not-allowed", status: HttpStatusCode.Forbidden);
        await Refused(lab.Ada, booking + "/check-in", "check-in-closed");
        ((string)(await Done(lab.Staff, booking + "/approve", """{"note": "fine"}"""))["state"]!).ShouldBe("Confirmed");
        await Refused(lab.Staff, booking + "/decline", "not-awaiting-approval");
    }

    [Fact]
    public async Task Declined_it_ends_with_the_reason_and_its_slot_is_free()
    {
        var tool = await stage.Tool("""{"approvalRequired": true}""");
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        var declined = await Done(lab.Staff, booking + "/decline", """{"reason": "Open day"}""");
        ((string)declined["state"]!).ShouldBe("Cancelled");
        ((string)declined["reason"]!).ShouldBe("Open day");
        await stage.Booked(lab.Ben, tool, 1, 2);
    }

    [Fact]
    public async Task Unanswered_it_expires_when_it_would_begin()
    {
        var booking = await stage.Booked(lab.Ada, await stage.Tool("""{"approvalRequired": true}"""), 1, 2);
        await stage.Until(1);
        await Refused(lab.Staff, booking + "/approve", "not-awaiting-approval");
        (await State(lab.Ada, booking)).ShouldBe("Expired");
    }

    [Fact]
    public async Task A_colleague_sees_the_booking_checks_in_and_takes_it_over_but_a_stranger_does_not()
    {
        await Company("ada", "acme");
        await Company("ben", "acme");
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 2, 3);
        await Refused(lab.Mentor, booking + "/check-in", "unknown-booking", status: HttpStatusCode.NotFound);
        (await State(lab.Ben, booking)).ShouldBe("Confirmed");
        await Refused(lab.Ben, booking + "/cancel", "not-yours", status: HttpStatusCode.Forbidden);
        await Refused(lab.Ben, booking + "/hand-over", "not-yours", """{"memberId": "ben"}""", HttpStatusCode.Forbidden);
        await Refused(lab.Ada, booking + "/hand-over", "not-transferable", """{"memberId": "mia"}""");
        ((string)(await Done(lab.Ada, booking + "/hand-over", """{"memberId": "ben"}"""))["memberId"]!).ShouldBe("ben");
        ((string)(await Done(lab.Ben, booking + "/cancel"))["state"]!).ShouldBe("Cancelled");

        var other = await stage.Booked(lab.Ada, tool, 2, 3);
        await stage.Until(2);
        ((string)(await Done(lab.Ben, other + "/check-in"))["state"]!).ShouldBe("CheckedIn");
        ((string)(await Done(lab.Ben, other + "/check-out"))["memberId"]!).ShouldBe("ada");
    }

    [Fact]
    public async Task A_bundle_is_booked_whole_or_not_at_all()
    {
        var (one, two) = (await stage.Tool(), await stage.Tool());
        var taken = await stage.Booked(lab.Ben, two, 1, 2);
        using (var refused = await lab.Ada.Book(one, stage.At(1), stage.At(2), more: $", \"alsoTools\": [\"{two}\"]"))
        {
            (await refused.Code()).ShouldBe("slot-taken");
            ((string)(await refused.Json())["refusals"]![0]!["data"]!["toolId"]!).ShouldBe(two);
        }
        var alone = await stage.Booked(lab.Mentor, one, 1, 2);
        await Done(lab.Mentor, alone + "/cancel");
        await Done(lab.Ben, taken + "/cancel");
        var both = await stage.Booked(lab.Ada, one, 1, 2, $", \"alsoTools\": [\"{two}\"]");
        (await lab.Ada.Json("/api/v1/bookings?toolId=" + two))["items"]!.AsArray().ShouldContain(b => both.EndsWith((string)b!["id"]!, StringComparison.Ordinal));
        (await lab.Ada.Json(both))["alsoTools"]!.AsArray().Select(t => (string)t!).ShouldBe([two]);
        foreach (var tool in new[] { one, two })
        {
            using var again = await lab.Ben.Book(tool, stage.At(1), stage.At(2));
            (await again.Code()).ShouldBe("slot-taken");
        }
        await Done(lab.Ada, both + "/cancel");
        await stage.Booked(lab.Ben, two, 1, 2);
    }

    [Fact]
    public async Task An_outage_over_live_bookings_lists_them_and_displaces_those_that_staff_name()
    {
        var tool = await stage.Tool();
        var (first, second) = (await stage.Booked(lab.Ada, tool, 1, 2), await stage.Booked(lab.Ben, tool, 3, 4));
        var outage = $"\"id\": \"lens-{tool}\", \"title\": \"Lens\", \"start\": \"{stage.At(0)}\", \"end\": \"{stage.At(5)}\"";
        var overlaps = (await Placed(tool, $"{{{outage}}}")).AsArray();
        overlaps.Select(o => ((string)o!["memberId"]!, (string)o["state"]!)).ShouldBe([("ada", "Confirmed"), ("ben", "Confirmed")]);
        overlaps = (await Placed(tool, $"{{{outage}, \"displace\": [\"{first.Split('/')[^1]}\"]}}")).AsArray();
        overlaps.Select(o => ((string)o!["memberId"]!, (string)o["state"]!)).ShouldBe([("ada", "Displaced"), ("ben", "Confirmed")]);
        var alternative = overlaps[0]!["alternatives"]![0]!;
        using (var instead = await lab.Ada.Book((string)alternative["toolId"]!, (string)alternative["start"]!, (string)alternative["end"]!))
            instead.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Placed(tool, $"{{{outage}, \"displace\": true}}")).AsArray().ShouldHaveSingleItem()!["state"]!.GetValue<string>().ShouldBe("Displaced");
        var told = await lab.Ben.Json(second);
        ((string)told["state"]!).ShouldBe("Displaced");
        ((string)told["reason"]!).ShouldBe("Lens");
        told["lateFee"].ShouldBeNull();
    }

    [Fact]
    public async Task An_areas_outage_displaces_what_is_booked_in_it()
    {
        using var area = await lab.Admin.Post("/api/v1/areas", """{"id": "cellar", "name": "Cellar"}""");
        var tool = await stage.Tool(more: ", \"areaId\": \"cellar\"");
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        using var placed = await lab.Staff.Post("/api/v1/areas/cellar/outages", $$"""{"title": "Water", "start": "{{stage.At(0)}}", "end": "{{stage.At(5)}}", "displace": true}""");
        (await placed.Json())["overlaps"]!.AsArray().ShouldHaveSingleItem()!["id"]!.GetValue<string>().ShouldBe(booking.Split('/')[^1]);
        (await State(lab.Ada, booking)).ShouldBe("Displaced");
    }

    [Fact]
    public async Task Staff_take_a_slot_away_and_the_answer_says_what_would_work()
    {
        var tool = await stage.Tool();
        var booking = await stage.Booked(lab.Ada, tool, 1, 2);
        await Refused(lab.Ada, booking + "/displace", "not-allowed", """{"reason": "x"}""", HttpStatusCode.Forbidden);
        var displaced = await Done(lab.Staff, booking + "/displace", """{"reason": "School class"}""");
        ((string)displaced["state"]!).ShouldBe("Displaced");
        ((string)displaced["reason"]!).ShouldBe("School class");
        displaced["alternatives"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_request_made_against_an_older_policy_is_refused()
    {
        var tool = await stage.Tool();
        var version = (long)(await lab.Ada.Json("/api/v1/tools/" + tool))["version"]!;
        using var changed = await lab.Admin.Patch("/api/v1/tools/" + tool, """{"policy": {"maxDuration": "PT8H"}}""");
        using (var old = await lab.Ada.Book(tool, stage.At(1), stage.At(2), more: $", \"policyVersion\": {version}")) (await old.Code()).ShouldBe("changed-meanwhile");
        await stage.Booked(lab.Ada, tool, 1, 2, $", \"policyVersion\": {version + 1}");
    }

    [Fact]
    public async Task Staff_set_a_members_standing_and_the_member_reads_it()
    {
        using var set = await lab.Staff.Patch("/api/v1/members/mia", $$$"""
            {"waiverSigned": "2026-01-05T10:00:00Z", "suspension": {"reason": "Broke the lathe", "until": "{{{stage.At(5)}}}"}, "balanceDue": {"amount": 500, "currency": "usd"}}
            """);
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        var member = await lab.Mentor.Json("/api/v1/members/mia");
        ((string)member["suspension"]!["reason"]!).ShouldBe("Broke the lathe");
        ((long)member["balanceDue"]!["amount"]!).ShouldBe(500);
        ((string)member["waiverSigned"]!).ShouldStartWith("2026-01-05T11:00:00");
        using var lifted = await lab.Staff.Patch("/api/v1/members/mia", """{"suspension": null, "balanceDue": null}""");
        member = await lab.Mentor.Json("/api/v1/members/mia");
        member["suspension"].ShouldBeNull();
        member["balanceDue"].ShouldBeNull();
        member["waiverSigned"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Staff_set_a_members_standing_and_the_rules_go_by_it()
    {
        using var made = await lab.Admin.Post("/api/v1/members", """{"id": "zoe", "name": "Zoe"}""");
        var tool = await stage.Tool("""{"waiverRequired": true}""");
        (await Codes(tool, "zoe")).ShouldBe(["waiver-missing"]);
        using (var set = await lab.Staff.Patch("/api/v1/members/zoe", $$$"""
            {"waiverSigned": "2026-01-05T10:00:00Z", "suspension": {"reason": "Broke the lathe", "until": "{{{stage.At(5)}}}"}, "balanceDue": {"amount": 500, "currency": "usd"}}
            """))
        {
            var member = await set.Json();
            ((string)member["suspension"]!["reason"]!).ShouldBe("Broke the lathe");
            ((long)member["balanceDue"]!["amount"]!).ShouldBe(500);
            ((string)member["waiverSigned"]!).ShouldStartWith("2026-01-05T11:00:00");
        }
        (await Codes(tool, "zoe")).ShouldBe(["suspended", "balance-due"], ignoreOrder: true);
        using (var lifted = await lab.Staff.Patch("/api/v1/members/zoe", """{"suspension": null, "balanceDue": null}""")) lifted.EnsureSuccessStatusCode();
        (await Codes(tool, "zoe")).ShouldBeEmpty();
    }

    private async Task<string[]> Codes(string tool, string member)
    {
        using var preview = await lab.Staff.Post("/api/v1/bookings/preview", $$"""{"toolId": "{{tool}}", "memberId": "{{member}}", "start": "{{stage.At(1)}}", "end": "{{stage.At(2)}}"}""");
        return [.. (await preview.Json())["refusals"]!.AsArray().Select(r => (string)r!["code"]!)];
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Placed(string tool, string body)
    {
        using var placed = await lab.Staff.Post($"/api/v1/tools/{tool}/outages", body);
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        return (await placed.Json())["overlaps"]!;
    }

    private async Task Company(string member, string company)
    {
        using var changed = await lab.Staff.Patch("/api/v1/members/" + member, $$"""{"companyId": "{{company}}"}""");
        changed.EnsureSuccessStatusCode();
    }
}
