using System.Text.Json;
using Makerspace.Billing;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Comparisons of ledger and provider, as they are kept.</summary>
internal static class Reconciliations
{
    public static ReconciliationReport Report(ReconciliationRow row) =>
        JsonSerializer.Deserialize<ReconciliationReport>(row.Data, StoredJson.Options) ?? new ReconciliationReport([], 0, 0);
}

/// <summary>
/// A comparison of everything that somebody began on a page: it takes as long as the provider takes, so it goes on after the answer. One at a time on this node;
/// stopped with it, what was repaired stands and the next run does the rest.
/// </summary>
internal sealed partial class ReconciliationRun(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ReconciliationRun> logger) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private Task? running;

    /// <summary>When the one that runs began; null where none does.</summary>
    public Instant? Since { get; private set; }

    /// <summary>The last one that was begun here broke off.</summary>
    public bool BrokeOff { get; private set; }

    /// <summary>Begins one, unless one runs.</summary>
    public async Task Begin(string askedBy)
    {
        await one.WaitAsync();
        try
        {
            if (running is { IsCompleted: false }) return;
            (Since, BrokeOff) = (time.Now(), false);
            running = Run(askedBy);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task Run(string askedBy)
    {
        await Task.Yield();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<StaffMoneyDesk>().Reconcile(null, askedBy, lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            BrokeOff = true;
            LogBroken(e);
        }
        finally
        {
            Since = null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The comparison with the payment provider broke off")]
    private partial void LogBroken(Exception exception);
}
