using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Makerspace.Bench;

/// <summary>
/// What money costs, with the payment simulator as the provider: <c>./bench/run --money yes</c>. Bookings that have a price beside those without, a charge on a book with and without
/// a past, charges from the decision to the money in the book (outbox, provider, signed events), the statement of a long book, and a reconciliation of everything.
/// </summary>
internal static class Money
{
    private const int Payers = 100;
    private const int Past = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task Measure(Server server, Options options, Report report)
    {
        var space = await Space.Make(server, options with { Tools = 64, Members = 500 });
        foreach (var clients in new[] { 1, 32 }) report.Line($"bookings, free of charge, {clients} clients", await space.BookDistinct(clients, options.Seconds));
        await Sent(server, HttpMethod.Patch, "/api/v1/space", new
        {
            billing = new { taxPercent = 19, taxName = "VAT", pricesIncludeTax = true, usage = "PerBooking" },
        });
        foreach (var tool in space.Tools) await Sent(server, HttpMethod.Patch, $"/api/v1/tools/{tool}", new { policy = new { hourlyRate = new { amount = 1200, currency = "usd" } } });
        foreach (var clients in new[] { 1, 32 }) report.Line($"bookings with a price, {clients} clients", await space.BookDistinct(clients, options.Seconds));

        var payers = space.Members[..Payers].Select(m => "member-" + m).ToArray();
        var watch = Stopwatch.StartNew();
        foreach (var payer in payers) await SaveCard(server, payer);
        report.Text($"{Payers} cards saved, one after the other", $"{watch.Elapsed.TotalSeconds:0.0} s");
        watch.Restart();
        foreach (var batch in payers.Chunk(16)) await Task.WhenAll(batch.Select(p => Charge(server, p)));
        await Until(server, payers);
        report.Text($"{Payers} charges, from the decision to the money", $"{watch.Elapsed.TotalSeconds:0.0} s");

        var book = "member-" + space.Members[Payers + 1];
        report.Line("a charge, 1 client, new book", await Measured.Of(1, options.Seconds, (_, _) => Charge(server, book)));
        var old = "member-" + space.Members[Payers + 2];
        for (var made = 0; made < Past; made++) await Charge(server, old);
        report.Line($"a charge, 1 client, after {Past:N0} others", await Measured.Of(1, options.Seconds, (_, _) => Charge(server, old)));
        report.Line($"the statement of that book, 1 client", await Measured.Of(1, options.Seconds, (_, _) => Get(server, $"/api/v1/accounts/{old}/statement")));
        watch.Restart();
        var compared = await Sent(server, HttpMethod.Post, "/api/v1/reconciliations", new { });
        report.Text($"reconciling {Payers} payers, {compared.GetProperty("findings").GetArrayLength()} findings", $"{watch.Elapsed.TotalSeconds:0.00} s");
    }

    private static async Task SaveCard(Server server, string account)
    {
        var page = await Sent(server, HttpMethod.Post, $"/api/v1/accounts/{account}/checkout", new { kind = "Card", returnTo = "/money" });
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var card = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["number"] = "4242424242424242", ["expiry"] = "12/39", ["cvc"] = "123", ["name"] = "Test Person", ["email"] = "payer@example.org", ["go"] = "pay",
        });
        using var paid = await browser.PostAsync(new Uri(page.GetProperty("url").GetString()!), card);
        await Sent(server, HttpMethod.Post, $"/api/v1/accounts/{account}/look", new { });
    }

    private static async Task<bool> Charge(Server server, string account)
    {
        await Sent(server, HttpMethod.Post, $"/api/v1/accounts/{account}/adjustments", new { kind = "Charge", amount = new { amount = 500, currency = "usd" }, reason = "Material" });
        return true;
    }

    // The last of what was charged is in the book as money.
    private static async Task Until(Server server, IEnumerable<string> payers)
    {
        var watch = Stopwatch.StartNew();
        foreach (var payer in payers)
            while ((await server.Http.GetFromJsonAsync<JsonElement>($"/api/v1/accounts/{payer}")).GetProperty("owed").GetProperty("amount").GetInt64() != 0)
            {
                if (watch.Elapsed > Patience) throw new TimeoutException($"{payer} still owes something after {Patience.TotalMinutes} minutes.");
                await Task.Delay(20);
            }
    }

    private static async Task<bool> Get(Server server, string address)
    {
        using var answer = await server.Http.GetAsync(new Uri(address, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    }

    private static async Task<JsonElement> Sent(Server server, HttpMethod method, string address, object body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {address}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
