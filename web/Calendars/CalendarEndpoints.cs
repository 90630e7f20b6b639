using System.Security.Claims;
using System.Text;
using Makerspace.Calendars;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Makerspace.Web.Calendars;

/// <summary>A calendar to make.</summary>
public sealed record NewFeedBody
{
    /// <summary><c>Member</c> (one's own), <c>Mentor</c> (the sessions one gives), <c>Tool</c> or <c>Space</c>.</summary>
    public FeedKind? Kind { get; init; }

    /// <summary>Of a tool's.</summary>
    public string? ToolId { get; init; }
}

/// <summary>A calendar, without its address.</summary>
/// <param name="ReadAt">When a program last read it, to the hour; null: never.</param>
public sealed record FeedModel(Guid Id, FeedKind Kind, string? ToolId, OffsetDateTime CreatedAt, OffsetDateTime? ReadAt)
{
    internal static FeedModel Of(CalendarFeedRow f, SpaceFacts space) => new(f.Id, f.Kind, f.Kind == FeedKind.Tool ? f.ThingId : null, f.CreatedAt.In(space), f.ReadAt?.In(space));
}

/// <summary>A new calendar. <paramref name="Url"/> is shown here and never again.</summary>
public sealed record NewFeedModel(Guid Id, FeedKind Kind, string? ToolId, string Url);

/// <summary>Calendars that other programs read.</summary>
internal static class CalendarEndpoints
{
    public static void AddCalendars(this IServiceCollection services) => services.AddScoped<FeedDesk>();

    public static void MapCalendars(this RouteGroupBuilder api)
    {
        var calendars = api.MapGroup("/calendars").WithTags("Calendars");
        calendars.MapGet("", List).RequireAuthorization(Allow.Self).WithSummary("One's own calendar addresses");
        calendars.MapPost("", Make).RequireAuthorization(Allow.Self).WithSummary("Make a calendar address").WithDescription("The address is in this answer and nowhere else.");
        calendars.MapDelete("/{id:guid}", Revoke).RequireAuthorization(Allow.Self).WithSummary("Take a calendar address back, at once");
    }

    /// <summary>Whoever knows the address reads it: calendar programs sign in nowhere.</summary>
    public static void MapFeeds(this WebApplication app) => app.MapMethods("/calendar/{file}", [HttpMethods.Get, HttpMethods.Head], Read).AllowAnonymous().ExcludeFromDescription();

    private static async Task<Ok<IReadOnlyList<FeedModel>>> List(ClaimsPrincipal user, FeedDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<FeedModel>>([.. (await desk.Of(Caller.Of(user).MemberId, cancellation)).Select(f => FeedModel.Of(f, space))]);
    }

    private static async Task<Results<Created<NewFeedModel>, ProblemHttpResult>> Make(Body<NewFeedBody> body, ClaimsPrincipal user, FeedDesk desk, CancellationToken cancellation)
    {
        var (faults, caller) = (new Faults(), Caller.Of(user));
        var kind = faults.Required("kind", body.Value.Kind);
        var tool = kind == FeedKind.Tool ? faults.Slug("toolId", body.Value.ToolId) : faults.OptionalSlug("toolId", body.Value.ToolId);
        if (faults.Any) return faults.Problem;
        if ((await desk.Of(caller.MemberId, cancellation)).Count >= FeedDesk.MostFeeds) return Problem.Malformed(null, "too-many-calendars", $"At most {FeedDesk.MostFeeds} calendars: take one back first.");
        if (await desk.Make(caller.MemberId, caller.IsStaff, kind, tool, cancellation) is not var (feed, address)) return Problem.Unknown("tool");
        return TypedResults.Created((string?)null, new NewFeedModel(feed.Id, feed.Kind, feed.Kind == FeedKind.Tool ? feed.ThingId : null, address));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid id, ClaimsPrincipal user, FeedDesk desk, CancellationToken cancellation) =>
        await desk.Revoke(Caller.Of(user).MemberId, id, cancellation) ? TypedResults.NoContent() : Problem.Unknown("calendar");

    private static async Task<IResult> Read(string file, HttpContext context, FeedDesk desk, CancellationToken cancellation)
    {
        if (!file.EndsWith(".ics", StringComparison.Ordinal) || file.Length is < 20 or > 100 || await desk.Read(file[..^4], cancellation) is not { } text) return Results.NotFound();
        context.Response.Headers.CacheControl = "private, max-age=300";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        var tag = new EntityTagHeaderValue($"\"{FeedDesk.Tag(text)}\"", isWeak: true);
        context.Response.GetTypedHeaders().ETag = tag;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any))) return Results.StatusCode(StatusCodes.Status304NotModified);
        return Results.Text(text, "text/calendar", Encoding.UTF8);
    }
}
