using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>One thing that happens in a history; what exactly, depends on what there is.</summary>
internal sealed record Step(int What, int One, int Other);

/// <summary>
/// A payer's life as a list of steps: bookings, outcomes that get lost, looks that come late, twice or in another order, cards that fail, pages that are left,
/// disputes, hands in the till. Everything is said twice, and must come to the same as once.
/// </summary>
internal sealed class AccountHistory
{
    public const int Kinds = 20;

    private readonly Book book;
    private readonly List<BookingView> live = [], over = [];
    private readonly Dictionary<Guid, long> expected = [];
    private readonly List<Observation> seen = [];
    private readonly Dictionary<Guid, (PurchaseView Purchase, Instant Until)> pages = [];
    private readonly Dictionary<PurchaseView, string?> paid = [];
    private readonly List<ObservedInvoice> invoices = [];
    private int cards;

    public AccountHistory(UsageBilling usage, string currency = Book.Currency)
    {
        book = new Book(currency: currency);
        book.Billing = book.Billing with { Usage = usage, TaxBasisPoints = 1900, PricesIncludeTax = true };
        book.Provider.PaysInvoice = id => invoices.FindIndex(i => i.InvoiceId == id && i.Status is ("open" or "uncollectible")) is >= 0 and var index ? Pays(index) : null;
    }

    public void Run(IEnumerable<Step> steps)
    {
        foreach (var step in steps) Take(step);
        Quiet();
        Check();
    }

    private void Take(Step step)
    {
        var (one, other) = (step.One, step.Other);
        switch (step.What)
        {
            case 0 or 1: Books(one, other); break;
            case 2 or 3: Ends(one, other); break;
            case 4: Repeats(one); break;
            case 5: Waives(one); break;
            case 6 or 7 or 8: Delivers(one, other); break;
            case 9: Looks(one); break;
            case 10: if (seen.Count > 0) Sees(seen[one % seen.Count]); break;
            case 11: Card(one); break;
            case 12: Adjusts(one, other); break;
            case 13: Passes(Duration.FromHours(1 + one % 60)); break;
            case 14: Begins(one); break;
            case 15: Leaves(one, other); break;
            case 16: AtTheProvider(one, other); break;
            case 17: Invoices(one, other); break;
            case 18: NotTaken(one, other); break;
            default: _ = Book.Done(book.Account.Collect("ada")); break;
        }
    }

    private void Books(int one, int other)
    {
        book.Policy = book.Policy with { Deposit = other % 3 == 0 ? new Money(4000, book.Space.Currency) : null, HourlyRate = new Money(700 + one * 13 % 3000, book.Space.Currency) };
        var request = book.Request(book.Slot(1 + one % 200, 1 + other % 4));
        var answer = Twice(() => book.Account.Reserve(request, null));
        if (!answer.Refusals.IsEmpty) return;
        var booking = new BookingView
        {
            Id = request.BookingId, ToolId = "laser", MemberId = "ada", Slot = request.Slot, State = BookingState.Confirmed, Terms = BookingTerms.Of(book.Policy) with { Price = answer.Price },
        };
        live.Add(booking);
        Agrees(booking);
    }

    private void Ends(int one, int other)
    {
        if (live.Count == 0) return;
        var booking = live[one % live.Count];
        live.Remove(booking);
        if (other % 6 == 0)
        {
            Twice(() => book.Account.Agree(new BookingMoney { BookingId = booking.Id }));
            expected[booking.Id] = 0;
            return;
        }
        var ended = (other % 6) switch
        {
            1 => booking with { State = BookingState.LateCancelled, LateFee = new Money(1250, book.Space.Currency) },
            2 => booking with { State = BookingState.NoShow },
            3 => booking with { State = BookingState.Cancelled },
            _ => booking with { State = BookingState.Completed },
        };
        over.Add(ended);
        expected[booking.Id] = ended.State switch
        {
            BookingState.Completed => booking.Terms.Price!.Total.Amount,
            BookingState.Cancelled => 0,
            _ => 1250,
        };
        Agrees(ended);
    }

    private void Repeats(int one)
    {
        if (over.Count > 0) Agrees(over[one % over.Count]);
    }

