using System.Globalization;
using System.Security.Claims;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Billing;

/// <summary>What to change of a subscription; what is left out stays.</summary>
public sealed record SubscriptionBody
{
    /// <summary>Another plan on sale, prorated from now on.</summary>
    public string? PlanId { get; init; }

    /// <summary>Of a company: 1 to 1000, and no fewer than are taken.</summary>
    public int? Seats { get; init; }

    /// <summary>Ends with the period that is paid; false takes that back.</summary>
    public bool? CancelAtPeriodEnd { get; init; }

    /// <summary>Collects nothing and covers nothing until resumed.</summary>
    public bool? Paused { get; init; }
}

public sealed record ObjectionBody(string? Words);

/// <summary>A payer's account: read it, change the subscription, pay, object.</summary>
internal static class MoneyEndpoints
{
    public static void MapMoney(this RouteGroupBuilder api)
    {
        api.MapGet("/offers", Offers.List).AllowAnonymous().WithTags("Offers").WithSummary("Plans, packs and day passes on sale").WithDescription("For visitors too.");
        var accounts = api.MapGroup("/accounts/{id}").WithTags("Accounts");
        accounts.MapGet("", Read).RequireAuthorization(Allow.Read).WithSummary("One account")
            .WithDescription("member-… or company-…. Members see their own, a company's owners and bookkeepers the company's.");
        accounts.MapGet("/entries", Entries).RequireAuthorization(Allow.Read).WithSummary("Entries of the book, oldest first").WithDescription("from and to narrow by time.");
        accounts.MapGet("/statement", Month).RequireAuthorization(Allow.Read).WithSummary("A month of the book with a running balance").WithDescription("month is like 2026-12; the present one where it is left out.");
        accounts.MapPatch("/subscription", Change).RequireAuthorization(Allow.Self).WithSummary("Change plan or seats, pause, cancel at the period's end, or take that back").ProducesProblem(StatusCodes.Status409Conflict);
        accounts.MapPost("/collect", Collect).RequireAuthorization(Allow.Self).WithSummary("Ask for what is owed at once").ProducesProblem(StatusCodes.Status409Conflict);
        accounts.MapPost("/entries/{entryId:guid}/objection", Object).RequireAuthorization(Allow.Self).WithSummary("Object to a charge").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, MoneyDesk desk, IGrainFactory grains)
    {
        if (await desk.Find(user, id) is null) return Problem.Unknown("account");
        var space = await grains.Space();
        return TypedResults.Ok(AccountModel.Of(await desk.View(id, space), space));
    }

    private static async Task<Results<Ok<Page<EntryModel>>, ProblemHttpResult>> Entries(
        string id, string? from, string? to, string? after, string? limit, HttpRequest request, ClaimsPrincipal user, MoneyDesk desk, LedgerBook book, IReadModels readModels, IGrainFactory grains,
        CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var (start, end, since) = (faults.Time("from", from), faults.Time("to", to), After(faults, after));
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is null) return Problem.Unknown("account");
        await readModels.CaughtUp(cancellation);
        var rows = book.Of(id);
        if (start is { } s) rows = rows.Where(e => e.At >= s);
        if (end is { } t) rows = rows.Where(e => e.At < t);
        if (since is { } seen) rows = rows.Where(e => e.Seq > seen);
        var found = await rows.OrderBy(e => e.Seq).Take(most + 1).Select(e => new { e.Seq, e.Data }).ToListAsync(cancellation);
        var space = await grains.Space();
        var currency = MoneyDesk.Currency(await desk.View(id, space), space);
        var seqs = found.ConvertAll(e => e.Seq);
        var page = Cursor.Page(request, [.. found.Select(e => EntryModel.Of(LedgerBook.Read(e.Data), currency, space))], most, _ => Cursor.Of(seqs[most - 1].ToString(CultureInfo.InvariantCulture)));
        return TypedResults.Ok(page);
    }

    private static long? After(Faults faults, string? after)
    {
        if (Cursor.Read(faults, after, keys: 1) is not [var text]) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return seq;
        faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
        return null;
    }

    private static async Task<Results<Ok<StatementModel>, ProblemHttpResult>> Month(
        string id, string? month, ClaimsPrincipal user, MoneyDesk desk, LedgerBook book, IReadModels readModels, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var asked = MoneyDesk.Month(month);
        if (month is not null && asked is null) return Problem.Malformed("month", "malformed-month", "month is a year and a month, such as 2026-12.");
        if (await desk.Find(user, id) is null) return Problem.Unknown("account");
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var currency = MoneyDesk.Currency(await desk.View(id, space), space);
        return TypedResults.Ok(StatementModel.Of(await book.Month(id, asked ?? time.Now().InZone(space.Zone).Date.ToYearMonth(), currency, space, cancellation), space));
    }

    private static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Change(
        string id, Body<SubscriptionBody> body, ClaimsPrincipal user, MoneyDesk desk, RefusalText text, IGrainFactory grains)
    {
        var (wanted, faults) = (body.Value, new Faults());
        faults.OptionalSlug("planId", wanted.PlanId);
        faults.Range("seats", wanted.Seats, 1, 1000);
        if (wanted == new SubscriptionBody()) faults.Add(null, "nothing-to-change", "Say what to change: planId, seats, cancelAtPeriodEnd or paused.");
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is not { } account) return Problem.Unknown("account");
        if (!account.MayManage) return Problem.Forbidden("not-owner", "Only the company's owners change its plan and seats.");
        var change = new SubscriptionChange { PlanId = wanted.PlanId, Seats = wanted.Seats, CancelAtPeriodEnd = wanted.CancelAtPeriodEnd, Paused = wanted.Paused };
        var space = await grains.Space();
        return Said(await desk.Change(account, change, space, Caller.Of(user).MemberId), space, text);
    }

    private static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Collect(string id, ClaimsPrincipal user, MoneyDesk desk, RefusalText text, IGrainFactory grains)
    {
        if (await desk.Find(user, id) is not { } account) return Problem.Unknown("account");
        if (!account.MayPay) return AccountAccess.OnlyToLook;
        var space = await grains.Space();
        return Said(await desk.Collect(account, space, Caller.Of(user).MemberId), space, text);
    }

    private static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Object(
        string id, Guid entryId, Body<ObjectionBody> body, ClaimsPrincipal user, MoneyDesk desk, RefusalText text, IGrainFactory grains)
    {
        var faults = new Faults();
        var words = faults.Text("words", body.Value.Words, 2000);
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is not { } account) return Problem.Unknown("account");
        if (!account.MayPay) return AccountAccess.OnlyToLook;
        var space = await grains.Space();
        return Said(await desk.Object(account, entryId, words, space, Caller.Of(user).MemberId), space, text);
    }

    private static Results<Ok<AccountModel>, ProblemHttpResult> Said(AccountAnswer answer, Makerspace.Spaces.SpaceFacts space, RefusalText text)
    {
        if (answer.Missing is { } missing) return Problem.Unknown(missing);
        return answer.Refusals.IsEmpty ? TypedResults.Ok(AccountModel.Of(answer.Account, space)) : BookingAnswers.Declined(answer.Refusals, space, text);
    }
}
