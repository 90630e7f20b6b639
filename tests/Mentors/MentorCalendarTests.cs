using System.Net;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Mentors;

/// <summary>A makerspace, and a server elsewhere that has people's calendars.</summary>
public sealed class CalendarLab : IAsyncLifetime
{
    private WebApplication elsewhere = null!;

    public RunningServer Server { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public HttpClient Staff { get; private set; } = null!;

    /// <summary>What is at each path; null: it answers with an error.</summary>
    public Dictionary<string, string?> Files { get; } = new(StringComparer.Ordinal);

    public string Url(string path) => elsewhere.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + path;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        elsewhere = builder.Build();
        elsewhere.MapGet("/to/{name}", (string name) => Results.Redirect(name == "inside" ? "https://169.254.169.254/latest" : $"/{name}.ics"));
        elsewhere.MapGet("/{name}.ics", (string name) => Files.GetValueOrDefault(name) is { } file ? Results.Text(file, "text/calendar") : Results.StatusCode(503));
        await elsewhere.StartAsync();
        Server = await RunningServer.Start(("Makerspace:Outbound:Trusted:0", "127.0.0.1"), ("Makerspace:RunJobs", "false"));
        Ada = await Server.Person("ada", Roles.Member);
        Staff = await Server.Person("sam", Roles.Staff);
        using var named = await (await Server.As("admin@example.org")).Patch("/api/v1/space", """{"name": "Lab", "timeZone": "Europe/Berlin"}""");
        named.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await elsewhere.DisposeAsync();
    }

    /// <summary>A mentor who is there from eight to eight, and whose calendar has these events.</summary>
    public async Task<HttpClient> Mentor(string name, params string[] events)
    {
        var client = await Server.Person(name, Roles.Mentor);
        using var hours = await Put(client, $"/api/v1/mentors/{name}", """{"notice": "PT0S", "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "to": "20:00"}]}""");
        hours.EnsureSuccessStatusCode();
        Has(name, events);
        return client;
    }

    public void Has(string name, params string[] events) => Files[name] = $"BEGIN:VCALENDAR\n{string.Concat(events.Select(e => $"BEGIN:VEVENT\n{e}\nEND:VEVENT\n"))}END:VCALENDAR\n";

    public static Task<HttpResponseMessage> Sets(HttpClient client, string name, string url) => Put(client, $"/api/v1/mentors/{name}/calendar", $$"""{"url": "{{url}}"}""");

    public async Task Later(string howLong)
    {
        using var moved = await Ada.Post("/dev/clock", $$"""{"advance": "{{howLong}}"}""");
        moved.IsSuccessStatusCode.ShouldBeTrue(await moved.Content.ReadAsStringAsync());
    }

    public async Task<T> Db<T>(Func<MakerspaceDb, Task<T>> read)
    {
        await using var scope = Server.App.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<MakerspaceDb>());
    }

    private static Task<HttpResponseMessage> Put(HttpClient client, string path, string json) => client.PutAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
}

/// <summary>A mentor's own calendar keeps members from booking them when they are busy, and tells nobody what they do.</summary>
public class MentorCalendarTests(CalendarLab lab) : IClassFixture<CalendarLab>
{
    private const string Dentist = "UID:d\nSUMMARY:Dentist Dr Holm\nATTENDEE:mailto:holm@example.com\nDTSTART:20261215T100000Z\nDTEND:20261215T110000Z";

