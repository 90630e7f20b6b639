using Makerspace.Tools;

namespace Makerspace.Reservations;

/// <summary>
/// Why a request was not accepted: a fact, with the data to act on it. Expected, so never an exception.
/// The catalogue is docs/rules.md; <see cref="Code"/> is stable and part of the API.
/// </summary>
[GenerateSerializer, Immutable, Alias("refusal")]
public abstract record Refusal
{
    /// <summary>Stable, kebab-case.</summary>
    public abstract string Code { get; }

    /// <summary>Whether staff may override it, giving a reason.</summary>
    public virtual bool Overridable => false;

    /// <summary>No other slot of the same tool would do: whoever looks for one can leave it.</summary>
    public virtual bool HoldsAtAnyTime => false;

    /// <summary>The setting that refuses, and where it was set; null where the rule has no setting.</summary>
    [Id(0)] public SettingSource? Setting { get; init; }

    /// <summary>Of a bundle: the tool that refuses; null where one tool is asked for, or where it is not one tool's refusal.</summary>
    [Id(1)] public string? OfTool { get; init; }
}

/// <summary>Which setting won, and where it was set.</summary>
/// <param name="Name">As in the API, e.g. <c>maxDuration</c>.</param>
/// <param name="Level">Where.</param>
/// <param name="Id">Of the area, category, tool, plan or company; null for the space, and for a default that is set nowhere.</param>
/// <param name="Counts">Of a limit: what is counted together. Null where nothing is counted.</param>
[GenerateSerializer, Immutable, Alias("setting-source")]
public sealed record SettingSource(
    [property: Id(0)] string Name, [property: Id(1)] SettingLevel Level, [property: Id(2)] string? Id, [property: Id(3)] LimitScope? Counts = null);

/// <summary>What a limit counts together.</summary>
[GenerateSerializer, Alias("limit-scope")]
public enum LimitScope
{
    /// <summary>The member's bookings of this tool.</summary>
    Tool,

    /// <summary>The member's bookings of tools of this category.</summary>
    Category,

    /// <summary>All the member's bookings.</summary>
    All,

    /// <summary>All bookings of the company's members.</summary>
    Company,
}
