using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Time;

/// <summary>A clock of its own for some customers: it stands still until it is advanced.</summary>
internal sealed class TestClock : TestResource
{
    public override string Object => "test_helpers.test_clock";
    public long DeletesAfter { get; set; }
    public long FrozenTime { get; set; }
    public string? Name { get; set; }
    public string Status { get; set; } = "ready";
    public JsonObject StatusDetails => [];
}

internal static class TestClockCalls
{
    private const long Longest = 2L * 366 * 24 * 3600;

    public static void Map(Api api)
    {
        api.Post("test_helpers/test_clocks", Create);
        api.Get("test_helpers/test_clocks/{id}", call => call.Work.Get<TestClock>(call.Id));
        api.Post("test_helpers/test_clocks/{id}/advance", Advance);
        api.Delete("test_helpers/test_clocks/{id}", Delete);
        api.Get("test_helpers/test_clocks", call => Page.Of(call, call.Work.Newest<TestClock>(), "/v1/test_helpers/test_clocks"));
    }

    private static TestClock Create(Call call)
    {
        var clock = call.Work.Add(new TestClock
        {
            Id = Ids.New("clock"), Created = call.Work.Time, DeletesAfter = call.Work.Time + (30 * 24 * 3600), Name = call.Params.Text("name"),
            FrozenTime = call.Params.Long("frozen_time") ?? throw ApiException.Required("frozen_time"),
        });
        call.Work.Emit("test_helpers.test_clock.created", clock);
        return clock;
    }

    // What falls due on the way is done before the answer, which still says that it is being done, as the provider's does.
    private static JsonObject Advance(Call call)
    {
        var clock = call.Work.Get<TestClock>(call.Id);
        var until = call.Params.Long("frozen_time") ?? throw ApiException.Required("frozen_time");
        if (until <= clock.FrozenTime) throw ApiException.Invalid("The frozen time must be later than the clock's.", "frozen_time");
        if (until > clock.FrozenTime + Longest) throw ApiException.Invalid("A test clock is advanced by at most two years at a time.", "frozen_time");
        call.Params.RefuseUnread();
        clock.Status = "advancing";
        call.Work.Emit("test_helpers.test_clock.advancing", clock);
        DueWork.Advance(call.Work, clock, until);
        var answer = Wire.Tell(clock);
        clock.Status = "ready";
        call.Work.Emit("test_helpers.test_clock.ready", clock);
        return answer;
    }

    private static TestClock Delete(Call call)
    {
        var clock = call.Work.Get<TestClock>(call.Id);
        foreach (var customer in call.Work.Where<Customer>("test_clock", clock.Id)) customer.Deleted = true;
        call.Work.Emit("test_helpers.test_clock.deleted", clock);
        call.Work.Remove(clock);
        return clock;
    }
}
