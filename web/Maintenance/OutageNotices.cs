using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Events;
using Makerspace.Web.Notices;
using Makerspace.Web.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>
/// Writes to whoever has booked a time in which an outage is planned, of the tool, its area or what it depends on, and keeps it. Read from the journal, each letter once. It looks by its
/// timetable, not at once: whoever loses their time to the outage hears that, and not both.
/// </summary>
internal sealed class OutageNotices(Database database, IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, Letters letters, EventTools events, TimeProvider time, ILogger<OutageNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "outage-notices";

    /// <summary>Of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    // An outage that comes fifty times is fifty entries, one after the other: what was told of the first is not looked up again.
    private (string Thing, string Title, ImmutableArray<Outage> Outages) told = ("", "", []);

    protected override IReadOnlyList<string> Types { get; } = ["tool-changed", "area-changed", "resource-changed"];

    public override bool Concerns(JournalRow row) => false;

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        // Plans of upkeep place theirs where nobody has booked.
        if (row.Actor == Actors.System || row.At < time.Now() - Stale) return;
        switch (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options))
        {
            case ToolChanged { Note: { } note, Tool.Id: var id } when Title(note) is { } title && await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View() is { } tool:
                await Tell(Keys.Tool(id), title, tool.Outages, _ => Task.FromResult<List<string>>([id]), cancellation);
                break;
            case AreaChanged { Note: { } note, Area.Id: var id } when Title(note) is { } title && await grains.GetGrain<IAreaGrain>(Keys.Area(id)).View() is { } area:
                var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
                await Tell(Keys.Area(id), title, area.Outages, db => Tools(db, t => space.AreaChain(t.Definition.AreaId).Contains(id), cancellation), cancellation);
                break;
            case ResourceChanged { Note: { } note, Resource.Id: var id } when Title(note) is { } title && await grains.GetGrain<IResourceGrain>(Keys.Resource(id)).View() is { } resource:
                await Tell(Keys.Resource(id), title, resource.Outages, db => Tools(db, t => t.Definition.DependsOn.Contains(id), cancellation), cancellation);
                break;
        }
    }

    private static string? Title(string note) => note.StartsWith(Outage.Placed, StringComparison.Ordinal) ? note[Outage.Placed.Length..] : null;

    // As it is now: an outage that was dropped again is nobody's business.
    private async Task Tell(string thing, string title, ImmutableArray<Outage> outages, Func<MakerspaceDb, Task<List<string>>> concerned, CancellationToken cancellation)
    {
        if (told.Thing == thing && told.Title == title && told.Outages.SequenceEqual(outages)) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tools = await concerned(db);
        foreach (var outage in outages.Where(o => o.Title == title && o.Slot.End > time.Now()))
            foreach (var booking in await Displacement.InTheWay(grains, tools, outage.Slot)) await Write(outage, booking, cancellation);
        told = (thing, title, outages);
    }

    private async Task Write(Outage outage, BookingView booking, CancellationToken cancellation)
    {
        // Whoever holds an event is told of that.
        if (booking.Slot.End <= time.Now() || await events.Of(booking, cancellation) is not null || await letters.Member(booking.MemberId) is not { } to) return;
        var tool = (await grains.GetGrain<IToolGrain>(Keys.Tool(booking.ToolId)).View())?.Definition.Name ?? booking.ToolId;
        var id = DerivedId.Of("outage-planned", outage.Id, outage.Slot.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), booking.Id.ToString("N"));
        await letters.Send(to, s => [(id, LetterTexts.OutagePlanned(s, tool, booking.Id, booking.Slot, outage.Title, outage.Slot))], cancellation, booking.Slot.End);
    }

    private static async Task<List<string>> Tools(MakerspaceDb db, Func<ToolView, bool> concerned, CancellationToken cancellation) =>
        [.. (await db.Tools.AsNoTracking().ToListAsync(cancellation)).Select(ToolEndpoints.ViewOf).Where(concerned).Select(t => t.Id)];
}
