using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>What a payer is told of their account as it is, and the id by which it is told once.</summary>
internal sealed record MoneyNotice(Guid Id, string Subject, string Text)
{
    /// <summary>Where one does what it asks for; null: where one's money is.</summary>
    public string? Link { get; init; }

    private static readonly Duration SoonOver = Duration.FromDays(7);

    /// <summary>What the words need.</summary>
    public sealed record About(IStringLocalizer<Texts> Texts, Words Words, AccountLinks Links, SpaceFacts Space, Instant Now)
    {
        /// <summary>What the reader wants to be told.</summary>
        public NoticeSettings Wishes { get; init; } = new();

        /// <summary>No news any more: somebody who becomes a company's owner is not told of it.</summary>
        public bool IsOld(Instant at) => Now - at > Duration.FromDays(7);

        public static string Money(long amount, string currency) => Words.Price(new Money(amount, currency));
    }

    /// <summary>The event in a row of the journal.</summary>
    public static DomainEvent? Read(JournalRow row) => System.Text.Json.JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options);

    /// <summary>All that an account as it is gives reason to tell.</summary>
    public static IEnumerable<MoneyNotice> Of(AccountView account, About about) =>
        [.. OfCollection(account, about), .. OfStanding(account, about), .. OfDeposits(account, about), .. OfSubscription(account, about), .. OfObjections(account, about), .. OfPacks(account, about)];

    /// <summary>After a payment.</summary>
    public static MoneyNotice Receipt(LedgerEntry payment, AccountView account, About about)
    {
        var t = about.Texts;
        var cash = payment.Lines.FirstOrDefault(l => l.Account == Chart.Cash) ?? payment.Lines[0];
        var paid = About.Money(Math.Abs(cash.Amount), cash.Unit);
        var url = account.Payments.FirstOrDefault(p => p.PaymentIntentId == payment.Cause.Id)?.ReceiptUrl;
        var text = t["Thank you: {0} came in. What it was for is explained line by line at {1}", paid, about.Links.Money].Value;
        return Made("receipt", payment.Id.ToString("N"), t["Receipt: {0}", paid], url is null ? text : text + "\n" + t["The receipt: {0}", url]);
    }

    /// <summary>What the clock alone gives reason to tell: packs that run out, a membership that renews.</summary>
    public static IEnumerable<MoneyNotice> ByTheClock(AccountView account, About about) => [.. OfPacks(account, about), .. OfRenewal(account, about)];

    // So long before as the reader wants it.
    private static IEnumerable<MoneyNotice> OfRenewal(AccountView account, About about)
    {
        if (account.Subscription is not { Covers: true, CancelAtPeriodEnd: false } subscription || NoticeSettings.Due(about.Wishes.DueLeads, subscription.PeriodEnd, about.Now) is not { } lead) yield break;
        var t = about.Texts;
        var plan = about.Space.Plans.TryGetValue(subscription.PlanId, out var known) ? known.Name : subscription.PlanId;
        yield return Made(
            "renewal", $"{subscription.SubscriptionId} {subscription.PeriodEnd.ToUnixTimeSeconds()} {lead.TotalMinutes}", t["Your membership {0} renews", plan],
            t["{0}: {1} and taxes are taken then. To change or end it, go to {2}", about.Words.Moment(subscription.PeriodEnd), About.Money(subscription.UnitAmount * subscription.Seats, account.Currency), about.Links.Money]);
    }

    /// <summary>Packs used up, or about to run out.</summary>
    public static IEnumerable<MoneyNotice> OfPacks(AccountView account, About about)
    {
        var t = about.Texts;
        foreach (var pack in account.Packs)
        {
            var name = about.Space.Products.TryGetValue(pack.ProductId, out var product) ? product.Name : pack.ProductId;
            if (pack.Left == 0) yield return Made("pack-used", pack.Id.ToString("N"), t["{0} is used up", name], t["All its hours are used. You find the next one at {0}", about.Links.Money]);
            else if (pack.Until is { } until && until > about.Now && until - about.Now <= SoonOver)
                yield return Made("pack-over", pack.Id.ToString("N"), t["{0} runs out soon", name], t["{0} of it are left, for use until {1}.", about.Words.Length(Duration.FromMinutes(pack.Left)), about.Words.Moment(until)]);
        }
    }

    private static IEnumerable<MoneyNotice> OfCollection(AccountView account, About about)
    {
        if (account.Collection is not { } collection) yield break;
        var (t, amount, key) = (about.Texts, About.Money(collection.Amount, account.Currency), collection.Id.ToString("N"));
        if (collection.State == CollectionState.Failed)
            yield return Made("payment-failed", $"{key}-{collection.Attempts}", t["Your payment of {0} did not go through", amount], collection.NextAttempt is { } next
                ? t["Your bank said no. It is tried again {0}; to pay another way, or with another card, go to {1}", about.Words.Moment(next), about.Links.Money]
                : t["Your bank said no, and it is not tried again by itself. Please pay at {0}", about.Links.Money]);
        else if (collection.State == CollectionState.NeedsPayer)
            yield return Made("needs-payer", $"{key}-{collection.Attempts}", t["Please confirm your payment of {0}", amount], t["Your bank wants you to confirm it yourself. Do so at {0}", about.Links.Money]);
        else if (collection.State == CollectionState.NeedsCard)
            yield return Made("needs-card", key, t["Please pay {0}", amount], t["No card is saved to take it from. Pay, or save a card, at {0}", about.Links.Money]);
    }

    private static IEnumerable<MoneyNotice> OfStanding(AccountView account, About about)
    {
        if (account.LateSince is not { } since || account.Standing is not (PayerStanding.Overdue or PayerStanding.Suspended)) yield break;
        var (t, owed, key) = (about.Texts, About.Money(account.Owed, account.Currency), $"{account.Id} {since.ToUnixTimeMilliseconds()}");
        yield return account.Standing == PayerStanding.Overdue
            ? Made("overdue", key, t["{0} is overdue", owed], t["Until it is paid nothing more can be booked. Pay at {0}; everything is lifted at once.", about.Links.Money])
            : Made("suspended", key, t["Your account is suspended"], t["{0} is still not paid. Pay at {1}; everything is lifted at once.", owed, about.Links.Money]);
    }

    private static IEnumerable<MoneyNotice> OfDeposits(AccountView account, About about)
    {
        var t = about.Texts;
        return account.Deposits.Where(d => d.State == DepositState.Failed).Select(d => Made(
            "deposit-failed", d.BookingId.ToString("N"), t["The deposit of {0} could not be secured", About.Money(d.Amount, account.Currency)],
            t["Without it the booking does not stand. Secure it, or see why, at {0}", about.Links.Booking(d.BookingId)]) with { Link = about.Links.Booking(d.BookingId) });
    }

    private static IEnumerable<MoneyNotice> OfSubscription(AccountView account, About about)
    {
        if (account.Subscription is not { EndedAt: { } ended } subscription || subscription.Status is "incomplete" or "incomplete_expired" || about.IsOld(ended)) return [];
        var t = about.Texts;
        var plan = about.Space.Plans.TryGetValue(subscription.PlanId, out var known) ? known.Name : subscription.PlanId;
        return [Made("subscription-ended", subscription.SubscriptionId, t["Your membership {0} has ended", plan], t["It ended {0}. To come back, choose a plan at {1}", about.Words.Moment(ended), about.Links.Money])];
    }

    private static IEnumerable<MoneyNotice> OfObjections(AccountView account, About about)
    {
        var t = about.Texts;
        return account.Objections.Where(o => o.Accepted is not null && !(o.AnsweredAt is { } at && about.IsOld(at))).Select(o => Made(
            "objection-answered", o.EntryId.ToString("N"), t["Your objection is answered"],
            (o.Accepted == true ? t["It was accepted: {0}", o.Answer ?? ""] : t["It was not accepted: {0}", o.Answer ?? ""]).Value + "\n" + about.Links.Money));
    }

    private static MoneyNotice Made(string kind, string cause, LocalizedString subject, string text) => new(DerivedId.Of(["money-notice", kind, cause]), subject, text);
}
