namespace Makerspace.Tests.Engine;

[GenerateSerializer]
public sealed class ToolOnFireException(string message, int degrees) : Exception(message)
{
    [Id(0)]
    public int Degrees { get; } = degrees;
}

public interface IFailureGrain : IGrainWithStringKey
{
    Task Burn();

    ValueTask<int> BurnBeforeAwaiting();

    ValueTask<string> Fine();

    Task<bool> WaitForCancellation(CancellationToken cancellationToken);

    Task WaitFor(string gate);
}

public sealed class FailureGrain(Stage stage) : Grain, IFailureGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyString().StartsWith("stillborn", StringComparison.Ordinal) && stage.Noted(this.GetPrimaryKeyString()).Length == 0)
        {
            stage.Note(this.GetPrimaryKeyString(), "born");
            throw new ToolOnFireException("no", 1);
        }

        return Task.CompletedTask;
    }

    public async Task Burn()
    {
        await Task.Yield();
        throw new ToolOnFireException("hot", 451);
    }

    public ValueTask<int> BurnBeforeAwaiting() => throw new ToolOnFireException("hot", 451);

    public ValueTask<string> Fine() => new("fine");

    public async Task<bool> WaitForCancellation(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        stage.Open(key + ":waits");
        var cancelled = new TaskCompletionSource();
        await using var _ = cancellationToken.Register(() => cancelled.TrySetResult());
        await cancelled.Task;
        stage.Open(key + ":cancelled");
        return true;
    }

    public Task WaitFor(string gate) => stage.Opened(gate);
}
