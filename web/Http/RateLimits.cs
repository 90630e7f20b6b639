using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;

namespace Makerspace.Web.Http;

/// <summary>
/// How often one caller may ask. Settings under <c>Makerspace:RateLimits</c>, each a number a minute, 0 for no limit:
/// <c>WritesPerMinute</c> (an account's unsafe requests) and <c>SignInsPerMinute</c> (an address's attempts on accounts).
/// </summary>
internal static class RateLimits
{
    /// <summary>The policy of sign-in, sign-up and reset: by address. The account desk counts by account besides.</summary>
    public const string AccountAttempts = "account-attempts";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(o =>
        {
            var limits = builder.Configuration.GetSection("Makerspace:RateLimits");
            var writes = limits.GetValue("WritesPerMinute", 600);
            var attempts = limits.GetValue("SignInsPerMinute", 30);
            o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(c => ForWrites(c, writes));
            o.AddPolicy(AccountAttempts, c => IsSafe(c.Request) ? RateLimitPartition.GetNoLimiter("") : Window("attempts-" + Address(c), attempts));
            o.OnRejected = Refuse;
        });
    }

    public static bool IsSafe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);

    private static RateLimitPartition<string> ForWrites(HttpContext context, int perMinute) =>
        IsSafe(context.Request) || !HttpHabits.IsForPrograms(context.Request) || context.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } account
            ? RateLimitPartition.GetNoLimiter("")
            : Window(account, perMinute);

    private static RateLimitPartition<string> Window(string who, int perMinute) => perMinute <= 0
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetSlidingWindowLimiter(who, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0,
        });

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "local";

    private static async ValueTask Refuse(Microsoft.AspNetCore.RateLimiting.OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        rejected.HttpContext.Response.Headers.RetryAfter = seconds;
        await Problem.Of(StatusCodes.Status429TooManyRequests, "too-many-requests", $"Too many requests. Try again in {seconds} s.").ExecuteAsync(rejected.HttpContext);
    }
}