    private void Waives(int one)
    {
        if (over.Where(b => b.State == BookingState.LateCancelled).ToList() is not { Count: > 0 } late) return;
        var booking = late[one % late.Count];
        over[over.IndexOf(booking)] = booking with { LateFee = null, FeeWaived = "staff" };
        Agrees(booking with { LateFee = null, FeeWaived = "staff" });
    }

    // A delivery that is killed somewhere on its way.
    private void Delivers(int one, int other)
    {
        var commands = Book.Done(book.Account.Commands());
        if (commands.IsEmpty) return;
        var command = commands[one % commands.Length];
        if (Book.Done(book.Account.Sending(command.Id, command.Attempt)) is not { } sent || other % 8 == 0) return;
        var outcome = book.Provider.Do(sent, book.View.Card is not null);
        if (other % 8 == 1) return;
        if (other % 8 != 2 && outcome.PaymentIntentId is { } payment) Sees(book.Provider.Look(payment));
        if (other % 8 == 3) return;
        Twice(() => book.Account.Delivered(sent.Id, sent.Attempt, outcome));
    }

    private void Looks(int one)
    {
        if (book.Provider.Intents.Count > 0) Sees(book.Provider.Look(book.Provider.Intents[one % book.Provider.Intents.Count].Id));
    }

    private void Card(int one)
    {
        book.Provider.Card = (CardKind)(one % 3);
        Sees(new ObservedCustomer(book.Provider.Looked(), "cus_1", one % 7 == 0 ? null : new CardView("pm_" + ++cards, "visa", "4242", 12, 2030)));
    }

    private void Adjusts(int one, int other)
    {
        var charges = book.Entries.Where(e => e.Owes > 0).ToList();
        var entry = charges.Count > 0 ? charges[other % charges.Count].Id : (Guid?)null;
        if (one % 6 == 5 && entry is { } charge)
        {
            _ = Book.Done(book.Account.Object(charge, "no", "ada"));
            _ = Book.Done(book.Account.Answer(charge, other % 2 == 0, other % 3 == 0 ? 100 : null, "well", "grace"));
            return;
        }
        var adjustment = new Adjustment
        {
            Id = book.NewId(), Kind = (AdjustmentKind)(one % 5), Amount = new Money(1 + other * 37 % 1500, book.Space.Currency), Reason = "so", EntryId = entry, TaxBasisPoints = 1900,
        };
        Twice(() => book.Account.Adjust(adjustment, "grace"), a => a.Accepted);
    }

    private void Passes(Duration time)
    {
        book.Pass(time);
        Twice(() => book.Account.Due(book.Billing));
    }

    private void Begins(int one)
    {
        var deposits = book.View.Deposits;
        var kind = (PurchaseKind)(1 + one % 5);
        var request = new PurchaseRequest
        {
            Id = book.NewId(), Kind = kind, Item = kind == PurchaseKind.Pack ? "ten" : "day", Day = new LocalDate(2026, 12, 1).PlusDays(one % 100), Actor = "ada", Space = book.Space,
            BookingId = deposits.IsEmpty ? null : deposits[one % deposits.Length].BookingId,
        };
        var answer = Twice(() => book.Account.Begin(request), a => a.Purchase is not null);
        if (answer.Supersedes is not null)
        {
            Supersedes(answer.Supersedes);
            answer = Twice(() => book.Account.Begin(request), a => a.Purchase is not null);
        }
        if (answer.Purchase is not { } purchase) return;
        // As the desk does: the payment it is instead of is cancelled first.
        if (purchase.InsteadOf is { } failed && book.Provider.Of(failed) is { Status: "requires_payment_method" } intent) intent.Status = "canceled";
        pages[purchase.Id] = (purchase, book.Now + Duration.FromDays(1));
        if (one % 4 != 3) PageSeen(purchase, "open", null);
    }

    // The payer pays, or goes; we hear of it, or not.
    private void Leaves(int one, int other)
    {
        if (pages.Count == 0) return;
        var (purchase, until) = pages.Values.ElementAt(one % pages.Count);
        if (other % 3 == 0 || until <= book.Now)
        {
            Closes(purchase);
            return;
        }
        pages.Remove(purchase.Id);
        var isDeposit = purchase.Kind == PurchaseKind.Deposit;
        var purpose = isDeposit ? PaymentPurpose.Deposit : purchase.Kind == PurchaseKind.Balance ? PaymentPurpose.Balance : PaymentPurpose.Purchase;
        var payment = purchase.Kind == PurchaseKind.Card ? null : book.Provider.Paid(purpose, isDeposit ? purchase.BookingId : purchase.Id, purchase.Price.Amount, captured: !isDeposit);
        paid[purchase] = payment?.Id;
        if (other % 3 == 1) PageSeen(purchase, "complete", payment?.Id);
        if (other % 2 == 1 && payment is not null) Sees(book.Provider.Look(payment.Id));
    }

