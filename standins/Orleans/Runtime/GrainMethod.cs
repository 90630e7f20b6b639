using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A method of a grain interface: what its attributes say, how to run it, how to isolate what goes in and out.</summary>
internal abstract class GrainMethod
{
    private readonly Func<object?, object?>?[] _copiers;

    protected GrainMethod(MethodInfo info, Isolation isolation)
    {
        Info = info;
        InterfaceName = info.DeclaringType!.FullName!;
        IsReadOnly = info.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = info.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsOneWay = info.IsDefined(typeof(OneWayAttribute));
        var parameters = info.GetParameters();
        CancellationIndex = Array.FindIndex(parameters, p => p.ParameterType == typeof(CancellationToken));
        _copiers = Array.ConvertAll(parameters, isolation.CopierFor);
    }

    public MethodInfo Info { get; }

    public string Name => Info.Name;

    public string InterfaceName { get; }

    public bool IsReadOnly { get; }

    public bool IsAlwaysInterleave { get; }

    public bool IsOneWay { get; }

    /// <summary>Which argument is a cancellation token; -1 for none.</summary>
    public int CancellationIndex { get; }

    public static GrainMethod For(MethodInfo info, Isolation isolation)
    {
        var result = ResultOf(info.ReturnType) ?? throw new NotSupportedException($"{info.DeclaringType}.{info.Name} must return a Task or a ValueTask.");
        if (info.IsGenericMethod) throw new NotSupportedException($"{info.DeclaringType}.{info.Name} is generic, which the Orleans stand-in does not offer.");
        return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(result), info, isolation)!;
    }

    public static Type? ResultOf(Type task)
    {
        if (task == typeof(Task) || task == typeof(ValueTask)) return typeof(Nothing);
        if (!task.IsGenericType) return null;
        var kind = task.GetGenericTypeDefinition();
        return kind == typeof(Task<>) || kind == typeof(ValueTask<>) ? task.GetGenericArguments()[0] : null;
    }

    protected void CopyArguments(object?[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
            if (_copiers[i] is { } copy) arguments[i] = copy(arguments[i]);
    }
}

/// <inheritdoc/>
internal sealed class GrainMethod<T> : GrainMethod
{
    private readonly Func<object?, object?>? _copyResult;

    public GrainMethod(MethodInfo info, Isolation isolation) : base(info, isolation)
    {
        _copyResult = typeof(T) == typeof(Nothing) ? null : isolation.CopierFor(info.ReturnParameter, typeof(T));
        Body = Compile(info);
    }

    /// <summary>Runs the method of a grain with arguments.</summary>
    public Func<object, object?[], Task<T?>> Body { get; }

    public T? CopyResult(T? result) => _copyResult is null ? result : (T?)_copyResult(result);

    public Task<T?> Send(Silo silo, GrainId target, object?[] arguments)
    {
        try
        {
            CopyArguments(arguments);
            var call = new GrainCall<T>(this, silo, target, arguments);
            if (call.TakeCancellation()) silo.Send(call, target, waits: !IsOneWay);
            return IsOneWay ? Task.FromResult(default(T)) : call.Answer;
        }
        catch (Exception exception)
        {
            return Task.FromException<T?>(exception);
        }
    }

    private static Func<object, object?[], Task<T?>> Compile(MethodInfo info)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var converted = info.GetParameters().Select((p, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType));
        Expression body = Expression.Call(Expression.Convert(grain, info.DeclaringType!), info, converted);
        var adapt = typeof(GrainMethod<T>).GetMethod(nameof(Adapt), BindingFlags.NonPublic | BindingFlags.Static, [info.ReturnType]);
        if (adapt is not null) body = Expression.Call(adapt, body);
        return Expression.Lambda<Func<object, object?[], Task<T?>>>(body, grain, arguments).Compile();
    }

    private static Task<T?> Adapt(Task<T?> task) => task;

    private static Task<T?> Adapt(ValueTask<T?> task) => task.AsTask();

    private static Task<T?> Adapt(ValueTask task) => Adapt(task.AsTask());

    private static async Task<T?> Adapt(Task task)
    {
        await task;
        return default;
    }
}
