using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>An entry of a payer's book.</summary>
/// <param name="Owes">What it did to what is owed: positive where the payer owes more.</param>
/// <param name="Lines">Its two sides: debits positive; they sum to zero in every unit.</param>
/// <param name="Segments">Of a booking: what was charged for, piece by piece.</param>
public sealed record EntryModel(
    Guid Id, OffsetDateTime At, LedgerKind Kind, CauseModel Cause, Money Owes, string? Note, string? MemberId, string? ToolId, SlotModel? Slot, IReadOnlyList<LineModel> Lines,
    IReadOnlyList<SegmentModel> Segments)
{
    internal static EntryModel Of(LedgerEntry entry, string currency, SpaceFacts space) => new(
        entry.Id, entry.At.In(space), entry.Kind, new CauseModel(entry.Cause.Type, entry.Cause.Id), new Money(entry.Owes, currency), entry.Note, entry.MemberId, entry.ToolId, entry.Slot?.In(space),
        [.. entry.Lines.Select(l => new LineModel(l.Account, l.Amount, l.Unit))],
        SegmentModel.Of(entry.Segments, space));
}

/// <summary>What an entry is about: <c>booking</c>, <c>invoice</c>, <c>payment</c>, …, and its id.</summary>
public sealed record CauseModel(string Type, string Id);

/// <summary>One side of an entry.</summary>
/// <param name="Amount">Minor units, or minutes where <paramref name="Unit"/> is <c>min</c>.</param>
public sealed record LineModel(string Account, long Amount, string Unit);

/// <summary>A piece of a booking's time and what paid for it.</summary>
public sealed record SegmentModel(string ToolId, OffsetDateTime Start, OffsetDateTime End, Cover Cover, long? HourlyRate, bool OffPeak, long Amount, Guid? PackId)
{
    internal static IReadOnlyList<SegmentModel> Of(IEnumerable<PriceSegment> segments, SpaceFacts space) =>
        [.. segments.Select(s => new SegmentModel(s.ToolId, s.Slot.Start.In(space), s.Slot.End.In(space), s.Cover, s.HourlyRate, s.OffPeak, s.Amount, s.PackId))];
}

/// <summary>A month of an account.</summary>
/// <param name="Month">Such as <c>2026-12</c>, in the space's zone.</param>
/// <param name="Opening">Owed when it began.</param>
/// <param name="Closing">Owed at its end, or now.</param>
/// <param name="Entries">In their order, each with what was owed after it.</param>
public sealed record StatementModel(string AccountId, string Month, OffsetDateTime From, OffsetDateTime To, Money Opening, Money Closing, IReadOnlyList<StatementLineModel> Entries)
{
    internal static StatementModel Of(Statement s, SpaceFacts space) => new(
        s.AccountId, MoneyDesk.Name(s.Month), s.Slot.Start.In(space), s.Slot.End.In(space), new Money(s.Opening, s.Currency), new Money(s.Closing, s.Currency),
        [.. s.Lines.Select(l => new StatementLineModel(EntryModel.Of(l.Entry, s.Currency, space), new Money(l.Balance, s.Currency)))]);
}

/// <summary>An entry and what was owed after it.</summary>
public sealed record StatementLineModel(EntryModel Entry, Money Balance);
