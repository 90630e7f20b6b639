namespace Hangfire.Logging;

/// <summary>Takes what is logged under one name.</summary>
public interface ILog
{
    /// <summary>Logs, or, without a message, says whether it would.</summary>
    bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null);
}

/// <summary>Gives logs by name.</summary>
public interface ILogProvider
{
    ILog GetLogger(string name);
}

public enum LogLevel
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}
