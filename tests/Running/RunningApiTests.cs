using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Running;

/// <summary>Running the place, over HTTP: duties, notes, announcements, the journal, hours with their effect, reports.</summary>
public partial class RunningApiTests(Lab lab) : IClassFixture<Lab>
{
    private const string Nothing = "6f1e2d3c-0000-4000-8000-000000000000";

    /// <summary>
    /// What each piece of the staff's work asks for: T a technician, R a trainer, D the desk, - staff without limits. Every route of the staff, and every page of theirs,
    /// has a row: whoever adds one says which duty it asks for.
    /// </summary>
    private static readonly Dictionary<string, string> Asks = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/tools"] = "T", ["PATCH /api/v1/tools/{id}"] = "TR", ["POST /api/v1/tools/{id}/outages"] = "T", ["PATCH /api/v1/areas/{id}"] = "T", ["POST /api/v1/areas/{id}/outages"] = "T",
        ["POST /api/v1/outages/{id}/close"] = "T", ["POST /api/v1/resources"] = "T", ["PATCH /api/v1/resources/{id}"] = "T", ["POST /api/v1/resources/{id}/outages"] = "T",
        ["PUT /api/v1/tools/{id}/meters/{meterId}"] = "T", ["POST /api/v1/tools/{id}/meters/{meterId}/readings"] = "T", ["PUT /api/v1/tools/{id}/plans/{planId}"] = "T",
        ["DELETE /api/v1/tools/{id}/plans/{planId}"] = "T", ["POST /api/v1/tools/{id}/plans/{planId}/done"] = "T", ["POST /api/v1/problems/{id:guid}/close"] = "T",
        ["POST /api/v1/work-orders"] = "T", ["PATCH /api/v1/work-orders/{id:guid}"] = "T", ["POST /api/v1/work-orders/{id:guid}/displace"] = "T", ["POST /api/v1/work-orders/{id:guid}/close"] = "T",
        ["POST /api/v1/devices"] = "T", ["PATCH /api/v1/devices/{id}"] = "T", ["POST /api/v1/devices/{id}/secret"] = "T", ["POST /api/v1/devices/{id}/stop"] = "T",
        ["POST /api/v1/devices/{id}/release"] = "T", ["POST /api/v1/devices/{id}/unlock"] = "T", ["POST /api/v1/devices/{id}/uses/{useId:guid}/settle"] = "T",
        ["POST /api/v1/members/{id}/certifications"] = "R", ["DELETE /api/v1/members/{id}/certifications/{certificationId}"] = "R",
        ["POST /api/v1/members/{id}/certifications/{certificationId}/revoke"] = "R", ["PUT /api/v1/certifications/{id}"] = "R",
        ["POST /api/v1/bookings/{id:guid}/approve"] = "D", ["POST /api/v1/bookings/{id:guid}/decline"] = "D", ["POST /api/v1/bookings/{id:guid}/displace"] = "D", ["POST /api/v1/bookings/{id:guid}/waive-fee"] = "D",
        ["POST /api/v1/members"] = "D", ["PATCH /api/v1/members/{id}"] = "D", ["POST /api/v1/members/{id}/strikes/{bookingId:guid}/forgive"] = "D", ["POST /api/v1/members/{id}/notes"] = "D",
        ["DELETE /api/v1/members/{id}/notes/{noteId:guid}"] = "D", ["POST /api/v1/members/{id}/badges"] = "D", ["POST /api/v1/members/{id}/badges/{badgeId:guid}/block"] = "D",
        ["PUT /api/v1/members/{id}/pin"] = "D", ["DELETE /api/v1/members/{id}/pin"] = "D", ["POST /api/v1/occupancy/{memberId}/leave"] = "D",
        ["POST /api/v1/announcements"] = "D", ["PUT /api/v1/announcements/{id:guid}"] = "D", ["POST /api/v1/announcements/{id:guid}/withdraw"] = "D",
        ["PATCH /api/v1/space"] = "-", ["POST /api/v1/areas"] = "-", ["POST /api/v1/plans"] = "-", ["PATCH /api/v1/plans/{id}"] = "-", ["PATCH /api/v1/categories/{name}"] = "-",
        ["POST /api/v1/policy/versions/restore"] = "-", ["POST /api/v1/policy/simulations"] = "-", ["POST /api/v1/policy/simulations/{id}/cancel"] = "-",
        ["POST /api/v1/companies"] = "-", ["PATCH /api/v1/companies/{id}"] = "-", ["POST /api/v1/products"] = "-", ["PATCH /api/v1/products/{id}"] = "-",
        ["POST /api/v1/accounts/{id}/adjustments"] = "-", ["POST /api/v1/accounts/{id}/entries/{entryId:guid}/answer"] = "-", ["POST /api/v1/reconciliations"] = "-",
        ["POST /api/v1/import/nemo"] = "-", ["POST /api/v1/import/csv"] = "-",

