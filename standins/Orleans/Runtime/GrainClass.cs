using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A grain class: its name, what its attributes say, how to make an instance.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<MethodInfo, MethodInfo> _implementations = new();
    private readonly (ParameterInfo Parameter, PersistentStateAttribute State)[] _states;
    private readonly ObjectFactory _factory;
    private readonly MethodInfo? _mayInterleave;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? DefaultName(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        _states = StatesOf(type);
        _factory = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(_states, s => s.Parameter.ParameterType));
        if (type.GetCustomAttribute<MayInterleaveAttribute>()?.CallbackMethodName is { } name)
            _mayInterleave = type.GetMethod(name, BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                ?? throw new InvalidOperationException($"Class {type} doesn't declare public static method with name {name} specified in MayInterleave attribute");
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    /// <summary>How many activations one grain may have, if it is a stateless worker; else 0.</summary>
    public int MaxWorkers { get; }

    public bool MayInterleave(object grain, IInvokable call) =>
        IsReentrant || (_mayInterleave is not null && (bool)_mayInterleave.Invoke(_mayInterleave.IsStatic ? null : grain, [call])!);

    public MethodInfo Implementation(MethodInfo method) => _implementations.GetOrAdd(method, m =>
    {
        var map = Type.GetInterfaceMap(m.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, m)];
    });

    /// <summary>Makes an instance, and the states that it was given.</summary>
    public (object Grain, IReadOnlyList<StoredState> States) Create(Activation activation)
    {
        var states = Array.ConvertAll(_states, s => StoredState.Create(s.Parameter, s.State, activation));
        return (_factory(activation.ActivationServices, states), states);
    }

    private static (ParameterInfo, PersistentStateAttribute)[] StatesOf(Type type) =>
        [.. type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).Take(1).SelectMany(c => c.GetParameters())
            .Select(p => (Parameter: p, State: p.GetCustomAttribute<PersistentStateAttribute>()!)).Where(p => p.State is not null)];

    // As Orleans names them: the class without "Grain", in lower case.
    private static string DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name;
    }
}
