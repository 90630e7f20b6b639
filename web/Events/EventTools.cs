using Makerspace.Events;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Why something that an event needs cannot be had.</summary>
public enum ToolLoss
{
    /// <summary>Broken, and not expected back by then.</summary>
    OutOfService,

    /// <summary>Something else is planned with it, its area, or what it depends on.</summary>
    Outage,

    /// <summary>No longer offered.</summary>
    Retired,

    /// <summary>The booking that had it was taken away, or given back.</summary>
    Unbooked,
}

/// <summary>Something that an event, or a session, needs and cannot have.</summary>
/// <param name="ToolId">What: a tool, a room, or the host's time.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Why">Why.</param>
/// <param name="Title">Of an outage.</param>
/// <param name="OutageId">Of an outage.</param>
/// <param name="Until">When it is over, or the tool expected back; null: nobody knows.</param>
public sealed record LostTool(string ToolId, string Name, ToolLoss Why, string? Title = null, string? OutageId = null, Instant? Until = null);

/// <summary>What of an event's tools cannot be had when it takes place. Read, not kept: what is mended is no longer lost.</summary>
public sealed class EventTools(IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, Occupancy occupancy, IReadModels models)
{
    /// <summary>Of an event that is called off nothing is lost.</summary>
    public async Task<IReadOnlyList<LostTool>> Lost(EventView view, CancellationToken cancellation)
    {
        if (view.Definition is not { Cancelled: false, Booked.IsEmpty: false } wanted) return [];
        await models.CaughtUp(cancellation);
        return [.. Lost(wanted.Booked, wanted.Slot, await IsEnded(wanted.BookingId), await occupancy.Current(cancellation), await grains.Space())];
    }

    /// <summary>Of a booking that stands.</summary>
    public async Task<IReadOnlyList<LostTool>> Lost(BookingView booking, CancellationToken cancellation)
    {
        if (!booking.State.IsToCome()) return [];
        await models.CaughtUp(cancellation);
        return [.. Lost(booking.Tools, booking.Slot, ended: false, await occupancy.Current(cancellation), await grains.Space())];
    }

    /// <summary>What was booked is no longer; null: nothing was.</summary>
    public async Task<bool> IsEnded(Guid? bookingId) => bookingId is { } id && await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View() is
        { State: BookingState.Displaced or BookingState.Cancelled or BookingState.LateCancelled or BookingState.Expired or BookingState.Refused };

    /// <summary>The event to come that the booking is of; null: none.</summary>
    internal async Task<EventView?> Of(BookingView booking, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var theirs = await db.Events.AsNoTracking().Where(e => e.Shown && e.HostId == booking.MemberId && e.Start == booking.Slot.Start).ToListAsync(cancellation);
        return theirs.Select(e => e.View()).FirstOrDefault(e => e.Definition.BookingId == booking.Id);
    }

    /// <summary>Events to come that need tools; one of them, where it is named.</summary>
    internal async Task<IReadOnlyList<EventView>> ToCome(string? toolId, Instant from, Instant until, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Events.AsNoTracking().Where(e => e.Shown && e.Start > from && e.Start <= until).OrderBy(e => e.Start).ToListAsync(cancellation);
        return [.. rows.Select(e => e.View()).Where(e => toolId is null ? !e.Definition.ToolIds.IsEmpty : e.Definition.ToolIds.Contains(toolId))];
    }

    internal static IEnumerable<LostTool> Lost(IEnumerable<string> tools, Slot slot, bool ended, OccupancyView occupied, SpaceFacts space)
    {
        foreach (var id in tools)
        {
            if (!occupied.Tools.TryGetValue(id, out var tool)) continue;
            if (Lost(tool, slot, occupied, space) is { } lost) yield return lost;
            else if (ended) yield return new LostTool(id, tool.Definition.Name, ToolLoss.Unbooked);
        }
    }

    // A mentor's hours are for others: what they hold themselves they hold when they like.
    private static LostTool? Lost(ToolView tool, Slot slot, OccupancyView occupied, SpaceFacts space)
    {
        var d = tool.Definition;
        if (d.Mentor is not null) return null;
        if (d.OutOfService && !(d.ExpectedBack <= slot.Start)) return new LostTool(tool.Id, d.Name, ToolLoss.OutOfService, Until: d.ExpectedBack);
        if (occupied.OutagesOf(tool, space, slot).MinBy(o => o.Slot.Start) is { } outage) return new LostTool(tool.Id, d.Name, ToolLoss.Outage, outage.Title, outage.Id, outage.Slot.End);
        return d.Visible ? null : new LostTool(tool.Id, d.Name, ToolLoss.Retired);
    }
}
