using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Makerspace.Tests.Reservations;

/// <summary>A member who takes a seat of an event with fewer seats than members, gives it back, and again; beside bookings, while the server is killed.</summary>
internal sealed class SeatClient(HttpClient http, string happening, string member) : KillTests.IClient
{
    private (bool Sits, bool? Doubt) seat = (false, null);
    private int asked;

    public int Asked => Volatile.Read(ref asked);

    public int Acknowledged { get; private set; }

    /// <summary>Plans the event.</summary>
    public static async Task<string> Plan(HttpClient http, string host, int seats)
    {
        using var body = Json($$"""{"title": "Crowded", "kind": "Event", "hostId": "{{host}}", "seats": {{seats}}, "start": "{{TimeProvider.System.GetUtcNow().AddDays(30):yyyy-MM-dd}}T10:00:00Z", "end": "{{TimeProvider.System.GetUtcNow().AddDays(30):yyyy-MM-dd}}T11:00:00Z"}""");
        using var answer = await http.PostAsync("/api/v1/events", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
    }

    public async Task Run(CancellationToken killed)
    {
        await Task.Yield();
        while (!killed.IsCancellationRequested && await One()) { }
    }

    public async Task ShouldFindEverythingAcknowledged()
    {
        var found = JsonNode.Parse(await http.GetStringAsync("/api/v1/events/" + happening))!;
        var members = found["members"]!.AsArray().Select(m => (string)m!).ToList();
        members.Count.ShouldBeLessThanOrEqualTo((int)found["seats"]!);
        members.Distinct().Count().ShouldBe(members.Count);
        var sits = members.Contains(member);
        new[] { seat.Sits, seat.Doubt }.ShouldContain(sits, $"{member}: {seat}");
        seat = (sits, null);
    }

    private async Task<bool> One()
    {
        seat = seat with { Doubt = !seat.Sits };
        Interlocked.Increment(ref asked);
        try
        {
            using var body = Json($$"""{"memberId": "{{member}}"}""");
            using var answer = await (seat.Sits ? http.DeleteAsync($"/api/v1/events/{happening}/seats?memberId={member}") : http.PostAsync($"/api/v1/events/{happening}/seats", body));
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Conflict);
            // Full: nothing has changed.
            seat = (answer.StatusCode == HttpStatusCode.OK ? !seat.Sits : seat.Sits, null);
            Acknowledged++;
            return true;
        }
        catch (Exception killed) when (killed is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;   // in doubt
        }
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
