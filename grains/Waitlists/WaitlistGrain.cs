using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Waitlists;

/// <summary>What a waitlist keeps: only places that are open; how the others ended is in the journal.</summary>
internal sealed record WaitlistState : IHasOutbox
{
    /// <summary>In the order they came.</summary>
    public ImmutableArray<WaitView> Places { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

/// <summary>Calls Bookings, which know nothing of it.</summary>
[GrainType("waitlist")]
internal sealed class WaitlistGrain([PersistentState("waitlist")] IPersistentState<WaitlistState> state, IToolDirectory tools, TimeProvider time)
    : SavingGrain<WaitlistState>(state), IWaitlistGrain
{
    /// <summary>How long an offer is exclusive.</summary>
    public static readonly Duration Exclusive = Duration.FromMinutes(15);

    private const int Most = 200;

    // What somebody else's cancelling, or one's own, may take away in time. Of anything else waiting is no cure.
    private static readonly ImmutableHashSet<string> Passing =
    [
        "slot-taken", "buffer", "resource-conflict", "area-full", "schedule-full", "outage", "tool-out-of-service", "daily-limit", "weekly-limit",
        "future-bookings-limit", "future-hours-limit", "minimum-gap", "member-elsewhere", "buddy-required", "too-far-ahead",
    ];

    public async Task<WaitAnswer> Join(WaitRequest request)
    {
        if (State.Places.FirstOrDefault(p => p.Id == request.Id) is { } standing) return new WaitAnswer(standing, []);
        if (await Refusals(request) is not { } refusals) return new WaitAnswer(null, [], "tool");
        if (!refusals.IsEmpty) return new WaitAnswer(null, refusals);
        var place = new WaitView
        {
            Id = request.Id,
            Group = this.GetPrimaryKeyString(),
            ToolId = request.ToolId,
            MemberId = request.MemberId,
            Slot = request.Slot,
            AnyTool = request.AnyTool,
            Purpose = request.Purpose,
            MadeAt = time.Now(),
        };
        await Save(State.Places.Add(place), request.Actor, place);
        return new WaitAnswer(place, []);
    }

    public async Task<WaitView?> Leave(Guid waitId, string actor)
    {
        if (State.Places.FirstOrDefault(p => p.Id == waitId) is not { } place) return null;
        // Also an offer that was made and not noted, for a crash between the two.
        var offers = place.BookingId is { } noted ? [noted] : (await Candidates(place)).Select(tool => BookingId(place.Id, tool));
        foreach (var offer in offers)
            if (await Booking(offer).View() is { State: BookingState.Offered }) await Booking(offer).Cancel(actor, null);
        await End(place, WaitState.Left, actor);
        return place with { State = WaitState.Left };
    }

    public Task<WaitView?> View(Guid waitId) => Task.FromResult(State.Places.FirstOrDefault(p => p.Id == waitId));

    public async Task<int> Offer()
    {
        var made = 0;
        foreach (var place in State.Places)
        {
            if (place.State == WaitState.Offered) await Answered(place);
            else if (place.Slot.Start <= time.Now()) await End(place, WaitState.Over, Actors.System);
            else if (await Offered(place)) made++;
        }
        return made;
    }

    // Null where the tool does not exist.
    private async Task<ImmutableArray<Refusal>?> Refusals(WaitRequest request)
    {
        if (State.Places.FirstOrDefault(p => p.MemberId == request.MemberId && p.ToolId == request.ToolId && p.Slot.Overlaps(request.Slot)) is { } other)
            return [new AlreadyWaiting(other.Id)];
        var answer = await Booking(request.Id).Preview(RequestFor(request.ToolId, request.MemberId, request.Slot, request.Purpose, request.Actor));
        if (answer.Missing is not null) return null;
        if (answer.Accepted) return [new SlotFree()];
        var lasting = answer.Refusals.Where(r => !Passing.Contains(r.Code)).ToImmutableArray();
        if (!lasting.IsEmpty) return lasting;
        return State.Places.Length >= Most ? [new WaitlistFull(Most)] : [];
    }

    private async Task<bool> Offered(WaitView place)
    {
        foreach (var tool in await Candidates(place))
        {
            // Made of place and tool: after a crash between the booking and the note of it, the same booking answers.
            var id = BookingId(place.Id, tool);
            var until = Instant.Min(time.Now() + Exclusive, place.Slot.Start);
            var answer = await Booking(id).Book(
                RequestFor(tool, place.MemberId, place.Slot, place.Purpose, Actors.System) with { OfferUntil = until, WaitId = place.Id });
            if (!answer.Accepted || answer.Booking is not { State: BookingState.Offered } booking) continue;
            var offered = place with { State = WaitState.Offered, BookingId = id, OfferedTool = tool, OfferUntil = booking.OfferUntil };
            await Save(State.Places.Replace(place, offered), Actors.System, offered);
            return true;
        }
        return false;
    }

    private async Task<IEnumerable<string>> Candidates(WaitView place) =>
        place.AnyTool ? [place.ToolId, .. await tools.Equivalents(place.ToolId, most: 20, CancellationToken.None)] : [place.ToolId];

    private async Task Answered(WaitView place)
    {
        var booking = await Booking(place.BookingId!.Value).Due();
        if (booking is { State: BookingState.Offered }) return;
        var taken = booking is { State: BookingState.Confirmed or BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.CheckedIn or BookingState.Completed or BookingState.NoShow };
        await End(place, taken ? WaitState.Taken : WaitState.Passed, Actors.System);
    }

    private Task End(WaitView place, WaitState how, string actor) => Save(State.Places.Remove(place), actor, place with { State = how });

    private Task Save(ImmutableArray<WaitView> places, string actor, WaitView changed) =>
        Save(State with { Places = places, Outbox = [new WaitChanged(time.Now(), actor, changed)] });

    private static BookingRequest RequestFor(string toolId, string memberId, Slot slot, string? purpose, string actor) =>
        new() { ToolId = toolId, MemberId = memberId, Slot = slot, Purpose = purpose, Actor = actor, Quiet = true };

    private static Guid BookingId(Guid waitId, string toolId) => DerivedId.Of("wait", waitId.ToString("N"), toolId);

    private IBookingGrain Booking(Guid id) => GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id));
}
