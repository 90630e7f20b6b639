using Hangfire.Logging;
using HangfireLevel = Hangfire.Logging.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Makerspace.Jobs;

/// <summary>
/// What Hangfire logs. It keeps one provider for the whole process, and that must outlive the host it came with: another host of the process,
/// in tests, may log after this one's loggers are gone.
/// </summary>
internal sealed class HangfireLog(ILoggerFactory loggers) : ILogProvider
{
    public ILog GetLogger(string name)
    {
        try
        {
            return new Log(loggers.CreateLogger(name));
        }
        catch (ObjectDisposedException)
        {
            return new Log(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        }
    }

    private sealed class Log(ILogger logger) : ILog
    {
        bool ILog.Log(HangfireLevel logLevel, Func<string>? messageFunc, Exception? exception)
        {
            var level = Translated(logLevel);
            if (messageFunc is null || !logger.IsEnabled(level)) return logger.IsEnabled(level);
#pragma warning disable CA2254 // The words are Hangfire's.
            logger.Log(level, exception, messageFunc());
#pragma warning restore CA2254
            return true;
        }

        // A start and a stop tell of themselves in twenty lines; they are details here.
        private static Level Translated(HangfireLevel level) => level switch
        {
            HangfireLevel.Trace => Level.Trace,
            HangfireLevel.Debug or HangfireLevel.Info => Level.Debug,
            HangfireLevel.Warn => Level.Warning,
            HangfireLevel.Error => Level.Error,
            _ => Level.Critical,
        };
    }
}
