using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Reservations.Rules;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Access;

/// <summary>Gathers what <see cref="Switching"/> decides from: for the badges that were presented, or for all.</summary>
internal sealed class PermitFacts(IGrainFactory grains, IBadgeDirectory directory)
{
    /// <summary>For these badges alone; null: for all.</summary>
    /// <param name="device">The list without holders: whose it is, from when to when.</param>
    /// <param name="badges">Hashes.</param>
    public async Task<PermitList> Gather(PermitList device, IReadOnlyCollection<string>? badges)
    {
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var known = badges is null ? await directory.All(CancellationToken.None) : await Find(badges);
        var people = await People(device.AreaId, space);
        var numbers = known.Select(h => h.MemberId).Concat(people).Distinct(StringComparer.Ordinal).Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        var window = new Slot(device.IssuedAt, device.ExpiresAt);
        return device.Kind == DeviceKind.Door
            ? device with { Holders = [.. known.Select(h => AtDoor(h, numbers[h.MemberId], device.Salt, window, space))], Closed = Intervals.Subtract([window], OpenHours.Within(window, space)) }
            : device with { Holders = await AtTool(device, known, people, numbers, space), Present = [.. people.Select(p => numbers[p])] };
    }

    private async Task<ImmutableArray<BadgeHolder>> Find(IEnumerable<string> badges)
    {
        var found = new List<BadgeHolder>();
        foreach (var hash in badges.Distinct(StringComparer.Ordinal))
            if (await directory.Find(hash, CancellationToken.None) is { } holder) found.Add(holder);
        return [.. found];
    }

    // In the area, or in one inside it.
    private async Task<List<string>> People(string? areaId, SpaceFacts space)
    {
        if (areaId is null) return [];
        var people = await grains.GetGrain<IPresenceGrain>(Keys.Presence).People();
        return [.. people.Where(p => space.AreaChain(p.AreaId).Contains(areaId)).Select(p => p.MemberId)];
    }

    private static PermitHolder AtDoor(BadgeHolder holder, int person, string salt, Slot window, SpaceFacts space)
    {
        var (membership, standing) = (holder.Definition.Membership, holder.Definition.Standing);
        Slot? member = membership.Active ? new Slot(membership.From ?? Instant.MinValue, membership.Until ?? Instant.MaxValue).Intersect(window) : null;
        var covered = (membership.Passes ?? []).AsEnumerable().Concat(member is { } m ? [m] : []);
        var suspended = MemberRules.Suspended(standing, window, companyId: null).OfType<Suspended>();
        return new PermitHolder(BadgeHash.Salted(holder.Hash, salt), person)
        {
            Staff = holder.Staff,
            Blocked = holder.Blocked,
            AllHours = membership.AllHours || space.Plans.GetValueOrDefault(membership.PlanId)?.AllHours == true,
            Bars =
            [
                .. Intervals.Subtract([window], covered).Select(s => new PermitBar("membership-inactive", s.End == window.End ? null : s.End) { From = s.Start == window.Start ? null : s.Start }),
                .. suspended.Select(s => new PermitBar(s.Code, s.Until)),
            ],
        };
    }

    private async Task<ImmutableArray<PermitHolder>> AtTool(
        PermitList device, ImmutableArray<BadgeHolder> known, List<string> present, Dictionary<string, int> numbers, SpaceFacts space)
    {
        var uses = await Uses(device, known);
        var certifications = await Required(device.ToolId, space);
        var window = new Slot(device.IssuedAt - Switching.Skew, device.ExpiresAt);
        var holders = (await Task.WhenAll(known.Select(async h => new PermitHolder(BadgeHash.Salted(h.Hash, device.Salt), numbers[h.MemberId])
        {
            Staff = h.Staff, Blocked = h.Blocked, Buddy = h.Staff ? window : await Certified(h.MemberId, h.Certifications, certifications, window, space), Uses = [.. uses[h.MemberId]],
        }))).ToList();
        // Somebody who came in without a badge, or whose badge was not asked about, is still there.
        foreach (var id in present.Where(id => known.All(h => h.MemberId != id)))
            holders.Add(new PermitHolder("", numbers[id]) { Buddy = await Certified(id, (await Member(id).View())?.Certifications ?? [], certifications, window, space) });
        return [.. holders];
    }

