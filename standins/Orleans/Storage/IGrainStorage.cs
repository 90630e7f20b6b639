using Orleans.Runtime;

namespace Orleans.Storage
{
    /// <summary>Keeps the state of grains.</summary>
    public interface IGrainStorage
    {
        /// <summary>Reads a state, its etag and whether there is a record.</summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Writes a state; its etag must be the stored one, and is then the new one.</summary>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Takes a state away; its etag must be the stored one.</summary>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <inheritdoc cref="ReadStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ReadStateAsync(stateName, grainId, grainState);

        /// <inheritdoc cref="WriteStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            WriteStateAsync(stateName, grainId, grainState);

        /// <inheritdoc cref="ClearStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ClearStateAsync(stateName, grainId, grainState);
    }

    /// <summary>Turns state into bytes and back.</summary>
    public interface IGrainStorageSerializer
    {
        /// <summary>The bytes of a value.</summary>
        BinaryData Serialize<T>(T? input);

        /// <summary>The value of the bytes.</summary>
        T? Deserialize<T>(BinaryData input);
    }

    /// <summary>Options of a storage that has a serializer.</summary>
    public interface IStorageProviderSerializerOptions
    {
        /// <summary>The serializer.</summary>
        IGrainStorageSerializer GrainStorageSerializer { get; set; }
    }
}

namespace Orleans
{
    /// <summary>A state as a storage sees it.</summary>
    public interface IGrainState<T>
    {
        /// <summary>The state.</summary>
        T? State { get; set; }

        /// <summary>The version that was read or written last.</summary>
        string? ETag { get; set; }

        /// <summary>Whether there is a record in the storage.</summary>
        bool RecordExists { get; set; }
    }

    /// <summary>A state as a storage sees it.</summary>
    [GenerateSerializer]
    public sealed class GrainState<T> : IGrainState<T>
    {
        /// <summary>No state yet.</summary>
        public GrainState()
        {
        }

        /// <summary>A state that was never stored.</summary>
        public GrainState(T? state) : this(state, null)
        {
        }

        /// <summary>A state that was stored.</summary>
        public GrainState(T? state, string? eTag)
        {
            State = state;
            ETag = eTag;
        }

        /// <inheritdoc/>
        [Id(0)]
        public T? State { get; set; }

        /// <inheritdoc/>
        [Id(1)]
        public string? ETag { get; set; }

        /// <inheritdoc/>
        [Id(2)]
        public bool RecordExists { get; set; }
    }
}
