using System.Globalization;
using System.Net.Http.Headers;
using Makerspace.Access;
using Makerspace.Maintenance;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using Microsoft.Extensions.DependencyInjection;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Maintenance;

/// <summary>From what an interlock tells to the tool's meters: each use counts once, whichever way it comes and however often.</summary>
public class DeviceMeterTests(Lab lab) : IClassFixture<Lab>
{
    private const string Badge = "04A1B2C3";

    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task What_an_interlock_tells_feeds_hours_and_starts_once_each()
    {
        var tool = await stage.Tool();
        foreach (var (id, kind) in new[] { ("spindle", "Hours"), ("starts", "Cycles") })
            (await lab.Staff.PutAsync($"/api/v1/tools/{tool}/meters/{id}", Json($$"""{"name": "{{id}}", "kind": "{{kind}}", "fromDevice": true}"""))).EnsureSuccessStatusCode();
        await Made("/api/v1/members/ada/badges", $$"""{"badge": "{{Badge}}", "label": "fob"}""");
        var device = await Device(tool);
        await stage.Booked(lab.Ada, tool, 0, 8);
        await stage.Until(0);

        // Online; the answer to the stop was lost, and it is told again.
        var first = Guid.NewGuid();
        await Done(device, Me("start"), $$"""{"useId": "{{first}}", "badge": "{{Badge}}"}""");
        await stage.Until(2);
        for (var times = 0; times < 2; times++) await Done(device, Me("stop"), $$"""{"useId": "{{first}}", "at": "{{stage.At(2)}}", "by": "badge", "runTime": "PT1H30M"}""");
        (await Meters(tool)).ShouldBe((1.5m, 1));

        // Without network; the report comes twice, and once more with another use.
        await Done(device, Me("permits"));
        var second = Use(Guid.NewGuid(), 2.5, 3, "PT30M");
        await stage.Until(3.5);
        foreach (var uses in new[] { second, second, second + ", " + Use(Guid.NewGuid(), 3.125, 3.25, "PT3M") }) await Done(device, Me("report"), $$"""{"uses": [{{uses}}]}""");
        (await Meters(tool)).ShouldBe((2.05m, 3));

        // Its end was only guessed at, until the device tells it; then staff look at what was flagged, long after.
        var last = Guid.NewGuid();
        await Done(device, Me("start"), $$"""{"useId": "{{last}}", "badge": "{{Badge}}"}""");
        await stage.Until(5);
        await Done(device, Me("heartbeat"), $$"""{"clock": "{{stage.At(5)}}"}""");
        (await Meters(tool)).ShouldBe((2.05m, 3));
        await Done(device, Me("report"), $$"""{"uses": [{{Use(last, 3.5, 4.75, "PT1H", "power-lost")}}]}""");
        (await Meters(tool)).ShouldBe((3.05m, 4));
        await Forgotten(tool);
        (await lab.Staff.Post($"/api/v1/devices/{tool}-switch/uses/{last}/settle", "{}")).EnsureSuccessStatusCode();
        (await Meters(tool)).ShouldBe((3.05m, 4));
    }

    private static string Me(string what) => "/api/v1/devices/me/" + what;

    private string Use(Guid id, double from, double to, string ran, string by = "badge") =>
        $$"""{"id": "{{id}}", "badgeHash": "{{BadgeHash.Of(Badge)}}", "sequence": 1, "startedAt": "{{stage.At(from)}}", "endedAt": "{{stage.At(to)}}", "endedBy": "{{by}}", "runTime": "{{ran}}"}""";

    private async Task<HttpClient> Device(string tool)
    {
        var made = await Made("/api/v1/devices", $$"""{"id": "{{tool}}-switch", "name": "Switch", "kind": "Interlock", "toolId": "{{tool}}"}""");
        var device = lab.Server.Anonymous();
        device.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made["secret"]!);
        return device;
    }

    // A tool remembers so many causes; what it was told before it has forgotten.
    private async Task Forgotten(string tool)
    {
        var upkeep = lab.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IUpkeepGrain>(Keys.Upkeep(tool));
        for (var n = 0; n < UpkeepState.MostCauses; n++) await upkeep.Feed(new MeterFeed("hand-" + n.ToString(CultureInfo.InvariantCulture), "starts", 0), "sam");
    }

    private async Task<(decimal Hours, decimal Starts)> Meters(string tool)
    {
        (await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""")).EnsureSuccessStatusCode();
        var meters = (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["meters"]!.AsArray().ToDictionary(m => (string)m!["id"]!, m => (decimal)m!["value"]!);
        return (meters["spindle"], meters["starts"]);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Made(string path, string body)
    {
        using var answer = await lab.Staff.Post(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
