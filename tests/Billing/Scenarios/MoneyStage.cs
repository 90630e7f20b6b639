using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.PaymentSimulator;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Billing;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>
/// A server with the payment simulator and a space that sells: prices contain 19 % tax, what is used is asked for after each booking.
/// Everything goes over HTTP, as a member, staff and the payer on the provider's page would do it; nothing sleeps, the clock is moved.
/// </summary>
public class MoneyStage : IAsyncLifetime
{
    /// <summary>A card that works.</summary>
    public const string Good = "4242424242424242";

    /// <summary>Saved, and declined whenever it is charged.</summary>
    public const string SavedThenDeclined = "4000000000000341";

    /// <summary>Asks to confirm every time.</summary>
    public const string AlwaysAsks = "4000002760003184";

    /// <summary>Its owner objects at the bank.</summary>
    public const string Disputes = "4000000000000259";
    public const string InsufficientFunds = "4000000000009995";
    public const string Declined = "4000000000000002";
    public const string Expired = "4000000000000069";

    private static int people;
    private readonly HttpClient payersBrowser = new(new HttpClientHandler { AllowAutoRedirect = false });

    public RunningServer Server { get; private set; } = null!;
    public HttpClient Staff { get; private set; } = null!;
    internal PaymentSimulatorServer Simulator => Server.App.Services.GetRequiredService<SimulatedPayments>().Simulator!;

