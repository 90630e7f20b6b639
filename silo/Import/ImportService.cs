using Makerspace.Import.Csv;
using Makerspace.Import.Nemo;

namespace Makerspace.Import;

/// <inheritdoc cref="IImport"/>
internal sealed class ImportService(SpaceReader reader, PlanApplier applier) : IImport
{
    public async Task<ImportPlanning> PlanNemo(Stream dump, ImportAuthority authority, CancellationToken cancellation)
    {
        var (read, problem) = await NemoDump.Read(dump, cancellation);
        if (read is null) return new(null, problem);
        var (plan, malformed) = NemoPlan.Of(read, await reader.Read(cancellation), authority);
        return new(plan, malformed);
    }

    public async Task<ImportPlanning> PlanCsv(CsvKind kind, Stream file, ImportAuthority authority, CancellationToken cancellation)
    {
        var (table, problem) = await CsvTable.Read(kind, file, cancellation);
        if (table is null) return new(null, problem);
        var (plan, malformed) = CsvPlan.Of(kind, table, await reader.Read(cancellation), authority);
        return new(plan, malformed);
    }

    public Task<ImportReport> Rehearse(ImportPlan plan, CancellationToken cancellation) => applier.Rehearse(plan, cancellation);

    public Task<ImportReport> Apply(ImportPlan plan, ImportAuthority authority, CancellationToken cancellation) => applier.Apply(plan, authority.Actor, cancellation);
}

/// <summary>Puts the import into a host that has the silo.</summary>
public static class ImportSetup
{
    public static IServiceCollection AddImport(this IServiceCollection services) => services
        .AddSingleton<SpaceReader>().AddSingleton<AccountRegister>().AddSingleton<PlanApplier>().AddSingleton<IImport, ImportService>();
}
