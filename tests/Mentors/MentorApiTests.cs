using System.Globalization;
using System.Net;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Mentors;

/// <summary>A mentor's hour over HTTP: offered, found, booked alone or with a machine, all or nothing; one winner of many.</summary>
public class MentorApiTests(Lab lab) : IClassFixture<Lab>
{
    private const string Always = """[{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "to": "20:00"}]""";

    [Fact]
    public async Task A_mentor_offers_hours_and_is_found_by_skill_with_the_next_free_time()
    {
        await Offer(lab.Mentor, "mia", """ "skills": ["PCB design", "Grants"], "languages": ["de", "en"], "maxPerDay": 4, "notice": "PT0S" """);
        var found = await lab.Ada.Json("/api/v1/mentors?skill=pcb%20design&language=de");
        var mia = found.AsArray().Single(m => (string)m!["id"]! == "mia")!;
        mia["nextFree"].ShouldNotBeNull();
        ((string)mia["timeZone"]!).ShouldBe("Europe/Berlin");
        (await lab.Ada.Json("/api/v1/mentors?skill=welding")).AsArray().ShouldBeEmpty();
        (await lab.Ada.Json("/api/v1/mentors/mia/availability?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z"))["free"]!.AsArray().Count.ShouldBeGreaterThan(0);
        // No machine: no list of tools has it.
        (await lab.Staff.Json("/api/v1/tools?limit=200"))["items"]!.AsArray().ShouldAllBe(t => (string)t!["id"]! != "mentor-mia");
        using var asTool = await lab.Staff.GetAsync("/api/v1/tools/mentor-mia");
        asTool.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(""" "languages": ["german"] """, "text-too-long")]
    [InlineData(""" "timeZone": "Mars/Base" """, "unknown-time-zone")]
    [InlineData(""" "videoLink": "http://127.0.0.1/" """, "malformed-address")]
    [InlineData(""" "minDuration": "PT2H", "maxDuration": "PT1H" """, "contradiction")]
    [InlineData(""" "away": [{"from": "2026-12-24", "until": "2026-12-01"}] """, "contradiction")]
    [InlineData(""" "maxPerDay": 0 """, "out-of-range")]
    [InlineData(""" "areaId": "nowhere" """, "unknown-area")]
    public async Task What_is_wrong_with_an_offer_is_said(string members, string code)
    {
        using var answer = await Put(lab.Mentor, "mia", members);
        (await answer.Code()).ShouldBe(code);
    }

