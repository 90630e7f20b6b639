using System.Text;
using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>
/// The way of every call: who asks, what may go wrong on request, the key, the parameters, the work and its answer, all in one transaction.
/// </summary>
internal sealed class Api(WebApplication app, Simulation simulation)
{
    private const int LongestBody = 1 << 20;
    private readonly Idempotency _keys = new();

    public void Get(string path, Handler handler) => Map("GET", path, handler);

    public void Post(string path, Handler handler) => Map("POST", path, handler);

    public void Delete(string path, Handler handler) => Map("DELETE", path, handler);

    public void MapUnknown() => app.Map("/v1/{**rest}", context => Answer(context, Refusal(new(
        404, "invalid_request_error", $"Unrecognized request URL ({context.Request.Method}: {context.Request.Path}). The simulator answers only what the product asks.") { Code = "url_invalid" }, NewRequestId(), null)));

    private void Map(string method, string path, Handler handler) => app.MapMethods("/v1/" + path, [method], context => Run(context, handler));

    private async Task Run(HttpContext context, Handler handler)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "");
        var key = method == "POST" && context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } sent ? sent : null;
        var fault = simulation.Misbehaviour.Next(method, path);
        var answer = fault is CallFault.TimeoutBefore ? null : await Perform(context, handler, key, fault);
        if (fault is CallFault.ErrorAfter) answer = Broken();
        var lost = fault is CallFault.TimeoutBefore or CallFault.TimeoutAfter;
        simulation.Misbehaviour.Saw(new(method, path, key, lost ? null : answer!.Status, fault, answer?.Replayed ?? false));
        if (lost) context.Abort();
        else await Answer(context, answer!);
    }

    private async Task<Answer> Perform(HttpContext context, Handler handler, string? key, CallFault? fault)
    {
        var requestId = NewRequestId();
        if (fault is CallFault.TooManyRequests) return Refusal(new(429, "invalid_request_error", "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.") { Code = "rate_limit" }, requestId, null);
        if (fault is CallFault.Error) return Broken();
        try
        {
            Credentials.Check(context.Request.Headers.Authorization.ToString());
            if (key?.Length > 255) throw ApiException.Invalid("Idempotency-Key can have up to 255 characters");
            var body = await Body(context.Request);
            _keys.Enter(key);
            try
            {
                return await simulation.Do(work => Perform(work, context, handler, key, body, requestId), context.RequestAborted);
            }
            finally
            {
                _keys.Leave(key);
            }
        }
        catch (ApiException refused)
        {
            return Refusal(refused, requestId, null);
        }
        catch (NothingKept shown)
        {
            return shown.Answer;
        }
    }

    private static Answer Perform(Work work, HttpContext context, Handler handler, string? key, string body, string requestId)
    {
        var path = context.Request.Path.Value ?? "";
        if (key is not null && Idempotency.Stored(work, key, path, body) is { } stored) return stored;
        work.Request = new() { Id = requestId, IdempotencyKey = key };
        var parameters = Params.Parse(body);
        var expand = parameters.Texts("expand");
        Answer answer;
        try
        {
            var call = new Call(parameters, work, name => (string)context.GetRouteValue(name)!);
            var done = handler(call);
            parameters.RefuseUnread();
            answer = new(200, Wire.Text(new Telling(work).Tell(done, expand)), requestId);
            if (call.KeepsNothing) throw new NothingKept(answer);
        }
        catch (ApiException refused) when (refused.Keeps)
        {
            parameters.RefuseUnread();
            answer = Refusal(refused, requestId, work);
        }
        if (key is not null) Idempotency.Keep(work, key, path, body, answer);
        return answer;
    }

    private static async Task<string> Body(HttpRequest request)
    {
        var query = request.QueryString.HasValue ? request.QueryString.Value![1..] : "";
        if (request.ContentLength is null or 0) return query;
        if (request.ContentLength > LongestBody) throw new ApiException(413, "invalid_request_error", "The request is too large.");
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return query.Length == 0 ? body : body.Length == 0 ? query : query + "&" + body;
    }

    /// <summary>An answer of work that is undone: what throws is not kept.</summary>
    private sealed class NothingKept(Answer answer) : Exception
    {
        public Answer Answer { get; } = answer;
    }

    private static string NewRequestId() => "req_" + Ids.Random(14);

    private static Answer Broken() => Refusal(new(500, "api_error", "An error occurred inside the simulator, as it was asked to."), NewRequestId(), null);

    private static Answer Refusal(ApiException refused, string requestId, Work? work)
    {
        var error = refused.Tell();
        foreach (var (name, id) in new[] { ("payment_intent", refused.PaymentIntent), ("setup_intent", refused.SetupIntent), ("payment_method", refused.PaymentMethod) })
        {
            if (work?.Find(id) is { } about) error[name] = Wire.Tell(about);
        }
        error["request_log_url"] = $"https://dashboard.stripe.com/test/logs/{requestId}";
        return new(refused.Status, Wire.Text(new JsonObject { ["error"] = error }), requestId);
    }

    private static Task Answer(HttpContext context, Answer answer)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        headers["Request-Id"] = answer.RequestId;
        headers["Stripe-Version"] = context.Request.Headers["Stripe-Version"].ToString() is { Length: > 0 } asked ? asked : PaymentSimulatorServer.ApiVersion;
        if (context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key) headers["Idempotency-Key"] = key;
        if (answer.Replayed) headers["Idempotent-Replayed"] = "true";
        return context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }
}
