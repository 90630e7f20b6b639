using System.Text.Json;
using Makerspace.Billing;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>An account has its newest charges at hand; the older ones stand in the ledger and come back from there.</summary>
public class RecallingTests
{
    private readonly Book book = new();

    [Fact]
    public void What_one_more_charge_costs_does_not_grow_with_those_before_it()
    {
        Charges(Forgetting.Newest + 10);
        var size = Size();
        Charges(Forgetting.Newest);
        book.State.Charges.Length.ShouldBe(Forgetting.Newest);
        (Size() - size).ShouldBeLessThan(100, "of sums, a digit or two");
    }

    [Fact]
    public void A_charge_that_left_comes_back_as_the_ledger_has_it_and_is_taken_back_no_further_than_it_was_charged()
    {
        book.Adjust(AdjustmentKind.Charge, 1190, tax: 1900);
        var entry = book.Last;
        Charges(Forgetting.Newest);
        Note(entry, 190).Missing.ShouldBe("entry");
        Recall(entry);
        Recall(entry);
        Note(entry, 190).Accepted.ShouldBeTrue();
        // Touched once, it stays, with what was taken back of it.
        Charges(Forgetting.Newest);
        Note(entry, 1001).Refusals.ShouldHaveSingleItem().Code.ShouldBe("more-than-charged");
        Note(entry, 1000).Accepted.ShouldBeTrue();
        book.Entries.Where(e => e.Cause.Id == entry.Id.ToString()).Sum(e => e.Owes).ShouldBe(-1190);
        book.Sum(Chart.Tax).ShouldBe(0);
    }

    [Fact]
    public void What_was_taken_back_before_counts_when_it_comes_back()
    {
        var first = Taken(book, 400);
        var another = new Book();
        Book.Done(another.Account.Recall(first, [.. book.Entries]));
        var kept = another.State.ChargeOf(first.Id).ShouldNotBeNull();
        (kept.Left, kept.Credited, kept.CreditedTax, kept.Tax, kept.Notes).ShouldBe((790, 400, 64, 190, 1));
    }

    [Fact]
    public void Nothing_comes_back_that_is_somebody_elses_or_too_old_or_was_no_charge()
    {
        book.Adjust(AdjustmentKind.Charge, 1000);
        var entry = book.Last;
        book.Adjust(AdjustmentKind.Credit, 500);
        var credit = book.Entries.Single(e => e.Kind == LedgerKind.Credit);
        var (other, late) = (new Book("member-ben"), new Book());
        late.Pass(Forgetting.After);
        Book.Done(other.Account.Recall(entry, []));
        Book.Done(late.Account.Recall(entry, []));
        Book.Done(late.Account.Recall(credit, []));
        (other.State.Charges.Length, late.State.Charges.Length).ShouldBe((0, 0));
    }

    [Fact]
    public void A_charge_that_was_objected_to_stays_and_the_objection_can_be_granted()
    {
        book.Adjust(AdjustmentKind.Charge, 1000);
        var entry = book.Last;
        Book.Done(book.Account.Object(entry.Id, "no", "ada")).Accepted.ShouldBeTrue();
        Charges(Forgetting.Newest);
        var owed = book.Owed;
        Book.Done(book.Account.Answer(entry.Id, true, null, "yes", "grace")).Accepted.ShouldBeTrue();
        book.Owed.ShouldBe(owed - 1000);
    }

    [Fact]
    public void Fees_and_what_was_bought_stay_however_much_is_used()
    {
        var late = book.CancelledLate(book.Booked(book.Slot(2)));
        Charges(Forgetting.Newest);
        book.Agreed(late with { State = Makerspace.Reservations.BookingState.LateCancelled, LateFee = null, FeeWaived = "staff" });
        book.Entries.Where(e => e.Kind == LedgerKind.CreditNote).Sum(e => e.Owes).ShouldBe(-1250);
    }

    [Fact]
    public void Of_bookings_that_are_over_the_earliest_leave_and_nothing_that_is_to_come_is_taken_for_forgotten()
    {
        var ahead = Over(Book.Noon + Duration.FromDays(90), Book.Noon);
        var forgotten = Forgetting.Done(new AccountState { Bookings = [ahead, .. Enumerable.Range(1, 2000).Select(i => Over(Book.Noon - Duration.FromMinutes(i), Book.Noon))] }, Book.Noon);
        forgotten.Bookings.ShouldContain(ahead);
        (forgotten.Bookings.Length, forgotten.BookingsForgottenUntil).ShouldBe((2000, Book.Noon - Duration.FromMinutes(2000)));
    }

    [Fact]
    public void A_month_after_only_the_newest_bookings_stay_and_those_whose_fee_may_be_waived()
    {
        var (month, fee) = (Book.Noon - Duration.FromDays(31), new ChargeKept(Guid.NewGuid(), LedgerKind.LateFee, Book.Noon - Duration.FromDays(40), Chart.Fees, 1250, 0, 0, 0));
        var late = Over(month - Duration.FromDays(9), month - Duration.FromDays(9)) with { ChargeId = fee.EntryId };
        var state = new AccountState { Charges = [fee], Bookings = [late, .. Enumerable.Range(1, 2 * Forgetting.Newest).Select(i => Over(month - Duration.FromMinutes(i), month))] };
        var kept = Forgetting.Done(state, Book.Noon).Bookings;
        (kept.Length, kept.Contains(late)).ShouldBe((Forgetting.Newest + 1, true));
        Forgetting.Done(state, Book.Noon - Duration.FromDays(2)).Bookings.Length.ShouldBe(state.Bookings.Length, "not a month yet");
    }

    private static BookingMoneyKept Over(Instant end, Instant at) => new() { BookingId = Guid.NewGuid(), Slot = new Slot(end - Duration.FromHours(1), end), OverAt = at };

    private static LedgerEntry Taken(Book book, long amount)
    {
        book.Adjust(AdjustmentKind.Charge, 1190, tax: 1900);
        var entry = book.Last;
        book.Adjust(AdjustmentKind.CreditNote, amount, entry.Id).Accepted.ShouldBeTrue();
        return entry;
    }

    private void Charges(int count)
    {
        for (var i = 0; i < count; i++) book.Adjust(AdjustmentKind.Charge, 100).Accepted.ShouldBeTrue();
    }

    private AccountAnswer Note(LedgerEntry entry, long amount) => book.Adjust(AdjustmentKind.CreditNote, amount, entry.Id);

    private void Recall(LedgerEntry entry) => Book.Done(book.Account.Recall(entry, [.. book.Entries.Where(e => e.Cause == new LedgerCause(Causes.Entry, entry.Id.ToString()))]));

    // Ids of corrections are short, and their number is bounded by itself.
    private int Size() => JsonSerializer.Serialize(book.State with { Adjustments = [] }, StoredJson.Options).Length;
}
