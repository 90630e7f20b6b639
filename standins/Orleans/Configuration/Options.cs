using System.Net;

namespace Orleans.Configuration;

/// <summary>Which cluster, and for which service.</summary>
public class ClusterOptions
{
    /// <summary>The id of a cluster that was not named.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The id of a service that was not named.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>The id of the cluster.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The id of the service; it is part of the key of every stored state.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>When idle activations are collected.</summary>
public class GrainCollectionOptions
{
    /// <summary>The default of <see cref="CollectionQuantum"/>.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>The default of <see cref="ActivationTimeout"/>.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="DeactivationTimeout"/>.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long those of some classes, by full name, may be idle.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long an activation may take to start.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long an activation may take to end.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;
}

/// <summary>How calls are sent.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits for an answer before it gets a <see cref="TimeoutException"/>.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a call that timed out is cancelled.</summary>
    public bool CancelRequestOnTimeout { get; set; }
}

/// <summary>How calls are sent from this process.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>How the members of a cluster watch each other; without effect in a cluster of one.</summary>
public class ClusterMembershipOptions
{
    /// <summary>How long a dead member is remembered.</summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often dead members are forgotten.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a member waits for another's sign of life.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many signs of life may be missed.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>How many members must agree that one is dead.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;
}

/// <summary>Where this process listens for others; without effect in a cluster of one.</summary>
public class EndpointOptions
{
    /// <summary>The default of <see cref="SiloPort"/>.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The default of <see cref="GatewayPort"/>.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others are told.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The port for other silos.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>The port for clients.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

    /// <summary>Where to listen for other silos, if elsewhere.</summary>
    public IPEndPoint? SiloListeningEndpoint { get; set; }

    /// <summary>Where to listen for clients, if elsewhere.</summary>
    public IPEndPoint? GatewayListeningEndpoint { get; set; }
}
