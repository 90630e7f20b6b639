using Makerspace.Billing;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Billing;

/// <summary>What staff read of payments and books.</summary>
internal static class MoneyWords
{
    /// <summary>Why a payment failed. A code that nobody has words for is shown as it is: somebody asked for details.</summary>
    public static string Code(string? code, IStringLocalizer<Texts> t) => code switch
    {
        null or "" => t["the bank gave no reason"],
        "card_declined" or "generic_decline" => t["the bank declined the card"],
        "insufficient_funds" => t["not enough money on the card"],
        "expired_card" => t["the card has expired"],
        "incorrect_cvc" => t["the card's number or code is wrong"],
        "processing_error" => t["the bank could not process it"],
        "authentication_required" => t["the bank wants the payer to confirm"],
        "no-payment-method" => t["no card is saved"],
        _ => code,
    };

    public static string Standing(PayerStanding standing, IStringLocalizer<Texts> t) => standing switch
    {
        PayerStanding.Late => t["late"],
        PayerStanding.Overdue => t["overdue: cannot book"],
        PayerStanding.Suspended => t["suspended"],
        _ => t["in good standing"],
    };

    /// <summary>Class and icon of a standing: always a word and a shape, and only then a colour.</summary>
    public static (string Class, string Icon) Mark(PayerStanding standing) => standing switch
    {
        PayerStanding.Late => ("state-busy", "busy"),
        PayerStanding.Good => ("state-free", "done"),
        _ => ("state-down", "down"),
    };

    public static string Collection(CollectionView c, IStringLocalizer<Texts> t) => c.State switch
    {
        CollectionState.Sending => t["on its way to the bank"],
        CollectionState.NeedsPayer => t["waits for the payer to confirm"],
        CollectionState.NeedsCard => t["waits for a card"],
        CollectionState.InCheckout => t["the payer is paying it now"],
        _ => Code(c.Code, t),
    };

    /// <summary>What happened, as staff say it.</summary>
    public static string Kind(LedgerKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        LedgerKind.Usage => t["Tool time"],
        LedgerKind.LateFee => t["Late cancellation"],
        LedgerKind.NoShowFee => t["No-show"],
        LedgerKind.Membership => t["Membership"],
        LedgerKind.Pack => t["Pack"],
        LedgerKind.PackExpired => t["Pack ran out"],
        LedgerKind.DayPass => t["Day pass"],
        LedgerKind.Payment => t["Payment"],
        LedgerKind.PaymentByHand => t["Payment by hand"],
        LedgerKind.Refund => t["Paid back"],
        LedgerKind.Credit => t["Credit given"],
        LedgerKind.CreditUsed => t["Credit used"],
        LedgerKind.Adjustment => t["Charged by staff"],
        LedgerKind.CreditNote => t["Charge taken back"],
        LedgerKind.DisputeOpened => t["Disputed at the bank"],
        LedgerKind.DisputeWon => t["Dispute won"],
        LedgerKind.DisputeLost => t["Dispute lost"],
        _ => t["Written off"],
    };

    public static string Purpose(PaymentPurpose purpose, IStringLocalizer<Texts> t) => purpose switch
    {
        PaymentPurpose.Deposit => t["Deposit of a booking"],
        PaymentPurpose.Purchase => t["Pack or day pass"],
        PaymentPurpose.Balance => t["Balance, paid by the payer"],
        PaymentPurpose.Invoice => t["Invoice of the membership"],
        _ => t["What was owed"],
    };

    public static string Finding(string code, IStringLocalizer<Texts> t) => code switch
    {
        "payment-missing" => t["A payment at the provider is not in the books"],
        "payment-unknown" => t["A payment at the provider is nobody's here"],
        "amount-differs" => t["Amounts differ"],
        "refund-missing" => t["A refund is missing"],
        "dispute-differs" => t["A dispute differs"],
        "invoice-missing" => t["An invoice is missing"],
        "invoice-differs" => t["An invoice differs"],
        "command-stuck" => t["Nobody knows what came of a command"],
        "subscription-differs" => t["A subscription differs"],
        "second-subscription" => t["Somebody has two subscriptions"],
        "ledger-out-of-balance" => t["A book does not add up"],
        _ => code,
    };
}
