using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Something an activation is to do: a call from somewhere, or a timer's tick.</summary>
internal abstract class Call : IInvokable
{
    public virtual bool IsReadOnly => false;

    public virtual bool IsAlwaysInterleave => false;

    /// <summary>Whether it counts as use of the activation.</summary>
    public virtual bool KeepsAlive => true;

    /// <summary>Whether nobody waits for it any more, so that it need not start.</summary>
    public virtual bool IsSettled => false;

    /// <summary>Whether it may wait for the next activation, when this one ends first.</summary>
    public virtual bool OutlivesActivation => true;

    /// <summary>Does it, as turns of the activation; never throws.</summary>
    public abstract Task RunAsync(Activation activation);

    /// <summary>Answers that it will not be done.</summary>
    public abstract void Fail(Exception exception);

    public virtual int GetArgumentCount() => 0;

    public virtual object? GetArgument(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    public abstract string GetMethodName();

    public abstract string GetInterfaceName();
}
