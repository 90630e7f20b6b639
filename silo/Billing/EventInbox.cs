using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Billing;

/// <summary>Takes in events of the payment provider, each once. What an event was about is fetched when it is handled; of the event itself only its pointer is kept.</summary>
public sealed class EventInbox(IDbContextFactory<MakerspaceDb> databases, IJobQueue jobs, TimeProvider time)
{
    /// <summary>Keeps an event; it is durable when this returns.</summary>
    /// <returns>False where it was there already.</returns>
    public async Task<bool> Take(string id, string type, string objectId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.Now().ToUnixTimeMilliseconds();
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO provider_events (id, type, object_id, received_at, state, attempts, next_at)
            VALUES ({id}, {type}, {objectId}, {now}, {nameof(ProviderEventState.Waiting)}, 0, {now}) ON CONFLICT (id) DO NOTHING
            """,
            cancellation) > 0;
        if (taken) jobs.Nudge(ProviderEvents.Id);
        return taken;
    }
}
