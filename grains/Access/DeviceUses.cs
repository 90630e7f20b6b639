using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Access;

/// <summary>What runs on a device: begun and ended online, or reported afterwards.</summary>
internal sealed partial class DeviceGrain
{
    public async Task<StartAnswer> Start(Guid useId, SwitchAsk ask)
    {
        if (State.UseOf(useId) is { } known) return known.EndedAt is null ? new StartAnswer(AnswerOf(known), known) : new StartAnswer(SwitchAnswer.No("use-over"), null);
        var now = time.Now();
        var facts = await Facts(ask, now);
        var answer = Switching.Decide(facts, Running(ask), now);
        var holder = answer.Allowed ? await badges.Find(ask.Badge, CancellationToken.None) : null;
        if (holder is null) return new StartAnswer(answer.Allowed ? SwitchAnswer.No("unknown-badge") : answer, null);
        if (answer.BookingId is { } booking && await CheckIn(booking, holder.MemberId) is { IsEmpty: false } refusals)
            return new StartAnswer(SwitchAnswer.No([.. refusals.Select(r => new PermitBar(r.Code, null))]), null);
        var use = new DeviceUse
        {
            Id = useId, DeviceId = Id, ToolId = facts.ToolId, MemberId = holder.MemberId, BookingId = answer.BookingId, StartedAt = now, Until = answer.Until, Staff = answer.Staff,
        };
        await Begin(use, ask.Badge, now);
        if (facts.AreaId is { } area) await Presence.Enter(holder.MemberId, area, [], Id, now, holder.MemberId);
        return new StartAnswer(answer, use);
    }

    public async Task<DeviceUse?> Stop(Guid useId, UseEnd end)
    {
        if (State.UseOf(useId) is not { } known)
        {
            // Whatever the use was: somebody has pressed the button.
            if (end.By == UseEnd.Emergency) await EmergencyStop(Actors.System, AtTheTool);
            return null;
        }
        // An end that was only guessed at gives way to the one that the device saw.
        if (known.EndedAt is not null && known.EndedBy != UseEnd.Unknown) return known;
        var use = Ended(known, end with { At = Instant.Max(known.StartedAt, Instant.Min(end.At, time.Now())) }, known.Flags);
        await Journalled(State, use, time.Now());
        await CheckOut(use, end);
        return use;
    }

    public async Task<SwitchAnswer> Pass(SwitchAsk ask, bool leaving)
    {
        var now = time.Now();
        // Out goes who wants to, whoever it is.
        var holder = await badges.Find(ask.Badge, CancellationToken.None);
        if (leaving)
        {
            if (holder is not null) await Presence.Leave(holder.MemberId, Id, now, holder.MemberId);
            return new SwitchAnswer();
        }
        var facts = await Facts(ask, now);
        var answer = Switching.Decide(facts, Running(ask), now);
        if (!answer.Allowed || holder is null || facts.AreaId is not { } area) return answer;
        var limits = answer.Staff ? [] : await Limits(area);
        return await Presence.Enter(holder.MemberId, area, limits, Id, now, holder.MemberId) ? answer : SwitchAnswer.No("area-full");
    }

    public async Task<ImmutableArray<DeviceUse>> Report(ImmutableArray<UseReport> uses)
    {
        var taken = ImmutableArray.CreateBuilder<DeviceUse>();
        foreach (var report in uses.OrderBy(u => u.StartedAt)) taken.Add(await Take(report));
        return taken.DrainToImmutable();
    }

    private async Task<DeviceUse> Take(UseReport report)
    {
        if (State.UseOf(report.Id) is { } known) return report.End is { } over ? await Stop(report.Id, over) ?? known : known;
        var now = time.Now();
        var holder = await badges.Find(report.Badge, CancellationToken.None);
        if (State.Definition!.Kind == DeviceKind.Door) return await TakePass(report, holder, now);
        var (judged, booking) = await Judge(report, holder, now);
        // Of two that are said to run the one that began later does: the other was ended without a word.
        var newer = report.End is null && State.Running is { } running && running.StartedAt > report.StartedAt ? running.StartedAt : (Instant?)null;
        var before = report.End is null && newer is null && State.Running is { } old ? Ended(old, Guessed(Instant.Min(report.StartedAt, now)), old.Flags) : null;
        var next = before is null ? State : State.With(before);
        var flags = Reconciling.Flags(report, judged, next, now);
        var (undone, settled) = holder is null || booking is null ? (false, false) : await Agree(booking, holder.MemberId, report, now);
        if (undone) flags = flags.Remove("no-booking").Add("no-show-undone");
        if (settled) flags = flags.Remove("no-booking");
        var use = new DeviceUse
        {
            Id = report.Id, DeviceId = Id, ToolId = State.Definition.ToolId, MemberId = holder?.MemberId, BookingId = booking?.Id, StartedAt = report.End is null ? Instant.Min(report.StartedAt, now) : report.StartedAt,
            Until = booking?.Slot.End, Offline = true, Staff = holder?.Staff == true && booking is null, Flags = flags,
        };
        if (report.End is { } end) use = Ended(use, end, flags);
        else if (newer is { } at) use = Ended(use, Guessed(at), flags);
        if (use.EndedAt is null) next = next with { RunningBadge = report.Badge };
        await Journalled(next, use, now, before);
        return use;
    }

