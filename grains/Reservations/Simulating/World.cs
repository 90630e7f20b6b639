using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Resources;
using Makerspace.Reservations.Rules;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Simulating;

/// <summary>
/// The states of all that decide, in memory, under the settings of the time with a change laid over them. It asks in the order and by the rules by which
/// <see cref="Asking"/> asks the grains, and forgets as they do.
/// </summary>
internal sealed class World(PolicyChange change)
{
    // A guard against rooms that contain each other.
    private const int Deepest = 8;

    private readonly Dictionary<string, ToolState> tools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemberState> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompanyState> companies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AreaState> areas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceState> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Booked> bookings = [];
    // What a tool is under a plan, until one of them is told anew.
    private readonly Dictionary<(string Tool, string? Plan), ToolTerms> known = [];

    // What the things last asked would be with the booking they were asked for.
    private readonly Dictionary<string, ToolState> decided = new(StringComparer.Ordinal);
    private SpaceFacts space = new();

    public SpaceFacts Space => space;

    public Booked? Of(Guid bookingId) => bookings.GetValueOrDefault(bookingId);

    /// <summary>Takes over what was said of something, as it was said then.</summary>
    public void Learn(DomainEvent said)
    {
        if (said is SpaceChanged or ToolChanged) known.Clear();
        switch (said)
        {
            case SpaceChanged { Space: var facts }: space = change.Over(facts); break;
            case ToolChanged { Tool: var tool }:
                tools[tool.Id] = Tool(tool.Id) with { Definition = change.Over(tool.Id, tool.Definition), Outages = tool.Outages, Version = tool.Version, Busy = tool.Busy };
                break;
            case AreaChanged { Area: var area }:
                areas[area.Id] = Area(area.Id) with { Definition = change.Over(area.Id, area.Definition), Outages = area.Outages };
                break;
            case ResourceChanged { Resource: var resource }:
                resources[resource.Id] = new ResourceState { Definition = resource.Definition, Outages = resource.Outages };
                break;
            case CompanyChanged { Company: var company }:
                companies[company.Id] = Company(company.Id) with { Definition = change.Over(company.Id, company.Definition), Version = company.Version };
                break;
            case MemberChanged { Member: var member }: Learn(member); break;
            default: break;
        }
    }

    // Strikes are this world's own; those forgiven then are forgiven here.
    private void Learn(MemberView member)
    {
        var then = Member(member.Id);
        members[member.Id] = then with
        {
            Definition = member.Definition, Certifications = member.Certifications, Version = member.Version,
            Strikes = then.Exists ? then.Strikes.RemoveAll(s => member.Strikes.All(m => m.BookingId != s.BookingId)) : member.Strikes,
        };
    }

    /// <summary>Everybody's refusals, by code; none of a thing that is not known. The claims it would take are in <paramref name="stops"/>.</summary>
    public ImmutableArray<Refusal> Ask(Request request, out ImmutableArray<Stop> stops)
    {
        var (claim, hold, terms) = Prepared(request);
        decided.Clear();
        var there = stops = terms.IsEmpty ? [] : StopsOf(claim, terms);
        if (terms.IsEmpty) return [];
        return
        [
            .. there.Where(s => !s.IsArea).SelectMany(s => Decided(s, request)),
            .. Surroundings(claim, terms, there), .. Holders(hold, request),
        ];
    }

    // Of a new booking, what the tool itself makes of the claim; of a change, what it has against it.
    private ImmutableArray<Refusal> Decided(Stop stop, Request request)
    {
        var tool = Tool(Keys.Id(stop.Key));
        if (request.Occasion != Occasion.Book) return Deciding.Refusals(tool, stop.Request, request.Now);
        var decision = Claiming.Decide(tool, stop.Request, request.Now);
        if (decision.Next is { } next) decided[stop.Key] = next;
        return decision.Answer.Refusals;
    }

    /// <summary>What the request would claim, with nobody asked.</summary>
    public ImmutableArray<Stop> StopsOf(Request request)
    {
        var (claim, _, terms) = Prepared(request);
        return terms.IsEmpty ? [] : StopsOf(claim, terms);
    }

    /// <summary>Has the booking as it was accepted: new, or elsewhere, or somebody else's.</summary>
    public void Take(Booked booking, ImmutableArray<Stop> stops, Instant now)
    {
        if (bookings.TryGetValue(booking.Id, out var before)) Release(before, keepHold: before.MemberId == booking.MemberId);
        foreach (var stop in stops) Claim(stop, booking, now);
        Hold(booking, now);
        bookings[booking.Id] = booking with { Stops = stops };
    }

    /// <summary>The booking is over; <paramref name="had"/> is the time that counts against limits, null where none does.</summary>
    public void End(Booked booking, Slot? had, Instant now)
    {
        Release(booking, keepHold: had is not null);
        bookings.Remove(booking.Id);
        if (had is not { } slot) return;
        if (Member(booking.MemberId) is { } member && member.HoldOf(booking.Id) is { } hold) members[booking.MemberId] = member.With(hold with { Slot = slot }).Pruned(now);
        if (booking.CompanyId is { } id && Company(id).Holds.Of(booking.Id) is { } pooled) companies[id] = Company(id) with { Holds = Company(id).Holds.With(pooled with { Slot = slot }).Remembered(now) };
    }

