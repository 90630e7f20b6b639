using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Makerspace.Tests.Reservations;

/// <summary>The few calls of the API that the race tests make, as a program would.</summary>
/// <param name="http">Calls as the administrator.</param>
/// <param name="overriding">Why what may be overridden is, in whatever is booked or moved: a mentor takes no bookings as far ahead as <see cref="Hour"/>.</param>
internal sealed class Api(HttpClient http, string? overriding = null)
{
    /// <summary>Ten o'clock on a Tuesday far enough ahead to be free, in UTC: the zone of a new space.</summary>
    public static DateTimeOffset Hour(int number) => new DateTimeOffset(2029, 5, 1, 0, 0, 0, TimeSpan.Zero).AddHours(number);

    public async Task<string> Tool(string id, string? inRoom = null)
    {
        await Created("/api/v1/tools", new { id, name = id, inRoom });
        return id;
    }

    public Task<string> Member(string name, string? companyId = null) => Created("/api/v1/members", new { name, companyId });

    /// <summary>A mentor who always has time.</summary>
    /// <returns>What their time is booked as.</returns>
    public async Task<string> Mentor(string name)
    {
        var member = await Member(name);
        var weekly = new[] { new { days = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }, from = "00:00", to = "00:00" } };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/mentors/" + member) { Content = JsonContent.Create(new { place = "Video", notice = "PT0S", weekly }) };
        var answer = await Send(request);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return Keys.MentorTime(member);
    }

    public Task<string> Company(string name) => Created("/api/v1/companies", new { name });

    public Task<Answer> Book(Guid key, string tool, string member, int hour, int hours = 1) =>
        Book(key, new { toolId = tool, memberId = member, start = Hour(hour), end = Hour(hour + hours), @override = Override });

    public Task<Answer> Bundle(Guid key, string tool, string other, string member, int hour) =>
        Book(key, new { toolId = tool, alsoTools = new[] { other }, memberId = member, start = Hour(hour), end = Hour(hour + 1), @override = Override });

    /// <summary>An hour that has just begun by the clock of this machine.</summary>
    public Task<Answer> BookNow(Guid key, string tool, string member)
    {
        var now = TimeProvider.System.GetUtcNow();
        var start = now.AddTicks(-(now.Ticks % TimeSpan.FromMinutes(5).Ticks));
        return Book(key, new { toolId = tool, memberId = member, start, end = start.AddHours(1) });
    }

    public Task<Answer> HandOver(Guid id, string memberId) => Post($"/api/v1/bookings/{id}/hand-over", new { memberId });

    public Task<Answer> CheckIn(Guid id) => Post($"/api/v1/bookings/{id}/check-in", new { });

    public Task<Answer> CheckOut(Guid id) => Post($"/api/v1/bookings/{id}/check-out", new { });

    public Task<Answer> Move(Guid id, int hour, int hours = 1) => Post($"/api/v1/bookings/{id}/move", new { start = Hour(hour), end = Hour(hour + hours), @override = Override });

    public Task<Answer> Cancel(Guid id) => Post($"/api/v1/bookings/{id}/cancel", new { });

    public async Task<Answer> Read(Guid id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/bookings/{id}");
        return await Send(request);
    }

    private object? Override => overriding is null ? null : new { reason = overriding };

    private async Task<Answer> Book(Guid key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key.ToString());
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

        public int Hour => HourOf("start");

        public int EndHour => HourOf("end");

        public string State => Body.GetProperty("state").GetString()!;

        private int HourOf(string property) => (int)(DateTimeOffset.Parse(Body.GetProperty(property).GetString()!, CultureInfo.InvariantCulture) - Api.Hour(0)).TotalHours;

        public string[] Codes => [.. Body.GetProperty("refusals").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)];
    }
}
