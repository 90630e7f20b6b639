using Makerspace.Billing;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>An account with everything set that one may have, for the golden files.</summary>
internal static class GoldenAccounts
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly Guid Id = new("7f3a0000-0000-4000-8000-000000000001");
    private static readonly Slot Slot = new(Now + Duration.FromHours(1), Now + Duration.FromHours(2));

    public static BookingPrice Price => new()
    {
        AccountId = "member-ada", Total = new Money(3800, "eur"), Tax = 607, Deposit = new Money(10_000, "eur"), PlanId = "full", PlanVersion = 2, BillsUsedTime = true,
        TaxBasisPoints = 1900, TaxIncluded = true, NoShowFee = new Money(2000, "eur"),
        Segments = [new PriceSegment(Slot, "laser-1", Cover.Pack, 4000, true, 3800) { PackId = Id, Period = Now }],
    };

    public static LedgerEntry Entry => new()
    {
        Id = Id, AccountId = "member-ada", At = Now, Kind = LedgerKind.Usage, Cause = new LedgerCause(Causes.Booking, Id.ToString()),
        Lines = [new LedgerLine(Chart.Receivable, 3800, "eur"), new LedgerLine(Chart.Usage, -3193, "eur"), new LedgerLine(Chart.Tax, -607, "eur")], Actor = "ada", Note = "late",
        Segments = Price.Segments, MemberId = "ada", ToolId = "laser-1", Slot = Slot,
    };

    public static AccountState State => new()
    {
        Id = "member-ada", Version = 7, Holder = new AccountHolder("Ada", "ada@example.org"), Currency = "eur", Sums = [new AccountSum(Chart.Receivable, 3800), new AccountSum(Chart.Tax, -607)],
        Counter = 4, Settings = new BillingSettings { TaxBasisPoints = 1900 }, TimeZone = "Europe/Berlin", Plans = [new PlanHours("full", 600, BillingInterval.Year)],
        Customer = new ObservedCustomer(Now, "cus_1", Card), Subscription = Subscription, SubscriptionLookedAt = Now, EverSubscribed = true, Packs = [Pack],
        Passes = [new PassView(Id, "day", "full", Slot)], Included = [new IncludedUse(Now, 90)], Bookings = [Booking], Charges = [Charge], BookingsForgottenUntil = Now,
        Collection = new CollectionKept(Id, 3800, CollectionState.Failed, 2, Now) { NextAttempt = Now, Code = "insufficient_funds", PaymentIntentId = "pi_1", PurchaseId = Id },
        UnaskedSince = Now, Invoices = [new InvoiceKept(Invoice, Now, 1) { ChargeId = Id, Charged = 3000, GivenUp = 100, Turns = 1, Paid = 200, TakenBack = true }], Payments = [Payment], Left = ["pi_0"],
        Objections = [Objection], Commands = [Command], Purchases = [new PurchaseKept(Purchase) { LookedAt = Now, Closed = true, Complete = true, Product = new Product { Name = "Ten" }, Day = Slot, DoneAt = Now }],
        Adjustments = [new AdjustmentKept(Id, Now)], LateSince = Now, Told = PayerStanding.Late, Strange = ["sub_2"],
    };

    public static AccountView View => new()
    {
        Id = "member-ada", Holder = new AccountHolder("Ada", "ada@example.org"), Version = 7, Currency = "eur", Owed = 3800, Credit = 100, CustomerId = "cus_1", Card = Card,
        Subscription = Subscription, Packs = [Pack], Passes = [new PassView(Id, "day", "full", Slot)], Included = new IncludedView(Slot, 600, 90, 30), Standing = PayerStanding.Late,
        LateSince = Now, Collection = new CollectionView(Id, 3800, CollectionState.Failed, 2, Now, Now, "insufficient_funds"), Invoices = [Invoice],
        Payments = [new PaymentView("pi_1", PaymentPurpose.Charge, Now, 3800, 100, "https://receipts.example/1") { Disputed = 10, DisputeStatus = "won", Refunding = 20 }],
        Objections = [Objection], Deposits = [new DepositView(Id, 10_000, DepositState.Failed, "pi_1", "card_declined")], Waiting = [Command], Purchase = Purchase, DueAt = Now, SendAt = Now,
        ReservedAmount = 3800, NextStatement = Now,
    };

    private static CardView Card => new("pm_1", "visa", "4242", 12, 2030);

    private static SubscriptionWish Wish => new("sub_1", "full", 3, true, true);

    private static SubscriptionView Subscription => new()
    {
        SubscriptionId = "sub_1", PlanId = "full", Status = "active", Seats = 3, PeriodStart = Now, PeriodEnd = Now + Duration.FromDays(30), CancelAtPeriodEnd = true, Paused = true,
        TrialEnd = Now, EndedAt = Now, UnitAmount = 4900, Wish = Wish, StartedAt = Now,
    };

    private static PackView Pack => new(Id, "ten", 600, 500, 60, Now) { Categories = ["Lasers"], Value = 7000 };

    private static BookingMoneyKept Booking => new()
    {
        BookingId = Id, Slot = Slot, Price = Price, Next = Price, OverAt = Now, ChargeId = Id,
        Deposit = new DepositKept { Amount = 10_000, State = DepositState.Failed, PaymentIntentId = "pi_1", Code = "card_declined", Attempt = 1, Take = 3800, Capturing = true, Captured = 1, LookedAt = Now },
    };

    private static ChargeKept Charge => new(Id, LedgerKind.Pack, Now, Chart.Prepaid, 3800, 607, 100, 16) { PurchaseId = Id, MemberId = "ada", ToolId = "laser-1", Notes = 1 };

    private static InvoiceView Invoice => new("in_1", "N-1", "open", 3000, 3000, 0, Now, "https://pay.example/1", "https://pay.example/1.pdf")
    {
        Lines = [new InvoiceLine("Full", 3000, 1, true)],
    };

    private static PaymentKept Payment => new()
    {
        PaymentIntentId = "pi_1", Purpose = PaymentPurpose.Charge, For = Id, InvoiceId = "in_1", At = Now, LookedAt = Now, Status = "succeeded", Received = 3800,
        ReceiptUrl = "https://receipts.example/1", Refunds = [new RefundKept("re_1", 100, 50, 1)], Disputes = [new DisputeKept("dp_1", "won", 1, 2, 3)], Asked = [new RefundAsked(Id, 20)],
        RefundFailed = true,
    };

    private static ObjectionView Objection => new(Id, Now, "ada", "I was ill", true, "grace", "Sorry", Now);

    private static PaymentCommand Command => new()
    {
        Id = Id, Kind = PaymentCommandKind.Charge, Attempt = 2, NotBefore = Now, SentAt = Now, Amount = 3800, Currency = "eur", PaymentIntentId = "pi_1", BookingId = Id, Wish = Wish,
    };

    private static PurchaseView Purchase => new()
    {
        Id = Id, Kind = PurchaseKind.Pack, Item = "ten", Seats = 2, Day = new LocalDate(2026, 11, 24), BookingId = Id, Price = new Money(10_000, "eur"), BegunAt = Now, SessionId = "cs_1",
        Url = "https://pay.example/1", ExpiresAt = Now, Done = true, TrialDays = 14, InsteadOf = "pi_0", TaxBasisPoints = 1900, TaxIncluded = true, Name = "Ten hours",
    };
}
