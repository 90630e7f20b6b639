using Makerspace.Billing;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Billing;

/// <summary>How one acts on it.</summary>
public enum StepAction
{
    None,

    /// <summary>Pay what is owed, or confirm a payment, at the provider.</summary>
    Pay,

    /// <summary>Confirm a booking's deposit at the provider.</summary>
    Deposit,

    /// <summary>Pay an invoice on the provider's page of it.</summary>
    Invoice,

    /// <summary>Go on in a payment page that is open.</summary>
    GoOn,
}

/// <summary>The one thing that a payer has to do about their money, if there is any: what it is, why, and what happens otherwise.</summary>
public sealed record NextStep(string? Title, string Why, StepAction Action, bool Urgent)
{
    private static readonly NextStep Nothing = new(null, "", StepAction.None, Urgent: false);

    public Guid? Booking { get; init; }
    public string? Url { get; init; }

    public string Colour => Urgent ? "down" : "busy";

    public string Icon => Urgent ? "outage" : Action == StepAction.None ? "hourglass" : "busy";

    public static NextStep Of(AccountView account, string currency, Visit visit, IStringLocalizer<Texts> t)
    {
        if (account.Deposits.FirstOrDefault(d => d.State == DepositState.Failed) is { } deposit)
            return new NextStep(t["A deposit of {0} could not be secured", MoneyText.Exact(deposit.Amount, currency)], t["Secure it yourself, or the booking is given up."], StepAction.Deposit, Urgent: true) { Booking = deposit.BookingId };
        if (account.Collection is { } collection && OfCollection(account, collection, currency, visit, t) is { } step) return step;
        if (account.Subscription is { Status: "past_due" or "unpaid" or "incomplete" } && account.Invoices.FirstOrDefault(i => i.Status == "open" && EntryWords.IsWeb(i.HostedUrl)) is { } invoice)
            return new NextStep(t["The payment for your membership did not go through"], Otherwise(account, visit, t), StepAction.Invoice, Urgent: true) { Url = invoice.HostedUrl };
        return account.LateSince is not null && account.Owed > 0
            ? new NextStep(t["{0} are overdue", MoneyText.Exact(account.Owed, currency)], Otherwise(account, visit, t), StepAction.Pay, Urgent: true)
            : Nothing;
    }

    private static NextStep? OfCollection(AccountView account, CollectionView collection, string currency, Visit visit, IStringLocalizer<Texts> t)
    {
        var amount = MoneyText.Exact(collection.Amount, currency);
        return collection.State switch
        {
            CollectionState.NeedsPayer => new NextStep(t["Your bank wants you to confirm {0}", amount], Otherwise(account, visit, t), StepAction.Pay, Urgent: true),
            CollectionState.NeedsCard => new NextStep(t["{0} are to pay, and no card is saved", amount], Otherwise(account, visit, t), StepAction.Pay, Urgent: account.LateSince is not null),
            CollectionState.Failed => new NextStep(t["{0} could not be taken from your card", amount],
                (collection.NextAttempt is { } next ? t["We try again on {0}.", visit.Words.Moment(next)].Value + " " : "") + Otherwise(account, visit, t), StepAction.Pay, Urgent: true),
            CollectionState.InCheckout when account.Purchase is { Done: false, Url: { } url } && EntryWords.IsWeb(url) => new NextStep(t["A payment page for {0} is open", amount], t["Go on there, or leave it: it closes by itself."], StepAction.GoOn, Urgent: false) { Url = url },
            CollectionState.Sending => new NextStep(t["{0} are being taken from your card", amount], t["Nothing to do; this page tells you when it is done."], StepAction.None, Urgent: false),
            _ => null,
        };
    }

    // What happens if nothing is done, and when.
    private static string Otherwise(AccountView account, Visit visit, IStringLocalizer<Texts> t)
    {
        if (account.Standing is PayerStanding.Overdue or PayerStanding.Suspended) return t["You cannot book until it is paid. As soon as it is, everything works again."];
        if (account.LateSince is { } since && visit.Space.Billing is { } billing) return t["You can book as before until {0}; then not before it is paid.", visit.Words.Day(visit.Words.Date(since + billing.Grace))];
        return t["Nothing changes for your bookings yet."];
    }
}
