using Makerspace.Tools;

namespace Makerspace.Import.Csv;

/// <summary>Rows of a file of tools.</summary>
internal static class CsvTools
{
    public static void Plan(CsvContext context, CsvRow row)
    {
        var name = row.Required("name");
        var id = row.Text("id") is { } given ? Naming.Slug(given) : Naming.Slug(name);
        if (!context.IsFirst(row, id)) return;
        var (steps, notes) = (new List<ImportStep>(), new List<string>());
        if (row.Text("id") is { } written && written != id) notes.Add($"the id {written} is written {id} here");
        var current = context.Here.Tools.FirstOrDefault(t => t.Id == id);
        var definition = Definition(context, row, name, current?.Definition ?? new ToolDefinition(), steps, notes);
        steps.Add(new DefineTool(id, definition, current?.Version ?? 0));
        var (outcome, changes) = Differences.Verdict(current?.Definition, definition);
        context.Add(row, id, outcome, changes, notes, steps);
    }

    private static ToolDefinition Definition(
        CsvContext context, CsvRow row, string name, ToolDefinition current, List<ImportStep> steps, List<string> notes) => current with
        {
            Name = name,
            Description = row.TextOr("description", current.Description),
            Category = row.TextOr("category", current.Category),
            AreaId = row.Text("area") is { } area ? context.Area(area, steps, notes) : row.TextOr("area", current.AreaId),
            Location = row.TextOr("location", current.Location),
            Visible = row.FlagOr("visible", current.Visible),
            OutOfService = row.FlagOr("outOfService", current.OutOfService),
            ExpectedBack = row.Moment("expectedBack", context.Here.Space.Zone) ?? (row.IsCleared("expectedBack") ? null : current.ExpectedBack),
            Policy = Policy(context, row, current.Policy, steps, notes),
        };

    private static Policy Policy(CsvContext context, CsvRow row, Policy current, List<ImportStep> steps, List<string> notes) => current with
    {
        MinDuration = row.DurationOr("minDuration", current.MinDuration),
        MaxDuration = row.DurationOr("maxDuration", current.MaxDuration),
        Horizon = row.DurationOr("horizon", current.Horizon),
        MinimumGap = row.DurationOr("minimumGap", current.MinimumGap),
        MaxBookingsPerDay = row.CountOr("maxBookingsPerDay", current.MaxBookingsPerDay),
        MaxHoursPerDay = row.DurationOr("maxHoursPerDay", current.MaxHoursPerDay),
        MaxFutureHours = row.DurationOr("maxFutureHours", current.MaxFutureHours),
        Concurrency = row.CountOr("concurrency", current.Concurrency),
        Grid = row.DurationOr("grid", current.Grid),
        RequiredCertifications = row.List("requiredCertifications") is { } names
            ? context.Certifications(names, steps, notes) : row.IsCleared("requiredCertifications") ? null : current.RequiredCertifications,
    };
}
