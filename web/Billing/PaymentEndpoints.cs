using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Something to buy. There is no price in it: that is the space's.</summary>
public sealed record CheckoutBody
{
    public PurchaseKind? Kind { get; init; }

    /// <summary>The plan, or the product.</summary>
    public string? Item { get; init; }

    /// <summary>Of a company's plan: 1 to 1000.</summary>
    public int? Seats { get; init; }

    /// <summary>Of a day pass.</summary>
    public LocalDate? Day { get; init; }

    /// <summary>Of a deposit.</summary>
    public Guid? BookingId { get; init; }

    /// <summary>A path of this site to come back to.</summary>
    public string? ReturnTo { get; init; }
}

/// <summary>Where to come back to.</summary>
public sealed record PortalBody : IOptionalBody
{
    /// <summary>A path of this site.</summary>
    public string? ReturnTo { get; init; }
}

/// <summary>The payment provider's page. Null where nothing is left to pay: it was bought already.</summary>
public sealed record PaymentPageModel(string? Url);

/// <summary>What to compare.</summary>
public sealed record ReconciliationBody : IOptionalBody
{
    /// <summary>One account; all where it is absent.</summary>
    public string? AccountId { get; init; }
}

/// <summary>A comparison of ledger and payment provider.</summary>
/// <param name="FinishedAt">Null where it was broken off.</param>
/// <param name="Accounts">How many were compared.</param>
/// <param name="Objects">How many things of the provider.</param>
public sealed record ReconciliationModel(
    Guid Id, OffsetDateTime StartedAt, OffsetDateTime? FinishedAt, string AskedBy, int Repaired, int Unrepaired, int Accounts, int Objects, IReadOnlyList<ReconciliationFinding> Findings)
{
    internal static ReconciliationModel Of(ReconciliationRow row, SpaceFacts space)
    {
        var report = JsonSerializer.Deserialize<ReconciliationReport>(row.Data, StoredJson.Options)!;
        return new(row.Id, row.StartedAt.In(space), row.FinishedAt?.In(space), row.AskedBy, row.Repaired, row.Findings, report.Accounts, report.Objects, report.Findings);
    }
}

/// <summary>What leads to the payment provider.</summary>
internal static class PaymentEndpoints
{
    public static void MapPayments(this RouteGroupBuilder api)
    {
        var accounts = api.MapGroup("/accounts/{id}").WithTags("Money");
        accounts.MapPost("/checkout", Checkout).RequireAuthorization(Allow.Book).WithSummary("Open the payment provider's page to buy or pay something")
            .WithDescription("The Idempotency-Key is the purchase's id: the same again opens the same page.").ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        accounts.MapPost("/portal", Portal).RequireAuthorization(Allow.Book).WithSummary("Open the payment provider's page of cards and receipts").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        accounts.MapPost("/look", Look).RequireAuthorization(Allow.Book).WithSummary("Look at the payment provider now")
            .WithDescription("For somebody who comes back from its page and should not wait for its word.").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var reconciliations = api.MapGroup("/reconciliations").WithTags("Money");
        reconciliations.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Comparisons of ledger and payment provider, newest first");
        reconciliations.MapPost("", Reconcile).RequireAuthorization(Allow.Staff).WithSummary("Compare ledger and payment provider now").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<PaymentPageModel>, ProblemHttpResult>> Checkout(
        string id, Body<CheckoutBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? key, ClaimsPrincipal user, HttpRequest request, AccountAccess access, IPaymentDesk desk,
        IGrainFactory grains, RefusalText text, IConfiguration configuration, CancellationToken cancellation)
    {
        if (IdempotencyKey.Read(key, out var purchase) is { } noKey) return noKey;
        var (wanted, faults) = (body.Value, new Faults());
        var kind = faults.Required("kind", wanted.Kind);
        faults.OptionalSlug("item", wanted.Item);
        faults.Range("seats", wanted.Seats, 1, 1000);
        var returnTo = ReturnAddress(faults, wanted.ReturnTo, request, configuration);
        if (faults.Any) return faults.Problem;
        if (await access.Find(user, id) is not { } account) return Problem.Unknown("account");
        if (!account.MayPay) return AccountAccess.OnlyToLook;
        if (kind == PurchaseKind.Plan && !account.MayManage) return Problem.Forbidden("not-owner", "Only the company's owners choose its plan.");
        var space = await grains.Space();
        if (space.Billing is null) return BookingAnswers.Declined([new NotPossible("not-sold")], space, text);
        var asked = new PurchaseRequest
        {
            Id = purchase, Kind = kind, Item = wanted.Item, Seats = wanted.Seats ?? 1, Day = wanted.Day, BookingId = wanted.BookingId, Actor = Caller.Of(user).MemberId, Space = space,
        };
        return await Reached<Results<Ok<PaymentPageModel>, ProblemHttpResult>>(request, async () =>
        {
            var answer = await desk.Checkout(account.AccountId, asked, returnTo, cancellation);
            return answer.Refusals.IsEmpty ? TypedResults.Ok(new PaymentPageModel(answer.Url?.AbsoluteUri)) : BookingAnswers.Declined(answer.Refusals, space, text);
        }, unreachable => unreachable);
    }

    private static async Task<Results<Ok<PaymentPageModel>, ProblemHttpResult>> Portal(
        string id, Body<PortalBody> body, ClaimsPrincipal user, HttpRequest request, AccountAccess access, IPaymentDesk desk, IGrainFactory grains, IConfiguration configuration, CancellationToken cancellation)
    {
        var faults = new Faults();
        var returnTo = ReturnAddress(faults, body.Value.ReturnTo, request, configuration);
        if (faults.Any) return faults.Problem;
        if (await access.Find(user, id) is not { } account) return Problem.Unknown("account");
        if (!account.MayPay) return AccountAccess.OnlyToLook;
        if ((await grains.Space()).Billing is null) return NothingThere;
        return await Reached<Results<Ok<PaymentPageModel>, ProblemHttpResult>>(
            request,
            async () => await desk.Portal(account.AccountId, returnTo, cancellation) is { } page ? TypedResults.Ok(new PaymentPageModel(page.AbsoluteUri)) : NothingThere,
            unreachable => unreachable);
    }

    private static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Look(
        string id, ClaimsPrincipal user, HttpRequest request, AccountAccess access, IPaymentDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await access.Find(user, id) is not { } account) return Problem.Unknown("account");
        var space = await grains.Space();
        if (space.Billing is null) return TypedResults.Ok(AccountModel.Of(new AccountView { Id = account.AccountId }, space));
        return await Reached<Results<Ok<AccountModel>, ProblemHttpResult>>(
            request, async () => TypedResults.Ok(AccountModel.Of(await desk.Look(account.AccountId, cancellation), space)), unreachable => unreachable);
    }

