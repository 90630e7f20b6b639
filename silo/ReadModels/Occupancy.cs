using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>
/// The tools and what is booked of them from yesterday on, in memory: the projector passes on what it has written, so whoever waits for
/// <see cref="IReadModels.CaughtUp"/> finds it here as in the tables. Loaded from the tables when it is first asked for.
/// </summary>
public sealed class Occupancy(IDbContextFactory<MakerspaceDb> databases, TimeProvider time) : IDisposable
{
    private const int PruneEvery = 1000;
    private static readonly Duration Kept = Duration.FromDays(1);

    // Loading and following take turns; an event that the tables held already is followed once more, which changes nothing.
    private readonly SemaphoreSlim turn = new(1);
    private OccupancyView? now;
    private int followed;

    /// <summary>How it is now. A value: it stays as it is.</summary>
    public async ValueTask<OccupancyView> Current(CancellationToken cancellation)
    {
        if (Volatile.Read(ref now) is { } known) return known;
        await turn.WaitAsync(cancellation);
        try
        {
            now ??= await Load(cancellation);
            return now;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Forgets everything; the tables were emptied or filled anew.</summary>
    public void Clear() => Volatile.Write(ref now, null);

    public void Dispose() => turn.Dispose();

    /// <summary>What the tables hold from now on.</summary>
    internal async Task Follow(IReadOnlyList<JournalRow> rows, CancellationToken cancellation)
    {
        if (Volatile.Read(ref now) is null && rows.Count == 0) return;
        await turn.WaitAsync(cancellation);
        try
        {
            // Nobody has asked yet: the tables have it.
            if (now is not { } view) return;
            foreach (var row in rows.Where(OccupancyView.Concerns)) view = view.After(JournalEntry.Read(row.Data));
            if ((followed += rows.Count) >= PruneEvery) (view, followed) = (view.Since(time.Now() - Kept), 0);
            Volatile.Write(ref now, view);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<OccupancyView> Load(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var since = time.Now() - Kept;
        var view = new OccupancyView { From = since };
        foreach (var data in await db.Tools.AsNoTracking().Select(t => t.Data).ToListAsync(cancellation)) view = view.With(Read<ToolView>(data));
        foreach (var data in await db.Areas.AsNoTracking().Select(a => a.Data).ToListAsync(cancellation)) view = view.With(Read<AreaView>(data));
        foreach (var data in await db.Resources.AsNoTracking().Select(r => r.Data).ToListAsync(cancellation)) view = view.With(Read<ResourceView>(data));
        await foreach (var row in db.Bookings.AsNoTracking().Where(b => b.Live && b.End > since).AsAsyncEnumerable().WithCancellation(cancellation)) view = view.With(row.View());
        return view;
    }

    private static T Read<T>(string data) => JsonSerializer.Deserialize<T>(data, StoredJson.Options)!;
}

/// <summary>What occupies tools, at one moment of the journal.</summary>
public sealed record OccupancyView
{
    public ImmutableDictionary<string, ToolView> Tools { get; init; } = ImmutableDictionary.Create<string, ToolView>(StringComparer.Ordinal);
    public ImmutableDictionary<string, AreaView> Areas { get; init; } = ImmutableDictionary.Create<string, AreaView>(StringComparer.Ordinal);
    public ImmutableDictionary<string, ResourceView> Resources { get; init; } = ImmutableDictionary.Create<string, ResourceView>(StringComparer.Ordinal);

    /// <summary>What was over before is not in it.</summary>
    public Instant From { get; init; }

    private ImmutableDictionary<Guid, BookingView> Bookings { get; init; } = ImmutableDictionary<Guid, BookingView>.Empty;
    private ImmutableDictionary<string, ImmutableArray<BookingView>> ByTool { get; init; } = ImmutableDictionary.Create<string, ImmutableArray<BookingView>>(StringComparer.Ordinal);

    /// <summary>The tools in each room.</summary>
    private ImmutableDictionary<string, ImmutableArray<string>> InRoom { get; init; } = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>Bookings that have the tool, alone or in a bundle; in no order.</summary>
    public ImmutableArray<BookingView> Of(string toolId) => ByTool.GetValueOrDefault(toolId, []);

    /// <summary>Bookings that keep the whole tool from being booked, whatever may share it: of a room around it, and of tools inside it.</summary>
    public IEnumerable<BookingView> AroundAndInside(string toolId)
    {
        foreach (var other in RoomsAndInside(toolId))
            foreach (var booking in Of(other)) yield return booking;
    }

    /// <summary>The rooms around a tool, and the tools inside it.</summary>
    public IEnumerable<string> RoomsAndInside(string toolId) => InRoom.IsEmpty ? [] : RoomsAround(toolId).Concat(Inside(toolId));

    /// <summary>A tool's own outages, those of the areas around it and of the resources it depends on; a broken resource is one, until it is expected back.</summary>
    public IEnumerable<Outage> OutagesOf(ToolView tool, SpaceFacts space, Slot window)
    {
        var areas = space.AreaChain(tool.Definition.AreaId).SelectMany(a => Areas.TryGetValue(a, out var area) ? area.Outages.AsEnumerable() : []);
        return tool.Outages.Concat(areas).Concat(tool.Definition.DependsOn.SelectMany(r => Resources.TryGetValue(r, out var resource) ? OutagesOf(resource, window).AsEnumerable() : []))
            .Where(o => o.Slot.Overlaps(window));
    }

    private static ImmutableArray<Outage> OutagesOf(ResourceView resource, Slot window)
    {
        var broken = new Slot(window.Start, resource.Definition.ExpectedBack ?? window.End);
        return resource.Definition.OutOfService && broken.IsValid
            ? resource.Outages.Add(new Outage("broken-" + resource.Id, resource.Definition.Name, broken))
            : resource.Outages;
    }

    private IEnumerable<string> RoomsAround(string toolId)
    {
        var room = Tools.GetValueOrDefault(toolId)?.Definition.InRoom;
        for (var depth = 0; room is not null && depth < 8; depth++)
        {
            yield return room;
            room = Tools.GetValueOrDefault(room)?.Definition.InRoom;
        }
    }

    private IEnumerable<string> Inside(string roomId, int depth = 0) =>
        depth >= 8 ? [] : InRoom.GetValueOrDefault(roomId, []).SelectMany(t => Inside(t, depth + 1).Prepend(t));

    internal static bool Concerns(JournalRow row) => row.Type switch
    {
        "tool-changed" or "area-changed" or "resource-changed" => true,
        "hold-settled" or "booking-moving" or "booking-handing-over" => false,
        _ => row.BookingId is not null,
    };

    internal OccupancyView After(DomainEvent happened) => happened switch
    {
        ToolChanged { Tool: var tool } => With(tool),
        AreaChanged { Area: var area } => With(area),
        ResourceChanged { Resource: var resource } => With(resource),
        BookingHeld held => With(BookingFold.Begun(held)),
        BookingEvent later when Bookings.TryGetValue(later.BookingId, out var known) => With(BookingFold.After(known, later)),
        _ => this,
    };

    internal OccupancyView With(ToolView tool)
    {
        var before = Tools.GetValueOrDefault(tool.Id)?.Definition.InRoom;
        var next = this with { Tools = Tools.SetItem(tool.Id, tool) };
        if (before == tool.Definition.InRoom) return next;
        var rooms = InRoom;
        if (before is not null) rooms = rooms.SetItem(before, rooms.GetValueOrDefault(before, []).Remove(tool.Id));
        if (tool.Definition.InRoom is { } room) rooms = rooms.SetItem(room, rooms.GetValueOrDefault(room, []).Add(tool.Id));
        return next with { InRoom = rooms };
    }

    internal OccupancyView With(AreaView area) => this with { Areas = Areas.SetItem(area.Id, area) };

    internal OccupancyView With(ResourceView resource) => this with { Resources = Resources.SetItem(resource.Id, resource) };

    internal OccupancyView With(BookingView booking)
    {
        var without = Bookings.TryGetValue(booking.Id, out var known) ? Without(known) : this;
        if (!booking.State.Occupies()) return without;
        return without with
        {
            Bookings = without.Bookings.SetItem(booking.Id, booking),
            ByTool = booking.Tools.Aggregate(without.ByTool, (all, tool) => all.SetItem(tool, all.GetValueOrDefault(tool, []).Add(booking))),
        };
    }

    /// <summary>Without what was over by then.</summary>
    internal OccupancyView Since(Instant from) =>
        Bookings.Values.Where(b => b.Slot.End <= from).Aggregate(this, (view, old) => view.Without(old)) with { From = Instant.Max(From, from) };

    private OccupancyView Without(BookingView booking) => this with
    {
        Bookings = Bookings.Remove(booking.Id),
        ByTool = booking.Tools.Aggregate(ByTool, (all, tool) => all.SetItem(tool, all.GetValueOrDefault(tool, []).RemoveAll(b => b.Id == booking.Id))),
    };
}
