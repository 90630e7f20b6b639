using System.Text.Json;
using Makerspace.Reservations;
using Makerspace.Trainings;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>The trainings as the read table has them.</summary>
internal sealed class TrainingDirectory(IDbContextFactory<MakerspaceDb> databases, IReadModels models) : ITrainingDirectory
{
    public async Task<TrainingOffer?> Next(string certificationId, Instant from, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);   // who has just taken a seat must not be offered it
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await db.Trainings.AsNoTracking().Where(t => t.CertificationId == certificationId && t.Start > from && t.SeatsLeft > 0)
            .OrderBy(t => t.Start).FirstOrDefaultAsync(cancellation);
        if (row is null) return null;
        var training = JsonSerializer.Deserialize<TrainingView>(row.Data, StoredJson.Options)!;
        return new TrainingOffer(training.Id, training.Definition.Title, training.Definition.Slot, training.SeatsLeft);
    }
}