    /// <summary>How this space takes money.</summary>
    protected virtual string Billing => """{"taxPercent": 19, "taxName": "VAT", "pricesIncludeTax": true, "usage": "PerBooking"}""";

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.Start();
        Staff = await Server.As("admin@example.org");
        await Done(Staff.Patch("/api/v1/space", $$"""{"name": "Works", "timeZone": "Europe/Berlin", "currency": "eur", "billing": {{Billing}}}"""));
        await Laser("laser", concurrency: 50);   // tests share it, and in none of those that do is it ever taken
        await Sells("tools", """{"id": "saw", "name": "Saw", "category": "Wood", "policy": {"concurrency": 50, "hourlyRate": {"amount": 1200, "currency": "eur"}, "offPeakHourlyRate": {"amount": 600, "currency": "eur"}, "peak": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}]}}""");
        await Sells("tools", """{"id": "bench", "name": "Bench"}""");
        await Sells("plans", """{"id": "basic", "name": "Basic", "offered": true, "price": {"amount": {"amount": 2900, "currency": "eur"}, "interval": "Month"}}""");
        await Sells("plans", """{"id": "maker", "name": "Maker", "offered": true, "price": {"amount": {"amount": 4900, "currency": "eur"}, "interval": "Month"}, "includedHours": "PT5H", "billsUsedTime": true}""");
        await Sells("plans", """{"id": "try", "name": "Try", "offered": true, "price": {"amount": {"amount": 3900, "currency": "eur"}, "interval": "Month", "trialDays": 14}}""");
        await Sells("plans", """{"id": "year", "name": "Year", "offered": true, "price": {"amount": {"amount": 29900, "currency": "eur"}, "interval": "Year"}}""");
        await Sells("plans", """{"id": "team", "name": "Team", "offered": true, "forCompanies": true, "price": {"amount": {"amount": 3000, "currency": "eur"}, "interval": "Month"}, "includedHours": "PT2H"}""");
        await Sells("plans", """{"id": "cheap", "name": "Cheap hours", "offered": true, "price": {"amount": {"amount": 1900, "currency": "eur"}, "interval": "Month"}, "rates": [{"toolId": "laser", "hourly": {"amount": 900, "currency": "eur"}}]}""");
        await Sells("products", """{"id": "five", "name": "Five hours", "kind": "Pack", "hours": "PT5H", "price": {"amount": 7500, "currency": "eur"}}""");
        await Sells("products", """{"id": "lasers", "name": "One laser hour", "kind": "Pack", "hours": "PT1H", "categories": ["Lasers"], "validDays": 10, "price": {"amount": 1700, "currency": "eur"}}""");
        await Sells("products", """{"id": "day", "name": "A day", "kind": "DayPass", "planId": "basic", "price": {"amount": 1500, "currency": "eur"}}""");
    }

    public async ValueTask DisposeAsync()
    {
        payersBrowser.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What staff do on the provider's own pages.</summary>
    internal async Task AtTheProvider(string call, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Simulator.Address, "/v1/" + call));
        request.Headers.Authorization = new("Bearer", PaymentSettings.SimulatorKey);
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        request.Content = form;
        using var answer = await payersBrowser.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Somebody with an account who has neither card nor plan.</summary>
    internal async Task<Payer> Somebody()
    {
        var id = $"payer-{Interlocked.Increment(ref people)}";
        return new Payer(this, id, await Server.Person(id, Roles.Member));
    }

    /// <summary>Somebody with a saved card.</summary>
    internal async Task<Payer> WithCard(string card = Good)
    {
        var payer = await Somebody();
        await payer.SavesCard(card);
        return payer;
    }

    /// <summary>Somebody who left a card with the provider and came back to the space, which looks then: the provider's event may be on its way still.</summary>
    internal async Task<Payer> WithCardSoon(string card = Good)
    {
        var payer = await Somebody();
        await PayOn(await payer.Checkout("Card"), card);
        await Done(payer.Http.Post($"/api/v1/accounts/{payer.Account}/look", "{}"));
        return payer;
    }

    /// <summary>Runs everything that is due, until nothing is left to do.</summary>
    public Task Quiet() => Later("PT0S");

    /// <summary>Moves the clock; everything that falls due in between is done on the way.</summary>
    public Task Later(string duration) => Done(Staff.Post("/dev/clock", $$"""{"advance": "{{duration}}"}"""));

    /// <summary>Moves the clock to so many hours after the full hour <paramref name="hour"/>.</summary>
    public Task Until(DateTimeOffset hour, double hours) => Done(Staff.Post("/dev/clock", $$"""{"now": "{{Iso(hour.AddHours(hours))}}"}"""));

    /// <summary>The next full hour by the server's clock.</summary>
    public DateTimeOffset NextHour
    {
        get
        {
            var now = Server.Clock.GetUtcNow();
            return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(1);
        }
    }

    /// <summary>Next Tuesday, 10:00 in the space: peak hours, and more than a day ahead.</summary>
    public DateTimeOffset Tuesday
    {
        get
        {
            var day = Server.Clock.GetUtcNow().AddDays(2).Date;
            while (day.DayOfWeek != DayOfWeek.Tuesday) day = day.AddDays(1);
            return new DateTimeOffset(day.AddHours(9), TimeSpan.Zero);
        }
    }

    public static string Iso(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Pays on the provider's page, answering the bank's question where it asks one.</summary>
    /// <returns>Where the payer was sent: back to the space where it is paid, else the provider's page again.</returns>
    internal async Task<Uri> PayOn(Uri page, string card, bool confirms = true)
    {
        var next = await Sent(page, ("number", card), ("expiry", "12/39"), ("cvc", "123"), ("name", "Test Person"), ("email", "payer@example.org"), ("go", "pay"));
        return next.AbsolutePath.StartsWith("/challenge/", StringComparison.Ordinal) ? await Sent(next, ("answer", confirms ? "complete" : "fail")) : next;
    }

    /// <summary>Enters a promotion code on the provider's page.</summary>
    internal Task EnterCode(Uri page, string code) => Sent(new Uri(page + "/promotion"), ("code", code));

    private async Task<Uri> Sent(Uri page, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await payersBrowser.PostAsync(page, form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return new Uri(page, answer.Headers.Location!);
    }

    public static async Task<JsonNode> Done(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.RequestMessage!.RequestUri} {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public static async Task<JsonNode> Refused(Task<HttpResponseMessage> sent, string code)
    {
        using var answer = await sent;
        (await answer.Code()).ShouldBe(code, await answer.Content.ReadAsStringAsync());
        return await answer.Json();
    }

    internal Task<AccountView> ViewOf(string accountId) => AccountOf(accountId).View();

    internal IAccountGrain AccountOf(string accountId) => Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>(Keys.Account(accountId));

    /// <summary>A laser that only one test uses.</summary>
    public async Task<string> OwnLaser()
    {
        var id = $"laser-{Interlocked.Increment(ref people)}";
        await Laser(id, concurrency: 1);
        return id;
    }

    /// <summary>A mill that only one test uses: 30.00 an hour, a deposit of 50.00.</summary>
    public async Task<string> OwnMill()
    {
        var id = $"mill-{Interlocked.Increment(ref people)}";
        await Sells("tools", $$$"""{"id": "{{{id}}}", "name": "Mill", "policy": {"hourlyRate": {"amount": 3000, "currency": "eur"}, "deposit": {"amount": 5000, "currency": "eur"}, "noShowGrace": "PT15M"}}""");
        return id;
    }

    private Task<JsonNode> Laser(string id, int concurrency) => Sells("tools", $$$"""{"id": "{{{id}}}", "name": "Laser", "category": "Lasers", "policy": {"concurrency": {{{concurrency}}}, "hourlyRate": {"amount": 2000, "currency": "eur"}, "lateCancelThreshold": "PT24H", "lateCancelFee": {"amount": 1000, "currency": "eur"}, "noShowGrace": "PT15M"}}""");

    private Task<JsonNode> Sells(string what, string json) => Done(Staff.Post("/api/v1/" + what, json));
}

/// <summary>A space whose prices are without tax and that asks for what was used once a month.</summary>
public sealed class MonthlyStage : MoneyStage
{
    protected override string Billing => """{"taxPercent": 20, "taxName": "VAT", "pricesIncludeTax": false, "usage": "Monthly", "statementDay": 1}""";
}
