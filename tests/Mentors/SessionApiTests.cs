using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Mentors;

/// <summary>What mentor and member do about a session: another time by proposal and answer, notes, tasks, feedback; the programme's hours.</summary>
public class SessionApiTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task Another_time_is_proposed_by_one_side_and_answered_by_the_other_and_moves_all_or_nothing()
    {
        var (mentor, id) = await Meeting("quinn", "2026-12-07T10:00:00Z", "bench");
        using var own = await mentor.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-07T14:00:00Z", "end": "2026-12-07T15:00:00Z", "words": "A train is late"}""");
        var proposal = (string)(await own.Json())["proposal"]!["id"]!;
        using var herself = await mentor.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, true));
        (await herself.Code()).ShouldBe("not-yours");
        // Meanwhile the machine of the bundle goes to somebody else: yes moves nothing, and says what is in the way.
        using var taken = await lab.Ben.Book("bench", "2026-12-07T14:30:00Z", "2026-12-07T15:00:00Z");
        using var refused = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, true));
        (await refused.Code()).ShouldBe("slot-taken");
        ((string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]!).ShouldStartWith("2026-12-07T11:00");
        using var free = await lab.Ben.PostAsync($"/api/v1/bookings/{(string)(await taken.Json())["id"]!}/cancel", null);
        using var yes = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, true));
        (await yes.Json())["proposal"].ShouldBeNull();
        ((string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]!).ShouldStartWith("2026-12-07T15:00");
        using var again = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, true));
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var late = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, false));
        (await late.Code()).ShouldBe("changed-meanwhile");
        // Each side is told once of what the other did: the proposal, and by the move itself the yes.
        await Quiet();
        await Quiet();
        (await Letters("quinn proposes another time", "ada")).ShouldBe(1);
    }

    [Fact]
    public async Task A_proposal_is_void_once_the_session_has_another_time_or_does_not_take_place()
    {
        var (mentor, id) = await Meeting("tess", "2026-12-10T10:00:00Z");
        using var asked = await mentor.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-10T12:00:00Z", "end": "2026-12-10T13:00:00Z"}""");
        var proposal = (string)(await asked.Json())["proposal"]!["id"]!;
        using var moved = await lab.Ada.Post($"/api/v1/bookings/{id}/move", """{"start": "2026-12-10T15:00:00Z", "end": "2026-12-10T16:00:00Z"}""");
        moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
        (await lab.Ada.Json($"/api/v1/sessions/{id}/work"))["proposal"].ShouldBeNull();
        using var yes = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer(proposal, true));
        (await yes.Code()).ShouldBe("changed-meanwhile");
        ((string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]!).ShouldStartWith("2026-12-10T16:00");
        using var anew = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-10T12:00:00Z", "end": "2026-12-10T13:00:00Z"}""");
        (await anew.Json())["proposal"].ShouldNotBeNull();
        using var cancelled = await lab.Ada.PostAsync($"/api/v1/bookings/{id}/cancel", null);
        cancelled.EnsureSuccessStatusCode();
        (await mentor.Json($"/api/v1/sessions/{id}/work"))["proposal"].ShouldBeNull();
        using var never = await mentor.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-10T12:00:00Z", "end": "2026-12-10T13:00:00Z"}""");
        (await never.Code()).ShouldBe("not-movable");
    }

    [Fact]
    public async Task Of_a_yes_and_a_taking_back_at_once_one_is_the_answer_and_the_session_is_where_it_says()
    {
        var (mentor, id) = await Meeting("ulla", "2026-12-11T10:00:00Z");
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var was = (string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]!;
            var hour = round % 2 == 0 ? 14 : 10;
            using var asked = await mentor.Post($"/api/v1/sessions/{id}/proposal", $$"""{"start": "2026-12-11T{{hour}}:00:00Z", "end": "2026-12-11T{{hour + 1}}:00:00Z"}""");
            if ((await asked.Json())["proposal"] is not { } proposal) continue;   // it is there already
            var (yes, back) = (Answer((string)proposal["id"]!, true), Answer((string)proposal["id"]!, false));
            var answers = await Task.WhenAll(lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", yes), mentor.Post($"/api/v1/sessions/{id}/proposal/answer", back));
            answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
            var moved = (string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]! != was;
            moved.ShouldBe(answers[0].StatusCode == HttpStatusCode.OK);
            foreach (var answer in answers) answer.Dispose();
        }
    }

    [Fact]
    public async Task A_time_that_cannot_be_had_is_not_proposed_and_a_no_leaves_everything()
    {
        var (mentor, id) = await Meeting("rita", "2026-12-08T10:00:00Z");
        using var closed = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-08T22:00:00Z", "end": "2026-12-08T23:00:00Z"}""");
        (await closed.Code()).ShouldBe("mentor-unavailable");
        using var asked = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-08T12:00:00Z", "end": "2026-12-08T13:00:00Z"}""");
        var proposal = (await asked.Json())["proposal"]!;
        ((bool)(await mentor.Json($"/api/v1/sessions/{id}/work"))["proposal"]!["yours"]!).ShouldBeTrue();
        using var no = await mentor.Post($"/api/v1/sessions/{id}/proposal/answer", Answer((string)proposal["id"]!, false));
        no.EnsureSuccessStatusCode();
        ((string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["start"]!).ShouldStartWith("2026-12-08T11:00");
    }

    [Fact]
    public async Task Shared_notes_are_for_both_private_ones_for_the_mentor_and_nothing_of_it_for_others()
    {
        var (mentor, id) = await Meeting("sofia", "2026-12-09T10:00:00Z");
        using var noted = await Put(mentor, $"/api/v1/sessions/{id}/notes", """{"shared": "Bring the board", "private": "Shy, ask first"}""");
        noted.EnsureSuccessStatusCode();
        using var others = await Put(lab.Ada, $"/api/v1/sessions/{id}/notes", """{"private": "x"}""");
        (await others.Code()).ShouldBe("not-yours");
        var seen = await lab.Ada.Json($"/api/v1/sessions/{id}/work");
        ((string)seen["notes"]!).ShouldBe("Bring the board");
        seen["privateNotes"].ShouldBeNull();
        (await lab.Staff.Json($"/api/v1/sessions/{id}/work"))["privateNotes"].ShouldBeNull();
        (await lab.Admin.GetStringAsync("/api/v1/journal?type=session-changed")).ShouldNotContain("Shy, ask first");
        using var ben = await lab.Ben.GetAsync($"/api/v1/sessions/{id}/work");
        ben.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var task = await lab.Ada.Post($"/api/v1/sessions/{id}/tasks", """{"text": "Order the parts"}""");
        // Whoever wrote over what they had not read is told so; nothing is lost.
        using var over = await Put(lab.Ada, $"/api/v1/sessions/{id}/notes", """{"shared": "Mine", "notesVersion": 0}""");
        (await over.Code()).ShouldBe("changed-meanwhile");
        ((string)(await mentor.Json($"/api/v1/sessions/{id}/work"))["notes"]!).ShouldBe("Bring the board");
        using var read = await Put(lab.Ada, $"/api/v1/sessions/{id}/notes", """{"shared": "Bring the board, and a cable", "notesVersion": 1}""");
        read.EnsureSuccessStatusCode();
        var taskId = (string)(await task.Json())["followUps"]![0]!["id"]!;
        using var done = await Put(mentor, $"/api/v1/sessions/{id}/tasks/{taskId}", """{"done": true}""");
        ((bool)(await done.Json())["followUps"]![0]!["done"]!).ShouldBeTrue();
        using var early = await Put(lab.Ada, $"/api/v1/sessions/{id}/feedback", """{"rating": 5}""");
        (await early.Code()).ShouldBe("session-not-over");
        using var notYet = await Put(mentor, $"/api/v1/sessions/{id}/attendance", """{"came": true}""");
        (await notYet.Code()).ShouldBe("session-not-begun");
        await Quiet();
        // Notes, and a task after them: one letter a day to the other side.
        (await Letters("sofia has written something about your session", "ada"), await Letters("ada has written something about your session", "sofia")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Late_the_mentor_may_propose_a_later_time_and_it_costs_the_member_nothing()
    {
        var (mentor, id) = await Meeting("vito", "2026-12-14T10:00:00Z", more: """ "lateCancelThreshold": "P40D", "lateCancelFee": {"amount": 2000, "currency": "usd"}, """);
        const string later = """{"start": "2026-12-14T14:00:00Z", "end": "2026-12-14T15:00:00Z"}""";
        using var own = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal", later);
        (await own.Code()).ShouldBe("not-movable");
        // Nor are the mentor's own notice and hours for themselves.
        using var shorter = await Put(mentor, "/api/v1/mentors/vito", """{"notice": "P30D", "weekly": []}""");
        shorter.EnsureSuccessStatusCode();
        using var asked = await mentor.Post($"/api/v1/sessions/{id}/proposal", later);
        asked.StatusCode.ShouldBe(HttpStatusCode.OK, await asked.Content.ReadAsStringAsync());
        using var yes = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal/answer", Answer((string)(await asked.Json())["proposal"]!["id"]!, true));
        yes.StatusCode.ShouldBe(HttpStatusCode.OK, await yes.Content.ReadAsStringAsync());
        var booking = await lab.Ada.Json($"/api/v1/bookings/{id}");
        ((string)booking["start"]!).ShouldStartWith("2026-12-14T15:00");
        ((string)booking["state"]!, booking["lateFee"]).ShouldBe(("Confirmed", null));
        // What the member proposes once more is for them to pay for, as before.
        using var more = await lab.Ada.Post($"/api/v1/sessions/{id}/proposal", """{"start": "2026-12-14T16:00:00Z", "end": "2026-12-14T17:00:00Z"}""");
        (await more.Code()).ShouldBe("not-movable");
    }

    [Fact]
    public async Task Where_the_tool_of_a_session_is_lost_both_sides_see_it_on_its_page()
    {
        var (mentor, id) = await Meeting("wanda", "2026-12-16T10:00:00Z", "router");
        using var outage = await lab.Staff.Post("/api/v1/tools/router/outages", """{"title": "New spindle", "start": "2026-12-16T09:00:00Z", "end": "2026-12-16T12:00:00Z"}""");
        outage.StatusCode.ShouldBe(HttpStatusCode.Created, await outage.Content.ReadAsStringAsync());
        foreach (var side in new[] { mentor, lab.Ada }) (await side.GetStringAsync("/sessions/" + id)).ShouldContain("New spindle");
    }

    private async Task<(HttpClient Mentor, string Id)> Meeting(string mentor, string start, string? tool = null, string more = "")
    {
        var client = await lab.Server.Person(mentor, Roles.Mentor);
        using var offered = await Put(client, "/api/v1/mentors/" + mentor, $$"""{ {{more}} "notice": "PT0S", "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "to": "20:00"}]}""");
        offered.StatusCode.ShouldBe(HttpStatusCode.OK, await offered.Content.ReadAsStringAsync());
        if (tool is not null) (await lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{tool}}", "name": "{{tool}}"}""")).Dispose();
        var end = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture).AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Content = Body($$"""{"mentorId": "{{mentor}}", "start": "{{start}}", "end": "{{end}}"{{(tool is null ? "" : $", \"tools\": [\"{tool}\"]")}}}""");
        using var booked = await lab.Ada.SendAsync(request);
        booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
        return (client, (string)(await booked.Json())["id"]!);
    }

    // What waits to be told is told.
    private async Task Quiet()
    {
        using var clock = await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""");
        clock.EnsureSuccessStatusCode();
    }

    private async Task<int> Letters(string subject, string to) =>
        (await lab.Staff.Json("/dev/mail")).AsArray().Count(m => (string)m!["subject"]! == subject && ((string)m["to"]!).StartsWith(to, StringComparison.OrdinalIgnoreCase));

    private static string Answer(string proposal, bool accepted) => new JsonObject { ["proposalId"] = proposal, ["accepted"] = accepted }.ToJsonString();

    private static StringContent Body(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task<HttpResponseMessage> Put(HttpClient client, string path, string json)
    {
        using var body = Body(json);
        return await client.PutAsync(path, body);
    }
}
