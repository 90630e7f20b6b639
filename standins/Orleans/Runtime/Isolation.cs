using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>
/// Grains never share what may change: arguments and results are copied, save those of types that cannot change.
/// A type that nobody said how to copy is refused, as Orleans does, so that the fault shows here and not in the cluster.
/// </summary>
internal sealed class Isolation
{
    private readonly ConcurrentDictionary<Type, Copier> _copiers = new();
    private readonly Dictionary<Type, Type> _converters = [];

    public Isolation(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(t => t.IsDefined(typeof(RegisterConverterAttribute))))
            foreach (var face in type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>)))
                _converters[face.GenericTypeArguments[0]] = type;
    }

    /// <summary>What copies the values of a parameter; null if they need no copy.</summary>
    public Func<object?, object?>? CopierFor(ParameterInfo parameter) => CopierFor(parameter, parameter.ParameterType);

    /// <summary>What copies the values of a parameter or result; null if they need no copy.</summary>
    public Func<object?, object?>? CopierFor(ParameterInfo parameter, Type type) =>
        parameter.IsDefined(typeof(ImmutableAttribute), false) || ImmutableTypes.Contains(type) ? null : Copy;

    /// <summary>A copy that shares nothing with the value that may change.</summary>
    public object? Copy(object? value) => Copy(value, new(ReferenceEqualityComparer.Instance));

    internal object? Copy(object? value, Dictionary<object, object> done)
    {
        if (value is null || ImmutableTypes.Contains(value.GetType())) return value;
        if (done.TryGetValue(value, out var copy)) return copy;
        return _copiers.GetOrAdd(value.GetType(), Find)(value, done);
    }

    private Copier Find(Type type)
    {
        if (value(type) is { } known) return known;
        throw new CodecNotFoundException($"Could not find a copier for type {type}.");

        Copier? value(Type t) =>
            t == typeof(object) ? static (_, _) => new object()
            : t.IsArray ? Collections.Array(this)
            : Converter(t) ?? Collections.For(t, this) ?? (t.IsDefined(typeof(GenerateSerializerAttribute), false) || Tuples.Is(t) ? new Members(t, this).Copy : null);
    }

    private Copier? Converter(Type type)
    {
        if (!_converters.TryGetValue(type, out var converter)) return null;
        var face = converter.GetInterfaces().First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>) && i.GenericTypeArguments[0] == type);
        var instance = Activator.CreateInstance(converter);
        var (there, back) = (face.GetMethod("ConvertToSurrogate")!, face.GetMethod("ConvertFromSurrogate")!);
        return (value, done) => done[value] = back.Invoke(instance, [Copy(there.Invoke(instance, [value]), done)])!;
    }
}

/// <summary>Copies a value that is not null; notes it in what is done, so that a value met twice stays one.</summary>
internal delegate object Copier(object value, Dictionary<object, object> done);
