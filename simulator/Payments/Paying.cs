using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>How a payer is there when a payment is tried.</summary>
internal enum Presence
{
    /// <summary>They can be asked to confirm.</summary>
    Present,

    /// <summary>They were asked, and confirmed.</summary>
    Confirmed,

    /// <summary>They are not there: <c>off_session</c>.</summary>
    Absent,
}

/// <summary>Trying a payment, and what comes of it. The outcome is the payment's status.</summary>
internal static class Paying
{
    /// <summary>Tries to pay with a method.</summary>
    /// <returns>Why it was refused; null where it was not, which with somebody present may also mean that they must confirm.</returns>
    public static CardRefusal? Try(Work work, PaymentIntent intent, PaymentMethod method, Presence presence)
    {
        intent.PaymentMethod = method.Id;
        intent.NextAction = null;
        intent.LastPaymentError = null;
        var card = method.Test;
        var mustConfirm = card.Challenge == Challenge.Always || (card.Challenge == Challenge.UntilSetUp && !method.SetUp);
        if (mustConfirm && presence == Presence.Absent) return Refuse(work, intent, method, TestCards.AuthenticationRequired);
        if (mustConfirm && presence == Presence.Present)
        {
            AskToConfirm(work, intent);
            return null;
        }
        if ((card.Refused ?? card.RefusedWhenCharged) is { } refused) return Refuse(work, intent, method, refused);
        Take(work, intent, method, confirmed: mustConfirm);
        return null;
    }

    /// <summary>The payer did not confirm.</summary>
    public static void Unconfirmed(Work work, PaymentIntent intent)
    {
        intent.NextAction = null;
        intent.Status = "requires_payment_method";
        intent.LastPaymentError = Error(new("payment_intent_authentication_failure", null, "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again."), work.Find<PaymentMethod>(intent.PaymentMethod), "invalid_request_error");
        intent.PaymentMethod = null;
        work.Emit("payment_intent.payment_failed", intent);
    }

    /// <summary>Takes what was authorised, or a part of it; the rest is let go.</summary>
    public static void Capture(Work work, PaymentIntent intent, long amount)
    {
        var charge = work.Get<Charge>(intent.LatestCharge!);
        (intent.Status, intent.AmountReceived, intent.AmountCapturable, intent.CaptureBefore) = ("succeeded", amount, 0, null);
        (charge.Captured, charge.AmountCaptured) = (true, amount);
        Book(work, charge);
        work.EmitChange("charge.captured", charge);
        work.Emit("payment_intent.succeeded", intent);
        DisputeWhereTheCardDoes(work, intent, charge);
    }

    public static void Cancel(Work work, PaymentIntent intent, string? reason)
    {
        var wasAuthorised = intent.Status == "requires_capture";
        (intent.Status, intent.CanceledAt, intent.CancellationReason, intent.AmountCapturable, intent.NextAction, intent.CaptureBefore) = ("canceled", work.Now(intent.Clock), reason, 0, null, null);
        if (wasAuthorised)
        {
            // What was only authorised goes back whole; no money had moved, so that there is nothing in the books.
            var charge = work.Get<Charge>(intent.LatestCharge!);
            charge.Refunded = true;
            charge.AmountRefunded = charge.Amount;
            work.EmitChange(reason == "automatic" ? "charge.expired" : "charge.refunded", charge);
        }
        work.Emit("payment_intent.canceled", intent);
    }

    public static JsonObject Error(CardRefusal refusal, PaymentMethod? method, string type = "card_error", string? charge = null)
    {
        var error = new JsonObject { ["code"] = refusal.Code, ["doc_url"] = "https://docs.stripe.com/error-codes/" + refusal.Code.Replace('_', '-'), ["message"] = refusal.Message, ["type"] = type };
        if (refusal.DeclineCode is not null) error["decline_code"] = refusal.DeclineCode;
        if (charge is not null) error["charge"] = charge;
        if (method is not null) error["payment_method"] = Wire.Tell(method);
        return error;
    }

    private static void AskToConfirm(Work work, PaymentIntent intent)
    {
        intent.Status = "requires_action";
        intent.NextAction = new() { RedirectToUrl = new(intent.ReturnUrl, $"{work.PublicAddress}/challenge/{intent.ClientSecret}") };
        work.Emit("payment_intent.requires_action", intent);
    }

