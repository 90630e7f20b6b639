using Makerspace.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Policies;

/// <summary>Settings at each level by API: kept, inherited, and checked against what they hold together with.</summary>
public class PolicyApiTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_setting_is_inherited_from_the_nearest_level_that_sets_it()
    {
        await Done(await lab.Staff.Post("/api/v1/areas", """{"id": "hall", "name": "Hall", "policy": {"maxDuration": "PT8H"}}"""));
        await Done(await lab.Staff.Post("/api/v1/areas", """{"id": "nook", "name": "Nook", "inside": "hall"}"""));
        await Done(await lab.Staff.Post("/api/v1/tools", """{"id": "press", "name": "Press", "category": "Presses", "areaId": "nook"}"""));
        (await Effective("press")).ShouldBe("PT8H");
        await Done(await lab.Staff.Patch("/api/v1/areas/nook", """{"policy": {"maxDuration": "PT6H"}}"""));
        (await Effective("press")).ShouldBe("PT6H");
        await Done(await lab.Staff.Patch("/api/v1/categories/Presses", """{"policy": {"maxDuration": "PT4H"}}"""));
        (await Effective("press")).ShouldBe("PT4H");
        await Done(await lab.Staff.Patch("/api/v1/tools/press", """{"policy": {"maxDuration": "PT2H"}}"""));
        (await Effective("press")).ShouldBe("PT2H");
        await Done(await lab.Staff.Patch("/api/v1/tools/press", """{"policy": {"maxDuration": null}}"""));
        (await Effective("press")).ShouldBe("PT4H");
    }

    [Fact]
    public async Task A_contradiction_is_found_over_what_holds_together()
    {
        await Done(await lab.Staff.Post("/api/v1/areas", """{"id": "attic", "name": "Attic", "policy": {"maxDuration": "PT1H"}}"""));
        await Done(await lab.Staff.Post("/api/v1/tools", """{"id": "easel", "name": "Easel", "areaId": "attic"}"""));
        using var tool = await lab.Staff.Patch("/api/v1/tools/easel", """{"policy": {"minDuration": "PT2H"}}""");
        (await Faults(tool)).ShouldBe(["policy.minDuration: contradiction"]);
        using var plan = await lab.Staff.Post("/api/v1/plans", """{"name": "Slow", "tools": ["easel"], "policy": {"minDuration": "PT2H"}}""");
        (await Faults(plan)).ShouldBe(["policy.minDuration: contradiction"]);
        using var other = await lab.Staff.Patch("/api/v1/tools/easel", """{"location": "by the window"}""");
        other.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task The_area_of_a_hazardous_tool_knows_who_is_booked_in_it()
    {
        await Done(await lab.Staff.Post("/api/v1/areas", """{"id": "forge", "name": "Forge"}"""));
        await Done(await lab.Staff.Post("/api/v1/tools", """{"id": "anvil", "name": "Anvil", "category": "Forging", "areaId": "forge"}"""));
        (await Watched("forge")).ShouldBeFalse();
        await Done(await lab.Staff.Patch("/api/v1/categories/Forging", """{"policy": {"hazardous": true}}"""));
        (await Watched("forge")).ShouldBeTrue();
        await Done(await lab.Staff.Patch("/api/v1/areas/forge", """{"name": "The forge"}"""));
        (await Watched("forge")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_room_that_would_be_inside_itself_is_refused()
    {
        await Done(await lab.Staff.Post("/api/v1/tools", """{"id": "room", "name": "Room"}"""));
        await Done(await lab.Staff.Post("/api/v1/tools", """{"id": "desk", "name": "Desk", "inRoom": "room"}"""));
        using var cycle = await lab.Staff.Patch("/api/v1/tools/room", """{"inRoom": "desk"}""");
        (await cycle.Code()).ShouldBe("room-cycle");
    }

    [Fact]
    public async Task A_plan_a_company_and_a_resource_are_read_as_they_were_written()
    {
        await Done(await lab.Staff.Post("/api/v1/plans", """
            {"id": "evening", "name": "Evening", "limits": {"maxHoursPerWeek": "PT6H"}, "tools": ["saw"], "hours": [{"days": ["mon"], "from": "18:00", "to": "00:00"}]}
            """));
        var plan = await lab.Ada.Json("/api/v1/plans/evening");
        ((string?)plan["limits"]!["maxHoursPerWeek"]).ShouldBe("PT6H");
        ((string?)plan["hours"]![0]!["from"]).ShouldBe("18:00");
        await Done(await lab.Staff.Patch("/api/v1/plans/evening", """{"tools": null, "allHours": true}"""));
        plan = await lab.Ada.Json("/api/v1/plans/evening");
        (plan["tools"], (bool)plan["allHours"]!, (long)plan["version"]!).ShouldBe((null, true, 2));
        await Done(await lab.Staff.Post("/api/v1/companies", """{"id": "acme", "name": "Acme", "limits": {"maxBookingsPerDay": 3}}"""));
        await Done(await lab.Staff.Patch("/api/v1/companies/acme", """{"suspension": {"reason": "Lease over"}, "balanceDue": {"amount": 500, "currency": "usd"}}"""));
        var company = await lab.Staff.Json("/api/v1/companies/acme");
        ((int)company["limits"]!["maxBookingsPerDay"]!, (string?)company["suspension"]!["reason"], (long)company["balanceDue"]!["amount"]!).ShouldBe((3, "Lease over", 500));
        await Done(await lab.Staff.Post("/api/v1/resources", """{"id": "air", "name": "Compressor", "outOfService": true, "expectedBack": "2026-12-24T12:00:00+01:00"}"""));
        await Done(await lab.Staff.Patch("/api/v1/tools/saw", """{"dependsOn": ["air"]}"""));
        using var outage = await lab.Staff.Post("/api/v1/resources/air/outages", """{"id": "oil", "title": "Oil", "start": "2027-01-04T00:00:00Z", "end": "2027-01-05T00:00:00Z"}""");
        outage.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var resource = (await lab.Ada.Json("/api/v1/resources"))["items"]!.AsArray().Single(r => (string?)r!["id"] == "air")!;
        ((string?)resource["tools"]![0], (string?)resource["outages"]![0]!["title"]).ShouldBe(("saw", "Oil"));
        using var closed = await lab.Staff.Post("/api/v1/outages/oil/close", "");
        closed.StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        await Done(await lab.Staff.Patch("/api/v1/tools/saw", """{"dependsOn": []}"""));
    }

    [Fact]
    public async Task Whoever_joins_without_a_plan_gets_the_spaces_default()
    {
        await Done(await lab.Staff.Post("/api/v1/plans", """{"id": "basic", "name": "Basic"}"""));
        await Done(await lab.Staff.Patch("/api/v1/space", """{"defaultPlan": "basic", "certifications": {"weld": "Welding"}, "certificationLapses": {"weld": "P180D"}}"""));
        using var made = await lab.Staff.Post("/api/v1/members", """{"name": "Nell"}""");
        ((string?)(await made.Json())["membership"]!["planId"]).ShouldBe("basic");
        await Done(await lab.Staff.Patch("/api/v1/space", """{"certificationLapses": {"weld": null}}"""));
        (await lab.Ada.Json("/api/v1/space"))["certificationLapses"]!.AsObject().ShouldBeEmpty();
    }

    private async Task<string?> Effective(string tool) => (string?)(await lab.Ada.Json("/api/v1/tools/" + tool))["effectivePolicy"]!["maxDuration"];

    private async Task<bool> Watched(string area) =>
        (await lab.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<Makerspace.Spaces.IAreaGrain>(Keys.Area(area)).View())!.Definition.Watched;

    private static async Task<string[]> Faults(HttpResponseMessage answer) =>
        [.. (await answer.Json())["errors"]!.AsArray().Select(e => $"{(string?)e!["field"]}: {(string?)e["code"]}")];

    private static async Task Done(HttpResponseMessage response)
    {
        using (response) response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
