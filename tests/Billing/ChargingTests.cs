using Makerspace.Billing;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class ChargingTests
{
    private readonly Book book = new();

    [Fact]
    public void A_booking_that_was_used_is_charged_its_price_once()
    {
        var booking = book.Used(book.Booked(book.Slot(1, 1.5)));
        book.Used(booking);
        book.Owed.ShouldBe(3000);
        book.Entries.ShouldHaveSingleItem().Kind.ShouldBe(LedgerKind.Usage);
        book.Last.ShouldSatisfyAllConditions(e => e.Cause.ShouldBe(new LedgerCause(Causes.Booking, booking.Id.ToString())), e => e.ToolId.ShouldBe("laser"), e => e.Segments.Length.ShouldBe(1));
    }

    [Fact]
    public void Its_tax_is_in_it_or_on_top_as_the_space_prices()
    {
        book.Billing = book.Billing with { TaxBasisPoints = 1900, PricesIncludeTax = true };
        book.Used(book.Booked(book.Slot(1)));
        (book.Owed, -book.Sum(Chart.Tax), -book.Sum(Chart.Usage)).ShouldBe((2000, 319, 1681));
        book.Billing = book.Billing with { PricesIncludeTax = false };
        book.Used(book.Booked(book.Slot(5)));
        (book.Owed, -book.Sum(Chart.Tax), -book.Sum(Chart.Usage)).ShouldBe((2000 + 2380, 319 + 380, 1681 + 2000));
    }

    [Theory]
    [InlineData(false, 0.5, 4000)]
    [InlineData(true, 0.5, 1000)]
    [InlineData(true, 0.5001, 1033)]   // a minute begun counts whole
    public void Time_given_back_costs_nothing_where_the_plan_bills_what_was_used(bool billsUsed, double had, long owed)
    {
        book.Space = book.Space with { Plans = book.Space.Plans.SetItem("maker", book.Space.Plans["maker"] with { BillsUsedTime = billsUsed }) };
        book.Used(book.Booked(book.Slot(1, 2)), had);
        book.Owed.ShouldBe(owed);
    }

    [Theory]
    [InlineData(BookingState.Cancelled), InlineData(BookingState.Displaced), InlineData(BookingState.Expired)]
    public void What_was_not_had_is_not_charged(BookingState state)
    {
        book.Agreed(book.Booked(book.Slot(1)) with { State = state });
        book.Entries.ShouldBeEmpty();
        book.View.ReservedAmount.ShouldBe(0);
    }

    [Fact]
    public void A_late_cancellation_costs_its_fee_and_a_waiver_takes_it_back()
    {
        var booking = book.CancelledLate(book.Booked(book.Slot(1)));
        (book.Owed, book.Last.Kind).ShouldBe((1250, LedgerKind.LateFee));
        var waived = book.Agreed(booking with { LateFee = null, FeeWaived = "staff" });
        book.Agreed(waived);
        (book.Owed, book.Last.Kind, book.Last.Note, book.Entries.Count).ShouldBe((0, LedgerKind.CreditNote, "staff", 2));
        book.Last.Charged.ShouldBe(-1250);
    }

    [Fact]
    public void A_fee_that_staff_took_back_in_part_is_waived_for_the_rest_only()
    {
        var booking = book.CancelledLate(book.Booked(book.Slot(1)));
        book.Adjust(AdjustmentKind.CreditNote, 250, book.Last.Id);
        book.Agreed(booking with { LateFee = null, FeeWaived = "staff" });
        book.Owed.ShouldBe(0);
    }

    [Fact]
    public void A_late_fee_is_charged_for_a_booking_that_costs_nothing_else()
    {
        var free = new BookingView { Id = book.NewId(), ToolId = "saw", MemberId = "ada", Slot = book.Slot(1), State = BookingState.LateCancelled, LateFee = new Money(500, "eur") };
        book.Agreed(free);
        book.Agreed(free);
        book.Owed.ShouldBe(500);
    }

    [Fact]
    public void An_old_booking_that_may_have_left_is_not_charged_again()
    {
        var booking = book.CancelledLate(book.Booked(book.Slot(1)));
        book.Pass(Duration.FromDays(200));
        book.State.Bookings.ShouldBeEmpty();
        book.Agreed(booking);
        book.Owed.ShouldBe(1250);
    }

    [Theory]
    [InlineData(700L, 700)]
    [InlineData(null, 1250)]
    public void Nobody_coming_costs_what_the_policy_says_or_the_late_fee(long? fee, long owed)
    {
        book.Policy = book.Policy with { NoShowFee = fee is { } amount ? new Money(amount, "eur") : null };
        book.Agreed(book.Booked(book.Slot(1)) with { State = BookingState.NoShow });
        (book.Owed, book.Last.Kind).ShouldBe((owed, LedgerKind.NoShowFee));
    }

    [Fact]
    public void Nobody_coming_costs_what_the_slot_costs_where_no_fee_is_set()
    {
        book.Policy = book.Policy with { LateCancelFee = null };
        book.Agreed(book.Booked(book.Slot(1, 2)) with { State = BookingState.NoShow });
        (book.Owed, -book.Sum(Chart.Fees)).ShouldBe((4000, 4000));
    }

    [Fact]
    public void A_moved_booking_costs_what_it_was_moved_to()
    {
        var booking = book.Booked(book.Slot(1));
        var to = book.Slot(5, 3);
        var price = Book.Done(book.Account.Reserve(book.Request(to, booking.Id), null)).Price;
        book.View.ReservedAmount.ShouldBe(6000);
        book.Used(booking with { Slot = to, Terms = booking.Terms with { Price = price } });
        book.Owed.ShouldBe(6000);
    }

    [Fact]
    public void A_move_that_came_to_nothing_leaves_the_price_as_it_was()
    {
        var booking = book.Booked(book.Slot(1));
        Book.Done(book.Account.Reserve(book.Request(book.Slot(5, 3), booking.Id), null));
        book.Agreed(booking);
        book.View.ReservedAmount.ShouldBe(2000);
        book.Used(booking);
        book.Owed.ShouldBe(2000);
    }

    [Fact]
    public void A_booking_that_was_never_made_frees_what_was_kept_for_it()
    {
        var request = book.Request(book.Slot(1));
        Book.Done(book.Account.Reserve(request, null));
        Book.Done(book.Account.Agree(new BookingMoney { BookingId = request.BookingId, Booking = null }));
        (book.View.ReservedAmount, book.Entries.Count).ShouldBe((0, 0));
        Book.Done(book.Account.Reserve(request, null)).Refusals.ShouldBeEmpty();   // it may be made after all
    }

    [Fact]
    public void What_is_over_and_was_charged_is_not_reserved_again()
    {
        var booking = book.Used(book.Booked(book.Slot(1)));
        Book.Done(book.Account.Reserve(book.Request(booking.Slot, booking.Id), null)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("changed-meanwhile");
    }

    [Fact]
    public void A_reservation_that_comes_after_its_hold_ran_out_is_refused()
    {
        var late = book.Request(book.Slot(1)) with { HeldUntil = book.Now };
        Book.Done(book.Account.Reserve(late, null)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("changed-meanwhile");
        book.Writes.ShouldBe(0);
    }

    [Fact]
    public void Another_price_than_the_one_agreed_to_is_refused_and_nothing_written()
    {
        var request = book.Request(book.Slot(1));
        var agreed = Book.Done(book.Account.Price(request)).Price;
        book.Policy = book.Policy with { HourlyRate = new Money(9000, "eur") };
        var answer = Book.Done(book.Account.Reserve(book.Request(request.Slot, request.BookingId), agreed));
        answer.Refusals.ShouldHaveSingleItem().Code.ShouldBe("changed-meanwhile");
        answer.Price!.Total.Amount.ShouldBe(9000);
        book.Writes.ShouldBe(0);
        Book.Done(book.Account.Reserve(request, agreed)).Refusals.ShouldBeEmpty();
        book.Writes.ShouldBe(1);
        Book.Done(book.Account.Reserve(request, agreed)).Price!.Total.Amount.ShouldBe(2000);
        book.Writes.ShouldBe(1);
    }

    [Fact]
    public void An_amount_beyond_all_bounds_is_refused()
    {
        book.Policy = book.Policy with { HourlyRate = new Money(Posting.Most + 1, "eur") };
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("out-of-range");
    }

    [Fact]
    public void An_account_keeps_to_its_currency()
    {
        book.Charged(2000);
        book.Space = book.Space with { Currency = "usd" };
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("wrong-currency");
        book.Begin(PurchaseKind.Pack, "ten").Refusals.ShouldHaveSingleItem().Code.ShouldBe("wrong-currency");
        book.Adjust(AdjustmentKind.Credit, 100, currency: "usd").Refusals.ShouldHaveSingleItem().Code.ShouldBe("wrong-currency");
    }

    [Fact]
    public void A_booking_another_account_has_the_price_of_is_none_of_ours()
    {
        var booking = book.Booked(book.Slot(1));
        book.Used(booking with { Terms = booking.Terms with { Price = booking.Terms.Price! with { AccountId = "company-acme" } } });
        (book.Owed, book.View.ReservedAmount).ShouldBe((0, 0));
    }
}
