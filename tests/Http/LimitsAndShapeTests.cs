using System.Net;
using System.Text.RegularExpressions;
using Makerspace.Tests.Accounts;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Http;

public partial class LimitsAndShapeTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task Too_many_writes_of_one_account_are_429_and_others_go_on()
    {
        await using var server = await RunningServer.Start(("Makerspace:RateLimits:WritesPerMinute", "6"));
        var (admin, other) = (await server.As("admin@example.org"), await server.Person("hal", "staff"));
        for (var write = 0; write < 6; write++) (await admin.Post("/api/v1/areas", """{"name": "A"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var refused = await admin.Post("/api/v1/areas", """{"name": "A"}""");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Code()).ShouldBe("too-many-requests");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await admin.GetAsync("/api/v1/areas")).StatusCode.ShouldBe(HttpStatusCode.OK, "reading goes on");
        (await other.Post("/api/v1/areas", """{"name": "B"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Too_many_attempts_to_sign_in_from_one_address_are_429()
    {
        await using var server = await RunningServer.Start(("Makerspace:RateLimits:SignInsPerMinute", "3"));
        var client = server.Anonymous();
        for (var attempt = 0; attempt < 3; attempt++) (await client.Post("/api/v1/account/sign-in", "{}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var refused = await client.Post("/api/v1/account/sign-in", "{}");
        (await refused.Code()).ShouldBe("too-many-requests");
    }

    [Fact]
    public async Task Every_answer_has_the_security_headers()
    {
        foreach (var path in new[] { "/api/v1/tools", "/health", "/nothing", "/api/v1/nothing" })
        {
            using var answer = await lab.Ada.GetAsync(path);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
            // Style attributes may be; scripts and style sheets come from the site's own files only.
            answer.Headers.GetValues("Content-Security-Policy").Single().Replace("style-src-attr 'unsafe-inline'", "", StringComparison.Ordinal).ShouldNotContain("unsafe");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.Contains("Referrer-Policy").ShouldBeTrue();
            answer.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task The_description_covers_every_route_with_words()
    {
        var paths = (await lab.Nobody.Json("/openapi/v1.json"))["paths"]!.AsObject();
        foreach (var route in AuthorisationTests.Routes(lab.Server).Where(r => r.Contains(" /api/", StringComparison.Ordinal)))
        {
            var (method, path) = (route.Split(' ')[0].ToLowerInvariant(), Constraints().Replace(route.Split(' ')[1], "}"));
            paths.ContainsKey(path).ShouldBeTrue(path);
            ((string?)paths[path]![method]?["summary"]).ShouldNotBeNullOrEmpty(route);
        }
    }

    [Fact]
    public async Task Changes_made_against_an_old_version_are_refused()
    {
        using var read = await lab.Staff.GetAsync("/api/v1/tools/saw");
        using var first = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/tools/saw") { Content = new StringContent("""{"location": "left"}""", null, "application/merge-patch+json") };
        first.Headers.IfMatch.Add(read.Headers.ETag!);
        (await lab.Staff.SendAsync(first)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/tools/saw") { Content = new StringContent("""{"location": "right"}""", null, "application/merge-patch+json") };
        second.Headers.IfMatch.Add(read.Headers.ETag!);
        using var refused = await lab.Staff.SendAsync(second);
        refused.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await refused.Code()).ShouldBe("changed-meanwhile");
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_and_nothing_else()
    {
        using var made = await lab.Admin.Post("/api/v1/tools", """{"id": "mill", "name": "Mill", "category": "Mills", "policy": {"maxDuration": "PT2H", "grid": "PT15M"}}""");
        using var patched = await lab.Admin.Patch("/api/v1/tools/mill", """{"category": null, "policy": {"maxDuration": null, "minDuration": "PT30M"}, "outOfService": true, "expectedBack": "2026-12-24T12:00:00+01:00"}""");
        var tool = await patched.Json();
        ((string)tool["name"]!).ShouldBe("Mill");
        tool["category"].ShouldBeNull();
        tool["policy"]!["maxDuration"].ShouldBeNull();
        ((string)tool["policy"]!["minDuration"]!).ShouldBe("PT30M");
        ((string)tool["policy"]!["grid"]!).ShouldBe("PT15M");
        ((string)tool["state"]!).ShouldBe("out-of-service");
        ((string)tool["expectedBack"]!).ShouldBe("2026-12-24T12:00:00+01:00");
        using var back = await lab.Admin.Patch("/api/v1/tools/mill", """{"outOfService": false}""");
        (await back.Json())["expectedBack"].ShouldBeNull();
    }

    [GeneratedRegex(":[a-z]+}", RegexOptions.NonBacktracking)]
    private static partial Regex Constraints();
}
