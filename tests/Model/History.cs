namespace Makerspace.Tests.Model;

/// <summary>What happened in one space, from the first Monday on.</summary>
internal sealed record History(Place Place, IReadOnlyList<Op> Ops)
{
    public override string ToString() => Telling.Of(this);
}

/// <summary>One thing that somebody does, or the clock. Bookings have numbers.</summary>
internal abstract record Op;

/// <summary>Staff say something of the space; a sentence, and what it changes.</summary>
internal sealed record Say(string Sentence, Func<Place, int, Place> Change) : Op;

/// <summary>The clock goes on; no job runs.</summary>
internal sealed record Pass(int Minutes) : Op;

/// <summary>Jobs run: everything due is done, however late; bookings are read from the journal again.</summary>
internal sealed record RunJobs : Op;

/// <summary>Something done to a booking, or to make one.</summary>
/// <param name="N">The booking's number.</param>
internal abstract record BookingOp(int N) : Op;

/// <summary>Somebody asks for a slot.</summary>
/// <param name="N">The booking's number.</param>
/// <param name="Member">Who.</param>
/// <param name="Tools">One, or a bundle.</param>
/// <param name="Slot">When.</param>
/// <param name="ByStaff">Staff override what may be overridden.</param>
/// <param name="VersionsLate">Of the first tool's policy, how many versions old the one is that the request was made against; null: it names none.</param>
internal sealed record Book(int N, string Member, IReadOnlyList<string> Tools, Span Slot, bool ByStaff = false, int? VersionsLate = null) : BookingOp(N);

internal sealed record Move(int N, Span Slot, bool ByStaff = false) : BookingOp(N);

internal sealed record Extend(int N, int End, bool ByStaff = false) : BookingOp(N);

internal sealed record HandOver(int N, string Member, bool ByStaff = false) : BookingOp(N);

internal sealed record Cancel(int N, bool ByStaff = false) : BookingOp(N);

internal sealed record CheckIn(int N, string? Colleague = null, bool ByStaff = false) : BookingOp(N);

internal sealed record CheckOut(int N) : BookingOp(N);

internal sealed record Approve(int N) : BookingOp(N);

internal sealed record Decline(int N) : BookingOp(N);

internal sealed record Displace(int N) : BookingOp(N);
