using System.Security.Cryptography;
using System.Text.Json;
using Makerspace.Calendars;
using Makerspace.Events;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Web.Http;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Calendars;

/// <summary>Calendars at secret addresses: made, taken back, and read.</summary>
public sealed class FeedDesk(MakerspaceDb db, IReadModels models, IGrainFactory grains, IConfiguration configuration, TimeProvider time)
{
    /// <summary>One person needs no more.</summary>
    public const int MostFeeds = 20;
    private const int MostEntries = 2_000;
    private static readonly Duration Back = Duration.FromDays(30);
    private static readonly Duration Ahead = Duration.FromDays(366);

    private string Base => configuration.PublicUrl();

    public Task<List<CalendarFeedRow>> Of(string memberId, CancellationToken cancellation) =>
        db.CalendarFeeds.AsNoTracking().Where(f => f.MemberId == memberId).OrderBy(f => f.CreatedAt).ToListAsync(cancellation);

    /// <summary>Whether somebody mentors.</summary>
    public Task<bool> Mentors(string memberId, CancellationToken cancellation) => db.Tools.AnyAsync(t => t.MentorId == memberId, cancellation);

    /// <summary>Makes one. The address is told here and never again: what is kept does not lead back to it.</summary>
    /// <returns>Null where there is no such tool that they may see, or they are no mentor.</returns>
    public async Task<(CalendarFeedRow Feed, string Address)?> Make(string memberId, bool isStaff, FeedKind kind, string? toolId, CancellationToken cancellation)
    {
        if (kind == FeedKind.Mentor && !await Mentors(memberId, cancellation)) return null;
        if (kind == FeedKind.Tool && !await db.Tools.AnyAsync(t => t.Id == toolId && (t.Visible || isStaff), cancellation)) return null;
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var feed = new CalendarFeedRow
        {
            Id = Guid.NewGuid(), Hash = Hash(secret), Kind = kind, MemberId = memberId, CreatedAt = time.Now(),
            ThingId = kind switch { FeedKind.Tool => toolId!, FeedKind.Member or FeedKind.Mentor => memberId, _ => "main" },
        };
        db.CalendarFeeds.Add(feed);
        await db.SaveChangesAsync(cancellation);
        return (feed, $"{Base}/calendar/{secret}.ics");
    }

    /// <summary>Takes one back: from now on its address leads nowhere.</summary>
    /// <returns>Whether there was such a feed of theirs.</returns>
    public async Task<bool> Revoke(string memberId, Guid id, CancellationToken cancellation) =>
        await db.CalendarFeeds.Where(f => f.Id == id && f.MemberId == memberId).ExecuteDeleteAsync(cancellation) > 0;

    /// <summary>The calendar at a secret address; null where there is none.</summary>
    public async Task<string?> Read(string secret, CancellationToken cancellation)
    {
        var hash = Hash(secret);
        if (await db.CalendarFeeds.FirstOrDefaultAsync(f => f.Hash == hash, cancellation) is not { } feed) return null;
        await models.CaughtUp(cancellation);
        var (space, now) = (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts(), time.Now());
        // Programs ask often: that they did is worth a write once an hour.
        if (feed.ReadAt is not { } last || now - last > Duration.FromHours(1))
        {
            feed.ReadAt = now;
            await db.SaveChangesAsync(cancellation);
        }
        var (name, entries) = feed.Kind switch
        {
            FeedKind.Tool => await OfTool(feed.ThingId, now, cancellation),
            FeedKind.Space => (space.Name, await OfSpace(space, now, cancellation)),
            FeedKind.Mentor => (space.Name, await OfMentor(feed.ThingId, space, now, cancellation)),
            _ => (space.Name, await OfMember(feed.ThingId, space, now, cancellation)),
        };
        return CalendarText.Feed(name, entries, space.Zone, now);
    }

    private async Task<List<CalendarEntry>> OfMember(string memberId, SpaceFacts space, Instant now, CancellationToken cancellation)
    {
        var (from, to) = (now - Back, now + Ahead);
        var bookings = (await db.Bookings.AsNoTracking().Where(b => b.MemberId == memberId && (b.Live || b.State == BookingState.Completed)).Within(from, to).OrderBy(b => b.Start).Take(MostEntries).ToListAsync(cancellation)).ConvertAll(b => b.View());
        // One's own time as a mentor is booked for an event, which is there itself.
        bookings.RemoveAll(b => b.Tools.Contains(Keys.MentorTime(memberId)));
        var names = await Names(bookings.SelectMany(b => b.Tools), cancellation);
        return
        [
            .. bookings.Select(b => new CalendarEntry(Invitations.Uid(Keys.Booking(b.Id)), b.Slot, string.Join(" + ", b.Tools.Select(t => names.GetValueOrDefault(t, t))))
            {
                Description = b.Purpose, Location = space.Name, Link = $"{Base}/bookings/{b.Id}",
                Tentative = b.State is BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.Offered or BookingState.Held,
            }),
            .. (await Trainings(from, to, cancellation)).Where(t => t.Members.Contains(memberId) || t.Definition.TrainerId == memberId).Select(t => Of(t, space, free: false)),
            .. (await Events(from, to, cancellation)).Where(e => e.Members.Contains(memberId) || e.Definition.HostId == memberId).Select(e => Of(e, space, free: false) with { Tentative = e.IsHeld(memberId) }),
            .. await OfMentor(memberId, space, now, cancellation),
        ];
    }

