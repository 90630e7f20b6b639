using System.Security.Claims;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>How somebody is told things.</summary>
/// <param name="WebhookSecret">What webhooks are signed with.</param>
public sealed record NoticeSettingsModel(
    IReadOnlyList<Duration> BookingLeads, IReadOnlyList<Duration> TrainingLeads, IReadOnlyList<Duration> EventLeads, IReadOnlyList<Duration> CertificateLeads, IReadOnlyList<Duration> OfferLeads, IReadOnlyList<Duration> DueLeads, IReadOnlyDictionary<NoticeKind, IReadOnlyList<NoticeChannel>> Channels,
    string? QuietFrom, string? QuietUntil, string? DigestAt, string Language, string? TimeZone, string? ChatUrl, ChatStyle ChatStyle, string? WebhookUrl, string? WebhookSecret)
{
    internal static NoticeSettingsModel Of(NoticeSettings s) => new(
        s.BookingLeads, s.TrainingLeads, s.EventLeads, s.CertificateLeads, s.OfferLeads, s.DueLeads, Enum.GetValues<NoticeKind>().ToDictionary(k => k, k => (IReadOnlyList<NoticeChannel>)s.Ways(k)),
        Clock(s.QuietFrom), Clock(s.QuietUntil), Clock(s.DigestAt), s.Language, s.TimeZone, s.ChatUrl, s.ChatStyle, s.WebhookUrl, s.WebhookSecret);

    private static string? Clock(LocalTime? at) => at is { } time ? Pages.Words.Clock(time) : null;
}

/// <summary>Something that somebody was, is to be, or was not told.</summary>
/// <param name="About">The key of what it is about, as in <c>booking-…</c>.</param>
public sealed record NoticeModel(Guid Id, NoticeKind Kind, string About, OffsetDateTime DueAt, NoticeState State, OffsetDateTime? SentAt);

/// <summary>An address that mail came back from.</summary>
public sealed record BounceModel(string Address, OffsetDateTime At, string Error);

public sealed record AddressBody
{
    public string? Address { get; init; }
}

/// <summary>What one is told, and how one wants it.</summary>
internal static class NoticeEndpoints
{
    private const int MostShown = 200;

    public static void AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<NoticePlanner>().AddSingleton<NoticeWriter>().AddSingleton<NoticeLinks>().AddSingleton<Letters>().AddScoped<NoticeDesk>();
        services.AddNoticeSources();
        services.AddJob<NoticeJob>(NoticeJob.Id, "*/10 * * * * *");
        services.AddJob<MessageDelivery>(MessageDelivery.Id, "*/5 * * * * *");
    }

    public static void MapNotices(this RouteGroupBuilder api)
    {
        var notices = api.MapGroup("/notices").WithTags("Notices");
        notices.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("What one was told and will be, newest first");
        notices.MapGet("/settings", Settings).RequireAuthorization(Allow.Self).WithSummary("How one is told things");
        notices.MapPut("/settings", Set).RequireAuthorization(Allow.Self).WithSummary("Set how one is told things");
        notices.MapPost("/unsubscribe/{token}", Unsubscribe).AllowAnonymous().WithSummary("No more mail of a kind, at one click (RFC 8058)");
        notices.MapGet("/unsubscribe/{token}", Look).AllowAnonymous().WithSummary("Leads to the page with the button");
        notices.MapGet("/bounces", Bounces).RequireAuthorization(Allow.StaffRead).WithSummary("Addresses that mail came back from");
        notices.MapPost("/bounces/forget", Forget).RequireAuthorization(Allow.Staff).WithSummary("Send mail to an address again");
    }

    private static async Task<Ok<IReadOnlyList<NoticeModel>>> List(ClaimsPrincipal user, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var (member, space) = (Caller.Of(user).MemberId, await grains.Space());
        var rows = await db.Notices.AsNoTracking().Where(n => n.MemberId == member).OrderByDescending(n => n.DueAt).Take(MostShown).ToListAsync(cancellation);
        return TypedResults.Ok<IReadOnlyList<NoticeModel>>([.. rows.Select(n => new NoticeModel(n.Id, n.Kind, n.About, n.DueAt.In(space), n.State, n.SentAt?.In(space)))]);
    }

    private static async Task<Ok<NoticeSettingsModel>> Settings(ClaimsPrincipal user, NoticeDesk desk, CancellationToken cancellation) =>
        TypedResults.Ok(NoticeSettingsModel.Of(await desk.Of(Caller.Of(user).MemberId, cancellation)));

    private static async Task<Results<Ok<NoticeSettingsModel>, ProblemHttpResult>> Set(Body<NoticeSettingsBody> body, ClaimsPrincipal user, NoticeDesk desk, CancellationToken cancellation)
    {
        var (settings, faults) = await desk.Set(Caller.Of(user).MemberId, body.Value, cancellation);
        return faults.Any ? faults.Problem : TypedResults.Ok(NoticeSettingsModel.Of(settings));
    }

    // What the mail program sends along is always the same, and nobody signs in for it: the token says all.
    private static async Task<Results<NoContent, ProblemHttpResult>> Unsubscribe(string token, NoticeLinks links, NoticeDesk desk, CancellationToken cancellation)
    {
        if (links.Read(token) is not var (member, kinds)) return Problem.Unknown("link");
        await desk.Unsubscribe(member, kinds, cancellation);
        return TypedResults.NoContent();
    }

    // A mail program that knows of no one click opens the same address: there is the button.
    private static Results<RedirectHttpResult, ProblemHttpResult> Look(string token, NoticeLinks links) =>
        links.Read(token) is null ? Problem.Unknown("link") : TypedResults.Redirect(links.Unsubscribe(token));

    private static async Task<Ok<IReadOnlyList<BounceModel>>> Bounces(MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var rows = await db.Bounces.AsNoTracking().OrderByDescending(b => b.At).Take(MostShown).ToListAsync(cancellation);
        return TypedResults.Ok<IReadOnlyList<BounceModel>>([.. rows.Select(b => new BounceModel(b.Address, b.At.In(space), b.Error))]);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Forget(Body<AddressBody> body, MakerspaceDb db, CancellationToken cancellation)
    {
        var faults = new Faults();
        var address = faults.Text("address", body.Value.Address, 320);
        if (faults.Any) return faults.Problem;
        return await db.Bounces.Where(b => b.Address == address).ExecuteDeleteAsync(cancellation) > 0 ? TypedResults.NoContent() : Problem.Unknown("address");
    }
}
