using System.Text;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.Time;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Mvc;
using Stripe;

namespace Makerspace.Web.Billing;

/// <summary>
/// Where the payment provider tells that something happened. Whoever can sign is believed, and only that something happened, not what: the thing is fetched
/// again when the event is handled. So an event of another version of the provider's API is as good as any.
/// </summary>
internal static partial class StripeWebhook
{
    public const string Path = "/webhooks/stripe";

    private const int MostBytes = 1024 * 1024;

    /// <summary>Older or newer signatures may be somebody's who listened.</summary>
    private const int ToleranceSeconds = 300;

    public static void MapStripeWebhook(this WebApplication app) => app.MapPost(Path, Receive)
        .AllowAnonymous().DisableAntiforgery().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).ExcludeFromDescription();

    private static async Task<IResult> Receive(HttpRequest request, PaymentProvider provider, EventInbox inbox, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        var log = logs.CreateLogger(typeof(StripeWebhook).FullName!);
        if (!request.HasJsonContentType())
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "content-type-not-supported", "Events are application/json.");
        if (await Body(request, cancellation) is not { } body)
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is larger than this address takes.");
        var signature = Signature.Of(body, request.Headers["Stripe-Signature"].ToString(), provider.Settings.WebhookSecrets, ToleranceSeconds, time.Now().ToUnixTimeSeconds());
        if (signature != Signature.Good)
        {
            NotTaken(log, signature.Code, request.HttpContext.Connection.RemoteIpAddress?.ToString());
            return Problem.Of(StatusCodes.Status400BadRequest, signature.Code, "The event is not signed with a secret of this endpoint, now.");
        }
        if (EventPointer.Of(body) is not { } pointer)
        {
            NotTaken(log, "malformed-event", null);
            return Problem.Of(StatusCodes.Status400BadRequest, "malformed-event", "This is no event.");
        }
        if (await inbox.Take(pointer.Id, pointer.Type, pointer.ObjectId, cancellation)) Taken(log, pointer.Id, pointer.Type, pointer.ObjectId);
        return TypedResults.Ok();
    }

    /// <summary>As it came: the signature is over these characters. Null where there are too many.</summary>
    private static async Task<string?> Body(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MostBytes) return null;
        try
        {
            using var reader = new StreamReader(request.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: false);
            return await reader.ReadToEndAsync(cancellation);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event was not taken: {Code} (from {Address})")]
    private static partial void NotTaken(ILogger log, string code, string? address);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Id} ({Type}, {Object}) is taken in")]
    private static partial void Taken(ILogger log, string id, string type, string @object);
}

/// <summary>What a signature is worth.</summary>
internal sealed record Signature(string Code)
{
    public static readonly Signature Good = new("good");

    /// <summary>Signed with a secret of ours, but not now.</summary>
    public static readonly Signature Stale = new("signature-stale");
    public static readonly Signature Invalid = new("signature-invalid");

    /// <summary>Against each secret: while one is changed for another, both are good. By the clock that is given, which in Development is moved.</summary>
    public static Signature Of(string body, string header, IEnumerable<string> secrets, long tolerance, long now)
    {
        var result = Invalid;
        foreach (var secret in secrets)
        {
            if (IsValid(body, header, secret, tolerance, now)) return Good;
            if (IsValid(body, header, secret, long.MaxValue / 2, now)) result = Stale;
        }
        return result;
    }

    private static bool IsValid(string body, string header, string secret, long tolerance, long now)
    {
        try
        {
            EventUtility.ValidateSignature(body, header, secret, tolerance, now);
            return true;
        }
        catch (Exception e) when (e is StripeException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException or KeyNotFoundException)
        {
            // The header can be anything that anybody sends.
            return false;
        }
    }
}

/// <summary>What is kept of an event: that it was, and what to look at.</summary>
/// <param name="Id">The event's.</param>
/// <param name="Type">As in <c>invoice.paid</c>.</param>
/// <param name="ObjectId">What to fetch: the thing itself, or what it belongs to.</param>
internal sealed record EventPointer(string Id, string Type, string ObjectId)
{
    private const int MostLength = 255;

    /// <summary>Null where it is no event.</summary>
    public static EventPointer? Of(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (Text(json.RootElement, "id") is not { } id || Text(json.RootElement, "type") is not { } type || !json.RootElement.TryGetProperty("data", out var data)) return null;
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("object", out var thing) || thing.ValueKind != JsonValueKind.Object) return null;
            return new EventPointer(id, type, LookAt(thing, data) ?? "");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A charge, a refund or a dispute is seen at its payment; a card at its customer; also at the one it was taken away from.
    private static string? LookAt(JsonElement thing, JsonElement data) => Text(thing, "object") switch
    {
        "charge" or "refund" or "dispute" => Text(thing, "payment_intent") ?? Text(thing, "id"),
        "payment_method" or "setup_intent" or "customer_balance_transaction" or "discount" => Text(thing, "customer") ?? Before(data, "customer") ?? Text(thing, "id"),
        "invoice_payment" or "invoiceitem" => Text(thing, "invoice") ?? Text(thing, "id"),
        _ => Text(thing, "id"),
    };

    private static string? Before(JsonElement data, string name) =>
        data.TryGetProperty("previous_attributes", out var before) && before.ValueKind == JsonValueKind.Object ? Text(before, name) : null;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MostLength } text ? text : null;
}
