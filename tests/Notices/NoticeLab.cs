using System.Text.Json.Nodes;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Notices;

/// <summary>A little makerspace with a mail server, and with a server that webhooks and chats may be sent to. The tests of a class share it, and each books a day of its own.</summary>
public sealed class NoticeLab : IAsyncLifetime
{
    private readonly MailServer mail = new();
    private WebApplication listening = null!;

    public RunningServer Server { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public HttpClient Ben { get; private set; } = null!;
    public HttpClient Staff { get; private set; } = null!;
    internal MailServer Mail => mail;

    /// <summary>What was posted: path, headers and body.</summary>
    public List<(string Method, string Path, IHeaderDictionary Headers, string Body)> Posted { get; } = [];

    /// <summary>What is posted to <c>/slow</c> is answered when this is.</summary>
    public TaskCompletionSource Slow { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asked while something is being posted, before it is answered.</summary>
    public Action? Posting { get; set; }

    public Uri Listening => new(listening.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async ValueTask InitializeAsync()
    {
        await Listen();
        Server = await RunningServer.Start(
            ("Makerspace:Smtp:Host", "127.0.0.1"), ("Makerspace:Smtp:Port", mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Makerspace:Smtp:From", "The Lab <space@example.org>"),
            ("Makerspace:PublicUrl", "https://space.example.org"), ("Makerspace:Outbound:Trusted:0", "127.0.0.1"), ("Makerspace:RunJobs", "false"));
        Ada = await Server.Person("ada", Roles.Member);
        Ben = await Server.Person("ben", Roles.Member);
        Staff = await Server.Person("sam", Roles.Staff);
        var admin = await Server.As("admin@example.org");
        await Done(await admin.Patch("/api/v1/space", """{"name": "Lab", "timeZone": "Europe/Berlin"}"""));
        await Done(await admin.Post("/api/v1/tools", """{"id": "laser", "name": "Laser"}"""));
        await Done(await admin.Post("/api/v1/tools", """{"id": "saw", "name": "Saw"}"""));
        await At("2026-11-23T10:00:00+01:00");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await listening.DisposeAsync();
        await mail.DisposeAsync();
    }

    /// <summary>Moves the clock on, with everything that falls due on the way.</summary>
    public async Task At(string time)
    {
        await Now();   // what has just been done has been noticed since
        await Move($$"""{"now": "{{time}}"}""");
    }

    /// <summary>Everything that is due now.</summary>
    public Task Now() => Move("""{"advance": "PT0S"}""");

    private async Task Move(string how)
    {
        using var moved = await Ada.Post("/dev/clock", how);
        if (!moved.IsSuccessStatusCode) Assert.Fail((await Staff.Json("/api/v1/jobs")).ToJsonString());
    }

    /// <summary>The clock alone, as if nothing ran: the job host is down.</summary>
    public void Asleep(string until) => Server.Clock.MoveTo(DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture));

    public static async Task<string> Booked(HttpClient who, string tool, string start, string end, string more = "")
    {
        using var booked = await who.Book(tool, start, end, more: more);
        booked.IsSuccessStatusCode.ShouldBeTrue(await booked.Content.ReadAsStringAsync());
        return (string)(await booked.Json())["id"]!;
    }

    /// <summary>Subjects of what somebody got that say a word.</summary>
    internal IReadOnlyList<Letter> Got(string who, string word) => [.. mail.To($"{who}@example.org").Where(m => m.Subject.Contains(word, StringComparison.Ordinal))];

    public static async Task<JsonNode> Done(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue(body);
            return body.Length == 0 ? JsonNode.Parse("{}")! : JsonNode.Parse(body)!;
        }
    }

    public static Task<HttpResponseMessage> Put(HttpClient client, string path, string json) =>
        client.PutAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));

    private async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        listening = builder.Build();
        listening.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            // The server uses its headers again for the next request.
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
            Posting?.Invoke();
            lock (Posted) Posted.Add((context.Request.Method, context.Request.Path, headers, body));
            if (context.Request.Path == "/slow") await Slow.Task;
            if (context.Request.Path == "/broken") context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        });
        await listening.StartAsync();
    }
}
