using System.Globalization;
using System.Net;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Mentors;

/// <summary>A session is held when its time is over; then it counts for the programme. The clock is moved, so the server is this test's own.</summary>
public class ProgrammeTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_session_that_took_place_counts_by_mentor_and_by_company_with_what_was_said_of_it()
    {
        var mentor = await lab.Server.Person("theo", Roles.Mentor);
        using var company = await lab.Admin.Post("/api/v1/companies", """{"id": "acme", "name": "Acme"}""");
        using var joined = await lab.Admin.Patch("/api/v1/members/ada", """{"companyId": "acme"}""");
        using var offered = await mentor.PutAsync("/api/v1/mentors/theo", Body("""{"notice": "PT0S", "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "00:00"}], "place": "Video"}"""));
        offered.EnsureSuccessStatusCode();
        var now = DateTimeOffset.Parse((string)(await lab.Admin.Json("/dev/clock"))["now"]!, CultureInfo.InvariantCulture);
        var start = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1).AddHours(10), TimeSpan.Zero);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Content = Body($$"""{"mentorId": "theo", "start": "{{Wire(start)}}", "end": "{{Wire(start.AddMinutes(90))}}"}""");
        using var booked = await lab.Ada.SendAsync(request);
        booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
        var id = (string)(await booked.Json())["id"]!;
        using var clock = await lab.Admin.Post("/dev/clock", $$"""{"now": "{{Wire(start.AddHours(3))}}"}""");
        clock.EnsureSuccessStatusCode();
        using var due = await lab.Ada.GetAsync($"/api/v1/bookings/{id}/cancel-terms");   // whatever is asked of a booking finds it as the clock has it
        using var said = await lab.Ada.PutAsync($"/api/v1/sessions/{id}/feedback", Body("""{"rating": 4, "words": "Clear"}"""));
        said.StatusCode.ShouldBe(HttpStatusCode.OK, await said.Content.ReadAsStringAsync());
        var (from, to) = (Day(start), Day(start.AddDays(2)));
        var row = (await lab.Staff.Json($"/api/v1/programme/hours?from={from}&to={to}")).AsArray().ShouldHaveSingleItem()!;
        ((string)row["key"]!).ShouldBe("theo");
        ((string)row["hours"]!).ShouldBe("PT1H30M");
        ((double)row["rating"]!).ShouldBe(4);
        var acme = (await lab.Staff.Json($"/api/v1/programme/hours?by=company&from={from}&to={to}")).AsArray().ShouldHaveSingleItem()!;
        ((string)acme["name"]!).ShouldBe("Acme");
        (await lab.Staff.GetStringAsync($"/api/v1/programme/hours?format=csv&from={from}&to={to}")).ShouldContain("theo,theo,1,1.5,1,0,4", Case.Insensitive);
        (await lab.Staff.Json("/dev/mail")).ToJsonString().ShouldContain("How was it with");

        // The mentor says that nobody came: then it did not take place.
        using var herself = await lab.Ada.PutAsync($"/api/v1/sessions/{id}/attendance", Body("""{"came": true}"""));
        herself.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var marked = await mentor.PutAsync($"/api/v1/sessions/{id}/attendance", Body("""{"came": false}"""));
        ((bool)(await marked.Json())["came"]!).ShouldBeFalse();
        using var told = await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""");
        (await lab.Staff.Json("/dev/mail")).AsArray().Count(m => (string)m!["subject"]! == "Theo waited for you" || (string)m["subject"]! == "theo waited for you").ShouldBe(1);
        row = (await lab.Staff.Json($"/api/v1/programme/hours?from={from}&to={to}")).AsArray().ShouldHaveSingleItem()!;
        ((int)row["sessions"]!, (int)row["noShows"]!, (string)row["hours"]!).ShouldBe((0, 1, "PT0S"));
    }

    [Fact]
    public async Task An_event_of_a_mentor_counts_once_for_them_and_once_for_each_company_that_was_there()
    {
        using var mentor = await lab.Server.Person("nadia", Roles.Mentor);
        foreach (var (company, member) in new[] { ("birch", "ben"), ("cedar", "sam") })
        {
            using var made = await lab.Admin.Post("/api/v1/companies", $$"""{"id": "{{company}}", "name": "{{company}}"}""");
            using var joined = await lab.Admin.Patch("/api/v1/members/" + member, $$"""{"companyId": "{{company}}"}""");
            joined.EnsureSuccessStatusCode();
        }
        using var offered = await mentor.PutAsync("/api/v1/mentors/nadia", Body("""{"notice": "PT0S", "weekly": [{"days": ["mon"], "from": "09:00", "to": "10:00"}]}"""));
        offered.EnsureSuccessStatusCode();
        var now = DateTimeOffset.Parse((string)(await lab.Admin.Json("/dev/clock"))["now"]!, CultureInfo.InvariantCulture);
        var start = new DateTimeOffset(now.UtcDateTime.Date.AddDays(40).AddHours(12), TimeSpan.Zero);
        using var planned = await mentor.Post("/api/v1/events", $$"""{"title": "Pricing", "kind": "Workshop", "start": "{{Wire(start)}}", "end": "{{Wire(start.AddHours(2))}}", "seats": 5}""");
        planned.StatusCode.ShouldBe(HttpStatusCode.Created, await planned.Content.ReadAsStringAsync());
        var id = (string)(await planned.Json())["id"]!;
        foreach (var member in new[] { lab.Ben, lab.Staff })
        {
            using var seat = await member.PostAsync($"/api/v1/events/{id}/seats", null);
            seat.IsSuccessStatusCode.ShouldBeTrue(await seat.Content.ReadAsStringAsync());
        }
        using var clock = await lab.Admin.Post("/dev/clock", $$"""{"now": "{{Wire(start.AddHours(3))}}"}""");
        clock.EnsureSuccessStatusCode();
        var (from, to) = (Day(start), Day(start.AddDays(2)));
        var row = (await lab.Staff.Json($"/api/v1/programme/hours?from={from}&to={to}")).AsArray().Single(r => (string)r!["key"]! == "nadia")!;
        ((int)row["sessions"]!, (string)row["hours"]!, (int)row["members"]!).ShouldBe((1, "PT2H", 2));
        var rows = (await lab.Staff.Json($"/api/v1/programme/hours?by=company&from={from}&to={to}")).AsArray().ToDictionary(r => (string)r!["key"]!, r => (string)r!["hours"]!);
        (rows["birch"], rows["cedar"]).ShouldBe(("PT2H", "PT2H"));
        // Who was not there does not count, nor does their company.
        using var marked = await mentor.PutAsync($"/api/v1/events/{id}/attendance", Body("""{"marks": [{"memberId": "ben", "came": false}]}"""));
        marked.StatusCode.ShouldBe(HttpStatusCode.OK, await marked.Content.ReadAsStringAsync());
        (await lab.Staff.Json($"/api/v1/programme/hours?by=company&from={from}&to={to}")).AsArray().Select(r => (string)r!["key"]!).ShouldBe(["cedar"]);
    }

    private static string Wire(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static StringContent Body(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
