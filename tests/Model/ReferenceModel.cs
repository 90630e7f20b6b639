using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>The life of bookings as docs/rules.md and shared words tell it: a list of bookings and a clock, nothing stored twice.</summary>
internal sealed class ReferenceModel(Place first)
{
    public Place Place { get; private set; } = first;
    public int Now { get; private set; }
    public List<Booked> Bookings { get; } = [];

    /// <summary>Whose, and the minute from which the strike counts no more.</summary>
    public List<(string Member, int Until)> Strikes { get; } = [];

    /// <summary>When a member last used a tool that asks for a certification.</summary>
    public Dictionary<(string Member, string Certification), int> LastUsed { get; } = [];

    private Civil Civil => Civil.Of(Place.Zone, Place.Monday);

    private ModelRules Rules => new(this);

    public Told Do(Op op)
    {
        switch (op)
        {
            case Say say:
                Place = say.Change(Place, Now);
                return Told.Nothing;
            case Pass pass:
                Now += pass.Minutes;
                return Told.Nothing;
            case RunJobs:
                foreach (var booking in Bookings.OrderBy(b => b.N)) Due(booking);
                return Told.Nothing;
            case Book book:
                return Book(book);
        }
        var number = ((BookingOp)op).N;
        if (Bookings.Find(b => b.N == number) is not { } known) return op is BookingOp && Asked.Contains(number) ? new Told("missing booking", "none") : Told.Nothing;
        Due(known);
        var codes = Told.Of(Change(known, op));
        return new Told(codes, known.Describe(Civil));
    }

    /// <summary>Numbers of bookings that were asked for, made or not.</summary>
    public HashSet<int> Asked { get; } = [];

    public string Describe(int n) => Bookings.Find(b => b.N == n)?.Describe(Civil) ?? "none";

    private Told Book(Book book)
    {
        Asked.Add(book.N);
        var wish = new Wish(book.N, book.Member, book.Tools, book.Slot, Occasion.Book, book.ByStaff);
        var codes = Rules.Refusals(wish);
        if (book.VersionsLate is > 0) codes.Add("changed-meanwhile");
        if (codes.Count > 0) return new Told(Told.Of(codes), "none");
        var booking = Made(book);
        Bookings.Add(booking);
        Rebooked(booking);
        return new Told("accepted", booking.Describe(Civil));
    }

    private Booked Made(Book book)
    {
        T? Setting<T>(Func<Policy, T?> setting) => Rules.Setting(book.Tools[0], book.Member, setting);
        var waits = !book.ByStaff && book.Tools.Any(t => Rules.Setting(t, book.Member, p => p.ApprovalRequired) == true);
        return new Booked
        {
            N = book.N,
            Tools = book.Tools,
            Member = book.Member,
            Company = Place.Members[book.Member].CompanyId,
            Slot = book.Slot,
            State = waits ? BookingState.AwaitingApproval : BookingState.Confirmed,
            Terms = new BookingTerms(
                Setting(p => p.LateCancelThreshold), Setting(p => p.LateCancelFee), Setting(p => p.NoShowGrace), Setting(p => p.CheckInOpens), Setting(p => p.StrikeExpiry)),
            Certifications = CertificationsOf(book.Member),
        };
    }

    /// <summary>The minutes in which what a member holds is valid, as far as is known now: till it ends, or was not used for too long.</summary>
    public Span Certified(string member, Certification held)
    {
        var (from, until) = (Place.Minute(held.From), held.Until is { } end ? Place.Minute(end) : int.MaxValue);
        if (!Place.Lapses.TryGetValue(held.Id, out var lapse)) return new Span(from, until);
        var used = LastUsed.TryGetValue((member, held.Id), out var last) ? Math.Max(last, from) : from;
        return new Span(from, Math.Min(until, used + (int)lapse.TotalMinutes));
    }

    private Dictionary<string, Span> CertificationsOf(string member) =>
        Place.Certificates.Where(c => c.Member == member).ToDictionary(c => c.Certification.Id, c => Certified(member, c.Certification));

