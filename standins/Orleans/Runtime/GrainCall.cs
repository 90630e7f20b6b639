using System.Collections.Immutable;
using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>A call whose caller waits for the answer, but no longer than the response time-out.</summary>
internal abstract class GrainCall(GrainMethod method, Silo silo, GrainId target, object?[] arguments) : Call
{
    private readonly long _sent = Stopwatch.GetTimestamp();
    private readonly ImmutableDictionary<string, object>? _context = RequestContext.Values;
    private CancellationTokenSource? _cancel;
    private CancellationTokenRegistration _registration;
    private Activation? _activation;

    public GrainMethod Method => method;

    public Silo Silo => silo;

    public GrainId Target => target;

    public GrainId? Source { get; } = ActivationScheduler.CurrentActivation?.GrainId;

    public ActivityContext? Trace { get; } = silo.PropagatesActivity ? Activity.Current?.Context : null;

    public object?[] Arguments => arguments;

    /// <summary>Done when the caller has its answer, whatever it is.</summary>
    public abstract Task Settled { get; }

    public override bool IsReadOnly => method.IsReadOnly;

    public override bool IsAlwaysInterleave => method.IsAlwaysInterleave;

    public override int GetArgumentCount() => arguments.Length;

    public override object? GetArgument(int index) => arguments[index];

    public override string GetMethodName() => method.Name;

    public override string GetInterfaceName() => method.InterfaceName;

    /// <summary>Puts a token of this call's own in the place of the caller's; false if that is cancelled already.</summary>
    public bool TakeCancellation()
    {
        if (method.CancellationIndex < 0) return true;
        var callers = arguments[method.CancellationIndex] is CancellationToken token ? token : default;
        if (!callers.CanBeCanceled) return true;
        if (callers.IsCancellationRequested) Fail(new OperationCanceledException(callers));
        _cancel = new CancellationTokenSource();
        arguments[method.CancellationIndex] = _cancel.Token;
        _registration = callers.UnsafeRegister(static (call, token) => ((GrainCall)call!).Abandon(new OperationCanceledException(token)), this);
        return !callers.IsCancellationRequested;
    }

    public void TimeOutIfDue(long now, TimeSpan timeout)
    {
        if (Stopwatch.GetElapsedTime(_sent, now) < timeout) return;
        var exception = new TimeoutException($"Response did not arrive on time in {timeout} for {this}.");
        if (silo.Messaging.CancelRequestOnTimeout) Abandon(exception);
        else Fail(exception);
    }

    public override async Task RunAsync(Activation activation)
    {
        _activation = activation;
        RequestContext.Values = _context;
        using var traced = Tracing.Start(this);
        try
        {
            await AnswerAsync(activation);
        }
        catch (Exception exception)
        {
            activation.DoubtStateAfter(exception);
            Fail(exception);
        }
    }

    public override string ToString() => $"call {method.InterfaceName}.{method.Name} to {target}{(Source is { } source ? $" from {source}" : "")}";

    /// <summary>Runs the method and gives its result to the caller.</summary>
    protected abstract Task AnswerAsync(Activation activation);

    protected void Forget()
    {
        silo.InFlight.TryRemove(this, out _);
        _registration.Unregister();
    }

    // The caller goes on without the answer; the grain is told, as a turn of its own.
    private void Abandon(Exception exception)
    {
        Fail(exception);
        if (_cancel is { } cancel) _activation?.Scheduler.Run(static source => ((CancellationTokenSource)source!).Cancel(), cancel);
    }
}

/// <inheritdoc/>
internal sealed class GrainCall<T>(GrainMethod<T> method, Silo silo, GrainId target, object?[] arguments) : GrainCall(method, silo, target, arguments)
{
    private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T?> Answer => _answer.Task;

    public override Task Settled => _answer.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    public override bool IsSettled => _answer.Task.IsCompleted && !Method.IsOneWay;

    public override void Fail(Exception exception)
    {
        if (!_answer.TrySetException(exception)) return;
        _ = _answer.Task.Exception; // Observed: a caller may have stopped waiting.
        Forget();
    }

    protected override async Task AnswerAsync(Activation activation)
    {
        T? result;
        if (activation.Filters.Length == 0) result = await method.Body(activation.GrainInstance!, Arguments);
        else result = await new IncomingCallContext<T>(this, method, activation).RunAsync();
        if (_answer.TrySetResult(method.CopyResult(result))) Forget();
    }
}