    private async Task<DeviceUse> TakePass(UseReport report, BadgeHolder? holder, Instant now)
    {
        var at = Instant.Min(report.StartedAt, now);
        var flags = holder is null ? ImmutableArray.Create("unknown-badge") : [];
        if (holder is not null && State.Definition!.AreaId is { } area)
        {
            if (report.End?.By == "left") await Presence.Leave(holder.MemberId, Id, at, holder.MemberId);
            else if (!await Presence.Enter(holder.MemberId, area, await Limits(area), Id, at, holder.MemberId))
            {
                // They are in, whatever the capacity is: whoever is looked for in a fire must be on the list.
                await Presence.Enter(holder.MemberId, area, [], Id, at, holder.MemberId);
                flags = ["area-full"];
            }
        }
        var pass = new DeviceUse { Id = report.Id, DeviceId = Id, MemberId = holder?.MemberId, StartedAt = at, EndedAt = at, EndedBy = report.End?.By ?? "passed", Offline = true, Flags = flags };
        await Journalled(State, pass, now);
        return pass;
    }

    // What the server would have said at the start, from what it knows now.
    private async Task<(SwitchAnswer Answer, BookingView? Booking)> Judge(UseReport report, BadgeHolder? holder, Instant now)
    {
        var ask = new SwitchAsk(Id, report.Badge) { Buddy = report.Buddy };
        var at = Instant.Min(report.StartedAt, now);
        // Whoever was there then is not known any more: of a use that needed a buddy what the device saw is believed.
        var answer = Switching.Decide(await Facts(ask, at), ask, at);
        answer = answer with { Bars = answer.Bars.RemoveAll(b => b.Code is "buddy-required" or "emergency-stop") };
        if (holder is null || State.Definition!.ToolId is not { } tool) return (answer, null);
        var id = answer.BookingId ?? await badges.BookingAt(tool, holder.MemberId, holder.Definition.CompanyId, at, CancellationToken.None);
        return (answer, id is { } found ? await Booking(found).View() : null);
    }

    /// <summary>The booking hears that somebody was there.</summary>
    /// <returns>Whether it had been taken for a no-show, and whether it is as it should be.</returns>
    private async Task<(bool Undone, bool Settled)> Agree(BookingView booking, string memberId, UseReport report, Instant now)
    {
        if (booking.State == BookingState.Confirmed && now < booking.Slot.End) await CheckIn(booking.Id, memberId);
        if (booking.State == BookingState.NoShow)
            return (await GrainFactory.GetGrain<IMemberGrain>(Keys.Member(booking.MemberId)).Forgive(booking.Id, Actors.System, "was there: device " + Id), true);
        if (report.End is { By: "done" }) await Booking(booking.Id).CheckOut(memberId);
        return (false, booking.State is BookingState.Confirmed or BookingState.CheckedIn or BookingState.Completed);
    }

    // Somebody may be near who is not booked: then only the rule that asks for a booked buddy is passed over, and no other.
    private async Task<ImmutableArray<Refusal>> CheckIn(Guid bookingId, string memberId)
    {
        var answer = await Booking(bookingId).CheckIn(memberId, memberId, null);
        if (answer.Missing is not null) return [new CheckInClosed(BookingState.Expired, time.Now(), time.Now())];
        return answer.Refusals is [BuddyRequired] ? (await Booking(bookingId).CheckIn(memberId, memberId, "somebody is there: device " + Id)).Refusals : answer.Refusals;
    }

    private async Task CheckOut(DeviceUse use, UseEnd end)
    {
        if (end.By == "done" && use is { BookingId: { } booking, MemberId: { } member }) await Booking(booking).CheckOut(member);
    }

    // One that ran still, by the server's books, was ended by the device without a word.
    private async Task Begin(DeviceUse use, string badge, Instant now)
    {
        var before = State.Running is { } old ? Ended(old, Guessed(now), old.Flags) : null;
        await Journalled((before is null ? State : State.With(before)) with { RunningBadge = badge }, use, now, before);
    }

    // One write for the use, for the one that it ends and for the stop that it brings: no crash can leave half of them.
    private Task Journalled(DeviceState next, DeviceUse use, Instant now, DeviceUse? before = null)
    {
        var actor = use.MemberId ?? Actors.System;
        next = next.With(use);
        List<DomainEvent> told = [new DeviceUsed(now, actor, use)];
        if (before is not null) told.Insert(0, new DeviceUsed(now, Actors.System, before));
        if (use.EndedBy == UseEnd.Emergency && next.Stopped is null)
        {
            next = Halted(next, now, actor, AtTheTool);
            told.Add(new DeviceChanged(now, actor, ViewOf(next)!, StopNote(AtTheTool)));
        }
        return Save(next with { Outbox = [.. told] });
    }

    // The device will say how it ended, once it can: until then nothing is known but that it did.
    private static UseEnd Guessed(Instant at) => new(at, UseEnd.Unknown, 0, Duration.Zero);

    private const string AtTheTool = "at the tool";

    private static DeviceUse Ended(DeviceUse use, UseEnd end, ImmutableArray<string> flags)
    {
        var at = Instant.Max(use.StartedAt, end.At);
        return use with
        {
            EndedAt = at,
            EndedBy = end.By,
            EnergyWh = Math.Max(0, end.EnergyWh),
            RunTime = Duration.Max(Duration.Zero, Duration.Min(end.RunTime, at - use.StartedAt)),
            Flags = [.. flags.Concat(Reconciling.OfTheEnd(end, use.Until)).Distinct(StringComparer.Ordinal)],
            // Who looked at it saw another end.
            SettledBy = null,
        };
    }

    private static SwitchAnswer AnswerOf(DeviceUse use) => new() { BookingId = use.BookingId, Until = use.Until, Staff = use.Staff };

    private IBookingGrain Booking(Guid id) => GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id));
}
