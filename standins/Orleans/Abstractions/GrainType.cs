namespace Orleans
{
    /// <summary>Gives a grain class the name under which its grains are known.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        internal string Name { get; } = grainType;
    }
}

namespace Orleans.Runtime
{
    /// <summary>The kind of a grain: which class it is an activation of.</summary>
    [GenerateSerializer, Immutable]
    public readonly struct GrainType(IdSpan id) : IEquatable<GrainType>, IComparable<GrainType>
    {
        /// <summary>The bytes of its name.</summary>
        public IdSpan Value { get; } = id;

        /// <summary>True for one that was never given a value.</summary>
        public bool IsDefault => Value.IsDefault;

        /// <summary>The kind of that name.</summary>
        public static GrainType Create(string value) => new(IdSpan.Create(value));

        /// <inheritdoc/>
        public int CompareTo(GrainType other) => Value.CompareTo(other.Value);

        /// <inheritdoc/>
        public bool Equals(GrainType obj) => Value.Equals(obj.Value);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => Value.GetHashCode();

        /// <inheritdoc/>
        public override string ToString() => Value.ToString();

        /// <summary>Same name.</summary>
        public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

        /// <summary>Another name.</summary>
        public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
    }
}
