using System.Collections.Immutable;

namespace Makerspace.Journal;

/// <summary>
/// A grain's state with the events of the change that is being saved. The storage writes both in one transaction
/// (see docs/decisions), so a state is never saved without its events nor the other way round. The outbox is not
/// part of the stored state: a state that was read has none.
/// </summary>
public interface IHasOutbox
{
    /// <summary>What happened since the state was last saved, oldest first.</summary>
    ImmutableArray<DomainEvent> Outbox { get; }
}

/// <summary>The events of one booking, from the journal: what a Booking knows of its own past.</summary>
public interface IBookingHistory
{
    /// <summary>Every event of the booking that was ever committed, oldest first. Reads the journal itself, not a projection.</summary>
    Task<IReadOnlyList<BookingEvent>> Read(Guid bookingId, CancellationToken cancellation);
}
