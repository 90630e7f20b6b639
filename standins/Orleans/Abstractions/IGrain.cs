using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything that can be called by reference.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>Base of all grain interfaces.</summary>
    public interface IGrain : IAddressable;

    /// <summary>Base of the interfaces of grains whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>What every grain class is.</summary>
    public interface IGrainBase
    {
        /// <summary>The activation that this instance belongs to.</summary>
        IGrainContext GrainContext { get; }

        /// <summary>Called once its state is read, before the first call.</summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Called after the last call.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>Makes references to grains.</summary>
    public interface IGrainFactory
    {
        /// <summary>The grain with that key; it need not exist yet.</summary>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>The grain with that id.</summary>
        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;

        /// <summary>The grain with that key; it need not exist yet.</summary>
        IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
    }

    /// <summary>The cluster, seen from outside a grain.</summary>
    public interface IClusterClient : IGrainFactory
    {
        /// <summary>The services of this process.</summary>
        IServiceProvider ServiceProvider { get; }
    }
}
