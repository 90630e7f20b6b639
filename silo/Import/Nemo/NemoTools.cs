using System.Collections.Immutable;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Import.Nemo;

/// <summary>A tool of the dump with its ids here.</summary>
internal sealed record PlannedTool(string Id, string Name, string CertificationId, ToolView? Current);

/// <summary>Tools with their policies, and what puts them out of service: their own state, tasks and resources.</summary>
internal static class NemoTools
{
    // A colour, and settings of NEMO's own that change nothing here at their usual value.
    private static readonly string[] Known = ["_tool_calendar_color", "_operation_mode", "_abuse_weight", "_problem_shutdown_enabled"];

    public static void Plan(NemoContext context)
    {
        var tools = context.Each("nemo.tool");
        Name(context, tools);
        var down = Breakdown.All(context);
        var aliases = tools.Where(t => ParentOf(context, t) is not null).ToLookup(t => ParentOf(context, t)!);
        foreach (var tool in tools)
        {
            if (ParentOf(context, tool) is { } parent)
                context.Skip(tool, $"another name of {parent.Key}, which is booked for it; kept in that tool's description");
            else
                PlanTool(context, tool, [.. aliases[tool].Select(a => a.Key)], [.. down[tool]]);
        }
        foreach (var group in context.Each("nemo.toolqualificationgroup"))
            context.Skip(group, $"qualifications are kept tool by tool; it names {Text(group.References("tools").Length, "tool")}");
    }

    // A tool's id is found by where it was imported from, so that it stays when somebody renames it here.
    private static void Name(NemoContext context, IReadOnlyList<NemoRecord> tools)
    {
        var slugs = new SlugRegister(context.Here.Tools.Select(t => t.Id));
        foreach (var tool in tools.Where(t => ParentOf(context, t) is null))
        {
            var name = tool.RequiredText("name");
            var current = context.Here.Tools.FirstOrDefault(t => t.Definition.ImportedFrom == Origin(name));
            var id = current?.Id ?? slugs.Take(name);
            context.Tools[tool] = new(id, name, "use-" + id, current);
        }
        foreach (var tool in tools)
            if (ParentOf(context, tool) is { } parent && context.Tools.TryGetValue(parent, out var planned))
                context.Tools[tool] = planned;
    }

    private static NemoRecord? ParentOf(NemoContext context, NemoRecord tool) =>
        context.Dump.Find("nemo.tool", tool.Reference("parent_tool")) is { } parent && parent != tool ? parent : null;

    private static void PlanTool(NemoContext context, NemoRecord tool, ImmutableArray<string> aliases, ImmutableArray<Breakdown> down)
    {
        var planned = context.Tools[tool];
        var current = planned.Current?.Definition ?? new ToolDefinition();
        var definition = Definition(context, tool, planned, current, aliases, down);
        var (outcome, changes) = Differences.Verdict(planned.Current?.Definition, definition);
        context.Add(
            tool, outcome, NemoPlaces.Detail($"tool {planned.Id}", changes), Notes(tool, definition),
            new NameCertification(planned.CertificationId, planned.Name), new DefineTool(planned.Id, definition, planned.Current?.Version ?? 0));
    }

    private static ToolDefinition Definition(
        NemoContext context, NemoRecord tool, PlannedTool planned, ToolDefinition current, ImmutableArray<string> aliases, ImmutableArray<Breakdown> down) =>
        current with
        {
            Name = planned.Name,
            Description = Description(tool, aliases),
            Category = tool.Text("_category"),
            AreaId = context.AreaOf(tool.Reference("_requires_area_access")) ?? current.AreaId,
            Location = tool.Text("_location"),
            Visible = tool.Flag("visible", absent: true),
            OutOfService = !tool.Flag("_operational") || down.Length > 0,
            ExpectedBack = Breakdown.LatestOf(down, context.Here.Now),
            Policy = NemoPolicy.Of(tool, current.Policy, planned.CertificationId),
            ImportedFrom = Origin(planned.Name),
        };

