using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Accounts;

/// <summary>A token to make.</summary>
public sealed record NewTokenBody
{
    /// <summary>What it is for, at most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Some of <c>read</c>, <c>book</c>, <c>manage</c>; or <c>*</c> for all that the account may. <c>read</c> if absent.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>At most a year from now; 90 days if absent.</summary>
    public OffsetDateTime? ExpiresAt { get; init; }
}

/// <summary>A token, without its secret.</summary>
public sealed record TokenModel(Guid Id, string Name, IReadOnlyList<string> Scopes, OffsetDateTime CreatedAt, OffsetDateTime? ExpiresAt)
{
    internal static TokenModel Of(TokenRow row, SpaceFacts space) => new(row.Id, row.Name, row.Scopes.Split(' '), row.CreatedAt.In(space), row.ExpiresAt?.In(space));
}

/// <summary>A new token. <paramref name="Token"/> is shown here and never again.</summary>
public sealed record NewTokenModel(Guid Id, string Name, IReadOnlyList<string> Scopes, OffsetDateTime CreatedAt, OffsetDateTime? ExpiresAt, string Token);

/// <summary>One's own personal access tokens.</summary>
internal static class TokenEndpoints
{
    private const int MostTokens = 50;

    public static void MapTokens(this RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapGet("", List).RequireAuthorization(Allow.Self).WithSummary("One's own tokens");
        tokens.MapPost("", Create).RequireAuthorization(Allow.Self).WithSummary("Make a token").WithDescription("The secret is in this answer and nowhere else.");
        tokens.MapDelete("/{id:guid}", Revoke).RequireAuthorization(Allow.Self).WithSummary("Revoke a token, at once");
    }

    private static async Task<Ok<Page<TokenModel>>> List(ClaimsPrincipal user, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var (account, space) = (Caller.Of(user).AccountId, await grains.Space());
        var rows = await db.AccessTokens.AsNoTracking().Where(t => t.AccountId == account).OrderBy(t => t.CreatedAt).ToListAsync(cancellation);
        return TypedResults.Ok(new Page<TokenModel>([.. rows.Select(t => TokenModel.Of(t, space))], null));
    }

    private static async Task<Results<Created<NewTokenModel>, ProblemHttpResult>> Create(
        Body<NewTokenBody> body, ClaimsPrincipal user, TokenDesk desk, MakerspaceDb db, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (wanted, faults, now, account) = (body.Value, new Faults(), time.Now(), Caller.Of(user).AccountId);
        var name = faults.Text("name", wanted.Name, 100);
        var scopes = wanted.Scopes ?? ["read"];
        if (scopes.Count == 0 || scopes.Any(s => !TokenDesk.Scopes.Contains(s))) faults.Add("scopes", "unknown-scope", "scopes are some of read, book, manage and *.");
        var expires = wanted.ExpiresAt?.ToInstant() ?? now + Duration.FromDays(90);
        if (expires <= now || expires > now + Duration.FromDays(366)) faults.Add("expiresAt", "out-of-range", "expiresAt lies in the coming year.");
        if (faults.Any) return faults.Problem;
        if (await db.AccessTokens.CountAsync(t => t.AccountId == account, cancellation) >= MostTokens)
            return Problem.Of(StatusCodes.Status409Conflict, "too-many-tokens", $"An account has {MostTokens} tokens at the most. Revoke one first.");
        var list = scopes.Contains("*") ? "*" : string.Join(' ', scopes.Distinct(StringComparer.Ordinal));
        var (row, secret) = await desk.Create(account, name, list, expires, cancellation);
        var model = TokenModel.Of(row, await grains.Space());
        return TypedResults.Created($"/api/v1/tokens/{row.Id}", new NewTokenModel(model.Id, model.Name, model.Scopes, model.CreatedAt, model.ExpiresAt, secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid id, ClaimsPrincipal user, TokenDesk desk, CancellationToken cancellation) =>
        await desk.Revoke(Caller.Of(user).AccountId, id, cancellation) ? TypedResults.NoContent() : Problem.Unknown("token");
}
