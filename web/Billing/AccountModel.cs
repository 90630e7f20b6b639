using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>An account as the API tells it.</summary>
/// <param name="Owed">By the ledger; negative: to be paid back.</param>
/// <param name="Credit">Used up by the next charges.</param>
/// <param name="Standing"><c>Good</c>, <c>Late</c>, <c>Overdue</c> (no bookings), <c>Suspended</c>.</param>
/// <param name="LateSince">Since when something is owed that could not be taken.</param>
/// <param name="NextStatement">When what was charged and not yet asked for is asked for.</param>
public sealed record AccountModel(
    string Id, string? Name, Money Owed, Money Credit, PayerStanding Standing, OffsetDateTime? LateSince, CardModel? Card, SubscriptionModel? Subscription, IncludedModel? Included,
    IReadOnlyList<PackModel> Packs, IReadOnlyList<PassModel> Passes, CollectionModel? Collection, IReadOnlyList<DepositModel> Deposits, IReadOnlyList<InvoiceModel> Invoices,
    IReadOnlyList<PaymentModel> Payments, IReadOnlyList<ObjectionModel> Objections, PurchaseModel? Purchase, OffsetDateTime? NextStatement, long Version,
    IReadOnlyDictionary<string, string> Links)
{
    public static string Address(string id) => $"/api/v1/accounts/{id}";

    internal static AccountModel Of(AccountView account, SpaceFacts space)
    {
        var currency = MoneyDesk.Currency(account, space);
        return new AccountModel(
            account.Id, account.Holder?.Name, new Money(account.Owed, currency), new Money(account.Credit, currency), account.Standing, account.LateSince?.In(space), CardModel.Of(account.Card),
            SubscriptionModel.Of(account.Subscription, currency, space), IncludedModel.Of(account.Included, space), [.. account.Packs.Select(p => PackModel.Of(p, space))],
            [.. account.Passes.Select(p => new PassModel(p.ProductId, p.PlanId, p.Slot.Start.In(space), p.Slot.End.In(space)))], CollectionModel.Of(account.Collection, currency, space),
            [.. account.Deposits.Select(d => new DepositModel(d.BookingId, new Money(d.Amount, currency), d.State))], [.. account.Invoices.Select(i => InvoiceModel.Of(i, currency, space))],
            [.. account.Payments.Select(p => PaymentModel.Of(p, currency, space))], [.. account.Objections.Select(o => ObjectionModel.Of(o, space))], PurchaseModel.Of(account.Purchase, space),
            account.NextStatement?.In(space), account.Version, new Dictionary<string, string> { ["self"] = Address(account.Id), ["entries"] = Address(account.Id) + "/entries", ["statement"] = Address(account.Id) + "/statement" });
    }
}

/// <summary>A saved payment method, as people know it.</summary>
public sealed record CardModel(string Brand, string Last4, int ExpiryMonth, int ExpiryYear)
{
    internal static CardModel? Of(CardView? card) => card is null ? null : new(card.Brand, card.Last4, card.ExpiryMonth, card.ExpiryYear);
}

/// <summary>A subscription.</summary>
/// <param name="Price">Of one seat and one period.</param>
/// <param name="Changing">What was asked for is on its way to the payment provider.</param>
public sealed record SubscriptionModel(
    string PlanId, string Status, int Seats, Money Price, OffsetDateTime PeriodStart, OffsetDateTime PeriodEnd, bool CancelAtPeriodEnd, bool Paused, OffsetDateTime? TrialEnd, OffsetDateTime? EndedAt, bool Changing)
{
    internal static SubscriptionModel? Of(SubscriptionView? s, string currency, SpaceFacts space) => s is null ? null : new(
        s.PlanId, s.Status, s.Seats, new Money(s.UnitAmount, currency), s.PeriodStart.In(space), s.PeriodEnd.In(space), s.CancelAtPeriodEnd, s.Paused, s.TrialEnd?.In(space), s.EndedAt?.In(space), s.Wish is not null);
}

