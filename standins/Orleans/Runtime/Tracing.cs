using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>Makes a grain call part of the caller's trace, where <c>AddActivityPropagation</c> asked for it.</summary>
internal static class Tracing
{
    private static readonly ActivitySource Source = new("Microsoft.Orleans.Application", "1.1.0");

    public static Activity? Start(GrainCall call)
    {
        if (!call.Silo.PropagatesActivity || !Source.HasListeners()) return null;
        var activity = Source.StartActivity($"{call.Method.InterfaceName}/{call.Method.Name}", ActivityKind.Server, call.Trace ?? default);
        return activity?.SetTag("rpc.system", "orleans").SetTag("rpc.method", call.Method.Name).SetTag("rpc.orleans.target_id", call.Target.ToString());
    }
}
