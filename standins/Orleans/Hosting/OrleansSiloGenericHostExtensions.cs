using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Extensions.Hosting;

/// <summary>Hosts grains in a program.</summary>
public static class OrleansSiloGenericHostExtensions
{
    /// <summary>Hosts grains in a program.</summary>
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostAppBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(Add(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <summary>Hosts grains in a program.</summary>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
        hostBuilder.UseOrleans((_, silo) => configureDelegate(silo));

    /// <summary>Hosts grains in a program.</summary>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        return hostBuilder.ConfigureServices((context, services) => configureDelegate(context, Add(services, context.Configuration)));
    }

    private static SiloBuilder Add(IServiceCollection services, IConfiguration configuration)
    {
        if (services.All(s => s.ServiceType != typeof(Silo)))
        {
            services.AddOptions();
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<GrainManifest>();
            services.AddSingleton<Silo>();
            services.AddSingleton<IClusterClient>(s => s.GetRequiredService<Silo>());
            services.AddSingleton<IGrainFactory>(s => s.GetRequiredService<Silo>());
            services.AddSingleton<ILocalSiloDetails>(s => s.GetRequiredService<Silo>());
            services.AddHostedService<SiloService>();
        }

        return new(services, configuration);
    }

    private sealed record SiloBuilder(IServiceCollection Services, IConfiguration Configuration) : ISiloBuilder;
}
