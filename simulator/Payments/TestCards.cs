namespace Makerspace.PaymentSimulator.Payments;

/// <summary>When a card asks its owner to confirm (3-D Secure).</summary>
internal enum Challenge
{
    Never,

    /// <summary>Unless it was confirmed when it was saved.</summary>
    UntilSetUp,
    Always,
}

/// <summary>Why a bank says no.</summary>
internal sealed record CardRefusal(string Code, string? DeclineCode, string Message);

/// <summary>One of the well-known test cards, and what it does.</summary>
internal sealed record TestCard(string Number, string Brand, string Says, params string[] Tokens)
{
    /// <summary>Refused already when it is saved.</summary>
    public CardRefusal? Refused { get; init; }

    /// <summary>Saved, and refused when it is charged.</summary>
    public CardRefusal? RefusedWhenCharged { get; init; }
    public Challenge Challenge { get; init; }

    /// <summary>Its owner objects to every payment at once.</summary>
    public bool Disputes { get; init; }
    public string Funding { get; init; } = "credit";

    public string Last4 => Number[^4..];
}

/// <summary>The test cards, by number and by token.</summary>
internal static class TestCards
{
    public static readonly CardRefusal Declined = new("card_declined", "generic_decline", "Your card was declined.");
    public static readonly CardRefusal AuthenticationRequired = new("authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public static readonly IReadOnlyList<TestCard> All =
    [
        new("4242424242424242", "visa", "succeeds", "visa"),
        new("4000056655665556", "visa", "succeeds (debit)", "visa_debit") { Funding = "debit" },
        new("5555555555554444", "mastercard", "succeeds", "mastercard"),
        new("378282246310005", "amex", "succeeds", "amex"),
        new("4000000000000077", "visa", "succeeds", "bypassPending"),
        new("4000000000000002", "visa", "is declined", "chargeDeclined", "visa_chargeDeclined") { Refused = Declined },
        new("4000000000009995", "visa", "has insufficient funds", "chargeDeclinedInsufficientFunds", "visa_chargeDeclinedInsufficientFunds") { Refused = new("card_declined", "insufficient_funds", "Your card has insufficient funds.") },
        new("4000000000009987", "visa", "is reported lost", "visa_chargeDeclinedLostCard") { Refused = new("card_declined", "lost_card", "Your card was declined.") },
        new("4000000000000069", "visa", "is expired", "chargeDeclinedExpiredCard") { Refused = new("expired_card", null, "Your card has expired.") },
        new("4000000000000127", "visa", "has a wrong security code", "chargeDeclinedIncorrectCvc") { Refused = new("incorrect_cvc", null, "Your card's security code is incorrect.") },
        new("4000000000000119", "visa", "fails in processing", "chargeDeclinedProcessingError") { Refused = new("processing_error", null, "An error occurred while processing your card. Try again in a little bit.") },
        new("4000000000000341", "visa", "is saved, then declined", "chargeCustomerFail") { RefusedWhenCharged = Declined },
        new("4000002500003155", "visa", "asks to confirm until it is saved", "authenticationRequiredOnSetup") { Challenge = Challenge.UntilSetUp },
        new("4000002760003184", "visa", "always asks to confirm", "authenticationRequired") { Challenge = Challenge.Always },
        new("4000000000003220", "visa", "always asks to confirm", "threeDSecure2Required") { Challenge = Challenge.Always },
        new("4000008260003178", "visa", "asks to confirm, then has insufficient funds", "authenticationRequiredChargeDeclinedInsufficientFunds") { Challenge = Challenge.UntilSetUp, RefusedWhenCharged = new("card_declined", "insufficient_funds", "Your card has insufficient funds.") },
        new("4000000000000259", "visa", "succeeds, and is disputed", "createDispute") { Disputes = true },
    ];

    /// <summary>Those that the hosted pages offer to pick.</summary>
    public static readonly IReadOnlyList<TestCard> Picks =
        [.. new[] { "4242424242424242", "4000000000000002", "4000000000009995", "4000000000000069", "4000000000000127", "4000002500003155", "4000002760003184", "4000000000000341", "4000000000000259" }.Select(n => Of(n)!)];

    public static TestCard? Of(string number) => All.FirstOrDefault(card => card.Number == number);

    /// <summary>By the end of <c>pm_card_…</c> or <c>tok_…</c>.</summary>
    public static TestCard? OfToken(string? token) => token is null ? null : All.FirstOrDefault(card => card.Tokens.Contains(token, StringComparer.Ordinal));
}
