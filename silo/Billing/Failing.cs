using System.Net;
using Stripe;

namespace Makerspace.Billing;

/// <summary>What a failed call to the provider means.</summary>
internal static class Failing
{
    /// <summary>The same key was sent before with other parameters.</summary>
    private const string KeyReused = "idempotency_error";

    /// <summary>
    /// The provider has said no, and says so again if asked again. Everything else leaves the outcome unknown: time-outs, broken connections, 409 (the same key is under
    /// way), 429, 5xx, and also 401 and 403, which are about our key and not about what was asked.
    /// </summary>
    public static bool IsDefinite(this StripeException failure) =>
        failure.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.NotFound && !failure.IsKeyReused();

    /// <summary>The key was answered before, to another question: nothing comes of this one. While an answer is still to come (409), nobody knows.</summary>
    public static bool IsKeyReused(this StripeException failure) => failure.HttpStatusCode != HttpStatusCode.Conflict && failure.StripeError?.Type == KeyReused;

    /// <summary>Somebody else has just sent the same under the same key, and has no answer yet.</summary>
    public static bool IsUnderWay(this StripeException failure) => failure.HttpStatusCode == HttpStatusCode.Conflict && failure.StripeError?.Type == KeyReused;

    public static bool IsMissing(this StripeException failure) => failure.HttpStatusCode == HttpStatusCode.NotFound || failure.StripeError?.Code == "resource_missing";

    /// <summary>Nobody knows what came of the call: it is repeated later under the same key.</summary>
    public static bool IsUnknown(Exception failure, CancellationToken cancellation) => failure switch
    {
        StripeException stripe => !stripe.IsDefinite(),
        OperationCanceledException => !cancellation.IsCancellationRequested,
        HttpRequestException or IOException or TimeoutException or PaymentsUnavailableException => true,
        _ => false,
    };

    /// <summary>The outcome of a definite no.</summary>
    public static DeliveryOutcome Outcome(this StripeException failure)
    {
        var error = failure.StripeError;
        return new DeliveryOutcome(false, error?.Code ?? error?.Type ?? "refused", error?.DeclineCode, error?.Message ?? failure.Message, error?.PaymentIntent?.Id);
    }
}
