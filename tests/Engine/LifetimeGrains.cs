using Orleans.Runtime;

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
        stage.Note("all", Key);
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
