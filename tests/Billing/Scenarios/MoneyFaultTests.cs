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
    // Payers in trouble at the same time: the provider recovers once for all of them.
    private const int Together = 50;

    // Of whom so many pay a renewal that failed.
    private const int Late = 3;

    [Fact]
    public async Task Whatever_goes_wrong_on_the_way_money_moves_once_and_every_cent_is_explained()
    {
        for (var first = 0; first < Sizes.MoneyRuns; first += Together)
        {
            var runs = new List<(Payer Payer, Random Dice)>();
            for (var seed = first; seed < Math.Min(Sizes.MoneyRuns, first + Together); seed++) runs.Add((await stage.WithCardSoon(), new Random(seed)));
            await stage.Quiet();
            foreach (var (payer, _) in runs) (await payer.View()).Card.ShouldNotBeNull();
            var late = await WhoseRenewalFailed();
            Trouble(first);
            var expected = new Dictionary<Payer, long>();
            foreach (var payer in late) expected[payer] = await PaysWithAnotherCard(payer);
            for (var step = 0; step < 3; step++)
            {
                foreach (var (payer, dice) in runs.Where(r => step == 0 || r.Dice.Next(2) == 0))
                    expected[payer] = expected.GetValueOrDefault(payer) + await Step(payer, dice);
                await stage.Quiet();
            }
            await Healed([.. runs.Select(r => r.Payer), .. late]);
            foreach (var (payer, kept) in expected) await payer.Agrees(owed: 0, kept);
            foreach (var payer in late) await payer.Subscription("""{"cancelAtPeriodEnd": true}""");
        }
    }

    // Members whose second month could not be taken: the provider waits with its next attempt, and so do we until they save another card.
    private async Task<List<Payer>> WhoseRenewalFailed()
    {
        var late = new List<Payer>();
        for (var i = 0; i < Late; i++)
        {
            var payer = await stage.Somebody();
            await payer.Joins("basic");
            await payer.SavesCard(SavedThenDeclined);
            late.Add(payer);
        }
        // Day by day: the last of these months are those of a thousand payers.
        for (var day = 0; day < 32; day++) await stage.Later("P1D");
        foreach (var payer in late) (await payer.View()).Invoices.ShouldContain(i => i.Status == "open");
        return late;
    }

    // With that card the invoice is asked for at once (PayInvoice), amid the trouble; two months are paid in the end, each once.
    private async Task<long> PaysWithAnotherCard(Payer payer)
    {
        await OnAPage(payer, "Card", "");
        return 2 * 2900;
    }

    // Charges, takes back or sells something; what the payer is to have paid for it in the end.
    private async Task<long> Step(Payer payer, Random dice)
    {
        var amount = dice.Next(100, 8000);
        switch (dice.Next(3))
        {
            case 0:
                await Adjusts(payer, "Charge", amount);
                return amount;
            case 1:
                await Adjusts(payer, "Charge", amount);
                var back = Math.Max(1, amount * dice.Next(1, 101) / 100);
                await Adjusts(payer, "CreditNote", back, await payer.EntryOf("Adjustment"));
                // Less than the card networks take is carried over, and here nothing follows that it could be taken with.
                return amount - back is > 0 and < 50 ? await Rounded(payer, amount - back) : amount - back;
            default:
                return await Bought(payer);
        }
    }

    // Now and then the jobs look at once, else when they come round to it.
    private async Task Adjusts(Payer payer, string kind, long amount, Guid? entry = null)
    {
        await payer.AdjustsSoon(kind, amount, entry);
        if (amount % 5 == 1) await stage.Quiet();
    }

    private async Task<long> Rounded(Payer payer, long carried)
    {
        await Adjusts(payer, "Charge", 100 - carried);
        return 100;
    }

    // The provider may not answer when its page is asked for, or closes the connection on the payer: they try again, with the same key and on the same page.
    private async Task<long> Bought(Payer payer)
    {
        await OnAPage(payer, "Pack", """, "item": "five" """);
        return 7500;
    }

    private async Task OnAPage(Payer payer, string kind, string more)
    {
        var key = Guid.NewGuid();
        Exception? last = null;
        // Opening a page takes some six calls, of which three in ten go wrong: one time in ten all of them go right.
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                var page = await payer.Checkout(kind, more, key);
                await stage.PayOn(page, Good);
                return;
            }
            catch (Exception unanswered) when (unanswered is ShouldAssertException or HttpRequestException)
            {
                last = unanswered;
                await stage.Later("PT1M");
            }
        }
        throw new InvalidOperationException("The provider never answered.", last);
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
    private async Task Healed(IReadOnlyList<Payer> payers)
    {
        stage.Simulator.Misbehaviour.Clear();
        await stage.Simulator.Redeliver(TestContext.Current.CancellationToken);
        for (var pause = 0; pause < 3; pause++) await stage.Later("PT45M");
        foreach (var payer in payers) await Done(stage.Staff.Post("/api/v1/reconciliations", $$"""{"accountId": "{{payer.Account}}"}"""));
        await stage.Later("PT45M");
    }
}
