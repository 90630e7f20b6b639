using System.Reflection;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Health;

/// <summary>How the server is.</summary>
/// <param name="Status"><c>ready</c> or <c>not-ready</c>.</param>
/// <param name="Engine">Which Orleans runs the grains.</param>
/// <param name="Database"><c>sqlite</c> or <c>postgresql</c>, or <c>unreachable</c>.</param>
/// <param name="Jobs">Which Hangfire runs the jobs.</param>
/// <param name="Payments">Who takes payments.</param>
public sealed record HealthModel(string Status, string Engine, string Database, string Jobs, string Payments, string Version);

/// <summary>Live: the process answers. Ready: it can take bookings.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health");
        health.MapGet("/live", () => TypedResults.Text("live")).WithSummary("The process answers");
        health.MapGet("/ready", Ready).WithSummary("It can take bookings");
        health.MapGet("", Tell).WithSummary("What runs, on what");
    }

    private static async Task<IResult> Ready(MakerspaceDb db, CancellationToken cancellation) =>
        await DatabaseOf(db, cancellation) is not null ? TypedResults.Text("ready") : Http.Problem.Of(StatusCodes.Status503ServiceUnavailable, "not-ready", "The database does not answer.");

    private static async Task<IResult> Tell(MakerspaceDb db, Makerspace.Billing.IPaymentDesk payments, CancellationToken cancellation)
    {
        var database = await DatabaseOf(db, cancellation);
        var model = new HealthModel(database is null ? "not-ready" : "ready", EngineInfo.Current.ToString(), database ?? "unreachable", Makerspace.Jobs.HangfireSetup.Engine, payments.Provider, Version);
        return TypedResults.Json(model, statusCode: database is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static async Task<string?> DatabaseOf(MakerspaceDb db, CancellationToken cancellation)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        soon.CancelAfter(TimeSpan.FromSeconds(3));
        try { _ = await db.Projections.AsNoTracking().CountAsync(soon.Token); }
        catch (Exception e) when (e is System.Data.Common.DbException or OperationCanceledException or InvalidOperationException) { return null; }
        return db.Database.ProviderName?.Contains("Npgsql", StringComparison.Ordinal) == true ? "postgresql" : "sqlite";
    }

    private static string Version { get; } =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
