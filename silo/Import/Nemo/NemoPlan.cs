using System.Collections.Immutable;
using Makerspace.Time;

namespace Makerspace.Import.Nemo;

/// <summary>Turns a dump, held against the space as it is, into a plan. Pure: reads nothing else and writes nothing.</summary>
internal static class NemoPlan
{
    // Planned one by one, each in a file of its own; every other model is named in NemoIgnored.
    private static readonly ImmutableHashSet<string> Taken =
    [
        "nemo.area", "nemo.closure", "nemo.closuretime", "nemo.tool", "nemo.resource", "nemo.task", "nemo.toolqualificationgroup",
        "nemo.account", "nemo.project", "nemo.user", "nemo.qualification", "nemo.scheduledoutage", "nemo.reservation",
    ];

    /// <summary>The plan, or what is wrong with the dump; never both.</summary>
    public static (ImportPlan? Plan, ImportProblem? Problem) Of(NemoDump dump, SpaceAsItIs here, ImportAuthority authority)
    {
        var context = new NemoContext(dump, here, authority);
        NemoPlaces.Plan(context);
        NemoTools.Plan(context);
        NemoPeople.Plan(context);
        NemoQualifications.Plan(context);
        NemoOutages.Plan(context);
        NemoReservations.Plan(context);
        PlanIgnored(context);
        context.Plan.Remark($"Dates and times of day without an offset are read in the space's time zone, {here.Space.TimeZone}.");
        return dump.Faults.Count == 0 ? (context.Plan.Build(), null) : (null, Malformed(dump));
    }

    private static void PlanIgnored(NemoContext context)
    {
        foreach (var model in context.Dump.Records.Where(r => !Taken.Contains(r.Model)).GroupBy(r => r.Model))
            context.Plan.Add(new()
            {
                Model = model.First().Spelled,
                Outcome = ImportOutcome.Skipped,
                Records = model.Count(),
                Detail = NemoIgnored.Reason(model.Key),
            });
    }

    private static ImportProblem Malformed(NemoDump dump) => new(
        "import-record-malformed",
        $"{(dump.Faults.Count == 1 ? "A record" : $"{dump.Faults.Count} records or fields")} of the dump cannot be read, so nothing was imported; the first: {dump.Faults[0].Message}.",
        [.. dump.Faults.Take(100)]);
}

/// <summary>What the parts of a plan share: the dump, the space, the lines so far, and the ids given so far.</summary>
internal sealed class NemoContext(NemoDump dump, SpaceAsItIs here, ImportAuthority authority)
{
    public NemoDump Dump => dump;
    public SpaceAsItIs Here => here;
    public ImportAuthority Authority => authority;
    public PlanBuilder Plan { get; } = new();

    public Dictionary<NemoRecord, string> AreaIds { get; } = [];
    public Dictionary<NemoRecord, PlannedTool> Tools { get; } = [];
    public Dictionary<NemoRecord, string> MemberIds { get; } = [];

    public void Add(NemoRecord record, ImportOutcome outcome, string detail, IEnumerable<string>? notes = null, params IEnumerable<ImportStep> steps) =>
        Plan.Add(
            new()
            {
                At = record.Number, Model = record.Spelled, Key = record.Key, Outcome = outcome, Detail = detail, Notes = [.. notes ?? []],
            },
            steps);

    public void Skip(NemoRecord record, string reason) => Add(record, ImportOutcome.Skipped, reason);

    /// <summary>The records of a model without those whose key came before; the repeats are skipped in the report.</summary>
    public IReadOnlyList<NemoRecord> Each(string model)
    {
        var records = new List<NemoRecord>();
        foreach (var record in dump.Of(model))
        {
            if (dump.IsRepeat(record)) Skip(record, "an earlier record has the same key, and was taken");
            else records.Add(record);
        }
        return records;
    }

    /// <summary>The tool a record names; an alternate name leads to the tool that is booked for it. Null if the dump does not hold it.</summary>
    public PlannedTool? ToolOf(NemoReference? reference) =>
        dump.Find("nemo.tool", reference) is { } tool ? Tools.GetValueOrDefault(tool) : null;

    public string? MemberOf(NemoReference? reference) =>
        dump.Find("nemo.user", reference) is { } user ? MemberIds.GetValueOrDefault(user) : null;

    public string? AreaOf(NemoReference? reference) =>
        dump.Find("nemo.area", reference) is { } area ? AreaIds.GetValueOrDefault(area) : null;

    /// <summary>A slot, or null and a skipped line: it ends before it starts, or it is over.</summary>
    public Slot? SlotToCome(NemoRecord record, string start, string end)
    {
        var slot = new Slot(record.RequiredInstant(start), record.RequiredInstant(end));
        if (slot is { IsValid: true } && slot.End > here.Now) return slot;
        Skip(record, slot.IsValid ? "it is over" : "it ends before it starts");
        return null;
    }

    /// <summary>A note on the fields that were not read, if any says something.</summary>
    public static IEnumerable<string> NotTaken(NemoRecord record, params IEnumerable<string> known) =>
        record.Untaken(known) is { Length: > 0 } fields ? ["not taken: " + string.Join(", ", fields)] : [];
}
