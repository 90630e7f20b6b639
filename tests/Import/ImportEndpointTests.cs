using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Import;

public sealed class ImportEndpointTests : IAsyncLifetime
{
    private WebApplication app = null!;
    private TestDatabase database = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.On(DatabaseKind.Sqlite);
        var options = new ServerOptions { Urls = "http://127.0.0.1:0", Data = database.Settings.DataDirectory, NoDemo = true, Environment = "Development" };
        app = WebServer.Build(options, b => b.Logging.ClearProviders());
        await app.StartAsync(Cancellation);
        client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Token("admin@example.org"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<string> Token(string email)
    {
        var answer = await client.PostAsJsonAsync("/dev/tokens", new { email }, Cancellation);
        return (await Json(answer)).GetProperty("token").GetString()!;
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    private Task<HttpResponseMessage> Post(string address, string body, string type) =>
        client.PostAsync(new Uri(address, UriKind.Relative), new StringContent(body, Encoding.UTF8, type), Cancellation);

    private static async Task<string> SmallLab() => await new StreamReader(Planning.SmallLab()).ReadToEndAsync(Cancellation);

    [Fact]
    public async Task A_dump_is_rehearsed_and_imported()
    {
        var rehearsal = await Post("/api/v1/import/nemo?dryRun=true", await SmallLab(), "application/json");
        rehearsal.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Json(rehearsal)).GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        (await client.GetAsync(new Uri("/api/v1/tools/forge", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var report = await Json(await Post("/api/v1/import/nemo?dryRun=false", await SmallLab(), "application/json"));
        report.GetProperty("totals").GetProperty("records").GetInt32().ShouldBe(40);
        var line = report.GetProperty("lines").EnumerateArray().First(l => l.GetProperty("model").GetString() == "NEMO.tool");
        line.GetProperty("outcome").GetString().ShouldBe("made");
        (await client.GetAsync(new Uri("/api/v1/tools/steam-bender", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var again = await Json(await Post("/api/v1/import/nemo", await SmallLab(), "application/json"));
        again.GetProperty("totals").ShouldSatisfyAllConditions(t => t.GetProperty("made").GetInt32().ShouldBe(0), t => t.GetProperty("changed").GetInt32().ShouldBe(0));
    }

    [Fact]
    public async Task A_dump_larger_than_other_bodies_is_taken()
    {
        var many = $"[{string.Join(',', Enumerable.Range(1, 4000).Select(i => $$$"""{"model": "NEMO.emaillog", "pk": {{{i}}}, "fields": {"subject": "Nothing to see here"}}"""))}]";
        many.Length.ShouldBeGreaterThan(256 * 1024);
        var report = await Json(await Post("/api/v1/import/nemo?dryRun=true", many, "application/json"));
        report.GetProperty("totals").GetProperty("skipped").GetInt32().ShouldBe(4000);
    }

    [Theory]
    [InlineData("/api/v1/import/nemo", "{}", "application/json", 422, "import-malformed")]
    [InlineData("/api/v1/import/nemo", "[{", "application/json", 422, "import-malformed")]
    [InlineData("/api/v1/import/nemo", """[{"model": "NEMO.tool", "fields": {"name": 7}}]""", "application/json", 422, "import-record-malformed")]
    [InlineData("/api/v1/import/nemo?dryRun=perhaps", "[]", "application/json", 422, "malformed-field")]
    [InlineData("/api/v1/import/nemo", "[]", "text/plain", 415, "content-type-not-supported")]
    [InlineData("/api/v1/import/csv", "name\nSaw\n", "text/csv", 422, "unknown-kind")]
    [InlineData("/api/v1/import/csv?kind=chairs", "name\nSaw\n", "text/csv", 422, "unknown-kind")]
    [InlineData("/api/v1/import/csv?kind=tools", "name,colour\nSaw,red\n", "text/csv", 422, "import-columns")]
    [InlineData("/api/v1/import/csv?kind=tools", "name,maxDuration\nSaw,long\n", "text/csv", 422, "import-record-malformed")]
    [InlineData("/api/v1/import/csv?kind=tools", "name\nSaw\n", "application/json", 415, "content-type-not-supported")]
    public async Task What_cannot_be_read_is_a_problem_with_a_code(string address, string body, string type, int status, string code)
    {
        var answer = await Post(address, body, type);
        ((int)answer.StatusCode).ShouldBe(status);
        (await Json(answer)).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_template_is_given_and_imports()
    {
        var template = await client.GetStringAsync(new Uri("/api/v1/import/csv/template?kind=members", UriKind.Relative), Cancellation);
        var report = await Json(await Post("/api/v1/import/csv?kind=members", template, "text/csv"));
        report.GetProperty("totals").GetProperty("made").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Members_import_nothing_and_staff_appoint_nobody()
    {
        await Post("/api/v1/import/csv?kind=members", "name,email,role\nEve,eve@example.org,member\nStan,stan@example.org,staff\n", "text/csv");
        var (eve, stan) = (await Token("eve@example.org"), await Token("stan@example.org"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", eve);
        (await Post("/api/v1/import/nemo", "[]", "application/json")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stan);
        var report = await Json(await Post("/api/v1/import/csv?kind=members", "name,email,role\nEve,eve@example.org,admin\n", "text/csv"));
        var line = report.GetProperty("lines")[0];
        line.GetProperty("outcome").GetString().ShouldBe("unchanged");
        line.GetProperty("notes")[0].GetString().ShouldStartWith("not given the role admin");
    }

    [Fact]
    public async Task The_data_is_emptied_and_the_demo_loaded()
    {
        await Post("/api/v1/import/nemo", await SmallLab(), "application/json");
        (await client.PostAsync(new Uri("/dev/reset", UriKind.Relative), null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Token("staff@example.org"));
        (await client.GetAsync(new Uri("/api/v1/tools/forge", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync(new Uri("/api/v1/tools/laser-1", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Json(await client.GetAsync(new Uri("/api/v1/space", UriKind.Relative), Cancellation))).GetProperty("name").GetString().ShouldBe("Tidewater Works");
    }
}
