using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A call as the filters around it see it: each calls the next, the last one the grain.</summary>
internal sealed class IncomingCallContext<T>(GrainCall<T> call, GrainMethod<T> method, Activation activation) : IIncomingGrainCallContext
{
    private int _stage;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => call.Source;

    public GrainId TargetId => call.Target;

    public MethodInfo InterfaceMethod => method.Info;

    public MethodInfo ImplementationMethod => activation.Class.Implementation(method.Info);

    public IGrainContext TargetContext => activation;

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.Name;

    public object? Result { get; set; }

    public async Task<T?> RunAsync()
    {
        await Invoke();
        return Result is T result ? result : default;
    }

    public async Task Invoke()
    {
        var stage = _stage++;
        if (stage < activation.Filters.Length) await activation.Filters[stage].Invoke(this);
        else Result = await method.Body(Grain, call.Arguments);
    }
}
