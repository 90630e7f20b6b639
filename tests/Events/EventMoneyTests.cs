using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Events;

/// <summary>What seats cost: charged once, given back once, whatever runs twice; and what people are told of it.</summary>
public class EventMoneyTests(Lab lab) : IClassFixture<Lab>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => lab.Server.App.Services.GetRequiredService<IGrainFactory>();

    [Fact]
    public async Task Too_few_at_the_deadline_call_it_off_once_and_everybody_has_their_money_once()
    {
        await Done(lab.Admin.Patch("/api/v1/space", """{"billing": {"taxName": "VAT"}}"""));
        var now = Clock.Now(lab.Server.Clock);
        var short1 = await Planned("Casting", now, price: 1500, minSeats: 3);
        var enough = await Planned("Turning", now, price: 2000, minSeats: 1);
        foreach (var (id, client) in new[] { (short1, lab.Ada), (short1, lab.Ben), (enough, lab.Ben) }) await Done(client.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        using (var dear = await lab.Ada.Post($"/api/v1/events/{enough}/seats", """{"agreedPrice": {"amount": 1, "currency": "usd"}}""")) (await dear.Code()).ShouldBe("changed-meanwhile");
        await Advance("PT1M");
        (await Owed("ada"), await Owed("ben")).ShouldBe((1500, 3500));

        // Given back in time, and taken again: another seat, paid again.
        await Done(lab.Ada.DeleteAsync($"/api/v1/events/{short1}/seats", Cancellation));
        await Advance("PT1M");
        (await Owed("ada")).ShouldBe(0);
        await Done(lab.Ada.PostAsync($"/api/v1/events/{short1}/seats", null, Cancellation));
        await Advance("PT1M");
        (await Owed("ada")).ShouldBe(1500);

        await Advance("P3D");
        await Grains.GetGrain<IEventGrain>(Keys.Event(Guid.Parse(short1))).Due();
        foreach (var job in new[] { EventKeeper.Id, EventMoneyKeeper.Id }) await Done(lab.Admin.Post($"/api/v1/jobs/{job}/run", ""));
        await Advance("PT10M");
        (await Owed("ada"), await Owed("ben")).ShouldBe((0, 2000));
        var off = await lab.Ada.Json("/api/v1/events/" + short1);
        ((bool)off["cancelled"]!, (bool)off["fellShort"]!).ShouldBe((true, true));
        ((bool)(await lab.Ben.Json("/api/v1/events/" + enough))["cancelled"]!).ShouldBeFalse();
        (await Subjects("ada@example.org")).Count(s => s == "Called off: Casting").ShouldBe(1);
        (await Subjects("ben@example.org")).Count(s => s == "Called off: Casting").ShouldBe(1);
        (await Subjects("ben@example.org")).ShouldNotContain("Called off: Turning");
        (await Entries("ada")).Count(e => (string)e!["kind"]! == "CreditNote").ShouldBe(2);

        // Reminded as of everything, once each lead; called off by the host, the money is back.
        await Advance("P4D");
        (await Subjects("ben@example.org")).Count(s => s.StartsWith("Reminder: Turning", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_moves_up_is_told_once_and_so_is_a_move_and_the_hosts_yes()
    {
        var now = Clock.Now(lab.Server.Clock);
        var id = await Planned("Knitting", now, price: 0, minSeats: null, seats: 1);
        await Done(lab.Ada.PostAsync($"/api/v1/events/{id}/seats", null, Cancellation));
        await Done(lab.Ben.PostAsync($"/api/v1/events/{id}/waitlist", null, Cancellation));
        await Done(lab.Ada.DeleteAsync($"/api/v1/events/{id}/seats", Cancellation));
        await Advance("PT1M");
        await Advance("PT1M");
        (await Subjects("ben@example.org")).Count(s => s == "You have a seat: Knitting").ShouldBe(1);
        (await Subjects("ada@example.org")).ShouldNotContain(s => s.Contains("Knitting", StringComparison.Ordinal));
        await Done(lab.Staff.PutAsync("/api/v1/events/" + id, Json(Body("Knitting", now + Duration.FromDays(1), 0, null, 1))));
        await Advance("PT1M");
        (await Subjects("ben@example.org")).Count(s => s.StartsWith("Moved: Knitting", StringComparison.Ordinal)).ShouldBe(1);

        var asked = await Planned("Sewing", now, price: 0, minSeats: null, seats: 2, more: """ "approvalRequired": true, """);
        await Done(lab.Ada.PostAsync($"/api/v1/events/{asked}/seats", null, Cancellation));
        await Advance("PT1M");
        (await Subjects("mia@example.org")).Count(s => s == "Somebody asks for a seat: Sewing").ShouldBe(1);
        await Done(lab.Mentor.Post($"/api/v1/events/{asked}/answers", """{"memberId": "ada", "yes": true}"""));
        await Advance("PT1M");
        (await Subjects("ada@example.org")).Count(s => s.StartsWith("Confirmed: Sewing", StringComparison.Ordinal)).ShouldBe(1);
    }

    private async Task<string> Planned(string title, Instant now, int price, int? minSeats, int seats = 4, string more = "")
    {
        using var made = await lab.Staff.Post("/api/v1/events", Body(title, now, price, minSeats, seats, more));
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (string)(await made.Json())["id"]!;
    }

    private static string Body(string title, Instant now, int price, int? minSeats, int seats = 4, string more = "")
    {
        var least = minSeats is { } n ? $$""" "minSeats": {{n}}, "deadline": "{{now + Duration.FromDays(3)}}", """ : "";
        var cost = price > 0 ? $$""" "price": {"amount": {{price}}, "currency": "usd"}, """ : "";
        return $$"""{"title": "{{title}}", "kind": "Workshop", "hostId": "mia", {{least}}{{cost}}{{more}} "seats": {{seats}}, "start": "{{now + Duration.FromDays(6)}}", "end": "{{now + Duration.FromDays(6) + Duration.FromHours(2)}}"}""";
    }

    private async Task<long> Owed(string member) => (long)(await lab.Staff.Json($"/api/v1/accounts/member-{member}"))["owed"]!["amount"]!;

    private async Task<JsonArray> Entries(string member) => (await lab.Staff.Json($"/api/v1/accounts/member-{member}/entries"))["items"]!.AsArray();

    private async Task<List<string>> Subjects(string to) => [.. (await lab.Staff.Json("/dev/mail?to=" + to)).AsArray().Select(m => (string)m!["subject"]!)];

    private Task Advance(string by) => Done(lab.Staff.Post("/dev/clock", $$"""{"advance": "{{by}}"}"""));

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task Done(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
