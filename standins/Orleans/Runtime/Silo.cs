using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>All grains of this process: finds the activation of each call, or makes it.</summary>
internal sealed class Silo : IClusterClient, ILocalSiloDetails
{
    private readonly ConcurrentDictionary<GrainId, ICallTarget> _targets = new();
    private readonly ConcurrentDictionary<Activation, byte> _activations = new();
    private volatile bool _closedToOutside;
    private volatile bool _stopped;

    public Silo(IServiceProvider services)
    {
        ServiceProvider = services;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Messaging = services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;
        Collection = services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
        Cluster = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        Log = new(services.GetRequiredService<ILogger<Silo>>());
        Manifest = services.GetRequiredService<GrainManifest>();
        PropagatesActivity = services.GetService<ActivityPropagation>() is not null;
    }

    public IServiceProvider ServiceProvider { get; }

    public TimeProvider Time { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public ClusterOptions Cluster { get; }

    public Log Log { get; }

    public GrainManifest Manifest { get; }

    public bool PropagatesActivity { get; }

    public IIncomingGrainCallFilter[] Filters => field ??= [.. ServiceProvider.GetServices<IIncomingGrainCallFilter>()];

    /// <summary>The calls that somebody waits for.</summary>
    public ConcurrentDictionary<GrainCall, byte> InFlight { get; } = new();

    public IEnumerable<Activation> Activations => _activations.Keys;

    public string Name => $"Silo_{Environment.MachineName}";

    public string ClusterId => Cluster.ClusterId;

    public string DnsHostName => Environment.MachineName;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Reference(typeof(TGrainInterface), Manifest.ClassOf(typeof(TGrainInterface), grainClassNamePrefix), primaryKey);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)Reference(grainInterfaceType, Manifest.ClassOf(grainInterfaceType, null), grainPrimaryKey);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)Reference(typeof(TGrainInterface), grainId);

    public object Reference(Type type, GrainId id)
    {
        var known = Manifest.Interface(type);
        return known.Create(known, this, id);
    }

    public GrainReference Reference(GrainClass @class, GrainId id) => (GrainReference)Reference(GrainManifest.InterfaceOf(@class), id);

    /// <summary>Sends a call that somebody waits for, or nobody does.</summary>
    public void Send(GrainCall call, GrainId target, bool waits)
    {
        if (_stopped || (_closedToOutside && call.Source is null)) throw new SiloUnavailableException($"The local Orleans host is shutting down and can no longer process the {call}.");
        if (waits) InFlight.TryAdd(call, 0);
        Forward(call, target);
    }

    /// <summary>Gives a call to the activation of its grain.</summary>
    public void Forward(Call call, GrainId target)
    {
        if (_stopped)
        {
            call.Fail(new SiloUnavailableException($"The local Orleans host has stopped and can no longer process the {call}."));
            return;
        }

        while (!TargetOf(target).TryReceive(call))
        {
        }
    }

    public void Started(Activation activation) => _activations.TryAdd(activation, 0);

    /// <summary>From now on, a call to the grain makes a new activation.</summary>
    public void Ended(Activation activation, ICallTarget home)
    {
        _activations.TryRemove(activation, out _);
        if (home is StatelessWorkers workers) workers.Remove(activation);
        else _targets.TryRemove(new(activation.GrainId, home));
    }

    public void TimeOutWhatIsDue()
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var (call, _) in InFlight) call.TimeOutIfDue(now, Messaging.ResponseTimeout);
    }

    public void CollectWhatIsIdle()
    {
        foreach (var activation in Activations)
            if (activation.IsIdleFor(AgeOf(activation.Class)))
                activation.Deactivate(new(DeactivationReasonCode.ActivationIdle, "The activation was idle for longer than its collection age."));
    }

    /// <summary>Lets the calls in flight end, then all activations; what is left when time is up is answered with an error.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _closedToOutside = true;
        try
        {
            while (InFlight.Keys.FirstOrDefault() is { } call) await call.Settled.WaitAsync(cancellationToken);
            while (Activations.FirstOrDefault() is { } activation) await EndAsync(activation, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.StoppedEarly(InFlight.Count);
        }

        _stopped = true;
        foreach (var (call, _) in InFlight) call.Fail(new SiloUnavailableException($"The local Orleans host has stopped and can no longer process the {call}."));
    }

    private Task EndAsync(Activation first, CancellationToken cancellationToken)
    {
        foreach (var activation in Activations) activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "This process is terminating."));
        return first.Deactivated.WaitAsync(cancellationToken);
    }

    private TimeSpan AgeOf(GrainClass @class) => Collection.ClassSpecificCollectionAge.GetValueOrDefault(@class.Type.FullName!, Collection.CollectionAge);

    private GrainReference Reference(Type type, GrainClass @class, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return (GrainReference)Reference(type, GrainId.Create(@class.GrainType, key));
    }

    private ICallTarget TargetOf(GrainId id) => _targets.TryGetValue(id, out var target) ? target : Add(id);

    // An activation starts when it is made, so no two may be made for one grain.
    private ICallTarget Add(GrainId id)
    {
        var @class = Manifest.Class(id.Type);
        lock (_targets)
        {
            if (_targets.TryGetValue(id, out var target)) return target;
            if (@class.MaxWorkers > 0) return _targets[id] = new StatelessWorkers(this, @class, id);
            var activation = new Activation(this, @class, id);
            Started(activation);
            return _targets[id] = activation;
        }
    }
}

/// <summary>Present when calls are to be part of their callers' traces.</summary>
internal sealed class ActivityPropagation;
