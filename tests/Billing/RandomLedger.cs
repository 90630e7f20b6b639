using Makerspace.Billing;
using Makerspace.Journal;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>A ledger of every kind of entry, over fourteen months with two changes of the clocks, the same for the same seed. Its entries balance; its words are hostile.</summary>
internal sealed class RandomLedger(int seed)
{
    public const string Currency = "eur";
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    public static readonly Instant First = Instant.FromUtc(2026, 9, 30, 20, 0);
    private static readonly string[] Payers = ["member-ada", "member-ben", "company-acme", "member-zoe"];
    private static readonly string?[] Tools = ["laser", "saw", null];
    private static readonly string?[] Notes =
        [null, "=HYPERLINK(\"http://evil.example\")", "+1", "-2", "@SUM(A1)", "\tTab", "a; b | c", "line\nbreak", "2026-01-01 * fake", "quote \" and, comma", "date:2020-01-01 [2020-01-01]", "\u2028x"];

    private readonly Random dice = new(seed);

    public IReadOnlyList<LedgerEntry> Entries(int count) => [.. Enumerable.Range(0, count).Select(Entry)];

    public static IEnumerable<DomainEvent> Posted(IEnumerable<LedgerEntry> entries) => entries.Select(e => new LedgerPosted(e.At, e.Actor, e));

    public static IEnumerable<DomainEvent> Accounts() => Payers.Take(3).Select((payer, i) => new AccountChanged(First, "system", new AccountView
    {
        Id = payer, Holder = new AccountHolder(payer == "member-ben" ? "=Ben; | \"B\"" : payer, null), Currency = Currency,
        Subscription = i == 2 ? null : new SubscriptionView { PlanId = i == 0 ? "maker" : "community", Status = "active" },
    }, null));

    private LedgerEntry Entry(int number)
    {
        var payer = Payers[dice.Next(Payers.Length)];
        var kind = (LedgerKind)dice.Next(Enum.GetValues<LedgerKind>().Length);
        return new LedgerEntry
        {
            Id = DerivedId.Of("random-ledger", $"{seed}", $"{number}"), AccountId = payer, At = First + Duration.FromMinutes(dice.Next(0, 60 * 24 * 425)), Kind = kind, Cause = new LedgerCause(Causes.Booking, $"cause-{number}"),
            Lines = [.. Lines(kind)], Actor = "system", Note = Notes[dice.Next(Notes.Length)], ToolId = Tools[dice.Next(Tools.Length)], MemberId = "ada",
        };
    }

    private LedgerLine[] Lines(LedgerKind kind)
    {
        var (net, tax) = (dice.NextInt64(1, 50_000), dice.NextInt64(0, 5_000));
        return kind switch
        {
            LedgerKind.Usage => [.. Charge(Chart.Usage, net, tax), new(Chart.IncludedUsed, 30, Chart.Minutes), new(Chart.Allowance, -30, Chart.Minutes)],
            LedgerKind.LateFee or LedgerKind.NoShowFee => Charge(Chart.Fees, net, tax),
            LedgerKind.Membership => [.. Charge(Chart.Membership, net, tax), new(Chart.ProviderCredit, 100, Currency), new(Chart.Receivable, -100, Currency)],
            LedgerKind.Pack => [new(Chart.Receivable, net + tax, Currency), new(Chart.Prepaid, -net, Currency), new(Chart.Tax, -tax, Currency)],
            LedgerKind.PackExpired => [new(Chart.Prepaid, net, Currency), new(Chart.Packs, -net, Currency)],
            LedgerKind.DayPass => Charge(Chart.DayPasses, net, tax),
            LedgerKind.Payment => Two(Chart.Cash, Chart.Receivable, net),
            LedgerKind.PaymentByHand => Two(Chart.CashByHand, Chart.Receivable, net),
            LedgerKind.Refund => Two(Chart.Receivable, Chart.Cash, net),
            LedgerKind.Credit => Two(Chart.Goodwill, Chart.Credit, net),
            LedgerKind.CreditUsed => Two(Chart.Credit, Chart.Receivable, net),
            LedgerKind.CreditNote => Charge(Chart.Usage, -net, -tax),
            LedgerKind.DisputeOpened => Two(Chart.Disputed, Chart.Cash, net),
            LedgerKind.DisputeWon => Two(Chart.Cash, Chart.Disputed, net),
            LedgerKind.DisputeLost => Two(Chart.Chargebacks, Chart.Disputed, net),
            LedgerKind.WriteOff => Two(Chart.BadDebt, Chart.Receivable, net),
            _ => Charge(Chart.Fees, net, tax),
        };
    }

    private static LedgerLine[] Two(string debit, string credit, long amount) => [new(debit, amount, Currency), new(credit, -amount, Currency)];

    private static LedgerLine[] Charge(string revenue, long net, long tax) =>
        [new(Chart.Receivable, net + tax, Currency), new(revenue, -net, Currency), new(Chart.Tax, -tax, Currency)];
}
