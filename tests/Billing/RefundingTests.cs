using Makerspace.Billing;

namespace Makerspace.Tests.Billing;

public class RefundingTests
{
    private readonly Book book = new();

    public RefundingTests() => book.HasCard();

    [Fact]
    public void What_is_taken_back_and_was_paid_is_paid_back()
    {
        Paid(2000);
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Entries[0].Id);
        book.View.Payments.ShouldHaveSingleItem().Refunding.ShouldBe(500);
        book.Deliver();
        book.ShouldBeSettled();
        (book.Provider.Cash, book.View.Payments[0].Refunded).ShouldBe((1500, 500));
        book.Last.Cause.Type.ShouldBe(Causes.Refund);
    }

    [Fact]
    public void More_than_the_newest_payment_has_is_taken_from_the_one_before()
    {
        Paid(2000);
        Paid(1000);
        book.Adjust(AdjustmentKind.CreditNote, 1800, book.Entries[0].Id);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents.Select(i => i.Refunded).ShouldBe([800, 1000]);
    }

    [Fact]
    public void What_is_charged_before_a_refund_was_sent_need_not_go_back()
    {
        Paid(2000);
        book.Adjust(AdjustmentKind.CreditNote, 2000, book.Entries[0].Id);
        book.Charged(2000);
        book.View.Waiting.ShouldBeEmpty();
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents.ShouldHaveSingleItem().Refunds.ShouldBeEmpty();
    }

    [Fact]
    public void A_refund_that_is_done_and_not_seen_is_not_made_again()
    {
        Paid(2000);
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Entries[0].Id);
        var command = book.View.Waiting[0];
        var outcome = book.Provider.Do(Book.Done(book.Account.Sending(command.Id, 0))!, true);
        Book.Done(book.Account.Delivered(command.Id, 0, outcome));
        book.Days(3);
        (book.View.Waiting.Length, book.View.Payments[0].Refunding).ShouldBe((0, 500));
        book.See(book.Provider.LookAtAll());
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_refund_that_failed_is_owed_again_and_not_tried_for_ever()
    {
        Paid(2000);
        book.Provider.RefundsFail = true;
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Entries[0].Id);
        book.Deliver();
        book.Notes.ShouldContain("refund-failed");
        (book.Owed, book.View.Waiting.Length, book.Sum(Chart.Cash)).ShouldBe((-500, 0, 2000));
        book.Charged(800);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(2300);
    }

    [Fact]
    public void A_refund_that_fails_after_it_was_seen_is_taken_out_of_the_book_again()
    {
        Paid(2000);
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Entries[0].Id);
        book.Deliver();
        var intent = book.Provider.Intents[0];
        intent.Refunds[0] = intent.Refunds[0] with { Status = "failed" };
        book.See(book.Provider.LookAtAll());
        book.See(book.Provider.LookAtAll());
        (book.Owed, book.Sum(Chart.Cash), book.Provider.Cash).ShouldBe((-500, 2000, 2000));
    }

    [Fact]
    public void What_somebody_gave_back_at_the_provider_is_given_away_and_not_asked_for_again()
    {
        Paid(2000);
        book.Provider.Intents[0].Refunds.Add(new ObservedRefund("re_x", 700, "succeeded", null));
        book.See(book.Provider.LookAtAll());
        book.Deliver();
        book.ShouldBeSettled();
        (book.Sum(Chart.Goodwill), book.Provider.Cash).ShouldBe((700, 1300));
    }

    [Fact]
    public void What_somebody_gave_back_at_the_provider_of_what_was_to_go_back_goes_back_once()
    {
        Paid(2000);
        book.Adjust(AdjustmentKind.CreditNote, 2000, book.Entries[0].Id);
        book.Provider.Intents[0].Refunds.Add(new ObservedRefund("re_x", 2000, "succeeded", null));
        book.See(book.Provider.LookAtAll());
        book.Deliver();
        book.ShouldBeSettled();
        (book.Sum(Chart.Goodwill), book.Provider.Cash).ShouldBe((0, 0));
    }

    [Fact]
    public void What_is_disputed_cannot_be_given_back_as_well()
    {
        Paid(2000);
        Disputed("needs_response");
        book.View.Payments[0].Disputed.ShouldBe(2000);
        book.Adjust(AdjustmentKind.CreditNote, 2000, book.Entries[0].Id);
        book.Deliver();
        book.Provider.Intents[0].Refunds.ShouldBeEmpty();
        (book.Owed, book.Sum(Chart.Cash), book.Sum(Chart.Disputed)).ShouldBe((-2000, 0, 2000));
        Disputed("won");
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(0);
    }

    [Theory]
    [InlineData("won", 2000, 0), InlineData("lost", 0, 2000), InlineData("warning_closed", 2000, 0)]
    public void A_dispute_takes_the_money_until_it_is_decided(string status, long cash, long lost)
    {
        Paid(2000);
        Disputed("under_review");
        book.Sum(Chart.Cash).ShouldBe(0);
        Disputed(status);
        Disputed(status);
        (book.Sum(Chart.Cash), book.Sum(Chart.Disputed), book.Sum(Chart.Chargebacks), book.Owed).ShouldBe((cash, 0, lost, 0));
        book.Sum(Chart.Cash).ShouldBe(book.Provider.Cash);
    }

    [Fact]
    public void A_dispute_first_seen_when_it_is_lost_is_opened_and_lost()
    {
        Paid(2000);
        Disputed("lost");
        book.Entries.Skip(2).Select(e => e.Kind).ShouldBe([LedgerKind.DisputeOpened, LedgerKind.DisputeLost]);
        (book.Sum(Chart.Cash), book.Sum(Chart.Chargebacks)).ShouldBe((0, 2000));
    }

    [Fact]
    public void What_cannot_be_given_back_is_used_for_the_next_charges()
    {
        Paid(2000);
        var charge = book.Entries[0].Id;
        Disputed("lost");
        book.Adjust(AdjustmentKind.CreditNote, 2000, charge);
        book.Deliver();
        book.Owed.ShouldBe(-2000);
        book.Charged(2800);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents[^1].Received.ShouldBe(800);
    }

    private void Paid(long amount)
    {
        book.Charged(amount);
        book.Deliver();
        book.Owed.ShouldBe(0);
    }

    private void Disputed(string status)
    {
        var intent = book.Provider.Intents[0];
        intent.Disputes.Clear();
        intent.Disputes.Add(new ObservedDispute("dp_1", 2000, status, "fraudulent"));
        book.See(book.Provider.LookAtAll());
    }
}
