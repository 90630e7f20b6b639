using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What the runtime writes to the log.</summary>
internal sealed partial class Log(ILogger<Silo> logger)
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Grain {Grain} could not be activated.")]
    public partial void ActivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(Level = LogLevel.Error, Message = "Grain {Grain} did not end cleanly.")]
    public partial void DeactivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A timer of grain {Grain} failed; it goes on.")]
    public partial void TimerFailed(Exception exception, GrainId grain);

    [LoggerMessage(Level = LogLevel.Information, Message = "Grains run on the stand-in for Orleans: one process, service {ServiceId}, {Count} grain classes.")]
    public partial void Started(string serviceId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped with {Count} calls unanswered: the time to stop was over.")]
    public partial void StoppedEarly(int count);
}
