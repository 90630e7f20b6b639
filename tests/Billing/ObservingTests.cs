using System.Collections.Immutable;
using Makerspace.Billing;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class ObservingTests
{
    private readonly Book book = new();

    [Fact]
    public void An_invoice_is_posted_once_when_it_is_more_than_a_draft()
    {
        See(Invoice("draft"));
        book.Entries.ShouldBeEmpty();
        See(Invoice("open"), Invoice("open"));
        See(Invoice("paid"));
        (book.Owed, book.Entries.Count).ShouldBe((3000, 1));
        (-book.Sum(Chart.Membership), -book.Sum(Chart.Tax)).ShouldBe((2521, 479));
        book.Last.Note.ShouldBe("N-1");
        book.View.Invoices.ShouldHaveSingleItem().Status.ShouldBe("paid");
    }

    [Fact]
    public void What_the_provider_collects_is_not_collected_here_whichever_is_seen_first()
    {
        book.HasCard();
        See(Invoice("open"));
        See(Invoice("paid"));
        book.View.Waiting.ShouldBeEmpty();
        Pays();
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(3000);
    }

    [Fact]
    public void A_payment_seen_before_its_invoice_is_not_given_back_and_pays_nothing_else()
    {
        book.HasCard();
        Pays();
        book.View.Waiting.ShouldBeEmpty();
        book.Charged(1000);
        book.View.Collection.ShouldNotBeNull().Amount.ShouldBe(1000);
        See(Invoice("paid"));
        book.Deliver();
        book.ShouldBeSettled();
        book.Provider.Cash.ShouldBe(4000);
    }

    [Fact]
    public void An_older_look_at_an_invoice_changes_nothing()
    {
        var old = Invoice("open");
        See(Invoice("void"));
        See(old);
        (book.Owed, book.View.Invoices[0].Status, book.Entries.Count).ShouldBe((0, "void", 0));
    }

    [Fact]
    public void A_void_invoice_is_taken_back()
    {
        See(Invoice("open"));
        See(Invoice("void"), Invoice("void"));
        (book.Owed, -book.Sum(Chart.Membership), book.Sum(Chart.Tax), book.Last.Kind).ShouldBe((0, 0, 0, LedgerKind.CreditNote));
    }

    [Theory]
    [InlineData(0), InlineData(400), InlineData(2500)]   // the last: more than was left to pay
    public void What_the_providers_credit_paid_of_a_void_invoice_is_credit_there_again(long staffGave)
    {
        See(Invoice("paid", total: -1000, tax: -160, due: 0, id: "in_0"));
        See(Invoice("open", due: 2000));
        if (staffGave > 0) book.Adjust(AdjustmentKind.CreditNote, staffGave, book.Last.Id).Accepted.ShouldBeTrue();
        See(Invoice("void", due: 2000), Invoice("void", due: 2000));
        See(Invoice("void", due: 2000));
        (book.Owed, -book.Sum(Chart.ProviderCredit)).ShouldBe((0, 1000));
        (-book.Sum(Chart.Membership), -book.Sum(Chart.Tax)).ShouldBe((-840, -160), "what the downgrade gave back is all there is");
    }

    [Fact]
    public void An_invoice_given_up_and_then_void_is_taken_back_once()
    {
        See(Invoice("open"));
        See(Invoice("uncollectible"));
        See(Invoice("void"), Invoice("void"));
        (book.Owed, book.Sum(Chart.BadDebt), book.Sum(Chart.Membership), book.Sum(Chart.Tax)).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void An_invoice_given_up_after_staff_took_some_of_it_back_leaves_nothing_to_pay_out()
    {
        See(Invoice("paid", total: -1000, tax: -160, due: 0, id: "in_0"));
        See(Invoice("open", due: 2000));
        book.Adjust(AdjustmentKind.CreditNote, 500, book.Last.Id).Accepted.ShouldBeTrue();
        See(Invoice("uncollectible", due: 2000));
        (book.Owed, book.Sum(Chart.BadDebt)).ShouldBe((0, 1500));
    }

    [Fact]
    public void A_debt_at_the_provider_that_a_void_invoice_asked_for_is_a_debt_there_again()
    {
        See(Invoice("paid", total: 30, tax: 5, due: 0, id: "in_0"));
        See(Invoice("open", due: 3030));
        See(Invoice("void", due: 3030), Invoice("void", due: 3030));
        (book.Owed, book.Sum(Chart.ProviderCredit), -book.Sum(Chart.Membership)).ShouldBe((0, 30, 25));
    }

    [Fact]
    public void Another_card_is_asked_once_for_an_invoice_that_could_not_be_taken()
    {
        book.HasCard();
        See(Invoice("open") with { Attempts = 1 });
        book.View.Waiting.ShouldBeEmpty("the provider tries the old card itself");
        book.HasCard("pm_2");
        book.HasCard("pm_2");
        var command = book.View.Waiting.ShouldHaveSingleItem();
        (command.Kind, command.InvoiceId, command.Amount).ShouldBe((PaymentCommandKind.PayInvoice, "in_1", 3000));
        book.Deliver();
        book.View.Waiting.ShouldBeEmpty();
        book.HasCard("pm_3");
        book.View.Waiting.ShouldHaveSingleItem().Key.ShouldNotBe(command.Key);
        Pays();
        book.HasCard("pm_4");
        book.View.Waiting.Count(c => c.InvoiceId is not null).ShouldBe(1, "what is paid is not asked for again");
    }

    [Fact]
    public void An_uncollectible_invoice_is_given_up_until_it_is_paid_after_all()
    {
        See(Invoice("open"));
        See(Invoice("uncollectible"), Invoice("uncollectible"));
        (book.Owed, book.Sum(Chart.BadDebt), book.Last.Kind).ShouldBe((0, 3000, LedgerKind.WriteOff));
        Pays();
        (book.Owed, book.Sum(Chart.BadDebt), book.Sum(Chart.Cash)).ShouldBe((0, 0, 3000));
        See(Invoice("paid"));
        book.ShouldBeSettled();
    }

    [Fact]
    public void The_providers_own_credit_grows_by_a_downgrade_and_pays_the_next_invoice()
    {
        See(Invoice("paid", total: -1000, tax: -160, due: 0, id: "in_1"));
        (book.Owed, -book.Sum(Chart.ProviderCredit)).ShouldBe((0, 1000));
        See(Invoice("open", total: 3000, tax: 479, due: 2000, id: "in_2"));
        (book.Owed, book.Sum(Chart.ProviderCredit)).ShouldBe((2000, 0));
    }

    [Fact]
    public void An_invoice_that_could_not_be_taken_makes_late_until_it_is_paid()
    {
        See(Invoice("open"));
        book.View.Standing.ShouldBe(PayerStanding.Good);
        See(Invoice("open") with { Attempts = 1 });
        book.View.Standing.ShouldBe(PayerStanding.Late);
        book.Notes.ShouldContain("payment-failed");
        book.Pass(Duration.FromDays(8));
        book.Price(book.Slot(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("balance-due");
        Pays();
        book.View.Standing.ShouldBe(PayerStanding.Good);
    }

    [Fact]
    public void A_payment_is_posted_once_however_often_it_is_seen()
    {
        See(Invoice("open"));
        Pays();
        var writes = book.Notes.Count;
        book.See([.. book.Provider.LookAtAll(), .. book.Provider.LookAtAll()]);
        (book.Sum(Chart.Cash), book.Notes.Count).ShouldBe((3000, writes));
    }

    [Fact]
    public void What_has_left_the_account_is_nothing_new_when_it_is_seen_again()
    {
        book.HasCard();
        book.Charged(2000);
        book.Deliver();
        book.Pass(Duration.FromDays(181));
        book.View.Payments.ShouldBeEmpty();
        book.See(book.Provider.LookAtAll());
        book.Deliver();
        book.ShouldBeSettled();
        book.Entries.Count.ShouldBe(2);
    }

    [Fact]
    public void Another_currency_is_not_taken_in_and_told_of_once()
    {
        book.Charged(2000);
        var foreign = new ObservedPayment(book.Provider.Looked(), "pi_x", PaymentPurpose.Charge, "succeeded", 5, 5, 0, "usd");
        book.See(foreign);
        book.See(foreign with { LookedAt = book.Provider.Looked() });
        See(Invoice("open") with { Currency = "usd" });
        (book.Owed, book.Notes.Count(n => n == "wrong-currency")).ShouldBe((2000, 2));
    }

    [Theory]
    [InlineData(-1), InlineData(long.MaxValue)]
    public void Amounts_that_cannot_be_are_not_taken_in(long amount)
    {
        book.See(new ObservedPayment(book.Provider.Looked(), "pi_x", PaymentPurpose.Charge, "succeeded", amount, amount, 0, "eur"));
        See(Invoice("open", total: amount, tax: 0, due: amount));
        book.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void A_look_that_shows_nothing_new_is_told_to_nobody()
    {
        book.HasCard();
        var told = book.Notes.Count;
        book.HasCard();
        book.Notes.Count.ShouldBe(told);
        book.See(new ObservedCustomer(book.Provider.Looked(), "cus_1", null));
        (book.View.Card, book.Notes[^1]).ShouldBe((null, "card-changed"));
    }

    [Fact]
    public void Invoices_that_are_over_leave_and_are_not_posted_again()
    {
        var invoices = Enumerable.Range(0, 30).Select(i => Invoice("open", id: "in_" + i) with { CreatedAt = book.Now + Duration.FromDays(i) }).ToList();
        foreach (var invoice in invoices)
        {
            See(invoice);
            book.Provider.Paid(PaymentPurpose.Invoice, null, 3000, invoice.InvoiceId);
            See(invoice with { Status = "paid", LookedAt = book.Provider.Looked() });
            book.See(book.Provider.LookAtAll());
        }
        book.State.Invoices.Length.ShouldBe(24);
        foreach (var invoice in invoices) See(invoice with { Status = "paid", LookedAt = book.Provider.Looked() });
        (book.Owed, book.Entries.Count).ShouldBe((0, 60));
        book.View.Waiting.ShouldBeEmpty();
    }

    private void See(params ImmutableArray<Observation> seen) => book.See(seen);

    private void Pays()
    {
        book.Provider.Paid(PaymentPurpose.Invoice, null, 3000, "in_1");
        book.See(book.Provider.LookAtAll());
    }

    private ObservedInvoice Invoice(string status, long total = 3000, long tax = 479, long due = 3000, string id = "in_1") =>
        new(book.Provider.Looked(), id, "N-1", status, "eur", total, tax, due, status == "paid" ? due : 0) { CreatedAt = book.Now };
}
