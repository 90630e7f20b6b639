using System.Security.Claims;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Web.Http;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Billing;

/// <summary>
/// What a payer does with their account, for pages and API alike. Whose account it is and what the caller may is asked of <see cref="AccountAccess"/> first;
/// what things cost is what the space sells, never what the caller says.
/// </summary>
internal sealed partial class MoneyDesk(IGrainFactory grains, AccountAccess access, IPaymentDesk payments, PastCharges past, ILogger<MoneyDesk> logger)
{
    private static readonly YearMonthPattern Months = YearMonthPattern.CreateWithInvariantCulture("uuuu-MM");

    /// <summary>The account, where the caller may see it.</summary>
    public Task<AllowedAccount?> Find(ClaimsPrincipal user, string accountId) => access.Find(user, accountId);

    /// <summary>The account as it is; empty in a space that sells nothing, whose accounts are never called.</summary>
    public async Task<AccountView> View(string accountId, SpaceFacts space) =>
        space.Billing is null ? new AccountView { Id = accountId } : await Grain(accountId).View();

    /// <summary>The same after a look at the payment provider, for somebody who comes back from there.</summary>
    public async Task<AccountView> Look(string accountId, SpaceFacts space, CancellationToken cancellation) =>
        (space.Billing is null ? null : await Reached(() => payments.Look(accountId, cancellation))) ?? await View(accountId, space);

    /// <summary>Changes what the payer wants of their subscription.</summary>
    public async Task<AccountAnswer> Change(AllowedAccount account, SubscriptionChange change, SpaceFacts space, string actor)
    {
        if (space.Billing is null) return Refused(account, "not-sold");
        var taken = account.Company?.Definition.People?.Count(p => p.Seat) ?? 0;
        return await Grain(account.AccountId).ChangeSubscription(change with { Space = space, SeatsTaken = taken }, actor);
    }

    /// <summary>Asks for what is owed at once.</summary>
    public Task<AccountAnswer> Collect(AllowedAccount account, SpaceFacts space, string actor) =>
        space.Billing is null || !account.MayPay ? Task.FromResult(Refused(account, "nothing-owed")) : Grain(account.AccountId).Collect(actor);

    /// <summary>Objects to a charge.</summary>
    public async Task<AccountAnswer> Object(AllowedAccount account, Guid entryId, string words, SpaceFacts space, string actor) =>
        space.Billing is null || !account.MayPay ? new AccountAnswer(new AccountView { Id = account.AccountId }, []) { Missing = "entry" }
            : await past.About(account.AccountId, entryId, grain => grain.Object(entryId, words, actor));

    /// <summary>Begins a purchase and opens the payment provider's page for it; neither a page nor a refusal where the provider does not answer.</summary>
    public async Task<CheckoutAnswer> Checkout(AllowedAccount account, PurchaseRequest wanted, SpaceFacts space, Uri returnTo, CancellationToken cancellation)
    {
        if (space.Billing is null || !account.MayPay || (wanted.Kind == PurchaseKind.Plan && !account.MayManage)) return new CheckoutAnswer(null, null, [new NotPossible("not-sold")]);
        return await Reached(() => payments.Checkout(account.AccountId, wanted with { Space = space }, returnTo, cancellation)) ?? new CheckoutAnswer(null, null, []);
    }

    /// <summary>The payment provider's page for cards; null where the payer is not known there yet, or it does not answer.</summary>
    public Task<Uri?> Portal(AllowedAccount account, Uri returnTo, CancellationToken cancellation) => !account.MayPay ? Task.FromResult<Uri?>(null) : Reached(() => payments.Portal(account.AccountId, returnTo, cancellation));

    // A provider that does not answer is no reason for a page to fail.
    private async Task<T?> Reached<T>(Func<Task<T>> ask) where T : class?
    {
        try { return await ask(); }
        catch (PaymentsUnavailableException failure)
        {
            LogUnreachable(failure);
            return null;
        }
    }

    /// <summary>The currency of its money: the account's own from the first entry on.</summary>
    public static string Currency(AccountView account, SpaceFacts space) => account.Currency.Length > 0 ? account.Currency : space.Currency;

    /// <summary>A month as <c>2026-12</c>.</summary>
    public static string Name(YearMonth month) => Months.Format(month);

    /// <summary>The month of that name; null where it is none that may be asked for.</summary>
    public static YearMonth? Month(string? text) => text is { Length: 7 } && Months.Parse(text) is { Success: true, Value: var month } && month.Year is >= 2000 and < 2100 ? month : null;

    /// <summary>Where a browser comes back to: this site as it was asked for, or as it is told to be called.</summary>
    public static Uri Return(HttpRequest request, IConfiguration configuration, string path) => new(configuration.PublicUrl(request) + path);

    private static AccountAnswer Refused(AllowedAccount account, string reason) => new(new AccountView { Id = account.AccountId }, [new NotPossible(reason)]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The payment provider did not answer somebody who waits")]
    private partial void LogUnreachable(Exception failure);

    private IAccountGrain Grain(string accountId) => grains.GetGrain<IAccountGrain>(Keys.Account(accountId));
}
