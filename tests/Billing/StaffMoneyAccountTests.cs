using System.Net;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing;

/// <summary>Staff correct books with a reason; what is malformed, foreign or too much moves nothing; and what revenue and the books say is what was posted.</summary>
public sealed class StaffMoneyAccountTests : IAsyncLifetime
{
    private const string Ada = "/api/v1/accounts/member-ada";
    private RunningServer server = null!;
    private HttpClient admin = null!, ada = null!, ben = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        admin = await server.As("admin@example.org");
        (ada, ben) = (await server.Person("ada", Roles.Member), await server.Person("ben", Roles.Member));
        using var sells = await admin.Patch("/api/v1/space", """{"currency": "eur", "timeZone": "Europe/Berlin", "billing": {"taxPercent": 19, "taxName": "VAT"}}""");
        sells.IsSuccessStatusCode.ShouldBeTrue(await sells.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_malformed_correction_moves_nothing()
    {
        foreach (var (body, code) in new[]
        {
            ("""{"amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""", "missing-field"),
            ("""{"kind": "Credit", "reason": "x"}""", "missing-field"),
            ("""{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}}""", "missing-field"),
            ("""{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}, "reason": "  "}""", "missing-field"),
            ("""{"kind": "Credit", "amount": {"amount": 0, "currency": "eur"}, "reason": "x"}""", "out-of-range"),
            ("""{"kind": "Credit", "amount": {"amount": -100, "currency": "eur"}, "reason": "x"}""", "malformed-money"),
            ("""{"kind": "Credit", "amount": {"amount": 9223372036854775807, "currency": "eur"}, "reason": "x"}""", "malformed-money"),
            ("""{"kind": "Credit", "amount": {"amount": 92233720368547758070, "currency": "eur"}, "reason": "x"}""", "malformed-field"),
            ("""{"kind": "Credit", "amount": {"amount": 100, "currency": "usd"}, "reason": "x"}""", "wrong-currency"),
            ("""{"kind": "Gift", "amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""", "malformed-field"),
            ("""{"kind": "CreditNote", "amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""", "missing-field"),
            ("""{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}, "reason": "x", "entryId": "6f1e2d3c-0000-4000-8000-000000000000"}""", "contradiction"),
            ("""{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}, "reason": "x", "accountId": "member-ben"}""", "unknown-field"),
        })
        {
            using var answer = await Adjust(admin, "member-ada", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await answer.Code()).ShouldBe(code);
            (await Entries()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_correction_needs_a_key_a_payer_that_exists_and_staff()
    {
        const string body = """{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""";
        using (var without = await admin.Post(Ada + "/adjustments", body)) (await without.Code()).ShouldBe("idempotency-key-missing");
        using (var nobody = await Adjust(admin, "member-nobody", body)) nobody.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var foreign = await Adjust(admin, "space-main", body)) foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var member = await Adjust(ada, "member-ada", body)) member.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Entries()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_key_again_is_the_same_correction()
    {
        var key = Guid.NewGuid();
        const string body = """{"kind": "Credit", "amount": {"amount": 500, "currency": "eur"}, "reason": "The fan was loud"}""";
        for (var i = 0; i < 3; i++) using (var answer = await Adjust(admin, "member-ada", body, key)) ((long)(await answer.Json())["credit"]!["amount"]!).ShouldBe(500);
        (await Entries()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_charge_is_taken_back_in_part_and_no_more_than_it_was()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 1190, "currency": "eur"}, "reason": "A broken mirror"}""");
        var charge = (await Entries()).Single();
        using (var much = await Adjust(admin, "member-ada", Note(charge.Id, 1191))) (await much.Code()).ShouldBe("more-than-charged");
        using (var other = await Adjust(admin, "member-ben", Note(charge.Id, 100))) other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Done(admin, Note(charge.Id, 400));
        using (var rest = await Adjust(admin, "member-ada", Note(charge.Id, 791))) (await rest.Code()).ShouldBe("more-than-charged");
        await Done(admin, Note(charge.Id, 790));
        ((long)(await ada.Json(Ada))["owed"]!["amount"]!).ShouldBe(0);
        // The tax went back with it, to the cent.
        (await Entries()).SelectMany(e => e.Lines).GroupBy(l => l.Account).ShouldAllBe(g => g.Sum(l => l.Amount) == 0);
    }

    [Fact]
    public async Task No_more_is_taken_by_hand_or_given_up_than_is_owed()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 1000, "currency": "eur"}, "reason": "x"}""");
        foreach (var kind in new[] { "PaymentByHand", "WriteOff" })
            using (var much = await Adjust(admin, "member-ada", $$$"""{"kind": "{{{kind}}}", "amount": {"amount": 1001, "currency": "eur"}, "reason": "x"}""")) (await much.Code()).ShouldBe("more-than-charged");
        await Done(admin, """{"kind": "PaymentByHand", "amount": {"amount": 600, "currency": "eur"}, "reason": "Cash at the desk"}""");
        await Done(admin, """{"kind": "WriteOff", "amount": {"amount": 400, "currency": "eur"}, "reason": "Never mind"}""");
        ((long)(await ada.Json(Ada))["owed"]!["amount"]!).ShouldBe(0);
    }

    [Fact]
    public async Task An_objection_is_answered_once_and_what_was_wrong_is_taken_back()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 1000, "currency": "eur"}, "reason": "A broken mirror"}""");
        var charge = (await Entries()).Single();
        var entry = $"{Ada}/entries/{charge.Id}";
        using (var none = await admin.Post(entry + "/answer", """{"accepted": true, "words": "Sorry"}""")) (await none.Code()).ShouldBe("unknown-objection");
        using (var objected = await ada.Post(entry + "/objection", """{"words": "That was not me"}""")) objected.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.Json("/api/v1/accounts"))["items"]!.AsArray().Single(a => (string?)a!["id"] == "member-ada")!["objections"]!.GetValue<int>().ShouldBe(1);
        using (var wordless = await admin.Post(entry + "/answer", """{"accepted": true}""")) (await wordless.Code()).ShouldBe("missing-field");
        using (var both = await admin.Post(entry + "/answer", """{"accepted": false, "amount": {"amount": 1, "currency": "eur"}, "words": "x"}""")) (await both.Code()).ShouldBe("contradiction");
        using (var much = await admin.Post(entry + "/answer", """{"accepted": true, "amount": {"amount": 1001, "currency": "eur"}, "words": "x"}""")) (await much.Code()).ShouldBe("more-than-charged");
        using (var member = await ada.Post(entry + "/answer", """{"accepted": true, "words": "x"}""")) member.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var answered = await admin.Post(entry + "/answer", """{"accepted": true, "amount": {"amount": 750, "currency": "eur"}, "words": "A part of it was"}""")) ((long)(await answered.Json())["owed"]!["amount"]!).ShouldBe(250);
        using (var again = await admin.Post(entry + "/answer", """{"accepted": false, "words": "x"}""")) (await again.Code()).ShouldBe("already-answered");
    }

    [Fact]
    public async Task Accounts_are_found_by_name_and_standing()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 1000, "currency": "eur"}, "reason": "x"}""");
        using (var other = await Adjust(admin, "member-ben", """{"kind": "Credit", "amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""")) other.StatusCode.ShouldBe(HttpStatusCode.OK);
        async Task<string[]> Found(string query) => [.. (await admin.Json("/api/v1/accounts" + query))["items"]!.AsArray().Select(a => (string)a!["id"]!)];
        (await Found("")).ShouldBe(["member-ada", "member-ben"]);
        (await Found("?q=ADA")).ShouldBe(["member-ada"]);
        (await Found("?q=%25")).ShouldBeEmpty();
        (await Found("?standing=suspended")).ShouldBeEmpty();
        (await Found("?limit=1")).ShouldBe(["member-ada"]);
        var next = (string)(await admin.Json("/api/v1/accounts?limit=1"))["next"]!;
        (await admin.Json(next))["items"]!.AsArray().Select(a => (string)a!["id"]!).ShouldBe(["member-ben"]);
        using var wrong = await admin.GetAsync(new Uri("/api/v1/accounts?standing=angry", UriKind.Relative), TestContext.Current.CancellationToken);
        (await wrong.Code()).ShouldBe("malformed-field");
    }

    [Fact]
    public async Task Revenue_and_the_export_are_what_the_journal_says()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 1190, "currency": "eur"}, "reason": "=cmd()"}""");
        await Done(admin, Note((await Entries()).Single().Id, 595));
        using (var other = await Adjust(admin, "member-ben", """{"kind": "Charge", "amount": {"amount": 357, "currency": "eur"}, "reason": "Filament"}""")) other.StatusCode.ShouldBe(HttpStatusCode.OK);
        var posted = await Entries();
        var revenue = await admin.Json("/api/v1/revenue?from=2026-11-01&to=2026-12-01&by=kind");
        ((long)revenue["totals"]!["revenue"]!["amount"]!).ShouldBe(-posted.SelectMany(e => e.Lines).Where(l => l.Account.StartsWith("revenue:", StringComparison.Ordinal)).Sum(l => l.Amount));
        ((long)revenue["totals"]!["tax"]!["amount"]!).ShouldBe(95 + 57);
        ((long)revenue["totals"]!["revenue"]!["amount"]!).ShouldBe(500 + 300);
        ((long)(await admin.Json("/api/v1/revenue?from=2026-12-01&to=2027-01-01"))["before"]!["revenue"]!["amount"]!).ShouldBe(800);
        var csv = await admin.GetStringAsync("/api/v1/accounting/export?from=2026-11-01&to=2026-12-01");
        csv.ShouldContain(",'=cmd()");
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1 + posted.Sum(e => e.Lines.Length));
        (await admin.GetStringAsync("/api/v1/accounting/export?from=2026-11-01&to=2026-12-01&format=hledger")).ShouldContain("assets:receivable:member-ada  11.90 EUR");
        (await admin.GetStringAsync("/api/v1/revenue?by=kind&format=csv")).ShouldContain("revenue:fees,8.00,0.00,EUR");
    }

    [Fact]
    public async Task A_malformed_question_is_refused()
    {
        foreach (var (path, code) in new[]
        {
            ("/api/v1/revenue?from=yesterday", "malformed-date"),
            ("/api/v1/revenue?from=2026-11-02&to=2026-11-01", "contradiction"),
            ("/api/v1/revenue?from=2001-01-01&to=2026-11-01", "out-of-range"),
            ("/api/v1/revenue?from=9999-12-31", "malformed-date"),
            ("/api/v1/revenue?by=weather", "malformed-field"),
            ("/api/v1/revenue?by=7", "malformed-field"),
            ("/api/v1/accounting/export?format=exe", "malformed-field"),
            ("/api/v1/accounting/export?from=2026-11-02T12:00:00Z", "malformed-date"),
        })
        {
            using var answer = await admin.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await answer.Code()).ShouldBe(code);
        }
    }

    [Fact]
    public async Task The_currency_stays_once_something_was_charged()
    {
        await Done(admin, """{"kind": "Charge", "amount": {"amount": 100, "currency": "eur"}, "reason": "x"}""");
        await Entries();
        using var changed = await admin.Patch("/api/v1/space", """{"currency": "usd"}""");
        (await changed.Code()).ShouldBe("currency-in-use");
    }

    private static string Note(Guid entry, long amount) => $$$"""{"kind": "CreditNote", "entryId": "{{{entry}}}", "amount": {"amount": {{{amount}}}, "currency": "eur"}, "reason": "x"}""";

    private static async Task Done(HttpClient client, string body)
    {
        using var answer = await Adjust(client, "member-ada", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> Adjust(HttpClient client, string account, string body, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/accounts/{account}/adjustments") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        return await client.SendAsync(request);
    }

    /// <summary>What the journal says was posted.</summary>
    private async Task<List<LedgerEntry>> Entries()
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IReadModels>().CaughtUp(TestContext.Current.CancellationToken);
        var rows = await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().Journal.Where(j => j.Type == "ledger-posted").OrderBy(j => j.Seq).ToListAsync(TestContext.Current.CancellationToken);
        return rows.ConvertAll(r => ((LedgerPosted)JournalEntry.Read(r.Type, r.Data)).Entry);
    }
}
