using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Waitlists;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Waitlists;

/// <summary>Over the API: who waits is offered what becomes free, in turn, for a quarter of an hour. Each test has a server of its own: it moves the clock.</summary>
public sealed class WaitlistApiTests : IAsyncLifetime
{
    private const string Ten = "2026-12-01T10:00:00+01:00";
    private const string Eleven = "2026-12-01T11:00:00+01:00";
    private readonly Lab lab = new();

    public async ValueTask InitializeAsync()
    {
        await lab.InitializeAsync();
        using var tool = await lab.Admin.Post("/api/v1/tools", """{"id": "laser-2", "name": "Laser 2", "category": "Lasers"}""");
    }

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task A_freed_slot_is_offered_to_the_first_in_line_and_confirmed_by_them()
    {
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        var first = await Waits(lab.Ada);
        await Waits(lab.Ben);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(taken)}/cancel", null);
        var offer = await Until(lab.Ada, "Offered");
        ((string)offer["id"]!).ShouldBe(first);
        (await State(lab.Ben)).ShouldBe("Waiting");
        using var late = await lab.Ben.Book("laser-1", Ten, Eleven);
        (await late.Code()).ShouldBe("slot-taken");   // the offer holds the slot

        using var foreign = await lab.Ben.PostAsync($"/api/v1/bookings/{offer["bookingId"]}/confirm", null);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var accepted = await lab.Ada.PostAsync($"/api/v1/bookings/{offer["bookingId"]}/confirm", null);
        ((string)(await accepted.Json())["state"]!).ShouldBe("Confirmed");
        await Advance("PT20M");
        (await State(lab.Ada)).ShouldBe("Taken");
        (await State(lab.Ben)).ShouldBe("Waiting");
    }

    [Fact]
    public async Task Who_wants_it_is_reminded_before_an_offer_is_over_once_and_who_took_it_is_not()
    {
        foreach (var member in new[] { lab.Ada, lab.Ben })
        {
            using var wish = new StringContent("""{"offerLeads": ["PT10M"]}""", System.Text.Encoding.UTF8, "application/json");
            using var set = await member.PutAsync("/api/v1/notices/settings", wish);
            set.EnsureSuccessStatusCode();
        }
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        await Waits(lab.Ada);
        await Waits(lab.Ben);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(taken)}/cancel", null);
        await Until(lab.Ada, "Offered");
        await Advance("PT4M");
        (await Reminded()).ShouldBe((0, 0));
        await Advance("PT2M");
        await Advance("PT1M");
        (await Reminded()).ShouldBe((1, 0));
        await Advance("PT9M");
        var offer = await Until(lab.Ben, "Offered");
        using var accepted = await lab.Ben.PostAsync($"/api/v1/bookings/{offer["bookingId"]}/confirm", null);
        accepted.EnsureSuccessStatusCode();
        await Advance("PT10M");
        (await Reminded()).ShouldBe((1, 0));
    }

    private async Task<(int Ada, int Ben)> Reminded()
    {
        var mail = (await lab.Staff.Json("/dev/mail")).AsArray().Where(m => ((string)m!["subject"]!).EndsWith("is held for you", StringComparison.Ordinal)).Select(m => (string)m!["to"]!).ToList();
        return (mail.Count(to => to.StartsWith("ada", StringComparison.Ordinal)), mail.Count(to => to.StartsWith("ben", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_offer_that_nobody_takes_passes_on_after_fifteen_minutes()
    {
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        await Waits(lab.Ada);
        await Waits(lab.Ben);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(taken)}/cancel", null);
        var offer = await Until(lab.Ada, "Offered");
        await Advance("PT14M");
        (await State(lab.Ada)).ShouldBe("Offered");
        await Advance("PT1M");
        await Until(lab.Ben, "Offered");
        (await State(lab.Ada)).ShouldBe("Passed");
        using var late = await lab.Ada.PostAsync($"/api/v1/bookings/{offer["bookingId"]}/confirm", null);
        (await late.Code()).ShouldBe("offer-over");
    }

    [Fact]
    public async Task Who_takes_any_tool_is_offered_an_equivalent_one()
    {
        using var one = await lab.Staff.Book("laser-1", Ten, Eleven);
        using var two = await lab.Staff.Book("laser-2", Ten, Eleven);
        await Waits(lab.Ada, ", \"anyTool\": true");
        await Waits(lab.Ben);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(two)}/cancel", null);
        var offer = await Until(lab.Ada, "Offered");
        ((string)offer["offeredTool"]!).ShouldBe("laser-2");
        (await State(lab.Ben)).ShouldBe("Waiting");   // wants that one tool only
    }

    [Fact]
    public async Task One_waits_once_and_not_for_what_is_free_nor_for_what_waiting_does_not_cure()
    {
        using var free = await Join(lab.Ada, "");
        (await free.Code()).ShouldBe("slot-free");
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        await Waits(lab.Ada);
        using var twice = await Join(lab.Ada, "");
        (await twice.Code()).ShouldBe("already-waiting");
        using var certified = await lab.Admin.Patch("/api/v1/tools/laser-1", """{"policy": {"requiredCertifications": ["laser"]}}""");
        using var uncertified = await Join(lab.Ben, "");
        (await uncertified.Code()).ShouldBe("not-certified");
        using var nothing = await lab.Ben.PostAsync("/api/v1/waitlist", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        (await nothing.Code()).ShouldBe("idempotency-key-missing");
    }

    [Fact]
    public async Task Who_leaves_gives_an_open_offer_back()
    {
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        var place = await Waits(lab.Ada);
        await Waits(lab.Ben);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(taken)}/cancel", null);
        await Until(lab.Ada, "Offered");
        using var foreign = await lab.Ben.DeleteAsync($"/api/v1/waitlist/{place}");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var left = await lab.Ada.DeleteAsync($"/api/v1/waitlist/{place}");
        left.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Until(lab.Ben, "Offered");
        (await State(lab.Ada)).ShouldBe("Left");
    }

    [Fact]
    public async Task Who_is_offered_a_slot_is_written_to_once_in_their_language_with_a_link_also_where_the_journal_is_read_again()
    {
        using var chosen = await lab.Ada.PutAsync(new Uri("/api/v1/notices/settings", UriKind.Relative), new StringContent("""{"language": "de", "timeZone": "Europe/London"}""", System.Text.Encoding.UTF8, "application/json"));
        chosen.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var taken = await lab.Staff.Book("laser-1", Ten, Eleven);
        await Waits(lab.Ada);
        using var freed = await lab.Staff.PostAsync($"/api/v1/bookings/{await Id(taken)}/cancel", null);
        await Until(lab.Ada, "Offered");
        await Jobs();
        // As another process would, which begins where the journal does.
        await ActivatorUtilities.CreateInstance<OfferNotices>(lab.Server.App.Services).RunDue(TestContext.Current.CancellationToken);
        var told = (await lab.Nobody.Json("/dev/mail")).AsArray().Where(m => ((string)m!["text"]!).Contains("/waitlist", StringComparison.Ordinal)).ToList();
        var letter = told.ShouldHaveSingleItem()!;
        ((string)letter["subject"]!).ShouldEndWith("ist für dich frei");

        async Task Jobs()
        {
            using var run = await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""");
            run.EnsureSuccessStatusCode();
        }
    }

    private static async Task<string> Waits(HttpClient client, string more = "")
    {
        using var joined = await Join(client, more);
        joined.StatusCode.ShouldBe(HttpStatusCode.Created, await joined.Content.ReadAsStringAsync());
        return (string)(await joined.Json())["id"]!;
    }

    private static async Task<HttpResponseMessage> Join(HttpClient client, string more)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/waitlist")
        {
            Content = new StringContent($$"""{"toolId": "laser-1", "start": "{{Ten}}", "end": "{{Eleven}}"{{more}}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await client.SendAsync(request);
    }

    // The offer is made by a job that follows the journal: soon, not at once.
    private static async Task<JsonNode> Until(HttpClient client, string state)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var place = (await client.Json("/api/v1/waitlist")).AsArray().Single()!;
            if ((string)place["state"]! == state) return place;
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<string> State(HttpClient client) => (string)(await client.Json("/api/v1/waitlist")).AsArray().Single()!["state"]!;

    private async Task Advance(string by)
    {
        using var advanced = await lab.Nobody.Post("/dev/clock", $$"""{"advance": "{{by}}"}""");
        advanced.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string> Id(HttpResponseMessage made) => (string)(await made.Json())["id"]!;
}
