using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orleans.Runtime;

/// <summary>Starts and stops the grains with the program, and looks after them meanwhile.</summary>
internal sealed class SiloService(Silo silo, IServiceProvider services) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stopping = new();
    private List<IStartsWithSilo> _started = [];
    private Task _looking = Task.CompletedTask;
    private Task _collecting = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Refuse();
        _started = [.. services.GetServices<IStartsWithSilo>().OrderBy(s => s.Order)];
        foreach (var part in _started) await part.StartAsync(cancellationToken);
        silo.Log.Started(silo.Cluster.ServiceId, silo.Manifest.Count);
        _looking = EachAsync(Soonest(silo.Messaging.ResponseTimeout / 4, LongestLook), TimeProvider.System, silo.TimeOutWhatIsDue);
        _collecting = EachAsync(silo.Collection.CollectionQuantum, silo.Time, silo.CollectWhatIsIdle);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await silo.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        await Task.WhenAll(_looking, _collecting);
        foreach (var part in Enumerable.Reverse(_started)) await part.StopAsync();
        _started = [];
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _started) await part.StopAsync();
        _stopping.Dispose();
    }

    private static TimeSpan Soonest(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void Refuse()
    {
        if (services.GetService<Clustering>() is null)
            throw new OrleansConfigurationException("Clustering has not been configured. Configure clustering using one of the clustering packages, such as UseLocalhostClustering or UseAdoNetClustering.");
        if (silo.Collection.CollectionAge <= silo.Collection.CollectionQuantum)
            throw new OrleansConfigurationException($"CollectionAge is set to {silo.Collection.CollectionAge}. CollectionAge must be greater than CollectionQuantum, which is set to {silo.Collection.CollectionQuantum}.");
    }

    private async Task EachAsync(TimeSpan period, TimeProvider time, Action look)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token)) look();
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }
}

/// <summary>Something that must be ready before the first call.</summary>
internal interface IStartsWithSilo
{
    /// <summary>What must come first has the lower number.</summary>
    int Order { get; }

    Task StartAsync(CancellationToken cancellationToken);

    ValueTask StopAsync();
}

/// <summary>Present when it was said how the cluster, of one, is formed.</summary>
internal sealed class Clustering;
