using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>A booking as limits count it: one, whatever its tools; while it moves it takes both its slots.</summary>
internal readonly record struct Booked(Slot One, Slot? Other)
{
    public bool Touches(Slot slot) => One.Overlaps(slot) || Other?.Overlaps(slot) == true;

    public bool BeginsAfter(Instant instant) => One.Start > instant || Other?.Start > instant;

    /// <summary>The time it takes inside <paramref name="slot"/>.</summary>
    public Duration Within(Slot slot) => Share(One, slot) + (Other is { } other ? Share(other, slot) : Duration.Zero);

    /// <summary>The time of what has not begun at <paramref name="instant"/>.</summary>
    public Duration After(Instant instant) =>
        (One.Start > instant ? One.Duration : Duration.Zero) + (Other is { } other && other.Start > instant ? other.Duration : Duration.Zero);

    /// <summary>Other bookings than the one asked for, and the slots to be taken for booked in its stead.</summary>
    public static List<Booked> Of(ImmutableArray<Hold> holds, HoldRequest request, Func<Hold, bool> counts)
    {
        var booked = new List<Booked>();
        foreach (var hold in holds)
        {
            if (request.IsOwn(hold.BookingId) || !counts(hold)) continue;   // a limit never counts the booking against itself
            var (one, other) = hold.Slot.With(hold.Next);
            booked.Add(new Booked(one, other));
        }
        foreach (var earlier in request.Earlier) booked.Add(new Booked(earlier, null));
        return booked;
    }

    private static Duration Share(Slot part, Slot slot) => part.Intersect(slot)?.Duration ?? Duration.Zero;
}

/// <summary>Limits, and the other bookings that they count together.</summary>
/// <param name="Limits">What is allowed.</param>
/// <param name="Others">Bookings beside the one asked for.</param>
/// <param name="Source">Where a limit was set, by its name.</param>
internal sealed record Counting(Limits Limits, List<Booked> Others, Func<string, Func<Policy, object?>, SettingSource> Source)
{
    /// <summary>Bookings that touch the slot.</summary>
    public int Touching(Slot slot)
    {
        var count = 0;
        foreach (var booked in Others)
            if (booked.Touches(slot)) count++;
        return count;
    }

    /// <summary>The time booked within the slot.</summary>
    public Duration Within(Slot slot)
    {
        var sum = Duration.Zero;
        foreach (var booked in Others) sum += booked.Within(slot);
        return sum;
    }
}
