using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Entries of a book as sentences, each with what it is about.</summary>
public sealed class EntryWords(IStringLocalizer<Texts> t, Words words, SpaceFacts space, IReadOnlyDictionary<string, string> tools)
{
    /// <summary>What happened: "Laser cutter, Tue 1 Dec, 10:00–11:00".</summary>
    public string Title(LedgerEntry e) => e.Kind switch
    {
        LedgerKind.Usage => Booking(e),
        LedgerKind.LateFee => t["Cancelled late: {0}", Booking(e)],
        LedgerKind.NoShowFee => t["Nobody came: {0}", Booking(e)],
        LedgerKind.Membership => e.Note is { Length: > 0 } number ? t["Membership, invoice {0}", number] : t["Membership"],
        LedgerKind.Pack => Named(t["Hours bought in advance"], e),
        LedgerKind.PackExpired => t["Prepaid hours ran out"],
        LedgerKind.DayPass => Named(t["Day pass"], e),
        LedgerKind.Payment => t["Paid, thank you"],
        LedgerKind.PaymentByHand => t["Paid by cash or transfer"],
        LedgerKind.Refund => t["Paid back to you"],
        LedgerKind.Credit => t["Credit from the space"],
        LedgerKind.CreditUsed => t["Credit used"],
        LedgerKind.Adjustment => t["Charged by the space"],
        LedgerKind.CreditNote => t["Charge taken back"],
        LedgerKind.DisputeOpened => t["Your bank has taken a payment back for now"],
        LedgerKind.DisputeWon => t["The payment your bank took back stands"],
        LedgerKind.DisputeLost => t["Your bank has taken a payment back"],
        _ => t["Given up by the space"],
    };

    /// <summary>How it came to that, on one line: hours, packs, rates, or the reason given. Null where the title says it all.</summary>
    public string? Detail(LedgerEntry e)
    {
        if (e.Segments.Length > 0) return string.Join(" · ", Pieces(e));
        return e.Kind switch
        {
            LedgerKind.CreditNote => Why(e.Note),
            LedgerKind.Credit or LedgerKind.Adjustment or LedgerKind.PaymentByHand or LedgerKind.WriteOff => e.Note,
            LedgerKind.Pack => Minutes(e, Chart.PackMinutes) is var bought and > 0 ? t["{0} to use", Length(bought)].Value : null,
            LedgerKind.PackExpired => Minutes(e, Chart.PackMinutes) is var lost and < 0 ? t["{0} were left", Length(-lost)].Value : null,
            _ => null,
        };
    }

    /// <summary>"1 h included", "30 min of a pack", "45 min at €12 an hour".</summary>
    public IEnumerable<string> Pieces(LedgerEntry e)
    {
        foreach (var group in e.Segments.GroupBy(s => (s.Cover, s.HourlyRate, s.OffPeak)))
        {
            var length = words.Length(group.Aggregate(Duration.Zero, (sum, s) => sum + s.Slot.Duration));
            yield return group.Key.Cover switch
            {
                Cover.Included => t["{0} included in the plan", length],
                Cover.Pack => t["{0} of prepaid hours", length],
                _ => t["{0} at {1} an hour", length, Rate(group.Key.HourlyRate, e)],
            };
        }
    }

    /// <summary>One piece of a booking's time and how its amount was counted.</summary>
    public string Piece(PriceSegment s, LedgerEntry e) => s.Cover switch
    {
        Cover.Included => t["Included in the plan: takes {0} of its hours, costs nothing", words.Length(s.Slot.Duration)],
        Cover.Pack => t["From prepaid hours: takes {0} of them, costs nothing", words.Length(s.Slot.Duration)],
        _ => Counted(s, e),
    };

    /// <summary>The page of what caused it; null where there is none.</summary>
    public (string Href, string Label)? Cause(LedgerEntry e, AccountView account) => e.Cause.Type switch
    {
        Causes.Booking => ("/bookings/" + e.Cause.Id, t["The booking"]),
        Causes.Invoice when account.Invoices.FirstOrDefault(i => i.InvoiceId == e.Cause.Id) is { HostedUrl: { } url } && IsWeb(url) => (url, t["The invoice"]),
        Causes.Payment when Receipt(e, account) is { } url => (url, t["The receipt"]),
        _ => null,
    };