    [Fact]
    public async Task A_session_together_with_a_machine_is_booked_whole_or_not_at_all()
    {
        await Offer(lab.Staff, "sam", """ "notice": "PT0S" """);
        await Machine("bundled");
        using var other = await lab.Ben.Book("bundled", "2026-12-07T12:00:00Z", "2026-12-07T13:00:00Z");
        other.EnsureSuccessStatusCode();
        using var refused = await Meet(lab.Ada, """ "mentorId": "sam", "tools": ["bundled"], "start": "2026-12-07T12:00:00Z", "end": "2026-12-07T13:00:00Z" """);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        ((string)(await refused.Json())["refusals"]![0]!["data"]!["toolId"]!).ShouldBe("bundled");
        using var alone = await Meet(lab.Ada, """ "mentorId": "sam", "start": "2026-12-07T12:00:00Z", "end": "2026-12-07T13:00:00Z" """);
        alone.StatusCode.ShouldBe(HttpStatusCode.Created, await alone.Content.ReadAsStringAsync());   // the mentor was not taken by the half
        using var whole = await Meet(lab.Ada, """ "mentorId": "sam", "tools": ["bundled"], "start": "2026-12-07T14:00:00Z", "end": "2026-12-07T15:00:00Z", "about": "First cut" """);
        var session = await whole.Json();
        ((string)session["mentorId"]!).ShouldBe("sam");
        ((string)session["tools"]![0]!).ShouldBe("bundled");
        using var laser = await lab.Ben.Book("bundled", "2026-12-07T14:30:00Z", "2026-12-07T15:30:00Z");
        (await laser.Code()).ShouldBe("slot-taken");
        using var cancelled = await lab.Ada.PostAsync($"/api/v1/bookings/{(string)session["id"]!}/cancel", null);
        cancelled.EnsureSuccessStatusCode();
        using var again = await lab.Ben.Book("bundled", "2026-12-07T14:30:00Z", "2026-12-07T15:30:00Z");
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_mentor_says_yes_or_no_sees_who_comes_and_may_cancel_and_nobody_else_may()
    {
        await Person("nora");
        var nora = await lab.Server.Person("nora-mentor", Accounts.Mentor);
        await Offer(nora, "nora-mentor", """ "approvalRequired": true, "place": "Video", "videoLink": "https://meet.example/nora", "notice": "PT0S" """);
        using var asked = await Meet(lab.Ada, """ "mentorId": "nora-mentor", "start": "2026-12-08T10:00:00Z", "end": "2026-12-08T11:00:00Z" """);
        var session = await asked.Json();
        var id = (string)session["id"]!;
        ((string)session["booking"]!["state"]!).ShouldBe("AwaitingApproval");
        session["videoLink"].ShouldBeNull();
        using var owner = await lab.Ada.PostAsync($"/api/v1/sessions/{id}/approve", null);
        (await owner.Code()).ShouldBe("not-yours");
        using var stranger = await lab.Ben.PostAsync($"/api/v1/sessions/{id}/approve", null);
        stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var yes = await nora.PostAsync($"/api/v1/sessions/{id}/approve", null);
        ((string)(await yes.Json())["state"]!).ShouldBe("Confirmed");
        var given = (await nora.Json("/api/v1/sessions?as=mentor")).AsArray();
        ((string)given.Single()!["booking"]!["memberId"]!).ShouldBe("ada");
        ((string)given[0]!["videoLink"]!).ShouldBe("https://meet.example/nora");
        using var move = await nora.Post($"/api/v1/bookings/{id}/move", """{"start": "2026-12-08T12:00:00Z", "end": "2026-12-08T13:00:00Z"}""");
        (await move.Code()).ShouldBe("not-yours");
        using var into = await nora.PostAsync($"/api/v1/bookings/{id}/check-in", null);
        (await into.Code()).ShouldBe("not-yours");
        using var cancelled = await nora.PostAsync($"/api/v1/bookings/{id}/cancel", null);
        ((string)(await cancelled.Json())["state"]!).ShouldBe("Cancelled");
    }

    [Fact]
    public async Task Any_mentor_with_a_skill_shares_the_load_and_a_retry_is_the_same_session()
    {
        var (olga, pia) = (await lab.Server.Person("olga", Accounts.Mentor), await lab.Server.Person("pia", Accounts.Mentor));
        foreach (var (client, id) in new[] { (olga, "olga"), (pia, "pia") }) await Offer(client, id, """ "skills": ["Patents"], "notice": "PT0S" """);
        var had = new List<string>();
        for (var day = 1; day <= 4; day++)
        {
            using var booked = await Meet(lab.Ben, $$""" "skill": "patents", "start": "2026-12-1{{day}}T10:00:00Z", "end": "2026-12-1{{day}}T11:00:00Z" """);
            booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
            had.Add((string)(await booked.Json())["mentorId"]!);
        }
        had.GroupBy(m => m).Select(g => g.Count()).ShouldBe([2, 2]);
        var key = Guid.NewGuid();
        var sameAgain = """ "skill": "patents", "start": "2026-12-16T10:00:00Z", "end": "2026-12-16T11:00:00Z" """;
        using var first = await Meet(lab.Ben, sameAgain, key);
        using var second = await Meet(lab.Ben, sameAgain, key);
        ((string)(await second.Json())["id"]!).ShouldBe((string)(await first.Json())["id"]!);
    }

    [Fact]
    public async Task What_a_mentor_asks_is_answered_by_whoever_books_and_read_by_the_mentor()
    {
        var (vera, wim) = (await lab.Server.Person("vera", Accounts.Mentor), await lab.Server.Person("wim", Accounts.Mentor));
        await Offer(vera, "vera", """ "skills": ["Pricing"], "question": "What do you sell?", "notice": "PT0S" """);
        const string when = """ "start": "2026-12-17T10:00:00Z", "end": "2026-12-17T11:00:00Z" """;
        using var silent = await Meet(lab.Ada, $$""" "mentorId": "vera", {{when}} """);
        (await silent.Code()).ShouldBe("missing-field");
        using var anybody = await Meet(lab.Ada, $$""" "skill": "Pricing", {{when}} """);
        (await anybody.Code()).ShouldBe("missing-field");
        // Any mentor is one who does not ask, where nothing is said.
        await Offer(wim, "wim", """ "skills": ["Pricing"], "notice": "PT0S" """);
        using var other = await Meet(lab.Ada, $$""" "skill": "Pricing", {{when}} """);
        ((string)(await other.Json())["mentorId"]!).ShouldBe("wim");
        using var said = await Meet(lab.Ben, $$""" "mentorId": "vera", "about": "Lamps", {{when}} """);
        said.StatusCode.ShouldBe(HttpStatusCode.Created, await said.Content.ReadAsStringAsync());
        ((string)(await vera.Json("/api/v1/sessions?as=mentor"))[0]!["booking"]!["purpose"]!).ShouldBe("Lamps");
        var page = await lab.Ada.Submit("/mentors/vera", "session", ("day", "2026-12-17"), ("from", "12:00"), ("to", "13:00"));
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Say a word to what Vera asks");
    }

    [Fact]
    public async Task A_rate_typed_on_the_page_is_what_was_typed_also_where_a_currency_has_no_cents()
    {
        var yuki = await lab.Server.Person("yuki", Accounts.Mentor);
        var before = (string)(await lab.Ada.Json("/api/v1/space"))["currency"]!;
        using (var yen = await lab.Admin.Patch("/api/v1/space", """{"currency": "jpy"}""")) yen.IsSuccessStatusCode.ShouldBeTrue();
        using (var saved = await yuki.Submit("/mentoring", "offer", ("offered", "1"), ("skills", "origami"), ("zone", "Asia/Tokyo"), ("rate", "1500"))) saved.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        ((long)(await lab.Ada.Json("/api/v1/mentors/yuki"))["rate"]!["amount"]!).ShouldBe(1500);
        (await yuki.GetStringAsync("/mentoring", TestContext.Current.CancellationToken)).ShouldContain("value=\"1500\"");
        using var back = await lab.Admin.Patch("/api/v1/space", $$"""{"currency": "{{before}}"}""");
        back.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_who_ask_for_a_mentors_slot_at_once_one_has_it()
    {
        var rosa = await lab.Server.Person("rosa", Accounts.Mentor);
        await Offer(rosa, "rosa", """ "notice": "PT0S", "horizon": "P300D" """);
        HttpClient[] clients = [lab.Ada, lab.Ben, lab.Mentor, lab.Staff, lab.Admin];
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var day = new DateOnly(2026, 12, 1).AddDays(round).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Meet(clients[i % 5], $$""" "mentorId": "rosa", "start": "{{day}}T10:00:00Z", "end": "{{day}}T11:00:00Z" """)));
            answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1);
            answers.Where(a => a.StatusCode != HttpStatusCode.Created).ShouldAllBe(a => a.StatusCode == HttpStatusCode.Conflict);
            foreach (var answer in answers) answer.Dispose();
        }
    }

    [Fact]
    public async Task Bundles_that_cross_are_never_half_booked()
    {
        var (tea, uma) = (await lab.Server.Person("tea", Accounts.Mentor), await lab.Server.Person("uma", Accounts.Mentor));
        foreach (var (client, id) in new[] { (tea, "tea"), (uma, "uma") }) await Offer(client, id, """ "notice": "PT0S", "horizon": "P300D" """);
        await Machine("crossed");
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var day = new DateOnly(2026, 12, 1).AddDays(round).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var when = $$""" "start": "{{day}}T10:00:00Z", "end": "{{day}}T11:00:00Z" """;
            HttpClient[] clients = [lab.Ada, lab.Ben, lab.Mentor, lab.Admin];
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Meet(clients[i % 4], $$""" "mentorId": "{{(i % 2 == 0 ? "tea" : "uma")}}", "tools": ["crossed"], {{when}} """)));
            var won = answers.Where(a => a.StatusCode == HttpStatusCode.Created).ShouldHaveSingleItem();
            var winner = (string)(await won.Json())["mentorId"]!;
            var loser = winner == "tea" ? "uma" : "tea";
            // Whoever lost the machine has nothing: their mentor is free, and can be had alone.
            using var free = await Meet(lab.Ben, $$""" "mentorId": "{{loser}}", {{when}} """);
            free.StatusCode.ShouldBe(HttpStatusCode.Created, await free.Content.ReadAsStringAsync());
            using var taken = await Meet(lab.Ben, $$""" "mentorId": "{{winner}}", {{when}} """);
            (await taken.Code()).ShouldBe("slot-taken");
            foreach (var answer in answers) answer.Dispose();
        }
    }

    private static class Accounts
    {
        public const string Mentor = Makerspace.Accounts.Roles.Mentor;
    }

    private async Task Person(string name) => (await lab.Server.Person(name, Makerspace.Accounts.Roles.Member)).Dispose();

    private static async Task Offer(HttpClient client, string id, string members)
    {
        using var answer = await Put(client, id, members);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> Put(HttpClient client, string id, string members)
    {
        using var body = new StringContent($$"""{"weekly": {{Always}}, {{members}}}""", System.Text.Encoding.UTF8, "application/json");
        return await client.PutAsync("/api/v1/mentors/" + id, body);
    }

    private async Task Machine(string id)
    {
        using var made = await lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{id}}", "name": "{{id}}"}""");
        made.EnsureSuccessStatusCode();
    }

    private static async Task<HttpResponseMessage> Meet(HttpClient client, string members, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        request.Content = new StringContent($$"""{ {{members}} }""", System.Text.Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }
}