    /// <summary>Who comes to a mentor, and when.</summary>
    private async Task<List<CalendarEntry>> OfMentor(string memberId, SpaceFacts space, Instant now, CancellationToken cancellation)
    {
        var sessions = await db.OfTool(Keys.MentorTime(memberId)).AsNoTracking().Where(b => b.MemberId != memberId && (b.Live || b.State == BookingState.Completed)).Within(now - Back, now + Ahead).OrderBy(b => b.Start).Take(MostEntries).ToListAsync(cancellation);
        var guests = sessions.Select(b => b.MemberId).Distinct().ToList();
        var names = await db.Members.AsNoTracking().Where(m => guests.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancellation);
        return sessions.ConvertAll(b => new CalendarEntry(Invitations.Uid(Keys.Booking(b.Id)), new Slot(b.Start, b.End), names.GetValueOrDefault(b.MemberId, b.MemberId))
        {
            Location = space.Name, Link = $"{Base}/bookings/{b.Id}", Tentative = b.State is BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.Offered or BookingState.Held,
        });
    }

    /// <summary>When the tool is taken and when it is down; by whom is nobody's business.</summary>
    private async Task<(string, List<CalendarEntry>)> OfTool(string toolId, Instant now, CancellationToken cancellation)
    {
        var (from, to) = (now - Back, now + Ahead);
        if (await db.Tools.AsNoTracking().FirstOrDefaultAsync(t => t.Id == toolId, cancellation) is not { } row) return (toolId, []);
        var tool = JsonSerializer.Deserialize<ToolView>(row.Data, StoredJson.Options)!;
        var taken = await db.OfTool(toolId).Where(b => b.Live).Within(from, to).OrderBy(b => b.Start).Take(MostEntries).ToListAsync(cancellation);
        return (row.Name,
        [
            .. taken.Select(b => new CalendarEntry(Invitations.Uid($"tool-{toolId}-{b.Id:N}"), new Slot(b.Start, b.End), row.Name) { Link = $"{Base}/tools/{toolId}" }),
            .. tool.Outages.Where(o => o.Slot.Overlaps(new Slot(from, to))).Select(o => new CalendarEntry(Invitations.Uid($"outage-{o.Id}"), o.Slot, $"{row.Name}: {o.Title}")),
        ]);
    }

    private async Task<List<CalendarEntry>> OfSpace(SpaceFacts space, Instant now, CancellationToken cancellation) =>
    [
        .. space.Closures.Select(c => new CalendarEntry(Invitations.Uid($"closure-{c.Id}"), c.Slot, c.Name) { Location = space.Name }),
        .. (await Trainings(now - Back, now + Ahead, cancellation)).Select(t => Of(t, space, free: true)),
        .. (await Events(now - Back, now + Ahead, cancellation)).Select(e => Of(e, space, free: true)),
    ];

    private async Task<IEnumerable<TrainingView>> Trainings(Instant from, Instant to, CancellationToken cancellation) =>
        (await db.Trainings.AsNoTracking().Where(t => t.Start >= from && t.Start < to).OrderBy(t => t.Start).Take(MostEntries).Select(t => t.Data).ToListAsync(cancellation))
            .Select(data => JsonSerializer.Deserialize<TrainingView>(data, StoredJson.Options)!).Where(t => !t.Definition.Cancelled);

    private async Task<IEnumerable<EventView>> Events(Instant from, Instant to, CancellationToken cancellation) =>
        (await db.Events.AsNoTracking().Where(e => e.Shown && e.Start >= from && e.Start < to).OrderBy(e => e.Start).Take(MostEntries).ToListAsync(cancellation)).Select(e => e.View());

    private CalendarEntry Of(EventView view, SpaceFacts space, bool free) => new(Invitations.Uid(Keys.Event(view.Id)), view.Definition.Slot, view.Definition.Title)
    {
        Location = view.Definition.AreaId is { } area ? $"{space.Name}, {area}" : space.Name, Link = $"{Base}/events/{view.Id}", Free = free,
    };

    private CalendarEntry Of(TrainingView training, SpaceFacts space, bool free) =>
        new(Invitations.Uid(Keys.Training(training.Id)), training.Definition.Slot, training.Definition.Title)
        {
            Location = training.Definition.AreaId is { } area ? $"{space.Name}, {area}" : space.Name, Link = $"{Base}/trainings/{training.Id}", Free = free,
        };

    private async Task<Dictionary<string, string>> Names(IEnumerable<string> toolIds, CancellationToken cancellation)
    {
        var ids = toolIds.Distinct().ToList();
        return await db.Tools.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Name, cancellation);
    }

    /// <summary>The same for as long as nothing in the calendar is another: when it was asked for (DTSTAMP) does not count.</summary>
    internal static string Tag(string calendar) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', calendar.Split('\n').Where(l => !l.StartsWith("DTSTAMP:", StringComparison.Ordinal))))))[..32];

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
}