    public void Mark(string memberId, MemberMark mark) => members[memberId] = Member(memberId).With(mark);

    public void CheckIn(Booked booking, string memberId, Instant now)
    {
        bookings[booking.Id] = booking with { CheckedIn = true };
        var lapsing = Terms(booking.Tools, Member(memberId).Definition.Membership.PlanId).SelectMany(t => t.Policy.RequiredCertifications ?? [])
            .Where(space.Lapses.ContainsKey).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (!lapsing.IsEmpty) Mark(memberId, new MemberMark(null, lapsing, now));
    }

    /// <summary>How long a strike of the booking would count.</summary>
    public Duration? StrikeExpiry(Booked booking) => Terms(booking.Tools[..1], Member(booking.MemberId).Definition.Membership.PlanId) is [var tool] ? tool.Policy.StrikeExpiry : null;

    public string? CompanyOf(string memberId) => Member(memberId).Definition.CompanyId;

    /// <summary>Forgets bookings long over that nobody ever ended.</summary>
    public void Forget(Instant before)
    {
        foreach (var old in bookings.Values.Where(b => b.Slot.End < before).ToList()) End(old, old.Slot, before);
    }

    private (ClaimRequest Claim, HoldRequest Hold, ImmutableArray<ToolTerms> Terms) Prepared(Request request)
    {
        var booking = request.Booking;
        var member = Member(booking.MemberId);
        var plan = member.Exists ? member.Definition.Membership.PlanId : null;
        var terms = Terms(booking.Tools, plan);
        if (terms.IsEmpty) return (new ClaimRequest(), new HoldRequest(), terms);
        var claim = new ClaimRequest
        {
            BookingId = booking.Id, MemberId = booking.MemberId, CompanyId = member.Definition.CompanyId, Slot = booking.Slot, Actor = booking.MemberId,
            OverrideReason = request.OverrideReason, Space = space, HeldUntil = Instant.MaxValue, Occasion = request.Occasion, PlanId = plan,
            ToolId = booking.Tools[0], Certifications = member.Held,
        };
        var hold = new HoldRequest
        {
            BookingId = booking.Id, MemberId = booking.MemberId, CompanyId = claim.CompanyId, PlanId = plan, Slot = booking.Slot, Actor = booking.MemberId, Space = space,
            OverrideReason = request.OverrideReason, HeldUntil = Instant.MaxValue, Occasion = request.Occasion, Tool = terms[0], Also = terms[1..], From = request.From,
        };
        return (claim, hold, terms);
    }

    private ImmutableArray<ToolTerms> Terms(ImmutableArray<string> ids, string? plan)
    {
        var all = ImmutableArray.CreateBuilder<ToolTerms>(ids.Length);
        foreach (var id in ids)
        {
            if (!tools.TryGetValue(id, out var tool) || !tool.Exists) return [];
            var d = tool.Definition;
            if (!known.TryGetValue((id, plan), out var terms))
            {
                var policy = PolicyLevels.Of(id, d.AreaId, d.Category, d.Policy, plan, space).Effective;
                terms = new ToolTerms(id, d.Name, d.Category, d.AreaId, policy, tool.Version) { Own = d.Policy, InRoom = d.InRoom, DependsOn = d.DependsOn };
                known[(id, plan)] = terms;
            }
            all.Add(terms);
        }
        return all.DrainToImmutable();
    }

    private ImmutableArray<Stop> StopsOf(ClaimRequest claim, ImmutableArray<ToolTerms> terms)
    {
        var stops = ImmutableArray.CreateBuilder<Stop>();
        foreach (var tool in terms) stops.Add(new Stop(Keys.Tool(tool.ToolId), claim with { ThingId = tool.ToolId }));
        foreach (var tool in terms)
        {
            foreach (var room in Rooms(tool.InRoom).Where(r => terms.All(t => t.ToolId != r) && stops.All(s => s.Key != Keys.Tool(r))))
                stops.Add(new Stop(Keys.Tool(room), claim with { ThingId = room, Use = ClaimUse.Inside }));
            foreach (var area in space.AreaChain(tool.AreaId))
            {
                var need = area == tool.AreaId ? Rules.AreaRules.Need(tool, space, claim.Slot, claim.PlanId) : null;
                var same = stops.FirstOrDefault(s => s.Key == Keys.Area(area));
                if (same is null) stops.Add(new Stop(Keys.Area(area), claim with { ThingId = area, Use = ClaimUse.Inside, Buddy = need }));
                else if (need is not null) stops[stops.IndexOf(same)] = new Stop(same.Key, same.Request with { Buddy = Both(same.Request.Buddy, need) });
            }
        }
        return stops.DrainToImmutable();
    }

