using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The grain classes and interfaces of this program: those in any assembly that uses this one.</summary>
internal sealed class GrainManifest
{
    private readonly ConcurrentDictionary<Type, GrainInterface> _interfaces = new();
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainClass> _implementations = new();
    private readonly Dictionary<GrainType, GrainClass> _classes;
    private readonly Isolation _isolation;

    public GrainManifest()
    {
        var types = Assemblies().SelectMany(a => a.GetTypes()).ToList();
        _isolation = new(types);
        _classes = types.Where(IsGrainClass).Select(t => new GrainClass(t)).ToDictionary(c => c.GrainType);
    }

    public int Count => _classes.Count;

    public static Type InterfaceOf(GrainClass @class) => @class.Type.GetInterfaces().First(i => typeof(IGrain).IsAssignableFrom(i) && i.Assembly != typeof(IGrain).Assembly);

    public GrainInterface Interface(Type type) => _interfaces.GetOrAdd(type, t => new(t, _isolation));

    public GrainClass Class(GrainType type) =>
        _classes.GetValueOrDefault(type) ?? throw new ArgumentException($"Could not find an implementation for grain type {type}");

    public GrainClass ClassOf(Type @interface, string? prefix) => _implementations.GetOrAdd((@interface, prefix), Find);

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IGrain).IsAssignableFrom(type) && !typeof(GrainReference).IsAssignableFrom(type);

    private GrainClass Find((Type Interface, string? Prefix) wanted)
    {
        var found = _classes.Values
            .Where(c => wanted.Interface.IsAssignableFrom(c.Type) && (wanted.Prefix is null || c.Type.FullName!.StartsWith(wanted.Prefix, StringComparison.Ordinal))).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {wanted.Interface}"),
            _ => throw new ArgumentException($"Unable to identify a single appropriate grain type for interface {wanted.Interface}. Candidates: {string.Join(", ", found.Select(c => c.Type))}"),
        };
    }

    private static IEnumerable<Assembly> Assemblies()
    {
        var known = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic));
        while (open.TryDequeue(out var assembly))
        {
            if (!known.TryAdd(assembly.GetName().Name!, assembly)) continue;
            foreach (var name in assembly.GetReferencedAssemblies().Where(n => IsOurs(n.Name!) && !known.ContainsKey(n.Name!)))
                open.Enqueue(Assembly.Load(name));
        }

        var self = typeof(GrainManifest).Assembly.GetName().Name;
        return known.Values.Where(a => a.GetReferencedAssemblies().Any(n => n.Name == self));
    }

    private static bool IsOurs(string name) => !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Microsoft", StringComparison.Ordinal) && name is not ("netstandard" or "mscorlib");
}