        ["/staff/tools/{Id}"] = "T", ["/staff/tools/{Id}/upkeep"] = "T", ["/staff/tools/{Id}/trainers"] = "R", ["/staff/outages"] = "T", ["/staff/resources"] = "T", ["/staff/problems/{Id:guid}"] = "T",
        ["/staff/work/{Id}"] = "T", ["/staff/devices"] = "T", ["/staff/devices/{Id}"] = "T", ["/staff/trainings"] = "R", ["/staff/certifications"] = "R", ["/staff/certifications/{Id}"] = "R",
        ["/staff/members/{Id}/passport"] = "R", ["/staff/members"] = "D", ["/staff/members/{Id}"] = "D", ["/staff/members/{Id}/badges"] = "D", ["/staff/mentors"] = "D", ["/staff/events"] = "D", ["/staff/mentors/{Member}"] = "D",
        ["POST /api/v1/notices/bounces/forget"] = "-", ["/staff/notices"] = "-",
        ["/staff/present"] = "D", ["/staff/announcements"] = "D", ["/staff/areas"] = "-", ["/staff/companies"] = "-", ["/staff/import"] = "-", ["/staff/jobs"] = "-", ["/staff/plans"] = "-", ["/staff/products"] = "-",
        ["/staff/rules/edit"] = "-", ["/staff/simulations/{Id}"] = "-", ["/staff/space"] = "-", ["/staff/billing"] = "-", ["/staff/money"] = "-", ["/staff/money/accounts/{Id}"] = "-", ["/staff/money/reconciliation"] = "-",
    };

    /// <summary>Pages of the staff that only show: no form is sent to them, so nothing on them asks for a duty.</summary>
    private static readonly string[] OnlyShow =
    [
        "/staff", "/staff/approvals", "/staff/book", "/staff/journal", "/staff/labels", "/staff/money/accounts", "/staff/money/revenue", "/staff/numbers", "/staff/problems", "/staff/rules", "/staff/tools", "/staff/work",
    ];

    private async Task<HttpClient> Staff(string id, string duties)
    {
        var client = await lab.Server.Person(id, "staff");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/members/{id}/duties") { Content = Json($$"""{"duties": [{{duties}}]}""") };
        (await lab.Admin.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        return client;
    }

    [Fact]
    public async Task Duties_open_what_the_matrix_says_and_nothing_else()
    {
        (char Duty, HttpClient Client)[] people =
        [
            ('T', await Staff("tess", """{"kind": "Technician"}""")), ('R', await Staff("tom", """{"kind": "Trainer"}""")), ('D', await Staff("dora", """{"kind": "Desk"}""")),
        ];
        var wrong = new List<string>();
        string[] work = [.. StaffRoutes(lab), .. StaffPages()];
        work.Except(Asks.Keys).ShouldBeEmpty("these have no row: say which duty they ask for");
        Asks.Keys.Except(work).ShouldBeEmpty("these rows have no route");
        foreach (var (route, asks) in Asks)
        {
            foreach (var (duty, client) in people)
            {
                var refused = await IsRefused(client, route);
                if (refused == asks.Contains(duty)) wrong.Add($"{route} by {duty}: {(refused ? "refused" : "let in")}");
            }
            if (await IsRefused(lab.Staff, route)) wrong.Add($"{route} by staff without limits: refused");
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_duty_in_one_area_ends_at_its_edge_and_says_so()
    {
        await Post(lab.Admin, "/api/v1/areas", """{"id": "metal", "name": "Metal shop"}""");
        await Post(lab.Admin, "/api/v1/areas", """{"id": "saw-room", "name": "Saw room", "inside": "wood"}""");
        await Post(lab.Admin, "/api/v1/tools", """{"id": "lathe", "name": "Lathe", "areaId": "metal"}""");
        await Post(lab.Admin, "/api/v1/tools", """{"id": "band-saw", "name": "Band saw", "areaId": "saw-room"}""");
        var wanda = await Staff("wanda", """{"kind": "Technician", "areaId": "wood"}, {"kind": "Desk", "areaId": "wood"}""");
        (await wanda.Patch("/api/v1/tools/laser-1", """{"location": "left"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await wanda.Patch("/api/v1/tools/band-saw", """{"location": "left"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var elsewhere = await wanda.Patch("/api/v1/tools/lathe", """{"location": "left"}""");
        (await elsewhere.Code()).ShouldBe("duty-elsewhere");
        ((string)(await elsewhere.Json())["detail"]!).ShouldBe("This asks for the duty technician in the area metal, which you do not have.");
        (await (await wanda.Post("/api/v1/announcements", """{"title": "x", "text": "y", "areaId": "metal"}""")).Code()).ShouldBe("duty-elsewhere");
        (await (await wanda.Post("/api/v1/announcements", """{"title": "x", "text": "y"}""")).Code()).ShouldBe("duty-elsewhere");
        (await wanda.Post("/api/v1/announcements", """{"title": "x", "text": "y", "areaId": "wood"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        await Post(lab.Admin, "/api/v1/members/ben/certifications", """{"id": "turning"}""");
        const string training = """{"title": "Turning", "certificationId": "turning", "start": "2027-04-01T08:00:00Z", "end": "2027-04-01T10:00:00Z", "seats": 3}""";
        (await wanda.Post("/api/v1/trainings", training)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await lab.Staff.Post("/api/v1/trainings", training)).StatusCode.ShouldBe(HttpStatusCode.Created);
        // The pages are behind the same table: their forms are refused before anything is read from them.
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("target", "tool:lathe"), KeyValuePair.Create("_handler", "plan")]);
        using var page = await wanda.PostAsync("/staff/outages", form);
        page.Headers.Location?.ToString().ShouldBe("/not-allowed?duty=Technician&area=metal");
        using var mine = new FormUrlEncodedContent([KeyValuePair.Create("target", "area:saw-room"), KeyValuePair.Create("_handler", "plan")]);
        (await wanda.PostAsync("/staff/outages", mine)).Headers.Location?.ToString().ShouldNotBe("/not-allowed?duty=Technician&area=saw-room");
    }

    [Fact]
    public async Task Notes_are_for_staff_and_not_told_to_the_member()
    {
        (await lab.Staff.Post("/api/v1/members/ben/notes", """{"text": "=HYPERLINK(1)"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var note = (await lab.Staff.Json("/api/v1/members/ben/notes"))["items"]!.AsArray().Single()!;
        ((string)note["text"]!, (string)note["by"]!).ShouldBe(("=HYPERLINK(1)", "sam"));
        (await lab.Ben.GetAsync("/api/v1/members/ben/notes")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await lab.Staff.DeleteAsync("/api/v1/members/ben/notes/" + note["id"])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await lab.Staff.Json("/api/v1/members/ben/notes"))["items"]!.AsArray().ShouldBeEmpty();
        var told = (await lab.Staff.Json("/api/v1/journal?memberId=ben&type=member-noted"))["items"]!.AsArray();
        told.Select(t => (bool)t!["data"]!["removed"]!).ShouldBe([true, false]);
    }

    [Fact]
    public async Task An_announcement_is_told_in_its_time_and_in_its_area()
    {
        await Post(lab.Admin, "/api/v1/areas", """{"id": "print", "name": "Print"}""");
        await Post(lab.Admin, "/api/v1/tools", """{"id": "press", "name": "Press", "areaId": "print"}""");
        await Post(lab.Staff, "/api/v1/announcements", """{"title": "Everybody", "text": "a"}""");
        await Post(lab.Staff, "/api/v1/announcements", """{"title": "Printers", "text": "b", "areaId": "print", "urgent": true}""");
        await Post(lab.Staff, "/api/v1/announcements", """{"title": "Later", "text": "c", "from": "2027-01-01T00:00:00Z"}""");
        (await Titles(lab.Ada)).ShouldContain("Everybody");
        (await Titles(lab.Ada)).ShouldNotContain("Printers");
        (await lab.Ada.Book("press", "2026-11-25T10:00:00Z", "2026-11-25T11:00:00Z")).EnsureSuccessStatusCode();
        (await Titles(lab.Ada)).ShouldContain("Printers");
        (await Titles(lab.Ada)).ShouldNotContain("Later");
        // Of a bundle it is the area of every tool, also where the first one is somewhere else.
        await Post(lab.Admin, "/api/v1/tools", """{"id": "trolley", "name": "Trolley"}""");
        (await Titles(lab.Ben)).ShouldNotContain("Printers");
        using var bundle = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings") { Content = Json("""{"toolId": "trolley", "alsoTools": ["press"], "start": "2026-11-25T12:00:00Z", "end": "2026-11-25T13:00:00Z"}""") };
        bundle.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        (await lab.Ben.SendAsync(bundle)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Titles(lab.Ben)).ShouldContain("Printers");
        (await Titles(lab.Staff, "?all=true")).ShouldContain("Later");
    }

    [Fact]
    public async Task The_journal_pages_by_position_and_exports_without_formulas()
    {
        await Post(lab.Admin, "/api/v1/tools", """{"id": "evil", "name": "=cmd|' /C calc'!A0"}""");
        for (var i = 0; i < 4; i++) (await lab.Staff.Patch("/api/v1/tools/evil", $$"""{"location": "{{i}}"}""")).EnsureSuccessStatusCode();
        var seen = new List<long>();
        for (var next = "/api/v1/journal?toolId=evil&limit=2"; next is not null;)
        {
            var page = await lab.Staff.Json(next);
            seen.AddRange(page["items"]!.AsArray().Select(i => (long)i!["seq"]!));
            next = (string?)page["next"];
        }
        seen.Count.ShouldBe(5);
        seen.ShouldBe(seen.OrderDescending());
        (await lab.Staff.Json("/api/v1/journal?toolId=evil&actor=sam"))["items"]!.AsArray().Count.ShouldBe(4);
        (await lab.Staff.Json("/api/v1/journal?toolId=evil&to=2020-01-01"))["items"]!.AsArray().ShouldBeEmpty();
        (await lab.Staff.Json("/api/v1/journal?toolId=evil&from=2026-11-23&to=2026-11-23"))["items"]!.AsArray().Count.ShouldBe(5);
        (await lab.Staff.Post("/api/v1/members/ben/strikes/" + Nothing + "/forgive", """{"reason": "=1+1"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Post(lab.Staff, "/api/v1/announcements", """{"title": "@SUM(1)", "text": "x"}""");
        var csv = await lab.Staff.GetStringAsync("/api/v1/journal/export?type=announcement-changed");
        csv.ShouldStartWith("seq,at,type,actor,actorName,toolId,memberId,memberName,bookingId,detail\r\n");
        csv.ShouldContain(",'@SUM(1)\r\n");
        var report = await lab.Staff.GetStringAsync("/api/v1/numbers/utilisation?format=csv");
        report.ShouldContain("evil,'=cmd");
        foreach (var cell in report.Split('\n').SelectMany(l => l.Split(','))) cell.Trim('"', '\r').ShouldNotMatch("^[=+@]");
    }

    [Fact]
    public async Task Other_hours_show_whom_they_would_leave_outside()
    {
        await Post(lab.Admin, "/api/v1/tools", """{"id": "kiln", "name": "Kiln"}""");
        (await lab.Ben.Book("kiln", "2026-12-24T18:00:00Z", "2026-12-24T19:00:00Z")).EnsureSuccessStatusCode();
        var before = await lab.Staff.Json("/api/v1/space");
        using var preview = await lab.Staff.Post("/api/v1/space/hours/preview", """{"closures": [{"name": "Christmas", "start": "2026-12-24T13:00:00Z", "end": "2026-12-27T00:00:00Z"}]}""");
        var outside = (await preview.Json())["outside"]!.AsArray();
        outside.Select(o => ((string)o!["toolId"]!, (string)o["memberId"]!)).ShouldBe([("kiln", "ben")]);
        (await (await lab.Staff.Post("/api/v1/space/hours/preview", """{"openingHours": [{"days": ["thu"], "from": "08:00", "to": "22:00"}]}""")).Json())["outside"]!.AsArray().Select(o => (string)o!["toolId"]!).ShouldNotContain("kiln");
        JsonNode.DeepEquals(before, await lab.Staff.Json("/api/v1/space")).ShouldBeTrue();
        (await (await lab.Staff.Post("/api/v1/space/hours/preview", """{"openingHours": [{}]}""")).Code()).ShouldBe("missing-field");
    }

    [Fact]
    public async Task A_closure_leaves_a_session_by_video_where_it_is_unless_a_machine_is_booked_with_it()
    {
        await Post(lab.Admin, "/api/v1/tools", """{"id": "probe", "name": "Probe"}""");
        foreach (var (mentor, id, place) in new[] { (lab.Mentor, "mia", "Video"), (lab.Staff, "sam", "Space") })
        {
            using var hours = new StringContent($$"""{"weekly": [{"days": ["thu"], "from": "08:00", "to": "20:00"}], "notice": "PT0S", "place": "{{place}}"}""", Encoding.UTF8, "application/json");
            (await mentor.PutAsync("/api/v1/mentors/" + id, hours)).EnsureSuccessStatusCode();
        }
        foreach (var session in new[] { "\"mentorId\": \"mia\", \"start\": \"2026-12-31T13:00:00Z\", \"end\": \"2026-12-31T14:00:00Z\"",
            "\"mentorId\": \"sam\", \"start\": \"2026-12-31T14:00:00Z\", \"end\": \"2026-12-31T15:00:00Z\"",
            "\"mentorId\": \"mia\", \"tools\": [\"probe\"], \"start\": \"2026-12-31T15:00:00Z\", \"end\": \"2026-12-31T16:00:00Z\"" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = new StringContent("{" + session + "}", Encoding.UTF8, "application/json") };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var booked = await lab.Ada.SendAsync(request);
            booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
        }
        using var preview = await lab.Staff.Post("/api/v1/space/hours/preview", """{"closures": [{"name": "New Year", "start": "2026-12-31T12:00:00Z", "end": "2027-01-02T00:00:00Z"}]}""");
        (await preview.Json())["outside"]!.AsArray().Select(o => DateTimeOffset.Parse((string)o!["start"]!, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime.Hour).ShouldBe([14, 15]);
    }

    [Fact]
    public async Task A_mentor_is_a_mentor_where_staff_look_and_no_machine()
    {
        using var hours = new StringContent("""{"weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "00:00"}], "notice": "PT0S"}""", Encoding.UTF8, "application/json");
        var gina = await lab.Server.Person("gina", "mentor");
        (await gina.PutAsync("/api/v1/mentors/gina", hours)).EnsureSuccessStatusCode();
        var soon = lab.Server.Clock.GetUtcNow().AddHours(4);
        (await lab.Ada.Book("mentor-gina", $"{soon:yyyy-MM-ddTHH}:00:00Z", $"{soon.AddHours(1):yyyy-MM-ddTHH}:00:00Z")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await lab.Staff.PutAsync("/api/v1/certifications/glass", new StringContent("""{"name": "Glass"}""", Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        foreach (var page in new[] { "/staff", "/staff/members/ada", "/staff/journal?tool=mentor-gina" }) (await lab.Staff.GetStringAsync(page)).ShouldContain("gina as a mentor", Case.Sensitive, page);
        (await lab.Staff.GetStringAsync("/staff/journal?tool=mentor-gina")).ShouldContain("href=\"/staff/mentors/gina\"");
        (await lab.Staff.GetStringAsync("/staff/trainings")).ShouldNotContain("mentor-gina");
        foreach (var page in new[] { "/staff/tools/mentor-gina/upkeep", "/t/mentor-gina/problem" }) (await lab.Staff.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.NotFound, page);
        (await (await lab.Staff.Post("/api/v1/work-orders", """{"title": "x", "target": "Tool", "targetId": "mentor-gina"}""")).Code()).ShouldBe("unknown-target");
    }

    [Fact]
    public async Task Who_meets_a_mentor_by_video_is_not_in_the_house_and_reads_whom_they_meet_on_their_own_page()
    {
        var (vera, vic) = (await lab.Server.Person("vera", "mentor"), await lab.Server.Person("vic", "member"));
        using var hours = new StringContent("""{"weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "00:00"}], "notice": "PT0S", "place": "Video"}""", Encoding.UTF8, "application/json");
        (await vera.PutAsync("/api/v1/mentors/vera", hours)).EnsureSuccessStatusCode();
        var now = lab.Server.Clock.GetUtcNow();
        var start = now.AddTicks(-(now.Ticks % TimeSpan.FromMinutes(5).Ticks));
        using var booked = await vic.Book("mentor-vera", $"{start:yyyy-MM-ddTHH:mm:ss}Z", $"{start.AddHours(1):yyyy-MM-ddTHH:mm:ss}Z");
        booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
        (await vic.GetStringAsync("/today")).ShouldContain("vera as a mentor");
        (await vic.PostAsync(booked.Headers.Location!.OriginalString + "/check-in", null)).EnsureSuccessStatusCode();
        (await lab.Staff.Json("/api/v1/evacuation")).AsArray().ShouldAllBe(p => (string)p!["memberId"]! != "vic");
    }

    [Fact]
    public async Task The_board_has_the_trainings_of_the_day()
    {
        (await lab.Staff.PutAsync("/api/v1/certifications/bronze", new StringContent("""{"name": "Bronze"}""", Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        var end = lab.Server.Clock.GetUtcNow().AddHours(2);
        await Post(lab.Staff, "/api/v1/trainings", $$"""{"title": "First casts", "certificationId": "bronze", "start": "{{end.AddHours(-1):yyyy-MM-ddTHH:mm:ss}}Z", "end": "{{end:yyyy-MM-ddTHH:mm:ss}}Z", "seats": 4, "trainerId": "sam"}""");
        var board = await lab.Staff.GetStringAsync("/staff");
        board.ShouldContain("First casts");
        board.ShouldContain("0 of 4 seats taken");
    }

    [Fact]
    public async Task The_board_has_the_events_of_the_day_and_whoever_looks_for_a_page_of_the_staff_finds_it()
    {
        var now = lab.Server.Clock.GetUtcNow();
        var end = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(2);
        using var made = await lab.Staff.Post("/api/v1/events", $$"""{"title": "Open evening", "kind": "Event", "start": "{{end.AddHours(-1):yyyy-MM-ddTHH:mm:ss}}Z", "end": "{{end:yyyy-MM-ddTHH:mm:ss}}Z", "hostId": "sam", "seats": 7}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        (await lab.Ben.Post($"{made.Headers.Location!.OriginalString}/seats", "{}")).EnsureSuccessStatusCode();
        var board = await lab.Staff.GetStringAsync("/staff");
        board.ShouldContain("Open evening");
        board.ShouldContain("1 of 7 seats taken");
        foreach (var (typed, page) in new[] { ("work ord", "/staff/work"), ("who is in", "/staff/present"), ("devices", "/staff/devices"), ("label", "/staff/labels"), ("certifications", "/staff/certifications"), ("passport", "/passport") })
            (await lab.Staff.GetStringAsync("/find?q=" + Uri.EscapeDataString(typed))).ShouldContain($"<a class=\"cover\" href=\"{page}\">", Case.Sensitive, typed);
        (await lab.Ada.GetStringAsync("/find?q=devices")).ShouldNotContain("/staff/devices");
    }

    [Fact]
    public async Task A_report_tells_what_was_booked_beside_the_time_before()
    {
        await Post(lab.Admin, "/api/v1/tools", """{"id": "loom", "name": "Loom"}""");
        (await lab.Ben.Book("loom", "2027-02-02T09:00:00Z", "2027-02-02T11:30:00Z")).EnsureSuccessStatusCode();
        var report = await lab.Staff.Json("/api/v1/numbers/utilisation?from=2027-02-01&to=2027-03-01&toolId=loom");
        ((string)report["total"]!["values"]!["taken"]!, (string)report["total"]!["values"]!["open"]!, (int)report["total"]!["values"]!["bookings"]!).ShouldBe(("PT2H30M", "P28D", 1));
        ((string)report["comparedFrom"]!).ShouldBe("2027-01-01");
        // In Berlin it begins at ten, on a Tuesday; there are four.
        ((decimal)report["hoursOfWeek"]![1]![10]!).ShouldBe(0.25m);
        ((decimal)report["hoursOfWeek"]![1]![12]!).ShouldBe(0.125m);
        var hours = await lab.Staff.Json("/api/v1/numbers/utilisation?from=2027-02-01&to=2027-03-01&toolId=loom&by=hour");
        hours["rows"]!.AsArray().Count.ShouldBe(24);
        foreach (var kind in new[] { "fairness", "downtime", "maintenance", "no-shows", "training", "revenue", "energy" })
            (await lab.Staff.GetAsync("/api/v1/numbers/" + kind)).StatusCode.ShouldBe(HttpStatusCode.OK, kind);
        (await (await lab.Staff.GetAsync("/api/v1/numbers/weather")).Code()).ShouldBe("unknown-report");
        (await (await lab.Staff.GetAsync("/api/v1/numbers/fairness?by=hour")).Code()).ShouldBe("malformed-field");
        (await (await lab.Staff.GetAsync("/api/v1/numbers/fairness?from=2027-02-02&to=2027-02-01")).Code()).ShouldBe("contradiction");
        (await (await lab.Staff.GetAsync("/api/v1/numbers/utilisation?areaId=moon")).Code()).ShouldBe("unknown-area");
        (await (await lab.Staff.GetAsync("/api/v1/journal?after=x")).Code()).ShouldBe("malformed-cursor");
        (await (await lab.Staff.GetAsync("/api/v1/journal?type=x")).Code()).ShouldBe("unknown-type");
    }

    internal static IEnumerable<string> StaffRoutes(Lab lab) =>
        from endpoint in lab.Server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == Allow.Staff)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method != "GET"
        select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}";

    private static IEnumerable<string> StaffPages() =>
        typeof(Allow).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Where(r => r.StartsWith("/staff", StringComparison.Ordinal)).Except(OnlyShow);

    private static async Task<bool> IsRefused(HttpClient client, string route)
    {
        var (method, pattern) = route.Split(' ') is [var named, var path] ? (new HttpMethod(named), path) : (HttpMethod.Post, route);
        // Nothing of the kind is there: whoever is let in gets another answer, and changes nothing.
        using var request = new HttpRequestMessage(method, Names().Replace(Guids().Replace(pattern, Nothing), "nobody-here"));
        request.Content = method == HttpMethod.Post && pattern.StartsWith("/staff", StringComparison.Ordinal) ? new FormUrlEncodedContent([KeyValuePair.Create("_handler", "nonsense")])
            : pattern.EndsWith("/csv", StringComparison.Ordinal) ? new StringContent("id;name", Encoding.UTF8, "text/csv") : Json("""{"nonsense": 1}""");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode switch
        {
            HttpStatusCode.Forbidden => (await answer.Code()).StartsWith("duty-", StringComparison.Ordinal),
            HttpStatusCode.Found => answer.Headers.Location?.ToString().StartsWith("/not-allowed?duty=", StringComparison.Ordinal) == true,
            _ => false,
        };
    }

    [GeneratedRegex(@"\{\w+:guid\}", RegexOptions.None, 1000)]
    private static partial Regex Guids();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Names();

    private static async Task<List<string>> Titles(HttpClient client, string query = "") =>
        [.. (await client.Json("/api/v1/announcements" + query))["items"]!.AsArray().Select(a => (string)a!["title"]!)];

    private static async Task Post(HttpClient client, string path, string json)
    {
        using var answer = await client.Post(path, json);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
