using System.Globalization;
using System.Text.Json.Nodes;
using Makerspace.Billing;
using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Billing.Scenarios.MoneyStage;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Somebody who pays, and what they do. <see cref="Agrees"/> compares their book with the simulator's own and with what is shown.</summary>
internal sealed class Payer(MoneyStage stage, string id, HttpClient http)
{
    /// <summary>Another account than the member's own: of a company.</summary>
    public string Account { get; init; } = "member-" + id;

    public string Id => id;
    public HttpClient Http => http;
    public MoneyStage Stage => stage;

    /// <summary>The same person acting for their company.</summary>
    public Payer For(string company) => new(stage, id, http) { Account = "company-" + company };

    /// <summary>The provider's page for a purchase.</summary>
    public async Task<Uri> Checkout(string kind, string more = "", Guid? key = null)
    {
        var page = await Done(http.SendAsync(Asking($"/api/v1/accounts/{Account}/checkout", $$"""{"kind": "{{kind}}", "returnTo": "/money"{{more}}}""", key)));
        return new Uri((string)page["url"]!);
    }

    public Task<JsonNode> CheckoutRefused(string kind, string more, string code) =>
        Refused(http.SendAsync(Asking($"/api/v1/accounts/{Account}/checkout", $$"""{"kind": "{{kind}}"{{more}}}""", null)), code);

    /// <summary>Buys on the provider's page, and everything that follows is done.</summary>
    public async Task<Uri> Buys(string kind, string more = "", string card = Good, bool confirms = true)
    {
        var back = await stage.PayOn(await Checkout(kind, more), card, confirms);
        await stage.Quiet();
        return back;
    }

    public Task SavesCard(string card = Good) => Buys("Card", card: card);

    public Task Joins(string plan, string card = Good) => Buys("Plan", $$""", "item": "{{plan}}" """, card);

    public Task BuysPack(string product = "five") => Buys("Pack", $$""", "item": "{{product}}" """);

