using System.Net;
using System.Net.Http.Headers;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Accounts;

public class TokenTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_token_is_shown_once_and_stored_as_a_hash()
    {
        var (id, secret, _) = await Made("""{"name": "script", "scopes": ["read"]}""");
        (await lab.Ada.GetStringAsync("/api/v1/tokens")).ShouldNotContain(secret);
        await using var scope = lab.Server.App.Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().AccessTokens.AsNoTracking().SingleAsync(t => t.Id == id);
        row.Hash.Length.ShouldBe(64);
        row.Hash.ShouldNotContain(secret[4..], Case.Insensitive);
    }

    [Fact]
    public async Task A_token_may_what_its_scopes_say()
    {
        var (_, _, reader) = await Made("""{"name": "reader", "scopes": ["read"]}""");
        (await reader.GetAsync("/api/v1/tools")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await reader.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.GetAsync("/api/v1/tokens")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        // A page would let it do all that the account may, and make itself a token that may.
        foreach (var page in new[] { "/me", "/me/notices", "/today" }) (await (await reader.GetAsync(page)).Code()).ShouldBe("not-allowed", page);
        (await (await reader.PostAsync("/me", new FormUrlEncodedContent([KeyValuePair.Create("_handler", "token")]))).Code()).ShouldBe("not-allowed");
        var (_, _, booker) = await Made("""{"name": "booker", "scopes": ["book"]}""");
        (await booker.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await booker.GetAsync("/api/v1/tools")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var (_, _, manager) = await Made("""{"name": "manager", "scopes": ["manage"]}""");
        (await manager.Post("/api/v1/tools", """{"name": "Mine"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "a scope gives no role");
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        var (id, _, client) = await Made("""{"name": "lost", "scopes": ["*"]}""");
        (await client.GetAsync("/api/v1/account")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await lab.Ben.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it is not ben's");
        (await lab.Ada.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/v1/account")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var (_, _, client) = await Made("""{"name": "short", "scopes": ["*"], "expiresAt": "2026-11-25T00:00:00Z"}""");
        (await client.GetAsync("/api/v1/account")).StatusCode.ShouldBe(HttpStatusCode.OK);
        lab.Server.Clock.Advance(TimeSpan.FromDays(3));
        (await client.GetAsync("/api/v1/account")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        lab.Server.Clock.MoveTo(RunningServer.Now);
    }

    [Theory]
    [InlineData("Bearer msk_nonsense")]
    [InlineData("Bearer ")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task Anything_else_is_nobody(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/tools");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await lab.Nobody.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Code()).ShouldBe("sign-in-required");
    }

    private async Task<(Guid Id, string Secret, HttpClient Client)> Made(string body)
    {
        using var made = await lab.Ada.Post("/api/v1/tokens", body);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = await made.Json();
        var client = lab.Server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["token"]!);
        return (Guid.Parse((string)token["id"]!), (string)token["token"]!, client);
    }
}
