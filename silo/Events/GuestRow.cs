using NodaTime;

namespace Makerspace.Events;

/// <summary>Who a guest of an event is. Not of the journal, and deleted when nobody needs it any more.</summary>
public sealed class GuestRow
{
    public Guid Id { get; set; }
    public Guid EventId { get; set; }
    public string Name { get; set; } = "";
    public string Email { get; set; } = "";
    public Instant AskedAt { get; set; }

    /// <summary>Seen to have a seat: kept until the event is over.</summary>
    public bool Confirmed { get; set; }
}
