using Makerspace.Web.Accounts;

namespace Makerspace.Web.Billing;

/// <summary>What staff sell and keep account of.</summary>
internal static class StaffMoneyEndpoints
{
    public static void MapStaffMoney(this RouteGroupBuilder api)
    {
        var products = api.MapGroup("/products").WithTags("Money");
        products.MapGet("", Products.List).RequireAuthorization(Allow.Read).WithSummary("Packs and day passes, by id");
        products.MapPost("", Products.Add).RequireAuthorization(Allow.Staff).WithSummary("Add a pack or a day pass").ProducesProblem(StatusCodes.Status409Conflict);
        products.MapPatch("/{id}", Products.Change).RequireAuthorization(Allow.Staff).WithSummary("Change a pack or a day pass (JSON merge patch)")
            .WithDescription("What was sold stays as it was sold.");
    }
}
