using Makerspace.Billing;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class CorrectingTests
{
    private readonly Book book = new();

    [Fact]
    public void Credit_pays_the_next_charges_and_is_never_paid_out()
    {
        book.HasCard();
        book.Adjust(AdjustmentKind.Credit, 1500);
        (book.View.Credit, book.Owed).ShouldBe((1500, 0));
        book.Charged(1000);
        (book.View.Credit, book.Owed, book.Last.Kind).ShouldBe((500, 0, LedgerKind.CreditUsed));
        book.Charged(2000);
        book.Deliver();
        book.ShouldBeSettled();
        (book.View.Credit, book.Provider.Cash, book.Sum(Chart.Goodwill)).ShouldBe((0, 1500, 1500));
    }

    [Fact]
    public void Credit_pays_what_could_not_be_taken()
    {
        book.Charged(2000);
        book.View.Standing.ShouldBe(PayerStanding.Late);
        book.Adjust(AdjustmentKind.Credit, 2000);
        book.ShouldBeSettled();
        book.View.Standing.ShouldBe(PayerStanding.Good);
    }

    [Fact]
    public void The_same_correction_again_changes_nothing()
    {
        var id = book.NewId();
        book.Adjust(AdjustmentKind.Credit, 100, id: id);
        book.Adjust(AdjustmentKind.Credit, 100, id: id);
        (book.View.Credit, book.Entries.Count).ShouldBe((100, 1));
    }

    [Fact]
    public void A_charge_by_staff_is_collected_with_its_tax_inside()
    {
        book.HasCard();
        book.Adjust(AdjustmentKind.Charge, 1190, tax: 1900);
        (book.Sum(Chart.Tax), book.Sum(Chart.Fees), book.Last.Note, book.Last.Actor).ShouldBe((-190, -1000, "because", "grace"));
        book.Deliver();
        book.ShouldBeSettled();
    }

    [Theory]
    [InlineData(AdjustmentKind.Charge, 0, "out-of-range"), InlineData(AdjustmentKind.Charge, -5, "out-of-range"), InlineData(AdjustmentKind.Credit, long.MaxValue, "out-of-range")]
    [InlineData(AdjustmentKind.WriteOff, 2001, "more-than-charged"), InlineData(AdjustmentKind.PaymentByHand, 2001, "more-than-charged")]
    public void Amounts_have_bounds(AdjustmentKind kind, long amount, string code)
    {
        book.Charged(2000);
        var writes = book.Writes;
        book.Adjust(kind, amount).Refusals.ShouldHaveSingleItem().Code.ShouldBe(code);
        book.Writes.ShouldBe(writes);
    }

    [Fact]
    public void A_reason_is_required() => book.Adjust(AdjustmentKind.Credit, 1, reason: " ").Refusals.ShouldHaveSingleItem().Code.ShouldBe("reason-missing");

    [Theory]
    [InlineData(AdjustmentKind.PaymentByHand, Chart.CashByHand), InlineData(AdjustmentKind.WriteOff, Chart.BadDebt)]
    public void What_was_paid_by_hand_or_given_up_is_owed_no_more(AdjustmentKind kind, string account)
    {
        book.Charged(2000);
        book.Adjust(kind, 500);
        book.View.Collection!.Amount.ShouldBe(1500);
        book.Adjust(kind, 1500);
        book.ShouldBeSettled();
        book.Sum(account).ShouldBe(2000);
    }

    [Fact]
    public void What_may_be_paid_at_this_moment_is_not_taken_by_hand_too()
    {
        book.HasCard();
        book.Charged(2000);
        Book.Done(book.Account.Sending(book.View.Waiting[0].Id, 0));
        book.Adjust(AdjustmentKind.PaymentByHand, 2000).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-under-way");
    }

    [Fact]
    public void No_more_than_was_charged_is_taken_back_and_the_tax_goes_with_it_to_the_last_cent()
    {
        book.Billing = book.Billing with { TaxBasisPoints = 1900, PricesIncludeTax = true };
        book.Charged(1000);
        var charge = book.Last.Id;
        foreach (var _ in Enumerable.Range(0, 3)) book.Adjust(AdjustmentKind.CreditNote, 333, charge).Accepted.ShouldBeTrue();
        book.Adjust(AdjustmentKind.CreditNote, 2, charge).Refusals.ShouldHaveSingleItem().Code.ShouldBe("more-than-charged");
        book.Adjust(AdjustmentKind.CreditNote, 1, charge).Accepted.ShouldBeTrue();
        (book.Owed, book.Sum(Chart.Tax), book.Sum(Chart.Usage)).ShouldBe((0, 0, 0));
        book.Adjust(AdjustmentKind.CreditNote, 1, Guid.NewGuid()).Missing.ShouldBe("entry");
    }

    [Fact]
    public void A_pack_taken_back_gives_back_what_it_is_still_worth()
    {
        book.PaidFor(book.Begun(PurchaseKind.Pack, "ten"));
        var sale = book.Entries.Single(e => e.Kind == LedgerKind.Pack).Id;
        book.Used(book.Booked(book.Slot(1, 4)));
        book.Sum(Chart.Packs).ShouldBe(-4000);
        book.Adjust(AdjustmentKind.CreditNote, 10_000, sale);
        book.Deliver();
        (book.Sum(Chart.Prepaid), book.Sum(Chart.Packs), book.Sum(Chart.PackMinutes), book.View.Packs.Length).ShouldBe((0, 0, 0, 0));
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(0);
    }

    [Fact]
    public void A_charge_is_objected_to_once_and_answered_once()
    {
        book.HasCard();
        book.Charged(2000);
        book.Deliver();
        var charge = book.Entries[0].Id;
        Book.Done(book.Account.Object(charge, "I was ill", "ada")).Accepted.ShouldBeTrue();
        Book.Done(book.Account.Object(charge, "again", "ada")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("already-objected");
        Book.Done(book.Account.Object(Guid.NewGuid(), "?", "ada")).Missing.ShouldBe("entry");
        Book.Done(book.Account.Answer(charge, true, 2001, "too much", "grace")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("more-than-charged");
        var answered = Book.Done(book.Account.Answer(charge, true, 800, "sorry", "grace"));
        answered.Account.Objections.ShouldHaveSingleItem().ShouldSatisfyAllConditions(o => o.Accepted.ShouldBe(true), o => o.Answer.ShouldBe("sorry"), o => o.AnsweredBy.ShouldBe("grace"));
        Book.Done(book.Account.Answer(charge, false, null, "no", "grace")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("already-answered");
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(1200);
        book.Pass(Duration.FromDays(181));
        book.View.Objections.ShouldBeEmpty();
    }

    [Fact]
    public void A_charge_can_be_objected_to_for_180_days_and_what_was_objected_to_in_time_is_granted_later_too()
    {
        book.Charged(2000);
        book.Charged(1000);
        var (first, second) = (book.Entries[0], book.Entries[1].Id);
        Objecting.Until(first).ShouldBe(book.Now + Duration.FromDays(180));
        book.Pass(Duration.FromDays(180) - Duration.FromSeconds(1));
        Book.Done(book.Account.Object(first.Id, "no", "ada")).Accepted.ShouldBeTrue();
        book.Pass(Duration.FromSeconds(1));
        var late = Book.Done(book.Account.Object(second, "no", "ada"));
        (late.Accepted, book.View.Objections.Length).ShouldBe((false, 1));
        book.Pass(Duration.FromDays(30));
        var owed = book.Owed;
        Book.Done(book.Account.Answer(first.Id, true, null, "sorry", "grace")).Accepted.ShouldBeTrue();
        book.Owed.ShouldBe(owed - 2000);
        book.Pass(Duration.FromDays(1));
        book.State.Charges.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_charge_can_be_objected_to_at_no_time()
    {
        book.Adjust(AdjustmentKind.Credit, 500);
        Objecting.Until(book.Entries[0]).ShouldBeNull();
    }

    [Fact]
    public void An_objection_that_is_turned_down_moves_nothing()
    {
        book.Charged(2000);
        var charge = book.Entries[0].Id;
        Book.Done(book.Account.Answer(charge, true, null, "ok", "grace")).Missing.ShouldBe("objection");
        Book.Done(book.Account.Object(charge, "no", "ada"));
        Book.Done(book.Account.Answer(charge, false, null, "It was you", "grace")).Accepted.ShouldBeTrue();
        book.Owed.ShouldBe(2000);
    }

    [Fact]
    public void Nothing_said_is_nothing_written()
    {
        Book.Done(book.Account.Open(new AccountHolder("Ada", "ada@example.org")));
        var writes = book.Writes;
        Book.Done(book.Account.Open(new AccountHolder("Ada", "ada@example.org")));
        book.Due();
        book.See();
        Book.Done(book.Account.Agree(new BookingMoney { BookingId = Guid.NewGuid() }));
        book.Writes.ShouldBe(writes);
    }
}
