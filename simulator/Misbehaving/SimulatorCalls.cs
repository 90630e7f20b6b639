using System.Text.Json;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Http;

namespace Makerspace.PaymentSimulator.Misbehaving;

/// <summary>What the simulator can be asked over HTTP that a provider cannot. JSON, with the key of the API.</summary>
internal static class SimulatorCalls
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) }, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static void Map(WebApplication app, Simulation simulation, PaymentSimulatorServer server)
    {
        Post<MisbehaveRequest>(app, "/simulator/misbehave", (request, _) => Misbehave(simulation.Misbehaviour, request));
        Post<DisputeRequest>(app, "/simulator/disputes", (request, cancellation) => Dispute(server, request, cancellation));
        Post<ClockRequest>(app, "/simulator/clock", (request, cancellation) => Clock(simulation, server, request, cancellation));
        Post<WebhookRequest>(app, "/simulator/webhooks", (request, cancellation) => Webhooks(server, request, cancellation));
        Get(app, "/simulator/books", cancellation => Books(server, cancellation));
    }

    private static async Task<object> Clock(Simulation simulation, PaymentSimulatorServer server, ClockRequest request, CancellationToken cancellation) =>
        new { done = await server.RunDue(request.Now ?? simulation.Options.Time.GetUtcNow(), cancellation), next = await server.NextDue(cancellation) };

    private static async Task<object> Books(PaymentSimulatorServer server, CancellationToken cancellation) => await server.Books(cancellation);

    private static void Get(WebApplication app, string path, Func<CancellationToken, Task<object>> done) => app.MapGet(path, context => Do(context, Without(done)));

    private static Func<object, CancellationToken, Task<object>> Without(Func<CancellationToken, Task<object>> done) => (_, cancellation) => done(cancellation);

    private static void Post<T>(WebApplication app, string path, Func<T, CancellationToken, Task<object>> done) where T : class => app.MapPost(path, context => Do(context, done));

    private static Task<object> Misbehave(Misbehaviour misbehaviour, MisbehaveRequest request)
    {
        if (request.Clear) misbehaviour.Clear();
        if (request.Seed is { } seed) misbehaviour.Seed(seed);
        foreach (var trouble in request.Calls ?? []) misbehaviour.Add(trouble);
        foreach (var trouble in request.Webhooks ?? []) misbehaviour.Add(trouble);
        return Task.FromResult<object>(new { calls = misbehaviour.Calls.Count });
    }

    private static async Task<object> Dispute(PaymentSimulatorServer server, DisputeRequest request, CancellationToken cancellation)
    {
        if (request.Dispute is { } id)
        {
            await server.DecideDispute(id, request.Won ?? throw ApiException.Required("won"), cancellation);
            return new { dispute = id };
        }
        return new { dispute = await server.Dispute(request.PaymentIntent ?? throw ApiException.Required("paymentIntent"), request.Amount, request.Reason ?? "fraudulent", cancellation) };
    }

    private static async Task<object> Webhooks(PaymentSimulatorServer server, WebhookRequest request, CancellationToken cancellation)
    {
        if (request.Event is { } id) await server.Resend(id, cancellation);
        else await server.Redeliver(cancellation);
        return new { waiting = await server.WaitingWebhooks(cancellation) };
    }

    private static async Task Do<T>(HttpContext context, Func<T, CancellationToken, Task<object>> done) where T : class
    {
        try
        {
            Credentials.Check(context.Request.Headers.Authorization.ToString());
            var request = context.Request.Method == "GET" ? null : await context.Request.ReadFromJsonAsync<T>(Json, context.RequestAborted);
            var answer = await done(request!, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(answer, answer.GetType(), Json, context.RequestAborted);
        }
        catch (JsonException wrong)
        {
            await Refuse(context, 400, wrong.Message);
        }
        catch (ApiException refused)
        {
            await Refuse(context, refused.Status, refused.Message);
        }
    }

    private static Task Refuse(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { message } }, context.RequestAborted);
    }

    private sealed record MisbehaveRequest(IReadOnlyList<CallTrouble>? Calls, IReadOnlyList<WebhookTrouble>? Webhooks, int? Seed, bool Clear);

    private sealed record DisputeRequest(string? PaymentIntent, long? Amount, string? Reason, string? Dispute, bool? Won);

    private sealed record ClockRequest(DateTimeOffset? Now);

    private sealed record WebhookRequest(string? Event);
}
