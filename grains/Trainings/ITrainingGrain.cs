using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Seats;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Trainings;

/// <summary>A training with seats, which leads to a certification. Whoever it answers first has the last seat.</summary>
[Alias("makerspace.training")]
public interface ITrainingGrain : IGrainWithStringKey
{
    /// <summary>The training, or null if never planned.</summary>
    [ReadOnly, Alias("view")] Task<TrainingView?> View();

    /// <summary>Plans the training or changes it; seats taken stay taken. The same again changes nothing.</summary>
    [Alias("define")] Task<TrainingView> Define(TrainingDefinition definition, string actor);

    /// <summary>
    /// Cancels what is booked for it and not needed any more: of a training that is called off its booking, and those that it had before its tools or its time
    /// changed. Again changes nothing; one that takes place after all keeps what it has.
    /// </summary>
    [Alias("free")] Task Free(string actor);

    /// <summary>Takes a seat, or refuses. A member who has one already keeps it.</summary>
    [Alias("join")] Task<SeatAnswer> Join(string memberId, string actor);

    /// <summary>Waits for a seat, in the order of asking; where one is free, takes it. Who waits or sits already keeps that.</summary>
    [Alias("wait")] Task<SeatAnswer> Wait(string memberId, string actor);

    /// <summary>Who came and who did not, from its start on. The marks of those who are not named stay; somebody without a seat is given one that is left.</summary>
    [Alias("mark")] Task<SeatAnswer> Mark(ImmutableArray<AttendanceMark> marks, string actor);

    /// <summary>Gives the seat, or the place in the line, back, until the training begins; whoever waits first has the seat. Without either nothing happens.</summary>
    [Alias("leave")] Task<SeatAnswer> Leave(string memberId, string actor);
}

/// <summary>What is planned.</summary>
[GenerateSerializer, Immutable, Alias("training-definition")]
public sealed record TrainingDefinition
{
    [Id(0)] public string Title { get; init; } = "";

    /// <summary>What who took part may be certified for.</summary>
    [Id(1)] public string CertificationId { get; init; } = "";
    [Id(2)] public Slot Slot { get; init; }

    /// <summary>How many may take part.</summary>
    [Id(3)] public int Seats { get; init; } = 1;
    [Id(4)] public string? AreaId { get; init; }

    /// <summary>Member id of who gives it.</summary>
    [Id(5)] public string? TrainerId { get; init; }
    [Id(6)] public bool Cancelled { get; init; }

    /// <summary>Tools and rooms that are booked for it.</summary>
    [Id(7)] public ImmutableArray<string> ToolIds { get; init; } = [];

    /// <summary>The booking of those.</summary>
    [Id(8)] public Guid? BookingId { get; init; }
}

/// <summary>A training and who takes part, in the order they joined.</summary>
[GenerateSerializer, Immutable, Alias("training-view")]
public sealed record TrainingView(
    [property: Id(0)] Guid Id, [property: Id(1)] TrainingDefinition Definition, [property: Id(2)] ImmutableArray<string> Members)
{
    /// <summary>Who waits for a seat, first come first.</summary>
    [Id(3)] public ImmutableArray<string> Waiting { get; init; } = [];

    /// <summary>Who came and who did not, as far as it was marked.</summary>
    [Id(4)] public ImmutableArray<AttendanceMark> Marks { get; init; } = [];

    public int SeatsLeft => Definition.Cancelled ? 0 : Math.Max(0, Definition.Seats - Members.Length);
}

/// <summary>What came of a wish for a seat.</summary>
[GenerateSerializer, Immutable, Alias("seat-answer")]
public sealed record SeatAnswer([property: Id(0)] TrainingView? Training, [property: Id(1)] ImmutableArray<Refusal> Refusals);

/// <summary>Which trainings there are: a projection, good for proposing one; the training itself decides on its seats.</summary>
public interface ITrainingDirectory
{
    /// <summary>The next training after <paramref name="from"/> with a free seat that leads to the certification, or null.</summary>
    Task<TrainingOffer?> Next(string certificationId, Instant from, CancellationToken cancellation);
}
