using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Makerspace.Web.Accounts;

/// <summary>Accounts by ASP.NET Core Identity: a cookie for browsers, bearer tokens for programs.</summary>
internal static class AccountSetup
{
    private const string CookieOrToken = "CookieOrToken";

    /// <summary>The header a browser's script may send the antiforgery token in, besides Identity's own.</summary>
    private const string CsrfHeader = "X-CSRF";

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddIdentityCore<Account>(Rules).AddRoles<IdentityRole>().AddEntityFrameworkStores<MakerspaceDb>()
            .AddSignInManager().AddDefaultTokenProviders().AddClaimsPrincipalFactory<AccountClaims>();
        services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = TimeSpan.FromHours(24));
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = TimeSpan.FromMinutes(1));
        AddSchemes(services);
        services.AddAuthorization(Allow.Policies);
        services.AddSingleton<Microsoft.AspNetCore.Authorization.IAuthorizationHandler, MentorsWeek.Handler>();
        services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddScoped<AccountDesk>().AddScoped<RoleDesk>().AddSingleton<DutyDesk>().AddScoped<WorkPlaces>().AddSingleton<AccountLinks>().AddSingleton<TokenDesk>().AddSingleton<AttemptLimiter>().AddSingleton<JoiningBrowser>();
        services.AddScoped<IMailer, StoredMailer>();
    }

    private static void Rules(IdentityOptions options)
    {
        options.Password = new PasswordOptions
        {
            RequiredLength = 10, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 4,
        };
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = "";
        options.SignIn.RequireConfirmedEmail = true;
        options.Lockout = new LockoutOptions { MaxFailedAccessAttempts = 8, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10), AllowedForNewUsers = true };
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddAuthentication(CookieOrToken)
            .AddPolicyScheme(CookieOrToken, null, o => o.ForwardDefaultSelector = c =>
                Access.DeviceAuthentication.Concerns(c.Request) ? Access.DeviceAuthentication.Scheme
                : c.Request.Headers.Authorization.Count > 0 ? TokenAuthentication.Scheme : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, Access.DeviceAuthentication>(Access.DeviceAuthentication.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null)
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(o =>
        {
            o.Cookie.Name = "makerspace";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.LoginPath = "/sign-in";
            o.AccessDeniedPath = "/not-allowed";
            o.ExpireTimeSpan = TimeSpan.FromDays(14);
            o.Events.OnRedirectToLogin = c => RedirectPeople(c.Response, c.Request, c.RedirectUri, StatusCodes.Status401Unauthorized);
            o.Events.OnRedirectToAccessDenied = c => RedirectPeople(c.Response, c.Request, c.RedirectUri, StatusCodes.Status403Forbidden);
        });
    }

    private static Task RedirectPeople(HttpResponse response, HttpRequest request, string address, int status)
    {
        if (HttpHabits.IsForPrograms(request)) response.StatusCode = status;
        else response.Redirect(address);
        return Task.CompletedTask;
    }

    /// <summary>A browser sends its cookie with whatever any site makes it send: so an unsafe request by cookie has to carry the antiforgery token too.</summary>
    public static void UseCookieProtection(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpHabits.IsForPrograms(context.Request) && context.User.FindFirstValue(Caller.ScopeClaim) is { } scopes && scopes != "*")
        {
            // Pages know no scopes: what is on them, whoever is signed in may do.
            await Problem.Forbidden("not-allowed", "This token may do some things of its account, and pages are for who may do all.").ExecuteAsync(context);
            return;
        }
        if (RateLimits.IsSafe(context.Request) || context.Request.Headers.Authorization.Count > 0)
        {
            await next(context);
            return;
        }
        if (context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            await Problem.Forbidden("cross-site", "This was sent from another site.").ExecuteAsync(context);
            return;
        }
        if (context.User.Identity?.IsAuthenticated == true && context.Request.HasFormContentType && await Pages.PageInput.Fault(context.Request) is { } fault)
        {
            await fault.ExecuteAsync(context);
            return;
        }
        if (context.User.Identity?.IsAuthenticated == true && !await HasAntiforgeryToken(context))
        {
            await Problem.Of(StatusCodes.Status400BadRequest, "antiforgery", "The antiforgery token is missing or not valid any more. GET /api/v1/account/antiforgery gives one.").ExecuteAsync(context);
            return;
        }
        await next(context);
    });

    private static async Task<bool> HasAntiforgeryToken(HttpContext context)
    {
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        var name = context.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.HeaderName!;
        if (context.Request.Headers[CsrfHeader] is { Count: 1 } value) context.Request.Headers[name] = value;
        return await antiforgery.IsRequestValidAsync(context);
    }
}

/// <summary>Adds the member to what is known of a signed-in account.</summary>
internal sealed class AccountClaims(UserManager<Account> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<Account, IdentityRole>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Caller.MemberClaim, user.MemberId));
        return identity;
    }
}
