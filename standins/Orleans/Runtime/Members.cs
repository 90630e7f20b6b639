using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>Copies the values of a type member by member: those with an <c>[Id]</c>, and those of a record's primary constructor.</summary>
internal sealed class Members
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private readonly Isolation _isolation;
    private readonly ConstructorInfo? _constructor;
    private readonly FieldInfo[] _fields;
    private readonly Type _type;

    public Members(Type type, Isolation isolation)
    {
        _type = type;
        _isolation = isolation;
        _constructor = type.GetConstructor(Own, []);
        _fields = [.. Line(type).SelectMany(Travelling)];
        IsImmutable = type.IsDefined(typeof(ImmutableAttribute), false);
    }

    private bool IsImmutable { get; }

    public object Copy(object value, Dictionary<object, object> done)
    {
        if (IsImmutable) return value;
        var copy = _constructor is null ? RuntimeHelpers.GetUninitializedObject(_type) : _constructor.Invoke(null);
        if (!_type.IsValueType) done[value] = copy;
        foreach (var field in _fields) field.SetValue(copy, _isolation.Copy(field.GetValue(value), done));
        return copy;
    }

    private static IEnumerable<Type> Line(Type? type)
    {
        for (; type is not null && type != typeof(object) && type != typeof(ValueType); type = type.BaseType) yield return type;
    }

    private static IEnumerable<FieldInfo> Travelling(Type type)
    {
        if (Tuples.Is(type)) return type.GetFields(Own);
        var named = PrimaryParameters(type);
        return type.GetFields(Own).Where(f => f.IsDefined(typeof(IdAttribute)) || IsTravelling(type.GetProperty(PropertyOf(f), Own), named));
    }

    private static bool IsTravelling(PropertyInfo? property, HashSet<string> named) => property is not null && (property.IsDefined(typeof(IdAttribute)) || named.Contains(property.Name));

    private static string PropertyOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    // A record's primary constructor is the one that its Deconstruct mirrors; a class keeps its parameters to itself.
    private static HashSet<string> PrimaryParameters(Type type)
    {
        if (type.GetMethod("PrintMembers", Own) is null) return [];
        var constructor = type.GetConstructors(Own).Where(c => c.GetParameters() is not [{ } only] || only.ParameterType != type).MaxBy(c => c.GetParameters().Length);
        return [.. constructor?.GetParameters().Select(p => p.Name!) ?? []];
    }
}
