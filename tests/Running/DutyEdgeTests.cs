using System.Net;
using System.Text;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Running;

/// <summary>
/// Wes looks after the wood shop alone, in every duty. What lies in the metal shop is not his, by whichever door he comes; and pages and API say the same.
/// </summary>
public class DutyEdgeTests(DutyEdge edge) : IClassFixture<DutyEdge>
{
    private const string Elsewhere = "duty-elsewhere";

    [Theory]
    [InlineData("cancel", "")]
    [InlineData("check-in", "")]
    [InlineData("check-out", "")]
    [InlineData("extend", """{"end": "2026-12-30T12:00:00Z"}""")]
    [InlineData("confirm", "")]
    [InlineData("hand-over", """{"memberId": "ben"}""")]
    [InlineData("move", """{"start": "2026-12-20T10:00:00Z", "end": "2026-12-20T11:00:00Z"}""")]
    [InlineData("approve", "")]
    [InlineData("decline", "")]
    [InlineData("displace", """{"reason": "x"}""")]
    [InlineData("waive-fee", """{"reason": "x"}""")]
    public async Task Nobody_acts_on_others_bookings_where_they_are_not_at_the_desk(string step, string body)
    {
        (await edge.Wes.Answer($"/api/v1/bookings/{edge.OnLathe}/{step}", body)).ShouldBe(Elsewhere);
        (await edge.Wes.Answer($"/api/v1/bookings/{edge.OnSaw}/{step}", body)).ShouldNotStartWith("duty-");
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("approve")]
    [InlineData("displace")]
    [InlineData("waive-fee")]
    [InlineData("check-in")]
    public async Task The_booking_page_says_the_same(string step)
    {
        (await edge.Wes.Page("/bookings/" + edge.OnLathe, "life", ("do", step), ("reason", "x"))).ShouldBe("/not-allowed?duty=Desk&area=metal");
    }

