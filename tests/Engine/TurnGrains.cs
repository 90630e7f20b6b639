using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Makerspace.Tests.Engine;

/// <summary>Waits at gates, so that tests see who gets in meanwhile.</summary>
public interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Notes "in:name", waits for the gate, notes "out:name".</summary>
    Task Write(string name, string gate);

    [ReadOnly]
    Task Read(string name, string gate);

    [AlwaysInterleave]
    Task<string[]> Peek();

    [AlwaysInterleave]
    Task Slip(string name, string gate);

    Task<int> AddSlowly();

    Task<string> Activation();

    Task<string> CallThrough(string other);

    Task CallInCircle(string other, string back);

    [OneWay]
    Task Tell(string name, string gate);
}

public interface IReentrantTurnGrain : ITurnGrain;

public interface IPickyTurnGrain : ITurnGrain;

public abstract class TurnGrainBase(Stage stage) : Grain
{
    private readonly string _activation = Guid.NewGuid().ToString();
    private int _count;

    public Task Write(string name, string gate) => Pass(name, gate);

    public Task Read(string name, string gate) => Pass(name, gate);

    public Task Slip(string name, string gate) => Pass(name, gate);

    public Task Tell(string name, string gate) => Pass(name, gate);

    public Task<string[]> Peek() => Task.FromResult(stage.Noted(this.GetPrimaryKeyString()));

    public Task<string> Activation() => Task.FromResult(_activation);

    public Task<string> CallThrough(string other) => GrainFactory.GetGrain<ITurnGrain>(other, typeof(TurnGrain).FullName).Activation();

    public async Task CallInCircle(string other, string back)
    {
        if (other.Length > 0) await GrainFactory.GetGrain<ITurnGrain>(other, typeof(TurnGrain).FullName).CallInCircle(back, "");
    }

    public async Task<int> AddSlowly()
    {
        var seen = _count;
        await Task.Yield();
        await Task.Run(() => { });
        return _count = seen + 1;
    }

    private async Task Pass(string name, string gate)
    {
        stage.Note(this.GetPrimaryKeyString(), "in:" + name);
        stage.Open($"{this.GetPrimaryKeyString()}:{name}");
        await stage.Opened(gate);
        stage.Note(this.GetPrimaryKeyString(), "out:" + name);
    }
}

public sealed class TurnGrain(Stage stage) : TurnGrainBase(stage), ITurnGrain;

[Reentrant]
public sealed class ReentrantTurnGrain(Stage stage) : TurnGrainBase(stage), IReentrantTurnGrain;

[MayInterleave(nameof(IsPolite))]
public sealed class PickyTurnGrain(Stage stage) : TurnGrainBase(stage), IPickyTurnGrain
{
    public static bool IsPolite(IInvokable call) => call.GetMethodName() == nameof(Write) && (string)call.GetArgument(0)! == "please";
}
