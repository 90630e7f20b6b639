using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
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

    /// <summary>With the seats that are left given to whoever waits first; nobody moves up in a training that does not take place.</summary>
    public TrainingState MovedUp()
    {
        var left = Definition is { Cancelled: false } definition ? Math.Max(0, definition.Seats - Members.Length) : 0;
        var first = Waiting.Take(left).ToList();
        return this with { Members = Members.AddRange(first), Waiting = Waiting.RemoveRange(first) };
    }
}

[GrainType("training")]
internal sealed class TrainingGrain([PersistentState("training")] IPersistentState<TrainingState> state, TimeProvider time)
    : SavingGrain<TrainingState>(state), ITrainingGrain
{
    private const int MostWaiting = 100;

    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<TrainingView?> View() => Task.FromResult(ViewOf(State));

    public async Task<TrainingView> Define(TrainingDefinition definition, string actor)
    {
        if (State.Definition is null || !StoredJson.Same(definition, State.Definition)) await Save((State with { Definition = definition, Former = Left(definition) }).MovedUp(), actor);
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
        if (training.SeatsLeft == 0 || training.Waiting.Length > 0) return new SeatAnswer(training, [new TrainingFull(training.Definition.Seats)]);
        return await Saved(State with { Members = State.Members.Add(memberId) }, actor);
    }

    public async Task<SeatAnswer> Wait(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (training.Members.Contains(memberId) || training.Waiting.Contains(memberId)) return new SeatAnswer(training, []);
        if (Over(training) is { } over) return new SeatAnswer(training, [over]);
        if (training.Waiting.Length >= MostWaiting) return new SeatAnswer(training, [new WaitlistFull(MostWaiting)]);
        return await Saved((State with { Waiting = State.Waiting.Add(memberId) }).MovedUp(), actor);
    }

    public async Task<SeatAnswer> Leave(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (!training.Members.Contains(memberId) && !training.Waiting.Contains(memberId)) return new SeatAnswer(training, []);
        if (training.Definition.Slot.Start <= time.Now()) return new SeatAnswer(training, [new TrainingOver(training.Definition.Cancelled)]);
        return await Saved((State with { Members = State.Members.Remove(memberId), Waiting = State.Waiting.Remove(memberId) }).MovedUp(), actor);
    }

    public async Task<SeatAnswer> Mark(ImmutableArray<AttendanceMark> marks, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (training.Definition.Cancelled) return new SeatAnswer(training, [new TrainingOver(Cancelled: true)]);
        if (training.Definition.Slot.Start > time.Now()) return new SeatAnswer(training, [new TrainingNotBegun(training.Definition.Slot.Start)]);
        var late = marks.Where(m => m.Came).Select(m => m.MemberId).Distinct(StringComparer.Ordinal).Except(training.Members, StringComparer.Ordinal).ToList();
        if (late.Count > training.SeatsLeft) return new SeatAnswer(training, [new TrainingFull(training.Definition.Seats)]);
        var seated = State.Members.AddRange(late);
        // A mark that says what was said before stays as it was: the certificate that came of it is not a new one.
        var news = marks.Where(m => seated.Contains(m.MemberId) && State.Marks.FirstOrDefault(k => k.MemberId == m.MemberId)?.Came != m.Came).ToList();
        if (news.Count == 0) return new SeatAnswer(training, []);
        var kept = State.Marks.RemoveAll(k => news.Exists(m => m.MemberId == k.MemberId));
        return await Saved(State with { Members = seated, Waiting = State.Waiting.RemoveRange(late), Marks = kept.AddRange(news) }, actor);
    }

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
        var up = State.Waiting.Where(m => next.Members.Contains(m) && m != actor).ToImmutableArray();
        return Save(next with { Outbox = [new TrainingChanged(time.Now(), actor, ViewOf(next)!) { MovedUp = up.IsEmpty ? null : up }] });
    }

    private TrainingView? ViewOf(TrainingState training) => training.Definition is { } definition
        ? new TrainingView(Id, definition, training.Members) { Waiting = training.Waiting, Marks = training.Marks }
        : null;
}
