using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;

namespace Makerspace.Tests.Engine;

/// <summary>A silo of its own, with the storage "test" in memory: the real Orleans or the stand-in, whichever this was built with.</summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly IHost _host;

    private Engine(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public Stage Stage => Services.GetRequiredService<Stage>();

    public TestStorage Storage => Services.GetRequiredService<TestStorage>();

    public static async Task<Engine> StartAsync(Action<ISiloBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<Stage>().AddSingleton<Passing>().AddSingleton<TestStorage>();
        builder.Services.AddKeyedSingleton<IGrainStorage>("test", (services, _) => services.GetRequiredService<TestStorage>());
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.UseOrleans(silo =>
        {
            var (one, other) = FreePorts();
            silo.UseLocalhostClustering(one, other);
            silo.Configure<ClusterMembershipOptions>(o => o.NumMissedProbesLimit = 100);
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public T Get<T>(string key)
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _host.StopAsync(soon.Token);
        _host.Dispose();
    }

    private static (int, int) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port);
    }
}

/// <summary>A silo that tests share.</summary>
public sealed class SharedEngine : IAsyncLifetime
{
    public Engine Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Engine = await Engine.StartAsync(silo => silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(10)));

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
