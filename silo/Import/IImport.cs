using Makerspace.Import.Csv;

namespace Makerspace.Import;

/// <summary>
/// Takes another system's data. First a plan, which writes nothing and is what a dry run shows; then the plan is carried out.
/// Importing the same source again changes nothing.
/// </summary>
public interface IImport
{
    /// <summary>Plans the import of a NEMO dump (Django <c>dumpdata</c> JSON).</summary>
    Task<ImportPlanning> PlanNemo(Stream dump, ImportAuthority authority, CancellationToken cancellation);

    /// <summary>Plans the import of a CSV file; see <see cref="CsvColumns"/>.</summary>
    Task<ImportPlanning> PlanCsv(CsvKind kind, Stream file, ImportAuthority authority, CancellationToken cancellation);

    /// <summary>What the plan would come to. Bookings are asked for without making them, as far as their tool and member exist already.</summary>
    Task<ImportReport> Rehearse(ImportPlan plan, CancellationToken cancellation);

    /// <summary>Carries the plan out. What was changed by somebody else since it was made, and what is refused, becomes a skipped line.</summary>
    Task<ImportReport> Apply(ImportPlan plan, ImportAuthority authority, CancellationToken cancellation);
}

/// <summary>A plan, or why the source cannot be read; never both.</summary>
public sealed record ImportPlanning(ImportPlan? Plan, ImportProblem? Problem);
