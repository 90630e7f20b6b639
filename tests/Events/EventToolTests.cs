using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Accounts;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Events;

/// <summary>What becomes of an event whose tools cannot be had, whose host is a mentor by the staff's word, whose guests ask twice; office hours on their page.</summary>
public class EventToolTests(Lab lab) : IClassFixture<Lab>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whom_staff_have_given_hours_plans_events_whatever_their_role_is_by_now()
    {
        var nora = await lab.Server.Person("nora", Roles.Member);
        using (var early = await nora.Post("/api/v1/events", Body("Nora's", 16, 12))) (await early.Code()).ShouldBe("not-yours");
        await Ok(lab.Staff.PutAsync("/api/v1/mentors/nora", Json("""{"weekly": []}""")));
        await Done(lab.Admin.PutAsync("/api/v1/members/nora/role", Json("""{"role": "member"}""")));
        (await nora.GetStringAsync("/mentoring/events", Cancellation)).ShouldContain("Plan an event");
        var id = (string)(await Ok(nora.Post("/api/v1/events", Body("Nora's", 16, 12))))["id"]!;
        await Ok(nora.PutAsync("/api/v1/events/" + id, Json(Body("Nora's own", 16, 12))));
    }

    [Fact]
    public async Task Where_a_tool_is_lost_host_and_staff_see_it_and_go_on_without_and_who_has_a_seat_is_told()
    {
        await Hours();
        foreach (var tool in new[] { "kiln", "wheel" }) await Ok(lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{tool}}", "name": "{{tool}}"}"""));
        var planned = await Ok(lab.Mentor.Post("/api/v1/events", Body("Pottery", 10, 12, """ "toolIds": ["kiln", "wheel"], "public": true, """)));
        var (id, first) = ((string)planned["id"]!, (string)planned["bookingId"]!);
        planned["lost"]!.AsArray().ShouldBeEmpty();
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        await Seated(id, "eve");
        await Ok(lab.Staff.Post("/api/v1/tools/kiln/outages", $$"""{"title": "Relining", "start": "{{At(10, 11)}}", "end": "{{At(10, 13)}}"}"""));
        await Advance("PT1M");
        await Advance("PT1M");
        foreach (var client in new[] { lab.Mentor, lab.Staff })
        {
            var lost = (await client.Json("/api/v1/events/" + id))["lost"]!.AsArray().Single()!;
            ((string)lost["toolId"]!, (string)lost["why"]!, (string)lost["title"]!).ShouldBe(("kiln", "Outage", "Relining"));
            (await client.GetStringAsync("/events/" + id, Cancellation)).ShouldContain("Relining");
        }
        (await lab.Ada.Json("/api/v1/events/" + id))["lost"].ShouldBeNull();
        (await lab.Ada.GetStringAsync("/events/" + id, Cancellation)).ShouldNotContain("Relining");
        (await Subjects("mia")).Count(s => s == "It cannot be as it is planned: Pottery").ShouldBe(1);
        (await Subjects("mia")).ShouldNotContain(s => s.EndsWith("cannot be used in your time", StringComparison.Ordinal), "that is for others who have booked it");

        using (var went = await lab.Mentor.Submit("/events/" + id, "without")) went.StatusCode.ShouldBe(HttpStatusCode.Redirect, await went.Content.ReadAsStringAsync(Cancellation));
        var now = await lab.Mentor.Json("/api/v1/events/" + id);
        (now["toolIds"]!.AsArray().Select(t => (string)t!).Single(), now["lost"]!.AsArray().Count).ShouldBe(("wheel", 0));
        // What is still needed is booked all the while, by another booking; the first one is free.
        ((string)(await lab.Staff.Json("/api/v1/bookings/" + (string)now["bookingId"]!))["state"]!).ShouldBe("Confirmed");
        ((string)(await lab.Staff.Json("/api/v1/bookings/" + first))["state"]!).ShouldBe("Cancelled");
        using (var taken = await lab.Ben.Book("wheel", At(10, 12), At(10, 13))) (await taken.Code()).ShouldBe("slot-taken");
        using (var taken = await lab.Ben.Book("mentor-mia", At(10, 12), At(10, 13))) (await taken.Code()).ShouldBe("slot-taken");
        await Advance("PT1M");
        await Advance("PT1M");
        foreach (var who in new[] { "ada", "eve" }) (await Subjects(who)).Count(s => s == "Changed: Pottery").ShouldBe(1);
    }

    [Fact]
    public async Task One_whose_booking_was_taken_is_moved_to_where_its_tools_can_be_had()
    {
        await Hours();
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "lathe", "name": "Lathe"}"""));
        var planned = await Ok(lab.Mentor.Post("/api/v1/events", Body("Turning", 11, 12, """ "toolIds": ["lathe"], "public": true, """)));
        var (id, first) = ((string)planned["id"]!, (string)planned["bookingId"]!);
        await Seated(id, "una");
        await Ok(lab.Staff.Post("/api/v1/tools/lathe/outages", $$"""{"title": "New motor", "displace": true, "start": "{{At(11, 8)}}", "end": "{{At(11, 16)}}"}"""));
        await Advance("PT1M");
        ((string)(await lab.Staff.Json("/api/v1/bookings/" + first))["state"]!).ShouldBe("Displaced");
        (await lab.Mentor.Json("/api/v1/events/" + id))["lost"]!.AsArray().Select(l => $"{l!["toolId"]} {l["why"]}").ShouldBe(["mentor-mia Unbooked", "lathe Outage"]);
        (await Subjects("mia")).Count(s => s == "It cannot be as it is planned: Turning").ShouldBe(1);
        (await Subjects("mia")).ShouldNotContain(s => s.StartsWith("Your time at", StringComparison.Ordinal));
        // Other words for it need no other tools.
        await Ok(lab.Mentor.PutAsync("/api/v1/events/" + id, Json(Body("Turning wood", 11, 12, """ "toolIds": ["lathe"], "public": true, """))));
        var moved = await Ok(lab.Mentor.PutAsync("/api/v1/events/" + id, Json(Body("Turning wood", 12, 12, """ "toolIds": ["lathe"], "public": true, """))));
        (moved["lost"]!.AsArray().Count, (string)moved["bookingId"]! != first).ShouldBe((0, true));
        ((string)(await lab.Staff.Json("/api/v1/bookings/" + (string)moved["bookingId"]!))["state"]!).ShouldBe("Confirmed");
        await Advance("PT1M");
        (await Subjects("una")).Count(s => s == "Moved: Turning wood").ShouldBe(1);
        // Retired, it is lost too.
        await Ok(lab.Admin.Patch("/api/v1/tools/lathe", """{"visible": false}"""));
        (await lab.Mentor.Json("/api/v1/events/" + id))["lost"]!.AsArray().Select(l => $"{l!["toolId"]} {l["why"]}").ShouldBe(["lathe Retired"]);
    }

    [Fact]
    public async Task Who_asks_again_as_a_guest_keeps_their_name_and_guests_have_no_more_seats_than_they_may()
    {
        (await Code(lab.Staff.Post("/api/v1/events", Body("Nothing", 14, 12, """ "guestSeats": -1, """)))).ShouldBe("out-of-range");
        var id = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Tour", 14, 12, """ "public": true, "seats": 3, "guestSeats": 1, """))))["id"]!;
        await Seated(id, "zita");
        // Answered as a stranger is: nobody finds out who comes. The letter tells whoever has the seat.
        (await Code(lab.Nobody.Post($"/api/v1/events/{id}/guests", """{"name": "Somebody else", "email": "Zita@example.org"}"""))).ShouldBe("guests-full");
        await using (var db = await lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation))
            (await db.EventGuests.Where(g => g.EventId == Guid.Parse(id)).Select(g => g.Name).ToListAsync(Cancellation)).ShouldBe(["zita"]);
        (await Subjects("zita")).ShouldBe(["Confirm your seat: Tour", "You have a seat: Tour"], ignoreOrder: true);
        (await Code(lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest("yara")))).ShouldBe("guests-full");
        var seen = await lab.Nobody.Json("/api/v1/events/" + id);
        ((int)seen["seatsLeft"]!, (int)seen["guestSeatsLeft"]!).ShouldBe((2, 0));
        (await lab.Nobody.GetStringAsync("/events/" + id, Cancellation)).ShouldNotContain("Come as a guest");
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        // None at all: seen by all, for members alone.
        var inner = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Show", 14, 16, """ "public": true, "guestSeats": 0, """))))["id"]!;
        (await Code(lab.Nobody.Post($"/api/v1/events/{inner}/guests", Guest("yara")))).ShouldBe("members-only");
    }

    [Fact]
    public async Task Office_hours_are_changed_and_ended_on_their_page_and_one_that_was_changed_by_itself_stays_until_then()
    {
        var said = await Ok(lab.Staff.Post("/api/v1/office-hours", $$"""{"rule": "FREQ=WEEKLY;COUNT=7", "event": {"title": "Ask us", "kind": "OfficeHours", "seats": 3, "start": "{{At(6, 10)}}", "end": "{{At(6, 11)}}"} }"""));
        var (id, events) = ((string)said["id"]!, said["occurrences"]!.AsArray().Select(o => (string)o!["id"]!).ToList());
        var page = "/mentoring/office-hours/" + id;
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{events[1]}/seats", null, Cancellation));
        await Ok(lab.Staff.PutAsync("/api/v1/events/" + events[2], Json(Body("In the yard", 21, 15))));
        await lab.Server.App.Services.GetRequiredService<OfficeHoursMaker>().Make(Guid.Parse(id), "system", Cancellation);
        ((string)(await lab.Ada.Json("/api/v1/events/" + events[2]))["title"]!).ShouldBe("In the yard");

        (await lab.Staff.GetStringAsync("/staff/events", Cancellation)).ShouldContain(page);
        (await lab.Staff.GetStringAsync("/mentoring/events/" + events[0], Cancellation)).ShouldContain(page);
        using (var others = await lab.Mentor.GetAsync(page, Cancellation)) others.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = await lab.Staff.GetStringAsync(page, Cancellation);
        html.ShouldContain($"value=\"{At(48, 10)[..10]}\"");
        using (var saved = await lab.Staff.Send(page, html, "event", ("do", "save"), ("title", "Ask us all"), ("kind", "OfficeHours"), ("day", At(6, 10)[..10]), ("from", "11:00"), ("to", "12:00"), ("until", At(34, 10)[..10]), ("seats", "5"), ("host", "sam")))
            saved.StatusCode.ShouldBe(HttpStatusCode.Redirect, await saved.Content.ReadAsStringAsync(Cancellation));
        var changed = await lab.Staff.Json("/api/v1/office-hours/" + id);
        ((string)changed["title"]!, changed["occurrences"]!.AsArray().Count, (string)changed["rule"]!).ShouldBe(("Ask us all", 5, "FREQ=WEEKLY;UNTIL=" + At(34, 10)[..10].Replace("-", "", StringComparison.Ordinal) + "T235959"));
        ((int)(await lab.Ada.Json("/api/v1/events/" + events[0]))["seats"]!, (int)(await lab.Ada.Json("/api/v1/events/" + events[1]))["seats"]!).ShouldBe((5, 3));
        (await lab.Staff.GetStringAsync(page, Cancellation)).ShouldContain("Is not like the others");

        using (var ended = await lab.Staff.Submit(page, "event", ("do", "end"))) ended.StatusCode.ShouldBe(HttpStatusCode.Redirect, await ended.Content.ReadAsStringAsync(Cancellation));
        ((bool)(await lab.Staff.Json("/api/v1/office-hours/" + id))["ended"]!).ShouldBeTrue();
        ((bool)(await lab.Ada.Json("/api/v1/events/" + events[0]))["cancelled"]!, (bool)(await lab.Ada.Json("/api/v1/events/" + events[1]))["cancelled"]!).ShouldBe((true, false));
        (await lab.Staff.GetStringAsync(page, Cancellation)).ShouldContain("They have ended");
    }

    [Fact]
    public async Task What_one_holds_is_in_ones_week_and_where_one_has_a_seat_on_ones_day()
    {
        await Hours();
        var id = (string)(await Ok(lab.Mentor.Post("/api/v1/events", Body("Soldering", 2, 12))))["id"]!;
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        (await lab.Mentor.GetStringAsync("/mentoring", Cancellation)).ShouldContain("/events/" + id);
        (await lab.Ada.GetStringAsync("/today", Cancellation)).ShouldContain("/events/" + id);
        (await lab.Ben.GetStringAsync("/today", Cancellation)).ShouldNotContain("/events/" + id);
        using (var away = await lab.Mentor.Submit("/events/" + id, "attendance", ("away", "ada"))) away.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        ((bool)(await lab.Ada.Json("/api/v1/events/" + id))["joined"]!).ShouldBeFalse();
        // Nobody waits for any mentor: there is no way to it.
        var asked = await lab.Ben.GetStringAsync($"/meet?skill=Soldering&day={At(2, 12)[..10]}&from=13:00&to=14:00", Cancellation);
        asked.ShouldContain("This does not work");
        asked.ShouldNotContain("/waitlist?");
    }

    private Task Hours() => Done(lab.Mentor.PutAsync("/api/v1/mentors/mia", Json("""{"weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "to": "20:00"}], "skills": ["Soldering"], "notice": "PT0S"}""")));

    private async Task Seated(string id, string guest)
    {
        using (var asked = await lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest(guest))) asked.StatusCode.ShouldBe(HttpStatusCode.Accepted, await asked.Content.ReadAsStringAsync(Cancellation));
        var text = (string)(await lab.Staff.Json($"/dev/mail?to={guest}@example.org")).AsArray().Single()!["text"]!;
        var from = text.IndexOf("token=", StringComparison.Ordinal) + "token=".Length;
        await Ok(lab.Nobody.PostAsync("/api/v1/events/guests/" + text[from..text.IndexOf('\n', from)].Trim(), null, Cancellation));
    }

    private static string Guest(string name) => $$"""{"name": "{{name}}", "email": "{{name}}@example.org"}""";

    private async Task<List<string>> Subjects(string who) => [.. (await lab.Staff.Json($"/dev/mail?to={who}@example.org")).AsArray().Select(m => (string)m!["subject"]!)];

    private Task Advance(string by) => Done(lab.Staff.Post("/dev/clock", $$"""{"advance": "{{by}}"}"""));

    private string At(int days, int hour) =>
        lab.Server.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T" + hour.ToString("00", CultureInfo.InvariantCulture) + ":00:00Z";

    private string Body(string title, int days, int hour, string more = "")
    {
        var seats = more.Contains("\"seats\"", StringComparison.Ordinal) ? "" : "\"seats\": 5, ";
        return $$"""{ {{seats}}{{more}} "kind": "Workshop", "title": "{{title}}", "start": "{{At(days, hour)}}", "end": "{{At(days, hour + 2)}}" }""";
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task Done(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonNode> Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    private static async Task<string> Code(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return await answer.Code();
    }
}
