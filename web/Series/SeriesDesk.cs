using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Series;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Series;

/// <summary>A wish to book again and again.</summary>
public sealed record SeriesBody
{
    /// <summary>The tool's id.</summary>
    public string? ToolId { get; init; }

    /// <summary>The other tools of a bundle.</summary>
    public IReadOnlyList<string>? AlsoTools { get; init; }

    /// <summary>Start of the first, RFC 3339 with offset; the others keep its wall-clock time.</summary>
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>RFC 5545 recurrence rule, e.g. <c>FREQ=WEEKLY;COUNT=8</c>: daily, weekly or monthly, with COUNT or UNTIL, at most 104 bookings.</summary>
    public string? Rule { get; init; }

    /// <summary>Whom it is for. Staff only, except one's own.</summary>
    public string? MemberId { get; init; }
    public string? Purpose { get; init; }

    /// <summary>Book those that break no rule, and leave the others out; else one conflict refuses all.</summary>
    public bool SkipConflicts { get; init; }

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>Which of a series, and what.</summary>
public sealed record SeriesCancelBody : IOptionalBody
{
    /// <summary>From this one on; all to come where absent.</summary>
    public Guid? From { get; init; }
    public string? Reason { get; init; }
}

/// <summary>Moves one of a series, and others by as much.</summary>
public sealed record SeriesMoveBody
{
    /// <summary>The one whose new time is given.</summary>
    public Guid? BookingId { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary><c>following</c> (this one and later ones) or <c>all</c> to come.</summary>
    public string? Scope { get; init; }
}

/// <summary>What came of one booking of a series.</summary>
public sealed record SeriesChange(Guid BookingId, BookingOutcome Outcome);

/// <summary>The one door to series, for pages and API alike.</summary>
public sealed class SeriesDesk(IGrainFactory grains, BookingDesk bookings, MakerspaceDb db, IReadModels readModels)
{
    /// <summary>The request a body means, or what is wrong with it.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="body">The wish.</param>
    /// <param name="toBook">Not only to see what would be answered.</param>
    public async Task<(SeriesRequest? Request, ProblemHttpResult? Problem)> Understand(ClaimsPrincipal user, SeriesBody body, bool toBook)
    {
        var space = await grains.Space();
        var (one, problem) = await bookings.Understand(Caller.Of(user), new BookingBody
        {
            ToolId = body.ToolId, AlsoTools = body.AlsoTools, Start = body.Start, End = body.End, MemberId = body.MemberId, Purpose = body.Purpose, Override = body.Override,
        });
        if (one is null) return (null, problem);
        if (toBook && await bookings.Overstep(user, one) is { } refusal) return (null, refusal.Problem);
        var faults = new Faults();
        var rule = faults.Text("rule", body.Rule, 300);
        if (!one.Slot.IsBookable) faults.Add("end", "slot-invalid", "The end lies after the start.");
        var slots = faults.Any ? [] : Recurrence.Slots(faults, rule, one.Slot, space.Zone);
        if (faults.Any) return (null, faults.Problem);
        return (new SeriesRequest
        {
            ToolId = one.ToolId, AlsoTools = one.AlsoTools, MemberId = one.MemberId, Rule = rule, Slots = slots, Purpose = one.Purpose, Actor = one.Actor,
            OverrideReason = one.OverrideReason, SkipConflicts = body.SkipConflicts,
        }, null);
    }

    public Task<SeriesAnswer> Preview(SeriesRequest request) => Grain(Guid.NewGuid()).Preview(request);

    public Task<SeriesAnswer> Book(Guid id, SeriesRequest request) => Grain(id).Book(request);

    /// <summary>The series and its bookings as they are now, or null where the caller may not see it.</summary>
    public async Task<(SeriesView Series, IReadOnlyList<BookingView> Bookings)?> Find(ClaimsPrincipal user, Guid id, CancellationToken cancellation)
    {
        if (await Grain(id).View() is not { } series || !Caller.Of(user).MaySee(series.MemberId)) return null;
        await readModels.CaughtUp(cancellation);
        var rows = await db.Bookings.AsNoTracking().Where(b => b.SeriesId == id && b.State != BookingState.Refused).OrderBy(b => b.Start).ToListAsync(cancellation);
        return (series, [.. rows.Select(r => r.View())]);
    }

    /// <summary>Cancels those to come, from one on or all; each is answered for itself.</summary>
    public async Task<IReadOnlyList<SeriesChange>> Cancel(ClaimsPrincipal user, IEnumerable<BookingView> which, string? reason)
    {
        var changes = new List<SeriesChange>();
        foreach (var booking in which) changes.Add(new SeriesChange(booking.Id, await bookings.Cancel(user, booking.Id, reason)));
        return changes;
    }

    /// <summary>Moves them by the difference, on the clock of the wall, between one's old and new time; each is answered for itself.</summary>
    public async Task<IReadOnlyList<SeriesChange>> Move(ClaimsPrincipal user, IEnumerable<BookingView> which, Slot from, Slot to, DateTimeZone zone)
    {
        var starts = Period.Between(from.Start.InZone(zone).LocalDateTime, to.Start.InZone(zone).LocalDateTime);
        var ends = Period.Between(from.End.InZone(zone).LocalDateTime, to.End.InZone(zone).LocalDateTime);
        // The way of travel first: one that moves later must not run into its neighbour that has not moved yet.
        var ordered = to.Start > from.Start ? which.OrderByDescending(b => b.Slot.Start) : which.OrderBy(b => b.Slot.Start);
        var changes = new List<SeriesChange>();
        foreach (var booking in ordered)
        {
            var body = new MoveBody { Start = Shifted(booking.Slot.Start, starts, zone), End = Shifted(booking.Slot.End, ends, zone) };
            changes.Add(new SeriesChange(booking.Id, await bookings.Move(user, booking.Id, body)));
        }
        return [.. changes.OrderBy(c => c.Outcome.Booking?.Slot.Start)];
    }

    /// <summary>Those that can still change: to come, from <paramref name="from"/> on where given.</summary>
    public static IReadOnlyList<BookingView> ToCome(IReadOnlyList<BookingView> bookings, Guid? from, Instant now)
    {
        var first = from is { } id ? bookings.FirstOrDefault(b => b.Id == id)?.Slot.Start : Instant.MinValue;
        return first is null ? [] : [.. bookings.Where(b => b.State.IsToCome() && b.Slot.Start > now && b.Slot.Start >= first)];
    }

    private static OffsetDateTime Shifted(Instant instant, Period by, DateTimeZone zone) =>
        (instant.InZone(zone).LocalDateTime + by).InZoneLeniently(zone).ToOffsetDateTime();

    private ISeriesGrain Grain(Guid id) => grains.GetGrain<ISeriesGrain>(Keys.Series(id));
}
