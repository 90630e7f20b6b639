using Makerspace.Billing;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class DepositTests
{
    private readonly Book book = new();

    public DepositTests() => book.Policy = book.Policy with { Deposit = new Money(5000, "eur") };

    [Fact]
    public void A_deposit_is_authorised_once_the_slot_is_sure_and_not_before()
    {
        book.HasCard();
        var id = book.NewId();
        Book.Done(book.Account.Reserve(book.Request(book.Slot(1), id), null));
        book.View.Waiting.ShouldBeEmpty();
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        StateOf(booking).ShouldBe(DepositState.Waiting);
        book.Deliver();
        StateOf(booking).ShouldBe(DepositState.Authorised);
        book.Notes.ShouldContain("deposit-changed");
        (book.Entries.Count, book.Provider.Intents[0].Capturable).ShouldBe((0, 5000));
    }

    [Fact]
    public void Far_ahead_it_is_authorised_five_days_before_and_follows_a_move()
    {
        book.HasCard();
        var booking = book.Booked(book.Slot(24 * 20));
        book.View.SendAt.ShouldBe(booking.Slot.Start - Duration.FromDays(5));
        book.Agreed(booking with { Slot = book.Slot(24 * 10) });
        book.View.SendAt.ShouldBe(book.Now + Duration.FromDays(5));
        book.Days(4);
        StateOf(booking).ShouldBe(DepositState.Waiting);
        book.Days(1);
        StateOf(booking).ShouldBe(DepositState.Authorised);
    }

    [Theory]
    [InlineData(2000, 2000, 0)]
    [InlineData(8000, 5000, 3000)]
    public void When_the_booking_is_over_the_smaller_of_charge_and_deposit_is_captured_and_the_rest_collected(long rate, long captured, long collected)
    {
        book.Policy = book.Policy with { HourlyRate = new Money(rate, "eur") };
        book.HasCard();
        var booking = Authorised();
        book.Used(booking);
        book.Deliver();
        book.Provider.Intents.Select(i => i.Received).Order().ShouldBe(new[] { captured, collected }.Where(a => a > 0).Order());
        StateOf(booking).ShouldBe(DepositState.Captured);
        book.ShouldBeSettled();
    }

    [Fact]
    public void What_is_being_captured_is_not_collected_as_well()
    {
        book.HasCard();
        book.Used(Authorised());
        book.View.Waiting.ShouldHaveSingleItem().Kind.ShouldBe(PaymentCommandKind.Capture);
        book.View.Collection.ShouldBeNull();
        Book.Done(book.Account.Collect("ada")).Refusals.ShouldHaveSingleItem().Code.ShouldBe("nothing-owed");
    }

    [Fact]
    public void A_capture_that_is_done_and_not_seen_is_not_asked_for_again()
    {
        book.HasCard();
        book.Used(Authorised());
        var capture = book.View.Waiting[0];
        var outcome = book.Provider.Do(Book.Done(book.Account.Sending(capture.Id, capture.Attempt))!, true);
        Book.Done(book.Account.Delivered(capture.Id, capture.Attempt, outcome));
        book.Days(3);
        (book.View.Waiting.Length, book.View.Collection).ShouldBe((0, null));
        book.See(book.Provider.LookAtAll());
        book.ShouldBeSettled();
    }

    [Theory]
    [InlineData(BookingState.Cancelled), InlineData(BookingState.Displaced), InlineData(BookingState.Expired)]
    public void Where_nothing_is_charged_the_deposit_is_voided(BookingState state)
    {
        book.HasCard();
        var booking = Authorised();
        book.Agreed(booking with { State = state });
        book.Deliver();
        (StateOf(booking), book.Provider.Intents[0].Status).ShouldBe((DepositState.Voided, "canceled"));
        book.ShouldBeSettled();
    }

    [Theory]
    [InlineData(BookingState.LateCancelled), InlineData(BookingState.NoShow)]
    public void A_fee_is_captured_from_the_deposit(BookingState state)
    {
        book.HasCard();
        book.Agreed(Authorised() with { State = state, LateFee = book.Policy.LateCancelFee });
        book.Deliver();
        book.Provider.Intents.ShouldHaveSingleItem().Received.ShouldBe(1250);
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_booking_lost_before_its_deposit_was_asked_for_asks_for_none()
    {
        book.HasCard();
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        Book.Done(book.Account.Agree(new BookingMoney { BookingId = booking.Id, Booking = null }));
        book.View.Waiting.ShouldBeEmpty();
        StateOf(booking).ShouldBe(DepositState.Voided);
    }

    [Fact]
    public void A_booking_lost_while_its_deposit_was_on_the_way_has_it_voided_when_it_arrives()
    {
        book.HasCard();
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        var command = Book.Done(book.Account.Commands())[0];
        var outcome = book.Provider.Do(Book.Done(book.Account.Sending(command.Id, 0))!, true);
        Book.Done(book.Account.Agree(new BookingMoney { BookingId = booking.Id, Booking = null }));
        StateOf(booking).ShouldBe(DepositState.Waiting);
        book.See(book.Provider.LookAtAll());
        Book.Done(book.Account.Delivered(command.Id, 0, outcome));
        book.Deliver();
        book.Provider.Intents[0].Status.ShouldBe("canceled");
        book.ShouldBeSettled();
    }

    [Fact]
    public void A_deposit_that_failed_waits_for_the_payers_checkout()
    {
        book.HasCard(kind: CardKind.Declined);
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        book.Deliver();
        StateOf(booking).ShouldBe(DepositState.Failed);
        var purchase = book.Begun(PurchaseKind.Deposit, booking: booking.Id);
        (purchase.Price.Amount, purchase.InsteadOf).ShouldBe((5000, "pi_1"));
        book.Provider.Of("pi_1").Status = "canceled";
        book.PaidFor(purchase);
        StateOf(booking).ShouldBe(DepositState.Authorised);
        book.View.Purchase.ShouldBeNull();
        book.Used(booking);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(2000);
    }

    [Fact]
    public void Without_a_card_a_deposit_that_is_near_waits_for_the_payer()
    {
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        StateOf(booking).ShouldBe(DepositState.Failed);
        book.HasCard();
        book.Deliver();
        StateOf(booking).ShouldBe(DepositState.Authorised);
    }

    [Fact]
    public void Without_a_card_a_deposit_that_is_far_is_refused() =>
        book.Price(book.Slot(24 * 6)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-method-missing");

    [Fact]
    public void A_space_that_wants_cards_refuses_what_costs_money_without_one()
    {
        book.Policy = book.Policy with { Deposit = null };
        book.Billing = book.Billing with { CardRequired = true };
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-method-missing");
        book.HasCard();
        book.Price(book.Slot(1)).Refusals.ShouldBeEmpty();
    }

    [Fact]
    public void A_second_authorisation_of_the_same_booking_is_voided()
    {
        book.HasCard();
        var booking = Authorised();
        var second = book.Provider.Paid(PaymentPurpose.Deposit, booking.Id, 5000, captured: false);
        book.See(book.Provider.LookAtAll());
        book.Deliver();
        second.Status.ShouldBe("canceled");
        StateOf(booking).ShouldBe(DepositState.Authorised);
    }

    [Fact]
    public void An_authorisation_that_the_bank_let_go_fails_and_what_is_owed_then_is_collected()
    {
        book.HasCard();
        var booking = Authorised();
        book.Provider.Intents[0].Status = "canceled";
        book.See(book.Provider.LookAtAll());
        StateOf(booking).ShouldBe(DepositState.Failed);
        book.Used(booking);
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(2000);
    }

    [Fact]
    public void A_capture_that_the_provider_refuses_is_collected_instead()
    {
        book.HasCard();
        book.Used(Authorised());
        book.Provider.Intents[0].Status = "canceled";
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Intents[1].Received.ShouldBe(2000);
    }

    [Fact]
    public void An_older_look_does_not_revive_an_authorisation()
    {
        book.HasCard();
        var booking = Authorised();
        var old = book.Provider.Look("pi_1");
        book.Agreed(booking with { State = BookingState.Cancelled });
        book.Deliver();
        book.See(book.Provider.LookAtAll());
        var writes = book.Writes;
        book.See(old);
        (StateOf(booking), book.Writes).ShouldBe((DepositState.Voided, writes));
    }

    private BookingView Authorised()
    {
        var booking = book.Booked(book.Slot(1), BookingState.AwaitingPayment);
        book.Deliver();
        return book.Agreed(booking with { State = BookingState.Confirmed });
    }

    private DepositState? StateOf(BookingView booking) => Book.Done(book.Account.Deposit(booking.Id));
}
