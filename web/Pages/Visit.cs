using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Pages;

/// <summary>One reader looking at one page: who they are, in which space, and when. Begins once a request.</summary>
public sealed class Visit(
    IHttpContextAccessor http, IGrainFactory grains, IReadModels readModels, TimeProvider time, IStringLocalizer<Texts> texts)
{
    private Task? begun;

    /// <summary>Reads the space and waits until the reader's own last change is in the read models.</summary>
    public Task Begin() => begun ??= BeginOnce();

    public SpaceFacts Space { get; private set; } = new();
    public Instant Now { get; private set; }
    public Words Words { get; private set; } = null!;
    public DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    public ClaimsPrincipal User => http.HttpContext?.User ?? new ClaimsPrincipal();
    public bool SignedIn => User.Identity?.IsAuthenticated == true;
    public bool IsStaff => User.IsInRole(Roles.Staff) || User.IsInRole(Roles.Admin);
    public bool IsMentor => User.IsInRole(Roles.Mentor);
    public string MemberId => User.FindFirstValue(MemberClaim) ?? "";

    /// <summary>Whether the page is one of the staff's, or was come to from there: the same site, with other entries.</summary>
    public bool AtWork => IsStaff && http.HttpContext?.Request is { } asked
        && (asked.Path.StartsWithSegments("/staff", StringComparison.Ordinal) || (asked.Path == "/find" && asked.Query.ContainsKey("work")));

    /// <summary>The reader's choice of theme, or null to follow their device.</summary>
    public string? Theme => http.HttpContext?.Request.Cookies["theme"] is "light" or "dark" ? http.HttpContext.Request.Cookies["theme"] : null;

    public const string MemberClaim = "member";

    private async Task BeginOnce()
    {
        var stop = http.HttpContext?.RequestAborted ?? default;
        Now = time.Now();
        Space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        Zone = Space.Zone;
        Words = new Words(texts, Zone, Now);
        await readModels.CaughtUp(stop);
    }
}
