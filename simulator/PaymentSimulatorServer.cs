using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;
using Makerspace.PaymentSimulator.Time;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Makerspace.PaymentSimulator;

/// <summary>
/// A payment provider that moves no money: a local server that speaks Stripe's API over real HTTP, shows hosted pages to payers and sends signed
/// webhooks. Its books are its own: they are what a test compares a ledger with.
/// </summary>
public sealed class PaymentSimulatorServer : IAsyncDisposable
{
    /// <summary>The version of Stripe's API that it speaks: that of Stripe.net 53.1.0.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    private readonly WebApplication _app;
    private readonly Simulation _simulation;
    private readonly DueWork _due;
    private readonly CancellationTokenSource _stopping = new();
    private Task _byItself = Task.CompletedTask;

    private PaymentSimulatorServer(WebApplication app, Simulation simulation) => (_app, _simulation, _due) = (app, simulation, new DueWork(simulation));

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>What goes wrong on request.</summary>
    public Misbehaviour Misbehaviour => _simulation.Misbehaviour;

    /// <summary>A webhook is on its way.</summary>
    public bool Busy => _simulation.Webhooks.Busy;

    /// <summary>Starts one.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<PaymentSimulatorServer> Start(PaymentSimulatorOptions options, CancellationToken cancellation = default)
    {
        var simulation = new Simulation(Store.Open(options.DataFile), options);
        var app = Build(options);
        try
        {
            var server = new PaymentSimulatorServer(app, simulation);
            Routes.Map(app, simulation, server);
            await app.StartAsync(cancellation);
            server.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            simulation.PublicAddress = (options.PublicAddress ?? server.Address).ToString().TrimEnd('/');
            simulation.Webhooks.Start(simulation.Misbehaviour);
            if (options.RunsByItself) server._byItself = Task.Run(() => server.RunByItself(server._stopping.Token), CancellationToken.None);
            return server;
        }
        catch
        {
            await app.DisposeAsync();
            await simulation.DisposeAsync();
            throw;
        }
    }

    /// <summary>When something falls due next, by its clock: a renewal, a retry, an expiry; null: nothing does.</summary>
    public Task<DateTimeOffset?> NextDue(CancellationToken cancellation = default) => _due.Next(cancellation);

    /// <summary>Does everything that has fallen due, in order, each at its time. How much it was.</summary>
    public Task<int> RunDue(DateTimeOffset now, CancellationToken cancellation = default) => _due.Run(now.ToUnixTimeSeconds(), cancellation);

    /// <summary>Completes when no webhook is on its way; those that wait for a later attempt, or are delayed on request, do not count.</summary>
    public Task Quiet(CancellationToken cancellation = default) => _simulation.Webhooks.Quiet(cancellation);

    /// <summary>Sends at once what waits for a later attempt or was delayed on request.</summary>
    public Task Redeliver(CancellationToken cancellation = default) => _simulation.Webhooks.Redeliver(cancellation);

    /// <summary>Sends an event once more, as an endpoint may get it at any time.</summary>
    public Task Resend(string eventId, CancellationToken cancellation = default) => _simulation.Webhooks.Resend(eventId, cancellation);

    /// <summary>How many events were not taken by the endpoint yet.</summary>
    public Task<int> WaitingWebhooks(CancellationToken cancellation = default) => _simulation.Webhooks.Waiting(cancellation);

    /// <summary>The simulator's own books, as they are now.</summary>
    public Task<Books> Books(CancellationToken cancellation = default) => _simulation.Do(PaymentSimulator.Books.Of, cancellation);

    /// <summary>A payer objects to a payment at their bank.</summary>
    /// <returns>The dispute's id.</returns>
    public Task<string> Dispute(string paymentIntentId, long? amount = null, string reason = "fraudulent", CancellationToken cancellation = default) =>
        _simulation.Do(work => Payments.Disputing.Open(work, work.Get<Payments.PaymentIntent>(paymentIntentId), amount, reason).Id, cancellation);

    /// <summary>The bank decides a dispute.</summary>
    public Task DecideDispute(string disputeId, bool won, CancellationToken cancellation = default) =>
        _simulation.Do(work => Payments.Disputing.Close(work, work.Get<Payments.Dispute>(disputeId), won), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _byItself;
        await _app.DisposeAsync();
        await _simulation.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(PaymentSimulatorOptions options)
    {
        // The defaults of an application (settings files, the environment's addresses) are the host's, not ours.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        return builder.Build();
    }

    private async Task RunByItself(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) await _due.Run(_simulation.Now, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }
}
