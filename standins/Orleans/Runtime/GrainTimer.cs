
namespace Orleans.Runtime;

/// <summary>A grain's timer: each tick is a turn of the grain, and the next is not counted before the last is done.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly Tick _tick;
    private readonly ITimer _timer;
    private TimeSpan _due;
    private TimeSpan _period;
    private bool _ticking;
    private bool _changed;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _tick = new(this, options);
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _timer = activation.Silo.Time.CreateTimer(static self => ((GrainTimer)self!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowUnlessSupported(dueTime, nameof(dueTime));
        ThrowUnlessSupported(period, nameof(period));
        (_due, _period, _changed) = (dueTime, period, true);
        if (!_ticking) _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        if (_disposed.IsCancellationRequested) return;
        _disposed.Cancel();
        _timer.Dispose();
        _activation.Forget(this);
    }

    private static void ThrowUnlessSupported(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)time.TotalMilliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)time.TotalMilliseconds, uint.MaxValue - 1, name);
    }

    private void Due()
    {
        _ticking = true;
        _activation.TryReceive(_tick);
    }

    private async Task TickAsync()
    {
        _changed = false;
        try
        {
            if (!_disposed.IsCancellationRequested) await _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            _activation.Silo.Log.TimerFailed(exception, _activation.GrainId);
        }

        _ticking = false;
        if (!_disposed.IsCancellationRequested) _timer.Change(_changed ? _due : _period, Timeout.InfiniteTimeSpan);
    }

    private sealed class Tick(GrainTimer timer, GrainTimerCreationOptions options) : Call
    {
        public override bool IsAlwaysInterleave => options.Interleave;

        public override bool KeepsAlive => options.KeepAlive;

        public override bool OutlivesActivation => false;

        public override Task RunAsync(Activation activation) => timer.TickAsync();

        public override void Fail(Exception exception)
        {
        }

        public override string GetMethodName() => "InvokeCallbackAsync";

        public override string GetInterfaceName() => "IGrainTimerInvoker";
    }
}
