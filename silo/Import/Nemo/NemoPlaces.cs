using Makerspace.Spaces;

namespace Makerspace.Import.Nemo;

/// <summary>Areas and closures.</summary>
internal static class NemoPlaces
{
    // The tree's own bookkeeping, a colour, and counting everybody, which is what our capacity does.
    private static readonly string[] Known =
        ["lft", "rght", "tree_id", "level", "area_calendar_color", "count_staff_in_occupancy", "count_service_personnel_in_occupancy"];

    public static void Plan(NemoContext context)
    {
        var areas = context.Each("nemo.area");
        var slugs = new SlugRegister([]);
        foreach (var area in areas) context.AreaIds[area] = slugs.Take(area.RequiredText("name"));
        foreach (var area in areas) PlanArea(context, area);

        var times = context.Each("nemo.closuretime").GroupBy(t => context.Dump.Find("nemo.closure", t.Reference("closure")))
            .SelectMany(g => g.Select(t => (Closure: g.Key, Outcome: PlanTime(context, t, g.Key)))).ToLookup(t => t.Closure, t => t.Outcome);
        foreach (var closure in context.Each("nemo.closure")) PlanClosure(context, closure, [.. times[closure]]);
    }

    private static void PlanArea(NemoContext context, NemoRecord area)
    {
        var id = context.AreaIds[area];
        var around = area.Reference("parent_area");
        var definition = new AreaDefinition
        {
            Name = area.RequiredText("name"),
            Inside = context.AreaOf(around),
            Capacity = area.Count("maximum_capacity") is > 0 and var people ? people : null,
        };
        var notes = NemoContext.NotTaken(area, Known).Concat(CapacityNotes(area));
        if (around is not null && definition.Inside is null) notes = notes.Append($"the area around it, {around.Key}, is not in the dump");
        var (outcome, changes) = Differences.Verdict(context.Here.Areas.FirstOrDefault(a => a.Id == id)?.Definition, definition);
        context.Add(area, outcome, Detail($"area {id}", changes), notes, new DefineArea(id, definition));
    }

    private static IEnumerable<string> CapacityNotes(NemoRecord area)
    {
        if (!area.Flag("count_staff_in_occupancy", absent: true)) yield return "staff count toward the capacity here";
        if (!area.Flag("count_service_personnel_in_occupancy", absent: true)) yield return "service personnel count toward the capacity here";
    }

    private static ImportOutcome PlanTime(NemoContext context, NemoRecord time, NemoRecord? closure)
    {
        if (closure is null) { context.Skip(time, "the closure it belongs to is not in the dump"); return ImportOutcome.Skipped; }
        if (context.SlotToCome(time, "start_time", "end_time") is not { } slot) return ImportOutcome.Skipped;
        var planned = new Closure($"nemo-{time.Key}", closure.RequiredText("name"), slot);
        var (outcome, changes) = Differences.Verdict(context.Here.Space.Closures.FirstOrDefault(c => c.Id == planned.Id), planned);
        context.Add(time, outcome, Detail($"closure {planned.Id}, {planned.Name}", changes), NemoContext.NotTaken(time), new PlaceClosure(planned));
        return outcome;
    }

    private static void PlanClosure(NemoContext context, NemoRecord closure, IReadOnlyList<ImportOutcome> times)
    {
        closure.RequiredText("name");
        var notes = NemoContext.NotTaken(closure, "staff_absent");
        if (closure.References("physical_access_levels").Length > 0)
            notes = notes.Append("it closes the space to everybody here, not only to some access levels");
        if (times.All(t => t == ImportOutcome.Skipped))
            context.Skip(closure, times.Count == 0 ? "it has no times" : $"all its {times.Count} times are over");
        else
            context.Add(closure, times.Contains(ImportOutcome.Made) ? ImportOutcome.Made : times.Contains(ImportOutcome.Changed) ? ImportOutcome.Changed : ImportOutcome.Unchanged,
                $"closes the space {times.Count(t => t != ImportOutcome.Skipped)} times to come", notes);
    }

    internal static string Detail(string what, string changes) => changes.Length == 0 ? what : $"{what}: {changes}";
}
