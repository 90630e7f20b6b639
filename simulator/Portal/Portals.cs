using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Portal;

/// <summary>A link with which a customer sees and changes what is theirs, for an hour.</summary>
internal sealed class PortalSession : TestResource
{
    public const long Open = 3600;

    public override string Object => "billing_portal.session";
    public string Configuration { get; set; } = "bpc_1simulatorDefault";
    public string Customer { get; set; } = "";
    public JsonObject? Flow { get; set; }
    public string? Locale { get; set; }
    public string? OnBehalfOf => null;
    public string? ReturnUrl { get; set; }
    public string Url { get; set; } = "";

    /// <summary>What the page says went wrong last.</summary>
    [Inner] public string? Notice { get; set; }
}

internal static class PortalCalls
{
    public static void Map(Api api) => api.Post("billing_portal/sessions", Create);

    private static PortalSession Create(Call call)
    {
        var sent = call.Params;
        var customer = CustomerCalls.Living(call.Work, sent.Required("customer"));
        var session = call.Work.Add(new PortalSession { Id = Ids.New("bps"), Created = call.Work.Time, Customer = customer.Id, ReturnUrl = sent.Text("return_url"), Locale = sent.Text("locale") });
        if (sent.Text("configuration") is { } configuration) session.Configuration = configuration;
        if (sent.Child("flow_data") is { } flow)
        {
            session.Flow = new() { ["type"] = flow.OneOf("type", "payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm") ?? throw ApiException.Required("flow_data[type]") };
            flow.Ignore("after_completion", "subscription_cancel", "subscription_update", "subscription_update_confirm");
        }
        session.Url = $"{call.Work.PublicAddress}/p/session/{session.Id}";
        return session;
    }
}

/// <summary>What a customer does in the portal.</summary>
internal static class Portals
{
    /// <summary>Saves another card; why not, or where the customer goes on.</summary>
    public static string Add(Work work, PortalSession session, PaymentMethod method)
    {
        var intent = SettingUp.Begin(work, work.Get<Customer>(session.Customer), [], null);
        (intent.MakesDefault, intent.ReturnUrl) = (true, session.Url);
        if (SettingUp.Try(work, intent, method, Presence.Present) is { } refused)
        {
            session.Notice = refused.Message;
            return session.Url;
        }
        if (intent.Status == "requires_action") return intent.NextAction!.RedirectToUrl!.Url;
        MakeDefault(work, method);
        return session.Url;
    }

    /// <summary>The card pays from now on, also for subscriptions.</summary>
    public static void MakeDefault(Work work, PaymentMethod method)
    {
        var customer = work.Get<Customer>(method.Customer!);
        customer.InvoiceSettings.DefaultPaymentMethod = method.Id;
        work.EmitChange("customer.updated", customer);
        foreach (var subscription in work.Where<Subscription>("customer", customer.Id).Where(s => s.Lives))
        {
            subscription.DefaultPaymentMethod = method.Id;
            work.EmitChange("customer.subscription.updated", subscription);
        }
    }

    /// <summary>Ends with the period that is paid, or goes on after all.</summary>
    public static void CancelAtPeriodEnd(Work work, Subscription subscription, bool cancels)
    {
        if (subscription.CancelAtPeriodEnd == cancels) return;
        (subscription.CancelAtPeriodEnd, subscription.CancelAt) = (cancels, cancels ? subscription.PeriodEnd : null);
        subscription.CanceledAt = cancels ? work.Now(subscription.TestClock) : null;
        subscription.CancellationDetails.Reason = cancels ? "cancellation_requested" : null;
        work.EmitChange("customer.subscription.updated", subscription);
    }
}
