using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain and of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The id of the grain.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"The object of type {grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };

    /// <summary>The key of the grain.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>A reference to the grain, typed.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => (TGrainInterface)grain.AsReference(typeof(TGrainInterface));

    /// <summary>A reference to the grain, typed.</summary>
    public static object AsReference(this IAddressable grain, Type interfaceType) =>
        (grain as GrainReference ?? ((IGrainBase)grain).GrainContext.GrainReference).As(interfaceType);
}