    [Fact]
    public async Task Looking_at_others_bookings_asks_for_no_duty()
    {
        (await edge.Wes.GetAsync($"/api/v1/bookings/{edge.OnLathe}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.Wes.GetAsync($"/api/v1/bookings/{edge.OnLathe}/cancel-terms")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.Wes.Answer($"/api/v1/bookings/{edge.OnLathe}/move/preview", """{"start": "2026-12-20T10:00:00Z", "end": "2026-12-20T11:00:00Z"}""")).ShouldBe("200");
    }

    [Theory]
    [InlineData(11, "lathe", """, "memberId": "ben" """, Elsewhere)]
    [InlineData(12, "lathe", """, "override": {"reason": "x"} """, Elsewhere)]
    [InlineData(13, "saw", """, "alsoTools": ["lathe"], "memberId": "ben" """, Elsewhere)]
    [InlineData(14, "lathe", "", "201")]
    [InlineData(15, "saw", """, "memberId": "ben", "override": {"reason": "x"} """, "201")]
    public async Task Booking_for_others_and_in_spite_of_rules_is_the_desks_where_the_tools_are(int day, string tool, string more, string expected)
    {
        var wish = $$"""{"toolId": "{{tool}}", "start": "2027-01-{{day}}T10:00:00Z", "end": "2027-01-{{day}}T11:00:00Z"{{more}}""";
        (await edge.Wes.Answer("/api/v1/bookings", wish + "}")).ShouldBe(expected);
        if (expected == Elsewhere) (await edge.Wes.Answer("/api/v1/bookings/series", wish + """, "rule": "FREQ=WEEKLY;COUNT=2"}""")).ShouldBe(Elsewhere);
    }

    [Fact]
    public async Task Waiting_for_others_is_the_desks_too() =>
        (await edge.Wes.Answer("/api/v1/waitlist", """{"toolId": "lathe", "start": "2027-02-01T10:00:00Z", "end": "2027-02-01T11:00:00Z", "memberId": "ben"}""")).ShouldBe(Elsewhere);

    [Fact]
    public async Task What_a_technician_reaches_ends_with_the_area()
    {
        var wes = edge.Wes;
        foreach (var (path, body) in new[]
        {
            ($"/api/v1/problems/{edge.OfLathe}/close", ""), ($"/api/v1/work-orders/{edge.OrderOfLathe}/close", ""), ($"/api/v1/work-orders/{edge.OrderOfLathe}/displace", """{"displace": true}"""),
            ("/api/v1/work-orders", """{"title": "x", "target": "Tool", "targetId": "lathe"}"""), ("/api/v1/work-orders", """{"title": "x", "target": "Area", "targetId": "metal"}"""),
            ("/api/v1/work-orders", $$"""{"title": "x", "target": "Tool", "targetId": "saw", "problems": ["{{edge.OfLathe}}"]}"""),
            ("/api/v1/devices/lathe-lock/stop", """{"reason": "x"}"""), ("/api/v1/devices/lathe-lock/unlock", """{"reason": "x"}"""),
            ("/api/v1/devices", """{"name": "Gate", "kind": "Door", "areaId": "metal"}"""), ("/api/v1/devices", """{"name": "Stop", "kind": "Interlock", "toolId": "lathe"}"""),
            ("/api/v1/resources", """{"name": "Air"}"""), ("/api/v1/resources/coolant/outages", """{"title": "x", "start": "2027-01-01T00:00:00Z", "end": "2027-01-02T00:00:00Z"}"""),
            ("/api/v1/outages/lathe-out/close", ""), ("/api/v1/tools", """{"name": "Mill", "areaId": "metal"}"""), ("/api/v1/tools", """{"name": "Mill"}"""), ("/api/v1/tools/lathe/outages", "{}"), ("/api/v1/tools/secret/outages", "{}"),
        })
            (await wes.Answer(path, body)).ShouldBe(Elsewhere, path + body);
        foreach (var (path, body) in new[]
        {
            ("/api/v1/tools/saw", """{"areaId": "metal"}"""), ("/api/v1/tools/saw", """{"areaId": null}"""), ("/api/v1/areas/wood", """{"inside": "metal"}"""), ("/api/v1/areas/metal", """{"capacity": 3}"""),
            ("/api/v1/resources/coolant", """{"name": "x"}"""), ("/api/v1/devices/saw-lock", """{"toolId": "lathe"}"""), ($"/api/v1/work-orders/{edge.OrderOfSaw}", """{"targetId": "lathe"}"""),
        })
            (await wes.Answer(path, body, HttpMethod.Patch)).ShouldBe(Elsewhere, path + body);
        (await wes.Answer("/api/v1/tools/saw", """{"location": "left"}""", HttpMethod.Patch)).ShouldBe("200");
        (await wes.Answer("/api/v1/devices/saw-lock/stop", """{"reason": "x"}""")).ShouldBe("200");
        (await wes.Answer("/api/v1/resources/dust/outages", """{"title": "x", "start": "2027-01-01T00:00:00Z", "end": "2027-01-02T00:00:00Z"}""")).ShouldBe("201");
        (await wes.Answer("/api/v1/tools", """{"name": "Plane", "areaId": "wood"}""")).ShouldBe("201");
    }

    [Fact]
    public async Task Rules_are_for_staff_without_limits_by_whichever_door()
    {
        (await edge.Wes.Answer("/api/v1/tools/saw", """{"policy": {"maxDuration": "PT1H"}}""", HttpMethod.Patch)).ShouldBe("duty-missing");
        (await edge.Wes.Answer("/api/v1/areas/wood", """{"policy": {"maxDuration": "PT1H"}}""", HttpMethod.Patch)).ShouldBe("duty-missing");
        (await edge.Wes.Page("/staff/rules/edit?level=tool&id=saw", "rules")).ShouldBe("/not-allowed?duty=&area=");
    }

    [Fact]
    public async Task No_duty_covers_others_money_by_whichever_door()
    {
        foreach (var (path, body) in new[]
        {
            ("checkout", """{"kind": "Card"}"""), ("portal", ""), ("collect", ""), ($"entries/{Guid.NewGuid()}/objection", """{"words": "x"}"""),
        })
        {
            (await edge.Wes.Answer("/api/v1/accounts/member-ben/" + path, body)).ShouldBe("duty-missing", path);
            (await edge.Wes.Answer("/api/v1/accounts/member-wes/" + path, body)).ShouldNotBe("duty-missing", path);
        }
        (await edge.Wes.GetAsync("/api/v1/accounts/member-ben")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var form in new[] { "collect", "card" })
            using (var page = await edge.Wes.Submit("/money?account=member-ben", form)) ((int)page.StatusCode).ShouldBeOneOf(400, 404);
        using var paid = await edge.Wes.Submit("/money/pay", "pay", ("account", "member-ben"), ("kind", "Card"), ("key", Guid.NewGuid().ToString()));
        paid.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_trains_on_a_tool_is_a_trainers_say_and_the_rest_a_technicians()
    {
        var (terry, tina) = (edge.Trainer, edge.Technician);
        (await terry.Answer("/api/v1/tools/saw", """{"trainers": ["ben"]}""", HttpMethod.Patch)).ShouldBe("200");
        (await terry.Answer("/api/v1/tools/saw", """{"trainers": ["ben", "ada"], "location": "right"}""", HttpMethod.Patch)).ShouldBe(Elsewhere);
        (await terry.Answer("/api/v1/tools/lathe", """{"trainers": ["ben"]}""", HttpMethod.Patch)).ShouldBe(Elsewhere);
        (await tina.Answer("/api/v1/tools/saw", """{"trainers": []}""", HttpMethod.Patch)).ShouldBe(Elsewhere);
        (await tina.Answer("/api/v1/tools/saw", """{"location": "right"}""", HttpMethod.Patch)).ShouldBe("200");
        (await tina.Page("/staff/tools/saw/trainers", "add", ("email", "ada@example.org"))).ShouldStartWith("/not-allowed?duty=Trainer");
        (await terry.Page("/staff/tools/saw/trainers", "add", ("email", "ada@example.org"))).ShouldBe("/staff/tools/saw/trainers?done=saved");
        (await terry.Page("/staff/tools/saw", "tool")).ShouldStartWith("/not-allowed?duty=Technician");
    }

    [Fact]
    public async Task An_outage_is_ended_where_it_is_whatever_else_the_form_says()
    {
        (await edge.Wes.Page("/staff/outages", "close", ("target", "tool:saw"), ("close", "tool:lathe|lathe-out"))).ShouldBe("/not-allowed?duty=Technician&area=metal");
        (await edge.Wes.Page("/staff/outages", "plan", ("target", "tool:lathe"), ("close", "tool:saw|x"))).ShouldBe("/not-allowed?duty=Technician&area=metal");
        (await edge.Wes.Page("/staff/outages", "close", ("close", "resource:coolant|x"))).ShouldBe("/not-allowed?duty=Technician&area=metal");
        (await edge.Wes.Page("/staff/outages", "plan", ("target", "resource:coolant"))).ShouldBe("/not-allowed?duty=Technician&area=metal");
        (await edge.Wes.Page("/staff/outages", "plan", ("target", "resource:dust"))).ShouldNotStartWith("/not-allowed");
        (await edge.Wes.Page("/staff/resources?id=coolant", "resource")).ShouldBe("/not-allowed?duty=Technician&area=metal");
    }

    [Fact]
    public async Task Pages_of_areas_and_mentors_answer_as_the_api_does()
    {
        (await edge.Wes.Page("/staff/areas?id=metal", "area", ("name", "x"))).ShouldBe("/not-allowed?duty=Technician&area=metal");
        (await edge.Wes.Page("/staff/areas?id=wood", "area", ("name", "Wood shop"))).ShouldBe("/staff/areas?done=saved");
        foreach (var making in new[] { "/staff/areas", "/staff/areas?id=none" }) (await edge.Wes.Page(making, "area", ("name", "x"))).ShouldBe("/not-allowed?duty=&area=");
        const string offer = """{"skills": ["x"], "timeZone": "Europe/Berlin"}""";
        (await edge.Wes.Answer("/api/v1/mentors/mia", offer, HttpMethod.Put)).ShouldBe(Elsewhere);
        (await edge.Technician.Answer("/api/v1/mentors/mia", offer, HttpMethod.Put)).ShouldBe(Elsewhere);
        (await edge.Technician.Page("/staff/mentors/mia", "offer")).ShouldStartWith("/not-allowed?duty=Desk");
    }

    [Fact]
    public async Task Nobody_certifies_for_what_they_do_not_train_for()
    {
        var wes = edge.Wes;
        (await wes.Answer("/api/v1/members/ada/certifications", """{"id": "turning", "override": {"reason": "x"}}""")).ShouldBe(Elsewhere);
        (await wes.Answer("/api/v1/members/ada/certifications/turning/revoke", """{"reason": "x"}""")).ShouldBe(Elsewhere);
        (await wes.Answer("/api/v1/members/ada/certifications/turning", "", HttpMethod.Delete)).ShouldBe(Elsewhere);
        (await wes.Answer("/api/v1/certifications/turning", """{"name": "Turning"}""", HttpMethod.Put)).ShouldBe(Elsewhere);
        (await wes.Answer("/api/v1/members/ada/sign-offs", """{"certificationId": "turning"}""")).ShouldBe("no-trainer");
        (await wes.Page("/staff/members/ada/passport", "staff-turning", ("do", "sign-off"))).ShouldBe("/not-allowed?duty=Trainer&area=metal");
        (await wes.Page("/staff/members/ada", "grant", ("certification", "turning"))).ShouldBe("/not-allowed?duty=Trainer&area=metal");
        (await wes.Answer("/api/v1/members/ada/sign-offs", """{"certificationId": "sawing"}""")).ShouldBe("200");
    }

    [Fact]
    public async Task The_page_of_teaching_signs_for_what_one_trains_for_and_nothing_else()
    {
        foreach (var (who, expected) in new[] { (edge.Technician, HttpStatusCode.Forbidden), (edge.Wes, HttpStatusCode.Forbidden), (edge.Lab.Ada, HttpStatusCode.Forbidden), (edge.Lab.Staff, HttpStatusCode.Found) })
        {
            using var answer = await who.Send("/teach", await who.GetStringAsync("/sign-out"), "sign", ("email", "ben@example.org"), ("certification", "turning"));
            answer.StatusCode.ShouldBe(expected);
            var turning = (await edge.Lab.Staff.Json("/api/v1/members/ben/passport"))["certifications"]!.AsArray().Single(c => (string)c!["id"]! == "turning")!;
            ((string)turning["standing"]!).ShouldBe(expected == HttpStatusCode.Found ? "Valid" : "Not");
        }
    }

    [Fact]
    public async Task Others_trainings_are_changed_by_who_trains_where_they_are_given()
    {
        var other = (string)(await edge.Made("/api/v1/trainings", """{"title": "Safety", "certificationId": "safety", "start": "2027-04-01T08:00:00Z", "end": "2027-04-01T10:00:00Z", "seats": 3, "areaId": "metal", "trainerId": "sam"}"""))["id"]!;
        const string off = """{"title": "Safety", "certificationId": "safety", "start": "2027-04-01T08:00:00Z", "end": "2027-04-01T10:00:00Z", "seats": 3, "areaId": "metal", "trainerId": "sam", "cancelled": true}""";
        (await edge.Wes.Answer("/api/v1/trainings/" + other, off, HttpMethod.Put)).ShouldBe("no-trainer");
        using (var page = await edge.Wes.Send("/trainings/" + other, await edge.Wes.GetStringAsync("/sign-out"), "change", ("do", "cancel"))) page.StatusCode.ShouldNotBe(HttpStatusCode.Found);
        ((bool)(await edge.Lab.Staff.Json("/api/v1/trainings/" + other))["cancelled"]!).ShouldBeFalse();
        (await edge.Wes.Answer($"/api/v1/trainings/{other}/seats", """{"memberId": "ben"}""")).ShouldBe("200", "seats are the desk's");
        (await edge.Trainer.Answer($"/api/v1/trainings/{other}/seats", """{"memberId": "ada"}""")).ShouldBe("duty-missing");
        (await edge.Lab.Staff.Answer("/api/v1/trainings/" + other, off, HttpMethod.Put)).ShouldBe("200");
    }
}

/// <summary>A wood shop and a metal shop, and staff who look after the one.</summary>
public sealed class DutyEdge : IAsyncLifetime
{
    public Lab Lab { get; } = new();
    public HttpClient Wes { get; private set; } = null!;
    public HttpClient Trainer { get; private set; } = null!;
    public HttpClient Technician { get; private set; } = null!;
    public string OnLathe { get; private set; } = "";
    public string OnSaw { get; private set; } = "";
    public string OfLathe { get; private set; } = "";
    public string OrderOfLathe { get; private set; } = "";
    public string OrderOfSaw { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Lab.InitializeAsync();
        await Made("/api/v1/areas", """{"id": "metal", "name": "Metal shop"}""");
        foreach (var id in new[] { "dust", "coolant" }) await Made("/api/v1/resources", $$"""{"id": "{{id}}", "name": "{{id}}"}""");
        foreach (var id in new[] { "turning", "sawing", "safety" })
            await Made("/api/v1/certifications/" + id, $$"""{"name": "{{id}}", "signOff": true}""", HttpMethod.Put);
        await Made("/api/v1/tools", """{"id": "lathe", "name": "Lathe", "areaId": "metal", "dependsOn": ["coolant"]}""");
        await Made("/api/v1/tools", """{"id": "lathe-2", "name": "Lathe 2", "areaId": "metal", "policy": {"requiredCertifications": ["turning", "safety"]}}""");
        await Made("/api/v1/tools", """{"id": "band-saw", "name": "Band saw", "areaId": "wood", "policy": {"requiredCertifications": ["sawing", "safety"]}}""");
        await Made("/api/v1/tools/saw", """{"dependsOn": ["dust"]}""", HttpMethod.Patch);
        await Made("/api/v1/tools/lathe/outages", """{"id": "lathe-out", "title": "x", "start": "2027-03-01T00:00:00Z", "end": "2027-03-02T00:00:00Z"}""");
        foreach (var tool in new[] { "lathe", "saw" }) await Made("/api/v1/devices", $$"""{"id": "{{tool}}-lock", "name": "{{tool}}", "kind": "Interlock", "toolId": "{{tool}}"}""");
        OnLathe = await Booked("lathe");
        OnSaw = await Booked("saw");
        OfLathe = (string)(await Made("/api/v1/tools/lathe/problems", """{"words": "It squeaks"}"""))["id"]!;
        OrderOfLathe = (string)(await Made("/api/v1/work-orders", """{"title": "Oil", "target": "Tool", "targetId": "lathe"}"""))["id"]!;
        OrderOfSaw = (string)(await Made("/api/v1/work-orders", """{"title": "Oil", "target": "Tool", "targetId": "saw"}"""))["id"]!;
        Wes = await Staff("wes", "Technician", "Trainer", "Desk");
        Trainer = await Staff("terry", "Trainer");
        Technician = await Staff("tina", "Technician");
    }

    /// <summary>Made by the administrator.</summary>
    public async Task<System.Text.Json.Nodes.JsonNode> Made(string path, string body, HttpMethod? method = null)
    {
        using var request = Edges.Request(path, body, method);
        using var answer = await Lab.Admin.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Json();
    }

    private async Task<string> Booked(string tool)
    {
        using var answer = await Lab.Ada.Book(tool, "2026-12-16T10:00:00Z", "2026-12-16T11:00:00Z");
        return (string)(await answer.Json())["id"]!;
    }

    private async Task<HttpClient> Staff(string id, params string[] duties)
    {
        var client = await Lab.Server.Person(id, "staff");
        await Made($"/api/v1/members/{id}/duties", $$"""{"duties": [{{string.Join(", ", duties.Select(d => $$"""{"kind": "{{d}}", "areaId": "wood"}"""))}}]}""", HttpMethod.Put);
        return client;
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}

internal static class Edges
{
    public static HttpRequestMessage Request(string path, string body, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, path);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    /// <summary>The code of the problem, or the status where it is none.</summary>
    public static async Task<string> Answer(this HttpClient client, string path, string body, HttpMethod? method = null)
    {
        using var request = Request(path, body, method);
        using var answer = await client.SendAsync(request);
        return answer.IsSuccessStatusCode ? ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture) : await answer.Code();
    }

    /// <summary>Where the form of a page leads; empty where the page is shown again.</summary>
    public static async Task<string> Page(this HttpClient client, string page, string form, params (string Field, string Value)[] typed)
    {
        using var answer = await client.Submit(page, form, typed);
        var there = answer.Headers.Location;
        return there is { IsAbsoluteUri: true } ? there.PathAndQuery : there?.ToString() ?? "";
    }
}
