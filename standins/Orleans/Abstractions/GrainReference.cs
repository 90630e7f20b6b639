using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A reference to a grain; the runtime derives from it one class for each grain interface.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainInterface _interface;

    internal GrainReference(GrainInterface @interface, Silo silo, GrainId grainId)
    {
        _interface = @interface;
        Silo = silo;
        GrainId = grainId;
    }

    /// <summary>Which grain.</summary>
    public GrainId GrainId { get; }

    /// <summary>The name of the grain interface.</summary>
    public virtual string InterfaceName => _interface.Name;

    internal Silo Silo { get; }

    /// <summary>The same grain by another of its interfaces.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)As(typeof(TGrainInterface));

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceName}";

    /// <summary>Same grain.</summary>
    [SuppressMessage("Design", "MA0173", Justification = "As in Orleans.")]
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => reference1 is null ? reference2 is null : reference1.Equals(reference2);

    /// <summary>Another grain.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal object As(Type interfaceType) => interfaceType.IsInstanceOfType(this) ? this : Silo.Reference(interfaceType, GrainId);

    // What the derived classes call: the number of the method in its interface, and the arguments.
    internal Task Call(int method, object?[] arguments) => Call<Nothing>(method, arguments);

    internal ValueTask CallValue(int method, object?[] arguments) => new(Call<Nothing>(method, arguments));

    internal ValueTask<T?> CallValue<T>(int method, object?[] arguments) => new(Call<T>(method, arguments));

    internal Task<T?> Call<T>(int method, object?[] arguments) => ((GrainMethod<T>)_interface.Methods[method]).Send(Silo, GrainId, arguments);
}

/// <summary>The result of a call that answers without a value.</summary>
internal readonly struct Nothing;
