using System.Text.Json.Serialization;

namespace Makerspace.PaymentSimulator.Storage;

/// <summary>A thing that the API knows by an id. Its properties are the wire's, in snake case; those marked <see cref="InnerAttribute"/> stay inside.</summary>
internal abstract class Resource
{
    public string Id { get; set; } = "";

    /// <summary>The wire's name of the type.</summary>
    public abstract string Object { get; }

    /// <summary>When time alone changes it next, in Unix seconds; null: never.</summary>
    [JsonIgnore] public virtual long? DueAt => null;

    /// <summary>The test clock that it lives by; null: the simulator's own.</summary>
    [JsonIgnore] public virtual string? OnClock => null;
}

/// <summary>A resource that says when it was made.</summary>
internal abstract class Dated : Resource
{
    public long Created { get; set; }
}

/// <summary>A resource that says that it is not live.</summary>
internal abstract class TestResource : Dated
{
    public bool Livemode => false;
}

/// <summary>Kept, but not told.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InnerAttribute : Attribute;

/// <summary>A list inside a resource, as the API tells lists.</summary>
internal sealed class Listing<T>
{
    public List<T> Data { get; set; } = [];
    public bool HasMore { get; set; }
    public string Object => "list";
    public string Url { get; set; } = "";
}
