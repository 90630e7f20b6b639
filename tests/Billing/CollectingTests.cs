using Makerspace.Billing;
using Makerspace.Reservations;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class CollectingTests
{
    private readonly Book book = new();

    [Fact]
    public void What_is_charged_is_taken_from_the_saved_card_at_once()
    {
        book.HasCard();
        book.Charged(2000);
        book.View.Collection.ShouldNotBeNull().State.ShouldBe(CollectionState.Sending);
        book.Deliver();
        book.ShouldBeSettled();
        (book.Sum(Chart.Cash), book.Provider.Cash).ShouldBe((2000, 2000));
    }

    [Fact]
    public void What_is_charged_while_money_is_being_taken_waits_for_the_next_time()
    {
        book.HasCard();
        book.Charged(2000);
        book.Charged(1000);
        Book.Done(book.Account.Commands()).ShouldHaveSingleItem().Amount.ShouldBe(2000);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents.Select(i => i.Received).ShouldBe([2000, 1000]);
    }

    [Fact]
    public void By_the_month_it_is_taken_on_the_statement_day_in_the_spaces_zone()
    {
        book.Billing = book.Billing with { Usage = UsageBilling.Monthly, StatementDay = 15 };
        book.HasCard();
        book.Charged(2000);
        book.View.NextStatement.ShouldBe(Instant.FromUtc(2026, 12, 14, 23, 0));
        book.View.DueAt.ShouldBe(Instant.FromUtc(2026, 12, 14, 23, 0));
        book.Days(13);
        book.Owed.ShouldBe(2000);
        book.Days(1);
        book.ShouldBeSettled();
        book.View.NextStatement.ShouldBeNull();
    }

    [Fact]
    public void A_statement_that_was_missed_is_made_late()
    {
        book.Billing = book.Billing with { Usage = UsageBilling.Monthly };
        book.HasCard();
        book.Charged(2000);
        book.Pass(Duration.FromDays(100));
        book.Deliver();
        book.ShouldBeSettled();
    }

    [Fact]
    public void Too_little_is_carried_over()
    {
        book.HasCard();
        book.Charged(49);
        book.Deliver();
        (book.Owed, book.View.Collection).ShouldBe((49, null));
        book.Charged(1);
        book.Deliver();
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_decline_is_tried_again_with_the_same_payment_after_the_waits_the_space_sets_and_then_waits_for_the_payer()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        book.View.Collection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            c => c.State.ShouldBe(CollectionState.Failed), c => c.Attempts.ShouldBe(1), c => c.Code.ShouldBe("insufficient_funds"), c => c.NextAttempt.ShouldBe(book.Now + Duration.FromDays(1)));
        book.View.SendAt.ShouldBe(book.Now + Duration.FromDays(1));
        book.Notes.ShouldContain("payment-failed");
        book.Days(20);
        book.Provider.Asked.Select(a => a.Attempt).ShouldBe([0, 1, 2, 3]);
        book.Provider.Asked.Skip(1).ShouldAllBe(a => a.PaymentIntentId == "pi_1");
        book.View.Collection.ShouldNotBeNull().NextAttempt.ShouldBeNull();
        book.View.SendAt.ShouldBeNull();
    }

    [Fact]
    public void A_payer_is_late_then_overdue_then_suspended_and_all_is_lifted_at_once_when_it_is_paid()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        book.View.Standing.ShouldBe(PayerStanding.Late);
        book.Price(book.Slot(1)).Refusals.ShouldBeEmpty();
        book.View.DueAt.ShouldBe(book.Now + Duration.FromDays(7));
        book.Days(7);
        book.View.Standing.ShouldBe(PayerStanding.Overdue);
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().ShouldBe(new BalanceDue(new Makerspace.Tools.Money(2000, "eur"), null));
        Book.Done(book.Account.Price(book.Request(book.Slot(1)) with { OverrideReason = "exam" })).Refusals.ShouldBeEmpty();
        book.Days(14);
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("suspended");
        book.Notes.Count(n => n == "standing-changed").ShouldBe(3);
        book.HasCard("pm_2");
        book.Deliver();
        book.ShouldBeSettled();
        book.View.Standing.ShouldBe(PayerStanding.Good);
        book.Price(book.Slot(1)).Refusals.ShouldBeEmpty();
    }

    [Fact]
    public void A_bank_that_wants_the_payer_is_not_asked_again_without_them()
    {
        book.HasCard(kind: CardKind.NeedsPayer);
        book.Charged(2000);
        book.Deliver();
        book.View.Collection.ShouldNotBeNull().State.ShouldBe(CollectionState.NeedsPayer);
        book.Notes.ShouldContain("needs-payer");
        book.Days(10);
        book.Provider.Asked.Count.ShouldBe(1);
        book.PaidFor(book.Begun(PurchaseKind.Balance));
        book.ShouldBeSettled();
    }

    [Fact]
    public void Without_a_card_the_payer_has_to_come_and_a_card_that_is_saved_is_charged()
    {
        book.Charged(2000);
        book.View.Collection.ShouldNotBeNull().State.ShouldBe(CollectionState.NeedsCard);
        book.View.Standing.ShouldBe(PayerStanding.Late);
        book.HasCard();
        book.Deliver();
        book.ShouldBeSettled();
    }

    [Fact]
    public void Staff_or_the_payer_may_ask_again_now()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        Book.Done(book.Account.Collect("ada")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-under-way");
        book.Deliver();
        book.Provider.Card = CardKind.Good;
        Book.Done(book.Account.Collect("ada")).Refusals.ShouldBeEmpty();
        book.Deliver();
        book.ShouldBeSettled();
        Book.Done(book.Account.Collect("ada")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("nothing-owed");
    }

    [Fact]
    public void An_outcome_of_another_attempt_changes_nothing()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        var first = Book.Done(book.Account.Commands())[0];
        book.Deliver();
        var writes = book.Writes;
        Book.Done(book.Account.Delivered(first.Id, first.Attempt, new DeliveryOutcome(false, "card_declined")));
        Book.Done(book.Account.Sending(first.Id, first.Attempt)).ShouldBeNull();
        Book.Done(book.Account.Sending(first.Id, first.Attempt + 1)).ShouldBeNull();   // not before tomorrow
        (book.Writes, book.View.Collection!.Attempts).ShouldBe((writes, 1));
    }

    [Fact]
    public void A_charge_whose_outcome_got_lost_is_sent_again_under_the_same_key()
    {
        book.HasCard();
        book.Charged(2000);
        var command = Book.Done(book.Account.Commands())[0];
        book.Provider.Do(Book.Done(book.Account.Sending(command.Id, command.Attempt))!, true);
        book.Restart();
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents.ShouldHaveSingleItem();
        book.Provider.Asked.Select(a => a.Key).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_charge_that_is_done_and_not_seen_stays_under_way()
    {
        book.HasCard();
        book.Charged(2000);
        var command = Book.Done(book.Account.Commands())[0];
        var outcome = book.Provider.Do(Book.Done(book.Account.Sending(command.Id, command.Attempt))!, true);
        Book.Done(book.Account.Delivered(command.Id, command.Attempt, outcome));
        book.Days(30);
        book.Provider.Intents.ShouldHaveSingleItem();
        book.See(book.Provider.LookAtAll());
        book.ShouldBeSettled();
    }

    [Fact]
    public void What_was_taken_back_is_not_asked_for_any_more()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        book.Adjust(AdjustmentKind.CreditNote, 2000, book.Entries[0].Id);
        book.View.Collection.ShouldBeNull();
        book.View.Standing.ShouldBe(PayerStanding.Good);
        book.Deliver();
        book.Provider.Of("pi_1").Status.ShouldBe("canceled");
    }

    [Fact]
    public void What_was_taken_back_in_part_is_asked_for_in_part_where_the_attempts_were()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        var late = book.View.LateSince;
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Entries[0].Id);
        book.View.Collection.ShouldNotBeNull().ShouldSatisfyAllConditions(c => c.Amount.ShouldBe(1500), c => c.Attempts.ShouldBe(1), c => c.NextAttempt.ShouldBe(book.Now + Duration.FromDays(1)));
        book.View.LateSince.ShouldBe(late);
        book.Provider.Card = CardKind.Good;
        book.Days(1);
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(1500);
    }

    [Fact]
    public void While_the_payer_pays_in_a_checkout_nothing_is_attempted()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        var purchase = book.Begun(PurchaseKind.Balance);
        (purchase.Price.Amount, purchase.InsteadOf).ShouldBe((2000, "pi_1"));
        book.View.Collection.ShouldNotBeNull().State.ShouldBe(CollectionState.InCheckout);
        book.Provider.Card = CardKind.Good;
        book.Pass(Duration.FromHours(20));
        book.Deliver();
        book.Provider.Intents.ShouldHaveSingleItem();
        book.PaidFor(purchase);
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(2000);
    }

    [Fact]
    public void A_checkout_that_was_left_goes_back_to_the_attempts()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        var late = book.View.LateSince;
        book.Page(book.Begun(PurchaseKind.Balance), "expired");
        book.View.Collection.ShouldNotBeNull().ShouldSatisfyAllConditions(c => c.State.ShouldBe(CollectionState.Failed), c => c.Attempts.ShouldBe(1));
        book.View.LateSince.ShouldBe(late);
        book.Provider.Card = CardKind.Good;
        book.Days(1);
        book.ShouldBeSettled();
    }

    [Fact]
    public void Leaving_a_checkout_makes_nobody_less_late()
    {
        book.Billing = book.Billing with { Usage = UsageBilling.Monthly };
        book.Charged(2000);
        book.Pass(Duration.FromDays(40));
        book.View.Standing.ShouldBe(PayerStanding.Late);
        var late = book.View.LateSince;
        book.Page(book.Begun(PurchaseKind.Balance), "expired");
        (book.View.LateSince, book.View.Collection!.State).ShouldBe((late, CollectionState.NeedsCard));
    }

    [Fact]
    public void Who_pays_before_the_statement_is_not_asked_again()
    {
        book.Billing = book.Billing with { Usage = UsageBilling.Monthly };
        book.HasCard();
        book.Charged(2000);
        book.PaidFor(book.Begun(PurchaseKind.Balance));
        book.Days(60);
        book.ShouldBeSettled();
        book.Provider.Intents.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_payment_cancelled_at_the_provider_is_replaced_by_the_next_attempt()
    {
        book.HasCard(kind: CardKind.Declined);
        book.Charged(2000);
        book.Deliver();
        book.Provider.Of("pi_1").Status = "canceled";
        book.See(book.Provider.LookAtAll());
        book.Provider.Card = CardKind.Good;
        book.Days(1);
        book.ShouldBeSettled();
        book.Provider.Of("pi_2").Received.ShouldBe(2000);
    }
}

internal static class Settled
{
    /// <summary>Nothing is owed, nothing is under way, and the book has what the provider holds.</summary>
    public static void ShouldBeSettled(this Book book)
    {
        book.Owed.ShouldBe(0);
        book.View.Collection.ShouldBeNull();
        book.View.Waiting.ShouldBeEmpty();
        book.View.LateSince.ShouldBeNull();
        book.Sum(Chart.Cash).ShouldBe(book.Provider.Cash);
    }
}
