using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Access;

/// <summary>
/// May this badge start this tool, or open this door, now. The one decision, made from a <see cref="PermitList"/>: by the server from facts gathered at this instant,
/// by a device without network from the list it has. All that refuses is answered together.
/// </summary>
public static class Switching
{
    /// <summary>How far a device's clock may be from the server's.</summary>
    public static readonly Duration Skew = Duration.FromMinutes(2);

    /// <summary>How long it is believed that somebody is still there.</summary>
    public static readonly Duration PresenceHolds = Duration.FromMinutes(10);

    public static SwitchAnswer Decide(PermitList permits, SwitchAsk ask, Instant now)
    {
        if (OfTheList(permits, ask, now) is { IsEmpty: false } unfit) return SwitchAnswer.No(unfit);
        var badge = BadgeHash.Salted(ask.Badge, permits.Salt);
        if (permits.Holders.FirstOrDefault(h => h.Badge == badge) is not { } holder) return SwitchAnswer.No("unknown-badge");
        if (holder.Blocked) return SwitchAnswer.No("badge-blocked");
        if (permits.Stopped || ask.StoppedHere) return SwitchAnswer.No("emergency-stop");
        return permits.Kind == DeviceKind.Door ? Door(permits, holder, now) : Tool(permits, holder, ask, now);
    }

    /// <summary>How a use stands towards its end.</summary>
    public static Overrun OverrunOf(Instant? until, Instant now) => until switch
    {
        { } end when now >= end => Overrun.Over,
        { } end when now >= end - EndsSoon => Overrun.EndsSoon,
        _ => Overrun.None,
    };

    /// <summary>So long before the end somebody is warned.</summary>
    public static readonly Duration EndsSoon = Duration.FromMinutes(5);

    // Whether the list may be used at all, by this device and at this time.
    private static ImmutableArray<PermitBar> OfTheList(PermitList permits, SwitchAsk ask, Instant now)
    {
        if (permits.DeviceId != ask.DeviceId) return [new("permits-of-another-device", null)];
        if (permits.Retired) return [new("device-retired", null)];
        if (ask.ClockUnsure || now < permits.IssuedAt - Skew) return [new("clock-unsure", null)];
        return now >= permits.ExpiresAt ? [new("permits-expired", null)] : [];
    }

    private static SwitchAnswer Tool(PermitList permits, PermitHolder holder, SwitchAsk ask, Instant now)
    {
        if (ask.RunningBadge is { } running && BadgeHash.Salted(running, permits.Salt) is var by && by != holder.Badge && PersonOf(permits, by) != holder.Person)
            return SwitchAnswer.No("tool-running");
        if (holder.Staff) return new SwitchAnswer { Staff = true };
        if (permits.UnlockedUntil is { } unlocked && now < unlocked) return new SwitchAnswer { Staff = true, Until = unlocked };
        if (holder.Uses.Where(u => u.IsOpen(now)).MinBy(u => u.Slot.Start) is not { } use) return SwitchAnswer.No(NotNow(holder, now));
        var bars = use.Bars.Where(b => b.Holds(now)).ToImmutableArray();
        var alone = use.Alone.Where(s => s.End > now).Select(s => (Instant?)Instant.Max(s.Start, now)).Min();
        if (alone == now && !HasBuddy(permits, holder, ask, now)) bars = bars.Add(new PermitBar("buddy-required", use.Alone.First(s => s.Contains(now)).End));
        return bars.IsEmpty ? new SwitchAnswer { BookingId = use.BookingId, Until = use.Slot.End, BuddyFrom = alone } : SwitchAnswer.No(bars);
    }

    private static SwitchAnswer Door(PermitList permits, PermitHolder holder, Instant now)
    {
        if (holder.Staff || permits.UnlockedUntil > now) return new SwitchAnswer { Staff = true };
        var bars = holder.Bars.Where(b => b.Holds(now)).ToImmutableArray();
        var closed = permits.Closed.Where(s => s.Contains(now)).Select(s => (Slot?)s).FirstOrDefault();
        if (closed is { } shut && !holder.AllHours) bars = bars.Add(new PermitBar("space-closed", shut.End));
        return bars.IsEmpty ? new SwitchAnswer() : SwitchAnswer.No(bars);
    }

    private static PermitBar NotNow(PermitHolder holder, Instant now) =>
        holder.Uses.Where(u => u.OpensAt > now).Select(u => (Instant?)u.OpensAt).Min() is { } opens
            ? new PermitBar("check-in-closed", opens) : new PermitBar("no-booking", null);

    // Somebody else who may use the tool: known to be in the area not long ago, or with a badge at the device.
    private static bool HasBuddy(PermitList permits, PermitHolder holder, SwitchAsk ask, Instant now)
    {
        var buddy = ask.Buddy is { } hash ? BadgeHash.Salted(hash, permits.Salt) : null;
        var present = now < permits.IssuedAt + PresenceHolds ? permits.Present : [];
        return permits.Holders.Any(h => h.Person != holder.Person && !h.Blocked && h.Buddy?.Contains(now) == true && (h.Badge == buddy || present.Contains(h.Person)));
    }

    private static int? PersonOf(PermitList permits, string badge) => permits.Holders.FirstOrDefault(h => h.Badge == badge)?.Person;
}

/// <summary>How a use stands towards its end.</summary>
[GenerateSerializer, Alias("overrun")]
public enum Overrun
{
    None,

    /// <summary>Less than five minutes are left.</summary>
    EndsSoon,

    /// <summary>The time is over and the tool still runs.</summary>
    Over,
}