    [Fact]
    public async Task Busy_times_take_no_sessions_and_nothing_else_of_the_calendar_is_kept_or_told()
    {
        var vera = await lab.Mentor("vera", Dentist);
        var set = await Read(await CalendarLab.Sets(vera, "vera", lab.Url("/to/vera")));
        ((int)set["busyTimes"]!, (string?)set["error"], (string?)set["url"]).ShouldBe((1, null, lab.Url("/to/vera")));
        await Refused("vera", "10:30", "11:30");
        (await Free("vera")).ShouldBe(["2026-12-15T08:00:00+01:00/2026-12-15T11:00:00+01:00", "2026-12-15T12:00:00+01:00/2026-12-15T20:00:00+01:00"]);
        await Booked("vera", "11:00", "12:00");
        // Looked at again, nothing is new: nothing is written.
        var before = await lab.Db(Changes("vera"));
        await lab.Later("PT31M");
        (await lab.Db(Changes("vera"))).ShouldBe(before);
        var written = await lab.Db(db => db.Journal.Select(j => j.Data).ToListAsync());
        written.ShouldAllBe(d => !d.Contains("Dentist", StringComparison.Ordinal) && !d.Contains("holm", StringComparison.Ordinal) && !d.Contains("/to/vera", StringComparison.Ordinal));
        (await lab.Db(db => db.MentorCalendars.SingleAsync(c => c.MemberId == "vera"))).Address.ShouldNotContain("/to/vera");
        foreach (var other in new[] { lab.Staff, lab.Ada })
        {
            using var asked = await other.GetAsync("/api/v1/mentors/vera/calendar");
            (await asked.Code()).ShouldBe("not-yours");
        }
        (await lab.Staff.GetStringAsync("/staff/mentors/vera")).ShouldNotContain("/to/vera");
        (await vera.GetStringAsync("/mentoring")).ShouldContain("/to/vera");
        // Taken back, it is forgotten.
        using var dropped = await vera.DeleteAsync("/api/v1/mentors/vera/calendar");
        dropped.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Free("vera")).ShouldBe(["2026-12-15T08:00:00+01:00/2026-12-15T12:00:00+01:00", "2026-12-15T13:00:00+01:00/2026-12-15T20:00:00+01:00"]);
        (await lab.Db(db => db.MentorCalendars.CountAsync(c => c.MemberId == "vera"))).ShouldBe(0);
    }

    [Fact]
    public async Task One_that_cannot_be_read_keeps_what_was_known_says_so_and_after_three_days_in_a_letter()
    {
        var willa = await lab.Mentor("willa", Dentist);
        await Read(await CalendarLab.Sets(willa, "willa", lab.Url("/willa.ics")));
        lab.Files["willa"] = null;
        await lab.Later("PT31M");
        var failing = await Read(await willa.GetAsync("/api/v1/mentors/willa/calendar"));
        ((int)failing["busyTimes"]!, (string)failing["error"]!).ShouldBe((1, "answered-503"));
        failing["failingSince"].ShouldNotBeNull();
        await Refused("willa", "10:00", "11:00");
        (await willa.GetStringAsync("/mentoring")).ShouldContain("Cannot be read since");
        await lab.Later("P1D");
        (await lab.Db(Letters("willa"))).ShouldBe(0);
        await lab.Later("P2DT1H");
        (await lab.Db(Letters("willa"))).ShouldBe(1);
        lab.Has("willa");
        await lab.Later("PT31M");
        ((string?)(await Read(await willa.GetAsync("/api/v1/mentors/willa/calendar")))["error"]).ShouldBeNull();
        await Booked("willa", "10:00", "11:00");
        (await lab.Db(Letters("willa"))).ShouldBe(1);
    }

    [Fact]
    public async Task A_busy_time_over_a_booked_session_cancels_nothing_and_is_shown_and_our_own_sessions_are_not_busy()
    {
        var xenia = await lab.Mentor("xenia");
        var id = await Booked("xenia", "10:00", "11:00");
        var key = Guid.Parse(id).ToString("N");
        lab.Has("xenia", Dentist, $"UID:booking-{key}@makerspace\nDTSTART:20261215T140000Z\nDTEND:20261215T150000Z", $"UID:booking-{Guid.NewGuid():N}@makerspace\nDTSTART:20261215T160000Z\nDTEND:20261215T170000Z");
        var set = await Read(await CalendarLab.Sets(xenia, "xenia", lab.Url("/xenia.ics")));
        ((int)set["busyTimes"]!).ShouldBe(2);   // another space's booking is one; ours is none, also where it was moved from
        ((string)(await lab.Ada.Json($"/api/v1/bookings/{id}"))["state"]!).ShouldBe("Confirmed");
        (await xenia.GetStringAsync("/mentoring")).ShouldContain("Your calendar has something else");
        await Booked("xenia", "14:00", "15:00");
        await Refused("xenia", "16:00", "17:00");
    }

    [Fact]
    public async Task Only_what_is_outside_is_asked_also_after_a_redirect_and_a_name()
    {
        var yola = await lab.Mentor("yola");
        foreach (var (url, code) in new[] { ("http://example.org/c.ics", "not-https"), ("https://10.0.0.1/c.ics", "address-not-public"), ("https://[::1]/c.ics", "address-not-public"), ("file:///etc/passwd", "not-https"), ("nonsense", "malformed-url") })
        {
            using var refused = await CalendarLab.Sets(yola, "yola", url);
            (await refused.Code()).ShouldBe(code);
        }
        foreach (var (url, code) in new[] { (lab.Url("/to/inside"), "address-not-public"), ("webcal://localhost:1/c.ics", "address-not-public"), (lab.Url("/none.txt"), "answered-404") })
            ((string?)(await Read(await CalendarLab.Sets(yola, "yola", url)))["error"]).ShouldBe(code);
    }

    [Fact]
    public async Task Days_on_which_the_space_is_closed_are_offered_as_days_away_and_taken_when_ticked()
    {
        var zoe = await lab.Mentor("zoe");
        using var closed = await (await lab.Server.As("admin@example.org")).Patch("/api/v1/space", """{"closures": [{"id": "easter", "name": "Easter", "start": "2027-03-27T00:00:00+01:00", "end": "2027-03-30T00:00:00+02:00"}]}""");
        closed.IsSuccessStatusCode.ShouldBeTrue(await closed.Content.ReadAsStringAsync());
        (await zoe.GetStringAsync("/mentoring")).ShouldContain("value=\"easter\"");
        using var saved = await zoe.Submit("/mentoring", "offer", ("offered", "1"), ("zone", "Europe/Berlin"), ("away", "2026-12-24"), ("closure", "easter"));
        saved.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await lab.Ada.Json("/api/v1/mentors/zoe"))["away"]!.AsArray().Select(a => $"{a!["from"]} {a["until"]}").ShouldBe(["2026-12-24 2026-12-24", "2027-03-27 2027-03-29"]);
        (await zoe.GetStringAsync("/mentoring")).ShouldNotContain("value=\"easter\"");
    }

    [Fact]
    public async Task When_cancelling_is_late_and_what_it_costs_are_said_on_the_page_and_the_video_link_is_the_mentors_to_read()
    {
        var ugo = await lab.Mentor("ugo");
        using (var half = await ugo.Submit("/mentoring", "offer", ("offered", "1"), ("zone", "Europe/Berlin"), ("late", "24"), ("late-fee", ""))) half.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using (var saved = await ugo.Submit("/mentoring", "offer", ("offered", "1"), ("zone", "Europe/Berlin"), ("late", "24"), ("late-fee", "15"), ("place", "Video"), ("link", "https://meet.example/ugo"))) saved.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var own = await ugo.Json("/api/v1/mentors/ugo");
        ((string)own["policy"]!["lateCancelThreshold"]!, (int)own["policy"]!["lateCancelFee"]!["amount"]!, (string)own["videoLink"]!).ShouldBe(("P1D", 1500, "https://meet.example/ugo"));
        (await lab.Ada.Json("/api/v1/mentors/ugo"))["videoLink"].ShouldBeNull();
        // Saved again as it is shown, it stays; also where nothing was asked of it.
        foreach (var late in new[] { new[] { ("late", "24"), ("late-fee", "15") }, [] })
        {
            using var again = await ugo.Submit("/mentoring", "offer", [("offered", "1"), ("zone", "Europe/Berlin"), .. late]);
            again.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            ((int)(await ugo.Json("/api/v1/mentors/ugo"))["policy"]!["lateCancelFee"]!["amount"]!).ShouldBe(1500);
        }
    }

    [Fact]
    public async Task The_next_seven_days_of_it_are_drawn_in_the_grid_of_the_week_and_said_in_words()
    {
        var day = DateOnly.FromDateTime(lab.Server.Clock.GetUtcNow().UtcDateTime).AddDays(2);
        var yuri = await lab.Mentor("yuri", $"UID:y\nDTSTART:{day:yyyyMMdd}T100000Z\nDTEND:{day:yyyyMMdd}T113000Z", $"UID:z\nDTSTART:{day.AddDays(10):yyyyMMdd}T100000Z\nDTEND:{day.AddDays(10):yyyyMMdd}T113000Z");
        await Read(await CalendarLab.Sets(yuri, "yuri", lab.Url("/yuri.ics")));
        var page = await yuri.GetStringAsync("/mentoring");
        page.ShouldContain($"data-busy=\"{((int)day.DayOfWeek + 6) % 7}:660-750\"");   // in Berlin
        page.ShouldContain("Busy in the next seven days:");
    }

    private static Func<MakerspaceDb, Task<int>> Changes(string mentor) => db => db.Journal.CountAsync(j => j.ToolId == "mentor-" + mentor);

    private static Func<MakerspaceDb, Task<int>> Letters(string mentor) => db => db.Mail.CountAsync(m => m.MemberId == mentor && m.Subject == "Your calendar cannot be read");

    private static async Task<System.Text.Json.Nodes.JsonNode> Read(HttpResponseMessage response)
    {
        using (response)
        {
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
            return await response.Json();
        }
    }

    private async Task<string[]> Free(string mentor) => [.. (await lab.Ada.Json($"/api/v1/mentors/{mentor}/availability?from=2026-12-15T00:00:00Z&to=2026-12-15T22:00:00Z"))["free"]!.AsArray().Select(f => $"{f!["start"]}/{f["end"]}")];

    private async Task Refused(string mentor, string from, string to)
    {
        using var answer = await Meet(mentor, from, to);
        (await answer.Code()).ShouldBe("mentor-unavailable");
    }

    private async Task<string> Booked(string mentor, string from, string to)
    {
        using var answer = await Meet(mentor, from, to);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Json())["id"]!;
    }

    // On the 15th of December 2026, in UTC.
    private async Task<HttpResponseMessage> Meet(string mentor, string from, string to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Content = new StringContent($$"""{"mentorId": "{{mentor}}", "start": "2026-12-15T{{from}}:00Z", "end": "2026-12-15T{{to}}:00Z"}""", System.Text.Encoding.UTF8, "application/json");
        return await lab.Ada.SendAsync(request);
    }
}
