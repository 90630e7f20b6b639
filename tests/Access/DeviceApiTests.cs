using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace Makerspace.Tests.Access;

/// <summary>A server with a broker, and everything it logs.</summary>
public sealed class DeviceServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;
    public HttpClient Admin { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public int MqttPort { get; private set; }
    internal Logged Log { get; } = new();

    public async ValueTask InitializeAsync()
    {
        MqttPort = FreePort();
        Server = await RunningServer.Start(("Makerspace:Mqtt:Port", MqttPort.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Server.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
        Admin = await Server.As("admin@example.org");
        Ada = await Server.Person("ada", Roles.Member);
        await Server.Person("ben", Roles.Member);
        await Made(Admin, "/api/v1/areas", """{"id": "hall", "name": "Hall"}""");
        await Made(Admin, "/api/v1/members/ada/badges", """{"badge": "04:A1:B2:C3", "label": "fob"}""");
        await Made(Admin, "/api/v1/members/ben/badges", """{"badge": "BEBEBEBE", "label": "card"}""");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A tool of that name with its interlock.</summary>
    /// <returns>The device's secret.</returns>
    public async Task<string> Interlock(string id)
    {
        await Made(Admin, "/api/v1/tools", $$"""{"id": "{{id}}", "name": "{{id}}", "areaId": "hall"}""");
        return (string)(await Made(Admin, "/api/v1/devices", $$"""{"id": "{{id}}-switch", "name": "{{id}}", "kind": "Interlock", "toolId": "{{id}}"}"""))["secret"]!;
    }

    /// <summary>Books from now on.</summary>
    public async Task<string> Booked(string tool, int minutes = 60, HttpClient? by = null)
    {
        var now = Server.Clock.GetUtcNow();
        var start = now.AddTicks(-(now.Ticks % TimeSpan.FromMinutes(5).Ticks));
        using var answer = await (by ?? Ada).Book(tool, $"{start:yyyy-MM-ddTHH:mm:ssZ}", $"{start.AddMinutes(minutes):yyyy-MM-ddTHH:mm:ssZ}");
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Json())["id"]!;
    }

    public static async Task<System.Text.Json.Nodes.JsonNode> Made(HttpClient client, string path, string json)
    {
        using var answer = await client.Post(path, json);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>Every line, at every level.</summary>
internal sealed class Logged : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        Lines.Enqueue(state.ToString()!);
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception) + exception);

    public void Dispose()
    {
    }
}

/// <summary>A simulated device and the real server, over the wire.</summary>
public class DeviceApiTests(DeviceServer stage) : IClassFixture<DeviceServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http")]
    [InlineData("mqtt")]
    public async Task From_the_badge_to_the_report(string way)
    {
        var tool = "laser-" + way;
        var secret = await stage.Interlock(tool);
        var booking = await stage.Booked(tool);
        await using var link = Link(way, secret);
        var device = new SimulatedDevice(tool + "-switch", link, stage.Server.Clock);
        (await device.Sync(Cancellation)).ShouldBeTrue();
        device.Memory.Sequence.ShouldBe(1);
        Scene.Said(await device.Ask("BEBEBEBE", cancellation: Cancellation)).ShouldBe("no-booking");
        Scene.Said(await device.Ask("FFFFFFFF", cancellation: Cancellation)).ShouldBe("unknown-badge");
        Scene.Said(await device.Badge("04a1b2c3", cancellation: Cancellation)).ShouldBe("allowed");
        ((string)(await stage.Ada.Json("/api/v1/bookings/" + booking))["state"]!).ShouldBe("CheckedIn");
        ((string)(await stage.Admin.Json("/api/v1/evacuation"))[0]!["memberId"]!).ShouldBe("ada");

        // The cable is pulled in mid-use; the same person stops, and starts again by the list.
        device.Online = false;
        await device.Stop("badge", Cancellation);
        Scene.Said(await device.Badge("04a1b2c3", cancellation: Cancellation)).ShouldBe("allowed");
        Scene.Said(await device.Ask("BEBEBEBE", cancellation: Cancellation)).ShouldBe("tool-running");
        await device.Stop("done", Cancellation);
        device.Memory.Unreported.Count.ShouldBe(2);
        device.Online = true;
        (await device.Sync(Cancellation)).ShouldBeTrue();
        device.Memory.Unreported.ShouldBeEmpty();
        ((string)(await stage.Ada.Json("/api/v1/bookings/" + booking))["state"]!).ShouldBe("Completed");
        var uses = (await stage.Admin.Json($"/api/v1/devices/{tool}-switch/uses")).AsArray();
        uses.Count.ShouldBe(2);
        uses.ShouldAllBe(u => (string)u!["memberId"]! == "ada" && u!["endedAt"] != null && u["flags"]!.AsArray().Count == 0);
        uses.Count(u => (bool)u!["offline"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Over_MQTT_a_stop_by_staff_is_told_at_once_and_nobody_hears_anothers_topics()
    {
        var secret = await stage.Interlock("mill");
        await stage.Booked("mill");
        await using var link = new MqttDeviceLink("127.0.0.1", stage.MqttPort, secret);
        var ordered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var device = new SimulatedDevice("mill-switch", link, stage.Server.Clock);
        link.Ordered = order =>
        {
            // What staff did before may be told late: the stop is waited for.
            if (order.GetProperty("stop").GetBoolean()) ordered.TrySetResult(true);
            return Task.CompletedTask;
        };
        await device.Sync(Cancellation);
        await device.Badge("04a1b2c3", cancellation: Cancellation);
        await DeviceServer.Made(stage.Admin, "/api/v1/devices/mill-switch/stop", """{"reason": "smoke"}""");
        (await ordered.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation)).ShouldBeTrue();
        await device.Sync(Cancellation);
        device.IsOn.ShouldBeFalse();

        using var spy = new MqttClientFactory().CreateMqttClient();
        var other = await stage.Interlock("spy");
        await spy.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", stage.MqttPort).WithClientId("device-spy-switch").WithCredentials("spy-switch", other).Build(), Cancellation);
        foreach (var topic in new[] { "#", "makerspace/#", "makerspace/mill-switch/answer", "makerspace/+/orders", "$SYS/#" })
            (await spy.SubscribeAsync(topic, cancellationToken: Cancellation)).Items.ShouldAllBe(i => i.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError, topic);
        using var stranger = new MqttClientFactory().CreateMqttClient();
        foreach (var (user, password, client) in new[] { ("mill-switch", other, "device-mill-switch"), ("mill-switch", "msd_mill-switch.AAAA", "device-mill-switch"), ("admin", "", "x"), ("spy-switch", other, "device-mill-switch") })
        {
            var answer = await Connected(stranger, user, password, client);
            answer.ShouldBeFalse($"{user} {client}");
        }
    }

    [Fact]
    public async Task A_stolen_device_may_do_nothing_but_its_own_protocol_and_a_new_secret_ends_even_that()
    {
        var secret = await stage.Interlock("drill");
        using var thief = stage.Server.Anonymous();
        thief.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var opened = new List<string>();
        foreach (var route in Accounts.AuthorisationTests.Routes(stage.Server).Where(r => r.Contains(" /api/", StringComparison.Ordinal) && !r.Contains("/devices/me", StringComparison.Ordinal)))
        {
            var parts = route.Split(' ');
            var path = System.Text.RegularExpressions.Regex.Replace(parts[1], @"\{[^}]*\}", m => m.Value.Contains("guid", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : "drill-switch");
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), path);
            if (parts[0] is "POST" or "PATCH" or "PUT") request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            using var answer = await thief.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            // What is open to whoever comes, with whatever header, is open to a thief too; and what is sent in the wrong form is refused before anybody asks who sends it.
            var open = route.Contains("/account/", StringComparison.Ordinal) || route.Contains("/certificates/", StringComparison.Ordinal) || Open.Contains(route);
            if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.UnsupportedMediaType) && !open) opened.Add($"{route}: {(int)answer.StatusCode}");
        }
        opened.ShouldBeEmpty();
        using var pass = await thief.Post("/api/v1/devices/me/pass", """{"badge": "04A1B2C3"}""");
        (await pass.Code()).ShouldBe("not-its-protocol");
        using var beat = await thief.Post("/api/v1/devices/me/heartbeat", """{"clock": "2026-11-23T09:00:00Z"}""");
        beat.StatusCode.ShouldBe(HttpStatusCode.OK);
        await DeviceServer.Made(stage.Admin, "/api/v1/devices/drill-switch/secret", "{}");
        using var after = await thief.Post("/api/v1/devices/me/heartbeat", """{"clock": "2026-11-23T09:00:00Z"}""");
        after.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        stage.Log.Lines.ShouldNotBeEmpty();
        stage.Log.Lines.Where(l => l.Contains(secret[^20..], StringComparison.Ordinal) || l.Contains("04A1B2C3", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        (await stage.Admin.GetStringAsync("/api/v1/devices/drill-switch", Cancellation)).ShouldNotContain("msd_");
        (await stage.Admin.GetStringAsync("/api/v1/devices", Cancellation)).ShouldNotContain("msd_");
    }

    [Fact]
    public async Task Who_runs_something_hazardous_by_their_badge_alone_is_seen_without_a_booking_too()
    {
        await DeviceServer.Made(stage.Admin, "/api/v1/areas", """{"id": "cage", "name": "Cage"}""");
        await DeviceServer.Made(stage.Admin, "/api/v1/tools", """{"id": "press", "name": "Press", "areaId": "cage", "policy": {"hazardous": true}}""");
        var secret = (string)(await DeviceServer.Made(stage.Admin, "/api/v1/devices", """{"id": "press-switch", "name": "Press", "kind": "Interlock", "toolId": "press"}"""))["secret"]!;
        await DeviceServer.Made(stage.Admin, "/api/v1/members/admin/badges", """{"badge": "5AFE0001", "label": "card"}""");
        var tomorrow = stage.Server.Clock.GetUtcNow().AddDays(2).ToString("ddd", System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant();
        await Staffed($$"""[{"days": ["{{tomorrow}}"], "from": "09:00", "to": "10:00"}]""");
        await using var link = Link("http", secret);
        var device = new SimulatedDevice("press-switch", link, stage.Server.Clock);
        await device.Sync(Cancellation);
        Scene.Said(await device.Badge("5AFE0001", cancellation: Cancellation)).ShouldBe("allowed");
        var cage = (await stage.Admin.Json("/api/v1/occupancy")).AsArray().Single(a => (string)a!["areaId"]! == "cage")!;
        ((string)cage["people"]![0]!["using"]![0]!).ShouldBe("Press");
        ((string?)cage["alone"]).ShouldNotBeNull();
        (await stage.Admin.GetStringAsync("/staff", Cancellation)).ShouldContain("is alone in Cage");
        await device.Stop("badge", Cancellation);
        (await stage.Admin.Json("/api/v1/occupancy")).AsArray().Single(a => (string)a!["areaId"]! == "cage")!["alone"].ShouldBeNull();
        await Staffed("null");

        async Task Staffed(string hours)
        {
            using var changed = await stage.Admin.Patch("/api/v1/space", $$"""{"staffedHours": {{hours}}}""");
            changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_door_counts_people_and_a_full_room_lets_no_more_in()
    {
        await DeviceServer.Made(stage.Admin, "/api/v1/areas", """{"id": "cellar", "name": "Cellar", "capacity": 1}""");
        var secret = (string)(await DeviceServer.Made(stage.Admin, "/api/v1/devices", """{"id": "cellar-door", "name": "Cellar", "kind": "Door", "areaId": "cellar"}"""))["secret"]!;
        await using var link = Link("http", secret);
        var door = new SimulatedDevice("cellar-door", link, stage.Server.Clock);
        await door.Sync(Cancellation);
        Scene.Said(await door.Pass("04A1B2C3", leaving: false, Cancellation)).ShouldBe("allowed");
        Scene.Said(await door.Pass("BEBEBEBE", leaving: false, Cancellation)).ShouldBe("area-full");
        Scene.Said(await door.Pass("FFFFFFFF", leaving: false, Cancellation)).ShouldBe("unknown-badge");
        var cellar = (await stage.Admin.Json("/api/v1/occupancy")).AsArray().Single(a => (string)a!["areaId"]! == "cellar")!;
        ((int)cellar["count"]!, (bool)cellar["full"]!).ShouldBe((1, true));
        // Without network the door cannot count: it lets Ben in, and the list for a fire has him all the same.
        door.Online = false;
        Scene.Said(await door.Pass("BEBEBEBE", leaving: false, Cancellation)).ShouldBe("allowed");
        door.Online = true;
        await door.Sync(Cancellation);
        (await stage.Admin.Json("/api/v1/evacuation")).AsArray().Select(p => (string)p!["memberId"]!).ShouldContain("ben");
        (await stage.Admin.Json("/api/v1/devices/cellar-door"))["flagged"]![0]!["flags"]!.ToJsonString().ShouldContain("area-full");
        await door.Pass("04A1B2C3", leaving: true, Cancellation);
        await door.Pass("BEBEBEBE", leaving: true, Cancellation);
        (await stage.Admin.Json("/api/v1/evacuation")).AsArray().Where(p => (string)p!["areaId"]! == "cellar").ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_seen_outside_is_off_the_evacuation_list_though_they_are_checked_in_until_they_come_back()
    {
        using var dora = await stage.Server.Person("dora", Roles.Member);
        async Task<bool> Listed() => (await stage.Admin.Json("/api/v1/evacuation")).AsArray().Any(p => (string)p!["memberId"]! == "dora");
        async Task Step(string path) => (await dora.Post(path, "{}")).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        foreach (var tool in new[] { "kiln", "anvil" }) await stage.Interlock(tool);
        var booking = await stage.Booked("kiln", by: dora);
        await Step($"/api/v1/bookings/{booking}/check-in");
        (await Listed()).ShouldBeTrue();
        using var left = await stage.Admin.Post("/api/v1/occupancy/dora/leave", "{}");
        left.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Listed()).ShouldBeFalse();
        (await stage.Admin.GetStringAsync("/staff/present", Cancellation)).ShouldNotContain("/staff/members/dora");
        await Step($"/api/v1/bookings/{booking}/check-out");
        await Step($"/api/v1/bookings/{await stage.Booked("anvil", by: dora)}/check-in");
        (await Listed()).ShouldBeTrue();
    }

    [Fact]
    public async Task Over_MQTT_a_client_with_a_secret_that_is_void_is_hung_up_on_at_once()
    {
        foreach (var (id, then) in new[] { ("lathe", "secret"), ("router", "retire") })
        {
            var secret = await stage.Interlock(id);
            using var client = new MqttClientFactory().CreateMqttClient();
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            client.DisconnectedAsync += _ =>
            {
                gone.TrySetResult();
                return Task.CompletedTask;
            };
            (await Connected(client, id + "-switch", secret, $"device-{id}-switch")).ShouldBeTrue();
            if (then == "secret") await DeviceServer.Made(stage.Admin, $"/api/v1/devices/{id}-switch/secret", "{}");
            else (await stage.Admin.PatchAsync($"/api/v1/devices/{id}-switch", new StringContent("""{"retired": true}""", System.Text.Encoding.UTF8, "application/merge-patch+json"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
            await gone.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        }
    }

    [Fact]
    public async Task A_report_that_is_no_report_is_refused_and_whoever_works_at_a_tool_in_no_area_is_on_the_evacuation_list()
    {
        await DeviceServer.Made(stage.Admin, "/api/v1/tools", """{"id": "cart", "name": "Cart"}""");
        var secret = (string)(await DeviceServer.Made(stage.Admin, "/api/v1/devices", """{"id": "cart-switch", "name": "cart", "kind": "Interlock", "toolId": "cart"}"""))["secret"]!;
        using var device = stage.Server.Anonymous();
        device.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        foreach (var body in new[] { """{"uses": [null]}""", """{"uses": []}""", """{"uses": [{}]}""", """{"uses": null}""" })
        {
            using var answer = await device.Post("/api/v1/devices/me/report", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, body);
        }
        using var cleo = await stage.Server.Person("cleo", Roles.Member);
        var booking = await stage.Booked("cart", 30, cleo);
        using var checkedIn = await cleo.Post($"/api/v1/bookings/{booking}/check-in", "{}");
        checkedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        var listed = (await stage.Admin.Json("/api/v1/evacuation")).AsArray().Single(p => (string)p!["memberId"]! == "cleo")!;
        listed["areaId"].ShouldBeNull();
        listed["using"]!.ToJsonString().ShouldContain("Cart");
        (await stage.Admin.GetStringAsync("/staff/present", Cancellation)).ShouldContain("in no area");
    }

    [Fact]
    public async Task Lists_signed_by_the_old_key_are_believed_after_a_new_one_is_made()
    {
        var secret = await stage.Interlock("bandsaw");
        await stage.Booked("bandsaw");
        await using var link = Link("http", secret);
        var device = new SimulatedDevice("bandsaw-switch", link, stage.Server.Clock);
        await device.Sync(Cancellation);
        await DeviceServer.Made(stage.Admin, "/api/v1/devices/keys/rotate", "{}");
        device.Online = false;
        Scene.Said(await device.Ask("04A1B2C3", cancellation: Cancellation)).ShouldBe("allowed");
        device.Online = true;
        await DeviceServer.Made(stage.Admin, "/api/v1/devices/bandsaw-switch/unlock", """{"reason": "course", "for": "PT1H"}""");
        await device.Sync(Cancellation);
        device.Memory.Sequence.ShouldBe(2);
        device.Memory.Keys.Count.ShouldBe(2);
        device.Online = false;
        Scene.Said(await device.Ask("BEBEBEBE", cancellation: Cancellation)).ShouldBe("allowed");
    }

    /// <summary>Open to whoever comes, with whatever header.</summary>
    private static readonly HashSet<string> Open = ["GET /api/v1/offers", "GET /api/v1/notices/unsubscribe/{token}", "POST /api/v1/notices/unsubscribe/{token}", "GET /api/v1/events/upcoming", "GET /api/v1/events/{id:guid}", "POST /api/v1/events/{id:guid}/guests", "POST /api/v1/events/guests/{token}", "DELETE /api/v1/events/guests/{token}"];

    private IDeviceLink Link(string way, string secret) => way == "mqtt" ? new MqttDeviceLink("127.0.0.1", stage.MqttPort, secret) : new HttpDeviceLink(stage.Server.Address, secret);

    private async Task<bool> Connected(IMqttClient client, string user, string password, string clientId)
    {
        try
        {
            var answer = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", stage.MqttPort).WithClientId(clientId).WithCredentials(user, password).Build(), Cancellation);
            return answer.ResultCode == MqttClientConnectResultCode.Success;
        }
        catch (Exception e) when (e is MQTTnet.Adapter.MqttConnectingFailedException or MQTTnet.Exceptions.MqttCommunicationException)
        {
            return false;
        }
    }
}
