using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Seats;
using Makerspace.Time;
using Makerspace.Waitlists;

namespace Makerspace.Trainings;

/// <summary>What a training keeps.</summary>
internal sealed record TrainingState : IHasOutbox
{
    public TrainingDefinition? Definition { get; init; }
    public ImmutableArray<string> Members { get; init; } = [];
    public ImmutableArray<string> Waiting { get; init; } = [];
    public ImmutableArray<AttendanceMark> Marks { get; init; } = [];

    /// <summary>Bookings it had before, which are still to be cancelled: written with what takes their place, so that no crash loses them.</summary>
    public ImmutableArray<Guid> Former { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public Seating Seating => new(Members, Waiting, Marks);

    /// <summary>How many seats there are; none in a training that does not take place.</summary>
    [JsonIgnore] public int Seats => Definition is { Cancelled: false } definition ? definition.Seats : 0;

    public TrainingState With(Seating seating) => this with { Members = seating.Members, Waiting = seating.Waiting, Marks = seating.Marks };
}

[GrainType("training")]
internal sealed class TrainingGrain([PersistentState("training")] IPersistentState<TrainingState> state, TimeProvider time)
    : SavingGrain<TrainingState>(state), ITrainingGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<TrainingView?> View() => Task.FromResult(ViewOf(State));

    public async Task<TrainingView> Define(TrainingDefinition definition, string actor)
    {
        if (State.Definition is null || !StoredJson.Same(definition, State.Definition)) await Save(MovedUp(State with { Definition = definition, Former = Left(definition) }), actor);
        return ViewOf(State)!;
    }

    public async Task Free(string actor)
    {
        var former = State.Former;
        if (State.Definition is { Cancelled: true, BookingId: { } booking }) await Booking(booking).Cancel(actor, null);
        foreach (var id in former) await Booking(id).Cancel(actor, null);
        if (!former.IsEmpty) await Save(State with { Former = State.Former.RemoveRange(former), Outbox = [] });
    }

    public async Task<SeatAnswer> Join(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (training.Members.Contains(memberId)) return new SeatAnswer(training, []);
        if (Over(training) is { } over) return new SeatAnswer(training, [over]);
        // Who waits has the next seat: nobody passes them.
        if (!State.Seating.IsOpen(State.Seats)) return new SeatAnswer(training, [new TrainingFull(training.Definition.Seats)]);
        return await Saved(State.With(State.Seating.Seated(memberId)), actor);
    }

    public async Task<SeatAnswer> Wait(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (State.Seating.Knows(memberId)) return new SeatAnswer(training, []);
        if (Over(training) is { } over) return new SeatAnswer(training, [over]);
        if (training.Waiting.Length >= Seating.MostWaiting) return new SeatAnswer(training, [new WaitlistFull(Seating.MostWaiting)]);
        return await Saved(State.With(State.Seating.Queued(memberId, State.Seats)), actor);
    }

    public async Task<SeatAnswer> Leave(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (!State.Seating.Knows(memberId)) return new SeatAnswer(training, []);
        if (training.Definition.Slot.Start <= time.Now()) return new SeatAnswer(training, [new TrainingOver(training.Definition.Cancelled)]);
        return await Saved(State.With(State.Seating.Without(memberId, State.Seats)), actor);
    }

    public async Task<SeatAnswer> Mark(ImmutableArray<AttendanceMark> marks, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (training.Definition.Cancelled) return new SeatAnswer(training, [new TrainingOver(Cancelled: true)]);
        if (training.Definition.Slot.Start > time.Now()) return new SeatAnswer(training, [new TrainingNotBegun(training.Definition.Slot.Start)]);
        if (State.Seating.Unseated(marks).Count > training.SeatsLeft) return new SeatAnswer(training, [new TrainingFull(training.Definition.Seats)]);
        return State.Seating.Marked(marks) is { } marked ? await Saved(State.With(marked), actor) : new SeatAnswer(training, []);
    }

    // Nobody moves up in a training that does not take place.
    private static TrainingState MovedUp(TrainingState next) => next.With(next.Seating.MovedUp(next.Seats));

    private ImmutableArray<Guid> Left(TrainingDefinition next)
    {
        var left = State.Definition?.BookingId is { } had && had != next.BookingId && !State.Former.Contains(had) ? State.Former.Add(had) : State.Former;
        return next.BookingId is { } again ? left.Remove(again) : left;
    }

    private IBookingGrain Booking(Guid id) => GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id));

    private TrainingOver? Over(TrainingView training) =>
        training.Definition.Cancelled || training.Definition.Slot.Start <= time.Now() ? new TrainingOver(training.Definition.Cancelled) : null;

    private async Task<SeatAnswer> Saved(TrainingState next, string actor)
    {
        await Save(next, actor);
        return new SeatAnswer(ViewOf(State), []);
    }

    private Task Save(TrainingState next, string actor)
    {
        var up = next.Seating.UpSince(State.Seating, actor);
        return Save(next with { Outbox = [new TrainingChanged(time.Now(), actor, ViewOf(next)!) { MovedUp = up.IsEmpty ? null : up }] });
    }

    private TrainingView? ViewOf(TrainingState training) => training.Definition is { } definition
        ? new TrainingView(Id, definition, training.Members) { Waiting = training.Waiting, Marks = training.Marks }
        : null;
}
