using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Simulating;

/// <summary>
/// Replays what was asked for and accepted, in that order, under the settings of the time with a change laid over them. Pure and in one pass: it keeps what is
/// booked and not yet over, and sums. What was refused then is in no journal, so nobody knows whether a looser rule would have let it in.
/// </summary>
/// <param name="change">What is to be tried.</param>
/// <param name="from">Bookings asked for earlier are taken as they were: they are there, and not counted.</param>
public sealed class Simulation(PolicyChange change, Instant from)
{
    private const int ForgetEvery = 4096;
    private static readonly Duration Remembered = Duration.FromDays(10);
    private static readonly Duration StrikeExpiry = Duration.FromDays(90);

    private readonly World was = new(PolicyChange.None);
    private readonly World would = new(change);
    private readonly Tally tally = new();
    private readonly Dictionary<Guid, BookingHeld> held = [];
    private readonly Dictionary<Guid, string?> overrides = [];
    private int fed;

    /// <summary>What comes of it so far.</summary>
    public SimulationResult Result => tally.Result();

    /// <summary>What happened next; the journal's order. Events of bookings and those that tell of a thing whole.</summary>
    public void Feed(DomainEvent happened)
    {
        if (happened is BookingEvent booking) Follow(booking);
        else
        {
            was.Learn(happened);
            would.Learn(happened);
        }
        if (++fed % ForgetEvery != 0) return;
        was.Forget(happened.At - Remembered);
        would.Forget(happened.At - Remembered);
    }

    private void Follow(BookingEvent happened)
    {
        switch (happened)
        {
            case BookingHeld begun: held[begun.BookingId] = begun; break;
            case BookingConfirmed confirmed when held.Remove(confirmed.BookingId, out var begun): Made(begun, confirmed); break;
            case BookingMoving moving: overrides[moving.BookingId] = moving.OverrideReason; break;
            case BookingHandingOver handing: overrides[handing.BookingId] = handing.OverrideReason; break;
            case BookingMoved moved: Moved(moved); break;
            case BookingHandedOver handed: HandedOver(handed); break;
            case BookingAdvanced { To: BookingState.CheckedIn } advanced: CheckedIn(advanced); break;
            case BookingEnded ended: Ended(ended); break;
            default: break;
        }
    }

    private void Made(BookingHeld begun, BookingConfirmed confirmed)
    {
        var booking = new Booked(begun.BookingId, [begun.ToolId, .. begun.AlsoTools], begun.MemberId, confirmed.Slot)
        {
            CompanyId = begun.CompanyId, Counts = confirmed.At >= from,
        };
        var request = new Request(booking, Occasion.Book, begun.At, begun.OverrideReason);
        var codes = Tried(request, out var there, out var here);
        booking = booking with { StrikeExpiry = confirmed.Terms.StrikeExpiry };
        was.Take(booking, there, begun.At);
        if (codes.IsEmpty) would.Take(booking with { StrikeExpiry = would.StrikeExpiry(booking) }, here, begun.At);
        if (booking.Counts) tally.Made(booking, codes, would.Space.Zone);
    }

    private void Moved(BookingMoved moved)
    {
        if (was.Of(moved.BookingId) is not { } known) return;
        var extended = known.CheckedIn && moved.From.Start == moved.To.Start;
        Changed(known with { Slot = moved.To }, extended ? Occasion.Extend : Occasion.Move, moved, null);
    }

    private void HandedOver(BookingHandedOver handed)
    {
        if (was.Of(handed.BookingId) is { } known) Changed(known with { MemberId = handed.MemberId, CompanyId = handed.CompanyId }, Occasion.HandOver, handed, handed.From);
    }

    private void Changed(Booked next, Occasion occasion, BookingEvent happened, string? giver)
    {
        overrides.Remove(happened.BookingId, out var reason);
        var request = new Request(next, occasion, happened.At, reason, giver);
        var mine = would.Of(happened.BookingId);
        var codes = Tried(request, out var there, out var here);
        tally.Moved(was.Of(happened.BookingId)!, next, mine, mine is not null && codes.IsEmpty, happened.At >= from, would.Space.Zone);
        was.Take(next, there, happened.At);
        if (mine is not null && codes.IsEmpty) would.Take(next with { StrikeExpiry = mine.StrikeExpiry }, here, happened.At);
    }

    // What the change refuses and the settings of the time do not. Earlier ones were accepted and are not asked again.
    private ImmutableArray<string> Tried(Request request, out ImmutableArray<Stop> there, out ImmutableArray<Stop> here)
    {
        if (request.Now < from)
        {
            there = here = would.StopsOf(request);
            return [];
        }
        var refusals = would.Ask(request, out here);
        there = here;
        if (refusals.IsEmpty) return [];
        var old = was.Ask(request, out there).Select(r => r.Code).ToHashSet(StringComparer.Ordinal);
        if (old.Count > 0 && request.Booking.Counts && request.Occasion == Occasion.Book) tally.Unexplained();
        return [.. refusals.Select(r => r.Code).Where(code => !old.Contains(code)).Distinct(StringComparer.Ordinal)];
    }

    private void CheckedIn(BookingAdvanced advanced)
    {
        if (was.Of(advanced.BookingId) is { } then) was.CheckIn(then, advanced.Note ?? then.MemberId, advanced.At);
        if (would.Of(advanced.BookingId) is { } now) would.CheckIn(now, advanced.Note ?? now.MemberId, advanced.At);
    }

    private void Ended(BookingEnded ended)
    {
        overrides.Remove(ended.BookingId);
        if (held.Remove(ended.BookingId, out var begun))
        {
            if (ended.Outcome is BookingState.Completed && begun.At >= from) tally.Skipped();
            return;
        }
        var (then, now) = (was.Of(ended.BookingId), would.Of(ended.BookingId));
        tally.Ended(then, Had(then, ended), now, Had(now, ended), would.Space.Zone);
        End(was, then, ended);
        End(would, now, ended);
    }

    private static Slot? Had(Booked? booking, BookingEnded ended) => booking is null ? null : ended.Outcome switch
    {
        BookingState.Completed => ended.Had ?? booking.Slot,
        BookingState.NoShow => booking.Slot,
        _ => null,
    };

    private static void End(World world, Booked? booking, BookingEnded ended)
    {
        if (booking is null) return;
        world.End(booking, Had(booking, ended), ended.At);
        if (ended.Outcome == BookingState.NoShow)
            world.Mark(booking.MemberId, new MemberMark(new Strike(booking.Id, booking.Tools[0], ended.At, ended.At + (booking.StrikeExpiry ?? StrikeExpiry)), [], ended.At));
    }
}
