using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tests.Model;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Money = Makerspace.Tools.Money;
using Product = Makerspace.Billing.Product;

namespace Makerspace.Tests.Billing;

/// <summary>
/// One account, called directly, with a clock that is set by hand, a provider and everything that was ever posted. After each write the book is
/// looked over: every entry balances, the fold is the sum of all entries, and no entry is posted twice.
/// </summary>
internal sealed class Book
{
    public const string Currency = "eur";

    /// <summary>A Tuesday, noon in Berlin.</summary>
    public static readonly Instant Noon = Instant.FromUtc(2026, 12, 1, 11, 0);

    private readonly Kept kept;
    private readonly HandClock clock = new() { Now = Noon };
    private int ids;

    public Book(string id = "member-ada", string currency = Currency)
    {
        Provider = new FakeProvider(currency);
        Policy = new() { HourlyRate = new Money(2000, currency), LateCancelFee = new Money(1250, currency), LateCancelThreshold = Duration.FromDays(1) };
        kept = new Kept(new AccountState { Id = id }, Wrote);
        Account = new AccountGrain(kept, clock);
        Space = new SpaceFacts
        {
            TimeZone = "Europe/Berlin", Currency = currency, Billing = new BillingSettings(),
            Plans = ImmutableDictionary<string, Plan>.Empty.Add("maker", new Plan { Name = "Maker", Offered = true, Price = new PlanPrice(new Money(3000, currency), BillingInterval.Month, 14) })
                .Add("team", new Plan { Name = "Team", Offered = true, ForCompanies = true, Price = new PlanPrice(new Money(2500, currency), BillingInterval.Month, 0) }),
            Products = ImmutableDictionary<string, Product>.Empty
                .Add("ten", new Product { Name = "Ten hours", Kind = ProductKind.Pack, Price = new Money(10_000, currency), Hours = Duration.FromHours(10), ValidDays = 90 })
                .Add("day", new Product { Name = "A day", Kind = ProductKind.DayPass, Price = new Money(1500, currency) }),
        };
    }

    public AccountGrain Account { get; private set; }
    public FakeProvider Provider { get; }
    public SpaceFacts Space { get; set; }
    public Policy Policy { get; set; }
    public string PlanId { get; set; } = "maker";
    public List<LedgerEntry> Entries { get; } = [];
    public List<string?> Notes { get; } = [];
    public AccountState State => kept.State;
    public int Writes { get; private set; }
    public Instant Now => clock.Now;
    public BillingSettings Billing { get => Space.Billing!; set => Space = Space with { Billing = value }; }

    public AccountView View => Done(Account.View());
    public long Owed => Sum(Chart.Receivable);
    public LedgerEntry Last => Entries[^1];

    /// <summary>The balance of an account of the chart, from all entries.</summary>
    public long Sum(string account) => Entries.SelectMany(e => e.Lines).Where(l => l.Account == account).Sum(l => l.Amount);

