using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Sessions;

/// <summary>
/// Sessions with mentors. A session is a booking whose claims include the mentor's time: alone, or all or nothing together with tools; nothing is decided here that a
/// booking does not decide.
/// </summary>
public sealed class SessionDesk(BookingDesk bookings, IGrainFactory grains, MakerspaceDb db, IReadModels readModels, Occupancy occupancy, TimeProvider time)
{
    private const int MostShown = 200;

    /// <summary>Sessions of so long ago still count as a mentor's load.</summary>
    private static readonly Duration Load = Duration.FromDays(28);

    /// <summary>Books the mentor named, or the one with the skill who has the fewest sessions and is free.</summary>
    public async Task<BookingOutcome> Book(ClaimsPrincipal user, Guid id, SessionBody body) =>
        await Malformed(user, body) ?? (body.MentorId is { } mentor ? await Unanswered(id, mentor, body) ?? await bookings.Book(user, id, body.With(mentor)) : await BookAny(user, id, body));

    /// <summary>What <see cref="Book"/> would answer now; nothing is written.</summary>
    public async Task<BookingOutcome> Preview(ClaimsPrincipal user, SessionBody body)
    {
        if (await Malformed(user, body) is { } malformed) return malformed;
        BookingOutcome? refused = null;
        foreach (var mentor in body.MentorId is { } named ? [named] : await Candidates(user, body))
        {
            var outcome = await bookings.Preview(user, body.With(mentor));
            if (outcome.Accepted || outcome.Problem is not null) return outcome;
            refused ??= outcome;
        }
        return refused ?? await bookings.Malformed(Problem.Unknown("mentor"));
    }

    /// <summary>Sessions of the caller, as the one who booked or as the mentor; those to come soonest first, then the past, latest first.</summary>
    public async Task<IReadOnlyList<BookingView>> Of(string memberId, bool asMentor, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var rows = db.Bookings.AsNoTracking().Where(b => b.State != BookingState.Refused);
        if (asMentor)
        {
            var mine = Keys.MentorTime(memberId);
            // Their own booking of it is for an event, which is no session.
            rows = rows.Where(b => b.MemberId != memberId && (b.ToolId == mine || db.BookingTools.Any(t => t.BookingId == b.Id && t.ToolId == mine)));
        }
        else
        {
            rows = rows.Where(b => b.MemberId == memberId && (db.Tools.Any(t => t.Id == b.ToolId && t.MentorId != null && t.MentorId != memberId)
                || db.BookingTools.Any(c => c.BookingId == b.Id && db.Tools.Any(t => t.Id == c.ToolId && t.MentorId != null && t.MentorId != memberId))));
        }
        var now = time.Now();
        var coming = await rows.Where(b => b.Live && b.End > now).OrderBy(b => b.Start).Take(MostShown).ToListAsync(cancellation);
        var past = await rows.Where(b => !b.Live || b.End <= now).OrderByDescending(b => b.Start).Take(MostShown).ToListAsync(cancellation);
        return [.. coming.Concat(past).Select(b => b.View())];
    }

    /// <summary>The mentor's yes to a session of theirs, or the desk's.</summary>
    public async Task<BookingOutcome> Approve(ClaimsPrincipal user, Guid id, string? note) => await NoSession(user, id) ?? await bookings.Approve(user, id, note);

    /// <summary>The mentor's no, or the desk's.</summary>
    public async Task<BookingOutcome> Decline(ClaimsPrincipal user, Guid id, string? reason) => await NoSession(user, id) ?? await bookings.Decline(user, id, reason);

    // A booking that has no mentor's time is none: here it does not exist, whoever asks.
    private async Task<BookingOutcome?> NoSession(ClaimsPrincipal user, Guid id) =>
        await bookings.Find(user, id) is { } booking && await MentorOf(booking) is not null ? null : await bookings.Malformed(Problem.Unknown("session"));

    /// <summary>The mentor whose time the booking has; null where it has none.</summary>
    public Task<ToolView?> MentorOf(BookingView booking) => MentorOf(grains, booking);

