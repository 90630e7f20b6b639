using System.Runtime.CompilerServices;

namespace Stripe;

/// <summary>Something with parameters of its own within a request.</summary>
public interface INestedOptions;

/// <summary>Parameters of a request.</summary>
public class BaseOptions : INestedOptions
{
    /// <summary>Paths of linked objects to be answered whole.</summary>
    public List<string> Expand { get; set; }

    internal BaseOptions Clone() => (BaseOptions)MemberwiseClone();
}

/// <summary>Parameters that clear something when they are set to null, unlike those that were never set.</summary>
internal static class Clearing
{
    private static readonly ConditionalWeakTable<INestedOptions, HashSet<string>> Nulls = [];

    public static T Set<T>(this INestedOptions options, T value, [CallerMemberName] string name = null)
    {
        if (value is null) Nulls.GetOrCreateValue(options).Add(name);
        return value;
    }

    public static bool WasSetToNull(this INestedOptions options, string name) => Nulls.TryGetValue(options, out var names) && names.Contains(name);
}

public class ListOptions : BaseOptions
{
    public long? Limit { get; set; }
    public string StartingAfter { get; set; }
    public string EndingBefore { get; set; }
}

public class DateRangeOptions : INestedOptions
{
    [JsonPropertyName("gt")] public DateTime? GreaterThan { get; set; }
    [JsonPropertyName("gte")] public DateTime? GreaterThanOrEqual { get; set; }
    [JsonPropertyName("lt")] public DateTime? LessThan { get; set; }
    [JsonPropertyName("lte")] public DateTime? LessThanOrEqual { get; set; }
}

/// <summary>A parameter of one type or another.</summary>
public abstract class AnyOf
{
    public abstract object Value { get; }
}

public class AnyOf<T1, T2> : AnyOf
{
    public AnyOf(T1 value) => Value = value;

    public AnyOf(T2 value) => Value = value;

    public override object Value { get; }

    public static implicit operator AnyOf<T1, T2>(T1 value) => value is null ? null : new(value);

    public static implicit operator AnyOf<T1, T2>(T2 value) => value is null ? null : new(value);
}
