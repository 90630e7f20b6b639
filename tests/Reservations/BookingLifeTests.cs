using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

public class BookingLifeTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_member_books_reads_lists_moves_and_cancels()
    {
        var key = Guid.NewGuid();
        using var made = await lab.Ada.Book("laser-1", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00", key, ", \"purpose\": \"signs\"");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        made.Headers.Location!.OriginalString.ShouldBe($"/api/v1/bookings/{key}");
        var booking = await made.Json();
        ((string)booking["start"]!).ShouldBe("2026-12-01T10:00:00+01:00");
        ((string)booking["memberId"]!).ShouldBe("ada");
        ((string)booking["state"]!).ShouldBe("Confirmed");
        ((string)(await lab.Ada.Json(made.Headers.Location.OriginalString))["purpose"]!).ShouldBe("signs");
        var listed = await lab.Ada.Json("/api/v1/bookings?toolId=laser-1&from=2026-12-01T10:30:00%2B01:00&to=2026-12-01T10:31:00%2B01:00");
        listed["items"]!.AsArray().ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(key.ToString());

        using var moved = await lab.Ada.Post($"/api/v1/bookings/{key}/move", """{"start": "2026-12-01T12:00:00+01:00", "end": "2026-12-01T13:00:00+01:00"}""");
        moved.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((string)(await moved.Json())["start"]!).ShouldBe("2026-12-01T12:00:00+01:00");
        using var free = await lab.Ben.Book("laser-1", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00");
        free.StatusCode.ShouldBe(HttpStatusCode.Created);

        using var cancelled = await lab.Ada.PostAsync($"/api/v1/bookings/{key}/cancel", null);
        ((string)(await cancelled.Json())["state"]!).ShouldBe("Cancelled");
        using var again = await lab.Ada.Post($"/api/v1/bookings/{key}/cancel", """{"reason": "twice"}""");
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refusal_has_every_reason_and_alternatives_that_work()
    {
        using var first = await lab.Ada.Book("laser-1", "2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00+01:00");
        using var refused = await lab.Ben.Book("laser-1", "2026-12-02T09:00:00+01:00", "2026-12-02T14:00:00+01:00");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var code = await refused.Code();
        var problem = await refused.Json();
        var codes = problem["refusals"]!.AsArray().Select(r => (string)r!["code"]!).ToList();
        codes.ShouldBe(["slot-taken", "too-long"], ignoreOrder: true);
        code.ShouldBe(codes[0]);
        var taken = problem["refusals"]!.AsArray().Single(r => (string)r!["code"]! == "too-long")!;
        ((string)taken["data"]!["maximum"]!).ShouldBe("PT4H");
        ((bool)taken["overridable"]!).ShouldBeTrue();

        using var narrow = await lab.Ben.Book("laser-1", "2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00+01:00");
        var offered = (await narrow.Json())["alternatives"]!.AsArray();
        offered.Count.ShouldBeGreaterThan(0);
        using var taking = await lab.Ben.Book((string)offered[0]!["toolId"]!, (string)offered[0]!["start"]!, (string)offered[0]!["end"]!);
        taking.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_preview_writes_nothing()
    {
        using var preview = await lab.Ada.Post("/api/v1/bookings/preview", """{"toolId": "saw", "start": "2026-12-03T10:00:00Z", "end": "2026-12-03T11:00:00Z"}""");
        preview.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((bool)(await preview.Json())["accepted"]!).ShouldBeTrue();
        (await lab.Ada.Json("/api/v1/bookings?toolId=saw&from=2026-12-03T00:00:00Z&to=2026-12-04T00:00:00Z"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_key_sent_twenty_times_at_once_is_one_booking()
    {
        var key = Guid.NewGuid();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var answer = await lab.Ada.Book("laser-1", "2026-12-04T10:00:00+01:00", "2026-12-04T11:00:00+01:00", key);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }));
        answers.Distinct().ShouldHaveSingleItem().StatusCode.ShouldBe(HttpStatusCode.Created);
        using var other = await lab.Ada.Book("laser-1", "2026-12-04T12:00:00+01:00", "2026-12-04T13:00:00+01:00", key);
        other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await other.Code()).ShouldBe("idempotency-key-reused");
    }

    [Fact]
    public async Task Staff_book_for_others_and_override_with_a_reason()
    {
        using var plain = await lab.Staff.Book("laser-1", "2026-12-07T08:00:00+01:00", "2026-12-07T14:00:00+01:00", more: ", \"memberId\": \"ben\"");
        (await plain.Code()).ShouldBe("too-long");
        using var forced = await lab.Staff.Book("laser-1", "2026-12-07T08:00:00+01:00", "2026-12-07T14:00:00+01:00",
            more: ", \"memberId\": \"ben\", \"override\": {\"reason\": \"open day\"}");
        forced.StatusCode.ShouldBe(HttpStatusCode.Created);
        var booking = await forced.Json();
        ((string)booking["memberId"]!).ShouldBe("ben");
        ((string)booking["madeBy"]!).ShouldBe("sam");
    }

    [Fact]
    public async Task Members_neither_override_nor_book_for_others()
    {
        using var forced = await lab.Ada.Book("saw", "2026-12-08T10:00:00Z", "2026-12-08T11:00:00Z", more: ", \"override\": {\"reason\": \"please\"}");
        forced.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await forced.Code()).ShouldBe("override-not-allowed");
        using var others = await lab.Ada.Book("saw", "2026-12-08T10:00:00Z", "2026-12-08T11:00:00Z", more: ", \"memberId\": \"ben\"");
        others.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await others.Code()).ShouldBe("not-yours");
        using var own = await lab.Ada.Book("saw", "2026-12-08T10:00:00Z", "2026-12-08T11:00:00Z", more: ", \"memberId\": \"ada\"");
        own.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Pages_of_a_list_join_without_gap_or_overlap()
    {
        var starts = Enumerable.Range(8, 7).Select(h => $"2026-12-09T{h:00}:00:00Z").ToList();
        foreach (var start in starts) (await lab.Ben.Book("saw", start, start.Replace(":00:00Z", ":30:00Z", StringComparison.Ordinal))).Dispose();
        var seen = new List<string>();
        for (var next = "/api/v1/bookings?toolId=saw&from=2026-12-09T00:00:00Z&to=2026-12-10T00:00:00Z&limit=3"; next is not null;)
        {
            var page = await lab.Ben.Json(next);
            seen.AddRange(page["items"]!.AsArray().Select(b => DateTimeOffset.Parse((string)b!["start"]!, null).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", null)));
            next = (string?)page["next"];
        }
        seen.ShouldBe(starts);
    }

    [Fact]
    public async Task Other_peoples_bookings_are_busy_times_and_nothing_more()
    {
        using var made = await lab.Ada.Book("laser-1", "2026-12-10T10:00:00+01:00", "2026-12-10T11:00:00+01:00", more: ", \"purpose\": \"surprise\"");
        const string Day = "/api/v1/tools/laser-1/availability?from=2026-12-10T00:00:00%2B01:00&to=2026-12-11T00:00:00%2B01:00";
        var seen = await lab.Ben.GetStringAsync(Day);
        seen.ShouldContain("2026-12-10T10:00:00+01:00");
        seen.ShouldNotContain("surprise");
        seen.ShouldNotContain("ada");
        (await lab.Staff.GetStringAsync(Day)).ShouldContain("surprise");
        (await lab.Ada.GetStringAsync(Day)).ShouldContain("surprise");
    }

    [Fact]
    public async Task A_time_inside_a_gap_of_the_clocks_is_still_an_instant_with_its_offset()
    {
        // On 2027-03-28 the clocks in Berlin jump from 02:00 to 03:00; with an offset 02:30 is well defined.
        using var tool = await lab.Admin.Post("/api/v1/tools", """{"id": "gap-tool", "name": "Gap tool"}""");
        using var made = await lab.Ada.Book("gap-tool", "2027-03-28T02:30:00+01:00", "2027-03-28T04:30:00+02:00");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        ((string)(await made.Json())["start"]!).ShouldBe("2027-03-28T03:30:00+02:00");
    }
}
