using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The hosted checkout: what is bought, a card, a promotion code.</summary>
internal static class CheckoutPages
{
    public static void Map(WebApplication app, Simulation simulation)
    {
        app.MapGet("/c/pay/{id}", context => Show(context, simulation));
        app.MapPost("/c/pay/{id}", context => Pay(context, simulation));
        app.MapPost("/c/pay/{id}/promotion", context => Promotion(context, simulation));
    }

    private static async Task Show(HttpContext context, Simulation simulation)
    {
        var page = await simulation.Do(work => work.Find<Session>(Id(context)) is not { } session ? null : Page(work, session, simulation.Options.BusinessName), context.RequestAborted);
        await Layout.Write(context, page ?? Gone(simulation), page is null ? 404 : 200);
    }

    private static async Task Pay(HttpContext context, Simulation simulation)
    {
        var form = await Forms.Read(context);
        var next = await simulation.Do(work => work.Find<Session>(Id(context)) is not { } session ? null : Pay(work, session, form), context.RequestAborted);
        if (next is null) await Layout.Write(context, Gone(simulation), 404);
        else context.Response.Redirect(next);
    }

    // Sent twice, or after it was closed: where it leads now.
    private static string Pay(Work work, Session session, IFormCollection form)
    {
        if (session.Status == "complete") return Success(session);
        if (session.Status != "open" || work.Now(session.Clock) >= session.ExpiresAt) return Address(work, session);
        var (email, name) = (Text(form, "email"), Text(form, "name"));
        if (session.IsFree) return Checkouts.Pay(work, session, null, email, name);
        var (method, wrong) = Text(form, "saved") is { } saved ? (Saved(work, session, saved), "This card is not there any more.") : Forms.Card(work, form);
        if (method is not null) return Checkouts.Pay(work, session, method, email, name);
        session.Notice = wrong;
        return session.Url!;
    }

    private static async Task Promotion(HttpContext context, Simulation simulation)
    {
        var form = await Forms.Read(context);
        var next = await simulation.Do(work =>
        {
            if (work.Find<Session>(Id(context)) is not { Status: "open", AllowPromotionCodes: true } session) return null;
            Checkouts.Enter(work, session, form["code"].ToString());
            return session.Url;
        }, context.RequestAborted);
        if (next is null) await Layout.Write(context, Gone(simulation), 404);
        else context.Response.Redirect(next);
    }

    private static string Page(Work work, Session session, string business)
    {
        if (session.Status == "complete") return Layout.Page("Paid", business, Html.Of($"""<h1>This is done</h1><p>Nothing more is to be paid here.</p><a class="button" href="{Success(session)}">Back to {business}</a>"""));
        if (session.Status == "expired" || work.Now(session.Clock) >= session.ExpiresAt) return Layout.Page("Closed", business, Html.Of($"""<h1>This page has closed</h1><p>It was open for a while and nothing was paid. Begin again where you came from.</p>{Back(session, business)}"""));
        var title = session.Mode switch { "setup" => "Save a card", "subscription" => "Subscribe", _ => "Pay" };
        return Layout.Page(title, business, Html.Of(
            $"""
            <h1>{(session.Mode == "setup" ? $"Save a card with {business}" : $"{title} {business}")}</h1>
            {(session.Mode == "setup" ? Html.Of($"""<p class="soft">It is charged when you book or owe something; nothing is charged now.</p>""") : Sums(session))}
            {Layout.Notice(session.Notice)}
            {(session is { AllowPromotionCodes: true, Coupons.Count: 0 } ? PromotionForm(session) : Html.None)}
            {SavedCards(work, session)}
            <form method="post" action="/c/pay/{session.Id}">
            {(session.IsFree ? Html.Of($"<button>{Button(session)}</button>") : Forms.CardFields(Button(session), work.Find<Customers.Customer>(session.Customer)?.Email is null ? session.CustomerEmail ?? session.CustomerDetails?.Email ?? "" : null))}
            </form>
            {Back(session, business)}
            """));
    }

