using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>A cluster whose members find each other by a database.</summary>
public static class AdoNetHostingExtensions
{
    /// <summary>Finds the others by a database. This stand-in is a cluster of one: it locks the database, and a second process is refused at its start.</summary>
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
        builder.UseAdoNetClustering(options => options.Configure(configureOptions));

    /// <inheritdoc cref="UseAdoNetClustering(ISiloBuilder, Action{AdoNetClusteringSiloOptions})"/>
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<OptionsBuilder<AdoNetClusteringSiloOptions>> configureOptions)
    {
        configureOptions(builder.Services.AddOptions<AdoNetClusteringSiloOptions>());
        builder.Services.TryAddSingleton<Clustering>();
        builder.Services.AddSingleton<IStartsWithSilo, OnlyMember>();
        return builder;
    }
}
