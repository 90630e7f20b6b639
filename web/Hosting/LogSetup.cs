using Microsoft.Extensions.Logging.Console;

namespace Makerspace.Web.Hosting;

/// <summary>What the server tells its operator.</summary>
internal static class LogSetup
{
    /// <summary>Logs on one line each, and quiet about what is normal. Query strings are never logged: links in mails carry one-time secrets there.</summary>
    public static StartOfServer AddLogs(this WebApplicationBuilder builder)
    {
        var start = new StartOfServer();
        if (builder.Configuration["Logging:Console:FormatterName"] == ConsoleFormatterNames.Json)
            builder.Logging.AddJsonConsole(o => { o.TimestampFormat = "O"; o.UseUtcTimestamp = true; o.IncludeScopes = true; });
        else
            builder.Logging.AddSimpleConsole(o => { o.SingleLine = true; o.TimestampFormat = "HH:mm:ss "; o.UseUtcTimestamp = true; });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        // At start it takes the machine's uptime for a delay.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Makerspace.Web.Accounts.TokenAuthentication", LogLevel.Warning);
        builder.Logging.AddFilter("Makerspace.Web.Access.DeviceAuthentication", LogLevel.Warning);
        // The keys are kept beside the database, readable to whoever may read that.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A start that fails is told in one line (see WebServer.Run), not by the host's stack trace as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && start.WasLeft);
        return start;
    }
}

/// <summary>Whether the server is still starting.</summary>
internal sealed class StartOfServer
{
    private volatile bool _over;

    public bool WasLeft => _over;

    public void IsOver() => _over = true;
}
