using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Portal;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The billing portal: cards, subscription, invoices.</summary>
internal static class PortalPages
{
    public static void Map(WebApplication app, Simulation simulation)
    {
        app.MapGet("/p/session/{id}", context => Show(context, simulation));
        app.MapPost("/p/session/{id}/cards", context => Do(context, simulation, (work, session, form) =>
        {
            var (method, wrong) = Forms.Card(work, form);
            if (method is not null) return Portals.Add(work, session, method);
            session.Notice = wrong;
            return session.Url;
        }));
        app.MapPost("/p/session/{id}/cards/{card}/default", context => Do(context, simulation, (work, session, _) => Own<PaymentMethod>(work, session, context, "card", m => m.Customer, method => Portals.MakeDefault(work, method))));
        app.MapPost("/p/session/{id}/cards/{card}/remove", context => Do(context, simulation, (work, session, _) => Own<PaymentMethod>(work, session, context, "card", m => m.Customer, method => PaymentMethods.Detach(work, method))));
        app.MapPost("/p/session/{id}/subscriptions/{subscription}/cancel", context => Do(context, simulation, (work, session, _) => Ends(work, session, context, true)));
        app.MapPost("/p/session/{id}/subscriptions/{subscription}/resume", context => Do(context, simulation, (work, session, _) => Ends(work, session, context, false)));
    }

    private static string Ends(Work work, PortalSession session, HttpContext context, bool cancels) =>
        Own<Subscription>(work, session, context, "subscription", s => s.Customer, subscription => Portals.CancelAtPeriodEnd(work, subscription, cancels));

    // What is not this customer's is not there.
    private static string Own<T>(Work work, PortalSession session, HttpContext context, string name, Func<T, string?> owner, Action<T> done) where T : Resource
    {
        if (work.Find<T>((string)context.GetRouteValue(name)!) is { } own && owner(own) == session.Customer) done(own);
        return session.Url;
    }

    private static async Task Show(HttpContext context, Simulation simulation)
    {
        var page = await simulation.Do(work => Open(work, context) is not { } session ? null : Page(work, session, simulation.Options.BusinessName), context.RequestAborted);
        await Layout.Write(context, page ?? Closed(simulation), page is null ? 404 : 200);
    }

    private static async Task Do(HttpContext context, Simulation simulation, Func<Work, PortalSession, IFormCollection, string> done)
    {
        var form = await Forms.Read(context);
        var next = await simulation.Do(work =>
        {
            if (Open(work, context) is not { } session) return null;
            session.Notice = null;
            return done(work, session, form);
        }, context.RequestAborted);
        if (next is null) await Layout.Write(context, Closed(simulation), 404);
        else context.Response.Redirect(next);
    }

    private static PortalSession? Open(Work work, HttpContext context) =>
        work.Find<PortalSession>((string)context.GetRouteValue("id")!) is { } session && work.Time <= session.Created + PortalSession.Open ? session : null;

    private static string Page(Work work, PortalSession session, string business)
    {
        var customer = work.Get<Customer>(session.Customer);
        return Layout.Page("Billing", business, Html.Of(
            $"""
            <h1>Billing at {business}</h1>
            <p class="soft">{customer.Name ?? customer.Email ?? customer.Id}</p>
            {Layout.Notice(session.Notice)}
            {(session.ReturnUrl is null ? Html.None : Html.Of($"""<a class="button quiet" href="{session.ReturnUrl}">Back to {business}</a>"""))}
            {Html.Join(work.Where<Subscription>("customer", customer.Id).Where(s => s.Lives).Select(s => OfSubscription(work, session, s)))}
            <h2>Cards</h2>
            <ul class="plain">{Html.Join(work.Where<PaymentMethod>("customer", customer.Id).Select(m => OfCard(session, customer, m)))}</ul>
            <details><summary>Add a card</summary>
            <form method="post" action="/p/session/{session.Id}/cards">{Forms.CardFields("Save card", null)}</form>
            </details>
            <h2>Invoices</h2>
            {Invoices(work, customer)}
            """));
    }

    private static Html OfSubscription(Work work, PortalSession session, Subscription subscription)
    {
        var item = subscription.Items.Data[0];
        var (until, path) = (DateTimeOffset.FromUnixTimeSeconds(subscription.PeriodEnd), $"/p/session/{session.Id}/subscriptions/{subscription.Id}");
        return Html.Of(
            $"""
            <h2>{Invoicing.Name(work, item)}</h2>
            <p>{Money.Words(item.Amount, subscription.Currency)} a {item.Price.Recurring!.Interval} · {subscription.Status.Replace('_', ' ')}<br>
            {(subscription.CancelAtPeriodEnd ? "Ends" : "Renews")} on {until:d MMMM yyyy}</p>
            <form method="post" action="{path}/{(subscription.CancelAtPeriodEnd ? "resume" : "cancel")}"><button class="quiet">{(subscription.CancelAtPeriodEnd ? "Keep the subscription" : "Cancel at the end of the period")}</button></form>
            """);
    }

    private static Html OfCard(PortalSession session, Customer customer, PaymentMethod method)
    {
        var path = $"/p/session/{session.Id}/cards/{method.Id}";
        var words = Forms.Words(method);
        var isDefault = customer.InvoiceSettings.DefaultPaymentMethod == method.Id;
        return Html.Of(
            $"""
            <li><span>{words}, {method.Card.ExpMonth:00}/{method.Card.ExpYear % 100:00}{(isDefault ? " · default" : "")}</span>
            <div class="row">
            {(isDefault ? Html.None : Html.Of($"""<form method="post" action="{path}/default"><button class="quiet" aria-label="Make default: {words}">Make default</button></form>"""))}
            <form method="post" action="{path}/remove"><button class="quiet" aria-label="Remove: {words}">Remove</button></form>
            </div></li>
            """);
    }

    private static Html Invoices(Work work, Customer customer)
    {
        var invoices = Enumerable.Reverse(work.Where<Invoice>("customer", customer.Id)).Where(i => i.Status != "draft").Take(24).ToList();
        if (invoices.Count == 0) return Html.Of($"""<p class="soft">None yet.</p>""");
        return Html.Of($"""
            <table><caption class="soft">Newest first</caption><tbody>
            {Html.Join(invoices.Select(i => Html.Of($"""<tr><th scope="row"><a href="{i.HostedInvoiceUrl}">{i.Number}</a> · {DateTimeOffset.FromUnixTimeSeconds(i.Created):d MMM yyyy} · {i.Status}</th><td>{Money.Words(i.Total, i.Currency)}</td></tr>""")))}
            </tbody></table>
            """);
    }

    private static string Closed(Simulation simulation) => Layout.Page("Closed", simulation.Options.BusinessName, Html.Of($"<h1>This page has closed</h1><p>It is open for an hour. Open it again where you came from.</p>"));
}
