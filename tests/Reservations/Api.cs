using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Makerspace.Tests.Reservations;

/// <summary>The few calls of the API that the race tests make, as a program would.</summary>
internal sealed class Api(HttpClient http)
{
    /// <summary>Ten o'clock on a Tuesday far enough ahead to be free, in UTC: the zone of a new space.</summary>
    public static DateTimeOffset Hour(int number) => new DateTimeOffset(2029, 5, 1, 0, 0, 0, TimeSpan.Zero).AddHours(number);

    public async Task<string> Tool(string id)
    {
        await Created("/api/v1/tools", new { id, name = id });
        return id;
    }

    public Task<string> Member(string name) => Created("/api/v1/members", new { name });

    public async Task<Answer> Book(Guid key, string tool, string member, int hour)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings")
        {
            Content = JsonContent.Create(new { toolId = tool, memberId = member, start = Hour(hour), end = Hour(hour + 1) }),
        };
        request.Headers.Add("Idempotency-Key", key.ToString());
        return await Send(request);
    }

    public Task<Answer> Move(Guid id, int hour) => Post($"/api/v1/bookings/{id}/move", new { start = Hour(hour), end = Hour(hour + 1) });

    public Task<Answer> Cancel(Guid id) => Post($"/api/v1/bookings/{id}/cancel", new { });

    public async Task<Answer> Read(Guid id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/bookings/{id}");
        return await Send(request);
    }

    private async Task<Answer> Post(string address, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        return await Send(request);
    }

    private async Task<string> Created(string address, object body)
    {
        var answer = await Post(address, body);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Body.GetProperty("id").GetString()!;
    }

    private async Task<Answer> Send(HttpRequestMessage request)
    {
        using var answer = await http.SendAsync(request);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What came back.</summary>
    internal sealed record Answer(HttpStatusCode Status, string Text)
    {
        public JsonElement Body => JsonSerializer.Deserialize<JsonElement>(Text);

        public int Hour => (int)(DateTimeOffset.Parse(Body.GetProperty("start").GetString()!, CultureInfo.InvariantCulture) - Api.Hour(0)).TotalHours;

        public string State => Body.GetProperty("state").GetString()!;

        public string[] Codes => [.. Body.GetProperty("refusals").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)];
    }
}