    /// <summary>Books so many hours after <paramref name="from"/>.</summary>
    public async Task<string> Books(string tool, DateTimeOffset from, double start, double end)
    {
        using var answer = await http.Book(tool, Iso(from.AddHours(start)), Iso(from.AddHours(end)));
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    public async Task<JsonNode> Cannot(string tool, DateTimeOffset from, double start, double end, string code)
    {
        using var answer = await http.Book(tool, Iso(from.AddHours(start)), Iso(from.AddHours(end)));
        var problem = await answer.Json();
        (problem["refusals"]?.AsArray().Select(r => (string)r!["code"]!).ToList() ?? []).ShouldContain(code, problem.ToJsonString());
        return problem;
    }

    public async Task<JsonNode> Previews(string tool, DateTimeOffset from, double start, double end) =>
        await Done(http.Post("/api/v1/bookings/preview", $$"""{"toolId": "{{tool}}", "start": "{{Iso(from.AddHours(start))}}", "end": "{{Iso(from.AddHours(end))}}"}"""));

    /// <summary>Books, comes, and leaves at the end.</summary>
    public async Task<string> Uses(string tool, DateTimeOffset from, double start, double end, double? leaves = null)
    {
        var booking = await Books(tool, from, start, end);
        await stage.Until(from, start);
        await Done(http.Post(booking + "/check-in", "{}"));
        await stage.Until(from, leaves ?? end);
        await Done(http.Post(booking + "/check-out", "{}"));
        await stage.Quiet();
        return booking;
    }

    public Task<JsonNode> Cancels(string booking) => Done(http.Post(booking + "/cancel", "{}"));

    public async Task<string> State(string booking) => (string)(await http.Json(booking))["state"]!;

    public Task<JsonNode> Subscription(string change) => Done(http.Patch($"/api/v1/accounts/{Account}/subscription", change));

    public Task<AccountView> View() => stage.ViewOf(Account);

    public async Task Adjusts(string kind, long amount, Guid? entry = null, string reason = "Because")
    {
        await AdjustsSoon(kind, amount, entry, reason);
        await stage.Quiet();
    }

    /// <summary>What follows from it is done when the jobs run.</summary>
    public Task AdjustsSoon(string kind, long amount, Guid? entry = null, string reason = "Because", Guid? key = null) =>
        Done(stage.Staff.SendAsync(Asking($"/api/v1/accounts/{Account}/adjustments", Adjustment(kind, amount, entry, reason), key)));

    public Task<JsonNode> AdjustmentRefused(string kind, long amount, string code, Guid? entry = null, string currency = "eur") =>
        Refused(stage.Staff.SendAsync(Asking($"/api/v1/accounts/{Account}/adjustments", Adjustment(kind, amount, entry, "Because", currency), null)), code);

    /// <summary>All entries of the book.</summary>
    public async Task<List<JsonNode>> Entries()
    {
        var all = new List<JsonNode>();
        for (var next = $"/api/v1/accounts/{Account}/entries?limit=100"; next is not null;)
        {
            var page = await stage.Staff.Json(next);
            all.AddRange(page["items"]!.AsArray().Select(e => e!));
            next = (string?)page["next"];
        }
        return all;
    }

    public async Task<Guid> EntryOf(string kind) => (Guid)(await Entries()).Last(e => (string)e["kind"]! == kind)["id"]!;

    public async Task<long> Sum(string account) => Sums(await Entries()).GetValueOrDefault(account);

    /// <summary>How often something was posted.</summary>
    public async Task<int> Count(string kind) => (await Entries()).Count(e => (string)e["kind"]! == kind);

    /// <summary>Minutes of included hours used.</summary>
    public Task<long> IncludedUsed() => Sum(Chart.IncludedUsed);

    /// <summary>The book balances, and says of money what the simulator says, and the account, the statement and the pages say it too.</summary>
    /// <param name="owed">What is owed, in cents.</param>
    /// <param name="kept">What the payer has paid and not got back.</param>
    public async Task Agrees(long owed, long kept)
    {
        await stage.Quiet();
        var entries = await Entries();
        foreach (var entry in entries)
            foreach (var unit in entry["lines"]!.AsArray().GroupBy(l => (string)l!["unit"]!)) unit.Sum(l => (long)l!["amount"]!).ShouldBe(0, entry.ToJsonString());
        var sums = Sums(entries);
        var view = await View();
        var books = await stage.Simulator.Books();
        var keptThere = view.CustomerId is { } customer ? books.Kept(customer) : 0;
        var credit = view.CustomerId is { } known ? books.Credits.GetValueOrDefault(known) : 0;
        var (receivable, cash) = (sums.GetValueOrDefault(Chart.Receivable), sums.GetValueOrDefault(Chart.Cash));
        (receivable, cash).ShouldBe((owed, kept), string.Join('\n', entries.Select(e => e.ToJsonString())));
        cash.ShouldBe(keptThere, "the ledger's cash is what the provider keeps");
        (-sums.GetValueOrDefault(Chart.ProviderCredit)).ShouldBe(credit, "the ledger's credit at the provider is the provider's");
        view.Owed.ShouldBe(owed);
        var account = await http.Json($"/api/v1/accounts/{Account}");
        ((long)account["owed"]!["amount"]!).ShouldBe(owed);
        var statement = await http.Json($"/api/v1/accounts/{Account}/statement");
        ((long)statement["closing"]!["amount"]!).ShouldBe(owed);
        await ShownOnThePages(owed);
        var compared = await Done(stage.Staff.Post("/api/v1/reconciliations", $$"""{"accountId": "{{Account}}"}"""));
        compared["findings"]!.AsArray().ShouldBeEmpty(compared.ToJsonString());
    }

    // The statement's own words: the sum at its end.
    private async Task ShownOnThePages(long owed)
    {
        var page = await http.GetStringAsync("/money/statement?account=" + Account);
        var shown = AngleSharp.BrowsingContext.New();
        var document = await AngleSharp.BrowsingContextExtensions.OpenAsync(shown, r => r.Content(page));
        var closing = document.QuerySelector("[data-closing]") ?? throw new InvalidOperationException("The statement shows no sum.");
        long.Parse(closing.GetAttribute("data-closing")!, CultureInfo.InvariantCulture).ShouldBe(owed);
        if (owed != 0) document.QuerySelector("main")!.TextContent.ShouldContain(Words(Math.Abs(owed)));
    }

    private static string Words(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static Dictionary<string, long> Sums(IEnumerable<JsonNode> entries) =>
        entries.SelectMany(e => e["lines"]!.AsArray()).GroupBy(l => (string)l!["account"]!).ToDictionary(g => g.Key, g => g.Sum(l => (long)l!["amount"]!), StringComparer.Ordinal);

    private static string Adjustment(string kind, long amount, Guid? entry, string reason, string currency = "eur") =>
        $$"""{"kind": "{{kind}}", "amount": {"amount": {{amount}}, "currency": "{{currency}}"}, "reason": "{{reason}}"{{(entry is { } e ? $", \"entryId\": \"{e}\"" : "")}}}""";

    private static HttpRequestMessage Asking(string path, string json, Guid? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        return request;
    }
}
