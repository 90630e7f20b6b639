using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>A comparison of the books with the payment provider.</summary>
/// <param name="FinishedAt">Null while it runs, or where it was interrupted.</param>
/// <param name="Repaired">Differences that were safe to repair, and were.</param>
/// <param name="Findings">Every difference, repaired or not.</param>
/// <param name="Accounts">How many were compared.</param>
/// <param name="Objects">How many of the provider's objects were looked at.</param>
public sealed record ReconciliationModel(
    Guid Id, OffsetDateTime StartedAt, OffsetDateTime? FinishedAt, string AskedBy, int Repaired, int Open, int Accounts, int Objects, IReadOnlyList<ReconciliationFinding> Findings)
{
    internal static ReconciliationModel Of(ReconciliationRow row, SpaceFacts space)
    {
        var report = Reconciliations.Report(row);
        return new ReconciliationModel(row.Id, row.StartedAt.In(space), row.FinishedAt?.In(space), row.AskedBy, row.Repaired, row.Findings, report.Accounts, report.Objects, report.Findings);
    }
}

/// <summary>Which account to compare.</summary>
public sealed record ReconciliationBody : IOptionalBody
{
    /// <summary>Left out: all, and what is at the provider and nobody's.</summary>
    public string? AccountId { get; init; }
}

/// <summary>Comparisons of ledger and provider: list, run.</summary>
internal static class Reconciliations
{
    public static async Task<Results<Ok<Page<ReconciliationModel>>, ProblemHttpResult>> List(
        string? after, string? limit, HttpRequest request, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var (most, since) = (Cursor.Limit(faults, limit), Cursor.Read(faults, after, keys: 1));
        var before = since is null ? (Instant?)null : long.TryParse(since[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? Instant.FromUnixTimeMilliseconds(at) : Fault(faults);
        if (faults.Any) return faults.Problem;
        var rows = db.Reconciliations.AsNoTracking();
        if (before is { } seen) rows = rows.Where(r => r.StartedAt < seen);
        var found = await rows.OrderByDescending(r => r.StartedAt).Take(most + 1).ToListAsync(cancellation);
        var space = await grains.Space();
        return TypedResults.Ok(Cursor.Page(
            request, [.. found.Select(r => ReconciliationModel.Of(r, space))], most, r => Cursor.Of(r.StartedAt.ToInstant().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))));
    }

    public static async Task<Results<Ok<ReconciliationModel>, ProblemHttpResult>> Run(
        Body<ReconciliationBody> body, ClaimsPrincipal user, MoneyDesk money, StaffMoneyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        if (space.Billing is null) return Problem.Of(StatusCodes.Status409Conflict, "not-sold", "The space takes no money: there is nothing to compare.");
        if (body.Value.AccountId is { } account && await money.Find(user, account) is null) return Problem.Unknown("account");
        return TypedResults.Ok(ReconciliationModel.Of(await desk.Reconcile(body.Value.AccountId, Caller.Of(user).MemberId, cancellation), space));
    }

    public static ReconciliationReport Report(ReconciliationRow row) =>
        JsonSerializer.Deserialize<ReconciliationReport>(row.Data, StoredJson.Options) ?? new ReconciliationReport([], 0, 0);

    private static Instant? Fault(Faults faults)
    {
        faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
        return null;
    }
}

/// <summary>
/// A comparison of everything that somebody began on a page: it takes as long as the provider takes, so it goes on after the answer. One at a time on this node;
/// stopped with it, what was repaired stands and the next run does the rest.
/// </summary>
internal sealed partial class ReconciliationRun(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ReconciliationRun> logger)
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
