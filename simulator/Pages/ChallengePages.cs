using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The payer's bank asks them to confirm (3-D Secure).</summary>
internal static class ChallengePages
{
    public static void Map(WebApplication app, Simulation simulation)
    {
        app.MapGet("/challenge/{secret}", context => Show(context, simulation));
        app.MapPost("/challenge/{secret}", context => Answer(context, simulation));
    }

    private static async Task Show(HttpContext context, Simulation simulation)
    {
        var page = await simulation.Do(work => Asked(work, Secret(context)) is { } asked ? Page(asked, simulation.Options.BusinessName) : null, context.RequestAborted);
        await Layout.Write(context, page ?? Layout.Page("Nothing to confirm", simulation.Options.BusinessName, Html.Of($"<h1>Nothing to confirm</h1><p>This payment was confirmed already, or is not waiting for it.</p>")), page is null ? 404 : 200);
    }

    private static async Task Answer(HttpContext context, Simulation simulation)
    {
        var confirmed = (await Forms.Read(context))["answer"] == "complete";
        var next = await simulation.Do(work => Asked(work, Secret(context)) switch
        {
            PaymentIntent intent => Answer(work, intent, confirmed),
            SetupIntent intent => Answer(work, intent, confirmed),
            _ => null,
        }, context.RequestAborted);
        context.Response.Redirect(next ?? context.Request.Path);
    }

    private static string Answer(Work work, PaymentIntent intent, bool confirmed)
    {
        var method = work.Get<PaymentMethod>(intent.PaymentMethod!);
        var refused = confirmed ? Paying.Try(work, intent, method, Presence.Confirmed) : null;
        if (!confirmed) Paying.Unconfirmed(work, intent);
        if (work.Find<Session>(intent.Session) is { Status: "open" } session)
            return refused is not null ? Checkouts.Refused(session, refused) : Checkouts.Confirmed(work, session, confirmed, method);
        if (work.Find<Billing.Invoice>(intent.Invoice) is { } invoice)
        {
            if (intent.Status == "succeeded") Billing.Collecting.Paid(work, invoice, intent);
            return intent.ReturnUrl ?? invoice.HostedInvoiceUrl!;
        }
        return Back(intent.ReturnUrl, "payment_intent", intent.Id, intent.ClientSecret) ?? $"{work.PublicAddress}/receipts/{intent.LatestCharge}";
    }

    private static string Answer(Work work, SetupIntent intent, bool confirmed)
    {
        var method = work.Get<PaymentMethod>(intent.PaymentMethod!);
        var refused = confirmed
            ? SettingUp.Try(work, intent, method, Presence.Confirmed)
            : SettingUp.Refuse(work, intent, method, new("setup_intent_authentication_failure", null, "The latest attempt to set up the payment method has failed because authentication failed."));
        if (work.Find<Session>(intent.Session) is { Status: "open" } session)
            return confirmed && refused is not null ? Checkouts.Refused(session, refused) : Checkouts.Confirmed(work, session, confirmed, method);
        if (intent.MakesDefault && refused is null) Portal.Portals.MakeDefault(work, method);
        return Back(intent.ReturnUrl, "setup_intent", intent.Id, intent.ClientSecret) ?? "/";
    }

    private static string? Back(string? url, string kind, string id, string secret) =>
        url is null ? null : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{kind}={id}&{kind}_client_secret={secret}&redirect_status=succeeded";

    private static string Page(Resource asked, string business)
    {
        var what = asked is PaymentIntent intent ? $"pay {Money.Words(intent.Amount, intent.Currency)} to {business}" : $"save your card with {business}";
        return Layout.Page("Confirm", business, Html.Of(
            $"""
            <h1>Your bank asks you to confirm</h1>
            <p>3-D Secure, simulated: do you want to {what}?</p>
            <form method="post">
            <button name="answer" value="complete">Complete</button>
            <button class="quiet" name="answer" value="fail">Fail</button>
            </form>
            """));
    }

    // Who knows the secret may confirm.
    private static Resource? Asked(Work work, string secret) => work.Find(secret.Split("_secret_")[0]) switch
    {
        PaymentIntent { Status: "requires_action" } intent when intent.ClientSecret == secret => intent,
        SetupIntent { Status: "requires_action" } intent when intent.ClientSecret == secret => intent,
        _ => null,
    };

    private static string Secret(HttpContext context) => (string)context.GetRouteValue("secret")!;
}
