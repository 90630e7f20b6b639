using Makerspace.Billing;
using Makerspace.Events;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;

namespace Makerspace.Jobs;

/// <summary>
/// Writes what seats cost into the books of those who have them: charged once when the seat is theirs, taken back once when the event says so. Both have ids made of the seat, so that the
/// same entry of the journal twice, or a crash between, comes to the same.
/// </summary>
public sealed partial class EventMoneyKeeper(Database database, IReadModels models, IGrainFactory grains, ILogger<EventMoneyKeeper> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "event-money";

    protected override IReadOnlyList<string> Types { get; } = ["event-changed"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (JournalEntry.Read(row.Data) is not EventChanged { Charges: { } charges } happened) return;
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        if (space.Billing is null) return;
        foreach (var charge in charges) await Adjust(charge, happened, space);
    }

    private async Task Adjust(SeatCharge charge, EventChanged happened, SpaceFacts space)
    {
        var account = grains.GetGrain<IAccountGrain>(Keys.Account("member-" + charge.MemberId));
        var answer = await account.Adjust(new Adjustment
        {
            Id = charge.Back ? DerivedId.Of("event-seat-back", charge.Id.ToString("N")) : charge.Id,
            Kind = charge.Back ? AdjustmentKind.CreditNote : AdjustmentKind.Charge,
            Amount = charge.Amount,
            Reason = happened.Event.Definition.Title,
            EntryId = charge.Back ? Correcting.EntryOf("member-" + charge.MemberId, charge.Id) : null,
            TaxBasisPoints = space.Billing!.TaxBasisPoints,
        }, happened.Actor);
        if (!answer.Accepted) NotWritten(happened.Event.Id, charge.MemberId, answer.Missing ?? answer.Refusals[0].Code);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What a seat of event {Event} costs could not be written into the book of {Member}: {Why}")]
    private partial void NotWritten(Guid @event, string member, string why);
}
