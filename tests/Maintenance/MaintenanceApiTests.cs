using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Maintenance;

/// <summary>Problems, work orders, meters, plans and outages that come again, by the API and the moved clock.</summary>
public class MaintenanceApiTests(Lab lab) : IClassFixture<Lab>
{
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task From_the_report_to_the_return_everybody_affected_is_told_and_offered_other_times()
    {
        var tool = await stage.Tool(more: """, "category": "Drills" """);
        var spare = await stage.Tool(more: """, "category": "Drills" """);
        var soon = await stage.Booked(lab.Ben, tool, 3, 4);
        var later = await stage.Booked(lab.Ben, tool, 30, 31);
        var after = await stage.Booked(lab.Ben, tool, 100, 101);
        var problem = await Report(lab.Ada, tool, """{"words": "The chuck is loose", "hazard": true, "unusable": true}""");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("out-of-service");
        (await Mail("ben@example.org", $"Tool {tool} is out of service")).ShouldBe(2);
        (await lab.Staff.Json("/api/v1/problems")).AsArray().ShouldContain(p => (string)p!["id"]! == problem);

        using var made = await lab.Staff.Post("/api/v1/work-orders", $$"""
            {"title": "New chuck", "target": "Tool", "targetId": "{{tool}}", "problems": ["{{problem}}"], "expectedBack": "{{stage.At(48)}}", "tasks": [{"words": "Order it"}, {"words": "Fit it"}]}
            """);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var order = made.Headers.Location!.OriginalString;
        ((string)(await lab.Ada.Json("/api/v1/problems/" + problem))["state"]!).ShouldBe("Triaged");
        DateTimeOffset.Parse((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["expectedBack"]!, null).ShouldBe(DateTimeOffset.Parse(stage.At(48), null));

        var lost = (await Done(lab.Staff, order + "/displace", """{"displace": true}""")).AsArray();
        lost.Select(b => (string)b!["state"]!).ShouldBe(["Displaced", "Displaced"]);
        lost[0]!["alternatives"]!.AsArray().ShouldContain(a => (string)a!["toolId"]! == spare);
        (await State(lab.Ben, soon)).ShouldBe("Displaced");
        (await State(lab.Ben, after)).ShouldBe("Confirmed");
        (await Mail("ben@example.org", $"Your time at Tool {tool} cannot be kept")).ShouldBe(2);

        await stage.Until(20);
        var patched = await Patched(order, $$"""{"tasks": [{"words": "Order it", "done": true}, {"words": "Fit it", "done": true}], "parts": [{"name": "Chuck", "quantity": 1, "unitCost": {"amount": 4500, "currency": "usd"} }], "times": [{"memberId": "sam", "spent": "PT45M"}]}""");
        ((long)patched["cost"]!["amount"]!).ShouldBe(4500);
        ((string)(await Done(lab.Staff, order + "/close", """{"result": "Works again"}"""))["state"]!).ShouldBe("Done");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("in-service");
        // One of the two lost times is still to come.
        (await Mail("ben@example.org", $"Tool {tool} is back")).ShouldBe(1);
        (await Mail("ada@example.org", $"What you reported of Tool {tool}")).ShouldBe(1);
        ((string)(await lab.Ada.Json("/api/v1/problems/" + problem))["answer"]!).ShouldBe("Works again");
        await stage.Booked(lab.Ben, tool, 30, 31);
        later.ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_problem_that_makes_it_unusable_keeps_the_tool_out()
    {
        var tool = await stage.Tool();
        var first = await Report(lab.Ada, tool, """{"words": "Smoke", "unusable": true}""");
        var second = await Report(lab.Ben, tool, """{"words": "No power", "unusable": true}""");
        using var made = await lab.Staff.Post("/api/v1/work-orders", $$"""{"title": "Clean it", "target": "Tool", "targetId": "{{tool}}", "problems": ["{{first}}"]}""");
        await Done(lab.Staff, made.Headers.Location!.OriginalString + "/close");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("out-of-service");
        ((string)(await Done(lab.Staff, $"/api/v1/problems/{second}/close", $$"""{"sameAs": "{{first}}"}"""))["state"]!).ShouldBe("Duplicate");
    }

    [Fact]
    public async Task A_problem_that_is_closed_without_an_order_brings_the_tool_back_where_that_is_said_and_nothing_else_keeps_it_out()
    {
        var tool = await stage.Tool();
        await stage.Booked(lab.Ben, tool, 5, 6);
        var smoke = await Report(lab.Ada, tool, """{"words": "Smoke", "unusable": true}""");
        var dead = await Report(lab.Ben, tool, """{"words": "No power", "unusable": true}""");
        (await Mail("ben@example.org", $"Tool {tool} is out of service")).ShouldBe(2);
        await Refused(lab.Staff, $"/api/v1/problems/{smoke}/close", "contradiction", $$"""{"sameAs": "{{dead}}", "backInService": true}""", HttpStatusCode.UnprocessableEntity);
        await Done(lab.Staff, $"/api/v1/problems/{smoke}/close", """{"answer": "It was steam", "backInService": true}""");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("out-of-service");
        (await Mail("ben@example.org", $"Tool {tool} can be used again")).ShouldBe(0);

        (await lab.Staff.GetStringAsync("/staff/problems/" + dead)).ShouldContain("name=\"works\" value=\"1\" checked");
        using var closed = await lab.Staff.Submit("/staff/problems/" + dead, "close", ("answer", "The plug was out"), ("works", "1"));
        closed.Headers.Location!.OriginalString.ShouldContain("done=closed-back");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("in-service");
        (await Mail("ben@example.org", $"Tool {tool} can be used again")).ShouldBe(1);

        // What is over brings nothing back that was taken out since.
        await Patched("/api/v1/tools/" + tool, """{"outOfService": true}""");
        await Done(lab.Staff, $"/api/v1/problems/{dead}/close", """{"backInService": true}""");
        ((string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!).ShouldBe("out-of-service");
    }

    [Fact]
    public async Task Whoever_keeps_a_time_in_which_an_outage_is_planned_is_told_once_and_whoever_loses_it_hears_that_alone()
    {
        (await lab.Admin.Post("/api/v1/resources", """{"id": "gas", "name": "Gas"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        var tool = await stage.Tool(more: """, "dependsOn": ["gas"] """);
        var lost = await stage.Booked(lab.Ada, tool, 50, 51);
        await stage.Booked(lab.Ben, tool, 52, 53);
        using var planned = await lab.Staff.Post($"/api/v1/tools/{tool}/outages", $$"""
            {"title": "Belts", "start": "{{stage.At(49)}}", "end": "{{stage.At(54)}}", "rule": "FREQ=DAILY;COUNT=3", "displace": ["{{lost.Split('/')[^1]}}"]}
            """);
        planned.StatusCode.ShouldBe(HttpStatusCode.Created, await planned.Content.ReadAsStringAsync());
        var told = $"Tool {tool} cannot be used in your time";
        (await Mail("ben@example.org", told), await Mail("ada@example.org", told), await Mail("ada@example.org", $"Your time at Tool {tool} cannot be kept")).ShouldBe((1, 0, 1));
        using var bottle = await lab.Staff.Post("/api/v1/resources/gas/outages", $$"""{"title": "Bottle", "start": "{{stage.At(52)}}", "end": "{{stage.At(52.5)}}"}""");
        bottle.StatusCode.ShouldBe(HttpStatusCode.Created, await bottle.Content.ReadAsStringAsync());
        (await Mail("ben@example.org", told)).ShouldBe(2);
        using var other = await lab.Staff.Post($"/api/v1/tools/{tool}/outages", $$"""{"title": "Belts", "start": "{{stage.At(200)}}", "end": "{{stage.At(201)}}"}""");
        (await Mail("ben@example.org", told)).ShouldBe(2);
    }

    [Fact]
    public async Task A_photo_is_a_picture_by_what_is_in_it_and_for_staff_and_reporter_only()
    {
        var problem = await Report(lab.Ada, await stage.Tool(), """{"words": "Look"}""");
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 1, 2, 3];
        (await Put(lab.Ada, problem, "<svg onload='alert(1)'/>"u8.ToArray(), "image/png")).ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await Put(lab.Ben, problem, png, "image/png")).ShouldBe(HttpStatusCode.NotFound);
        (await Put(lab.Ada, problem, png, "text/html")).ShouldBe(HttpStatusCode.NoContent);
        using var photo = await lab.Staff.GetAsync($"/api/v1/problems/{problem}/photo");
        photo.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        photo.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await photo.Content.ReadAsByteArrayAsync()).ShouldBe(png);
        using var other = await lab.Ben.GetAsync($"/api/v1/problems/{problem}/photo");
        other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_check_out_feeds_the_meter_once_and_the_plan_reserves_its_window_and_makes_its_order()
    {
        var tool = await stage.Tool();
        await Put($"/api/v1/tools/{tool}/meters/blade", """{"name": "Blade", "kind": "Hours", "fromUse": true}""");
        await Put($"/api/v1/tools/{tool}/plans/sharpen", """{"name": "Sharpen", "meterId": "blade", "everyUse": 12, "length": "PT2H", "tasks": ["Take it off"]}""");
        var booking = await stage.Booked(lab.Ada, tool, 1, 4);
        await stage.Until(1);
        await Done(lab.Ada, booking + "/check-in");
        await stage.Until(4);
        await Done(lab.Ada, booking + "/check-out");
        await stage.Until(5);
        var upkeep = await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep");
        ((decimal)upkeep["meters"]![0]!["value"]!).ShouldBe(3);
        // Two bookings more, and one that is as long as any may be would pass the mark: a window lies before them, or what is free is kept free.
        await stage.Booked(lab.Ada, tool, 40, 44);
        await stage.Until(6);
        var plan = (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["plans"]![0]!;
        plan["window"].ShouldNotBeNull(plan.ToJsonString());
        var start = DateTimeOffset.Parse((string)plan["window"]!["start"]!, null);
        start.ShouldBeLessThan(DateTimeOffset.Parse(stage.At(44), null));
        (await lab.Ada.Json("/api/v1/tools/" + tool))["outages"]!.AsArray().ShouldContain(o => (string)o!["title"]! == "Sharpen");
        var order = (await lab.Staff.Json($"/api/v1/work-orders?targetId={tool}")).AsArray().Single()!;
        ((string)order["planId"]!).ShouldBe("sharpen");
        await Done(lab.Staff, $"/api/v1/work-orders/{(string)order["id"]!}/close");
        plan = (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["plans"]![0]!;
        ((decimal)plan["reading"]!).ShouldBe(3);
        plan["workOrderId"].ShouldBeNull();
    }

    [Fact]
    public async Task An_outage_comes_again_in_the_spaces_time_and_each_can_be_ended()
    {
        var tool = await stage.Tool();
        using var made = await lab.Staff.Post($"/api/v1/tools/{tool}/outages", """{"id": "clean", "title": "Cleaning", "start": "2027-03-01T08:00:00+01:00", "end": "2027-03-01T09:00:00+01:00", "rule": "FREQ=MONTHLY;COUNT=3"}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var times = (await made.Json())["occurrences"]!.AsArray();
        times.Select(o => (string)o!["id"]!).ShouldBe(["clean-1", "clean-2", "clean-3"]);
        ((string)times[1]!["start"]!).ShouldBe("2027-04-01T08:00:00+02:00");
        using var closed = await lab.Staff.Post("/api/v1/outages/clean-2/close", "{}");
        (await lab.Ada.Json("/api/v1/tools/" + tool))["outages"]!.AsArray().Count.ShouldBe(2);
        // A booking that reaches into two of the times is told once.
        var other = await stage.Tool();
        await stage.Booked(lab.Ben, other, 20, 26);
        using var daily = await lab.Staff.Post($"/api/v1/tools/{other}/outages", $$"""{"title": "Paint", "start": "{{stage.At(1)}}", "end": "{{stage.At(24)}}", "rule": "FREQ=DAILY;COUNT=2"}""");
        (await daily.Json())["overlaps"]!.AsArray().Count.ShouldBe(1);
        await Refused(lab.Staff, $"/api/v1/tools/{tool}/outages", "malformed-rule", """{"title": "x", "start": "2027-03-01T08:00:00Z", "end": "2027-03-01T09:00:00Z", "rule": "often"}""", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Of_an_outage_that_comes_again_the_page_shows_what_lies_in_each_time_also_of_a_resource()
    {
        (await lab.Admin.Post("/api/v1/resources", """{"id": "air", "name": "Compressor"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        var tool = await stage.Tool(more: """, "dependsOn": ["air"] """);
        foreach (var week in new[] { 1, 3 }) await stage.Booked(lab.Ben, tool, (week * 168) + 3, (week * 168) + 4);
        var day = DateTimeOffset.Parse(stage.At(3 + 168), null).Date;
        (string, string)[] typed =
        [
            ("target", "resource:air"), ("title", "New filter"), ("start-day", $"{day.AddDays(-1):yyyy-MM-dd}"), ("start-time", "00:00"), ("end-day", $"{day.AddDays(2):yyyy-MM-dd}"), ("end-time", "00:00"),
            ("repeat", "FREQ=WEEKLY"), ("times", "4"),
        ];
        using var asked = await lab.Staff.Submit("/staff/outages", "plan", typed);
        asked.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var page = await asked.Content.ReadAsStringAsync();
        page.ShouldContain("2 bookings lie in this outage");
        Times(page, "name=\"displace\"").ShouldBe(2);
        Times(page, "<h4 class=\"small num\"").ShouldBe(2);
        using var planned = await lab.Staff.Submit("/staff/outages", "plan", [.. typed, ("sure", "1")]);
        planned.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await lab.Staff.Json("/api/v1/resources"))["items"]!.AsArray().Single(r => (string)r!["id"]! == "air")!["outages"]!.AsArray().Count.ShouldBe(4);
        page = await lab.Staff.GetStringAsync(planned.Headers.Location);
        page.ShouldContain("2 bookings lie in this outage");
        Times(page, "<h3 class=\"small num\"").ShouldBe(2);
    }

    [Fact]
    public async Task Staff_who_take_a_tool_or_a_resource_out_see_what_is_booked_and_come_to_the_order_that_offers_other_times()
    {
        (await lab.Admin.Post("/api/v1/resources", """{"id": "dust", "name": "Dust extraction"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        var tool = await stage.Tool(more: """, "dependsOn": ["dust"] """);
        await stage.Booked(lab.Ben, tool, 30, 31);
        (await Patched("/api/v1/tools/" + tool, """{"outOfService": true}"""))["outOfService"]!.GetValue<bool>().ShouldBeTrue();
        var page = await lab.Staff.GetStringAsync("/staff/tools/" + tool);
        page.ShouldContain("1 booking lies in the time in which it cannot be used");
        page.ShouldContain($"/staff/work/new?tool={tool}&amp;out=1");
        using var made = await lab.Staff.Post("/api/v1/work-orders", $$"""{"title": "See to it", "target": "Tool", "targetId": "{{tool}}"}""");
        (await lab.Staff.GetStringAsync("/staff/tools/" + tool)).ShouldContain("/staff/work/" + (string)(await made.Json())["id"]!);
        await Patched("/api/v1/tools/" + tool, """{"outOfService": false}""");
        (await lab.Staff.GetStringAsync("/staff/tools/" + tool)).ShouldNotContain("cannot be used");
        await Patched("/api/v1/resources/dust", """{"outOfService": true}""");
        (await lab.Staff.GetStringAsync("/staff/resources?id=dust")).ShouldContain("/staff/work/new?resource=dust&amp;out=1");
        (await lab.Staff.GetStringAsync("/staff/work/new?resource=dust&out=1")).ShouldContain("value=\"Resource:dust\" selected");
    }

    [Fact]
    public async Task What_plans_have_reserved_stands_with_the_work_orders_before_it_has_one()
    {
        var tool = await stage.Tool();
        await Put($"/api/v1/tools/{tool}/plans/grease", """{"name": "Grease the spindle", "everyDays": 20, "length": "PT1H"}""");
        (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["plans"]![0]!["window"].ShouldNotBeNull();
        var page = await lab.Staff.GetStringAsync("/staff/work");
        page.ShouldContain("Coming up by plan");
        page.ShouldContain($"<a class=\"cover\" href=\"/staff/tools/{tool}/upkeep\">Grease the spindle</a>");
    }

    [Fact]
    public async Task A_plan_that_finds_no_time_stands_on_the_board_with_what_can_be_done_and_is_one_row_among_the_outages()
    {
        var tool = await stage.Tool(policy: """{"maxDuration": "PT8H"}""");
        await Put($"/api/v1/tools/{tool}/meters/pump", """{"name": "Pump", "kind": "Hours", "fromUse": true}""");
        // Due after four booked hours, as one booking more may take eight of the twelve; the gaps are too short for it, and are kept.
        foreach (var (from, to) in new[] { (1, 9), (9.5, 10), (10.5, 11) }) await stage.Booked(lab.Ada, tool, from, to);
        await Put($"/api/v1/tools/{tool}/plans/flush", """{"name": "Flush the pump", "meterId": "pump", "everyUse": 12, "length": "PT1H"}""");
        var plan = (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["plans"]![0]!;
        ((bool)plan["urgent"]!, plan["blocks"]!.AsArray().Count).ShouldBe((true, 2), plan.ToJsonString());
        var board = await lab.Staff.GetStringAsync("/staff");
        board.ShouldContain("Upkeep that finds no time");
        board.ShouldContain($"href=\"/staff/tools/{tool}/upkeep#plans\">Flush the pump</a>");
        board.ShouldContain($"href=\"/staff/outages?tool={tool}\">Make time for it");
        var outages = await lab.Staff.GetStringAsync("/staff/outages");
        Times(outages, "<strong>Flush the pump</strong>").ShouldBe(1);
        outages.ShouldNotContain($"value=\"tool:{tool}|upkeep-");
        outages.ShouldContain($"href=\"/staff/tools/{tool}/upkeep#plans\"");
        (await lab.Staff.DeleteAsync($"/api/v1/tools/{tool}/plans/flush")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await lab.Staff.GetStringAsync("/staff")).ShouldNotContain("Flush the pump");
    }

    private static int Times(string text, string part) => text.Split(part).Length - 1;

    [Fact]
    public async Task A_manual_is_a_web_address_and_nothing_else()
    {
        var tool = await stage.Tool();
        using var wrong = await lab.Staff.Patch("/api/v1/tools/" + tool, """{"manual": "javascript:alert(1)"}""");
        (await wrong.Code()).ShouldBe("malformed-link");
        using var right = await lab.Staff.Patch("/api/v1/tools/" + tool, """{"manual": "https://example.org/manual.pdf", "safetySheet": "https://example.org/safety.pdf"}""");
        ((string)(await right.Json())["safetySheet"]!).ShouldBe("https://example.org/safety.pdf");
    }

    private static async Task<string> Report(HttpClient by, string tool, string body)
    {
        using var made = await by.Post($"/api/v1/tools/{tool}/problems", body);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (string)(await made.Json())["id"]!;
    }

    private static async Task<HttpStatusCode> Put(HttpClient by, string problem, byte[] content, string type)
    {
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var answer = await by.PutAsync($"/api/v1/problems/{problem}/photo", body);
        return answer.StatusCode;
    }

    private async Task Put(string path, string json)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await lab.Staff.PutAsync(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> Patched(string path, string json)
    {
        using var answer = await lab.Staff.Patch(path, json);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    private async Task<int> Mail(string to, string subject)
    {
        using var run = await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""");
        run.EnsureSuccessStatusCode();
        var mail = await lab.Admin.Json("/dev/mail");
        var items = mail as JsonArray ?? mail["items"]!.AsArray();
        return items.Count(m => (string)m!["to"]! == to && ((string)m["subject"]!).Contains(subject, StringComparison.Ordinal));
    }
}
