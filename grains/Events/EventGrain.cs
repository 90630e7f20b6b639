using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Seats;
using Makerspace.Time;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Events;

/// <summary>Calls Bookings, which know nothing of it.</summary>
[GrainType("event")]
internal sealed class EventGrain([PersistentState("event")] IPersistentState<EventState> state, TimeProvider time)
    : SavingGrain<EventState>(state), IEventGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<EventView?> View() => Task.FromResult(State.Definition is null ? null : ViewOf(State));

    public async Task<Guid> Intend(EventDefinition wanted, bool moves, string actor)
    {
        await Due();
        if (State.Intent is { } standing && standing.Moves == moves && StoredJson.Same(standing.Wanted, wanted)) return standing.BookingId;
        var count = State.Count + 1;
        var id = moves ? State.Definition!.BookingId!.Value : DerivedId.Of("event-booking", Id.ToString("N"), count.ToString(CultureInfo.InvariantCulture));
        await Save(State with { Count = count, Intent = new EventIntent(id, wanted, moves, time.Now(), actor), Former = Unmoved() }, actor);
        return id;
    }

    public async Task Forget()
    {
        if (State.Intent is { } intent) await Save(State with { Intent = null }, intent.Actor);
    }

    public async Task<EventAnswer> Define(EventDefinition definition, string actor)
    {
        await Due();
        if (State.Definition is { Cancelled: true } && !definition.Cancelled && !State.IsEmpty) return Refused(new EventOver(Cancelled: true));
        if (State.Definition is { } known && StoredJson.Same(definition, known)) return await Done(State.Intent is null ? State : State with { Intent = null, Former = Unmoved() }, actor);
        return await Done(State.Planned(definition, time.Now()), actor);
    }

    public async Task Free(string actor)
    {
        var former = State.Former;
        if (State.Definition is { Cancelled: true, BookingId: { } booking }) await Booking(booking).Cancel(actor, null);
        foreach (var id in former) await Booking(id).Cancel(actor, null);
        if (!former.IsEmpty) await Save(State with { Former = State.Former.RemoveRange(former), Outbox = [] });
    }

    public async Task<EventAnswer> Join(SeatWish wish, string actor)
    {
        if (await Due() is not { } view || view.Members.Contains(wish.Who)) return Answered();
        var refusals = Refusals(view, wish).ToImmutableArray();
        if (!State.Seating.IsOpen(State.Seats) && !refusals.Any(r => r is EventOver)) refusals = refusals.Add(new EventFull(view.Definition.Seats));
        return refusals.IsEmpty ? await Done(State.Seat(wish, ForTheHost(view, wish), time.Now()), actor) : new EventAnswer(view, refusals);
    }

    public async Task<EventAnswer> Wait(SeatWish wish, string actor)
    {
        if (await Due() is not { } view || State.Seating.Knows(wish.Who)) return Answered();
        var refusals = Refusals(view, wish).ToImmutableArray();
        if (view.Waiting.Length >= Seating.MostWaiting) refusals = refusals.Add(new WaitlistFull(Seating.MostWaiting));
        if (!refusals.IsEmpty) return new EventAnswer(view, refusals);
        if (State.Seating.IsOpen(State.Seats)) return await Done(State.Seat(wish, ForTheHost(view, wish), time.Now()), actor);
        return await Done(State.Asked(wish, time.Now()) with { Waiting = State.Waiting.Add(wish.Who) }, actor);
    }

    public async Task<EventAnswer> Leave(string who, string actor)
    {
        if (await Due() is not { } view || !State.Seating.Knows(who)) return Answered();
        return view.Definition.Slot.Start <= time.Now() ? Refused(new EventOver(view.Definition.Cancelled)) : await Done(State.Left(who), actor);
    }

    public async Task<EventAnswer> Answer(string who, bool yes, string actor)
    {
        if (await Due() is not { } view) return Answered();
        if (Over(view) is { } over) return Refused(over);
        if (!view.Held.Any(h => h.Who == who && h.Until is null)) return yes && view.Has(who) ? Answered() : Refused(new SeatNotAsked());
        return await Done(yes ? State with { Held = State.Held.RemoveAll(h => h.Who == who) } : State.Left(who), actor);
    }

    public async Task<EventAnswer> Mark(ImmutableArray<AttendanceMark> marks, string actor)
    {
        if (await Due() is not { } view) return Answered();
        if (view.Definition.Cancelled) return Refused(new EventOver(Cancelled: true));
        if (view.Definition.Slot.Start > time.Now()) return Refused(new EventNotBegun(view.Definition.Slot.Start));
        if (State.Seating.Unseated(marks).Count > view.SeatsLeft) return Refused(new EventFull(view.Definition.Seats));
        if (State.Seating.Marked(marks) is not { } marked) return Answered();
        // Who came has a seat, also where the host had not answered.
        var came = marks.Where(m => m.Came).Select(m => m.MemberId).ToList();
        return await Done(State.With(marked) with { Held = State.Held.RemoveAll(h => came.Contains(h.Who)) }, actor);
    }

    public async Task<EventAnswer> Hold(SeatWish wish, Instant until)
    {
        if (await Due() is not { } view || view.IsHeld(wish.Who)) return Answered();
        var refusals = Refusals(view, wish).ToImmutableArray();
        if (!view.Definition.TakesGuests) refusals = refusals.Add(new MembersOnly());
        else if (NoGuestSeat(view) is { } full) refusals = refusals.Add(full);
        // Whoever has a seat is answered as a stranger: else anybody could try out who comes.
        if (view.Has(wish.Who)) return new EventAnswer(view, refusals);
        return refusals.IsEmpty ? await Done(State.Seat(wish, new HeldSeat(wish.Who, until), time.Now()), wish.Who) : new EventAnswer(view, refusals);
    }

    public async Task<EventAnswer> Confirm(string who)
    {
        if (await Due() is not { } view || view.Has(who)) return Answered();
        if (Over(view) is { } over) return Refused(over);
        if (view.IsHeld(who)) return await Done(State with { Held = State.Held.RemoveAll(h => h.Who == who) }, who);
        if (!view.Definition.TakesGuests) return Refused(new MembersOnly());
        return NoGuestSeat(view) is { } full ? Refused(full) : await Done(State.Seat(new SeatWish(who), null, time.Now()), who);
    }

    private Refusal? NoGuestSeat(EventView view) =>
        !State.Seating.IsOpen(State.Seats) ? new EventFull(view.Definition.Seats) : view.GuestSeatsLeft == 0 ? new GuestsFull(view.Definition.GuestSeats ?? 0) : null;

    public async Task<EventView?> Due()
    {
        var now = time.Now();
        if (State.Intent is { } intent && intent.Since + EventIntent.Patience <= now) await Settle(intent);
        var next = State.Passed(now);
        if (next != State) await Save(next, Actors.System);
        return State.Definition is null ? null : ViewOf(State);
    }

    // Whoever was planning is gone. A booking that has moved is followed, for it may not go back; one that was made is nobody's.
    private async Task Settle(EventIntent intent)
    {
        var moved = intent.Moves && await Booking(intent.BookingId).View() is { } booking && booking.Slot == intent.Wanted.Slot && State.Definition is { Cancelled: false };
        await Save(moved ? State.Planned(intent.Wanted with { BookingId = intent.BookingId }, time.Now()) : State with { Intent = null, Former = Unmoved() }, intent.Actor);
        await Free(Actors.System);
    }

    // With what was to be booked and is not wanted.
    private ImmutableArray<Guid> Unmoved() => State.Intent is { Moves: false } intent && !State.Former.Contains(intent.BookingId) ? State.Former.Add(intent.BookingId) : State.Former;

    private IEnumerable<Refusal> Refusals(EventView view, SeatWish wish)
    {
        if (Over(view) is { } over) yield return over;
        if (view.Definition.Question is { } question && string.IsNullOrWhiteSpace(wish.Answer)) yield return new AnswerMissing(question);
        if (wish.Agreed is { } agreed && agreed.Amount != (view.Definition.Price?.Amount ?? 0)) yield return new ChangedMeanwhile("price");
    }

    private EventOver? Over(EventView view) => view.Definition.Cancelled || view.Definition.Slot.Start <= time.Now() ? new EventOver(view.Definition.Cancelled) : null;

    private static HeldSeat? ForTheHost(EventView view, SeatWish wish) => view.Definition.ApprovalRequired ? new HeldSeat(wish.Who, null) : null;

    private IBookingGrain Booking(Guid id) => GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id));

    private EventAnswer Answered() => new(State.Definition is null ? null : ViewOf(State), []);

    private EventAnswer Refused(Refusal refusal) => new(State.Definition is null ? null : ViewOf(State), [refusal]);

    private async Task<EventAnswer> Done(EventState next, string actor)
    {
        if (next != State) await Save(next, actor);
        return Answered();
    }

    private Task Save(EventState next, string actor)
    {
        var now = time.Now();
        var up = next.Seating.UpSince(State.Seating, actor).RemoveAll(m => next.Held.Any(h => h.Who == m));
        var charges = State.Definition is null || next.Definition is null ? [] : State.Charges(next, Id, actor, now);
        var (from, without) = State.Changes(next);
        return Save(next with
        {
            Outbox = [new EventChanged(now, actor, ViewOf(next)) { MovedUp = up.IsEmpty ? null : up, Charges = charges.IsEmpty ? null : charges, MovedFrom = from, Without = without.IsEmpty ? null : without }],
        });
    }

    private EventView ViewOf(EventState kept) => new(Id, kept.Definition ?? kept.Intent?.Wanted ?? new EventDefinition(), kept.Members)
    {
        Waiting = kept.Waiting, Marks = kept.Marks, Held = kept.Held, Taken = kept.Taken, FellShort = kept.FellShort, DueAt = kept.DueAt, Draft = kept.Definition is null, ChangedAt = kept.ChangedAt,
    };
}
