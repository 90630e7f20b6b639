namespace Makerspace.PaymentSimulator.Pages;

/// <summary>For whoever opens the simulator's address: what this is.</summary>
internal static class FrontPage
{
    public static void Map(WebApplication app, Simulation simulation) => app.MapGet("/", async context =>
    {
        var books = await simulation.Do(Books.Of, context.RequestAborted);
        await Layout.Write(context, Layout.Page("Payment simulator", simulation.Options.BusinessName, Html.Of(
            $"""
            <h1>Payment simulator</h1>
            <p>It stands in for the payment provider while none is configured: it speaks the provider's API (version {PaymentSimulatorServer.ApiVersion}), shows its pages, and keeps its own books. Nothing here is real money.</p>
            <table><caption class="soft">Its books</caption><tbody>
            <tr><th scope="row">Payments</th><td>{books.Payments.Count(p => p.Status == "succeeded")}</td></tr>
            <tr><th scope="row">Refunds</th><td>{books.Refunds.Count}</td></tr>
            <tr><th scope="row">Disputes</th><td>{books.Disputes.Count}</td></tr>
            <tr><th scope="row">Subscriptions that live</th><td>{books.Subscriptions.Count(s => s.Status is not ("canceled" or "incomplete_expired"))}</td></tr>
            </tbody></table>
            """)));
    });
}
