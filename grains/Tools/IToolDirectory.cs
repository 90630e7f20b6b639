namespace Makerspace.Tools;

/// <summary>Which tools there are: a projection, good for proposing a tool, never for deciding on one.</summary>
public interface IToolDirectory
{
    /// <summary>Ids of visible tools of the same category, without the tool itself; at most <paramref name="most"/>.</summary>
    Task<IReadOnlyList<string>> Equivalents(string toolId, int most, CancellationToken cancellation);
}
