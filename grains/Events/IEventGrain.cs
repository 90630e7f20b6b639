using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Reservations;
using Makerspace.Seats;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Events;

/// <summary>
/// Something with seats that people come to: a group session, office hours, a workshop, an event. Whoever it answers first has the last seat. What has fallen due by the clock is done
/// before anything else is asked of it. A seat that is only <i>held</i> (for the host's answer, or until a guest has confirmed their address) is nobody else's meanwhile.
/// </summary>
[Alias("makerspace.event")]
public interface IEventGrain : IGrainWithStringKey
{
    /// <summary>The event, or null if never planned.</summary>
    [ReadOnly, Alias("view")] Task<EventView?> View();

    /// <summary>
    /// Says that tools are about to be booked, or moved, for what is wanted, and gives the booking's id. Where no <see cref="Define"/> follows, <see cref="Due"/> undoes the booking or, of a
    /// move, follows it. The same again before that gives the same id.
    /// </summary>
    /// <param name="wanted">What is planned.</param>
    /// <param name="moves">The event's booking is moved; else one is made.</param>
    /// <param name="actor">Who plans it.</param>
    [Alias("intend")] Task<Guid> Intend(EventDefinition wanted, bool moves, string actor);

    /// <summary>What was begun with <see cref="Intend"/> was refused: nothing is booked, nothing is to be undone.</summary>
    [Alias("forget")] Task Forget();

    /// <summary>Plans the event or changes it; seats taken stay taken. The same again changes nothing. What was called off, with people in it, stays so (<c>event-over</c>).</summary>
    [Alias("define")] Task<EventAnswer> Define(EventDefinition definition, string actor);

    /// <summary>Cancels what is booked for it and not needed any more. Again it changes nothing.</summary>
    [Alias("free")] Task Free(string actor);

    /// <summary>Takes a seat (where the host is asked: has one held), or refuses. Whoever has one keeps it.</summary>
    [Alias("join")] Task<EventAnswer> Join(SeatWish wish, string actor);

    /// <summary>Waits for a seat, in the order of asking; where one is free, takes it. Whoever waits or sits already keeps that.</summary>
    [Alias("wait")] Task<EventAnswer> Wait(SeatWish wish, string actor);

    /// <summary>Gives the seat, or the place in the line, back, until it begins; whoever waits first has the seat. Without either nothing happens.</summary>
    [Alias("leave")] Task<EventAnswer> Leave(string who, string actor);

    /// <summary>The host's answer to somebody whose seat is held for it.</summary>
    [Alias("answer")] Task<EventAnswer> Answer(string who, bool yes, string actor);

    /// <summary>Who came and who did not, from its start on. The marks of those who are not named stay; somebody without a seat is given one that is left.</summary>
    [Alias("mark")] Task<EventAnswer> Mark(ImmutableArray<AttendanceMark> marks, string actor);

    /// <summary>Holds a seat for a guest until they have confirmed their address.</summary>
    [Alias("hold")] Task<EventAnswer> Hold(SeatWish wish, Instant until);

    /// <summary>The guest has confirmed: the seat is theirs. Where it was not held any more, one that is left.</summary>
    [Alias("confirm")] Task<EventAnswer> Confirm(string who);

    /// <summary>
    /// Does what has fallen due: seats held too long are free again, an event short of its least number at the deadline is called off, once, and what a crash left between booking and
    /// planning is undone. Late, or twice, it comes to the same.
    /// </summary>
    [Alias("due")] Task<EventView?> Due();
}

/// <summary>What kind it is, for people; the rules are the same.</summary>
[GenerateSerializer, Alias("event-kind")]
public enum EventKind
{
    GroupSession,
    OfficeHours,
    Workshop,
    Event,
}

/// <summary>What is planned.</summary>
[GenerateSerializer, Immutable, Alias("event-definition")]
public sealed record EventDefinition
{
    [Id(0)] public string Title { get; init; } = "";
    [Id(1)] public string? Description { get; init; }
    [Id(2)] public EventKind Kind { get; init; }

    /// <summary>Member id of who gives it.</summary>
    [Id(3)] public string HostId { get; init; } = "";
    [Id(4)] public Slot Slot { get; init; }

    /// <summary>How many may take part.</summary>
    [Id(5)] public int Seats { get; init; } = 1;

    /// <summary>With fewer at <see cref="Deadline"/> it is called off. Both or neither.</summary>
    [Id(6)] public int? MinSeats { get; init; }
    [Id(7)] public Instant? Deadline { get; init; }

    /// <summary>Of a seat, tax included; null: free of charge.</summary>
    [Id(8)] public Money? Price { get; init; }

    /// <summary>Anybody may see it; free of charge and without <see cref="ApprovalRequired"/>, anybody may come as a guest.</summary>
    [Id(9)] public bool Public { get; init; }
    [Id(10)] public string? AreaId { get; init; }

    /// <summary>Where to join; told only to who has a seat.</summary>
    [Id(11)] public string? VideoLink { get; init; }

    /// <summary>Tools and rooms that are booked for it.</summary>
    [Id(12)] public ImmutableArray<string> ToolIds { get; init; } = [];

    /// <summary>Asked of who takes a seat; they must answer.</summary>
    [Id(13)] public string? Question { get; init; }

    /// <summary>A seat is held until the host has said yes or no.</summary>
    [Id(14)] public bool ApprovalRequired { get; init; }

    /// <summary>Until when a seat that is given back is paid back; null: until it begins.</summary>
    [Id(15)] public Instant? CancelBy { get; init; }
    [Id(16)] public bool Cancelled { get; init; }

    /// <summary>Why it is called off, in words.</summary>
    [Id(17)] public string? Reason { get; init; }

