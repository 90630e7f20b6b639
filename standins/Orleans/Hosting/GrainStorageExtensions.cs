using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Runtime.Hosting
{
    /// <summary>Storages of grain state.</summary>
    public static class StorageProviderExtensions
    {
        /// <summary>Adds a storage under a name.</summary>
        public static IServiceCollection AddGrainStorage<T>(this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
            where T : IGrainStorage
        {
            collection.AddKeyedSingleton<IGrainStorage>(name, (services, _) => implementationFactory(services, name));
            if (name == "Default") collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>("Default"));
            return collection;
        }
    }
}

namespace Orleans.Hosting
{
    /// <summary>Grain state in a database.</summary>
    public static class AdoNetGrainStorageSiloBuilderExtensions
    {
        /// <summary>Adds a database under a name.</summary>
        public static ISiloBuilder AddAdoNetGrainStorage(this ISiloBuilder builder, string name, Action<AdoNetGrainStorageOptions> configureOptions) =>
            builder.AddAdoNetGrainStorage(name, options => options.Configure(configureOptions));

        /// <summary>Adds a database under a name.</summary>
        public static ISiloBuilder AddAdoNetGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<AdoNetGrainStorageOptions>>? configureOptions = null)
        {
            var services = builder.Services;
            configureOptions?.Invoke(services.AddOptions<AdoNetGrainStorageOptions>(name));
            services.AddTransient<IPostConfigureOptions<AdoNetGrainStorageOptions>, SerializerDefaults<AdoNetGrainStorageOptions>>();
            services.AddGrainStorage(name, Create);
            services.AddSingleton<IStartsWithSilo>(s => (AdoNetStorage)s.GetRequiredKeyedService<IGrainStorage>(name));
            return builder;
        }

        /// <summary>Adds a database for the states that name no storage.</summary>
        public static ISiloBuilder AddAdoNetGrainStorageAsDefault(this ISiloBuilder builder, Action<AdoNetGrainStorageOptions> configureOptions) =>
            builder.AddAdoNetGrainStorage("Default", configureOptions);

        private static AdoNetStorage Create(IServiceProvider services, string name) => new(
            name,
            services.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(name),
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId);
    }

    /// <summary>Grain state in memory.</summary>
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        /// <summary>Adds memory under a name.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage(name, options => options.Configure(configureOptions));

        /// <summary>Adds memory under a name.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(builder.Services.AddOptions<MemoryGrainStorageOptions>(name));
            builder.Services.AddTransient<IPostConfigureOptions<MemoryGrainStorageOptions>, SerializerDefaults<MemoryGrainStorageOptions>>();
            builder.Services.AddGrainStorage(name, (services, given) => new MemoryStorage(services.GetRequiredService<IOptionsMonitor<MemoryGrainStorageOptions>>().Get(given)));
            return builder;
        }

        /// <summary>Adds memory for the states that name no storage.</summary>
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage("Default", configureOptions);

        /// <summary>Adds memory for the states that name no storage.</summary>
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null) =>
            builder.AddMemoryGrainStorage("Default", configureOptions);
    }
}
