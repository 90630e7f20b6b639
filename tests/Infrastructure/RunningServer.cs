using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Makerspace.Accounts;
using Makerspace.Web.Accounts;
using Makerspace.Web.Development;
using Makerspace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Infrastructure;

/// <summary>The real server in this process, on a free port, with an empty database of its own and a clock that stands at <see cref="Start"/>.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    /// <summary>A Monday morning; the clock goes on from here.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    // A clock moved by half a year does half a year's work before it answers, on a machine that is busy with other tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TestDatabase _database;
    private readonly List<HttpClient> clients = [];

    private RunningServer(TestDatabase database, WebApplication app) => (_database, App) = (database, app);

    public WebApplication App { get; }

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Its data directory.</summary>
    public string Data => _database.Settings.DataDirectory;

    public MovableClock Clock => App.Services.GetRequiredService<MovableClock>();

    /// <summary>Starts one. Limits on writes are off unless the settings say otherwise.</summary>
    public static Task<RunningServer> Start(params (string Key, string Value)[] settings) => StartWith(_ => { }, settings);

    /// <summary>Starts one with services of the test's own.</summary>
    public static async Task<RunningServer> StartWith(Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var database = await TestDatabase.On(TestDatabase.OfTheRun);
        var options = new ServerOptions
        {
            Urls = "http://127.0.0.1:0", Data = database.Settings.DataDirectory, Database = database.Settings.ConnectionString, NoDemo = true, Environment = "Development",
        };
        var all = new Dictionary<string, string?> { ["Makerspace:RateLimits:WritesPerMinute"] = "0", ["Makerspace:RateLimits:SignInsPerMinute"] = "0" };
        foreach (var (key, value) in settings) all[key] = value;
        var app = WebServer.Build(options, builder =>
        {
            builder.Configuration.AddInMemoryCollection(all);
            builder.Logging.ClearProviders();
            // Hundreds of accounts are made in the tests; nobody is to guess their passwords.
            services(builder.Services);
            builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
        });
        app.Services.GetRequiredService<MovableClock>().MoveTo(Now);
        await app.StartAsync();
        return new RunningServer(database, app);
    }

    /// <summary>A client without a token that keeps its cookies and follows no redirects.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = Patience };
        clients.Add(client);
        return client;
    }

    /// <summary>A client with a token of the account, with all of its rights.</summary>
    public async Task<HttpClient> As(string email)
    {
        var client = Anonymous();
        using var made = await client.PostAsJsonAsync("/dev/tokens", new { email });
        made.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)(await made.Json())["token"]);
        return client;
    }

    /// <summary>Makes an account, confirmed, with a member of the same id.</summary>
    public async Task<HttpClient> Person(string id, string role)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var wanted = new NewAccount($"{id}@example.org", id, role, "a password of some length", id);
        (await scope.ServiceProvider.GetRequiredService<AccountDesk>().Provide(wanted, CancellationToken.None)).Faults.ShouldBeEmpty();
        return await As(wanted.Email);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>One server with a little makerspace, shared by the tests of a class.</summary>
public sealed class Lab : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;
    public HttpClient Nobody { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public HttpClient Ben { get; private set; } = null!;
    public HttpClient Mentor { get; private set; } = null!;
    public HttpClient Staff { get; private set; } = null!;
    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.Start();
        Nobody = Server.Anonymous();
        Ada = await Server.Person("ada", Roles.Member);
        Ben = await Server.Person("ben", Roles.Member);
        Mentor = await Server.Person("mia", Roles.Mentor);
        Staff = await Server.Person("sam", Roles.Staff);
        Admin = await Server.As("admin@example.org");
        await Done(await Admin.Patch("/api/v1/space", """{"name": "Lab", "timeZone": "Europe/Berlin"}"""));
        await Done(await Admin.Post("/api/v1/areas", """{"id": "wood", "name": "Wood shop"}"""));
        await Done(await Admin.Post("/api/v1/tools", """{"id": "laser-1", "name": "Laser", "category": "Lasers", "areaId": "wood", "policy": {"maxDuration": "PT4H", "horizon": "P60D"}}"""));
        await Done(await Admin.Post("/api/v1/tools", """{"id": "saw", "name": "Saw", "areaId": "wood"}"""));
        await Done(await Admin.Post("/api/v1/tools", """{"id": "secret", "name": "Secret", "visible": false}"""));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task Done(HttpResponseMessage response)
    {
        using (response) response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}

/// <summary>Short ways to send JSON.</summary>
internal static class Sending
{
    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, string json) => client.PostAsync(path, Json(json));

    public static Task<HttpResponseMessage> Patch(this HttpClient client, string path, string json) => client.PatchAsync(path, Json(json));

    /// <summary>Books, with a key of its own unless one is given.</summary>
    public static async Task<HttpResponseMessage> Book(this HttpClient client, string tool, string start, string end, Guid? key = null, string more = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings");
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        request.Content = Json($$"""{"toolId": "{{tool}}", "start": "{{start}}", "end": "{{end}}"{{more}}}""");
        return await client.SendAsync(request);
    }

    public static async Task<JsonNode> Json(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync()) ?? throw new JsonException("null");

    public static async Task<JsonNode> Json(this HttpClient client, string path) => JsonNode.Parse(await client.GetStringAsync(path))!;

    /// <summary>The stable code of a problem, after checking that it has the shape of one.</summary>
    public static async Task<string> Code(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", await response.Content.ReadAsStringAsync());
        var problem = await response.Json();
        ((int)problem["status"]!).ShouldBe((int)response.StatusCode);
        ((string)problem["title"]!).ShouldNotBeNullOrEmpty();
        var code = (string)problem["code"]!;
        ((string)problem["type"]!).ShouldEndWith("/" + code);
        return code;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