/// <summary>Included hours of the present period, in minutes.</summary>
public sealed record IncludedModel(OffsetDateTime From, OffsetDateTime Until, long Minutes, long Used, long Reserved)
{
    internal static IncludedModel? Of(IncludedView? included, SpaceFacts space) =>
        included is null ? null : new(included.Period.Start.In(space), included.Period.End.In(space), included.Minutes, included.Used, included.Reserved);
}

/// <summary>Prepaid hours, in minutes.</summary>
public sealed record PackModel(Guid Id, string ProductId, long Minutes, long Left, long Reserved, OffsetDateTime? Until)
{
    internal static PackModel Of(PackView pack, SpaceFacts space) => new(pack.Id, pack.ProductId, pack.Minutes, pack.Left, pack.Reserved, pack.Until?.In(space));
}

/// <summary>A day bought.</summary>
public sealed record PassModel(string ProductId, string? PlanId, OffsetDateTime From, OffsetDateTime Until);

/// <summary>What is being taken of what is owed.</summary>
public sealed record CollectionModel(Money Amount, CollectionState State, int Attempts, OffsetDateTime Since, OffsetDateTime? NextAttempt)
{
    internal static CollectionModel? Of(CollectionView? c, string currency, SpaceFacts space) =>
        c is null ? null : new(new Money(c.Amount, currency), c.State, c.Attempts, c.Since.In(space), c.NextAttempt?.In(space));
}

/// <summary>A booking's deposit.</summary>
public sealed record DepositModel(Guid BookingId, Money Amount, DepositState State);

/// <summary>An invoice of the subscription.</summary>
public sealed record InvoiceModel(string Id, string? Number, string Status, Money Total, Money AmountDue, Money AmountPaid, OffsetDateTime At, string? Url, string? Pdf, IReadOnlyList<InvoiceLineModel> Lines)
{
    internal static InvoiceModel Of(InvoiceView i, string currency, SpaceFacts space) => new(
        i.InvoiceId, i.Number, i.Status, new Money(i.Total, currency), new Money(i.AmountDue, currency), new Money(i.AmountPaid, currency), i.At.In(space), i.HostedUrl, i.PdfUrl,
        [.. i.Lines.Select(l => new InvoiceLineModel(l.Description, new Money(l.Amount, currency), l.Quantity, l.Proration))]);
}

/// <summary>A line of an invoice.</summary>
public sealed record InvoiceLineModel(string Description, Money Amount, long Quantity, bool Proration);

/// <summary>A payment, with what was given back of it.</summary>
public sealed record PaymentModel(string Id, PaymentPurpose Purpose, OffsetDateTime At, Money Received, Money Refunded, Money Disputed, string? Receipt)
{
    internal static PaymentModel Of(PaymentView p, string currency, SpaceFacts space) =>
        new(p.PaymentIntentId, p.Purpose, p.At.In(space), new Money(p.Received, currency), new Money(p.Refunded, currency), new Money(p.Disputed, currency), p.ReceiptUrl);
}

/// <summary>A charge that was objected to, and the answer where there is one.</summary>
public sealed record ObjectionModel(Guid EntryId, OffsetDateTime At, string Words, bool? Accepted, string? Answer, OffsetDateTime? AnsweredAt)
{
    internal static ObjectionModel Of(ObjectionView o, SpaceFacts space) => new(o.EntryId, o.At.In(space), o.Words, o.Accepted, o.Answer, o.AnsweredAt?.In(space));
}

/// <summary>A purchase whose checkout may still be open.</summary>
public sealed record PurchaseModel(Guid Id, PurchaseKind Kind, string? Item, string Name, Money Price, int Seats, LocalDate? Day, bool Done, string? Url, OffsetDateTime? ExpiresAt)
{
    internal static PurchaseModel? Of(PurchaseView? p, SpaceFacts space) =>
        p is null ? null : new(p.Id, p.Kind, p.Item, p.Name, p.Price, p.Seats, p.Day, p.Done, p.Url, p.ExpiresAt?.In(space));
}