    public static T Done<T>(Task<T> done)
    {
        done.IsCompleted.ShouldBeTrue();
#pragma warning disable VSTHRD002 // It is completed: nothing in a grain without a silo waits.
        return done.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    public static void Done(Task done) => Done(Nothing(done));

    public Guid NewId() => new(++ids, 0, 0, new byte[8]);

    public Slot Slot(double inHours, double hours = 1) => new(Now + Duration.FromHours(inHours), Now + Duration.FromHours(inHours + hours));

    public PriceRequest Request(Slot slot, Guid? id = null) => new()
    {
        BookingId = id ?? NewId(), MemberId = "ada", Slot = slot, Tools = [new ToolTerms("laser", "Laser", "Lasers", null, Policy, 1)], PlanId = PlanId, Space = Space,
    };

    public PriceAnswer Price(Slot slot) => Done(Account.Price(Request(slot)));

    /// <summary>A booking made: its price kept, and the account told that it stands.</summary>
    public BookingView Booked(Slot slot, BookingState state = BookingState.Confirmed)
    {
        var id = NewId();
        var answer = Done(Account.Reserve(Request(slot, id), null));
        answer.Refusals.ShouldBeEmpty();
        var booking = new BookingView
        {
            Id = id, ToolId = "laser", MemberId = "ada", Slot = slot, State = state,
            Terms = BookingTerms.Of(Policy) with { Price = answer.Price },
        };
        return Agreed(booking);
    }

    public BookingView Agreed(BookingView booking)
    {
        Done(Account.Agree(new BookingMoney { BookingId = booking.Id, Booking = booking, Actor = "ada" }));
        return booking;
    }

    public BookingView Used(BookingView booking, double? hours = null) => Agreed(booking with
    {
        State = BookingState.Completed, Slot = hours is { } had ? booking.Slot with { End = booking.Slot.Start + Duration.FromHours(had) } : booking.Slot,
    });

    public BookingView CancelledLate(BookingView booking) => Agreed(booking with { State = BookingState.LateCancelled, LateFee = Policy.LateCancelFee });

    /// <summary>A booking made and used: the price is charged.</summary>
    public BookingView Charged(long amount)
    {
        Policy = Policy with { HourlyRate = new Money(amount, Space.Currency) };
        return Used(Booked(Slot(1)));
    }

    public void HasCard(string id = "pm_1", CardKind kind = CardKind.Good)
    {
        Provider.Card = kind;
        See(new ObservedCustomer(Provider.Looked(), "cus_1", new CardView(id, "visa", "4242", 12, 2030)));
    }

    public void See(params ImmutableArray<Observation> observations) => Done(Account.Seen(observations));

    /// <summary>Sends everything that may be sent, until nothing is left.</summary>
    public void Deliver()
    {
        for (var round = 0; round < 50 && Done(Account.Commands()) is { IsEmpty: false } commands; round++)
        {
            foreach (var command in commands) Deliver(command);
        }
    }

    public void Deliver(PaymentCommand command)
    {
        if (Done(Account.Sending(command.Id, command.Attempt)) is not { } sent) return;
        var outcome = Provider.Do(sent, View.Card is not null);
        if (outcome.PaymentIntentId is { } payment) See(Provider.Look(payment));
        Done(Account.Delivered(sent.Id, sent.Attempt, outcome));
    }

    public void Pass(Duration time)
    {
        clock.Now += time;
        Due();
    }

    public void Due() => Done(Account.Due(Billing));

    /// <summary>Days pass one after another, as the jobs see them.</summary>
    public void Days(int days)
    {
        for (var day = 0; day < days; day++)
        {
            Pass(Duration.FromDays(1));
            Deliver();
        }
    }

    public PurchaseAnswer Begin(PurchaseKind kind, string? item = null, Guid? booking = null, LocalDate? day = null, int seats = 1, Guid? id = null) => Done(Account.Begin(new PurchaseRequest
    {
        Id = id ?? NewId(), Kind = kind, Item = item, BookingId = booking, Day = day, Seats = seats, Actor = "ada", Space = Space,
    }));

    public PurchaseView Begun(PurchaseKind kind, string? item = null, Guid? booking = null, LocalDate? day = null, int seats = 1)
    {
        var answer = Begin(kind, item, booking, day, seats);
        answer.Refusals.ShouldBeEmpty();
        var purchase = answer.Purchase.ShouldNotBeNull();
        Page(purchase, "open");
        return purchase;
    }

    public void Page(PurchaseView purchase, string status, string paid = "unpaid", string? payment = null) => See(new ObservedCheckout(
        Provider.Looked(), "cs_" + purchase.Id.ToString("N"), purchase.Id, status, paid, "https://pay.example/" + purchase.Id, Now + Duration.FromDays(1), payment, null));

    /// <summary>The payer pays on the page, and it is seen.</summary>
    public Intent PaidFor(PurchaseView purchase)
    {
        var purpose = purchase.Kind switch { PurchaseKind.Balance => PaymentPurpose.Balance, PurchaseKind.Deposit => PaymentPurpose.Deposit, _ => PaymentPurpose.Purchase };
        var amount = purchase.TaxIncluded ? purchase.Price.Amount : purchase.Price.Amount + Pricing.Share(purchase.Price.Amount, purchase.TaxBasisPoints, 10_000);
        var intent = Provider.Paid(purpose, purpose == PaymentPurpose.Deposit ? purchase.BookingId : purchase.Id, amount, captured: purpose != PaymentPurpose.Deposit);
        Page(purchase, "complete", purpose == PaymentPurpose.Deposit ? "unpaid" : "paid", intent.Id);
        See(Provider.Look(intent.Id));
        return intent;
    }

    /// <summary>A new activation: what is not in the state is gone.</summary>
    public void Restart() => Account = new AccountGrain(kept, clock);

    public AccountAnswer Adjust(AdjustmentKind kind, long amount, Guid? entry = null, string? currency = null, string reason = "because", Guid? id = null, int tax = 0) => Done(Account.Adjust(
        new Adjustment { Id = id ?? NewId(), Kind = kind, Amount = new Money(amount, currency ?? Space.Currency), Reason = reason, EntryId = entry, TaxBasisPoints = tax }, "grace"));

    private void Wrote(AccountState state)
    {
        Writes++;
        foreach (var happened in state.Outbox)
        {
            if (happened is Makerspace.Journal.LedgerPosted { Entry: var entry }) Posted(entry);
            else if (happened is Makerspace.Journal.AccountChanged changed) Notes.Add(changed.Note);
        }
        foreach (var sum in state.Sums) sum.Amount.ShouldBe(Sum(sum.Account), sum.Account);
        foreach (var payment in state.Payments) (payment.Received - payment.Refunded).ShouldBeGreaterThanOrEqualTo(0);
    }

    private void Posted(LedgerEntry entry)
    {
        entry.Lines.ShouldNotBeEmpty();
        entry.Cause.Id.ShouldNotBeEmpty();
        foreach (var unit in entry.Lines.GroupBy(l => l.Unit, StringComparer.Ordinal)) unit.Sum(l => l.Amount).ShouldBe(0);
        Entries.ShouldNotContain(e => e.Id == entry.Id, $"{entry.Kind} posted twice");
        Entries.Add(entry);
    }

    private static async Task<bool> Nothing(Task done)
    {
        await done;
        return true;
    }

    // What is written is read back as it would be from disk: what is not stored is lost.
    private sealed class Kept(AccountState first, Action<AccountState> wrote) : IPersistentState<AccountState>
    {
        public AccountState State { get; set; } = first;
        public string? Etag => null;
        public bool RecordExists => true;
        public Task ClearStateAsync() => throw new NotSupportedException();
        public Task ReadStateAsync() => Task.CompletedTask;

        public Task WriteStateAsync()
        {
            wrote(State);
            State = System.Text.Json.JsonSerializer.Deserialize<AccountState>(System.Text.Json.JsonSerializer.Serialize(State, StoredJson.Options), StoredJson.Options)!;
            return Task.CompletedTask;
        }
    }
}
