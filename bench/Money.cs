using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Makerspace.Bench;

/// <summary>
/// What money costs, with the payment simulator as the provider: <c>./bench/run --money yes</c>. Bookings that have a price beside those without, a charge on a book with and without
/// a past, charges from the decision to the money in the book (outbox, provider, signed events), the statement of a long book, and a reconciliation of everything.
/// </summary>
internal static partial class Money
{
    private const int Joining = 10;   // more from one address are held back
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

        await Sent(server, HttpMethod.Post, "/api/v1/plans", new { id = "studio", name = "Studio", offered = true, price = new { amount = new { amount = 4900, currency = "usd" }, interval = "Month" } });
        var joins = new List<double>();
        for (var n = 0; n < Joining; n++) joins.Add(await Join(server, $"join{n}@example.org"));
        joins.Sort();
        report.Text($"{Joining} joins by the pages, one after the other, all answers of one", $"{joins[Joining / 2]:0.0} s, the longest {joins[^1]:0.0} s");

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

    // What a phone is sent on the way from the public page to the active member, in seconds: the pages without their pictures and scripts, and without the time it takes to read and type.
    private static async Task<double> Join(Server server, string email)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        var watch = Stopwatch.StartNew();
        foreach (var page in new[] { "/", "/join" }) await Page(browser, page);
        var form = await Page(browser, "/sign-up?next=/join/studio");
        await Send(browser, "/sign-up?next=/join/studio", form, ("_handler", "sign-up"), ("name", "Runa"), ("email", email), ("password", "three plain words"));
        watch.Stop();
        var letter = (await server.Http.GetFromJsonAsync<JsonElement>("/dev/mail")).EnumerateArray()
            .Where(m => m.GetProperty("to").GetString() == email).Select(m => m.GetProperty("text").GetString()!).Last(t => t.Contains("/confirm", StringComparison.Ordinal));
        watch.Start();
        var link = new Uri(Link().Match(letter).Value).PathAndQuery;
        var next = (await Send(browser, link, await Page(browser, link), ("_handler", "confirm"))).Next!;
        form = await Page(browser, next.OriginalString);
        var leaving = await Send(browser, "/money/pay", form, ("_handler", "pay"), ("kind", "Plan"), ("item", "studio"), ("back", "/welcome"), ("key", Guid.NewGuid().ToString()));
        var provider = System.Net.WebUtility.HtmlDecode(Refresh().Match(leaving.Html).Groups["url"].Value);
        var card = await Page(browser, provider);
        var back = await Send(browser, provider, card, ("number", "4242424242424242"), ("expiry", "12/39"), ("cvc", "123"), ("name", "Runa"), ("go", "pay"));
        for (var welcome = ""; !welcome.Contains("Your membership is active", StringComparison.Ordinal);)
        {
            if (watch.Elapsed > Patience) throw new TimeoutException($"{email} is no member after {Patience.TotalMinutes} minutes.");
            welcome = await Page(browser, back.Next!.AbsoluteUri);
        }
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<string> Page(HttpClient browser, string address)
    {
        using var answer = await browser.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : throw new InvalidOperationException($"{address}: {(int)answer.StatusCode}");
    }

    private static async Task<(Uri? Next, string Html)> Send(HttpClient browser, string address, string form, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", Token().Match(form).Groups["value"].Value)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var answer = await browser.PostAsync(new Uri(address, UriKind.RelativeOrAbsolute), content);
        var html = await answer.Content.ReadAsStringAsync();
        return (int)answer.StatusCode < 400 ? (answer.Headers.Location, html) : throw new InvalidOperationException($"{address}: {(int)answer.StatusCode} {html}");
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=(?<url>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Refresh();

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