    private IEnumerable<string> Change(Booked booking, Op op) => op switch
    {
        Move move => Move(booking, move),
        Extend extend => Extend(booking, extend),
        HandOver over => HandOver(booking, over),
        Cancel cancel => Cancel(booking, cancel.ByStaff),
        CheckIn here => CheckIn(booking, here),
        CheckOut _ => CheckOut(booking),
        Approve _ => Approve(booking),
        Decline _ => Decline(booking),
        _ => Displace(booking),
    };

    private HashSet<string> Move(Booked booking, Move move)
    {
        var toCome = booking.State is BookingState.Confirmed or BookingState.AwaitingApproval && booking.Slot.Start > Now;
        if (!toCome) return ["not-movable"];
        var late = !move.ByStaff && LateFrom(booking) is { } from && Now >= from && move.Slot.Start > booking.Slot.Start;
        if (late) return ["not-movable"];
        if (move.Slot == booking.Slot) return [];
        var codes = Rules.Refusals(new Wish(booking.N, booking.Member, booking.Tools, move.Slot, Occasion.Move, move.ByStaff));
        if (codes.Count == 0) booking.Slot = move.Slot;
        return codes;
    }

    private HashSet<string> Extend(Booked booking, Extend extend)
    {
        if (booking.State != BookingState.CheckedIn) return ["not-checked-in"];
        if (extend.End == booking.Slot.End) return [];
        if (extend.End < booking.Slot.End || extend.End <= Now) return ["slot-invalid"];
        var slot = booking.Slot with { End = extend.End };
        var codes = Rules.Refusals(new Wish(booking.N, booking.Member, booking.Tools, slot, Occasion.Extend, extend.ByStaff));
        if (codes.Count == 0) booking.Slot = slot;
        return codes;
    }

    private HashSet<string> HandOver(Booked booking, HandOver over)
    {
        if (booking.Member == over.Member) return [];
        var colleagues = booking.Company is not null && Place.Members[over.Member].CompanyId == booking.Company;
        var toCome = booking.State is BookingState.Confirmed or BookingState.AwaitingApproval && booking.Slot.Start > Now;
        if (!colleagues || !toCome) return ["not-transferable"];
        var codes = Rules.Refusals(new Wish(booking.N, over.Member, booking.Tools, booking.Slot, Occasion.HandOver, over.ByStaff));
        if (codes.Count > 0) return codes;
        booking.Member = over.Member;
        booking.Certifications = CertificationsOf(over.Member);
        return codes;
    }

    private string[] Cancel(Booked booking, bool byStaff)
    {
        if (booking.State is BookingState.Cancelled or BookingState.LateCancelled) return [];
        if (booking.State is not (BookingState.Confirmed or BookingState.AwaitingApproval) || booking.Slot.End <= Now) return ["not-cancellable"];
        var late = LateFrom(booking) is { } from && Now >= from;
        var closed = Place.Closures.Any(c => Place.Minute(c.Slot.Start) < booking.Slot.End && booking.Slot.Start < Place.Minute(c.Slot.End));
        if (late) booking.Waived = byStaff ? "staff" : Rules.IsDown(booking.Tools, booking.Slot) ? "tool-down" : closed ? "space-closed" : null;
        booking.Fee = late && booking.Waived is null;
        booking.State = booking.Fee ? BookingState.LateCancelled : BookingState.Cancelled;
        return [];
    }

    // From when on cancelling costs something.
    private static int? LateFrom(Booked booking) =>
        booking is { State: BookingState.Confirmed, Terms: { LateCancelFee: not null, LateCancelThreshold: { } threshold } } ? booking.Slot.Start - (int)threshold.TotalMinutes : null;

    // Where every minute of a slot that was given up late is used as much as its tool can be, its fee is waived. Of a bundle one tool stands for all.
    private void Rebooked(Booked taker)
    {
        foreach (var left in Bookings.Where(b => b is { State: BookingState.LateCancelled, Fee: true }))
        {
            var tool = left.Tools.OrderBy(t => Rules.RoomsAround(t).Count).ThenBy(t => t, StringComparer.Ordinal).Last();
            var full = taker.Tools.Contains(tool);
            for (var minute = left.Slot.Start; minute < left.Slot.End; minute++)
                full &= Bookings.Count(b => b.Lives && b.Tools.Contains(tool) && b.Covers(minute)) >= Rules.Concurrency(tool, taker.Member);
            if (!full) continue;
            left.Fee = false;
            left.Waived = "re-booked";
        }
    }

