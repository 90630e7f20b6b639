using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Hangfire.Engine;

/// <summary>A call to be made later: type, method and arguments, also as text.</summary>
internal sealed record Invocation(Type Type, MethodInfo Method, object?[] Arguments)
{
    public string Queue => QueueAttribute.Of(Type, Method, Arguments);

    public static Invocation Of<T>(Expression<Func<T, Task>> call)
    {
        if (call.Body is not MethodCallExpression { Method: { IsPublic: true, IsGenericMethod: false } method } body)
            throw new ArgumentException("Expression body should be a call of a public method that is not generic.", nameof(call));
        return new Invocation(typeof(T), method, [.. body.Arguments.Select(Value)]);
    }

    public async Task Call(object target, CancellationToken stopping)
    {
        var arguments = Method.GetParameters().Zip(Arguments, (parameter, value) => parameter.ParameterType == typeof(CancellationToken) ? stopping : value).ToArray();
        await (Task)Method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;
    }

    public string Text() => JsonSerializer.Serialize(new Written(
        Name(Type), Method.Name, [.. Method.GetParameters().Select(p => Name(p.ParameterType))],
        [.. Method.GetParameters().Zip(Arguments, (p, value) => p.ParameterType == typeof(CancellationToken) ? null : JsonSerializer.Serialize(value, p.ParameterType))]));

    public static Invocation Read(string text)
    {
        var written = JsonSerializer.Deserialize<Written>(text)!;
        var (type, parameters) = (Find(written.Type), written.Parameters.Select(Find).ToArray());
        var method = type.GetMethod(written.Method, parameters) ?? throw new MissingMethodException(written.Type, written.Method);
        return new Invocation(type, method, [.. parameters.Zip(written.Arguments, (p, value) => value is null ? p == typeof(CancellationToken) ? CancellationToken.None : null : JsonSerializer.Deserialize(value, p))]);
    }

    private static object? Value(Expression argument) => argument is ConstantExpression constant ? constant.Value
        : Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)();

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private static Type Find(string name) => Type.GetType(name, throwOnError: true)!;

    private sealed record Written(string Type, string Method, string[] Parameters, string?[] Arguments);
}