    private static BuddyNeed Both(BuddyNeed? one, BuddyNeed other) =>
        one is null ? other : other with { Certifications = [.. one.Certifications.Union(other.Certifications, StringComparer.Ordinal)] };

    private IEnumerable<string> Rooms(string? room)
    {
        for (var depth = 0; room is not null && depth < Deepest && tools.TryGetValue(room, out var state) && state.Exists; depth++)
        {
            yield return room;
            room = state.Definition.InRoom;
        }
    }

    private IEnumerable<Refusal> Surroundings(ClaimRequest claim, ImmutableArray<ToolTerms> terms, ImmutableArray<Stop> stops)
    {
        var ofAreas = stops.Where(s => s.IsArea).SelectMany(s => Deciding.Refusals(Keys.Id(s.Key), Area(Keys.Id(s.Key)), s.Request));
        var ofResources = terms.SelectMany(t => t.DependsOn).Distinct(StringComparer.Ordinal).SelectMany(id => Resource(id, claim.Slot));
        return ofAreas.Concat(ofResources.Where(r => !r.Overridable || claim.OverrideReason is null));
    }

    private IEnumerable<Refusal> Resource(string id, Slot slot) => resources.TryGetValue(id, out var resource)
        ? ClaimRules.Outage(resource.Outages, slot, areaId: null).Concat<Refusal>(ClaimRules.ToolOutOfService(resource.Definition?.OutOfService ?? false, resource.Definition?.ExpectedBack, slot))
        : [];

    private IEnumerable<Refusal> Holders(HoldRequest hold, Request request)
    {
        var member = Deciding.Refusals(Member(hold.MemberId), hold, hold.Slot, request.Now);
        return hold.CompanyId is { } id && companies.TryGetValue(id, out var company) && company.Exists
            ? member.Concat(Deciding.Refusals(id, company, hold, hold.Slot, request.Now))
            : member;
    }

    private void Claim(Stop stop, Booked booking, Instant now)
    {
        var id = Keys.Id(stop.Key);
        if (stop.IsArea)
        {
            if (!Keeps(id)) return;
            var area = Area(id);
            var there = new Claim(booking.Id, booking.MemberId, booking.CompanyId, booking.Slot, 0) { Use = ClaimUse.Inside, Held = stop.Request.Certifications };
            areas[id] = area with { Claims = Inserted(area.Claims, there) };
            return;
        }
        // What the tool itself made of it; where only history says that it was accepted, that.
        var tool = Tool(id);
        var claimed = decided.Remove(stop.Key, out var made) && made.Claims.Of(booking.Id) is not null
            ? made
            : tool.Pruned(now).With(new Claim(booking.Id, booking.MemberId, booking.CompanyId, booking.Slot, tool.Version) { Use = stop.Request.Use });
        tools[id] = claimed with { Outbox = [], LateReleases = [] };
    }

    private bool Keeps(string areaId) => change.TouchesAreas || space.AreaRules.GetValueOrDefault(areaId)?.KeepsClaims == true;

    private static ImmutableArray<Claim> Inserted(ImmutableArray<Claim> claims, Claim claim)
    {
        var at = claims.BinarySearch(claim, Calendar.ByStart);
        return claims.Insert(at < 0 ? ~at : at, claim);
    }

    private void Hold(Booked booking, Instant now)
    {
        var terms = Terms(booking.Tools, Member(booking.MemberId).Definition.Membership.PlanId);
        if (terms.IsEmpty) return;
        var request = new HoldRequest { BookingId = booking.Id, MemberId = booking.MemberId, Slot = booking.Slot, Tool = terms[0], Also = terms[1..] };
        var hold = Members.Hold.For(request) with { MemberId = booking.MemberId };
        members[booking.MemberId] = Member(booking.MemberId).Pruned(now).With(hold);
        if (booking.CompanyId is { } id && companies.TryGetValue(id, out var company) && company.Exists) companies[id] = company with { Holds = company.Holds.Remembered(now).With(hold) };
    }

    private void Release(Booked booking, bool keepHold)
    {
        foreach (var stop in booking.Stops)
        {
            var id = Keys.Id(stop.Key);
            if (stop.IsArea) areas[id] = Area(id) with { Claims = Area(id).Claims.WithoutBooking(booking.Id) };
            else tools[id] = Tool(id).Without(booking.Id);
        }
        if (keepHold) return;
        members[booking.MemberId] = Member(booking.MemberId).Without(booking.Id);
        if (booking.CompanyId is { } company) companies[company] = Company(company) with { Holds = Company(company).Holds.RemoveAll(h => h.BookingId == booking.Id) };
    }

    private ToolState Tool(string id) => tools.GetValueOrDefault(id) ?? new ToolState();
    private MemberState Member(string id) => members.GetValueOrDefault(id) ?? new MemberState();
    private CompanyState Company(string id) => companies.GetValueOrDefault(id) ?? new CompanyState();
    private AreaState Area(string id) => areas.GetValueOrDefault(id) ?? new AreaState();
}
