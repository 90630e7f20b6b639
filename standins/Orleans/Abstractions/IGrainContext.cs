namespace Orleans.Runtime;

/// <summary>An activation of a grain.</summary>
public interface IGrainContext
{
    /// <summary>Which grain.</summary>
    GrainId GrainId { get; }

    /// <summary>A reference to it.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The instance of the grain class.</summary>
    object? GrainInstance { get; }

    /// <summary>The services of this activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Done when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Ends this activation as soon as its running calls are done.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Where this process is known in the cluster.</summary>
public interface ILocalSiloDetails
{
    /// <summary>The name of this process.</summary>
    string Name { get; }

    /// <summary>The id of the cluster.</summary>
    string ClusterId { get; }

    /// <summary>The name of this machine.</summary>
    string DnsHostName { get; }
}