    // As the desk does: the page is closed, or, where it was paid meanwhile, that is seen.
    private void Supersedes(string session)
    {
        if (pages.Values.FirstOrDefault(p => "cs_" + p.Purchase.Id.ToString("N") == session).Purchase is { } open) Closes(open);
        else SeesPaid(paid.Single(p => "cs_" + p.Key.Id.ToString("N") == session));
    }

    private void SeesPaid(KeyValuePair<PurchaseView, string?> page)
    {
        PageSeen(page.Key, "complete", page.Value);
        if (page.Value is { } payment) Sees(book.Provider.Look(payment));
    }

    private void Closes(PurchaseView purchase)
    {
        if (pages.Remove(purchase.Id)) PageSeen(purchase, "expired", null);
    }

    private void PageSeen(PurchaseView purchase, string status, string? payment) => Sees(new ObservedCheckout(
        book.Provider.Looked(), "cs_" + purchase.Id.ToString("N"), purchase.Id, status, payment is null || purchase.Kind == PurchaseKind.Deposit ? "unpaid" : "paid", null, book.Now + Duration.FromDays(1), payment, null));

    // What others do there: disputes, and somebody in the dashboard.
    private void AtTheProvider(int one, int other)
    {
        if (book.Provider.Intents.Where(i => i.Held > 0).ToList() is not { Count: > 0 } held) return;
        var intent = held[one % held.Count];
        if (other % 4 == 0) intent.Refunds.Add(new ObservedRefund("re_d" + one + "_" + intent.Refunds.Count, Currencies.Movable(Math.Min(intent.Held, 11 + one * 17), book.Space.Currency), "succeeded", null));
        else if (other % 4 == 1 && intent.Disputes.Count == 0) intent.Disputes.Add(new ObservedDispute("dp_" + intent.Id, intent.Held, "needs_response", "fraudulent"));
        foreach (var disputed in book.Provider.Intents.Where(i => i.Disputes is [{ Status: "needs_response" }] && other % 4 > 1))
            disputed.Disputes[0] = disputed.Disputes[0] with { Status = other % 4 == 2 ? "won" : "lost" };
    }

    private void Invoices(int one, int other)
    {
        if (one % 3 == 0 || invoices.Count == 0)
        {
            invoices.Add(new ObservedInvoice(book.Provider.Looked(), "in_" + invoices.Count, "N", "open", book.Space.Currency, 3000, 479, 3000, 0) { CreatedAt = book.Now });
        }
        else if (invoices.FindIndex(i => i.Status is "open" or "uncollectible") is >= 0 and var index)
        {
            var invoice = invoices[index];
            if (other % 3 == 0) Pays(index);
            else invoices[index] = invoice with { Status = invoice.Status == "uncollectible" || other % 3 == 1 ? "uncollectible" : "void" };
        }
        if (other % 2 == 0) SeesInvoices();
    }

    private Intent Pays(int index)
    {
        invoices[index] = invoices[index] with { Status = "paid", AmountPaid = 3000 };
        return book.Provider.Paid(PaymentPurpose.Invoice, null, 3000, invoices[index].InvoiceId);
    }

    // The provider could not take it, and tells us or not; most often the payer saves another card then.
    private void NotTaken(int one, int other)
    {
        if (invoices.FindIndex(i => i.Status == "open") is not (>= 0 and var index)) return;
        invoices[index] = invoices[index] with { Attempts = invoices[index].Attempts + 1 };
        if (one % 4 == 0) return;
        SeesInvoices();
        if (one % 4 > 1) Card(other);
    }

    private void SeesInvoices() => Sees([.. invoices.Select(i => (Observation)(i with { LookedAt = book.Provider.Looked() }))]);

