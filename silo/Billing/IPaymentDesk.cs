using System.Collections.Immutable;
using Makerspace.Reservations;

namespace Makerspace.Billing;

/// <summary>
/// What a person does at the payment provider, right now: pay, save a card, see the provider's own page. Everything else goes there by commands
/// that wait in the account (<see cref="PaymentCommand"/>).
/// </summary>
public interface IPaymentDesk
{
    /// <summary>Begins a purchase and opens the provider's page for it. The same request again opens the same page.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="request">What; the price is the space's, never the caller's.</param>
    /// <param name="returnTo">Address of this site that the payer comes back to, paid or not; the purchase's id is appended as <c>purchase=…</c>.</param>
    /// <param name="cancellation">Stops waiting; what was begun stands.</param>
    Task<CheckoutAnswer> Checkout(string accountId, PurchaseRequest request, Uri returnTo, CancellationToken cancellation);

    /// <summary>The provider's page on which a payer changes cards and sees invoices; null where the payer is not known there yet.</summary>
    Task<Uri?> Portal(string accountId, Uri returnTo, CancellationToken cancellation);

    /// <summary>Looks at the provider now, for somebody who comes back from its page and should not wait for an event.</summary>
    Task<AccountView> Look(string accountId, CancellationToken cancellation);

    /// <summary>Compares ledger and provider, repairs what is safe and reports the rest.</summary>
    /// <param name="accountId">One account; null: all, and what is at the provider and nobody's.</param>
    /// <param name="askedBy">Who asked: a member id, or <c>system</c>.</param>
    /// <param name="cancellation">Stops between two accounts; what was repaired stands.</param>
    Task<ReconciliationRow> Reconcile(string? accountId, string askedBy, CancellationToken cancellation);

    /// <summary>Who takes payments: <c>Stripe (live)</c>, <c>Stripe (test)</c>, <c>simulated</c>.</summary>
    string Provider { get; }
}

/// <summary>Where to pay, or why not.</summary>
public sealed record CheckoutAnswer(Uri? Url, PurchaseView? Purchase, ImmutableArray<Refusal> Refusals);
