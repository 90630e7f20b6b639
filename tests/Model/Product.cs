using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>The product, driven by a history through its grains: those in memory, or those of a silo.</summary>
/// <param name="grains">Where its grains are.</param>
/// <param name="clock">Its clock.</param>
/// <param name="prefix">Of every id, so that histories can share a silo.</param>
internal sealed class Product(IGrainFactory grains, HandClock clock, string prefix = "")
{
    private readonly SortedDictionary<int, Guid> made = [];
    private Place place = new();

    public IReadOnlyDictionary<int, Guid> Made => made;

    public Place Place => place;

    public async Task Open(Place first)
    {
        clock.Now = first.Monday;
        var forgotten = (await Space.Facts()).Lapses.ToImmutableDictionary(l => l.Key, _ => (Duration?)null);
        await Space.Change(new SpaceChange { Lapses = forgotten, TimeZone = first.Zone, SetOpeningHours = true, SetStaffedHours = true, Closures = [], Defaults = Policy.None }, "staff");
        await Follow(new Place(), first);
    }

    public async Task<Told> Do(Op op)
    {
        switch (op)
        {
            case Say say:
                await Follow(place, say.Change(place, Now));
                return Told.Nothing;
            case Pass pass:
                clock.Now += Duration.FromMinutes(pass.Minutes);
                return Told.Nothing;
            case RunJobs:
                foreach (var id in made.Values) await Booking(id).Due();
                return Told.Nothing;
            case Book book:
                made[book.N] = Guid.NewGuid();
                return await Tell(book.N, await Booking(made[book.N]).Book(await Request(book)));
            case BookingOp of when !made.ContainsKey(of.N):
                return Told.Nothing;
            case BookingOp of:
                return await Tell(of.N, await Ask(of, Booking(made[of.N])));
        }
        throw new InvalidOperationException($"What is {op}?");
    }

    public async Task<string> Preview(Book book) => CodesOf(await Booking(Guid.NewGuid()).Preview(await Request(book)));

    public Task<BookingView?> View(Guid id) => Booking(id).View();

    public Span SpanOf(BookingView booking) => new(place.Minute(booking.Slot.Start), place.Minute(booking.Slot.End));

    /// <summary>The product's booking in the model's words.</summary>
    public Booked AsBooked(int n, BookingView view) => new()
    {
        N = n, Tools = [.. view.Tools], Company = view.CompanyId, Member = view.MemberId, Slot = SpanOf(view), State = view.State, Terms = view.Terms, Certifications = new Dictionary<string, Span>(),
    };

    public async Task<string> Describe(int n) => Describe(await Booking(made[n]).View());

    private int Now => place.Minute(clock.Now);

    private Task<BookingAnswer> Ask(BookingOp op, IBookingGrain booking) => op switch
    {
        Move move => booking.Move(place.SlotOf(move.Slot), "x", Why(move.ByStaff)),
        Extend extend => booking.Extend(place.At(extend.End), "x", Why(extend.ByStaff)),
        HandOver over => booking.HandOver(prefix + over.Member, "x", Why(over.ByStaff)),
        Cancel cancel => Cancelled(booking, cancel),
        CheckIn here => CheckedIn(booking, here),
        CheckOut => booking.CheckOut("x"),
        Approve => booking.Approve("staff", null),
        Decline => booking.Decline("staff", null),
        _ => booking.Displace("staff", "x"),
    };

    private static async Task<BookingAnswer> Cancelled(IBookingGrain booking, Cancel cancel) =>
        await booking.Cancel(cancel.ByStaff ? "staff" : (await booking.View())?.MemberId ?? "x", null);

    private async Task<BookingAnswer> CheckedIn(IBookingGrain booking, CheckIn here) =>
        await booking.CheckIn(here.Colleague is { } other ? prefix + other : (await booking.View())?.MemberId ?? "x", "x", Why(here.ByStaff));

    private async Task<BookingRequest> Request(Book book) => new()
    {
        ToolId = prefix + book.Tools[0],
        AlsoTools = [.. book.Tools.Skip(1).Select(t => prefix + t)],
        MemberId = prefix + book.Member,
        Slot = place.SlotOf(book.Slot),
        Actor = "x",
        OverrideReason = Why(book.ByStaff),
        PolicyVersion = book.VersionsLate is { } late ? (await Tool(book.Tools[0]).View())!.Version - late : null,
    };

    private async Task<Told> Tell(int n, BookingAnswer answer) => new(CodesOf(answer), await Describe(n));

    private static string CodesOf(BookingAnswer answer) => answer.Missing is { } missing ? "missing " + missing : Told.Of(answer.Refusals.Select(r => r.Code));

    private string Describe(BookingView? booking) => booking is null or { State: BookingState.Refused or BookingState.Expired, PolicyVersion: 0 } ? "none" : Booked.Describe(
        booking.State, booking.MemberId[prefix.Length..], SpanOf(booking), booking.LateFee is not null,
        booking.FeeWaived, Civil.Of(place.Zone, place.Monday));

