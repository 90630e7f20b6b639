using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>kill -9 while money moves: each charge that staff were told of, and each that they asked for again with its key, is taken exactly once.</summary>
public sealed class MoneyKillTests
{
    private const long Amount = 1000;
    private static readonly int Kills = Math.Clamp(Sizes.Kills / 2, 2, 12);

    [Theory]
    [MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task What_was_charged_is_taken_once_whenever_the_process_dies(DatabaseKind engine)
    {
        await using var database = await TestDatabase.On(engine);
        await using var server = new ServerProcess(database.Settings.ConnectionString, database.Settings.DataDirectory);
        await server.Start();
        var http = server.Http;
        await Done(http.Patch("/api/v1/space", """{"currency": "eur", "billing": {"usage": "PerBooking"}}"""));
        await Done(http.Post("/api/v1/members", """{"id": "ada", "name": "Ada", "email": "ada@example.org"}"""));
        await SavesCard(http);
        var random = new Random(20261127);
        var asked = new List<Guid>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var killed = new CancellationTokenSource();
            var until = asked.Count + random.Next(2, 12);
            var charging = Charging(http, asked, killed.Token);
            while (Volatile.Read(ref sent) < until && !charging.IsCompleted) await Task.Delay(1);
            await server.Kill();
            await killed.CancelAsync();
            await charging;
            await server.Start();
            // Whoever was not answered asks again, with the same key: all are asked, which is the same for those that were.
            foreach (var key in asked) (await Charge(http, key)).ShouldBe(HttpStatusCode.OK);
        }
        for (var pause = 0; pause < 4; pause++) await Done(http.Post("/dev/clock", """{"advance": "PT1H"}"""));
        var account = await http.Json("/api/v1/accounts/member-ada");
        ((long)account["owed"]!["amount"]!).ShouldBe(0, account.ToJsonString());
        account["payments"]!.AsArray().Sum(p => (long)p!["received"]!["amount"]! - (long)p["refunded"]!["amount"]!).ShouldBe(asked.Count * Amount);
        await Done(http.Post("/api/v1/reconciliations", "{}"));
        (await Done(http.Post("/api/v1/reconciliations", "{}")))["findings"]!.AsArray().ShouldBeEmpty();
    }

    private int sent;

    private async Task Charging(HttpClient http, List<Guid> asked, CancellationToken killed)
    {
        await Task.Yield();
        while (!killed.IsCancellationRequested)
        {
            var key = Guid.NewGuid();
            asked.Add(key);
            Volatile.Write(ref sent, asked.Count);
            try
            {
                await Charge(http, key);
            }
            catch (HttpRequestException)
            {
                return;   // killed in between: in doubt
            }
        }
    }

    private static async Task<HttpStatusCode> Charge(HttpClient http, Guid key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts/member-ada/adjustments")
        {
            Content = new StringContent($$"""{"kind": "Charge", "amount": {"amount": {{Amount}}, "currency": "eur"}, "reason": "A lens"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key.ToString());
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task SavesCard(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts/member-ada/checkout")
        {
            Content = new StringContent("""{"kind": "Card"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var page = new Uri((string)(await Done(http.SendAsync(request)))["url"]!);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent([new("number", MoneyStage.Good), new("expiry", "12/39"), new("cvc", "123"), new("name", "Ada"), new("email", "ada@example.org"), new("go", "pay")]);
        using var paid = await browser.PostAsync(page, form);
        paid.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        // As the payer's way back to the space does: the provider's event may be on its way still.
        await Done(http.Post("/api/v1/accounts/member-ada/look", "{}"));
        (await http.Json("/api/v1/accounts/member-ada"))["card"].ShouldNotBeNull("The card was not saved");
    }

    private static Task<JsonNode> Done(Task<HttpResponseMessage> sent) => MoneyStage.Done(sent);
}
