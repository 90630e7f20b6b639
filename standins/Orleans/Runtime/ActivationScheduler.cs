namespace Orleans.Runtime;

/// <summary>Runs the turns of one activation one after another, on the thread pool: an await in a turn comes back here.</summary>
internal sealed class ActivationScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    private const int TurnsBeforeYielding = 64;

    [ThreadStatic]
    private static Activation? s_current;

    private readonly Queue<Task> _turns = new();
    private bool _running;

    /// <summary>The activation whose turn runs on this thread.</summary>
    public static Activation? CurrentActivation => s_current;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Starts a turn; nothing of the starter's ambient state flows into it.</summary>
    public void Run(Action<object?> turn, object? argument)
    {
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        new Task(turn, argument).Start(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        s_current = activation;
        try
        {
            for (var i = 0; i < TurnsBeforeYielding; i++)
            {
                if (Next() is not { } turn) return;
                TryExecuteTask(turn);
            }
        }
        finally
        {
            s_current = null;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_turns)
        {
            _turns.Enqueue(task);
            if (_running) return;
            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(s_current, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_turns) return [.. _turns];
    }

    private Task? Next()
    {
        lock (_turns)
        {
            if (_turns.TryDequeue(out var turn)) return turn;
            _running = false;
            return null;
        }
    }
}
