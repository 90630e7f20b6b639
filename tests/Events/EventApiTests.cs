using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Events;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Events;

/// <summary>Events over HTTP: planned with the host's time and machines, all or nothing; seats, the line, the host's answer; one winner of many.</summary>
public class EventApiTests(Lab lab) : IClassFixture<Lab>
{
    private const string Always = """[{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}]""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => lab.Server.App.Services.GetRequiredService<IGrainFactory>();

    [Fact]
    public async Task A_mentors_workshop_takes_their_time_and_a_machine_has_a_line_and_tells_its_link_to_who_sits()
    {
        await Ok(lab.Mentor.PutAsync("/api/v1/mentors/mia", Json($$"""{"weekly": {{Always}}, "rate": {"amount": 9000, "currency": "usd"}, "approvalRequired": true}""")));
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "press", "name": "Press"}"""));
        (await Code(lab.Ada.Post("/api/v1/events", Body("Sneaky", 10, 18)))).ShouldBe("not-yours");
        (await Code(lab.Mentor.Post("/api/v1/events", Body("For another", 10, 18, """ "hostId": "sam", """)))).ShouldBe("not-yours");
        // In the evening, outside the hours that others may book; it costs nothing and needs nobody's yes.
        var planned = await Ok(lab.Mentor.Post("/api/v1/events", Body("Printing", 10, 18, """ "toolIds": ["press"], "seats": 1, "videoLink": "https://meet.example/x", "question": "What do you print?", """)));
        var id = (string)planned["id"]!;
        var booking = await lab.Staff.Json($"/api/v1/bookings/{(string)planned["bookingId"]!}");
        ((string)booking["state"]!).ShouldBe("Confirmed");
        booking.ToJsonString().ShouldContain("mentor-mia");
        (await lab.Mentor.Json("/api/v1/sessions?as=mentor")).AsArray().ShouldBeEmpty("nobody meets themselves");
        (await lab.Mentor.Json("/api/v1/sessions")).AsArray().ShouldBeEmpty();
        using (var taken = await lab.Ben.Book("press", At(10, 18), At(10, 19))) (await taken.Code()).ShouldBe("slot-taken");

        (await Code(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation))).ShouldBe("answer-missing");
        const string answer = """{"answer": "Posters"}""";
        (await lab.Ada.Json("/api/v1/events/" + id))["videoLink"].ShouldBeNull();
        ((string)(await Ok(lab.Ada.Post($"/api/v1/events/{id}/seats", answer)))["videoLink"]!).ShouldBe("https://meet.example/x");
        (await Code(lab.Ben.Post($"/api/v1/events/{id}/seats", answer))).ShouldBe("event-full");
        ((int)(await Ok(lab.Ben.Post($"/api/v1/events/{id}/waitlist", answer)))["place"]!).ShouldBe(1);
        (await Code(lab.Ben.Post($"/api/v1/events/{id}/seats", """{"memberId": "ada"}"""))).ShouldBe("not-yours");
        var given = await lab.Mentor.Json("/api/v1/events/" + id);
        given["members"]!.AsArray().Select(m => (string)m!).ShouldBe(["ada"]);
        ((string)given["answers"]![0]!["answer"]!).ShouldBe("Posters");
        (await lab.Ben.Json("/api/v1/events/" + id))["members"].ShouldBeNull();
        await Ok(lab.Ada.DeleteAsync($"/api/v1/events/{id}/seats", Cancellation));
        ((bool)(await lab.Ben.Json("/api/v1/events/" + id))["joined"]!).ShouldBeTrue();
        (await Code(lab.Mentor.PutAsync($"/api/v1/events/{id}/attendance", Json("""{"marks": [{"memberId": "ben", "came": true}]}""")))).ShouldBe("event-not-begun");

        // Moved, its booking goes with it; called off, everything is free, and it stays called off.
        var moved = await Ok(lab.Mentor.PutAsync("/api/v1/events/" + id, Json(Body("Printing", 10, 19, """ "toolIds": ["press"], "seats": 2, """))));
        ((string)moved["bookingId"]!).ShouldBe((string)planned["bookingId"]!);
        using (var free = await lab.Ben.Book("press", At(10, 17), At(10, 19))) free.StatusCode.ShouldBe(HttpStatusCode.Created);
        await Ok(lab.Mentor.PutAsync("/api/v1/events/" + id, Json(Body("Printing", 10, 19, """ "cancelled": true, "reason": "I am ill", """))));
        using (var free = await lab.Ben.Book("press", At(10, 19), At(10, 21))) free.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Code(lab.Mentor.PutAsync("/api/v1/events/" + id, Json(Body("Printing", 10, 19))))).ShouldBe("event-over");
        (await Code(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation))).ShouldBe("event-over");
        (await lab.Ada.Json("/api/v1/events/upcoming")).AsArray().ShouldAllBe(e => (string)e!["id"]! != id);
    }

    [Fact]
    public async Task Refused_tools_plan_nothing_and_a_retry_is_the_same_event()
    {
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "forge", "name": "Forge"}"""));
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "anvil", "name": "Anvil"}"""));
        using (var first = await lab.Ben.Book("anvil", At(11, 12), At(11, 13))) first.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = Guid.NewGuid();
        var wish = Body("Forging", 11, 12, """ "hostId": "ben", "toolIds": ["forge", "anvil"], """);
        (await Code(Keyed(lab.Staff, key, wish))).ShouldBe("slot-taken");
        using (var read = await lab.Staff.GetAsync("/api/v1/events/" + key, Cancellation)) read.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var free = await lab.Ada.Book("forge", At(11, 12), At(11, 13))) free.StatusCode.ShouldBe(HttpStatusCode.Created);
        var later = Body("Forging", 11, 15, """ "hostId": "ben", "toolIds": ["forge", "anvil"], """);
        var one = await Ok(Keyed(lab.Staff, key, later));
        var two = await Ok(Keyed(lab.Staff, key, later));
        ((string)two["bookingId"]!).ShouldBe((string)one["bookingId"]!);
        (await Code(Keyed(lab.Mentor, key, Body("Mine now", 12, 12)))).ShouldBe("not-yours");
    }

    [Fact]
    public async Task The_host_says_yes_or_no_and_a_seat_is_held_meanwhile()
    {
        var id = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Circle", 12, 12, """ "hostId": "mia", "kind": "GroupSession", "seats": 1, "approvalRequired": true, """))))["id"]!;
        var asked = await Ok(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        ((bool)asked["joined"]!, (bool)asked["asked"]!, (int)asked["seatsLeft"]!).ShouldBe((false, true, 0));
        await Ok(lab.Ben.PostAsync($"/api/v1/events/{id}/waitlist", null, Cancellation));
        (await Code(lab.Ada.Post($"/api/v1/events/{id}/answers", """{"memberId": "ada", "yes": true}"""))).ShouldBe("not-yours");
        var no = await Ok(lab.Mentor.Post($"/api/v1/events/{id}/answers", """{"memberId": "ada", "yes": false}"""));
        no["requests"]!.AsArray().Select(r => (string)r!).ShouldBe(["ben"]);
        await Ok(lab.Mentor.Post($"/api/v1/events/{id}/answers", """{"memberId": "ben", "yes": true}"""));
        await Ok(lab.Mentor.Post($"/api/v1/events/{id}/answers", """{"memberId": "ben", "yes": true}"""));
        (await Code(lab.Mentor.Post($"/api/v1/events/{id}/answers", """{"memberId": "ada", "yes": true}"""))).ShouldBe("seat-not-asked");
        ((bool)(await lab.Ben.Json("/api/v1/events/" + id))["joined"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Visitors_see_what_is_public_and_nothing_of_who_comes()
    {
        var open = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Open day", 13, 12, """ "public": true, "videoLink": "https://meet.example/y", """))))["id"]!;
        var inner = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Members' evening", 13, 12))))["id"]!;
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{open}/seats", null, Cancellation));
        var seen = (await lab.Nobody.Json("/api/v1/events/upcoming")).AsArray();
        seen.Select(e => (string)e!["id"]!).ShouldContain(open);
        seen.Select(e => (string)e!["id"]!).ShouldNotContain(inner);
        var one = await lab.Nobody.Json("/api/v1/events/" + open);
        (one["members"], one["videoLink"], one["bookingId"]).ShouldBe((null, null, null));
        using var hidden = await lab.Nobody.GetAsync("/api/v1/events/" + inner, Cancellation);
        (await hidden.Code()).ShouldBe("unknown-event");
        (await lab.Ben.Json("/api/v1/events/" + inner))["title"].ShouldNotBeNull();
        var guest = await Grains.GetGrain<IEventGrain>(Keys.Event(Guid.Parse(inner))).Hold(new SeatWish(Guests.Seat(Guid.NewGuid())), Clock.Now(lab.Server.Clock) + Duration.FromMinutes(30));
        guest.Refusals.ShouldHaveSingleItem().ShouldBeOfType<MembersOnly>();
    }

    [Fact]
    public async Task A_guest_has_a_seat_by_the_link_in_a_letter_and_is_forgotten_afterwards()
    {
        var id = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Tour", 14, 12, """ "public": true, "seats": 2, """))))["id"]!;
        var inner = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Board", 14, 12, """ "public": true, "approvalRequired": true, """))))["id"]!;
        (await Code(lab.Nobody.Post($"/api/v1/events/{inner}/guests", Guest("eve")))).ShouldBe("members-only");
        (await Code(lab.Nobody.Post($"/api/v1/events/{id}/guests", """{"name": "Eve", "email": "no address"}"""))).ShouldBe("malformed-email");
        // Twice is once: the address has one seat, and one letter.
        foreach (var _ in new[] { 1, 2 }) using (var asked = await lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest("eve"))) asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        ((int)(await lab.Nobody.Json("/api/v1/events/" + id))["seatsLeft"]!).ShouldBe(1);
        (await lab.Staff.Json("/api/v1/events/" + id))["members"]!.AsArray().ShouldBeEmpty("it is only held");
        var eve = await Token("eve");
        (await Letter("eve")).ShouldStartWith("Hello,", customMessage: "whoever asked may have typed in a stranger's address, and what they call them is not theirs to say");
        using (var look = await lab.Nobody.GetAsync("/events/seat?token=" + eve, Cancellation)) (await look.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Confirm my seat");
        ((bool)(await Ok(lab.Nobody.PostAsync("/api/v1/events/guests/" + eve, null, Cancellation)))["joined"]!).ShouldBeTrue();
        (await lab.Staff.Json("/api/v1/events/" + id))["members"]!.AsArray().Count.ShouldBe(1);

        // Somebody else who knows the address gives nobody another name.
        using (var asked = await lab.Nobody.Post($"/api/v1/events/{id}/guests", """{"name": "Not Eve", "email": "eve@example.org"}""")) asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await lab.Staff.GetStringAsync("/events/" + id, Cancellation)).ShouldNotContain("Not Eve");
        // And no guest is made up for a seat.
        (await Code(lab.Staff.Post($"/api/v1/events/{id}/seats", """{"memberId": "guest:nobody"}"""))).ShouldBe("unknown-member");

        // Whoever does not confirm in half an hour keeps nobody from coming.
        using (var asked = await lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest("mallory"))) asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Code(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation))).ShouldBe("event-full");
        await Advance("PT31M");
        await Ok(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        (await Code(lab.Nobody.PostAsync("/api/v1/events/guests/" + await Token("mallory"), null, Cancellation))).ShouldBe("event-full");
        // It is full for whoever has a seat as for a stranger: nobody finds out who comes by trying addresses.
        foreach (var name in new[] { "eve", "mallory" }) (await Code(lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest(name)))).ShouldBe("event-full", name);
        (await Code(lab.Nobody.PostAsync("/api/v1/events/guests/" + eve[..^4] + "AAAA", null, Cancellation))).ShouldBe("unknown-seat");

        await Advance("P2D");
        (await Kept(id)).ShouldBe(["eve@example.org"]);
        await Advance("P12D");
        (await Subjects("eve@example.org")).Count(s => s == "Tomorrow: Tour").ShouldBe(1);
        (await Subjects("mallory@example.org")).ShouldBe(["Confirm your seat: Tour"]);
        await Advance("P32D");
        (await Kept(id)).ShouldBeEmpty();
        (await lab.Staff.Json("/api/v1/journal?limit=200")).ToJsonString().ShouldNotContain("eve@example.org");
    }

    [Fact]
    public async Task No_address_gets_many_letters_of_guests_seats()
    {
        var id = (string)(await Ok(lab.Staff.Post("/api/v1/events", Body("Fair", 15, 12, """ "public": true, "seats": 2, """))))["id"]!;
        var limiter = lab.Server.App.Services.GetRequiredService<Makerspace.Web.Accounts.AttemptLimiter>();
        while (limiter.MaySendMessage("FLOODED@EXAMPLE.ORG")) { }
        using (var asked = await lab.Nobody.Post($"/api/v1/events/{id}/guests", Guest("flooded"))) asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Subjects("flooded@example.org")).ShouldBeEmpty();
        ((int)(await lab.Nobody.Json("/api/v1/events/" + id))["seatsLeft"]!).ShouldBe(2);
    }

    private static string Guest(string name) => $$"""{"name": "{{name}}", "email": "{{name}}@example.org"}""";

    private async Task<List<string>> Kept(string id)
    {
        await using var db = await lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        var happening = Guid.Parse(id);
        return await db.EventGuests.Where(g => g.EventId == happening).Select(g => g.Email).ToListAsync(Cancellation);
    }

    private async Task<string> Letter(string name) => (string)(await lab.Staff.Json($"/dev/mail?to={name}@example.org")).AsArray().Single()!["text"]!;

    private async Task<string> Token(string name)
    {
        var text = await Letter(name);
        var from = text.IndexOf("token=", StringComparison.Ordinal) + "token=".Length;
        return text[from..text.IndexOf('\n', from)].Trim();
    }

    private async Task<List<string>> Subjects(string to) => [.. (await lab.Staff.Json("/dev/mail?to=" + to)).AsArray().Select(m => (string)m!["subject"]!)];

    [Fact]
    public async Task Of_many_who_want_the_last_seat_at_once_one_has_it_and_the_line_keeps_its_order()
    {
        var start = Clock.Now(lab.Server.Clock) + Duration.FromDays(30);
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var seats = Grains.GetGrain<IEventGrain>(Keys.Event(Guid.NewGuid()));
            await seats.Define(new EventDefinition { Title = "Race", HostId = "sam", Seats = 2, Slot = new Slot(start, start + Duration.FromHours(1)) }, "sam");
            await seats.Join(new SeatWish("m-first"), "m-first");
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => seats.Join(new SeatWish("m-" + i), "m-" + i)));
            answers.Count(a => a.Refusals.IsEmpty).ShouldBe(1);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i => seats.Wait(new SeatWish("m-" + i), "m-" + i)));
            var before = (await seats.View())!;
            (before.Members.Length, before.Waiting.Length, before.Waiting.Distinct().Count()).ShouldBe((2, 9, 9));
            // Two leave at the same moment: the first two of the line sit, each once, in their order.
            await Task.WhenAll(before.Members.Select(m => seats.Leave(m, m)));
            var after = (await seats.View())!;
            after.Members.ShouldBe(before.Waiting.Take(2));
            after.Waiting.ShouldBe(before.Waiting.Skip(2));
        }
    }

    [Fact]
    public async Task A_crash_between_booking_and_planning_leaves_nothing_booked()
    {
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "loom", "name": "Loom"}"""));
        var seats = Grains.GetGrain<IEventGrain>(Keys.Event(Guid.NewGuid()));
        var start = Clock.Now(lab.Server.Clock).InUtc().Date.PlusDays(9).At(new LocalTime(10, 0)).InUtc().ToInstant();
        var wanted = new EventDefinition { Title = "Weaving", HostId = "sam", Seats = 4, ToolIds = ["loom"], Slot = new Slot(start, start + Duration.FromHours(2)) };
        var bookingId = await seats.Intend(wanted, moves: false, "sam");
        (await seats.Intend(wanted, moves: false, "sam")).ShouldBe(bookingId, "a retry goes on with the same booking");
        var booking = Grains.GetGrain<IBookingGrain>(Keys.Booking(bookingId));
        (await booking.Book(Request(wanted.Slot))).Accepted.ShouldBeTrue();
        await Advance("PT2M");
        (await booking.View())!.State.ShouldBe(BookingState.Cancelled);
        (await seats.View()).ShouldBeNull();

        // Planned then, with a booking of its own; of a move that stopped half-way the event follows its booking.
        var second = await seats.Intend(wanted, moves: false, "sam");
        second.ShouldNotBe(bookingId);
        booking = Grains.GetGrain<IBookingGrain>(Keys.Booking(second));
        (await booking.Book(Request(wanted.Slot))).Accepted.ShouldBeTrue();
        await seats.Define(wanted with { BookingId = second }, "sam");
        var later = wanted with { BookingId = second, Slot = new Slot(start + Duration.FromHours(1), start + Duration.FromHours(3)) };
        await seats.Intend(later, moves: true, "sam");
        (await booking.Move(later.Slot, "sam", null, null)).Accepted.ShouldBeTrue();
        await Advance("PT2M");
        (await seats.View())!.Definition.Slot.ShouldBe(later.Slot);
        (await booking.View())!.State.ShouldBe(BookingState.Confirmed);
        // One that never moved stays where it was.
        await seats.Intend(later with { Slot = new Slot(start + Duration.FromHours(5), start + Duration.FromHours(6)) }, moves: true, "sam");
        await Advance("PT2M");
        (await seats.View())!.Definition.Slot.ShouldBe(later.Slot);
        (await booking.View())!.Slot.ShouldBe(later.Slot);
    }

    private static BookingRequest Request(Slot slot) => new() { ToolId = "loom", MemberId = "sam", Slot = slot, Actor = "sam", Purpose = "Weaving" };

    private async Task Advance(string by) => await Ok(lab.Staff.Post("/dev/clock", $$"""{"advance": "{{by}}"}"""));

    // Days from now, by the clock of the class, which other tests move on.
    private string At(int days, int hour) =>
        lab.Server.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T" + hour.ToString("00", CultureInfo.InvariantCulture) + ":00:00Z";

    private string Body(string title, int days, int hour, string more = "")
    {
        var kind = more.Contains("\"kind\"", StringComparison.Ordinal) ? "" : "\"kind\": \"Workshop\", ";
        var seats = more.Contains("\"seats\"", StringComparison.Ordinal) ? "" : "\"seats\": 5, ";
        return $$"""{ {{kind}}{{seats}}{{more}} "title": "{{title}}", "start": "{{At(days, hour)}}", "end": "{{At(days, hour + 2)}}" }""";
    }

    private static async Task<HttpResponseMessage> Keyed(HttpClient client, Guid key, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = Json(json) };
        request.Headers.Add("Idempotency-Key", key.ToString());
        return await client.SendAsync(request);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

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
