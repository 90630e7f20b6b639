using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The types whose values cannot change, so that they need no copy.</summary>
internal static class ImmutableTypes
{
    private static readonly HashSet<Type> Collections =
    [
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
        typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
    ];

    private static readonly ConcurrentDictionary<Type, bool> Known = new(new[]
    {
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid),
        typeof(IPAddress), typeof(IPEndPoint), typeof(CancellationToken), typeof(CultureInfo), typeof(CompareInfo), typeof(Version), typeof(Uri),
        typeof(BigInteger), typeof(Int128), typeof(UInt128), typeof(Half), typeof(Nothing),
    }.ToDictionary(t => t, _ => true));

    public static bool Contains(Type type) => Known.TryGetValue(type, out var known) ? known : Known.GetOrAdd(type, Decide(type));

    /// <summary>True for the immutable collections, whose elements decide.</summary>
    public static bool IsCollection(Type type) => type.IsConstructedGenericType && Collections.Contains(type.GetGenericTypeDefinition());

    private static bool Decide(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || typeof(GrainReference).IsAssignableFrom(type)) return true;
        if (typeof(Exception).IsAssignableFrom(type) || typeof(Type).IsAssignableFrom(type)) return true;
        if (type.IsDefined(typeof(ImmutableAttribute), false) && (type.IsSealed || type.IsValueType)) return true;
        if (IsCollection(type) || Tuples.IsClass(type)) return type.GenericTypeArguments.All(Contains);
        return type.IsValueType && !type.IsGenericTypeDefinition && FieldsOf(type).All(f => Contains(f.FieldType));
    }

    private static FieldInfo[] FieldsOf(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}

/// <summary>Tuples, which travel without being told how.</summary>
internal static class Tuples
{
    public static bool Is(Type type) => IsClass(type) || Nullable.GetUnderlyingType(type) is not null
        || (type.IsGenericType && type.IsValueType && type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal));

    public static bool IsClass(Type type) => type.IsGenericType && !type.IsValueType && type.FullName is { } name && name.StartsWith("System.Tuple`", StringComparison.Ordinal);
}