    private static async Task<Results<Ok<Page<ReconciliationModel>>, ProblemHttpResult>> List(
        string? after, string? limit, HttpRequest request, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var since = After(faults, after);
        if (faults.Any) return faults.Problem;
        var rows = db.Reconciliations.AsNoTracking();
        if (since is { } before) rows = rows.Where(r => r.StartedAt < before);
        var newest = await rows.OrderByDescending(r => r.StartedAt).Take(most + 1).ToListAsync(cancellation);
        var space = await grains.Space();
        return TypedResults.Ok(Cursor.Page(
            request, newest.ConvertAll(r => ReconciliationModel.Of(r, space)), most, r => Cursor.Of(r.StartedAt.ToInstant().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))));
    }

    private static Instant? After(Faults faults, string? after)
    {
        if (Cursor.Read(faults, after, keys: 1) is not [var text]) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= 4_102_444_800_000) return Instant.FromUnixTimeMilliseconds(at);
        faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
        return null;
    }

    private static async Task<Results<Ok<ReconciliationModel>, ProblemHttpResult>> Reconcile(
        Body<ReconciliationBody> body, ClaimsPrincipal user, HttpRequest request, AccountAccess access, IPaymentDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (body.Value.AccountId is { } one && await access.Find(user, one) is null) return Problem.Unknown("account");
        return await Reached<Results<Ok<ReconciliationModel>, ProblemHttpResult>>(
            request,
            async () => TypedResults.Ok(ReconciliationModel.Of(await desk.Reconcile(body.Value.AccountId, Caller.Of(user).MemberId, cancellation), await grains.Space())),
            unreachable => unreachable);
    }

    private static ProblemHttpResult NothingThere =>
        Problem.Of(StatusCodes.Status409Conflict, "nothing-there", "The payment provider does not know this payer yet: nothing was bought and no card saved.");

    /// <summary>Where a browser comes back to: never another site.</summary>
    private static Uri ReturnAddress(Faults faults, string? path, HttpRequest request, IConfiguration configuration)
    {
        var site = configuration.PublicUrl(request);
        var isPath = path is null || (path.Length <= 500 && path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal));
        if (isPath && Uri.TryCreate(site + (path ?? "/"), UriKind.Absolute, out var address)) return address;
        faults.Add("returnTo", "malformed-path", "returnTo is a path of this site, such as /membership.");
        return new Uri(site);
    }

    private static async Task<T> Reached<T>(HttpRequest request, Func<Task<T>> ask, Func<ProblemHttpResult, T> otherwise)
    {
        try
        {
            return await ask();
        }
        catch (PaymentsUnavailableException)
        {
            request.HttpContext.Response.Headers.RetryAfter = "5";
            return otherwise(Problem.Of(StatusCodes.Status503ServiceUnavailable, "payments-unavailable", "The payment provider cannot be reached now. Send the request again; with the same Idempotency-Key that is safe."));
        }
    }
}