    // The part of the window in which they hold all of it: until it ends, or lapses because it was not used.
    private async Task<Slot?> Certified(string memberId, ImmutableArray<Certification> held, ImmutableArray<string> required, Slot window, SpaceFacts space)
    {
        Slot? together = window;
        foreach (var id in required)
        {
            if (held.FirstOrDefault(c => c.Id == id) is not { } one) return null;
            together = together?.Intersect(new Slot(one.From, Instant.Min(one.Until ?? Instant.MaxValue, await Lapse(memberId, one, window, space))));
        }
        return together;
    }

    // Who was certified not long ago has not lapsed, whatever they used: of the others the member knows.
    private async Task<Instant> Lapse(string memberId, Certification held, Slot window, SpaceFacts space)
    {
        if (!space.Lapses.TryGetValue(held.Id, out var after) || held.From + after >= window.End) return Instant.MaxValue;
        var used = await Member(memberId).LastUsed();
        return Lapsing.At(held, used.TryGetValue(held.Id, out var at) ? at : null, after);
    }

    private IMemberGrain Member(string id) => grains.GetGrain<IMemberGrain>(Keys.Member(id));

    private async Task<ImmutableArray<string>> Required(string? toolId, SpaceFacts space)
    {
        if (toolId is null || await grains.GetGrain<IToolGrain>(Keys.Tool(toolId)).View() is not { Definition: var tool }) return [];
        return PolicyLevels.Of(toolId, tool.AreaId, tool.Category, tool.Policy, null, space).Effective.RequiredCertifications ?? [];
    }

    // The tool's own calendar says which bookings there are; each booking, what its member meets.
    private async Task<ILookup<string, PermitUse>> Uses(PermitList device, ImmutableArray<BadgeHolder> known)
    {
        if (device.ToolId is not { } tool) return Enumerable.Empty<PermitUse>().ToLookup(_ => "");
        var claims = await grains.GetGrain<IToolGrain>(Keys.Tool(tool)).Claims(new Slot(device.IssuedAt, device.ExpiresAt + Duration.FromHours(1)));
        var asked = claims.Where(c => c.Use == ClaimUse.Whole)
            .SelectMany(c => known.Where(h => MayCheckIn(h, c)).Select(h => h.MemberId).Distinct(StringComparer.Ordinal).Select(member => (c.BookingId, Member: member)));
        // All at once: a device waits for the slowest booking, not for their sum.
        var found = await Task.WhenAll(asked.Select(async a => (a.Member, Gates: await grains.GetGrain<IBookingGrain>(Keys.Booking(a.BookingId)).Gates(a.Member, device.IssuedAt))));
        return found.Where(f => f.Gates is not null).ToLookup(f => f.Member, f => UseOf(f.Gates!), StringComparer.Ordinal);
    }

    private static bool MayCheckIn(BadgeHolder holder, Claim claim) =>
        holder.MemberId == claim.MemberId || (claim.CompanyId is not null && claim.CompanyId == holder.Definition.CompanyId);

    private static PermitUse UseOf(UseGates gates)
    {
        var (booking, isIn) = (gates.Booking, gates.Booking.State == BookingState.CheckedIn);
        return new PermitUse(booking.Id, booking.Slot, isIn ? Instant.Min(booking.CheckInOpensAt, booking.CheckedInAt ?? booking.Slot.Start) : booking.CheckInOpensAt)
        {
            LostAt = isIn || booking.Terms.NoShowGrace is not { } grace ? null : booking.Slot.Start + grace,
            Bars = gates.Bars,
            Alone = gates.Alone,
        };
    }
}
