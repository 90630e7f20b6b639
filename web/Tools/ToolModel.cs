using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>A tool as the API tells it.</summary>
/// <param name="State"><c>in-service</c> or <c>out-of-service</c>.</param>
/// <param name="Policy">What is set on the tool itself; null means: inherited.</param>
/// <param name="InRoom">The bookable room that contains it.</param>
/// <param name="DependsOn">Resources it cannot work without.</param>
/// <param name="Manual">Where its manual is.</param>
/// <param name="SafetySheet">Where its safety sheet is.</param>
/// <param name="EffectivePolicy">What holds for members whose plan sets nothing: of each setting the strongest, of space, areas, category and tool; null means no limit.</param>
/// <param name="Version">Rises with every change; the <c>ETag</c>.</param>
public sealed record ToolModel(
    string Id, string Name, string? Description, string? Category, string? AreaId, string? Location, bool Visible, string State, bool OutOfService,
    OffsetDateTime? ExpectedBack, string? InRoom, IReadOnlyList<string> DependsOn, string? Manual, string? SafetySheet, Policy Policy, Policy EffectivePolicy, IReadOnlyList<OutageModel> Outages, long Version, IReadOnlyDictionary<string, string> Links)
{
    public static string Address(string id) => $"/api/v1/tools/{id}";

    /// <summary>Member ids of who may train others on it.</summary>
    public IReadOnlyList<string> Trainers { get; init; } = [];

    internal static ToolModel Of(ToolView tool, SpaceFacts space)
    {
        var d = tool.Definition;
        return new ToolModel(
            tool.Id, d.Name, d.Description, d.Category, d.AreaId, d.Location, d.Visible, d.OutOfService ? "out-of-service" : "in-service", d.OutOfService,
            d.ExpectedBack?.In(space), d.InRoom, d.DependsOn, d.Manual, d.SafetySheet, d.Policy, tool.Effective(space), [.. tool.Outages.Select(o => OutageModel.Of(o, space))], tool.Version,
            new Dictionary<string, string> { ["self"] = Address(tool.Id), ["availability"] = Address(tool.Id) + "/availability" })
        {
            Trainers = d.Trainers,
        };
    }
}

/// <summary>A planned time without the tool.</summary>
public sealed record OutageModel(string Id, string Title, OffsetDateTime Start, OffsetDateTime End)
{
    internal static OutageModel Of(Outage outage, SpaceFacts space) => new(outage.Id, outage.Title, outage.Slot.Start.In(space), outage.Slot.End.In(space));
}

/// <summary>What staff say of a tool.</summary>
public record ToolSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 4000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Tools of one category are offered instead of each other.</summary>
    public string? Category { get; init; }

    /// <summary>The area it stands in.</summary>
    public string? AreaId { get; init; }

    /// <summary>Where to find it, as people say it.</summary>
    public string? Location { get; init; }

    /// <summary>False: kept for its history, not shown to members.</summary>
    public bool Visible { get; init; } = true;

    /// <summary>Broken now.</summary>
    public bool OutOfService { get; init; }

    /// <summary>When a broken tool is expected back; null means nobody knows.</summary>
    public OffsetDateTime? ExpectedBack { get; init; }

    /// <summary>The bookable room, itself a tool, that contains it: whoever books the room has it too.</summary>
    public string? InRoom { get; init; }

    /// <summary>Resources it cannot work without; at most 20.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>Member ids of who may train others on it; at most 50.</summary>
    public IReadOnlyList<string>? Trainers { get; init; }

    /// <summary>Where its manual is: an http(s) address.</summary>
    public string? Manual { get; init; }

    /// <summary>Where its safety sheet is: an http(s) address.</summary>
    public string? SafetySheet { get; init; }

    /// <summary>The settings of the rules. A new tool has no limits.</summary>
    public Policy? Policy { get; init; }

    internal ToolDefinition Definition(string? importedFrom) => new()
    {
        Name = Name!.Trim(), Description = Description, Category = Category, AreaId = AreaId, Location = Location, Visible = Visible,
        OutOfService = OutOfService, ExpectedBack = ExpectedBack?.ToInstant(), Policy = Policy ?? Policy.None, ImportedFrom = importedFrom,
        InRoom = InRoom, DependsOn = [.. (DependsOn ?? []).Distinct(StringComparer.Ordinal)], Trainers = [.. (Trainers ?? []).Distinct(StringComparer.Ordinal)], Manual = Manual, SafetySheet = SafetySheet,
    };
}

/// <summary>A tool to add.</summary>
public sealed record NewToolBody : ToolSettings
{
    /// <summary>Lower-case letters, digits and hyphens; made from the name if absent.</summary>
    public string? Id { get; init; }
}

/// <summary>A merge patch of a tool's settings.</summary>
public sealed record ToolPatch : ToolSettings
{
    /// <summary>Where given, nothing is changed unless the tool is still at this version. <c>If-Match</c> does the same.</summary>
    public long? ExpectedVersion { get; init; }

    internal static ToolPatch Of(ToolView tool, SpaceFacts space)
    {
        var d = tool.Definition;
        return new ToolPatch
        {
            Name = d.Name, Description = d.Description, Category = d.Category, AreaId = d.AreaId, Location = d.Location, Visible = d.Visible,
            OutOfService = d.OutOfService, ExpectedBack = d.ExpectedBack?.In(space), Policy = d.Policy,
            InRoom = d.InRoom, DependsOn = d.DependsOn, Trainers = d.Trainers, Manual = d.Manual, SafetySheet = d.SafetySheet,
        };
    }
}
