using System.Text.Json.Nodes;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>An answer of the API that is not 200: what its error object says.</summary>
internal sealed class ApiException(int status, string type, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Type { get; } = type;
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Param { get; init; }
    public string? Charge { get; init; }

    /// <summary>Ids of what the error is about; told whole.</summary>
    public string? PaymentIntent { get; init; }
    public string? SetupIntent { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary>What was done on the way stands (a charge that failed), and the same key gets the same error again.</summary>
    public bool Keeps { get; init; }

    public static ApiException Invalid(string message, string? param = null, string? code = null) => new(400, "invalid_request_error", message) { Param = param, Code = code };

    public static ApiException Missing(string type, string id, string param) =>
        new(param == "id" ? 404 : 400, "invalid_request_error", $"No such {Words(type)}: '{id}'") { Code = "resource_missing", Param = param };

    public static ApiException Required(string param) => Invalid($"Missing required param: {param}.", param, "parameter_missing");

    public static ApiException State(string message, string code, string? intent = null) => new(400, "invalid_request_error", message) { Code = code, PaymentIntent = intent };

    /// <summary>The error object, without the resources that it names.</summary>
    public JsonObject Tell()
    {
        var told = new JsonObject { ["message"] = Message, ["type"] = Type };
        foreach (var (name, value) in new[] { ("code", Code), ("decline_code", DeclineCode), ("param", Param), ("charge", Charge) })
        {
            if (value is not null) told[name] = value;
        }
        if (Code is not null) told["doc_url"] = "https://docs.stripe.com/error-codes/" + Code.Replace('_', '-');
        return told;
    }

    // "payment_intent" is named so; "checkout.session" is spoken of as "checkout.session"; only invoices' payments differ.
    private static string Words(string type) => type switch { "payment_method" => "PaymentMethod", _ => type };
}