    /// <inheritdoc cref="MentorOf(BookingView)"/>
    internal static async Task<ToolView?> MentorOf(IGrainFactory grains, BookingView booking)
    {
        foreach (var id in booking.Tools.Where(Keys.IsMentorTime))
            if (await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View() is { Definition.Mentor: not null } mentor) return mentor;
        return null;
    }

    // Each candidate has a booking id of its own, made from the caller's: asked again, what was booked then is what is answered.
    private async Task<BookingOutcome> BookAny(ClaimsPrincipal user, Guid id, SessionBody body)
    {
        var candidates = await Candidates(user, body);
        foreach (var mentor in candidates)
            if (await grains.GetGrain<IBookingGrain>(Keys.Booking(Derived(id, mentor))).View() is { State: not BookingState.Refused }) return await bookings.Book(user, Derived(id, mentor), body.With(mentor));
        BookingOutcome? refused = null, unanswered = null;
        foreach (var mentor in candidates)
        {
            if (await Unanswered(Derived(id, mentor), mentor, body) is { } question)
            {
                unanswered ??= question;   // another one may not ask
                continue;
            }
            var outcome = await bookings.Book(user, Derived(id, mentor), body.With(mentor));
            if (outcome.Accepted || outcome.Problem is not null) return outcome;
            refused ??= outcome;
        }
        if (unanswered is not null) return unanswered;
        return refused ?? await bookings.Malformed(Problem.Unknown("mentor"));
    }

    private static Guid Derived(Guid id, string mentor) => DerivedId.Of("session", id.ToString("N"), mentor);

    private async Task<IReadOnlyList<string>> Candidates(ClaimsPrincipal user, SessionBody body)
    {
        var (caller, since) = (Caller.Of(user), time.Now() - Load);
        await readModels.CaughtUp(CancellationToken.None);
        var mentors = (await occupancy.Current(CancellationToken.None)).Tools.Values
            .Where(t => t.Definition is { Visible: true, Mentor: { } m } && m.MemberId != (body.MemberId ?? caller.MemberId) && m.Skills.Contains(body.Skill!.Trim(), StringComparer.OrdinalIgnoreCase)).ToList();
        var ids = mentors.Select(m => m.Id).ToList();
        var load = await db.Bookings.AsNoTracking().Where(b => ids.Contains(b.ToolId) && b.End > since && (b.Live || b.State == BookingState.Completed || b.State == BookingState.NoShow))
            .GroupBy(b => b.ToolId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        return [.. mentors.OrderBy(m => load.GetValueOrDefault(m.Id)).ThenBy(m => m.Id, StringComparer.Ordinal).Select(m => m.Definition.Mentor!.MemberId)];
    }

    // Who asks something is told before they give their time. What is booked already is not asked about again.
    private async Task<BookingOutcome?> Unanswered(Guid id, string mentor, SessionBody body)
    {
        if (!string.IsNullOrWhiteSpace(body.About) || await Question(mentor) is not { Length: > 0 } question) return null;
        if (await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View() is { State: not BookingState.Refused }) return null;
        return await bookings.Malformed(Problem.Malformed("about", "missing-field", $"The mentor asks: {question}"));
    }

    private async Task<string?> Question(string mentor) => (await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(mentor))).View())?.Definition.Mentor?.Question;

    private async Task<BookingOutcome?> Malformed(ClaimsPrincipal user, SessionBody body)
    {
        var faults = new Faults();
        faults.OptionalSlug("mentorId", body.MentorId);
        faults.OptionalText("skill", body.Skill, 60);
        faults.OptionalText("about", body.About, 500);
        if (body.MentorId is null == string.IsNullOrWhiteSpace(body.Skill)) faults.Add("mentorId", body.MentorId is null ? "missing-field" : "contradiction", "Say mentorId or skill, one of both.");
        if (body.MentorId is { } own && own == (body.MemberId ?? Caller.Of(user).MemberId)) faults.Add("mentorId", "contradiction", "Nobody meets themselves.");
        if (faults.Any) return await bookings.Malformed(faults.Problem);
        if (body.MentorId is not { } id) return null;
        return (await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(id))).View())?.Definition is { Mentor: not null, Visible: true } ? null : await bookings.Malformed(Problem.Unknown("mentor"));
    }
}
