using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>Saving a card for later payments.</summary>
internal sealed class SetupIntent : TestResource
{
    public override string Object => "setup_intent";
    public string? Application => null;
    public AutomaticMethods? AutomaticPaymentMethods { get; set; }
    public string? CancellationReason { get; set; }
    public string ClientSecret { get; set; } = "";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public string? FlowDirections => null;
    public JsonObject? LastSetupError { get; set; }
    public string? LatestAttempt => null;
    public string? Mandate => null;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public NextAction? NextAction { get; set; }
    public string? PaymentMethod { get; set; }
    public JsonObject PaymentMethodOptions => new() { ["card"] = new JsonObject { ["request_three_d_secure"] = "automatic" } };
    public List<string> PaymentMethodTypes => ["card"];
    public string? SingleUseMandate => null;
    public string Status { get; set; } = "requires_payment_method";
    public string Usage { get; set; } = "off_session";
    [Inner] public string? Session { get; set; }
    [Inner] public string? ReturnUrl { get; set; }
    [Inner] public string? Clock { get; set; }

    /// <summary>The portal's: the card becomes the default.</summary>
    [Inner] public bool MakesDefault { get; set; }

    [JsonIgnore] public override string? OnClock => Clock;
}

internal static class SettingUp
{
    public static SetupIntent Begin(Work work, Customer? customer, Dictionary<string, string> metadata, string? session)
    {
        var id = Ids.New("seti");
        var intent = work.Add(new SetupIntent
        {
            Id = id, ClientSecret = Ids.Secret(id), Created = work.Now(customer?.TestClock), Clock = customer?.TestClock, Customer = customer?.Id, Metadata = new(metadata, StringComparer.Ordinal), Session = session,
        });
        work.Emit("setup_intent.created", intent);
        return intent;
    }

    /// <summary>Tries to save; why it was refused, or null. With somebody present they may have to confirm.</summary>
    public static CardRefusal? Try(Work work, SetupIntent intent, PaymentMethod method, Presence presence)
    {
        intent.PaymentMethod = method.Id;
        (intent.NextAction, intent.LastSetupError) = (null, null);
        var card = method.Test;
        if (card.Challenge != Challenge.Never && presence == Presence.Present)
        {
            intent.Status = "requires_action";
            intent.NextAction = new() { RedirectToUrl = new(intent.ReturnUrl, $"{work.PublicAddress}/challenge/{intent.ClientSecret}") };
            work.Emit("setup_intent.requires_action", intent);
            return null;
        }
        var refusal = card.Refused ?? (card.Challenge != Challenge.Never && presence == Presence.Absent ? TestCards.AuthenticationRequired : null);
        if (refusal is not null) return Refuse(work, intent, method, refusal);
        if (intent.Customer is { } owner) PaymentMethods.Attach(work, method, work.Get<Customer>(owner), confirmed: presence == Presence.Confirmed);
        intent.Status = "succeeded";
        work.Emit("setup_intent.succeeded", intent);
        return null;
    }

    public static CardRefusal Refuse(Work work, SetupIntent intent, PaymentMethod? method, CardRefusal refusal)
    {
        (intent.Status, intent.PaymentMethod, intent.NextAction) = ("requires_payment_method", null, null);
        intent.LastSetupError = Paying.Error(refusal, method);
        work.Emit("setup_intent.setup_failed", intent);
        return refusal;
    }
}

internal static class SetupIntentCalls
{
    public static void Map(Api api)
    {
        api.Post("setup_intents", Create);
        api.Get("setup_intents/{id}", call => call.Work.Get<SetupIntent>(call.Id));
        api.Post("setup_intents/{id}", Update);
        api.Post("setup_intents/{id}/confirm", Confirm);
        api.Post("setup_intents/{id}/cancel", Cancel);
        api.Get("setup_intents", List);
    }

    private static SetupIntent Create(Call call)
    {
        var sent = call.Params;
        var customer = sent.Text("customer") is { } id ? CustomerCalls.Living(call.Work, id) : null;
        var (confirm, method) = (sent.Bool("confirm") ?? false, sent.Text("payment_method"));
        var intent = SettingUp.Begin(call.Work, customer, sent.Metadata(), null);
        intent.Usage = sent.OneOf("usage", "off_session", "on_session") ?? "off_session";
        (intent.Description, intent.ReturnUrl) = (sent.Text("description"), sent.Text("return_url"));
        sent.Texts("payment_method_types");
        sent.Ignore("automatic_payment_methods", "payment_method_options", "mandate_data");
        if (method is not null) (intent.PaymentMethod, intent.Status) = (PaymentMethods.Given(call.Work, method).Id, "requires_confirmation");
        return confirm ? Confirm(call.Work, sent, intent) : intent;
    }

    private static SetupIntent Update(Call call)
    {
        var intent = call.Work.Get<SetupIntent>(call.Id);
        call.Params.Metadata(intent.Metadata);
        if (call.Params.Text("payment_method") is { } method) (intent.PaymentMethod, intent.Status) = (PaymentMethods.Given(call.Work, method).Id, "requires_confirmation");
        return intent;
    }

    private static SetupIntent Confirm(Call call)
    {
        var intent = call.Work.Get<SetupIntent>(call.Id);
        if (intent.Status is "succeeded" or "canceled") throw ApiException.State($"You cannot confirm this SetupIntent because it has already {intent.Status}.", "setup_intent_unexpected_state");
        if (call.Params.Text("payment_method") is { } method) intent.PaymentMethod = PaymentMethods.Given(call.Work, method).Id;
        if (call.Params.Text("return_url") is { } url) intent.ReturnUrl = url;
        call.Params.Ignore("payment_method_options", "mandate_data");
        return Confirm(call.Work, call.Params, intent);
    }

    private static SetupIntent Confirm(Work work, Params sent, SetupIntent intent)
    {
        if (work.Find<PaymentMethod>(intent.PaymentMethod) is not { } method) throw ApiException.State("You cannot confirm this SetupIntent because it's missing a payment method.", "setup_intent_unexpected_state");
        sent.RefuseUnread();
        if (SettingUp.Try(work, intent, method, Presence.Present) is { } refused)
            throw new ApiException(402, "card_error", refused.Message) { Code = refused.Code, DeclineCode = refused.DeclineCode, SetupIntent = intent.Id, PaymentMethod = method.Id, Keeps = true };
        return intent;
    }

    private static SetupIntent Cancel(Call call)
    {
        var intent = call.Work.Get<SetupIntent>(call.Id);
        if (intent.Status is "succeeded" or "canceled") throw ApiException.State($"You cannot cancel this SetupIntent because it has a status of {intent.Status}.", "setup_intent_unexpected_state");
        (intent.Status, intent.CancellationReason, intent.NextAction) = ("canceled", call.Params.OneOf("cancellation_reason", "abandoned", "duplicate", "requested_by_customer"), null);
        call.Work.Emit("setup_intent.canceled", intent);
        return intent;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<SetupIntent>("customer", "payment_method").Where(s => created(s.Created)), "/v1/setup_intents");
    }
}