    private HashSet<string> CheckIn(Booked booking, CheckIn here)
    {
        if (booking.State == BookingState.CheckedIn) return [];
        var opens = booking.Slot.Start - (int)(booking.Terms.CheckInOpens ?? Duration.FromMinutes(15)).TotalMinutes;
        if (booking.State != BookingState.Confirmed || Now < opens || Now >= booking.Slot.End) return ["check-in-closed"];
        var member = here.Colleague ?? booking.Member;
        if (member != booking.Member && (booking.Company is null || Place.Members[member].CompanyId != booking.Company)) return ["not-transferable"];
        var use = booking.Slot with { Start = Math.Max(Now, booking.Slot.Start) };
        var codes = Rules.Refusals(new Wish(booking.N, member, booking.Tools, use, Occasion.Use, here.ByStaff));
        if (codes.Count > 0) return codes;
        foreach (var certification in booking.Tools.SelectMany(t => Rules.Required(t, member)).Where(Place.Lapses.ContainsKey)) LastUsed[(member, certification)] = Now;
        booking.State = BookingState.CheckedIn;
        return codes;
    }

    private string[] CheckOut(Booked booking)
    {
        if (booking.State == BookingState.Completed) return [];
        if (booking.State != BookingState.CheckedIn) return ["not-checked-in"];
        booking.Slot = booking.Slot with { End = Math.Max(booking.Slot.Start + 1, Math.Min(booking.Slot.End, Now)) };
        booking.State = BookingState.Completed;
        return [];
    }

    private static string[] Approve(Booked booking)
    {
        if (booking.State is not (BookingState.AwaitingApproval or BookingState.Confirmed)) return ["not-awaiting-approval"];
        booking.State = BookingState.Confirmed;
        return [];
    }

    private static string[] Decline(Booked booking)
    {
        if (booking.State is not (BookingState.AwaitingApproval or BookingState.Cancelled)) return ["not-awaiting-approval"];
        booking.State = BookingState.Cancelled;
        return [];
    }

    private string[] Displace(Booked booking)
    {
        if (booking.State == BookingState.Displaced) return [];
        if (!booking.Lives || booking.Slot.End <= Now) return ["not-cancellable"];
        booking.State = BookingState.Displaced;
        return [];
    }

    // What the clock does, however late somebody looks.
    private void Due(Booked booking)
    {
        var (slot, grace) = (booking.Slot, (int?)booking.Terms.NoShowGrace?.TotalMinutes);
        if (booking.State == BookingState.AwaitingApproval && Now >= slot.Start) booking.State = BookingState.Expired;
        if (booking.State == BookingState.CheckedIn && Now >= slot.End + 60) booking.State = BookingState.Completed;
        if (booking.State != BookingState.Confirmed) return;
        if (grace is null && Now >= slot.End) booking.State = BookingState.Completed;
        var patience = Math.Min(slot.End, slot.Start + (grace ?? 0));
        if (grace is null || Now < patience) return;
        var used = booking.Company is not null && Bookings.Any(b =>
            b.N != booking.N && b.State == BookingState.CheckedIn && b.Company == booking.Company && b.Tools.Contains(booking.Tools[0])
            && b.Slot.Start < slot.End && slot.Start < b.Slot.End);
        if (Rules.IsDown(booking.Tools, slot with { End = patience }))
        {
            if (Now >= slot.End) booking.State = BookingState.Displaced;
        }
        else if (used)
        {
            if (Now >= slot.End) booking.State = BookingState.Completed;
        }
        else
        {
            booking.State = BookingState.NoShow;
            Strikes.Add((booking.Member, Now + (int)(booking.Terms.StrikeExpiry ?? Duration.FromDays(90)).TotalMinutes));
        }
    }
}
