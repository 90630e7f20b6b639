using Makerspace.Tools;

namespace Makerspace.Import.Nemo;

/// <summary>Scheduled outages of tools, areas and resources; those of a resource go to every tool and area that needs it.</summary>
internal static class NemoOutages
{
    public static void Plan(NemoContext context)
    {
        foreach (var record in context.Each("nemo.scheduledoutage")) PlanOne(context, record);
    }

    private static void PlanOne(NemoContext context, NemoRecord record)
    {
        var (tools, areas, missing) = Affected(context, record);
        if (context.SlotToCome(record, "start", "end") is not { } slot) return;
        if (tools.Count + areas.Count == 0)
        {
            context.Skip(record, missing ?? "it names no tool, area or resource");
            return;
        }
        var outage = new Outage($"nemo-{record.Key}", record.Text("title") ?? record.Text("category") ?? "Outage", slot);
        var before = tools.Select(t => t.Current?.Outages.FirstOrDefault(o => o.Id == outage.Id))
            .Concat(areas.Select(a => context.Here.Areas.FirstOrDefault(v => v.Id == a)?.Outages.FirstOrDefault(o => o.Id == outage.Id))).ToList();
        var outcome = before.All(o => o is null) ? ImportOutcome.Made : before.All(o => o == outage) ? ImportOutcome.Unchanged : ImportOutcome.Changed;
        var steps = tools.Select(t => (ImportStep)new PlaceToolOutage(t.Id, outage)).Concat(areas.Select(a => new PlaceAreaOutage(a, outage)));
        context.Add(
            record, outcome, $"outage {outage.Id} of {string.Join(", ", tools.Select(t => t.Id).Concat(areas))}",
            NemoContext.NotTaken(record, "creator"), steps);
    }

    private static (IReadOnlyList<PlannedTool> Tools, IReadOnlyList<string> Areas, string? Missing) Affected(NemoContext context, NemoRecord record)
    {
        var (tool, area, resource) = (record.Reference("tool"), record.Reference("area"), record.Reference("resource"));
        if (tool is not null) return context.ToolOf(tool) is { } t ? ([t], [], null) : ([], [], $"the tool it names, {tool.Key}, is not in the dump");
        if (area is not null) return context.AreaOf(area) is { } a ? ([], [a], null) : ([], [], $"the area it names, {area.Key}, is not in the dump");
        if (resource is null) return ([], [], null);
        if (context.Dump.Find("nemo.resource", resource) is not { } needed) return ([], [], $"the resource it names, {resource.Key}, is not in the dump");
        return (
            [.. needed.References("fully_dependent_tools").Select(context.ToolOf).OfType<PlannedTool>().Distinct()],
            [.. needed.References("dependent_areas").Select(context.AreaOf).OfType<string>().Distinct()],
            "nothing in the dump depends fully on its resource");
    }
}
