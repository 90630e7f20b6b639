using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Maintenance;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using Microsoft.Extensions.DependencyInjection;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Maintenance;

/// <summary>What follows when a work order is over: done or given up, at once or after a crash.</summary>
public class WorkOrderApiTests(Lab lab) : IClassFixture<Lab>
{
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task An_order_that_is_given_up_leaves_its_problem_open_for_another()
    {
        var tool = await stage.Tool();
        using var reported = await lab.Ada.Post($"/api/v1/tools/{tool}/problems", """{"words": "Smoke", "unusable": true}""");
        var problem = (string)(await reported.Json())["id"]!;
        var order = await Done(lab.Staff, await Ordered(tool, $"\"problems\": [\"{problem}\"]") + "/close", """{"done": false, "result": "No time"}""");
        ((string)order["state"]!).ShouldBe("Dropped");
        var told = await lab.Ada.Json("/api/v1/problems/" + problem);
        ((string)told["state"]!, told["answer"], told["workOrderId"]).ShouldBe(("Open", null, null));

        // The problem is still there, whatever else is done to the tool.
        await Done(lab.Staff, await Ordered(tool) + "/close");
        (await StateOf(tool)).ShouldBe("out-of-service");
        await Done(lab.Staff, await Ordered(tool, $"\"problems\": [\"{problem}\"]") + "/close");
        (await StateOf(tool)).ShouldBe("in-service");
    }

    [Fact]
    public async Task Work_that_took_the_tool_out_keeps_it_out_also_where_nobody_knows_for_how_long()
    {
        var tool = await stage.Tool();
        var (first, second) = (await Ordered(tool, "\"outOfService\": true"), await Ordered(tool, "\"outOfService\": true"));
        using var patched = await lab.Staff.Patch(second, """{"notes": "Waits for a part"}""");
        patched.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Done(lab.Staff, first + "/close");
        (await StateOf(tool)).ShouldBe("out-of-service");
        await Done(lab.Staff, second + "/close");
        (await StateOf(tool)).ShouldBe("in-service");
    }

    [Fact]
    public async Task After_a_crash_between_the_end_of_an_order_and_what_follows_the_job_brings_the_tool_back()
    {
        var tool = await stage.Tool();
        var order = await Ordered(tool, "\"outOfService\": true");
        var grain = lab.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IWorkOrderGrain>(Keys.WorkOrder(Guid.Parse(order.Split('/')[^1])));
        await grain.Close(done: true, null, "sam");
        await Quiet();
        (await StateOf(tool)).ShouldBe("in-service");
        (await grain.View())!.Settled.ShouldBeTrue();

        // What somebody has taken out since stays out, whoever closes the order again.
        await TakeOut(tool);
        await Done(lab.Staff, order + "/close");
        (await StateOf(tool)).ShouldBe("out-of-service");
    }

    [Fact]
    public async Task Routine_work_brings_no_tool_back_that_it_did_not_take_out_and_given_up_it_is_ordered_again()
    {
        var tool = await stage.Tool();
        using var body = new StringContent("""{"name": "Clean", "everyDays": 2, "length": "PT1H"}""", System.Text.Encoding.UTF8, "application/json");
        using var planned = await lab.Staff.PutAsync($"/api/v1/tools/{tool}/plans/clean", body);
        planned.EnsureSuccessStatusCode();
        // Something happens to the tool: its plans are looked at.
        await stage.Booked(lab.Ada, tool, 1, 2);
        var first = (string)(await PlanOf(tool))["workOrderId"]!;
        await Done(lab.Staff, $"/api/v1/work-orders/{first}/close", """{"done": false}""");
        await stage.Booked(lab.Ada, tool, 2, 3);
        var second = (string?)(await PlanOf(tool))["workOrderId"];
        second.ShouldNotBeNull();
        second.ShouldNotBe(first);
        (await lab.Staff.Json($"/api/v1/work-orders?targetId={tool}")).AsArray().Select(o => (string)o!["id"]!).ShouldBe([second]);

        await TakeOut(tool);
        await Done(lab.Staff, $"/api/v1/work-orders/{second}/close");
        (await StateOf(tool)).ShouldBe("out-of-service");
        ((string?)(await PlanOf(tool))["workOrderId"]).ShouldNotBe(second);
    }

    [Fact]
    public async Task Two_who_take_times_away_at_once_lose_nobody_of_whom_is_to_hear()
    {
        var order = await Ordered(await stage.Tool());
        var id = Guid.Parse(order.Split('/')[^1]);
        var grain = lab.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IWorkOrderGrain>(Keys.WorkOrder(id));
        Keys.Id(Keys.WorkOrder(id)).ShouldBe(id.ToString("N"));
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        await Task.WhenAll(grain.Displaced([one], "sam"), grain.Displaced([other, one], "sam"));
        using var patched = await lab.Staff.Patch(order, """{"notes": "Told them"}""");
        (await grain.View())!.Definition.Displaced.ShouldBe([one, other], ignoreOrder: true);
    }

    private async Task<string> Ordered(string tool, string more = "\"notes\": \"Lamp\"")
    {
        using var made = await lab.Staff.Post("/api/v1/work-orders", $$"""{"title": "Mend it", "target": "Tool", "targetId": "{{tool}}", {{more}} }""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return made.Headers.Location!.OriginalString;
    }

    private async Task TakeOut(string tool)
    {
        using var taken = await lab.Staff.Patch("/api/v1/tools/" + tool, """{"outOfService": true}""");
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<string> StateOf(string tool) => (string)(await lab.Ada.Json("/api/v1/tools/" + tool))["state"]!;

    private async Task<JsonNode> PlanOf(string tool)
    {
        await Quiet();
        return (await lab.Staff.Json($"/api/v1/tools/{tool}/upkeep"))["plans"]![0]!;
    }

    // Jobs have done what there is to do.
    private async Task Quiet()
    {
        using var moved = await lab.Admin.Post("/dev/clock", """{"advance": "PT0S"}""");
        moved.EnsureSuccessStatusCode();
    }
}
