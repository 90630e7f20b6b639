namespace Makerspace.Tests.Engine;

public interface ILifetimeGrain : IGrainWithStringKey
{
    Task<string> Activation();

    Task End();

    /// <summary>Notes "tick" at each, until the activation ends.</summary>
    Task Tick(TimeSpan due, TimeSpan period, bool interleave);

    Task Hold(string gate);

    Task HoldAndCall(string gate, string other);

    Task<string?> Ambient();

    Task<string?> AmbientThrough(string other);
}

public sealed class LifetimeGrain(Stage stage) : Grain, ILifetimeGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    private string Key => this.GetPrimaryKeyString();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Note(Key, reason.ReasonCode.ToString());
        stage.Open(Key + ":ended");
        return Task.CompletedTask;
    }

    public Task<string> Activation() => Task.FromResult(_activation);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Tick(TimeSpan due, TimeSpan period, bool interleave)
    {
        var ticks = 0;
        this.RegisterGrainTimer(
            () =>
            {
                stage.Note(Key, "tick");
                stage.Open($"{Key}:tick{++ticks}");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(due, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        stage.Open(Key + ":holds");
        await stage.Opened(gate);
        stage.Note(Key, "let go");
    }

    public async Task HoldAndCall(string gate, string other)
    {
        await Hold(gate);
        await GrainFactory.GetGrain<ILifetimeGrain>(other).Activation();
    }

    public Task<string?> Ambient() => Task.FromResult((string?)RequestContext.Get("who"));

    public Task<string?> AmbientThrough(string other) => GrainFactory.GetGrain<ILifetimeGrain>(other).Ambient();
}

/// <summary>Counts grains that have said goodbye.</summary>
public sealed class Passing
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _gone;
    private int _awaited = int.MaxValue;

    public Task AllGone(int count)
    {
        Volatile.Write(ref _awaited, count);
        Check();
        return _done.Task;
    }

    public void Leave()
    {
        Interlocked.Increment(ref _gone);
        Check();
    }

    private void Check()
    {
        if (Volatile.Read(ref _gone) >= Volatile.Read(ref _awaited)) _done.TrySetResult();
    }
}

public interface IPassingGrain : IGrainWithStringKey
{
    Task Touch();
}

public sealed class PassingGrain(Passing passing) : Grain, IPassingGrain
{
    public Task Touch() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        passing.Leave();
        return Task.CompletedTask;
    }
}