    private static CardRefusal Refuse(Work work, PaymentIntent intent, PaymentMethod method, CardRefusal refusal)
    {
        var charge = Attempt(work, intent, method);
        (charge.Status, charge.Paid, charge.FailureCode, charge.FailureMessage) = ("failed", false, refusal.Code, refusal.Message);
        charge.Outcome = new()
        {
            NetworkStatus = "declined_by_network", Reason = refusal.DeclineCode ?? refusal.Code, Type = "issuer_declined",
            SellerMessage = "The bank did not return any further details with this decline.", AdviceCode = "try_again_later",
        };
        (intent.Status, intent.LatestCharge, intent.PaymentMethod) = ("requires_payment_method", charge.Id, null);
        intent.LastPaymentError = Error(refusal, method, charge: charge.Id);
        if (method.Customer is null) method.Spent = true;
        work.Emit("charge.failed", charge);
        work.Emit("payment_intent.payment_failed", intent);
        return refusal;
    }

    private static void Take(Work work, PaymentIntent intent, PaymentMethod method, bool confirmed)
    {
        var charge = Attempt(work, intent, method);
        intent.LatestCharge = charge.Id;
        charge.Paid = true;
        charge.ReceiptUrl = $"{work.PublicAddress}/receipts/{charge.Id}";
        method.Card.Checks.CvcCheck ??= "pass";
        charge.PaymentMethodDetails.Card.AmountAuthorized = intent.Amount;
        var saves = intent is { SetupFutureUsage: not null, Customer: not null };
        if (saves) PaymentMethods.Attach(work, method, work.Get<Customer>(intent.Customer!), confirmed && intent.SetupFutureUsage == "off_session");
        else if (method.Customer is null) method.Spent = true;
        if (intent.CaptureMethod == "manual") Authorise(work, intent, charge);
        else Succeed(work, intent, charge);
    }

    private static void Authorise(Work work, PaymentIntent intent, Charge charge)
    {
        (intent.Status, intent.AmountCapturable, intent.CaptureBefore) = ("requires_capture", intent.Amount, work.Now(intent.Clock) + PaymentIntent.Authorised);
        work.Emit("charge.succeeded", charge);
        work.Emit("payment_intent.amount_capturable_updated", intent);
    }

    private static void Succeed(Work work, PaymentIntent intent, Charge charge)
    {
        (charge.Captured, charge.AmountCaptured) = (true, charge.Amount);
        (intent.Status, intent.AmountReceived) = ("succeeded", intent.Amount);
        Book(work, charge);
        work.Emit("charge.succeeded", charge);
        work.Emit("payment_intent.succeeded", intent);
        DisputeWhereTheCardDoes(work, intent, charge);
    }

    private static void Book(Work work, Charge charge) =>
        charge.BalanceTransaction = BalanceTransaction.Post(work, charge.AmountCaptured, charge.Currency, "charge", "charge", charge, charge.Description).Id;

    private static void DisputeWhereTheCardDoes(Work work, PaymentIntent intent, Charge charge)
    {
        if (work.Find<PaymentMethod>(charge.PaymentMethod) is { Test.Disputes: true }) Disputing.Open(work, intent, null, "fraudulent");
    }

    private static Charge Attempt(Work work, PaymentIntent intent, PaymentMethod method) => work.Add(new Charge
    {
        Id = Ids.New("ch"), Created = work.Now(intent.Clock), Clock = intent.Clock, Amount = intent.Amount, Currency = intent.Currency, Customer = intent.Customer, Description = intent.Description,
        Metadata = new(intent.Metadata, StringComparer.Ordinal), PaymentIntent = intent.Id, PaymentMethod = method.Id, BillingDetails = method.BillingDetails, ReceiptEmail = intent.ReceiptEmail,
        StatementDescriptor = intent.StatementDescriptor,
        PaymentMethodDetails = new()
        {
            Card = new()
            {
                Brand = method.Card.Brand, Network = method.Card.Brand, Checks = method.Card.Checks, Country = method.Card.Country, ExpMonth = method.Card.ExpMonth, ExpYear = method.Card.ExpYear,
                Fingerprint = method.Card.Fingerprint, Funding = method.Card.Funding, Last4 = method.Card.Last4,
            },
        },
    });
}