    /// <summary>Where a payment's receipt is: as the account has it, and when it has forgotten the payment, as the book has it.</summary>
    public static string? Receipt(LedgerEntry payment, AccountView account) =>
        (account.Payments.FirstOrDefault(p => p.PaymentIntentId == payment.Cause.Id)?.ReceiptUrl ?? payment.Note) is { } url && IsWeb(url) ? url : null;

    /// <summary>The account of the chart, as bookkeepers call it.</summary>
    public string Account(string account) => account switch
    {
        Chart.Receivable => t["Owed by you"],
        Chart.Cash => t["Received by card"],
        Chart.CashByHand => t["Received by hand"],
        Chart.Disputed => t["Held by your bank"],
        Chart.Prepaid => t["Paid in advance"],
        Chart.Credit or Chart.ProviderCredit => t["Your credit"],
        Chart.Tax => space.Billing?.TaxName ?? t["Tax"],
        Chart.Membership => t["Membership"],
        Chart.Usage => t["Machine time"],
        Chart.Packs => t["Prepaid hours"],
        Chart.DayPasses => t["Day passes"],
        Chart.Fees => t["Fees"],
        Chart.Goodwill => t["Goodwill"],
        Chart.Chargebacks => t["Lost to your bank"],
        Chart.BadDebt => t["Debts given up"],
        Chart.IncludedUsed => t["Included hours, used"],
        Chart.Allowance => t["Included hours, taken from"],
        Chart.PackMinutes => t["Prepaid hours, left"],
        Chart.PackTurnover => t["Prepaid hours, turned over"],
        _ => account,
    };

    /// <summary>An amount of a line in its unit.</summary>
    public string Amount(LedgerLine line) => line.Unit == Chart.Minutes ? (line.Amount < 0 ? "−" : "") + Length(Math.Abs(line.Amount)) : MoneyText.Exact(line.Amount, line.Unit);

    /// <summary>Of an address that the payment provider gave: it leads to the web and nowhere else.</summary>
    public static bool IsWeb(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    // What took itself back says why with a code; staff said it in their own words.
    private string? Why(string? note) => note switch
    {
        "tool-down" => t["The tool was down."],
        "space-closed" => t["The space was closed."],
        "re-booked" => t["Somebody else took the time."],
        "staff" => t["The team waived it."],
        "void" => t["The invoice was declared void."],
        _ => note,
    };

    private string Counted(PriceSegment s, LedgerEntry e)
    {
        var (minutes, rate, currency) = ((long)s.Slot.Duration.TotalMinutes, s.HourlyRate ?? 0, Unit(e));
        var sum = t["{0} at {1} an hour", words.Length(s.Slot.Duration), Rate(s.HourlyRate, e)].Value;
        if (s.OffPeak) sum = t["{0}, quiet time", sum];
        var scale = (decimal)Math.Pow(10, MoneyText.Decimals(currency));
        return minutes * rate % 60 == 0
            ? $"{sum}: {MoneyText.Exact(s.Amount, currency)}"
            : t["{0}: {1}, rounded to {2}", sum, MoneyText.Number(minutes * rate / 60m / scale, "0.####"), MoneyText.Exact(s.Amount, currency)];
    }

    private string Booking(LedgerEntry e)
    {
        var tool = e.ToolId is { } id ? tools.GetValueOrDefault(id, id) : t["Booking"].Value;
        return e.Slot is { } slot ? $"{tool}, {words.Slot(slot)}" : tool;
    }

    private static string Named(string kind, LedgerEntry e) => e.Note is { Length: > 0 } name ? name : kind;

    private string Rate(long? hourly, LedgerEntry e) => MoneyText.Short(new Money(hourly ?? 0, Unit(e)));

    private string Unit(LedgerEntry e) => e.Lines.FirstOrDefault(l => l.Unit != Chart.Minutes)?.Unit ?? space.Currency;

    private string Length(long minutes) => words.Length(Duration.FromMinutes(minutes));

    private static long Minutes(LedgerEntry e, string account) => e.Lines.Where(l => l.Account == account).Sum(l => l.Amount);
}
