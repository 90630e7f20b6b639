using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.PaymentSimulator;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>
/// A silo that sells, with the payment simulator as its provider, spoken to over HTTP by Stripe.net. Nothing runs by itself, and no webhook arrives: each test says what happens when.
/// </summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string Ada = "member-ada";
    public const string GoodCard = "4242424242424242";

    /// <summary>Can be saved, and is declined when it is charged later.</summary>
    public const string DeclinedLater = "4000000000000341";

    private readonly TestDatabase database;

    private GatewayRig(TestDatabase database, RunningSilo silo, PaymentSimulatorServer simulator) => (this.database, Silo, Simulator) = (database, silo, simulator);

    public RunningSilo Silo { get; }
    public PaymentSimulatorServer Simulator { get; }
    public FakeTimeProvider Clock => Silo.Clock;
    public IPaymentDesk Desk => Service<IPaymentDesk>();
    public IAccountGrain Account => Silo.Grains.GetGrain<IAccountGrain>(Keys.Account(Ada));
    public string Currency { get; private init; } = "eur";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<GatewayRig> Start(BillingSettings? billing = null, string currency = "eur")
    {
        var time = new Follower();
        var simulator = await PaymentSimulatorServer.Start(new PaymentSimulatorOptions { Time = time, RunsByItself = false }, Cancellation);
        var empty = await TestDatabase.On(TestDatabase.OfTheRun);
        var silo = await RunningSilo.Start(empty, builder =>
        {
            builder.Configuration["Stripe:ApiKey"] = PaymentSettings.SimulatorKey;
            builder.Configuration["Stripe:ApiBase"] = simulator.Address.ToString();
        });
        time.Of = silo.Clock;
        var rig = new GatewayRig(empty, silo, simulator) { Currency = currency };
        await rig.Sell(billing ?? BillingSettings.Default);
        await silo.Member("ada").Define(new MemberDefinition { Name = "Ada", Email = "ada@example.org" }, "test");
        return rig;
    }

    public T Service<T>() where T : notnull => Silo.Services.GetRequiredService<T>();

    public Task<SpaceFacts> Space() => Silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();

    /// <summary>Opens a page; who pays is Ada.</summary>
    public async Task<CheckoutAnswer> Checkout(PurchaseKind kind, string? item = null, Guid? id = null) => await Desk.Checkout(
        Ada, new PurchaseRequest { Id = id ?? Guid.NewGuid(), Kind = kind, Item = item, Actor = "ada", Space = await Space() }, new Uri("http://127.0.0.1:9/membership"), Cancellation);

    /// <summary>Buys something on its page and comes back.</summary>
    public async Task<AccountView> Buy(PurchaseKind kind, string? item = null, string card = GoodCard)
    {
        await Pay((await Checkout(kind, item)).Url!, card);
        return await Desk.Look(Ada, Cancellation);
    }

    /// <summary>Fills in the page, as somebody without script does.</summary>
    public static async Task<System.Net.HttpStatusCode> Pay(Uri page, string card = GoodCard)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["number"] = card, ["expiry"] = "12/34", ["cvc"] = "123", ["name"] = "Ada", ["email"] = "ada@example.org",
        });
        using var answer = await http.PostAsync(page, form, Cancellation);
        // The payer's bank asks, and they confirm.
        if (answer.Headers.Location is not { } next || !next.OriginalString.Contains("/challenge/", StringComparison.Ordinal)) return answer.StatusCode;
        using var yes = new FormUrlEncodedContent([KeyValuePair.Create("answer", "complete")]);
        using var confirmed = await http.PostAsync(new Uri(page, next), yes, Cancellation);
        return confirmed.StatusCode;
    }

    /// <summary>Ada owes so much from now on, and it is to be taken.</summary>
    public Task<AccountAnswer> Owe(long amount) => Account.Adjust(
        new Adjustment { Id = Guid.NewGuid(), Kind = AdjustmentKind.Charge, Amount = new Money(amount, Currency), Reason = "material" }, "sam");

    /// <summary>One run; what could not be done is for the next.</summary>
    public async Task<bool> Deliver(IServiceProvider? services = null)
    {
        try
        {
            await (services is null ? Service<PaymentDelivery>() : ActivatorUtilities.CreateInstance<PaymentDelivery>(services)).RunDue(Cancellation);
            return true;
        }
        catch (PartlyFailedException)
        {
            return false;
        }
    }

    /// <summary>Runs until nothing is left to send, moving the clock as far as it has to be.</summary>
    public async Task DeliverAll()
    {
        for (var run = 0; run < 20 && !(await Account.View()).Waiting.IsEmpty; run++)
        {
            await Deliver();
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        (await Account.View()).Waiting.ShouldBeEmpty();
    }

    /// <summary>The account's cash by its ledger, the provider's books, and what is owed.</summary>
    public async Task ShouldAgree(long kept, long owed = 0)
    {
        await Silo.CaughtUp();
        var view = await Account.View();
        await using var db = await Service<Microsoft.EntityFrameworkCore.IDbContextFactory<ReadModels.MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        var cash = db.LedgerLines.Where(l => l.AccountId == Ada && l.Account == Chart.Cash).Sum(l => l.Amount);
        (cash, (await Simulator.Books(Cancellation)).Kept(view.CustomerId!), view.Owed).ShouldBe((kept, kept, owed));
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Simulator.DisposeAsync();
        await database.DisposeAsync();
    }

    private Task<SpaceFacts> Sell(BillingSettings billing) => Silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(
        new SpaceChange
        {
            Name = "Lab", TimeZone = "Europe/Berlin", Currency = Currency, Billing = billing,
            Plans = ImmutableDictionary<string, Plan>.Empty
                .Add("maker", new Plan { Name = "Maker", Offered = true, Price = new PlanPrice(new Money(4900, Currency), BillingInterval.Month, 0) })
                .Add("pro", new Plan { Name = "Pro", Offered = true, Price = new PlanPrice(new Money(9900, Currency), BillingInterval.Month, 0) }),
            Products = ImmutableDictionary<string, Product>.Empty.Add(
                "ten-hours", new Product { Name = "Ten hours", Kind = ProductKind.Pack, Price = new Money(8000, Currency), Hours = Duration.FromHours(10) }),
        },
        "test");

    /// <summary>The silo's clock, before there is a silo.</summary>
    private sealed class Follower : TimeProvider
    {
        public TimeProvider? Of { get; set; }

        public override DateTimeOffset GetUtcNow() => Of?.GetUtcNow() ?? RunningSilo.Monday;
    }
}
