using System.Security.Claims;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>An account in a list.</summary>
/// <param name="Owed">By the ledger; negative: to be paid back.</param>
/// <param name="LateSince">Since when something is owed that could not be taken.</param>
/// <param name="Collection">The taking of it, where one is under way or failed.</param>
/// <param name="Code">Why it failed, the payment provider's code.</param>
/// <param name="Objections">Not answered yet.</param>
public sealed record AccountListModel(
    string Id, string? Name, PayerStanding Standing, Money Owed, OffsetDateTime? LateSince, CollectionModel? Collection, string? Code, int Objections, string? PlanId, string? SubscriptionStatus,
    IReadOnlyDictionary<string, string> Links)
{
    internal static AccountListModel Of(AccountRow row, IReadOnlyDictionary<string, string> names, SpaceFacts space)
    {
        var view = JsonSerializer.Deserialize<AccountView>(row.Data, StoredJson.Options)!;
        var currency = MoneyDesk.Currency(view, space);
        return new AccountListModel(
            row.Id, row.Name ?? names.GetValueOrDefault(row.Id), row.Standing, new Money(row.Owed, currency), row.LateSince?.In(space), CollectionModel.Of(view.Collection, currency, space), view.Collection?.Code, row.Objections, row.PlanId,
            row.SubscriptionStatus, new Dictionary<string, string> { ["self"] = AccountModel.Address(row.Id) });
    }
}

/// <summary>A correction of somebody's book.</summary>
public sealed record AdjustmentBody
{
    /// <summary><c>Credit</c>, <c>Charge</c>, <c>CreditNote</c>, <c>PaymentByHand</c>, <c>WriteOff</c>.</summary>
    public AdjustmentKind? Kind { get; init; }

    /// <summary>More than nothing, in the account's currency.</summary>
    public Money? Amount { get; init; }

    /// <summary>Required, at most 500 characters; the payer reads it.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a credit note: the entry of the charge.</summary>
    public Guid? EntryId { get; init; }
}

/// <summary>An answer to an objection.</summary>
public sealed record AnswerBody
{
    /// <summary>The charge is taken back, and what was paid of it paid back.</summary>
    public bool? Accepted { get; init; }

    /// <summary>How much of it; all where it does not say.</summary>
    public Money? Amount { get; init; }

    /// <summary>Required, at most 2000 characters; the payer reads it.</summary>
    public string? Words { get; init; }
}

#pragma warning disable CA1304, CA1309, CA1311 // these comparisons are the database's: they become SQL

/// <summary>Accounts as staff see and correct them.</summary>
internal static class StaffAccounts
{
    public static async Task<Results<Ok<Page<AccountListModel>>, ProblemHttpResult>> List(
        string? standing, string? q, string? after, string? limit, HttpRequest request, MakerspaceDb db, PayerNames payers, IReadModels models, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var (most, since) = (Cursor.Limit(faults, limit), Cursor.Read(faults, after, keys: 1));
        var wanted = string.IsNullOrEmpty(standing) ? null : (PayerStanding?)AccountingEndpoints.Choice(faults, "standing", standing, PayerStanding.Good);
        faults.OptionalText("q", q, 100);
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        var rows = Found(db, wanted, q);
        if (since is [var seen]) rows = rows.Where(a => string.Compare(a.Id, seen) > 0);
        var found = await rows.OrderBy(a => a.Id).Take(most + 1).ToListAsync(cancellation);
        var (space, names) = (await grains.Space(), await payers.Of(found.Select(a => a.Id), cancellation));
        return TypedResults.Ok(Cursor.Page(request, [.. found.Select(r => AccountListModel.Of(r, names, space))], most, a => Cursor.Of(a.Id)));
    }

