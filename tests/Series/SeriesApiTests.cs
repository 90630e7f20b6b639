using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Series;

public class SeriesApiTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_series_is_previewed_booked_and_read()
    {
        var wish = await Wish("s-plain", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00", "FREQ=WEEKLY;COUNT=3");
        using var preview = await lab.Ada.Post("/api/v1/bookings/series/preview", wish);
        preview.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((bool)(await preview.Json())["accepted"]!).ShouldBeTrue();
        (await lab.Ada.Json("/api/v1/bookings?toolId=s-plain"))["items"]!.AsArray().ShouldBeEmpty();   // nothing was written

        var key = Guid.NewGuid();
        using var made = await Book(lab.Ada, wish, key);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var again = await Book(lab.Ada, wish, key);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await made.Content.ReadAsStringAsync());
        var read = await lab.Ada.Json($"/api/v1/bookings/series/{key}");
        Starts(read).ShouldBe(["2026-12-01T10:00:00+01:00", "2026-12-08T10:00:00+01:00", "2026-12-15T10:00:00+01:00"]);
        using var foreign = await lab.Ben.GetAsync($"/api/v1/bookings/series/{key}");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var reused = await Book(lab.Ada, wish.Replace("COUNT=3", "COUNT=4", StringComparison.Ordinal), key);
        (await reused.Code()).ShouldBe("idempotency-key-reused");
    }

    [Fact]
    public async Task A_conflict_refuses_all_or_is_skipped()
    {
        var wish = await Wish("s-conflict", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00", "FREQ=DAILY;COUNT=3");
        using var other = await lab.Ben.Book("s-conflict", "2026-12-02T10:30:00+01:00", "2026-12-02T11:30:00+01:00");
        using var refused = await Book(lab.Ada, wish);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Code()).ShouldBe("series-conflict");
        (await refused.Json())["occurrences"]!.AsArray().Select(o => o!["codes"]!.AsArray().Select(c => (string)c!).SingleOrDefault()).ShouldBe([null, "slot-taken", null]);
        (await lab.Ada.Json("/api/v1/bookings?toolId=s-conflict"))["items"]!.AsArray().ShouldBeEmpty();

        using var skipped = await Book(lab.Ada, wish.Replace("}", ", \"skipConflicts\": true}", StringComparison.Ordinal));
        skipped.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await skipped.Json())["occurrences"]!.AsArray().Select(o => o!["bookingId"] is not null).ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task A_preview_counts_the_times_before_against_the_limits_as_booking_does()
    {
        var wish = await Wish("s-limit", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00", "FREQ=DAILY;COUNT=4", """{"maxFutureHours": "PT2H"}""");
        using var preview = await lab.Ada.Post("/api/v1/bookings/series/preview", wish);
        var accepted = (await preview.Json())["occurrences"]!.AsArray().Select(o => (bool)o!["accepted"]!).ToArray();
        accepted.ShouldBe([true, true, false, false]);
        using var booked = await Book(lab.Ada, wish.Replace("}", ", \"skipConflicts\": true}", StringComparison.Ordinal));
        (await booked.Json())["occurrences"]!.AsArray().Select(o => o!["bookingId"] is not null).ShouldBe(accepted);
    }

    [Fact]
    public async Task One_on_following_or_all_are_cancelled_and_moved()
    {
        var wish = await Wish("s-change", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00", "FREQ=DAILY;COUNT=4");
        var key = Guid.NewGuid();
        using var made = await Book(lab.Ada, wish, key);
        var ids = (await made.Json())["occurrences"]!.AsArray().Select(o => (string)o!["bookingId"]!).ToArray();
        using var moved = await lab.Ada.Post($"/api/v1/bookings/series/{key}/move",
            $$"""{"bookingId": "{{ids[1]}}", "start": "2026-12-02T10:30:00+01:00", "end": "2026-12-02T12:00:00+01:00", "scope": "following"}""");
        moved.StatusCode.ShouldBe(HttpStatusCode.OK);
        Starts(await moved.Json()).ShouldBe(["2026-12-01T10:00:00+01:00", "2026-12-02T10:30:00+01:00", "2026-12-03T10:30:00+01:00", "2026-12-04T10:30:00+01:00"]);

        using var later = await lab.Ada.Post($"/api/v1/bookings/series/{key}/cancel", $$"""{"from": "{{ids[2]}}"}""");
        States(await later.Json()).ShouldBe(["Confirmed", "Confirmed", "Cancelled", "Cancelled"]);
        using var one = await lab.Ada.PostAsync($"/api/v1/bookings/{ids[0]}/cancel", null);
        one.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var rest = await lab.Ada.PostAsync($"/api/v1/bookings/series/{key}/cancel", null);
        States(await rest.Json()).ShouldAllBe(s => s == "Cancelled");
        using var foreign = await lab.Ben.PostAsync($"/api/v1/bookings/series/{key}/cancel", null);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<string> Wish(string tool, string start, string end, string rule, string policy = "{}")
    {
        using var made = await lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{tool}}", "name": "{{tool}}", "policy": {{policy}}}""");
        return $$"""{"toolId": "{{tool}}", "start": "{{start}}", "end": "{{end}}", "rule": "{{rule}}"}""";
    }

    private static async Task<HttpResponseMessage> Book(HttpClient client, string wish, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings/series") { Content = new StringContent(wish, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        return await client.SendAsync(request);
    }

    private static string[] Starts(JsonNode series) => [.. series["occurrences"]!.AsArray().Select(o => (string)o!["start"]!)];

    private static string[] States(JsonNode series) => [.. series["occurrences"]!.AsArray().Select(o => (string)o!["state"]!)];
}
