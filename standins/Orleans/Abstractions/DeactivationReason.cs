namespace Orleans;

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
{
    /// <summary>Why an activation ends, without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text)
    {
    }

    /// <summary>The kind of reason.</summary>
    public DeactivationReasonCode ReasonCode { get; } = code;

    /// <summary>The reason in words.</summary>
    public string Description { get; } = text;

    /// <summary>What went wrong, if anything did.</summary>
    public Exception? Exception { get; } = exception;

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}." : $"{ReasonCode}: {Description}. Exception: {Exception}";
}

/// <summary>The kinds of reason why an activation ends.</summary>
[GenerateSerializer]
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>The process is stopping.</summary>
    ShuttingDown = 1,

    /// <summary>It could not start.</summary>
    ActivationFailed = 2,

    /// <summary>Its place in the directory was lost.</summary>
    DirectoryFailure = 3,

    /// <summary>Nobody called it for a while.</summary>
    ActivationIdle = 4,

    /// <summary>It does not answer.</summary>
    ActivationUnresponsive = 5,

    /// <summary>There is another.</summary>
    DuplicateActivation = 6,

    /// <summary>It was called by another version of its interface.</summary>
    IncompatibleRequest = 7,

    /// <summary>A call failed in a way that leaves its state in doubt.</summary>
    ApplicationError = 8,

    /// <summary>It asked to end.</summary>
    ApplicationRequested = 9,

    /// <summary>It moves to another process.</summary>
    Migrating = 10,

    /// <summary>The runtime asked it to end.</summary>
    RuntimeRequested = 11,

    /// <summary>Memory is short.</summary>
    HighMemoryPressure = 12,
}
