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
        var money = api.MapGroup("").WithTags("Money");
        money.MapGet("/accounts", StaffAccounts.List).RequireAuthorization(Allow.StaffRead).WithSummary("Accounts, by id").WithDescription("standing is good, late, overdue or suspended; q is part of a name or an id.");
        money.MapPost("/accounts/{id}/adjustments", StaffAccounts.Adjust).RequireAuthorization(Allow.Staff).WithSummary("Correct somebody's book, with a reason")
            .WithDescription("The Idempotency-Key is the correction's id: the same again is the same correction.").ProducesProblem(StatusCodes.Status409Conflict);
        money.MapPost("/accounts/{id}/entries/{entryId:guid}/answer", StaffAccounts.Answer).RequireAuthorization(Allow.Staff).WithSummary("Answer an objection")
            .WithDescription("Accepted, the charge is taken back, and what was paid of it is paid back.").ProducesProblem(StatusCodes.Status409Conflict);
        money.MapGet("/revenue", AccountingEndpoints.Revenue).RequireAuthorization(Allow.StaffRead).WithSummary("What was earned in a period, beside the period before")
            .WithDescription("from and to are days; to is the first that is not in it. by is day, month, kind, tool or plan.");
        money.MapGet("/accounting/export", AccountingEndpoints.Export).RequireAuthorization(Allow.StaffRead).WithSummary("The books of a period, for a bookkeeping program")
            .WithDescription("format is csv (one row a line) or hledger (a journal in double entry, also for ledger-cli).");
    }
}

/// <summary>What staff's side of money stands on.</summary>
internal static class StaffMoneySetup
{
    public static void AddStaffMoney(this IServiceCollection services) => services.AddScoped<StaffMoneyDesk>().AddScoped<PayerNames>().AddSingleton<ReconciliationRun>().AddScoped<Holders>().AddScoped<RevenueBook>().AddScoped<AccountingExport>();
}
