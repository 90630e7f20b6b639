using NodaTime;

namespace Makerspace.Billing;

/// <summary>What a payer may object to, and until when: so long a charge can be taken back.</summary>
public static class Objecting
{
    /// <summary>First instant at which it is too late; null: it is no charge.</summary>
    public static Instant? Until(LedgerEntry entry) => entry is
    {
        Charged: > 0,
        Kind: LedgerKind.Usage or LedgerKind.LateFee or LedgerKind.NoShowFee or LedgerKind.Membership or LedgerKind.Pack or LedgerKind.DayPass or LedgerKind.Adjustment,
    } ? Until(entry.At) : null;

    internal static Instant Until(Instant charged) => charged + Forgetting.After;
}