    private static Html Sums(Session session) => Html.Of(
        $"""
        <p class="total">{Money.Words(session.AmountTotal ?? 0, session.Currency!)}</p>
        {(Checkouts.TrialEnd(session) is { } end ? Html.Of($"""<p>Free until {DateTimeOffset.FromUnixTimeSeconds(end):d MMMM yyyy}, then {Money.Words(session.Lines.Sum(l => l.Price.UnitAmount * l.Quantity), session.Currency!)}{Every(session)}.</p>""") : Html.None)}
        <table>
        <caption class="soft">What you pay today</caption>
        <tbody>{Html.Join(session.Lines.Select(line => Html.Of($"<tr><th scope=\"row\">{line.Description}{(line.Quantity > 1 ? $" × {line.Quantity}" : "")}{(line.Price.Recurring is null ? "" : $", {Money.Words(line.Price.UnitAmount, line.Currency)}{Every(session)}")}</th><td>{Money.Words(line.AmountSubtotal, line.Currency)}</td></tr>")))}</tbody>
        <tfoot>
        {(session.TotalDetails!.AmountDiscount > 0 ? Html.Of($"<tr><th scope=\"row\">Discount</th><td>−{Money.Words(session.TotalDetails.AmountDiscount, session.Currency!)}</td></tr>") : Html.None)}
        {(session.TotalDetails.AmountTax > 0 ? Html.Of($"<tr><th scope=\"row\">{TaxName(session)}</th><td>{Money.Words(session.TotalDetails.AmountTax, session.Currency!)}</td></tr>") : Html.None)}
        <tr><th scope="row">Total</th><td>{Money.Words(session.AmountTotal ?? 0, session.Currency!)}</td></tr>
        </tfoot>
        </table>
        """);

    private static string TaxName(Session session)
    {
        var rates = session.Lines.SelectMany(l => l.TaxRates.Count > 0 ? l.TaxRates : session.Subscribing.DefaultTaxRates).ToList();
        var names = string.Join(", ", rates.Select(r => $"{r.DisplayName} {r.Percentage:0.##} %").Distinct(StringComparer.Ordinal));
        return rates.TrueForAll(r => r.Inclusive) ? names + " (included)" : names;
    }

    private static string Every(Session session) => session.Lines.Select(l => l.Price.Recurring).OfType<Catalogue.Recurring>().FirstOrDefault() is not { } period ? ""
        : period.IntervalCount == 1 ? $" a {period.Interval}" : $" every {period.IntervalCount} {period.Interval}s";

    private static Html PromotionForm(Session session) => Html.Of(
        $"""
        <form method="post" action="/c/pay/{session.Id}/promotion">
        <label for="code">Promotion code</label>
        <div class="pair"><input id="code" name="code" autocomplete="off" autocapitalize="characters" required><button class="quiet" style="margin-top:0">Apply</button></div>
        </form>
        """);

    private static Html SavedCards(Work work, Session session)
    {
        if (session.Mode == "setup" || session.IsFree || session.Customer is null) return Html.None;
        var saved = work.Where<PaymentMethod>("customer", session.Customer);
        if (saved.Count == 0) return Html.None;
        return Html.Of($"""
            <h2>Saved cards</h2>
            <form method="post" action="/c/pay/{session.Id}">
            {Html.Join(saved.Select(m => Html.Of($"""<button class="quiet pick" name="saved" value="{m.Id}"><span>Use {Forms.Words(m)}</span> <span>{m.Card.ExpMonth:00}/{m.Card.ExpYear % 100:00}</span></button>""")))}
            </form>
            <h2>Another card</h2>
            """);
    }

    private static PaymentMethod? Saved(Work work, Session session, string id) => work.Find<PaymentMethod>(id) is { } method && method.Customer is not null && method.Customer == session.Customer ? method : null;

    private static Html Back(Session session, string business) => session.CancelUrl is null ? Html.None : Html.Of($"""<a class="button quiet" href="{session.CancelUrl}">Back to {business} without paying</a>""");

    private static string Button(Session session) => session.Mode switch
    {
        "setup" => "Save card",
        "subscription" when Checkouts.TrialEnd(session) is not null => "Start trial",
        "subscription" => "Subscribe",
        _ => $"Pay {Money.Words(session.AmountTotal ?? 0, session.Currency!)}",
    };

    private static string Success(Session session) => session.SuccessUrl!.Replace("{CHECKOUT_SESSION_ID}", session.Id, StringComparison.Ordinal);

    private static string Address(Work work, Session session) => $"{work.PublicAddress}/c/pay/{session.Id}";

    private static string Id(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static string? Text(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 and <= 500 } text ? text : null;

    private static string Gone(Simulation simulation) => Layout.Page("Not here", simulation.Options.BusinessName, Html.Of($"<h1>There is no such page</h1><p>The link is incomplete, or its payment was begun with another simulator.</p>"));
}
