using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>What the tests of a booking's life do again and again: a tool with a policy, a booking some hours ahead, and the clock moved on.</summary>
public sealed class LifeStage(Lab lab)
{
    private static int tools;

    /// <summary>The next full hour, by the server's clock when the test began.</summary>
    private readonly DateTimeOffset hour = Truncated(lab.Server.Clock.GetUtcNow()).AddHours(1);

    /// <summary>So many hours after the next full one.</summary>
    public string At(double hours) => hour.AddHours(hours).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public async Task<string> Tool(string policy = "{}", string more = "")
    {
        var id = $"stage-{Interlocked.Increment(ref tools)}";
        using var made = await lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{id}}", "name": "Tool {{id}}", "policy": {{policy}}{{more}}}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return id;
    }

    /// <summary>A booking that is expected to be accepted; its address.</summary>
    public async Task<string> Booked(HttpClient by, string tool, double from, double to, string more = "")
    {
        using var made = await by.Book(tool, At(from), At(to), more: more);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return made.Headers.Location!.OriginalString;
    }

    /// <summary>Moves the development clock to so many hours after the next full one.</summary>
    public async Task Until(double hours)
    {
        using var moved = await lab.Admin.Post("/dev/clock", $$"""{"now": "{{At(hours)}}"}""");
        moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
    }

    /// <summary>Takes a step that is expected to succeed.</summary>
    public static async Task<JsonNode> Done(HttpClient by, string path, string body = "{}")
    {
        using var answer = await by.Post(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path + " " + await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    /// <summary>Takes a step that is expected to be refused with this code.</summary>
    public static async Task<JsonNode> Refused(HttpClient by, string path, string code, string body = "{}", HttpStatusCode status = HttpStatusCode.Conflict)
    {
        using var answer = await by.Post(path, body);
        answer.StatusCode.ShouldBe(status, path + " " + await answer.Content.ReadAsStringAsync());
        (await answer.Code()).ShouldBe(code);
        return await answer.Json();
    }

    public static async Task<string> State(HttpClient by, string booking) => (string)(await by.Json(booking))["state"]!;

    private static DateTimeOffset Truncated(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