    // Tells the grains what staff changed.
    private async Task Follow(Place was, Place now)
    {
        place = now;
        foreach (var (id, area) in Changed(was.Areas, now.Areas)) await Area(id).Define(Prefixed(area), "staff");
        foreach (var (id, tool) in Changed(was.Tools, now.Tools)) await Tool(id).Define(Prefixed(tool), "staff");
        foreach (var (id, resource) in Changed(was.Resources, now.Resources)) await Resource(id).Define(resource, "staff");
        foreach (var (id, company) in Changed(was.Companies, now.Companies)) await Company(id).Define(company, "staff");
        foreach (var (id, member) in Changed(was.Members, now.Members)) await Member(id).Define(Prefixed(member), "staff");
        foreach (var held in now.Certificates.Except(was.Certificates)) await Member(held.Member).Certify(held.Certification, "staff");
        foreach (var held in was.Certificates.Where(h => !now.Certificates.Any(o => (o.Member, o.Certification.Id) == (h.Member, h.Certification.Id))))
            await Member(held.Member).Revoke(held.Certification.Id, "staff", null);
        if (SpaceChange(was, now) is { } change) await Space.Change(change, "staff");
        foreach (var outage in now.Outages.Except(was.Outages).Where(o => was.Outages.All(w => w.Id != o.Id))) await Begin(outage);
        foreach (var outage in was.Outages.Except(now.Outages)) await End(outage);
    }

    private static IEnumerable<KeyValuePair<string, T>> Changed<T>(ImmutableDictionary<string, T> was, ImmutableDictionary<string, T> now) where T : class =>
        now.Where(n => !ReferenceEquals(was.GetValueOrDefault(n.Key), n.Value)).OrderBy(n => n.Key, StringComparer.Ordinal);

    private SpaceChange? SpaceChange(Place was, Place now)
    {
        var plain = new Place
        {
            Open = now.Open, Staffed = now.Staffed, Defaults = now.Defaults, Closures = now.Closures, Plans = now.Plans, Categories = now.Categories, Lapses = now.Lapses,
        };
        if (plain == new Place
        {
            Open = was.Open, Staffed = was.Staffed, Defaults = was.Defaults, Closures = was.Closures, Plans = was.Plans, Categories = was.Categories, Lapses = was.Lapses,
        }) return null;
        return new SpaceChange
        {
            OpeningHours = now.Open,
            SetOpeningHours = true,
            StaffedHours = now.Staffed,
            SetStaffedHours = true,
            Defaults = now.Defaults,
            Closures = now.Closures,
            Plans = now.Plans.ToImmutableDictionary(p => prefix + p.Key, p => Prefixed(p.Value)),
            Categories = now.Categories.ToImmutableDictionary(c => prefix + c.Key, c => c.Value),
            Lapses = now.Lapses.ToImmutableDictionary(l => l.Key, l => (Duration?)l.Value),
        };
    }

    private Task Begin(Down outage)
    {
        var (id, what) = (outage.On[(outage.On.IndexOf('-', StringComparison.Ordinal) + 1)..], new Outage(outage.Id, outage.Id, place.SlotOf(outage.Span)));
        return outage.On[0] switch { 't' => Tool(id).PlaceOutage(what, "staff"), 'a' => Area(id).PlaceOutage(what, "staff"), _ => Resource(id).PlaceOutage(what, "staff") };
    }

    private Task<bool> End(Down outage)
    {
        var id = outage.On[(outage.On.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return outage.On[0] switch { 't' => Tool(id).CloseOutage(outage.Id, "staff"), 'a' => Area(id).CloseOutage(outage.Id, "staff"), _ => Resource(id).CloseOutage(outage.Id, "staff") };
    }

    private AreaDefinition Prefixed(AreaDefinition area) => area with { Inside = Prefixed(area.Inside) };

    private ToolDefinition Prefixed(ToolDefinition tool) => tool with
    {
        AreaId = Prefixed(tool.AreaId), InRoom = Prefixed(tool.InRoom), Category = Prefixed(tool.Category), DependsOn = [.. tool.DependsOn.Select(d => prefix + d)],
    };

    private MemberDefinition Prefixed(MemberDefinition member) => member with
    {
        CompanyId = Prefixed(member.CompanyId), Membership = member.Membership with { PlanId = prefix + member.Membership.PlanId },
    };

    private Plan Prefixed(Plan plan) => plan with
    {
        Tools = plan.Tools is { } tools ? [.. tools.Select(t => prefix + t)] : null, Categories = plan.Categories is { } of ? [.. of.Select(c => prefix + c)] : null,
    };

    private string? Prefixed(string? id) => id is null ? null : prefix + id;

    private static string? Why(bool byStaff) => byStaff ? "because" : null;

    private ISpaceGrain Space => grains.GetGrain<ISpaceGrain>(Keys.Space);

    private IToolGrain Tool(string id) => grains.GetGrain<IToolGrain>(Keys.Tool(prefix + id));

    private IAreaGrain Area(string id) => grains.GetGrain<IAreaGrain>(Keys.Area(prefix + id));

    private IResourceGrain Resource(string id) => grains.GetGrain<IResourceGrain>(Keys.Resource(prefix + id));

    private IMemberGrain Member(string id) => grains.GetGrain<IMemberGrain>(Keys.Member(prefix + id));

    private ICompanyGrain Company(string id) => grains.GetGrain<ICompanyGrain>(Keys.Company(prefix + id));

    private IBookingGrain Booking(Guid id) => grains.GetGrain<IBookingGrain>(Keys.Booking(id));
}