    private static string? Description(NemoRecord tool, ImmutableArray<string> aliases)
    {
        var text = HtmlText.Plain(tool.Text("_description"));
        if (aliases.IsEmpty) return text;
        var known = $"Also known as {string.Join(", ", aliases)}.";
        return text is null ? known : $"{text}\n\n{known}";
    }

    private static IEnumerable<string> Notes(NemoRecord tool, ToolDefinition definition)
    {
        foreach (var loss in NemoPolicy.Losses(tool, definition.Policy)) yield return loss;
        if (tool.Count("_operation_mode") is > 0) yield return "it is used by waiting list; here it is booked";
        foreach (var note in NemoContext.NotTaken(tool, Known)) yield return note;
    }

    internal static string Text(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Origin(string name) => "nemo:" + name;
}

/// <summary>Something that puts a tool out of service: a task that shuts it down, or a resource that is not there.</summary>
internal sealed record Breakdown(NemoRecord Cause, Instant? ExpectedBack)
{
    /// <summary>Every open breakdown by its tool, reporting the tasks and resources on the way.</summary>
    public static ILookup<NemoRecord, Breakdown> All(NemoContext context)
    {
        var all = new List<(NemoRecord Tool, Breakdown Breakdown)>();
        foreach (var task in context.Each("nemo.task")) all.AddRange(OfTask(context, task));
        foreach (var resource in context.Each("nemo.resource")) all.AddRange(OfResource(context, resource));
        return all.ToLookup(b => b.Tool, b => b.Breakdown);
    }

    /// <summary>When the tool is back: the latest of all causes, null unless every cause says so and it lies ahead.</summary>
    public static Instant? LatestOf(ImmutableArray<Breakdown> down, Instant now) =>
        down.Length > 0 && down.All(b => b.ExpectedBack is not null) && down.Max(b => b.ExpectedBack) is { } back && back > now ? back : null;

    private static IEnumerable<(NemoRecord, Breakdown)> OfTask(NemoContext context, NemoRecord task)
    {
        var (reference, shutdown, cancelled, resolved) = (task.Reference("tool"), task.Flag("force_shutdown"), task.Flag("cancelled"), task.Flag("resolved"));
        var back = task.Instant("estimated_resolution_time");
        if (cancelled || resolved) context.Skip(task, cancelled ? "it was cancelled" : "it is resolved");
        else if (!shutdown) context.Skip(task, "it does not shut the tool down; other problem reports are not imported");
        else if (Booked(context, reference) is not { } tool) context.Skip(task, $"the tool it names, {reference?.Key ?? "none"}, is not in the dump");
        else
        {
            Report(context, task, [tool]);
            yield return (tool, new(task, back));
        }
    }

    private static IEnumerable<(NemoRecord, Breakdown)> OfResource(NemoContext context, NemoRecord resource)
    {
        resource.RequiredText("name");
        var dependent = resource.References("fully_dependent_tools").Select(r => Booked(context, r)).OfType<NemoRecord>().Distinct().ToList();
        if (resource.Flag("available", absent: true)) context.Skip(resource, "it is available; what depends on it is kept only through its outages");
        else if (dependent.Count == 0) context.Skip(resource, "no tool of the dump depends fully on it");
        else
        {
            Report(context, resource, dependent);
            foreach (var tool in dependent) yield return (tool, new(resource, null));
        }
    }

    private static void Report(NemoContext context, NemoRecord cause, IReadOnlyList<NemoRecord> tools)
    {
        var planned = tools.Select(t => context.Tools[t]).ToList();
        context.Add(
            cause, planned.All(t => t.Current?.Definition.OutOfService == true) ? ImportOutcome.Unchanged : ImportOutcome.Changed,
            $"{string.Join(", ", planned.Select(t => t.Id))} out of service", NemoContext.NotTaken(cause));
    }

    // The record of the tool that is booked: of an alternate name, its parent's.
    private static NemoRecord? Booked(NemoContext context, NemoReference? reference) =>
        context.ToolOf(reference) is { } planned ? context.Tools.First(t => t.Value == planned).Key : null;
}
