using Makerspace.Events;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Sees to what falls due in an event by the clock (too few at the deadline, seats held too long, what a crash left between booking and planning), and frees what was booked for it and is not
/// needed any more.
/// </summary>
public sealed partial class EventKeeper(Database database, IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<EventKeeper> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "events";
    private const int MostInRun = 1_000;

    protected override IReadOnlyList<string> Types { get; } = ["event-changed"];

    protected override Task Handle(JournalRow row, CancellationToken cancellation) =>
        JournalEntry.Read(row.Data) is EventChanged { Event: { Draft: false } view, Actor: var actor } ? Grain(view.Id).Free(actor) : Task.CompletedTask;

    public override async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await Models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Events.MinAsync(e => e.DueAt, cancellation);
    }

    public override async Task RunDue(CancellationToken cancellation)
    {
        await base.RunDue(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ids = await db.Events.Where(e => e.DueAt != null && e.DueAt <= now).OrderBy(e => e.DueAt).Select(e => e.Id).Take(MostInRun).ToListAsync(cancellation);
        foreach (var id in ids) await Due(id);
        if (ids.Count == 0) return;
        await base.RunDue(cancellation);
    }

    // One that fails must not keep the others from their turn; it is due still, and comes again.
    private async Task Due(Guid id)
    {
        try
        {
            await Grain(id).Due();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    private IEventGrain Grain(Guid id) => grains.GetGrain<IEventGrain>(Keys.Event(id));

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Event} could not do what is due; it is tried again")]
    private partial void Failed(Guid @event, Exception failure);
}
