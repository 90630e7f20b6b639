using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Stands around every call that a grain receives.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Runs instead of the call, which is <see cref="IGrainCallContext.Invoke"/>.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>An <see cref="IIncomingGrainCallFilter"/> that is a function.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <summary>A call on its way.</summary>
public interface IGrainCallContext
{
    /// <summary>The grain that is called.</summary>
    object Grain { get; }

    /// <summary>The grain that calls, if a grain does.</summary>
    GrainId? SourceId { get; }

    /// <summary>The grain that is called.</summary>
    GrainId TargetId { get; }

    /// <summary>The method of the interface.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>The name of the interface.</summary>
    string InterfaceName { get; }

    /// <summary>The name of the method.</summary>
    string MethodName { get; }

    /// <summary>The answer, once there is one; may be replaced.</summary>
    object? Result { get; set; }

    /// <summary>Runs the call, or the next filter around it.</summary>
    Task Invoke();
}

/// <summary>A call on its way in.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The method of the grain class.</summary>
    MethodInfo ImplementationMethod { get; }

    /// <summary>The activation that is called.</summary>
    IGrainContext TargetContext { get; }
}
