using System.Globalization;
using Makerspace.PaymentSimulator;
using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Billing.Scenarios.MoneyStage;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>
/// Random runs in which the provider misbehaves: calls cut off before and after they took effect, 429 and 500, events doubled, delayed, reordered and dropped.
/// Once it behaves again, everything that was to be paid is paid once, everything to be given back is given back once, and nothing is left to reconcile.
/// </summary>
public sealed class MoneyFaultTests(MoneyStage stage) : IClassFixture<MoneyStage>
{
    /// <summary>A run takes a fraction of a second, so a developer's has few; CI asks for more.</summary>
    private static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("MAKERSPACE_MONEY_RUNS") ?? "25", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Whatever_goes_wrong_on_the_way_money_moves_once_and_every_cent_is_explained()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var dice = new Random(seed);
            var payer = await stage.WithCard();
            Trouble(seed);
            var expected = 0L;
            for (var step = dice.Next(1, 4); step > 0; step--) expected += await Step(payer, dice);
            await Healed(payer);
            await payer.Agrees(owed: 0, kept: expected);
        }
    }

    // Charges, takes back or sells something; what the payer is to have paid for it in the end.
    private async Task<long> Step(Payer payer, Random dice)
    {
        var amount = dice.Next(1, 80) * 100L;
        switch (dice.Next(3))
        {
            case 0:
                await payer.Adjusts("Charge", amount);
                return amount;
            case 1:
                await payer.Adjusts("Charge", amount);
                var back = Math.Max(1, amount * dice.Next(1, 101) / 100);
                await payer.Adjusts("CreditNote", back, await payer.EntryOf("Adjustment"));
                // Less than the card networks take is carried over, and here nothing follows that it could be taken with.
                return amount - back is > 0 and < 50 ? await Rounded(payer, amount - back) : amount - back;
            default:
                return await Bought(payer);
        }
    }

    private static async Task<long> Rounded(Payer payer, long carried)
    {
        await payer.Adjusts("Charge", 100 - carried);
        return 100;
    }

    // The provider may not answer when its page is asked for, or closes the connection on the payer: they try again, with the same key and on the same page.
    private async Task<long> Bought(Payer payer)
    {
        var key = Guid.NewGuid();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            try
            {
                var page = await payer.Checkout("Pack", """, "item": "five" """, key);
                await stage.PayOn(page, Good);
                return 7500;
            }
            catch (Exception unanswered) when (unanswered is ShouldAssertException or HttpRequestException)
            {
                await stage.Later("PT1M");
            }
        }
        throw new InvalidOperationException("The provider never answered.");
    }

    private void Trouble(int seed)
    {
        var misbehaviour = stage.Simulator.Misbehaviour;
        misbehaviour.Clear();
        misbehaviour.Seed(seed);
        foreach (var fault in Enum.GetValues<CallFault>()) misbehaviour.Add(new CallTrouble(fault, Path: "/v1/*", Probability: 0.06));
        foreach (var fault in Enum.GetValues<WebhookFault>()) misbehaviour.Add(new WebhookTrouble(fault, Probability: 0.15));
    }

    // What was not done is tried again with growing pauses; what was never told is found by comparing.
    private async Task Healed(Payer payer)
    {
        stage.Simulator.Misbehaviour.Clear();
        await stage.Simulator.Redeliver(TestContext.Current.CancellationToken);
        for (var pause = 0; pause < 3; pause++) await stage.Later("PT45M");
        await Done(stage.Staff.Post("/api/v1/reconciliations", $$"""{"accountId": "{{payer.Account}}"}"""));
        await stage.Later("PT45M");
    }
}
