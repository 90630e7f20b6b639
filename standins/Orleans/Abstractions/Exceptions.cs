namespace Orleans.Runtime
{
    /// <summary>Something went wrong in the runtime.</summary>
    [GenerateSerializer]
    public class OrleansException : Exception
    {
        /// <summary>Something went wrong.</summary>
        public OrleansException()
        {
        }

        /// <summary>Something went wrong.</summary>
        public OrleansException(string message) : base(message)
        {
        }

        /// <summary>Something went wrong because of something else.</summary>
        public OrleansException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The configuration cannot work.</summary>
    [GenerateSerializer]
    public sealed class OrleansConfigurationException : Exception
    {
        /// <summary>The configuration cannot work.</summary>
        public OrleansConfigurationException(string message) : base(message)
        {
        }

        /// <summary>The configuration cannot work because of something else.</summary>
        public OrleansConfigurationException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>A call was not delivered.</summary>
    [GenerateSerializer]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message)
        {
        }
    }

    /// <summary>The process that should answer a call is gone or going.</summary>
    [GenerateSerializer]
    public sealed class SiloUnavailableException(string msg) : OrleansMessageRejectionException(msg);
}

namespace Orleans.Storage
{
    /// <summary>A storage provider is not configured as it must be.</summary>
    [GenerateSerializer]
    public sealed class BadProviderConfigException(string msg) : Runtime.OrleansException(msg);

    /// <summary>Somebody else wrote the grain's state since it was read.</summary>
    [GenerateSerializer]
    public class InconsistentStateException : Runtime.OrleansException
    {
        /// <summary>Somebody else wrote first.</summary>
        public InconsistentStateException()
        {
        }

        /// <summary>Somebody else wrote first.</summary>
        public InconsistentStateException(string message) : base(message)
        {
        }

        /// <summary>Somebody else wrote first.</summary>
        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!)
        {
        }

        /// <summary>Somebody else wrote first: what is stored, and what this grain had.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag) : base(errorMsg)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>The etag in the storage.</summary>
        [Id(1)]
        public string? StoredEtag { get; }

        /// <summary>The etag that this grain had.</summary>
        [Id(2)]
        public string? CurrentEtag { get; }

        /// <summary>Whether it was the activation it now escapes from that met it.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}

namespace Orleans.Serialization
{
    /// <summary>A value cannot travel.</summary>
    [GenerateSerializer]
    public class SerializerException : Exception
    {
        /// <summary>A value cannot travel.</summary>
        public SerializerException(string message) : base(message)
        {
        }
    }

    /// <summary>A value cannot travel: nobody said how values of its type do.</summary>
    [GenerateSerializer]
    public sealed class CodecNotFoundException(string message) : SerializerException(message);
}