    /// <summary>Accounts of a standing whose name or id has the words in it.</summary>
    public static IQueryable<AccountRow> Found(MakerspaceDb db, PayerStanding? standing, string? q)
    {
        var rows = db.Accounts.AsNoTracking();
        if (standing is { } wanted) rows = rows.Where(a => a.Standing == wanted);
        if (q?.Trim() is not { Length: > 0 } words) return rows;
        var pattern = "%" + words.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
        var named = db.Members.Where(m => EF.Functions.Like(m.Name.ToLower(), pattern, "\\")).Select(m => "member-" + m.Id).Concat(db.Companies.Where(c => EF.Functions.Like(c.Name.ToLower(), pattern, "\\")).Select(c => "company-" + c.Id));
        return rows.Where(a => EF.Functions.Like((a.Name ?? "").ToLower(), pattern, "\\") || EF.Functions.Like(a.Id, pattern, "\\") || named.Contains(a.Id));
    }

    public static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Adjust(
        string id, [FromHeader(Name = IdempotencyKey.Header)] string? key, Body<AdjustmentBody> body, ClaimsPrincipal user, MoneyDesk money, StaffMoneyDesk desk, RefusalText text, IGrainFactory grains)
    {
        if (IdempotencyKey.Read(key, out var adjustmentId) is { } missing) return missing;
        var space = await grains.Space();
        if (await money.Find(user, id) is not { } account) return Problem.Unknown("account");
        var faults = new Faults();
        var adjustment = Read(faults, body.Value, adjustmentId, MoneyDesk.Currency(await money.View(id, space), space));
        if (faults.Any) return faults.Problem;
        return Said(await desk.Adjust(account, adjustment, space, Caller.Of(user).MemberId), space, text);
    }

    public static async Task<Results<Ok<AccountModel>, ProblemHttpResult>> Answer(
        string id, Guid entryId, Body<AnswerBody> body, ClaimsPrincipal user, MoneyDesk money, StaffMoneyDesk desk, RefusalText text, IGrainFactory grains)
    {
        var space = await grains.Space();
        if (await money.Find(user, id) is not { } account) return Problem.Unknown("account");
        var (faults, wanted) = (new Faults(), body.Value);
        var accepted = faults.Required("accepted", wanted.Accepted);
        var words = faults.Text("words", wanted.Words, 2000);
        PriceChecks.Currency(faults, "amount", wanted.Amount, MoneyDesk.Currency(await money.View(id, space), space));
        if (wanted.Amount is { Amount: 0 }) faults.Add("amount", "out-of-range", "amount is more than nothing; left out, all of the charge is taken back.");
        if (!accepted && wanted.Amount is not null) faults.Add("amount", "contradiction", "Only an accepted objection takes something back.");
        if (faults.Any) return faults.Problem;
        return Said(await desk.Answer(account, entryId, accepted, wanted.Amount?.Amount, words, space, Caller.Of(user).MemberId), space, text);
    }

    private static Adjustment Read(Faults faults, AdjustmentBody body, Guid id, string currency)
    {
        if (body.Amount is null) faults.Add("amount", "missing-field", "amount is missing.");
        if (body.Amount is { Amount: 0 }) faults.Add("amount", "out-of-range", "amount is more than nothing.");
        PriceChecks.Currency(faults, "amount", body.Amount, currency);
        var kind = faults.Required("kind", body.Kind);
        if (kind == AdjustmentKind.CreditNote && body.Kind is not null && body.EntryId is null) faults.Add("entryId", "missing-field", "A credit note names the entry of the charge.");
        if (kind != AdjustmentKind.CreditNote && body.EntryId is not null) faults.Add("entryId", "contradiction", "Only a credit note is of an entry.");
        return new Adjustment { Id = id, Kind = kind, Amount = body.Amount ?? new Money(0, currency), Reason = faults.Text("reason", body.Reason, StaffMoneyDesk.LongestReason), EntryId = body.EntryId };
    }

    private static Results<Ok<AccountModel>, ProblemHttpResult> Said(AccountAnswer answer, SpaceFacts space, RefusalText text)
    {
        if (answer.Missing is { } missing) return Problem.Unknown(missing);
        return answer.Refusals.IsEmpty ? TypedResults.Ok(AccountModel.Of(answer.Account, space)) : BookingAnswers.Declined(answer.Refusals, space, text);
    }
}
