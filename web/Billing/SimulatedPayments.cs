using Makerspace.Billing;
using Makerspace.Jobs;
using Makerspace.PaymentSimulator;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>
/// The payment simulator inside this process, where no key of a real provider is configured. It has an address and a file of its own and is spoken to over HTTP, as the
/// provider would be; only its clock is the space's, so that whoever moves that one moves renewals too.
/// </summary>
internal sealed partial class SimulatedPayments(
    PaymentProvider provider, MakerspaceSettings settings, IServer server, IConfiguration configuration, TimeProvider time, ILogger<SimulatedPayments> log)
    : IHostedLifecycleService, IChainedWork, IAsyncDisposable
{
    /// <summary>As staff see it.</summary>
    public const string Id = "payment-simulator";

    /// <summary>How long webhooks may be on their way before whoever moves the clock goes on without them.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private PaymentSimulatorServer? simulator;

    /// <summary>Null where a real provider takes payments, or none.</summary>
    public PaymentSimulatorServer? Simulator => simulator;

    private string File => Path.Combine(settings.DataDirectory, "payments-simulator.db");

    /// <summary>After the web server has started: then its address is known, to which events are sent.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Commands run without a web server.
        if (OwnAddress() is not { } own) return;
        if (!provider.Settings.Simulated)
        {
            Taken(provider.Settings.Provider);
            if (provider.Settings is { Enabled: true, WebhookSecrets: [] }) NoSecret();
            return;
        }
        if (settings.Cluster)
        {
            NotInCluster();
            return;
        }
        await Start(own, configured: provider.Settings.SimulatorUrls ?? Beside(own), cancellationToken);
        provider.Connect(simulator!.Address);
        Started(simulator.Address);
    }

    /// <summary>Forgets everybody, and starts anew at the same address.</summary>
    public async Task Reset(CancellationToken cancellation)
    {
        if (simulator is not { Address: var address } || OwnAddress() is not { } own) return;
        await simulator.DisposeAsync();
        foreach (var file in new[] { File, File + "-wal", File + "-shm" }) System.IO.File.Delete(file);
        simulator = await PaymentSimulatorServer.Start(Options(own, address.ToString().TrimEnd('/')), cancellation);
    }

    public async Task<Instant?> NextDue(CancellationToken cancellation) =>
        simulator is { } running && await running.NextDue(cancellation) is { } due ? Instant.FromDateTimeOffset(due) : null;

    public Task<bool> Waiting(CancellationToken cancellation) => Task.FromResult(simulator?.Busy == true);

    /// <summary>Also waits until what it has to tell is told.</summary>
    public async Task RunDue(CancellationToken cancellation)
    {
        if (simulator is not { } running) return;
        await running.RunDue(time.GetUtcNow(), cancellation);
        await running.Quiet(cancellation).WaitAsync(Longest, TimeProvider.System, cancellation);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the web server, to which it speaks.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref simulator, null) is { } running) await running.DisposeAsync();
    }

    private async Task Start(Uri own, string configured, CancellationToken cancellation)
    {
        try
        {
            simulator = await PaymentSimulatorServer.Start(Options(own, configured), cancellation);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException && provider.Settings.SimulatorUrls is null)
        {
            // Nobody asked for that port.
            simulator = await PaymentSimulatorServer.Start(Options(own, AnyPort), cancellation);
        }
    }

    private PaymentSimulatorOptions Options(Uri own, string urls) => new()
    {
        Urls = urls, DataFile = File, WebhookAddress = new Uri(own, StripeWebhook.Path), WebhookSecrets = provider.Settings.WebhookSecrets, Time = time, RunsByItself = false,
    };

    private const string AnyPort = "http://127.0.0.1:0";

    /// <summary>The next port to ours; any where ours is any too.</summary>
    private string Beside(Uri own)
    {
        var wanted = configuration[WebHostDefaults.ServerUrlsKey]?.Split(';')[0];
        var isAny = wanted is not null && wanted.TrimEnd('/').EndsWith(":0", StringComparison.Ordinal);
        return isAny || own.Port >= IPEndPointMost ? AnyPort : $"http://127.0.0.1:{own.Port + 1}";
    }

    private const int IPEndPointMost = System.Net.IPEndPoint.MaxPort;

    /// <summary>Where this process is reached from itself.</summary>
    private Uri? OwnAddress()
    {
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).Where(a => !a.IsUnixPipe && !a.IsNamedPipe).ToList() ?? [];
        if (listening.OrderBy(a => a.Scheme == "http" ? 0 : 1).FirstOrDefault() is not { } found) return null;
        var isAny = found.Host is "*" or "+" or "0.0.0.0" or "[::]" or "localhost";
        return new Uri($"{found.Scheme}://{(isAny ? "127.0.0.1" : found.Host)}:{found.Port}");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Payments are simulated, at {Address}: no key of a payment provider is configured, and no money moves")]
    private partial void Started(Uri address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Payments are taken by: {Provider}")]
    private partial void Taken(string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No webhook secret is configured (Stripe:WebhookSecrets): every event is refused, and what happens at the provider is seen at night only")]
    private partial void NoSecret();

    [LoggerMessage(Level = LogLevel.Warning, Message = "A cluster's nodes cannot each simulate payments: configure a key of the payment provider, or run 'makerspace payment-simulator' beside them")]
    private partial void NotInCluster();
}
