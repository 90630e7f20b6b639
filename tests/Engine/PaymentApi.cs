using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Stripe;

namespace Makerspace.Tests.Engine;

/// <summary>An address that answers what a test says, and keeps what it was sent. The payment client, genuine or stand-in, talks to it over real HTTP.</summary>
internal sealed class PaymentApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Answer> _answers;
    private readonly ConcurrentQueue<Sent> _sent = new();
    private readonly List<HttpClient> _clients = [];

    private PaymentApi(WebApplication app, IEnumerable<Answer> answers)
    {
        _app = app;
        _answers = new(answers);
        app.Run(Reply);
    }

    public Sent[] Sent => [.. _sent];

    /// <summary>Set once a request has come.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<PaymentApi> Start(params Answer[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new PaymentApi(builder.Build(), answers);
        await api._app.StartAsync();
        return api;
    }

    public static Task<PaymentApi> Start(string json) => Start(new Answer(json));

    public StripeClient Client(int retries = 0, TimeSpan? timeout = null)
    {
        var http = new HttpClient { Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        _clients.Add(http);
        return new(new StripeClientOptions { ApiKey = "sk_test_conformance", ApiBase = _app.Urls.Single(), HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: retries, enableTelemetry: false) });
    }

    private async Task Reply(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _sent.Enqueue(new(context.Request.Method, context.Request.Path, context.Request.QueryString.Value!.TrimStart('?'), await reader.ReadToEndAsync(), headers));
        Asked.TrySetResult();
        if (!_answers.TryDequeue(out var answer)) answer = new("{}");
        if (answer.Never) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (answer.HangUp) context.Abort();
        context.Response.StatusCode = (int)answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(answer.Json);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>What the address says to one request.</summary>
internal sealed record Answer(string Json, HttpStatusCode Status = HttpStatusCode.OK)
{
    public static readonly Answer Silence = new("") { Never = true };
    public static readonly Answer Lost = new("") { HangUp = true };

    public bool Never { get; private init; }
    public bool HangUp { get; private init; }
    public (string Name, string Value)[] Headers { get; init; } = [];
}

/// <summary>A request as it came.</summary>
internal sealed record Sent(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Its parameters, decoded, in the order of their names: the order they come in means nothing.</summary>
    public string[] Parameters =>
        [.. QueryHelpers.ParseQuery(Body.Length > 0 ? Body : Query).SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={value}")).Order(StringComparer.Ordinal)];
}