    /// <summary>The booking of tools, rooms and the host's time.</summary>
    [Id(18)] public Guid? BookingId { get; init; }

    /// <summary>The office hours that it is one of.</summary>
    [Id(19)] public Guid? OfficeHoursId { get; init; }

    /// <summary>The host's time as a mentor is booked with it.</summary>
    [Id(20)] public bool HostTime { get; init; }

    /// <summary>How many of the seats guests may have; null: all of them.</summary>
    [Id(21)] public int? GuestSeats { get; init; }

    /// <summary>Everything that is booked for it.</summary>
    [JsonIgnore] public ImmutableArray<string> Booked => HostTime ? ToolIds.Insert(0, Keys.MentorTime(HostId)) : ToolIds;

    /// <summary>Whether somebody without an account may have a seat.</summary>
    public bool TakesGuests => Public && !ApprovalRequired && Price is null && GuestSeats != 0;
}

/// <summary>A wish for a seat.</summary>
/// <param name="Who">A member's id, or a guest's (<see cref="Guests"/>).</param>
/// <param name="Answer">To the event's question.</param>
/// <param name="Agreed">The price that was shown; null: any will do.</param>
[GenerateSerializer, Immutable, Alias("seat-wish")]
public sealed record SeatWish([property: Id(0)] string Who, [property: Id(1)] string? Answer = null, [property: Id(2)] Money? Agreed = null);

/// <summary>Ids of people without an account among those who sit. Who they are is kept apart, and forgotten after the event.</summary>
public static class Guests
{
    private const string Prefix = "guest:";

    public static string Seat(Guid guestId) => Prefix + guestId.ToString("N");

    public static bool Is(string who) => who.StartsWith(Prefix, StringComparison.Ordinal);

    public static Guid? Id(string who) => Is(who) && Guid.TryParseExact(who[Prefix.Length..], "N", out var id) ? id : null;
}

/// <summary>Somebody's seat, or place in the line, as they asked for it.</summary>
/// <param name="Who">Whose.</param>
/// <param name="No">Which of the event's, counted; whoever comes back has another.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Price">What it costs them; null: nothing.</param>
/// <param name="Answer">To the question.</param>
[GenerateSerializer, Immutable, Alias("seat-taken")]
public sealed record SeatTaken(
    [property: Id(0)] string Who, [property: Id(1)] long No, [property: Id(2)] Instant At, [property: Id(3)] Money? Price, [property: Id(4)] string? Answer);

/// <summary>A seat that is not given yet, and nobody else's.</summary>
/// <param name="Who">For whom.</param>
/// <param name="Until">When it is free again; null: it waits for the host.</param>
[GenerateSerializer, Immutable, Alias("held-seat")]
public sealed record HeldSeat([property: Id(0)] string Who, [property: Id(1)] Instant? Until);

/// <summary>Money of a seat, to be charged or given back. Its id is that of the seat: once each.</summary>
[GenerateSerializer, Immutable, Alias("seat-charge")]
public sealed record SeatCharge([property: Id(0)] Guid Id, [property: Id(1)] string MemberId, [property: Id(2)] Money Amount, [property: Id(3)] bool Back);

/// <summary>An event and who takes part, in the order they asked.</summary>
[GenerateSerializer, Immutable, Alias("event-view")]
public sealed record EventView(
    [property: Id(0)] Guid Id, [property: Id(1)] EventDefinition Definition, [property: Id(2)] ImmutableArray<string> Members)
{
    /// <summary>Who waits for a seat, first come first.</summary>
    [Id(3)] public ImmutableArray<string> Waiting { get; init; } = [];

    /// <summary>Who came and who did not, as far as it was marked.</summary>
    [Id(4)] public ImmutableArray<AttendanceMark> Marks { get; init; } = [];

    /// <summary>Of <see cref="Members"/> those whose seat is only held.</summary>
    [Id(5)] public ImmutableArray<HeldSeat> Held { get; init; } = [];

    /// <summary>What each who sits or waits asked for.</summary>
    [Id(6)] public ImmutableArray<SeatTaken> Taken { get; init; } = [];

    /// <summary>It was called off because too few had a seat at the deadline.</summary>
    [Id(7)] public bool FellShort { get; init; }

    /// <summary>When <see cref="IEventGrain.Due"/> has something to do next; null: never by the clock.</summary>
    [Id(8)] public Instant? DueAt { get; init; }

    /// <summary>It is only being planned: nobody sees it.</summary>
    [Id(9)] public bool Draft { get; init; }

    /// <summary>When it was last moved, or some of its tools left out: who had a seat then has their money back where they give it back, however late.</summary>
    [Id(10)] public Instant? ChangedAt { get; init; }

    public int SeatsLeft => Definition.Cancelled ? 0 : Math.Max(0, Definition.Seats - Members.Length);

    /// <summary>Seats that a guest could have.</summary>
    public int GuestSeatsLeft => !Definition.TakesGuests || !Waiting.IsEmpty ? 0 : Math.Clamp((Definition.GuestSeats ?? Definition.Seats) - Members.Count(Guests.Is), 0, SeatsLeft);

    public bool IsHeld(string who) => Held.Any(h => h.Who == who);

    /// <summary>Whether the seat is theirs.</summary>
    public bool Has(string who) => Members.Contains(who) && !IsHeld(who);

    /// <summary>Whose seat it is, those held left out.</summary>
    [JsonIgnore] public IEnumerable<string> Seated => Members.Where(m => !IsHeld(m));
}

/// <summary>What came of a wish.</summary>
[GenerateSerializer, Immutable, Alias("event-answer")]
public sealed record EventAnswer([property: Id(0)] EventView? Event, [property: Id(1)] ImmutableArray<Refusal> Refusals);
