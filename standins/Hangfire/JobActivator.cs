namespace Hangfire;

/// <summary>Makes the objects whose methods are jobs.</summary>
public class JobActivator
{
    public virtual object ActivateJob(Type jobType) => Activator.CreateInstance(jobType)!;

    /// <summary>The object, and what is to be disposed after the job.</summary>
    internal virtual (object Job, IAsyncDisposable? Scope) Activate(Type type)
    {
        var job = ActivateJob(type);
        return (job, job as IAsyncDisposable);
    }
}
