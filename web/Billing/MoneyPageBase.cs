using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Web.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Billing;

/// <summary>A page about one account: the reader's own, or the one named in the address where they may see it.</summary>
public abstract class MoneyPageBase : PageBase
{
    private static readonly string[] Kept = ["purchase", "bought", "booking"];

    [Inject] private protected MoneyDesk Money { get; set; } = null!;
    [Inject] private protected LedgerBook Book { get; set; } = null!;
    [Inject] private protected MakerspaceDb Data { get; set; } = null!;
    [Inject] private protected IReadModels ReadModels { get; set; } = null!;
    [Inject] private protected IStringLocalizer<Texts> Said { get; set; } = null!;

    /// <summary>The account and what the reader may do with it; null where there is none for them.</summary>
    private protected AllowedAccount? Allowed { get; private set; }

    private protected AccountView Account { get; set; } = new();

    private protected EntryWords Entries { get; private set; } = null!;

    private protected IReadOnlyDictionary<string, string> ToolNames { get; private set; } = new Dictionary<string, string>();

    /// <summary>The space takes money.</summary>
    protected bool Sells => Visit.Space.Billing is not null;

    protected string Currency => MoneyDesk.Currency(Account, Visit.Space);

    /// <summary>An address of the money pages, of the same account.</summary>
    protected string Of(string path)
    {
        var own = Allowed is null || Allowed.AccountId == AccountAccess.OfMember(Visit.MemberId);
        return own ? path : path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "account=" + Allowed!.AccountId;
    }

    protected string Exact(long amount) => MoneyText.Exact(amount, Currency);

    protected sealed override async Task Load()
    {
        Allowed = await Money.Find(Visit.User, Asked("account") is { Length: > 0 } named ? named : AccountAccess.OfMember(Visit.MemberId));
        // Who may only look at it finds no form there that does anything.
        if (Allowed is { MayPay: false } && HttpMethods.IsPost(Http.Request.Method)) Allowed = null;
        if (Allowed is null) { NotFound(); return; }
        Account = await Read();
        ToolNames = await Data.Tools.AsNoTracking().ToDictionaryAsync(x => x.Id, x => x.Name, Stop);
        Entries = new EntryWords(Said, Words, Visit.Space, ToolNames);
        await LoadMore();
    }

    /// <summary>
    /// The account as it is. Back from the payment page the provider is looked at first, once: a live refresh reads what has come in since. A provider that
    /// does not answer is no reason to show nothing.
    /// </summary>
    private async Task<AccountView> Read()
    {
        if (!Guid.TryParse(Asked("purchase"), out _) || Http.Request.Headers.ContainsKey("HX-Request")) return await Money.View(Allowed!.AccountId, Visit.Space);
        var view = await Money.Look(Allowed!.AccountId, Visit.Space, Stop);
        await ReadModels.CaughtUp(Stop);
        return view;
    }

    /// <summary>How the purchase that one comes back from stands; null where one comes from nowhere.</summary>
    private protected async Task<LookedAfter?> Look()
    {
        if (!Guid.TryParse(Asked("purchase"), out var purchase)) return null;
        var kind = Enum.TryParse<PurchaseKind>(Asked("bought"), out var bought) && Enum.IsDefined(bought) ? bought : (PurchaseKind?)null;
        return await LookedAfter.Of(purchase, kind, Guid.TryParse(Asked("booking"), out var booking) ? booking : null, Account, Book, Visit.Now, Stop);
    }

    /// <summary>This page, asked for again, with the purchase that one comes back from.</summary>
    protected string Again(string path)
    {
        var kept = Kept.Where(name => Asked(name) is { Length: > 0 }).Select(name => $"{name}={Uri.EscapeDataString(Asked(name)!)}");
        var query = string.Join('&', kept);
        return Of(query.Length == 0 ? path : path + "?" + query);
    }

    /// <summary>Reads what else the page shows.</summary>
    protected virtual Task LoadMore() => Task.CompletedTask;

    /// <summary>Says what came of a change: goes on where it was made, else shows why not.</summary>
    private protected void Tell(AccountAnswer answer, string field, string back, string done, Func<Makerspace.Reservations.Refusal, string> said)
    {
        if (answer.Accepted) { Go(back, done); return; }
        foreach (var refusal in answer.Refusals) Faults.Add(field, said(refusal));
        if (answer.Missing is not null) Faults.Add(field, Said["It is not there any more."]);
        Refuse(StatusCodes.Status409Conflict);
    }
}
