using Makerspace.Billing;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>How a purchase stands, for somebody who comes back from the payment page.</summary>
public enum PurchaseStanding
{
    /// <summary>Paid, or begun where a trial comes first, or saved where it was a card.</summary>
    Done,

    /// <summary>Its page is still open, or what was paid there is not known yet.</summary>
    Open,

    /// <summary>It closed without a payment.</summary>
    NotPaid,
}

/// <summary>A purchase and how it stands, as the account and its book say, after the provider was looked at.</summary>
public sealed record LookedAfter(Guid Id, PurchaseStanding Standing, PurchaseKind? Kind, string? Url)
{
    /// <summary>The way back with what was bought, so that the page one comes back to knows what to look for.</summary>
    internal static string Back(string path, PurchaseRequest wanted) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}bought={wanted.Kind}{(wanted.BookingId is { } booking ? "&booking=" + booking : "")}";

    /// <summary>How it stands after the look.</summary>
    /// <param name="id">Of the purchase.</param>
    /// <param name="kind">What the address says was bought; what is told is what the account says.</param>
    /// <param name="booking">Of a deposit.</param>
    /// <param name="account">As it is after the look.</param>
    /// <param name="book">Its entries.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Stops reading.</param>
    internal static async Task<LookedAfter> Of(Guid id, PurchaseKind? kind, Guid? booking, AccountView account, LedgerBook book, Instant now, CancellationToken cancellation)
    {
        if (account.Purchase is { Done: false } open && open.Id == id)
            return open.ExpiresAt <= now ? new(id, PurchaseStanding.NotPaid, open.Kind, null) : new(id, PurchaseStanding.Open, open.Kind, EntryWords.IsWeb(open.Url) ? open.Url : null);
        var done = kind switch
        {
            PurchaseKind.Plan => account.Subscription is { Covers: true },
            PurchaseKind.Card => account.Card is not null,
            PurchaseKind.Balance => account.Owed <= 0 || account is { Askable: 0, Collection: null },   // what is too little to be asked for stays
            PurchaseKind.Deposit => account.Deposits.Any(d => d.BookingId == booking && d.State is DepositState.Authorised or DepositState.Captured),
            _ => (await book.About(account.Id, Causes.Purchase, id.ToString(), cancellation)).Count > 0,
        };
        return new(id, done ? PurchaseStanding.Done : PurchaseStanding.NotPaid, kind, null);
    }
}
