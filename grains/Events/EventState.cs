using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Seats;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Events;

/// <summary>What is about to be booked, or moved, for an event.</summary>
internal sealed record EventIntent(Guid BookingId, EventDefinition Wanted, bool Moves, Instant Since, string Actor)
{
    /// <summary>A step under way is left alone this long.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(1);
}

/// <summary>What an event keeps, and what becomes of it: pure.</summary>
internal sealed record EventState : IHasOutbox
{
    public EventDefinition? Definition { get; init; }
    public ImmutableArray<string> Members { get; init; } = [];
    public ImmutableArray<string> Waiting { get; init; } = [];
    public ImmutableArray<AttendanceMark> Marks { get; init; } = [];
    public ImmutableArray<HeldSeat> Held { get; init; } = [];
    public ImmutableArray<SeatTaken> Taken { get; init; } = [];

    /// <summary>Seats and bookings asked for so far.</summary>
    public long Count { get; init; }

    /// <summary>When it was seen whether enough take part.</summary>
    public Instant? CountedAt { get; init; }
    public bool FellShort { get; init; }

    /// <summary>When it was last moved, or some of its tools left out: who had a seat then took it for something else.</summary>
    public Instant? ChangedAt { get; init; }
    public EventIntent? Intent { get; init; }

    /// <summary>Bookings that are still to be cancelled: written with what takes their place, so that no crash loses them.</summary>
    public ImmutableArray<Guid> Former { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    /// <summary>Nobody has, asks for or waits for a seat.</summary>
    [JsonIgnore] public bool IsEmpty => Members.IsEmpty && Waiting.IsEmpty;

    [JsonIgnore] public Seating Seating => new(Members, Waiting, Marks);

    /// <summary>How many seats there are; none in one that does not take place.</summary>
    [JsonIgnore] public int Seats => Definition is { Cancelled: false } definition ? definition.Seats : 0;

    [JsonIgnore] public IEnumerable<string> Seated => Members.Where(m => Held.All(h => h.Who != m));

    /// <summary>When something is due next by the clock.</summary>
    [JsonIgnore] public Instant? DueAt => Held.Select(h => h.Until)
        .Append(Definition is { Cancelled: false, Deadline: { } deadline } && CountedAt is null ? deadline : null).Append(Intent?.Since + EventIntent.Patience).Min();

    /// <summary>With others who sit and wait: who has no place any more is forgotten, who moved up asks the host where that is wanted.</summary>
    public EventState With(Seating seating)
    {
        var up = Definition is { ApprovalRequired: true } ? Waiting.Where(seating.Has).Select(w => new HeldSeat(w, null)) : [];
        return this with
        {
            Members = seating.Members, Waiting = seating.Waiting, Marks = seating.Marks,
            Held = [.. Held.Where(h => seating.Has(h.Who)), .. up], Taken = [.. Taken.Where(t => seating.Knows(t.Who))],
        };
    }

    public EventState Asked(SeatWish wish, Instant now) => this with { Count = Count + 1, Taken = Taken.Add(new SeatTaken(wish.Who, Count + 1, now, Definition!.Price, wish.Answer)) };

    /// <summary>With a seat for somebody; held where that is said.</summary>
    public EventState Seat(SeatWish wish, HeldSeat? held, Instant now)
    {
        var next = Asked(wish, now).With(Seating.Seated(wish.Who));
        return held is null ? next : next with { Held = next.Held.Add(held) };
    }

    public EventState Left(string who) => With(Seating.Without(who, Seats));

    /// <summary>As it is planned now.</summary>
    public EventState Planned(EventDefinition definition, Instant now)
    {
        var had = Definition;
        var next = this with
        {
            Definition = definition, Intent = null, FellShort = FellShort && definition.Cancelled, Former = Freed(definition),
            CountedAt = had is not null && had.Deadline == definition.Deadline && had.MinSeats == definition.MinSeats ? CountedAt : null,
            Held = definition.ApprovalRequired ? Held : [.. Held.Where(h => h.Until is not null)],
        };
        if (Changes(next) is { From: not null } or { Without.IsEmpty: false }) next = next with { ChangedAt = now };
        return next.With(next.Seating.MovedUp(next.Seats));
    }

    // Every booking that it had, or was to have, and has no longer.
    private ImmutableArray<Guid> Freed(EventDefinition next)
    {
        Guid?[] others = [Definition?.BookingId, Intent?.BookingId];
        return [.. Former.Concat(others.OfType<Guid>()).Distinct().Where(id => id != next.BookingId)];
    }

    /// <summary>What the clock has made of it: pure but for bookings, which the grain sees to.</summary>
    public EventState Passed(Instant now)
    {
        var next = this;
        foreach (var held in Held.Where(h => h.Until <= now)) next = next.Left(held.Who);
        return next.Definition is { Cancelled: false, Deadline: { } deadline } && deadline <= now && next.CountedAt is null ? next.Counted(now) : next;
    }

    // Too late to call it off, or enough: it takes place.
    private EventState Counted(Instant now) => Definition!.Slot.Start <= now || Seated.Count() >= Definition.MinSeats
        ? this with { CountedAt = now }
        : this with { CountedAt = now, FellShort = true, Definition = Definition with { Cancelled = true } };

    /// <summary>What whoever comes is to know of what follows: when it was to be, and what they come to find and will not. Of one that does not take place that is all there is to know.</summary>
    public (Slot? From, ImmutableArray<string> Without) Changes(EventState next) => Definition is { } was && next.Definition is { Cancelled: false } wanted
        ? (was.Slot == wanted.Slot ? null : was.Slot, was.ToolIds.RemoveRange(wanted.ToolIds)) : (null, []);

    /// <summary>What changes hands between this and what follows: each seat that costs something is charged once, and given back once where it is lost for another's sake or in time.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="id">The event's.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="now">When.</param>
    public ImmutableArray<SeatCharge> Charges(EventState next, Guid id, string actor, Instant now)
    {
        var (before, after) = (Charged(), next.Charged());
        return
        [
            .. after.Where(a => before.All(b => b.No != a.No)).Select(t => ChargeOf(t, id, back: false)),
            .. before.Where(b => after.All(a => a.No != b.No) && (next.Definition!.Cancelled || actor != b.Who || InTime(next.Definition, now) || b.At < next.ChangedAt)).Select(t => ChargeOf(t, id, back: true)),
        ];
    }

    private static bool InTime(EventDefinition definition, Instant now) => now <= (definition.CancelBy ?? definition.Slot.Start);

    private static SeatCharge ChargeOf(SeatTaken seat, Guid id, bool back) =>
        new(DerivedId.Of("event-seat", id.ToString("N"), seat.Who, seat.No.ToString(CultureInfo.InvariantCulture)), seat.Who, seat.Price!, back);

    private List<SeatTaken> Charged() => Definition is { Cancelled: false } ? [.. Taken.Where(t => t.Price is { Amount: > 0 } && !Guests.Is(t.Who) && Seated.Contains(t.Who))] : [];
}
