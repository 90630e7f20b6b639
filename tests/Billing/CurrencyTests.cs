using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;

namespace Makerspace.Tests.Billing;

/// <summary>
/// Currencies without cents, with thousandths, and those whose cents do not move: the book is exact, and what is taken, held and given back is what the provider moves.
/// </summary>
public sealed class CurrencyTests
{
    [Theory]
    [InlineData("eur", 2, 1, 50)]
    [InlineData("jpy", 0, 1, 50)]
    [InlineData("krw", 0, 1, 1)]
    [InlineData("kwd", 3, 10, 10)]
    [InlineData("tnd", 3, 10, 10)]
    [InlineData("isk", 2, 100, 100)]
    [InlineData("ugx", 2, 100, 100)]
    [InlineData("huf", 2, 1, 17_500)]
    [InlineData("twd", 2, 1, 1)]
    [InlineData("czk", 2, 1, 1500)]
    public void Each_is_counted_and_moved_as_the_provider_does(string currency, int decimals, long step, long least) =>
        (Currencies.Decimals(currency), Currencies.Step(currency), Currencies.Least(currency)).ShouldBe((decimals, step, least));

    [Theory]
    [InlineData(1255, "kwd", 1250)]
    [InlineData(-1255, "kwd", -1250)]
    [InlineData(9, "kwd", 0)]
    [InlineData(199, "isk", 100)]
    [InlineData(1255, "eur", 1255)]
    public void What_moves_is_rounded_towards_nothing(long amount, string currency, long moves) => Currencies.Movable(amount, currency).ShouldBe(moves);

    [Theory]
    [InlineData("kwd", 1255, 1250, 5)]
    [InlineData("isk", 1_255_50, 1_255_00, 50)]
    [InlineData("jpy", 1255, 1255, 0)]
    public void What_does_not_move_stays_owed_until_there_is_more(string currency, long charged, long taken, long owed)
    {
        var book = new Book(currency: currency);
        book.HasCard();
        book.Charged(charged);
        book.Deliver();
        (book.Provider.Cash, book.Owed, book.View.Collection, book.View.Standing, book.View.Askable).ShouldBe((taken, owed, null, PayerStanding.Good, 0));
        Book.Done(book.Account.Collect("ada")).Refusals.Length.ShouldBe(1);
        book.Charged(charged);
        book.Deliver();
        (book.Provider.Cash, book.Owed).ShouldBe((taken * 2 + (owed * 2 / Currencies.Step(currency) * Currencies.Step(currency)), owed * 2 % Currencies.Step(currency)));
    }

    [Fact]
    public void What_is_given_back_is_what_moves_and_the_next_charge_uses_up_the_rest()
    {
        var book = new Book(currency: "kwd");
        book.HasCard();
        book.Charged(2000);
        book.Deliver();
        book.Adjust(AdjustmentKind.CreditNote, 1234, book.Entries[0].Id).Accepted.ShouldBeTrue();
        book.Deliver();
        (book.Provider.Cash, book.Owed, book.View.GoesBack).ShouldBe((770, -4, 0));
        book.Days(2);
        book.Provider.Asked.Count(a => a.Kind == PaymentCommandKind.Refund).ShouldBe(1);
        book.Charged(104);
        book.Deliver();
        (book.Provider.Cash, book.Owed).ShouldBe((870, 0));
    }

    [Fact]
    public void A_deposit_is_held_and_captured_as_far_as_it_moves()
    {
        var book = new Book(currency: "kwd");
        book.Policy = book.Policy with { HourlyRate = new Money(1255, "kwd"), Deposit = new Money(5006, "kwd") };
        book.HasCard();
        var booking = book.Booked(book.Slot(1));
        book.Deliver();
        book.Provider.Intents[0].Capturable.ShouldBe(5000);
        book.Used(booking);
        book.Deliver();
        (book.Provider.Cash, book.Owed).ShouldBe((1250, 5));
        book.Provider.Intents.Count.ShouldBe(1);
    }

    [Fact]
    public void A_payer_is_led_to_a_page_over_what_moves()
    {
        var book = new Book(currency: "kwd");
        book.Charged(1255);
        var purchase = book.Begun(PurchaseKind.Balance);
        purchase.Price.Amount.ShouldBe(1250);
        book.PaidFor(purchase);
        (book.Provider.Cash, book.Owed, book.View.Collection).ShouldBe((1250, 5, null));
    }

    [Fact]
    public void Whatever_the_space_says_less_than_the_provider_takes_is_carried_over()
    {
        var book = new Book(currency: "czk");
        book.Billing = book.Billing with { Least = 0 };
        book.HasCard();
        book.Charged(1499);
        book.Deliver();
        (book.Provider.Asked.Count, book.View.Standing, book.View.Askable).ShouldBe((0, PayerStanding.Good, 0));
        book.Charged(1);
        book.Deliver();
        book.ShouldBeSettled();
    }

    [Fact]
    public void More_than_one_payment_takes_is_taken_by_two()
    {
        var book = new Book();
        book.HasCard();
        book.Adjust(AdjustmentKind.Charge, 150_000_000).Accepted.ShouldBeTrue();
        book.Deliver();
        book.Provider.Intents.Select(i => i.Received).ShouldBe([99_999_999, 50_000_001]);
        book.ShouldBeSettled();
    }

    [Theory]
    [InlineData("kwd", 9990, true, true)]
    [InlineData("kwd", 9995, true, false)]
    [InlineData("kwd", 10_000, false, true)]
    [InlineData("kwd", 9990, false, false)]   // with 14 % it is 11.389
    [InlineData("isk", 4900_00, true, true)]
    [InlineData("isk", 4900_50, true, false)]
    [InlineData("eur", 4901, false, true)]
    [InlineData("eur", 49, true, false)]
    [InlineData("czk", 1499, true, false)]
    public void A_price_that_no_card_can_be_charged_is_refused(string currency, long amount, bool withTax, bool sold)
    {
        var space = new SpaceFacts { Currency = currency, Billing = new BillingSettings { TaxBasisPoints = 1400, PricesIncludeTax = withTax } };
        var faults = new Faults();
        PriceChecks.Check(faults, new Product { Name = "Ten", Kind = ProductKind.Pack, Price = new Money(amount, currency), Hours = NodaTime.Duration.FromHours(10) }, null,
            new PolicyBook(space, [], ImmutableDictionary<string, int?>.Empty));
        string[] expected = sold ? [] : ["out-of-range"];
        faults.All.Select(f => f.Code).ShouldBe(expected);
    }

    [Theory, InlineData("kwd", 5005, 1), InlineData("kwd", 5000, 0), InlineData("eur", 5005, 0), InlineData("eur", 49, 1), InlineData("eur", 0, 0)]
    public void A_deposit_that_could_not_be_held_is_refused(string currency, long amount, int refused)
    {
        var faults = new Faults();
        PolicyChecks.Check(faults, Policy.None with { Deposit = new Money(amount, currency) }, "policy.");
        faults.All.Count(f => f.Field == "policy.deposit").ShouldBe(refused);
    }

    [Fact]
    public async Task At_the_simulator_what_moves_is_taken_and_the_rest_stays_in_both_books()
    {
        await using var rig = await GatewayRig.Start(currency: "kwd");
        await rig.Buy(PurchaseKind.Card);
        await rig.Owe(12_345);
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 12_340, owed: 5);
        await rig.Owe(6);
        await rig.ShouldAgree(kept: 12_340, owed: 11);   // less than the space asks for
        await rig.Owe(1000);
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 13_350, owed: 1);
    }
}