    private void Agrees(BookingView booking) => Twice(() => book.Account.Agree(new BookingMoney { BookingId = booking.Id, Booking = booking, Actor = "ada" }));

    private void Sees(params ImmutableArray<Observation> observations)
    {
        seen.AddRange(observations);
        Twice(() => book.Account.Seen(observations));
    }

    private void Twice(Func<Task> call) => Twice(async () =>
    {
        await call();
        return true;
    });

    // Once more comes to the same: in the state, in what was posted and in what was told. A refusal may be another the second time.
    private T Twice<T>(Func<Task<T>> call, Func<T, bool>? accepted = null)
    {
        var answer = Book.Done(call());
        if (accepted?.Invoke(answer) == false) return answer;
        var (state, posted) = (Kept(), book.Entries.Count);
        Book.Done(call());
        if (Kept() is var after && after != state) Difference(state, after).ShouldBe("");
        book.Entries.Count.ShouldBe(posted);
        return answer;
    }

    private static string Difference(string before, string after)
    {
        var at = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{before[Math.Max(0, at - 80)..Math.Min(before.Length, at + 80)]} is now {after[Math.Max(0, at - 80)..Math.Min(after.Length, at + 80)]}";
    }

    private string Kept() => JsonSerializer.Serialize(book.State, StoredJson.Options);

    // Everything is heard of, the card is good, and time passes.
    private void Quiet()
    {
        foreach (var booking in live.ToList()) Ends(live.IndexOf(booking), 5);
        foreach (var (purchase, _) in pages.Values.ToList()) Closes(purchase);
        foreach (var page in paid) SeesPaid(page);
        for (var i = 0; i < invoices.Count; i++)
        {
            if (invoices[i].Status == "open") Pays(i);
        }
        book.Provider.Card = CardKind.Good;
        for (var round = 0; round < 16; round++)
        {
            if (round is 1 or 3) Sees(new ObservedCustomer(book.Provider.Looked(), "cus_1", new CardView("pm_" + ++cards, "visa", "4242", 12, 2030)));
            if (round < 4) SeesInvoices();
            Sees(book.Provider.LookAtAll());
            book.Deliver();
            Passes(Duration.FromDays(round < 6 ? 1 : 7));
        }
    }

    private void Check()
    {
        var (view, state) = (book.View, book.State);
        view.Waiting.ShouldBeEmpty();
        view.Collection.ShouldBeNull();
        view.Standing.ShouldBe(PayerStanding.Good);
        book.Sum(Chart.Cash).ShouldBe(book.Provider.Cash, "the book has what the provider holds");
        // Too little to be asked for may be left, or what nothing can be given back of.
        book.Owed.ShouldBeLessThan(book.Billing.Least);
        if (view.GoesBack > 0) state.Payments.Sum(p => p.Returnable).ShouldBe(0);
        book.Provider.Intents.ShouldAllBe(i => i.Status != "requires_capture");
        foreach (var intent in book.Provider.Intents) intent.Held.ShouldBeGreaterThanOrEqualTo(0);
        foreach (var (booking, amount) in expected) Charged(booking).ShouldBe(amount, "each booking is charged once, what it costs");
        foreach (var intent in book.Provider.Intents.Where(i => i.Purpose == PaymentPurpose.Deposit)) intent.Received.ShouldBeLessThanOrEqualTo(expected[intent.For!.Value]);
        foreach (var invoice in invoices)
            book.Provider.Intents.Where(i => i.InvoiceId == invoice.InvoiceId).Sum(i => i.Received).ShouldBe(invoice.Status == "paid" ? 3000 : 0, "each invoice is paid once, by whoever got there first");
        (-book.Sum(Chart.Prepaid)).ShouldBe(state.Packs.Sum(p => p.Value));
        book.Sum(Chart.PackMinutes).ShouldBe(state.Packs.Sum(p => p.Left));
        book.Sum(Chart.Disputed).ShouldBe(book.Provider.Intents.SelectMany(i => i.Disputes).Where(d => d.Status == "needs_response").Sum(d => d.Amount));
        book.Sum(Chart.Credit).ShouldBeLessThanOrEqualTo(0);
    }

    private long Charged(Guid booking) => book.Entries.Where(e => e.Cause == new LedgerCause(Causes.Booking, booking.ToString())).Sum(e => e.Owes);
}
