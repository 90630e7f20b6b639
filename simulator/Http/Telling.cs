using System.Globalization;
using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>Answers as JSON, with what the caller asked to be expanded.</summary>
internal sealed class Telling(Work work)
{
    /// <summary>Lists that are told only where they are asked for: type and field.</summary>
    private static readonly Dictionary<(string Type, string Field), (string Url, Func<Work, string, IEnumerable<Resource>> Items)> Includable = new()
    {
        [("checkout.session", "line_items")] = ("/v1/checkout/sessions/{0}/line_items", (work, id) => work.Get<Session>(id).Lines),
        [("customer", "subscriptions")] = ("/v1/customers/{0}/subscriptions", (work, id) => work.Where<Subscription>("customer", id).Where(s => s.Lives)),
        [("invoice", "payments")] = ("/v1/invoice_payments?invoice={0}", (work, id) => work.Where<InvoicePayment>("invoice", id)),
        [("charge", "refunds")] = ("/v1/charges/{0}/refunds", (work, id) => work.Where<Refund>("charge", id)),
    };

    public JsonObject Tell(object answer, IReadOnlyList<string> expand)
    {
        var told = answer switch
        {
            JsonObject ready => ready,
            Page page => Tell(page),
            Resource resource => Tell(resource),
            _ => Wire.Tell(answer),
        };
        foreach (var path in expand)
        {
            if (path.Split('.') is not { Length: <= 5 } steps) throw ApiException.Invalid($"You cannot expand more than 4 levels of a property: {path}", "expand");
            Expand(told, steps, path);
        }
        return told;
    }

    private static JsonObject Tell(Resource resource) =>
        resource is IDeletable { Deleted: true } ? new() { ["id"] = resource.Id, ["object"] = resource.Object, ["deleted"] = true } : Wire.Tell(resource);

    private JsonObject Tell(Page page) => new()
    {
        ["object"] = "list", ["data"] = new JsonArray([.. page.Items.Select(Tell)]), ["has_more"] = page.HasMore, ["url"] = page.Url,
    };

    private void Expand(JsonNode? at, ReadOnlySpan<string> steps, string path)
    {
        if (steps.IsEmpty) return;
        if (at is JsonArray array)
        {
            foreach (var item in array) Expand(item, steps, path);
            return;
        }
        if (at is not JsonObject owner) return;
        var step = steps[0];
        if (!owner.ContainsKey(step)) IncludeList(owner, step, path);
        switch (owner[step])
        {
            case JsonValue value when Linked(value) is { } linked:
                owner[step] = linked;
                break;
            case JsonArray ids:
                for (var i = 0; i < ids.Count; i++)
                {
                    if (ids[i] is JsonValue id && Linked(id) is { } item) ids[i] = item;
                }
                break;
        }
        Expand(owner[step], steps[1..], path);
    }

    private void IncludeList(JsonObject owner, string step, string path)
    {
        if (!Includable.TryGetValue(((string?)owner["object"] ?? "", step), out var included)) throw ApiException.Invalid($"This property cannot be expanded ({path}).", "expand");
        var id = (string)owner["id"]!;
        owner[step] = Tell(new Page([.. included.Items(work, id)], false, string.Format(CultureInfo.InvariantCulture, included.Url, id)));
    }

    private JsonObject? Linked(JsonValue value) => value.TryGetValue(out string? id) && work.Find(id) is { } linked ? Tell(linked) : null;
}

/// <summary>Keeps answering by its id after it was deleted.</summary>
internal interface IDeletable
{
    bool Deleted { get; }
}
