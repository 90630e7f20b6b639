using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// One grain in memory. Its gate guards what is waiting and running; what runs, runs on its scheduler, so that grain code never meets itself.
/// A call that reaches an ending activation waits for the next one.
/// </summary>
internal sealed class Activation : IGrainContext, ICallTarget
{
    private readonly Lock _gate = new();
    private readonly List<Call> _waiting = [];
    private readonly List<GrainTimer> _timers = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ICallTarget _home;
    private readonly AsyncServiceScope _scope;
    private Stage _stage = Stage.Starting;
    private int _running;
    private Call? _blocking;
    private DeactivationReason? _reason;
    private long _lastUsed;
    private long _keepUntil;

    public Activation(Silo silo, GrainClass @class, GrainId id, ICallTarget? home = null)
    {
        Silo = silo;
        Class = @class;
        GrainId = id;
        _home = home ?? this;
        _scope = silo.ServiceProvider.CreateAsyncScope();
        Scheduler = new(this);
        Filters = silo.Filters;
        _lastUsed = silo.Time.GetTimestamp();
        Scheduler.Run(static self => _ = ((Activation)self!).StartAsync(), this);
    }

    private enum Stage
    {
        Starting,
        Valid,
        Ending,
        Ended,
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public ActivationScheduler Scheduler { get; }

    public IIncomingGrainCallFilter[] Filters { get; private set; }

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => Silo.Reference(Class, GrainId);

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public Task Deactivated => _deactivated.Task;

    public int Load
    {
        get { lock (_gate) return _running + _waiting.Count; }
    }

    public bool TryReceive(Call call)
    {
        lock (_gate)
        {
            if (_stage == Stage.Ended) return false;
            _waiting.Add(call);
            StartWhatMayRun();
            return true;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_reason is not null) return;
            _reason = deactivationReason;
            EndIfQuiet();
        }
    }

    public void KeepFor(TimeSpan time) => _keepUntil = Silo.Time.GetTimestamp() + (long)(time.TotalSeconds * Silo.Time.TimestampFrequency);

    public bool IsIdleFor(TimeSpan age)
    {
        var now = Silo.Time.GetTimestamp();
        lock (_gate)
            return _stage == Stage.Valid && _running == 0 && _waiting.Count == 0 && now >= _keepUntil && Silo.Time.GetElapsedTime(_lastUsed, now) >= age;
    }

    /// <summary>After somebody else's write, this activation's memory is behind: the next call starts from the storage.</summary>
    public void DoubtStateAfter(Exception exception)
    {
        if (exception is not InconsistentStateException { IsSourceActivation: true } inconsistent) return;
        inconsistent.IsSourceActivation = false;
        Deactivate(new(DeactivationReasonCode.ApplicationError, exception, exception.Message));
    }

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (_gate) _timers.Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (_gate) _timers.Remove(timer);
    }

    // Under the gate.
    private void StartWhatMayRun()
    {
        for (var i = 0; i < _waiting.Count && _stage == Stage.Valid && _reason is null;)
        {
            var call = _waiting[i];
            if (!call.IsSettled && !MayRun(call))
            {
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            if (call.IsSettled) continue;
            _running++;
            if (!call.IsAlwaysInterleave) _blocking ??= call;
            Scheduler.Run(static pair => _ = Run(pair!), (this, call));
        }
    }

    // Under the gate.
    private bool MayRun(Call call) =>
        _running == 0
        || call.IsAlwaysInterleave
        || _blocking is null
        || (_blocking.IsReadOnly && call.IsReadOnly)
        || Class.MayInterleave(GrainInstance!, call)
        || Class.MayInterleave(GrainInstance!, _blocking);

    private static async Task Run(object pair)
    {
        var (self, call) = ((Activation, Call))pair;
        await call.RunAsync(self);
        self.Completed(call);
    }

    private void Completed(Call call)
    {
        lock (_gate)
        {
            _running--;
            if (call.KeepsAlive) _lastUsed = Silo.Time.GetTimestamp();
            if (_blocking is null || ReferenceEquals(_blocking, call)) _blocking = null;
            StartWhatMayRun();
            EndIfQuiet();
        }
    }

    private async Task StartAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
            var (grain, states) = Class.Create(this);
            GrainInstance = grain;
            if (grain is IIncomingGrainCallFilter own) Filters = [.. Filters, own];
            foreach (var state in states) await state.LoadAsync(timeout.Token);
            if (grain is IGrainBase started) await started.OnActivateAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            Silo.Log.ActivationFailed(exception, GrainId);
            await EndAsync(new(DeactivationReasonCode.ActivationFailed, exception, "The activation could not start."));
            return;
        }

        lock (_gate)
        {
            _stage = Stage.Valid;
            StartWhatMayRun();
            EndIfQuiet();
        }
    }

    // Under the gate.
    private void EndIfQuiet()
    {
        if (_stage != Stage.Valid || _running > 0 || _reason is null) return;
        _stage = Stage.Ending;
        Scheduler.Run(static self => _ = ((Activation)self!).SayGoodbyeAsync(), this);
    }

    private async Task SayGoodbyeAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
            if (GrainInstance is IGrainBase grain) await grain.OnDeactivateAsync(_reason!.Value, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            Silo.Log.DeactivationFailed(exception, GrainId);
        }

        await EndAsync(_reason!.Value);
    }

    private async Task EndAsync(DeactivationReason reason)
    {
        foreach (var timer in TakeAll(_timers)) timer.Dispose();
        await DisposeAsync();
        Silo.Ended(this, _home);
        foreach (var call in TakeAll(_waiting, ended: true))
        {
            if (reason.ReasonCode == DeactivationReasonCode.ActivationFailed) call.Fail(reason.Exception!);
            else if (call.OutlivesActivation && !call.IsSettled) Silo.Forward(call, GrainId);
        }

        _deactivated.TrySetResult();
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable slow) await slow.DisposeAsync();
            else (GrainInstance as IDisposable)?.Dispose();
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.Log.DeactivationFailed(exception, GrainId);
        }
    }

    private T[] TakeAll<T>(List<T> list, bool ended = false)
    {
        lock (_gate)
        {
            if (ended) _stage = Stage.Ended;
            T[] all = [.. list];
            list.Clear();
            return all;
        }
    }
}
