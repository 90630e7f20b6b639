using System.Security.Claims;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Accounts;

public sealed record SignUpBody(string? Name, string? Email, string? Password);

public sealed record SignInBody(string? Email, string? Password, bool Remember = false);

public sealed record ConfirmBody(string? Account, string? Token);

public sealed record ResetRequestBody(string? Email);

public sealed record ResetBody(string? Account, string? Token, string? Password);

/// <summary>Who is signed in.</summary>
/// <param name="Scopes">Of the token used; null in a browser.</param>
public sealed record AccountModel(string Id, string MemberId, string? Email, string? Name, IReadOnlyList<string> Roles, string? Scopes);

/// <summary>What a browser's script sends back with unsafe requests.</summary>
public sealed record AntiforgeryModel(string HeaderName, string Token);

/// <summary>Accounts: sign up, confirm, sign in and out, reset.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this RouteGroupBuilder api)
    {
        var open = api.MapGroup("/account").WithTags("Account").AllowAnonymous();
        open.MapPost("/sign-up", SignUp).RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Ask for an account")
            .WithDescription("A link to confirm the address is mailed. The answer is the same whether the address has an account already.");
        open.MapPost("/confirm", Confirm).RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Confirm the address with the mailed token, once");
        open.MapPost("/sign-in", SignIn).RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Sign a browser in (cookie)");
        open.MapPost("/reset-request", RequestReset).RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Have a link to set a new password mailed");
        open.MapPost("/reset", Reset).RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Set a new password with the mailed token, once");
        open.MapGet("/antiforgery", Antiforgery).WithSummary("The token that a browser sends with unsafe requests");
        var own = api.MapGroup("/account").WithTags("Account");
        own.MapGet("", Read).RequireAuthorization(Allow.Read).WithSummary("Who is signed in");
        own.MapPost("/sign-out", SignOut).RequireAuthorization(Allow.Self).WithSummary("Sign a browser out");
        api.MapTokens();
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> SignUp(Body<SignUpBody> body, AccountDesk desk, CancellationToken cancellation)
    {
        var faults = await desk.SignUp(body.Value.Name ?? "", body.Value.Email ?? "", body.Value.Password ?? "", cancellation);
        return faults.Count > 0 ? Problem.Malformed(faults) : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Confirm(Body<ConfirmBody> body, AccountDesk desk, CancellationToken cancellation) =>
        await desk.ConfirmEmail(body.Value.Account ?? "", body.Value.Token ?? "", cancellation)
            ? TypedResults.NoContent()
            : Problem.Malformed("token", "link-invalid", "This link has been used, has expired, or is not whole.");

    private static async Task<Results<NoContent, ProblemHttpResult>> SignIn(Body<SignInBody> body, AccountDesk desk) =>
        await desk.SignIn(body.Value.Email ?? "", body.Value.Password ?? "", body.Value.Remember)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status401Unauthorized, "sign-in-refused", "The address or the password is wrong, or the account is not confirmed, or locked for some minutes.");

    private static async Task<Accepted> RequestReset(Body<ResetRequestBody> body, AccountDesk desk, CancellationToken cancellation)
    {
        await desk.RequestReset(body.Value.Email ?? "", cancellation);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Reset(Body<ResetBody> body, AccountDesk desk)
    {
        var faults = await desk.Reset(body.Value.Account ?? "", body.Value.Token ?? "", body.Value.Password ?? "");
        return faults.Count > 0 ? Problem.Malformed(faults) : TypedResults.NoContent();
    }

    private static Ok<AntiforgeryModel> Antiforgery(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return TypedResults.Ok(new AntiforgeryModel(tokens.HeaderName!, tokens.RequestToken!));
    }

    private static Ok<AccountModel> Read(ClaimsPrincipal user) => TypedResults.Ok(new AccountModel(
        Caller.Of(user).AccountId, Caller.Of(user).MemberId, user.FindFirstValue(ClaimTypes.Email), user.FindFirstValue(AccountDesk.NameClaim),
        [.. user.FindAll(ClaimTypes.Role).Select(r => r.Value).Order(StringComparer.Ordinal)], user.FindFirstValue(Caller.ScopeClaim)));

    private static async Task<NoContent> SignOut(AccountDesk desk)
    {
        await desk.SignOut();
        return TypedResults.NoContent();
    }
}
