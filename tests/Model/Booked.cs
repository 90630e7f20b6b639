using Makerspace.Reservations;
using Makerspace.Tools;

namespace Makerspace.Tests.Model;

/// <summary>A booking as the model keeps it.</summary>
internal sealed class Booked
{
    public required int N { get; init; }
    public required IReadOnlyList<string> Tools { get; init; }
    public required string? Company { get; init; }
    public required string Member { get; set; }
    public required Span Slot { get; set; }
    public required BookingState State { get; set; }
    public required BookingTerms Terms { get; init; }

    /// <summary>From which minute to which its member is certified, by what they had when it became theirs.</summary>
    public required IReadOnlyDictionary<string, Span> Certifications { get; set; }

    public bool Fee { get; set; }
    public string? Waived { get; set; }

    /// <summary>Has its slot.</summary>
    public bool Lives => State is BookingState.AwaitingApproval or BookingState.Confirmed or BookingState.CheckedIn;

    /// <summary>Counts against limits: it lives, took place, or nobody came.</summary>
    public bool Counts => Lives || State is BookingState.Completed or BookingState.NoShow;

    /// <summary>Whether its member is there in that minute, and may do all of it then.</summary>
    public bool Helps(int minute, IEnumerable<string> needed) =>
        Covers(minute) && needed.All(id => Certifications.TryGetValue(id, out var held) && held.Start <= minute && minute < held.End);

    public bool Covers(int minute) => Slot.Start <= minute && minute < Slot.End;

    public string Describe(Civil civil) => Describe(State, Member, Slot, Fee, Waived, civil);

    public static string Describe(BookingState state, string member, Span slot, bool fee, string? waived, Civil civil) =>
        $"{state} {member} {Telling.Text(slot, civil)}{(fee ? " for a fee" : "")}{(waived is null ? "" : $" waived: {waived}")}";
}

/// <summary>What is asked of the rules.</summary>
/// <param name="N">The booking's number: it never stands against itself.</param>
/// <param name="Member">Who wants it.</param>
/// <param name="Tools">All of a bundle.</param>
/// <param name="Slot">When.</param>
/// <param name="What">For what.</param>
/// <param name="ByStaff">Staff override what may be overridden.</param>
internal sealed record Wish(int N, string Member, IReadOnlyList<string> Tools, Span Slot, Occasion What, bool ByStaff);
