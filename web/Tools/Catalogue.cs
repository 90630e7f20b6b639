using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Pages;
using Makerspace.Web.Policies;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>The tools as a page shows them: what they are, how they stand now, and whether the reader may use them. Read models only.</summary>
public sealed class Catalogue(MakerspaceDb db, Visit visit, Occupancy occupancy)
{
    private static readonly Duration LookAhead = Duration.FromDays(14);

    /// <summary>The tools that members see, in the order of their names.</summary>
    public async Task<IReadOnlyList<ToolSight>> Tools(CancellationToken cancellation, bool hiddenToo = false)
    {
        var (occupied, me, ahead) = (await occupancy.Current(cancellation), await Me(cancellation), Ahead);
        var open = OpenHours.Within(ahead, visit.Space);
        return [.. occupied.Tools.Values.Where(t => t.Definition.Mentor is null && (t.Definition.Visible || hiddenToo)).OrderBy(t => t.Definition.Name, StringComparer.CurrentCulture).Select(t => Sight(t, occupied, ahead, open, me))];
    }

    /// <summary>One tool, or null if there is none that the reader may see.</summary>
    public async Task<ToolSight?> Tool(string id, CancellationToken cancellation)
    {
        var occupied = await occupancy.Current(cancellation);
        if (occupied.Tools.GetValueOrDefault(id) is not { } tool || (!tool.Definition.Visible && !visit.IsStaff)) return null;
        return Sight(tool, occupied, Ahead, OpenHours.Within(Ahead, visit.Space), await Me(cancellation));
    }

    /// <summary>The same of a machine: a mentor's time is booked like a tool, and is none.</summary>
    public async Task<ToolSight?> Machine(string id, CancellationToken cancellation) => await Tool(id, cancellation) is { Definition.Mentor: null } machine ? machine : null;

    private Slot Ahead => new(visit.Now, visit.Now + LookAhead);

    /// <summary>Until when nothing else stands on the booking's tools after it; its end where something follows at once, null where nothing is in sight.</summary>
    public async Task<Instant?> FreeAfter(BookingView booking, CancellationToken cancellation)
    {
        var window = new Slot(booking.Slot.End, booking.Slot.End + Duration.FromHours(12));
        var (occupied, open) = (await occupancy.Current(cancellation), OpenHours.Within(window, visit.Space));
        Instant? first = null;
        foreach (var tool in booking.Tools.Select(id => occupied.Tools.GetValueOrDefault(id)).OfType<ToolView>())
        {
            var free = ToolTime.Free(tool, occupied, window, open, visit.Space, except: booking.Id).FirstOrDefault();
            var until = free.IsValid && free.Start == window.Start ? free.End : window.Start;
            if (until < window.End && !(first < until)) first = until;
        }
        return first;
    }

    /// <summary>What occupies tools in a window, one tool's (also in a bundle, or by its room) or everybody's, by start.</summary>
    public async Task<List<BookingRow>> Claims(string? toolId, Slot window, CancellationToken cancellation)
    {
        // A room's booking has what is inside it, and keeps it from others; and the other way round.
        var tools = toolId is null ? [] : (await occupancy.Current(cancellation)).RoomsAndInside(toolId).Prepend(toolId).ToList();
        return await db.Bookings.AsNoTracking()
            .Where(b => toolId == null || tools.Contains(b.ToolId) || db.BookingTools.Any(t => t.BookingId == b.Id && tools.Contains(t.ToolId)))
            .Where(b => b.Start < window.End && b.End > window.Start && b.Live)
            .OrderBy(b => b.Start).ToListAsync(cancellation);
    }

    public async Task<ImmutableDictionary<string, AreaView>> Areas(CancellationToken cancellation) =>
        (await db.Areas.AsNoTracking().ToListAsync(cancellation)).ToImmutableDictionary(a => a.Id, a => Stored<AreaView>(a.Data));

