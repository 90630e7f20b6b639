using System.Text;
using AngleSharp;
using AngleSharp.Html.Dom;
using Makerspace.PaymentSimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>A simulator of its own, with a clock that stands still, an endpoint that takes its webhooks, and the genuine Stripe.net to talk to it.</summary>
public sealed class Simulated : IAsyncDisposable
{
    public const string Secret = "whsec_one";
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _endpoint;
    private readonly Lock _gate = new();
    private readonly List<(string Body, string Signature)> _received = [];

    private Simulated(WebApplication endpoint) => _endpoint = endpoint;

    public PaymentSimulatorServer Server { get; private set; } = null!;

    public FakeTimeProvider Clock { get; } = new(Now);

    public StripeClient Stripe { get; private set; } = null!;

    /// <summary>Where its webhooks go; asked with GET it lists what came.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>What the endpoint answers; 200 where nothing is said.</summary>
    public Func<int>? Answers { get; set; }

    public IReadOnlyList<(string Body, string Signature)> Received
    {
        get
        {
            lock (_gate) return [.. _received];
        }
    }

    /// <summary>The events received, their signatures checked.</summary>
    public IReadOnlyList<Event> Events => [.. Received.Select(r => EventUtility.ConstructEvent(r.Body, r.Signature, Secret, long.MaxValue / 2))];

    public static async Task<Simulated> Start(string? file = null, IReadOnlyList<string>? secrets = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var endpoint = builder.Build();
        var simulated = new Simulated(endpoint);
        endpoint.Run(simulated.Receive);
        await endpoint.StartAsync();
        var address = endpoint.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        simulated.Endpoint = new Uri(address + "/webhooks/stripe");
        simulated.Server = await PaymentSimulatorServer.Start(new()
        {
            DataFile = file, WebhookAddress = simulated.Endpoint, WebhookSecrets = secrets ?? [Secret], Time = simulated.Clock, RunsByItself = false, WebhookRetry = TimeSpan.FromMilliseconds(20),
        });
        simulated.Stripe = simulated.Client();
        return simulated;
    }

    /// <summary>A client that does not try again by itself, unless told to.</summary>
    public StripeClient Client(int retries = 0, string key = "sk_test_simulator") => new(new StripeClientOptions
    {
        ApiKey = key, ApiBase = Server.Address.ToString().TrimEnd('/'), HttpClient = new SystemNetHttpClient(new HttpClient(), maxNetworkRetries: retries, enableTelemetry: false),
    });

    public Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        return Server.RunDue(Clock.GetUtcNow());
    }

    /// <summary>Waits until the endpoint has everything, and tells the types it got.</summary>
    public async Task<IReadOnlyList<string>> Types()
    {
        await Server.Quiet().WaitAsync(TimeSpan.FromMinutes(2));
        return [.. Events.Select(e => e.Type)];
    }

    /// <summary>A customer with a card saved as default.</summary>
    public async Task<Customer> Payer(string card = "pm_card_visa", string? clock = null)
    {
        var customer = await Stripe.V1.Customers.CreateAsync(new() { Name = "Ada Pay", Email = "ada@example.org", TestClock = clock });
        var method = await Stripe.V1.PaymentMethods.AttachAsync(card, new() { Customer = customer.Id });
        return await Stripe.V1.Customers.UpdateAsync(customer.Id, new() { InvoiceSettings = new() { DefaultPaymentMethod = method.Id } });
    }

    public Task<Price> Price(long amount, string interval = "month", string currency = "eur", string? key = null) => Stripe.V1.Prices.CreateAsync(new()
    {
        Currency = currency, UnitAmount = amount, LookupKey = key, ProductData = new() { Name = $"Plan {amount}" }, Recurring = new() { Interval = interval },
    });

    /// <summary>Posts a form of a hosted page like a browser without script; where it leads.</summary>
    public static async Task<(System.Net.HttpStatusCode Status, Uri? Next, string Body)> Post(string url, params (string, string)[] fields)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var response = await http.PostAsync(new Uri(url), content);
        var next = response.Headers.Location is { } location ? new Uri(new Uri(url), location) : null;
        return (response.StatusCode, next, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Pays on a hosted checkout page with the fields as a person fills them in; where it leads.</summary>
    public static async Task<Uri?> PayWith(string url, string number) =>
        (await Post(url, ("number", number), ("expiry", "12/34"), ("cvc", "123"), ("name", "Ada Pay"), ("email", "ada@example.org"))).Next;

    public static async Task<IHtmlDocument> Page(string url)
    {
        using var http = new HttpClient();
        var html = await http.GetStringAsync(new Uri(url));
        var context = BrowsingContext.New(Configuration.Default);
        return (IHtmlDocument)await context.OpenAsync(request => request.Content(html).Address(url));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    private async Task Receive(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await Server.Quiet();
            await context.Response.WriteAsJsonAsync(Received.Select(r => new { body = r.Body, signature = r.Signature }));
            return;
        }
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var status = Answers?.Invoke() ?? 200;
        context.Response.StatusCode = status;
        if (status != 200) return;
        lock (_gate) _received.Add((body, context.Request.Headers["Stripe-Signature"].ToString()));
    }
}
