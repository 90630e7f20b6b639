using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Orleans.Storage;

namespace Makerspace.Web.Http;

/// <summary>What holds for every request: limits, headers, and errors as problem details.</summary>
internal static class HttpHabits
{
    /// <summary>Bodies larger than this are 413; routes that take files say so themselves.</summary>
    private const long MostBodyBytes = 64 * 1024;

    private static readonly string[] Roots = ["/api", "/dev", "/openapi", "/health", "/webhooks"];

    public static void AddHttpHabits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = MostBodyBytes;
            k.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Failures>();
    }

    public static void UseHttpHabits(this WebApplication app)
    {
        app.Use(SecurityHeaders);
        app.UseExceptionHandler();
        app.UseStatusCodePages(BareStatus);
    }

    /// <summary>Whether the caller is a program, which is answered with problem details, and not a person, who is shown a page.</summary>
    public static bool IsForPrograms(HttpRequest request) =>
        Roots.Any(r => request.Path.StartsWithSegments(r, StringComparison.OrdinalIgnoreCase));

    private static Task SecurityHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self' {context.RequestServices.GetRequiredService<Makerspace.Billing.PaymentProvider>().Pages}; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)) headers.CacheControl = "no-store";
        return next(context);
    }

    private static async Task BareStatus(StatusCodeContext status)
    {
        var context = status.HttpContext;
        if (!IsForPrograms(context.Request)) return;
        await TypedResults.Problem(Problem.Bare(context.Response.StatusCode)).ExecuteAsync(context);
    }
}

/// <summary>What escapes from an endpoint, as an answer that gives nothing away.</summary>
internal sealed partial class Failures(ILogger<Failures> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested) return true;
        var (problem, retryAfter) = exception switch
        {
            BadHttpRequestException bad => (Problem.Bare(bad.StatusCode), false),
            _ when IsPassing(exception) => (Problem.Details(
                StatusCodes.Status503ServiceUnavailable, "try-again",
                "The storage did not answer in time, so it is not known whether the request was carried out. Send it again; with the same Idempotency-Key that is safe."), true),
            _ => (Problem.Details(StatusCodes.Status500InternalServerError, "internal-error", "Something went wrong here. It has been logged."), false),
        };
        if (problem.Status >= 500) LogFailure(exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
        if (retryAfter) context.Response.Headers.RetryAfter = "1";
        if (!HttpHabits.IsForPrograms(context.Request) && problem.Status >= 500) return false;
        context.Response.StatusCode = problem.Status!.Value;
        await TypedResults.Problem(problem).ExecuteAsync(context);
        return true;
    }

    /// <summary>Storage and time-out failures: they pass, and what they were about may or may not have happened.</summary>
    private static bool IsPassing(Exception exception) =>
        exception is DbException or TimeoutException or OrleansException or InconsistentStateException or IOException or OperationCanceledException
        || exception is Microsoft.EntityFrameworkCore.DbUpdateException
        || (exception.InnerException is { } inner && IsPassing(inner));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogFailure(Exception exception, string method, string? endpoint);
}
