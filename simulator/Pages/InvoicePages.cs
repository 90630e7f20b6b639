using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The hosted page of an invoice, on which it can be paid; its PDF; receipts of charges.</summary>
internal static class InvoicePages
{
    public static void Map(WebApplication app, Simulation simulation)
    {
        app.MapGet("/i/{secret}/{id}", context => Show(context, simulation));
        app.MapPost("/i/{secret}/{id}", context => Pay(context, simulation));
        app.MapGet("/i/{secret}/{id}/pdf", context => Pdf(context, simulation));
        app.MapGet("/receipts/{id}", context => Receipt(context, simulation));
    }

    private static async Task Show(HttpContext context, Simulation simulation)
    {
        var page = await simulation.Do(work => Find(work, context) is { } invoice ? Page(work, invoice, simulation.Options.BusinessName) : null, context.RequestAborted);
        await Layout.Write(context, page ?? Missing(simulation), page is null ? 404 : 200);
    }

    private static async Task Pay(HttpContext context, Simulation simulation)
    {
        var form = await Forms.Read(context);
        var (next, wrong) = await simulation.Do(work => Find(work, context) is { } invoice ? Pay(work, invoice, form) : (null, null), context.RequestAborted);
        if (next is not null) context.Response.Redirect(next);
        else
        {
            var page = await simulation.Do(work => Find(work, context) is { } invoice ? Page(work, invoice, simulation.Options.BusinessName, wrong) : null, context.RequestAborted);
            await Layout.Write(context, page ?? Missing(simulation), page is null ? 404 : 200);
        }
    }

    private static (string? Next, string? Wrong) Pay(Work work, Invoice invoice, IFormCollection form)
    {
        if (invoice.Status != "open") return (invoice.HostedInvoiceUrl, null);
        var (method, wrong) = Forms.Card(work, form);
        if (method is null) return (null, wrong);
        if (Collecting.Pay(work, invoice, method, Presence.Present) is { } refused) return (null, refused.Message);
        return (invoice.Status == "paid" ? invoice.HostedInvoiceUrl : work.Get<PaymentIntent>(invoice.PaymentIntent!).NextAction!.RedirectToUrl!.Url, null);
    }

    private static async Task Pdf(HttpContext context, Simulation simulation)
    {
        var pdf = await simulation.Do(work => Find(work, context) is { } invoice ? PlainPdf.Of(Lines(invoice, simulation.Options.BusinessName)) : null, context.RequestAborted);
        if (pdf is null)
        {
            await Layout.Write(context, Missing(simulation), 404);
            return;
        }
        context.Response.ContentType = "application/pdf";
        await context.Response.Body.WriteAsync(pdf, context.RequestAborted);
    }

    private static async Task Receipt(HttpContext context, Simulation simulation)
    {
        var page = await simulation.Do(work => work.Find<Charge>((string)context.GetRouteValue("id")!) is { Status: "succeeded" } charge ? Page(charge, simulation.Options.BusinessName) : null, context.RequestAborted);
        await Layout.Write(context, page ?? Missing(simulation), page is null ? 404 : 200);
    }

    private static string Page(Work work, Invoice invoice, string business, string? wrong = null) => Layout.Page($"Invoice {invoice.Number}", business, Html.Of(
        $"""
        <h1>Invoice {invoice.Number}</h1>
        <p class="soft">{business} · {Day(invoice.Created)} · {invoice.Status}</p>
        <p class="total">{Money.Words(invoice.Status == "paid" ? invoice.AmountPaid : invoice.AmountDue, invoice.Currency)}</p>
        {Layout.Notice(wrong)}
        <table>
        <tbody>{Html.Join(invoice.Lines.Data.Select(l => Row(l.Description ?? "", l.Amount, invoice.Currency)))}</tbody>
        <tfoot>
        {Html.Join(invoice.TotalDiscountAmounts.Select(d => Row("Discount", -d.Amount, invoice.Currency)))}
        {Html.Join(invoice.TotalTaxes.Select(t => Row(Tax(work, t), t.Amount, invoice.Currency)))}
        {(invoice.StartingBalance == 0 ? Html.None : Row("Credit applied", invoice.StartingBalance - (invoice.EndingBalance ?? invoice.StartingBalance), invoice.Currency))}
        {Row("Amount due", invoice.AmountDue, invoice.Currency)}
        </tfoot>
        </table>
        {(invoice.Status == "open" ? Html.Of($"""<form method="post">{Forms.CardFields($"Pay {Money.Words(invoice.AmountDue, invoice.Currency)}", null)}</form>""") : Html.None)}
        <a class="button quiet" href="{invoice.InvoicePdf}">Download PDF</a>
        """));

    private static string Page(Charge charge, string business) => Layout.Page("Receipt", business, Html.Of(
        $"""
        <h1>Receipt from {business}</h1>
        <p class="total">{Money.Words(charge.Captured ? charge.AmountCaptured : charge.Amount, charge.Currency)}</p>
        <p>{(charge.Captured ? "Paid" : charge.Refunded ? "Authorisation let go" : "Authorised")} on {Day(charge.Created)} with {charge.PaymentMethodDetails.Card.Brand} ending in {charge.PaymentMethodDetails.Card.Last4}.</p>
        {(charge.Description is null ? Html.None : Html.Of($"<p>{charge.Description}</p>"))}
        {(charge is { AmountRefunded: > 0, Captured: true } ? Html.Of($"<p>Given back: {Money.Words(charge.AmountRefunded, charge.Currency)}</p>") : Html.None)}
        <p class="soft">{charge.Id}</p>
        """));

    private static Html Row(string words, long amount, string currency) => Html.Of($"""<tr><th scope="row">{words}</th><td>{Money.Words(amount, currency)}</td></tr>""");

    private static string Tax(Work work, TaxAmount tax)
    {
        var rate = work.Get<Catalogue.TaxRate>(tax.TaxRateDetails.TaxRate);
        return $"{rate.DisplayName} {rate.Percentage:0.##} %{(rate.Inclusive ? " (included)" : "")}";
    }

    private static IEnumerable<string> Lines(Invoice invoice, string business) =>
    [
        business, $"Invoice {invoice.Number}", Day(invoice.Created), invoice.CustomerName ?? invoice.CustomerEmail ?? invoice.Customer, "Simulated: no money moved.", "",
        .. invoice.Lines.Data.Select(l => $"{l.Description}   {Money.Words(l.Amount, invoice.Currency)}"), "",
        .. invoice.TotalDiscountAmounts.Select(d => $"Discount   {Money.Words(-d.Amount, invoice.Currency)}"),
        .. invoice.TotalTaxes.Select(t => $"Tax ({t.TaxBehavior})   {Money.Words(t.Amount, invoice.Currency)}"),
        $"Total   {Money.Words(invoice.Total, invoice.Currency)}", $"Amount due   {Money.Words(invoice.AmountDue, invoice.Currency)}", $"Status: {invoice.Status}",
    ];

    private static string Day(long at) => DateTimeOffset.FromUnixTimeSeconds(at).ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);

    private static Invoice? Find(Work work, HttpContext context) =>
        work.Find<Invoice>((string)context.GetRouteValue("id")!) is { Status: not "draft" } invoice && invoice.Secret == (string)context.GetRouteValue("secret")! ? invoice : null;

    private static string Missing(Simulation simulation) => Layout.Page("Not here", simulation.Options.BusinessName, Html.Of($"<h1>There is no such page</h1><p>The link is incomplete.</p>"));
}
