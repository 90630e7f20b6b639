using System.Collections.Immutable;
using System.Text.Json;

namespace Makerspace.Import.Nemo;

/// <summary>A Django <c>dumpdata</c> file of a NEMO installation: a JSON list of records with model, key and fields.</summary>
internal sealed class NemoDump
{
    private readonly ILookup<string, NemoRecord> byModel;
    private readonly Dictionary<(string Model, string Key, bool Natural), NemoRecord> byKey = [];

    private NemoDump(ImmutableArray<NemoRecord> records, List<ImportFault> faults)
    {
        (Records, Faults) = (records, faults);
        byModel = records.ToLookup(r => r.Model);
        foreach (var record in records)
        {
            if (record.Pk is { } pk) byKey.TryAdd((record.Model, pk, false), record);
            if (record.NaturalKey is { } name) byKey.TryAdd((record.Model, name, true), record);
        }
    }

    public ImmutableArray<NemoRecord> Records { get; }

    /// <summary>What is wrong with the records' fields, as far as they were read. Not empty: nothing may be imported.</summary>
    public IReadOnlyList<ImportFault> Faults { get; }

    /// <summary>The records of a model, e.g. <c>nemo.tool</c>.</summary>
    public IEnumerable<NemoRecord> Of(string model) => byModel[model];

    /// <summary>The record that is meant, or null if the dump does not hold it.</summary>
    public NemoRecord? Find(string model, NemoReference? reference) =>
        reference is null ? null : byKey.GetValueOrDefault((model, reference.Key, reference.IsNatural));

    /// <summary>Whether an earlier record of the dump has the same key.</summary>
    public bool IsRepeat(NemoRecord record) =>
        record.NaturalKey is { } name && Find(record.Model, new(name, IsNatural: true)) is { } first && first != record && HasNaturalKey(record)
        || record.Pk is { } pk && Find(record.Model, new(pk, IsNatural: false)) != record;

    private static bool HasNaturalKey(NemoRecord record) => record.Model is "nemo.tool" or "nemo.user" or "nemo.account" or "nemo.project";

    /// <summary>Reads the file, or says in one sentence and with the place why it is no dump.</summary>
    public static async Task<(NemoDump? Dump, ImportProblem? Problem)> Read(Stream json, CancellationToken cancellation)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(json, new() { MaxDepth = 32 }, cancellation);
            return FromRoot(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            return (null, NotJson(e));
        }
    }

    private static ImportProblem NotJson(JsonException e)
    {
        var line = (int)((e.LineNumber ?? 0) + 1);
        var message = $"The file is not JSON: line {line}, byte {(e.BytePositionInLine ?? 0) + 1}.";
        return new("import-malformed", message, [new(line, e.Message)]);
    }

    private static (NemoDump?, ImportProblem?) FromRoot(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array)
            return (null, ImportProblem.Of("import-malformed", "A NEMO dump is a JSON list of records, as 'manage.py dumpdata' writes it; this file holds something else."));
        var faults = new List<ImportFault>();
        var records = root.EnumerateArray().Select((r, i) => AsRecord(i + 1, r, faults)).OfType<NemoRecord>().ToImmutableArray();
        return (new NemoDump(records, faults), null);
    }

    private static NemoRecord? AsRecord(int number, JsonElement record, List<ImportFault> faults)
    {
        if (record.ValueKind == JsonValueKind.Object
            && record.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String && model.GetString() is { Length: > 0 } name
            && record.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Object)
            return new NemoRecord(number, name, record.TryGetProperty("pk", out var pk) ? pk : null, fields, faults);
        faults.Add(new(number, $"record {number} is not an object with a text \"model\" and an object \"fields\""));
        return null;
    }
}
