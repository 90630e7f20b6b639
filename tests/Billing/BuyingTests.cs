using Makerspace.Billing;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class BuyingTests
{
    private readonly Book book = new();

    [Fact]
    public void A_pack_is_had_once_when_it_is_paid()
    {
        book.Billing = book.Billing with { TaxBasisPoints = 1900, PricesIncludeTax = true };
        var purchase = book.Begun(PurchaseKind.Pack, "ten");
        book.View.Packs.ShouldBeEmpty();
        book.PaidFor(purchase);
        book.See(book.Provider.LookAtAll());
        book.Page(purchase, "complete", "paid", "pi_1");
        var pack = book.View.Packs.ShouldHaveSingleItem();
        (pack.Minutes, pack.Left, pack.Value, pack.Until).ShouldBe((600, 600, 8403, book.Now + Duration.FromDays(90)));
        (book.Sum(Chart.Prepaid), book.Sum(Chart.Tax), book.Sum(Chart.PackMinutes), book.Entries.Count).ShouldBe((-8403, -1597, 600, 2));
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_pack_without_the_tax_in_its_price_is_worth_its_price()
    {
        book.Billing = book.Billing with { TaxBasisPoints = 1900, PricesIncludeTax = false };
        book.PaidFor(book.Begun(PurchaseKind.Pack, "ten"));
        (book.View.Packs[0].Value, book.Sum(Chart.Tax), book.Sum(Chart.Cash)).ShouldBe((10_000, -1900, 11_900));
    }

    [Fact]
    public void A_pack_that_a_coupon_paid_for_is_had_and_worth_nothing()
    {
        var purchase = book.Begun(PurchaseKind.Pack, "ten");
        book.Page(purchase, "complete", "no_payment_required");
        (book.View.Packs[0].Left, book.View.Packs[0].Value, book.Sum(Chart.PackMinutes)).ShouldBe((600, 0, 600));
        book.View.Purchase.ShouldBeNull();
    }

    [Fact]
    public void A_day_is_bought_in_the_spaces_zone()
    {
        book.PaidFor(book.Begun(PurchaseKind.DayPass, "day", day: new LocalDate(2026, 12, 24)));
        var pass = book.View.Passes.ShouldHaveSingleItem();
        pass.Slot.Start.ShouldBe(Instant.FromUtc(2026, 12, 23, 23, 0));
        (-book.Sum(Chart.DayPasses), book.Owed).ShouldBe((1500, 0));
        book.Begin(PurchaseKind.DayPass, "day", day: new LocalDate(2026, 12, 24)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("already-covered");
        book.Pass(Duration.FromDays(30));
        book.View.Passes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PurchaseKind.DayPass, "day", "2026-11-30", "day-over")]
    [InlineData(PurchaseKind.DayPass, "day", null, "day-over")]
    [InlineData(PurchaseKind.DayPass, "day", "2030-01-01", "out-of-range")]
    [InlineData(PurchaseKind.DayPass, "ten", "2026-12-02", "not-sold")]
    [InlineData(PurchaseKind.Pack, "nothing", null, "not-sold")]
    [InlineData(PurchaseKind.Pack, "day", null, "not-sold")]
    [InlineData(PurchaseKind.Plan, "team", null, "not-sold")]   // a company's
    [InlineData(PurchaseKind.Plan, null, null, "not-sold")]
    [InlineData(PurchaseKind.Balance, null, null, "nothing-owed")]
    [InlineData(PurchaseKind.Deposit, null, null, "nothing-owed")]
    public void What_is_not_sold_is_refused(PurchaseKind kind, string? item, string? day, string code)
    {
        var date = day is null ? (LocalDate?)null : NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value;
        book.Begin(kind, item, day: date).Refusals.ShouldHaveSingleItem().Code.ShouldBe(code);
        book.Writes.ShouldBe(0);
    }

    [Fact]
    public void What_is_not_offered_any_more_is_not_sold()
    {
        book.Space = book.Space with { Products = book.Space.Products.SetItem("ten", book.Space.Products["ten"] with { Offered = false }) };
        book.Begin(PurchaseKind.Pack, "ten").Refusals.ShouldHaveSingleItem().Code.ShouldBe("not-sold");
    }

    [Theory]
    [InlineData(0), InlineData(1001), InlineData(-3)]
    public void Seats_have_bounds(int seats) =>
        new Book("company-acme").Begin(PurchaseKind.Plan, "team", seats: seats).Refusals.ShouldHaveSingleItem().Code.ShouldBe("out-of-range");

    [Fact]
    public void A_plan_is_begun_with_its_price_and_trial_and_the_second_time_without_a_trial()
    {
        var purchase = book.Begun(PurchaseKind.Plan, "maker");
        (purchase.Price, purchase.TrialDays, purchase.Name).ShouldBe((new Money(3000, "eur"), 14, "Maker"));
        book.Page(purchase, "complete");
        book.View.Purchase.ShouldBeNull();
        book.See(SubscribingTests.Seen(book));
        book.Begin(PurchaseKind.Plan, "maker").Refusals.ShouldHaveSingleItem().Code.ShouldBe("already-subscribed");
        book.See(SubscribingTests.Seen(book, status: "canceled") with { EndedAt = book.Now });
        book.Begun(PurchaseKind.Plan, "maker").TrialDays.ShouldBe(0);
    }

    [Fact]
    public void The_same_request_again_is_the_same_purchase()
    {
        var id = book.NewId();
        var first = book.Begin(PurchaseKind.Pack, "ten", id: id).Purchase;
        var writes = book.Writes;
        book.Begin(PurchaseKind.Pack, "ten", id: id).Purchase.ShouldBe(first);
        book.Writes.ShouldBe(writes);
    }

    [Fact]
    public void A_page_that_is_open_must_be_closed_before_another()
    {
        var first = book.Begun(PurchaseKind.Pack, "ten");
        var answer = book.Begin(PurchaseKind.DayPass, "day", day: new LocalDate(2026, 12, 24));
        (answer.Purchase, answer.Supersedes).ShouldBe((null, "cs_" + first.Id.ToString("N")));
        book.Page(first, "expired");
        book.Begin(PurchaseKind.DayPass, "day", day: new LocalDate(2026, 12, 24)).Purchase.ShouldNotBeNull();
    }

    [Fact]
    public void A_purchase_whose_page_was_never_opened_gives_way_and_is_had_all_the_same_if_it_is_paid()
    {
        var first = book.Begin(PurchaseKind.Pack, "ten").Purchase!;
        book.Begun(PurchaseKind.Card);
        book.PaidFor(first);
        book.View.Packs.Length.ShouldBe(1);
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_page_nobody_hears_of_any_more_is_given_up_in_the_end()
    {
        book.Charged(2000);
        book.Begun(PurchaseKind.Balance);
        book.View.DueAt.ShouldNotBeNull();
        book.Pass(Duration.FromHours(48));
        book.View.Collection!.State.ShouldBe(CollectionState.InCheckout);
        book.Pass(Duration.FromHours(2));
        book.View.Collection!.State.ShouldBe(CollectionState.NeedsCard);
    }

    [Fact]
    public void A_payment_for_nothing_we_know_is_given_back()
    {
        book.Provider.Paid(PaymentPurpose.Purchase, Guid.NewGuid(), 900);
        book.See(book.Provider.LookAtAll());
        book.Deliver();
        (book.Provider.Cash, book.Owed).ShouldBe((0, 0));
        book.ShouldBeSettled();
    }

    [Fact]
    public void What_is_on_its_way_from_the_card_cannot_be_paid_in_a_checkout_too()
    {
        book.HasCard();
        book.Charged(2000);
        var command = book.View.Waiting[0];
        Book.Done(book.Account.Sending(command.Id, 0)).ShouldNotBeNull();
        book.Begin(PurchaseKind.Balance).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-under-way");
    }

    [Fact]
    public void A_charge_that_was_not_sent_gives_way_to_the_payers_checkout()
    {
        book.HasCard();
        book.Charged(2000);
        book.PaidFor(book.Begun(PurchaseKind.Balance));
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents.ShouldHaveSingleItem();
    }
}
