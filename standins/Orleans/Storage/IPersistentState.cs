using Orleans.Core;

namespace Orleans.Core
{
    /// <summary>A grain's stored state, without its value.</summary>
    public interface IStorage
    {
        /// <summary>The version that was read or written last.</summary>
        string? Etag { get; }

        /// <summary>Whether there is a record in the storage.</summary>
        bool RecordExists { get; }

        /// <summary>Takes the record away.</summary>
        Task ClearStateAsync();

        /// <summary>Writes the record.</summary>
        Task WriteStateAsync();

        /// <summary>Reads the record.</summary>
        Task ReadStateAsync();

        /// <summary>Takes the record away.</summary>
        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        /// <summary>Writes the record.</summary>
        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        /// <summary>Reads the record.</summary>
        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <summary>A grain's stored state.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The value in memory.</summary>
        TState State { get; set; }
    }
}

namespace Orleans
{
    /// <summary>An attribute that says how a constructor parameter of a grain is made.</summary>
    public interface IFacetMetadata;
}

namespace Orleans.Runtime
{
    /// <summary>A grain's stored state, given to its constructor and read before its first call.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Which state, in which storage.</summary>
    public interface IPersistentStateConfiguration
    {
        /// <summary>The name of the state.</summary>
        string StateName { get; }

        /// <summary>The name of the storage, or null for the default one.</summary>
        string? StorageName { get; }
    }

    /// <summary>Marks a constructor parameter of a grain as its stored state.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        /// <inheritdoc/>
        public string StateName { get; } = stateName;

        /// <inheritdoc/>
        public string? StorageName { get; } = storageName;
    }
}
