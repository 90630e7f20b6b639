using System.Globalization;
using System.Reflection;
using Hangfire.Common;

namespace Hangfire;

/// <summary>What becomes of a job after its last attempt.</summary>
public enum AttemptsExceededAction
{
    /// <summary>Here the same as the other, and logged: nobody could look at it.</summary>
    Fail,
    Delete,
}

/// <summary>How often a failed job is tried again, and after how long. Without it: ten times.</summary>
public sealed class AutomaticRetryAttribute : JobFilterAttribute
{
    private static readonly AutomaticRetryAttribute Default = new();

    public int Attempts { get; set; } = 10;
    public int[]? DelaysInSeconds { get; set; }
    public AttemptsExceededAction OnAttemptsExceeded { get; set; }

    internal static AutomaticRetryAttribute Of(Type type, MethodInfo method) =>
        method.GetCustomAttribute<AutomaticRetryAttribute>() ?? type.GetCustomAttribute<AutomaticRetryAttribute>() ?? Default;

    /// <summary>Before the attempt of that number, the first being 1. The last delay holds for all further ones.</summary>
    internal TimeSpan Delay(int attempt)
    {
        if (DelaysInSeconds is { Length: > 0 } delays) return TimeSpan.FromSeconds(delays[Math.Min(attempt, delays.Length) - 1]);
        return TimeSpan.FromSeconds(Math.Round(Math.Pow(attempt - 1, 4) + 15));
    }
}

/// <summary>The queue a job waits in; <c>{0}</c> is its first argument.</summary>
public sealed class QueueAttribute(string queue) : JobFilterAttribute
{
    public string Queue { get; } = queue;

    internal static string Of(Type type, MethodInfo method, object?[] arguments) =>
        (method.GetCustomAttribute<QueueAttribute>() ?? type.GetCustomAttribute<QueueAttribute>()) is { Queue: var format }
            ? string.Format(CultureInfo.InvariantCulture, format, arguments) : "default";
}