    /// <summary>The reader as a member, or null.</summary>
    public async Task<MemberView?> Me(CancellationToken cancellation)
    {
        if (visit.MemberId.Length == 0) return null;
        var row = await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == visit.MemberId, cancellation);
        return row is null ? null : Stored<MemberView>(row.Data);
    }

    /// <summary>What a read model's row holds.</summary>
    public static T Stored<T>(string json) => JsonSerializer.Deserialize<T>(json, StoredJson.Options)!;

    private ToolSight Sight(ToolView tool, OccupancyView occupied, Slot ahead, ImmutableArray<Slot> open, MemberView? me)
    {
        var outages = occupied.OutagesOf(tool, visit.Space, new Slot(ahead.Start - LookAhead, ahead.Start + Slot.Longest)).ToImmutableArray();
        var policy = tool.Effective(visit.Space);
        var free = ToolTime.Free(tool, occupied, ahead, open, visit.Space);
        return new ToolSight(tool, policy, tool.Definition.AreaId is { } area ? occupied.Areas.GetValueOrDefault(area)?.Definition.Name : null, outages,
            Standing.Of(tool.Definition, policy, outages, free, ahead, visit.Space), [.. Missing(policy, me)], free);
    }

    private IEnumerable<string> Missing(Policy policy, MemberView? me) =>
        (policy.RequiredCertifications ?? [])
            .Where(c => me?.Certifications.Any(h => h.Id == c && h.From <= visit.Now && (h.Until is null || h.Until > visit.Now)) != true)
            .Select(c => visit.Space.Certifications.GetValueOrDefault(c, c));
}

/// <summary>One tool as a page shows it.</summary>
/// <param name="Policy">The effective one, for whoever's plan sets nothing.</param>
/// <param name="Outages">Its own, those of the areas around it and of what it depends on, of the year to come.</param>
/// <param name="Missing">Names of certifications that the reader lacks.</param>
/// <param name="Free">Free intervals of the next two weeks.</param>
public sealed record ToolSight(
    ToolView View, Policy Policy, string? AreaName, ImmutableArray<Outage> Outages, Standing Standing, ImmutableArray<string> Missing, ImmutableArray<Slot> Free)
{
    public string Id => View.Id;
    public string Name => View.Definition.Name;
    public ToolDefinition Definition => View.Definition;
    public bool Usable => Missing.IsEmpty;
}

/// <summary>How a tool stands at this moment.</summary>
public enum StandingKind
{
    Free,
    Taken,
    Closed,
    Outage,
    Broken,
}

/// <summary>How a tool stands now, and when that changes.</summary>
/// <param name="Until">Free: until when, null if for as long as one can see. Else: from when it is free, null if not in sight.</param>
/// <param name="Why">The title of an outage.</param>
public sealed record Standing(StandingKind Kind, Instant? Until, string? Why)
{
    internal static Standing Of(
        ToolDefinition tool, Policy policy, ImmutableArray<Outage> outages, ImmutableArray<Slot> free, Slot ahead, SpaceFacts space)
    {
        var now = ahead.Start;
        // A gap too short to be booked is no help to anybody.
        var useful = free.FirstOrDefault(f => f.Duration >= (policy.MinDuration ?? Duration.FromMinutes(5)));
        Instant? next = useful.IsValid ? useful.Start : null;
        if (next == now) return new Standing(StandingKind.Free, useful.End == ahead.End ? null : useful.End, null);
        if (tool.OutOfService && !(tool.ExpectedBack <= now)) return new Standing(StandingKind.Broken, next, null);
        if (outages.FirstOrDefault(o => o.Slot.Contains(now)) is { } outage) return new Standing(StandingKind.Outage, next, outage.Title);
        var open = OpenHours.Within(new Slot(now, now + Duration.FromMinutes(1)), space);
        return new Standing(open.IsEmpty ? StandingKind.Closed : StandingKind.Taken, next, null);
    }
}
