using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Makerspace.Web.Accounts;

/// <summary>Personal access tokens: made, recognised, revoked. Only their hash is kept.</summary>
public sealed class TokenDesk(IServiceScopeFactory scopes, TimeProvider time)
{
    private const string Prefix = "msk_";
    private const int MostCached = 10_000;

    /// <summary>How long another process may go on accepting a token that was revoked here; in this process revocation is immediate.</summary>
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private long _generation;

    private sealed record Known(ClaimsPrincipal Principal, Instant? ExpiresAt, long CachedAt);

    /// <summary>What a token may be allowed to do.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["read", "book", "manage", "*"];

    /// <summary>Makes a token. The secret is in the answer and nowhere else.</summary>
    public async Task<(TokenRow Row, string Secret)> Create(string accountId, string name, string scopeList, Instant? expiresAt, CancellationToken cancellation)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var row = new TokenRow
        {
            Id = Guid.NewGuid(), AccountId = accountId, Name = name, Hash = Hash(secret), Scopes = scopeList, CreatedAt = time.Now(), ExpiresAt = expiresAt,
        };
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MakerspaceDb>();
        db.AccessTokens.Add(row);
        await db.SaveChangesAsync(cancellation);
        return (row, secret);
    }

    /// <summary>Revokes a token of the account. False if it has none such.</summary>
    public async Task<bool> Revoke(string accountId, Guid id, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MakerspaceDb>();
        var revoked = await db.AccessTokens.Where(t => t.Id == id && t.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        Forget();
        return revoked > 0;
    }

    /// <summary>Drops what is remembered of tokens: after a revocation, or a change of an account's rights.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _known.Clear();
    }

    /// <summary>Who the token stands for; null if it is none, has expired, or was revoked.</summary>
    public async Task<ClaimsPrincipal?> Recognise(string secret, CancellationToken cancellation)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100) return null;
        var hash = Hash(secret);
        if (!_known.TryGetValue(hash, out var known) || time.GetElapsedTime(known.CachedAt) > CachedFor) known = await Load(hash, cancellation);
        return known is null || known.ExpiresAt <= time.Now() ? null : known.Principal;
    }

    private async Task<Known?> Load(string hash, CancellationToken cancellation)
    {
        var generation = Interlocked.Read(ref _generation);
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var row = await services.GetRequiredService<MakerspaceDb>().AccessTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, cancellation);
        if (row is null || await services.GetRequiredService<UserManager<Account>>().FindByIdAsync(row.AccountId) is not { } account) return null;
        var principal = await services.GetRequiredService<IUserClaimsPrincipalFactory<Account>>().CreateAsync(account);
        var identity = new ClaimsIdentity(principal.Claims, TokenAuthentication.Scheme);
        identity.AddClaim(new Claim(Caller.ScopeClaim, row.Scopes));
        var known = new Known(new ClaimsPrincipal(identity), row.ExpiresAt, time.GetTimestamp());
        if (_known.Count >= MostCached) _known.Clear();
        // A revocation that came in between has emptied the cache already: what was read before it must not go in after it.
        if (generation == Interlocked.Read(ref _generation)) _known[hash] = known;
        return known;
    }

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary><c>Authorization: Bearer msk_…</c></summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenDesk tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var principal = await tokens.Recognise(header["Bearer ".Length..].Trim(), Context.RequestAborted);
        return principal is null ? AuthenticateResult.Fail("No such token.") : AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
