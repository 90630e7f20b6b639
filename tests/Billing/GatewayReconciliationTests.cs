using Makerspace.Billing;
using Makerspace.Jobs;
using Makerspace.PaymentSimulator;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using System.Text.Json;

namespace Makerspace.Tests.Billing;

/// <summary>What no event told is found by comparing, repaired where that is safe, and reported where it is not.</summary>
public sealed class GatewayReconciliationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_both_agree_nothing_is_found()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Plan, "maker");
        await rig.Buy(PurchaseKind.Pack, "ten-hours");
        await rig.Owe(1250);
        await rig.DeliverAll();
        var report = await Reconcile(rig);
        report.Findings.ShouldBeEmpty();
        report.Accounts.ShouldBe(1);
        report.Objects.ShouldBeGreaterThan(3);
    }

    [Theory, InlineData(null), InlineData(GatewayRig.Ada)]
    public async Task A_purchase_that_nobody_told_of_is_repaired(string? account)
    {
        await using var rig = await GatewayRig.Start();
        await GatewayRig.Pay((await rig.Checkout(PurchaseKind.Pack, "ten-hours")).Url!);
        var report = await Reconcile(rig, account);
        report.Findings.Where(f => f.Code == "payment-missing").ShouldHaveSingleItem().Repaired.ShouldBeTrue();
        (await rig.Account.View()).Packs.Length.ShouldBe(1);
        await rig.ShouldAgree(kept: 8000);
        (await Reconcile(rig, account)).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refund_made_in_the_providers_dashboard_is_taken_in()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Pack, "ten-hours");
        var payment = (await rig.Simulator.Books(Cancellation)).Payments.Single().Id;
        var client = await rig.Service<PaymentProvider>().Client(Cancellation);
        await client.V1.Refunds.CreateAsync(new() { PaymentIntent = payment, Amount = 3000 }, null, Cancellation);
        (await Reconcile(rig)).Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Code.ShouldBe("refund-missing"), f => f.Repaired.ShouldBeTrue());
        (await Reconcile(rig)).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscription_changed_and_ended_over_there_is_taken_in()
    {
        await using var rig = await GatewayRig.Start();
        var subscription = (await rig.Buy(PurchaseKind.Plan, "maker")).Subscription!.SubscriptionId;
        var client = await rig.Service<PaymentProvider>().Client(Cancellation);
        await client.V1.Subscriptions.UpdateAsync(subscription, new() { CancelAtPeriodEnd = true }, null, Cancellation);
        (await Reconcile(rig)).Findings.ShouldHaveSingleItem().Repaired.ShouldBeTrue();
        (await rig.Account.View()).Subscription!.CancelAtPeriodEnd.ShouldBeTrue();
        await client.V1.Subscriptions.CancelAsync(subscription, null, null, Cancellation);
        (await Reconcile(rig)).Findings.ShouldHaveSingleItem().Repaired.ShouldBeTrue();
        (await rig.Account.View()).Subscription!.EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_second_subscription_is_reported_and_left_to_people()
    {
        await using var rig = await GatewayRig.Start();
        var member = await rig.Buy(PurchaseKind.Plan, "maker");
        var client = await rig.Service<PaymentProvider>().Client(Cancellation);
        var first = await client.V1.Subscriptions.GetAsync(member.Subscription!.SubscriptionId, null, null, Cancellation);
        await SubscribeInDashboard(rig, member.CustomerId!, first.Items.Data[0].Price.Id);
        var found = (await Reconcile(rig)).Findings.Where(f => f.Code == "second-subscription").ShouldHaveSingleItem();
        found.Repaired.ShouldBeFalse();
        found.ObjectId.ShouldNotBe(first.Id);
        (await rig.Account.View()).Subscription!.SubscriptionId.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Money_for_an_account_that_is_not_here_is_reported()
    {
        await using var rig = await GatewayRig.Start();
        var member = await rig.Buy(PurchaseKind.Card);
        var client = await rig.Service<PaymentProvider>().Client(Cancellation);
        await client.V1.PaymentIntents.CreateAsync(
            new()
            {
                Amount = 900, Currency = "eur", Customer = member.CustomerId, PaymentMethod = member.Card!.PaymentMethodId, Confirm = true, OffSession = true,
                Metadata = new() { ["makerspace_account"] = "member-gone", ["makerspace_purpose"] = "charge" },
            },
            null, Cancellation);
        var found = (await Reconcile(rig)).Findings.ShouldHaveSingleItem();
        (found.Code, found.AccountId, found.Repaired).ShouldBe(("payment-unknown", "member-gone", false));
    }

    [Theory, InlineData(null), InlineData(GatewayRig.Ada)]
    public async Task A_book_that_does_not_add_up_is_reported_and_left_to_people(string? account)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Owe(1250);
        await rig.Silo.CaughtUp();
        await using var db = await rig.Service<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        await db.LedgerLines.Where(l => l.Account == Chart.Receivable).ExecuteUpdateAsync(line => line.SetProperty(l => l.Amount, l => l.Amount + 1), Cancellation);
        var found = (await Reconcile(rig, account)).Findings.ShouldHaveSingleItem();
        (found.Code, found.AccountId, found.Repaired).ShouldBe(("ledger-out-of-balance", GatewayRig.Ada, false));
    }

    [Fact]
    public async Task Every_night_it_runs_once()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Pack, "ten-hours");
        await rig.Silo.CaughtUp();
        var night = (await rig.Service<Reconciliation>().NextDue(Cancellation))!.Value;
        night.ShouldBe(NodaTime.Instant.FromUtc(2026, 11, 24, 2, 30));
        await rig.Service<Reconciliation>().RunDue(Cancellation);
        (await Runs(rig)).ShouldBe(0);
        rig.Clock.SetUtcNow(night.ToDateTimeOffset());
        await rig.Service<Reconciliation>().RunDue(Cancellation);
        await rig.Service<Reconciliation>().RunDue(Cancellation);
        (await Runs(rig)).ShouldBe(1);
        (await rig.Service<Reconciliation>().NextDue(Cancellation)).ShouldBe(NodaTime.Instant.FromUtc(2026, 11, 25, 2, 30));
    }

    [Fact]
    public async Task A_night_in_which_the_provider_does_not_answer_is_compared_a_little_later()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Pack, "ten-hours");
        await rig.Silo.CaughtUp();
        rig.Clock.Advance(TimeSpan.FromDays(1));
        rig.Simulator.Misbehaviour.Add(new CallTrouble(CallFault.TooManyRequests, Method: "GET", Path: "/v1/payment_intents*"));
        await Should.ThrowAsync<PartlyFailedException>(() => rig.Service<Reconciliation>().RunDue(Cancellation));
        rig.Simulator.Misbehaviour.Clear();
        await rig.Service<Reconciliation>().RunDue(Cancellation);
        (await rig.Service<Reconciliation>().NextDue(Cancellation)).ShouldNotBeNull().ShouldBeGreaterThan(rig.Clock.Now());
    }

    private static async Task<ReconciliationReport> Reconcile(GatewayRig rig, string? account = null)
    {
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        var row = await rig.Desk.Reconcile(account, "sam", Cancellation);
        row.FinishedAt.ShouldNotBeNull();
        return JsonSerializer.Deserialize<ReconciliationReport>(row.Data, StoredJson.Options)!;
    }

    private static async Task SubscribeInDashboard(GatewayRig rig, string customer, string price)
    {
        using var http = new HttpClient { BaseAddress = rig.Simulator.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", PaymentSettings.SimulatorKey);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["customer"] = customer, ["items[0][price]"] = price });
        using var made = await http.PostAsync(new Uri("/v1/subscriptions", UriKind.Relative), form, Cancellation);
        made.EnsureSuccessStatusCode();
    }

    private static async Task<int> Runs(GatewayRig rig)
    {
        await using var db = await rig.Service<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        return await db.Reconciliations.CountAsync(Cancellation);
    }
}
