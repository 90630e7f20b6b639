using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Events;

/// <summary>Something that happened, as webhooks tell it.</summary>
internal sealed class Event : TestResource
{
    public override string Object => "event";
    public string ApiVersion { get; set; } = PaymentSimulatorServer.ApiVersion;
    public EventData Data { get; set; } = new();
    public int PendingWebhooks { get; set; }
    public EventRequest Request { get; set; } = new();
    public string Type { get; set; } = "";
}

/// <summary>The object as it was just then, and what it was before.</summary>
internal sealed class EventData
{
    public JsonObject Object { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? PreviousAttributes { get; set; }
}

/// <summary>The call that made it happen.</summary>
internal sealed class EventRequest
{
    public string? Id { get; set; }
    public string? IdempotencyKey { get; set; }
}

internal static class Emitting
{
    /// <summary>Tells that something happened to a resource, as it is now.</summary>
    public static void Emit(this Work work, string type, Resource about) => work.Emit(type, about, null);

    /// <summary>Tells what changed on a resource since it was read or last told; nothing where nothing did.</summary>
    public static void EmitChange(this Work work, string type, Resource about)
    {
        if (work.Before(about) is { Count: > 0 } before) work.Emit(type, about, before);
    }

    private static void Emit(this Work work, string type, Resource about, JsonObject? before)
    {
        var happened = work.Add(new Event
        {
            Id = Ids.New("evt"), Created = work.Now(about.OnClock), Type = type, Request = work.Request, PendingWebhooks = 1,
            Data = new() { Object = Wire.Tell(about), PreviousAttributes = before },
        });
        work.Told(about);
        work.Flush();
        work.Execute("INSERT INTO deliveries (event) VALUES (@event)", ("@event", happened.Id));
        work.Deliveries++;
    }
}

internal static class EventCalls
{
    public static void Map(Api api)
    {
        api.Get("events/{id}", call => call.Work.Get<Event>(call.Id));
        api.Get("events", List);
    }

    private static Page List(Call call)
    {
        var (created, type, types) = (call.Created(), call.Equal("type"), call.Params.Texts("types"));
        var all = call.Work.Newest<Event>().Where(e => created(e.Created) && type(e.Type) && (types.Count == 0 || types.Contains(e.Type, StringComparer.Ordinal)));
        return Page.Of(call, all, "/v1/events");
    }
}
