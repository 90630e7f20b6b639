using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Events;

/// <summary>Office hours: occurrences come as they come near, each an event; a change leaves those alone that somebody has a seat in.</summary>
public class OfficeHoursTests(Lab lab) : IClassFixture<Lab>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Occurrences_are_planned_eight_weeks_ahead_and_a_change_keeps_those_with_seats()
    {
        using (var offered = await lab.Mentor.PutAsync("/api/v1/mentors/mia", Json("""{"weekly": []}"""))) offered.StatusCode.ShouldBe(HttpStatusCode.OK);
        var said = await Ok(lab.Mentor.Post("/api/v1/office-hours", Body("FREQ=WEEKLY;COUNT=12", "Ask Mia")), HttpStatusCode.Created);
        var (id, all) = ((string)said["id"]!, said["occurrences"]!.AsArray());
        all.Count.ShouldBe(12);
        all.Count(o => (bool)o!["planned"]!).ShouldBe(8, "the others are too far ahead");
        var events = all.Select(o => (string)o!["id"]!).ToList();
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{events[2]}/seats", null, Cancellation));
        ((string)(await lab.Ada.Json("/api/v1/events/" + events[0]))["officeHoursId"]!).ShouldBe(id);
        (await Upcoming()).ShouldBe(8);
        // The wall clock's ten stays ten, and the host's time is taken each time, once.
        using (var run = await lab.Admin.Post($"/api/v1/jobs/{OfficeHoursKeeper.Id}/run", "")) run.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Upcoming()).ShouldBe(8);
        using (var taken = await Meet(6)) (await taken.Code()).ShouldBe("slot-taken");

        // Every second week from now on: who has a seat keeps it, whatever the rule says.
        var changed = await Ok(lab.Mentor.PutAsync("/api/v1/office-hours/" + id, Json(Body("FREQ=WEEKLY;INTERVAL=2;COUNT=6", "Ask Mia again"))));
        changed["kept"]!.AsArray().Select(k => (string)k!).ShouldBe([events[2]]);
        ((string)(await lab.Ada.Json("/api/v1/events/" + events[2]))["title"]!).ShouldBe("Ask Mia");
        ((string)(await lab.Ada.Json("/api/v1/events/" + events[4]))["title"]!).ShouldBe("Ask Mia again");
        ((bool)(await lab.Ada.Json("/api/v1/events/" + events[1]))["cancelled"]!).ShouldBeTrue();
        (await Upcoming()).ShouldBe(4);
        // The next comes when it comes near.
        await Ok(lab.Staff.Post("/dev/clock", """{"advance": "P15D"}"""));
        ((bool)(await lab.Ada.Json("/api/v1/events/" + events[8]))["cancelled"]!).ShouldBeFalse();

        var ended = await Ok(lab.Mentor.PutAsync("/api/v1/office-hours/" + id, Json(Body("FREQ=WEEKLY;INTERVAL=2;COUNT=6", "Ask Mia again", ended: true))));
        ended["occurrences"]!.AsArray().ShouldBeEmpty();
        (await Upcoming()).ShouldBeLessThanOrEqualTo(1, "only one that somebody has a seat in");
        using var other = await lab.Ben.PutAsync("/api/v1/office-hours/" + id, Json(Body("FREQ=WEEKLY;COUNT=2", "Mine")));
        (await other.Code()).ShouldBe("not-yours");
    }

    [Fact]
    public async Task Where_several_plan_at_once_each_occurrence_is_planned_once_and_by_what_is_said_last()
    {
        var (services, id) = (lab.Server.App.Services, Guid.NewGuid());
        var (hours, maker) = (services.GetRequiredService<IGrainFactory>().GetGrain<IOfficeHoursGrain>(Keys.OfficeHours(id)), services.GetRequiredService<OfficeHoursMaker>());
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "kiln", "name": "Kiln"}"""), HttpStatusCode.Created);
        var today = lab.Server.Clock.GetUtcNow();
        var first = Instant.FromUtc(today.Year, today.Month, today.Day, 8, 0) + Duration.FromDays(2);
        for (var round = 0; round < 10; round++)
        {
            // Each round an hour later, and now and then none or fewer of them.
            ImmutableArray<Slot> slots = [.. Enumerable.Range(0, 4).Where(week => round % 3 != 1 || week > 1).Select(week => first + Duration.FromDays(7 * week) + Duration.FromHours(round)).Select(start => new Slot(start, start + Duration.FromHours(1)))];
            var pattern = new EventDefinition { Title = $"Kiln {round}", Kind = EventKind.OfficeHours, HostId = "admin", Slot = slots[0], Seats = 3, ToolIds = ["kiln"] };
            await hours.Define(new OfficeHoursDefinition { Pattern = pattern, Rule = "FREQ=WEEKLY;COUNT=4", Slots = slots, Ended = round % 5 == 4 }, "admin");
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => maker.Make(id, "admin", Cancellation))));
            var coming = (await lab.Ada.Json("/api/v1/events/upcoming")).AsArray().Where(e => (string)e!["hostId"]! == "admin").ToList();
            coming.Count.ShouldBe(round % 5 == 4 ? 0 : slots.Length, $"round {round}");
            coming.ShouldAllBe(e => (string)e!["title"]! == $"Kiln {round}");
            // The kiln is booked for those, and for nothing else.
            var busy = (await lab.Staff.Json($"/api/v1/tools/kiln/availability?from={today:yyyy-MM-dd}T00:00:00Z&to={today.AddDays(28):yyyy-MM-dd}T00:00:00Z"))["busy"]!.AsArray();
            busy.Count(b => (string)b!["kind"]! == "booking").ShouldBe(coming.Count, $"round {round}");
        }
    }

    [Theory]
    [InlineData("FREQ=WEEKLY", "rule-not-supported")]
    [InlineData("FREQ=HOURLY;COUNT=3", "rule-not-supported")]
    [InlineData("every week", "malformed-rule")]
    [InlineData("FREQ=WEEKLY;COUNT=1", "series-too-short")]
    public async Task A_rule_that_cannot_be_had_is_said(string rule, string code)
    {
        using var answer = await lab.Staff.Post("/api/v1/office-hours", Body(rule, "Nothing"));
        (await answer.Code()).ShouldBe(code);
    }

    private async Task<int> Upcoming() => (await lab.Ada.Json("/api/v1/events/upcoming")).AsArray().Count(e => (string)e!["hostId"]! == "mia");

    private Task<HttpResponseMessage> Meet(int days)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = Json($$"""{"mentorId": "mia", "start": "{{Day(days)}}T10:00:00Z", "end": "{{Day(days)}}T10:30:00Z"}""") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return lab.Ben.SendAsync(request);
    }

    // The class's clock stands at its beginning until its one test moves it.
    private static string Day(int days) => RunningServer.Now.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Body(string rule, string title, bool ended = false) => $$"""
        {"rule": "{{rule}}", "ended": {{(ended ? "true" : "false")}}, "event": {"title": "{{title}}", "kind": "OfficeHours", "seats": 3, "start": "{{Day(6)}}T10:00:00Z", "end": "{{Day(6)}}T11:00:00Z"} }
        """;

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task<JsonNode> Ok(Task<HttpResponseMessage> sent, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await sent;
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }
}
