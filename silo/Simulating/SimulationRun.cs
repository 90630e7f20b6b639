using Makerspace.Reservations.Simulating;
using NodaTime;

namespace Makerspace.Simulating;

/// <summary>How far a simulation has come.</summary>
public enum SimulationState
{
    /// <summary>Others are before it.</summary>
    Waiting,
    Running,
    Done,
    Cancelled,
    Failed,
}

/// <summary>One simulation, while it runs and for a while afterwards.</summary>
public sealed class SimulationRun(string id, string owner, SimulationRequest request, Instant startedAt) : IDisposable
{
    private readonly CancellationTokenSource cancel = new();
    private double progress;

    public string Id => id;

    /// <summary>The member who asked for it.</summary>
    public string Owner => owner;
    public SimulationRequest Request => request;
    public Instant StartedAt => startedAt;
    public SimulationState State { get; internal set; }

    /// <summary>0 to 1.</summary>
    public double Progress => Volatile.Read(ref progress);

    /// <summary>What would have come of the period; null until it is done.</summary>
    public SimulationResult? Result { get; private set; }

    /// <summary>What would come of the bookings ahead: those refused would not be allowed any more, and stay; null until it is done.</summary>
    public SimulationResult? Upcoming { get; private set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; private set; }

    internal CancellationToken Cancellation => cancel.Token;

    public bool IsOver => State is SimulationState.Done or SimulationState.Cancelled or SimulationState.Failed;

    public void Cancel() => cancel.Cancel();

    public void Dispose() => cancel.Dispose();

    internal void Reached(double share) => Volatile.Write(ref progress, Math.Clamp(share, 0, 1));

    internal void Done(SimulationResult past, SimulationResult ahead, TimeSpan took)
    {
        (Result, Upcoming, Took) = (past, ahead, took);
        Reached(1);
        State = SimulationState.Done;
    }
}
