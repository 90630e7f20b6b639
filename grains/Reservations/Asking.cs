using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Reservations;

/// <summary>A request with what was learned in asking around.</summary>
/// <param name="Claim">What every claim of the booking has in common.</param>
/// <param name="Hold">What is asked of the member and the company.</param>
/// <param name="Stops">Everything that is claimed, in the one order that all bookings keep, so that of two that meet one goes through.</param>
/// <param name="Refusals">Everybody's.</param>
/// <param name="Missing">What does not exist; null where everything does.</param>
internal sealed record Asked(ClaimRequest Claim, HoldRequest Hold, ImmutableArray<Stop> Stops, ImmutableArray<Refusal> Refusals, string? Missing)
{
    public bool Accepted => Missing is null && Refusals.IsEmpty;

    /// <summary>What the one who pays was asked, and said.</summary>
    public PriceQuote Quote { get; init; } = new(null, null, null, []);

    /// <summary>What it would cost; null: nothing.</summary>
    public BookingPrice? Price => Claim.Terms.Price;

    /// <summary>The same at that price.</summary>
    /// <param name="price">Null: it costs nothing.</param>
    /// <param name="waits">It stands only once its deposit is authorised.</param>
    public Asked With(BookingPrice? price, bool waits)
    {
        ClaimRequest Priced(ClaimRequest claim) => claim with
        {
            Terms = claim.Terms with { Price = price, PaymentWindow = price is null ? null : claim.Space.Billing?.PaymentWindow },
            Becomes = claim.Becomes is not (BookingState.Confirmed or BookingState.AwaitingPayment) ? claim.Becomes : waits ? BookingState.AwaitingPayment : BookingState.Confirmed,
        };
        return this with { Claim = Priced(Claim), Stops = [.. Stops.Select(s => s with { Request = Priced(s.Request) })] };
    }

    /// <summary>Areas or resources bear on it: their outages are.</summary>
    public bool HasSurroundings => Hold.Tools.Any(t => t.AreaId is not null || !t.DependsOn.IsEmpty);
}

/// <summary>One thing that a booking claims.</summary>
/// <param name="Key">The key of its grain.</param>
/// <param name="Request">What is asked of it.</param>
internal sealed record Stop(string Key, ClaimRequest Request)
{
    public bool IsArea => Key.StartsWith("area-", StringComparison.Ordinal);
}

/// <summary>Asks space, member, company, tools, rooms, areas and resources for all they have against a request. Writes nothing.</summary>
internal sealed class Asking(IGrainFactory grains)
{
    // A guard against rooms that contain each other.
    private const int Deepest = 8;

    public async Task<Asked> Ask(ClaimRequest asked, HoldRequest hold, ImmutableArray<string> tools, PriceTerms? known)
    {
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var member = await grains.GetGrain<IMemberGrain>(Keys.Member(asked.MemberId)).Facts();
        // A booking stays with the company it was made for, whoever its member works for now.
        var company = asked.Occasion is Occasion.Book or Occasion.HandOver ? member.CompanyId : asked.CompanyId;
        var claim = asked with { Space = space, PlanId = member.PlanId, CompanyId = company, Certifications = member.Certifications };
        var quotes = await Task.WhenAll(tools.Select(id => Tool(id).Check(claim with { ThingId = id })));
        if (quotes.Any(q => q.Terms is null)) return new Asked(claim, hold, [], [], "tool");
        var terms = quotes.Select(q => q.Terms!).ToImmutableArray();
        hold = hold with { Space = space, PlanId = member.PlanId, CompanyId = member.CompanyId, Tool = terms[0], Also = terms[1..] };
        claim = claim with { Becomes = Becoming(asked, terms), Terms = TermsOf(terms) };
        var quote = await new AskingPrice(grains).Ask(claim, hold, known);
        var (rooms, around) = await Rooms(claim, terms);
        var areas = Areas(claim, terms);
        var stops = StopsOf(claim, terms, rooms, around, areas);
        ImmutableArray<Refusal> refusals =
        [
            .. quotes.SelectMany((q, i) => tools.Length == 1 ? q.Refusals : q.Refusals.Select(r => r with { OfTool = tools[i] })), .. rooms.SelectMany(r => r.Quote.Refusals), .. await Surroundings(claim, areas, terms), .. await Holders(claim, hold), .. quote.Refusals,
        ];
        return new Asked(claim, hold with { Claims = [.. stops.Select(s => s.Key)], Payer = quote.Payer }, stops, refusals, null) { Quote = quote };
    }

    /// <summary>Outages of areas and resources: they take no claims, so whoever claims asks for them again afterwards (see <c>docs/design.md</c>).</summary>
    public async Task<ImmutableArray<Refusal>> Outages(Asked asked)
    {
        if (!asked.HasSurroundings) return [];
        var terms = asked.Hold.Tools.ToImmutableArray();
        return [.. (await Surroundings(asked.Claim, Areas(asked.Claim, terms), terms)).Where(r => r is DuringOutage)];
    }

    /// <summary>What a booking keeps of the first tool. Of a mentor and machines, in whatever order: late cancelling is the mentor's who says something of it, checking in the first machine's.</summary>
    /// <remarks>Nobody checks in with a mentor: a session alone takes place unless somebody cancels it.</remarks>
    internal static BookingTerms TermsOf(ImmutableArray<ToolTerms> terms)
    {
        var machine = terms.FirstOrDefault(t => !t.OfMentor) is { } first ? BookingTerms.Of(first.Policy) : BookingTerms.None;
        return terms.FirstOrDefault(t => t.OfMentor && t.Policy.LateCancelThreshold is not null) is { } mentor
            ? machine with { LateCancelThreshold = mentor.Policy.LateCancelThreshold, LateCancelFee = mentor.Policy.LateCancelFee }
            : machine;
    }

    private static BookingState Becoming(ClaimRequest asked, ImmutableArray<ToolTerms> terms)
    {
        if (asked.Becomes != BookingState.Confirmed) return asked.Becomes;
        return asked.OverrideReason is null && terms.Any(t => t.Policy.ApprovalRequired == true) ? BookingState.AwaitingApproval : BookingState.Confirmed;
    }

    // Areas, then from the outermost room in: the last, a booking's home, is a tool that is booked itself, where what is said of it is of use.
    private static ImmutableArray<Stop> StopsOf(
        ClaimRequest claim, ImmutableArray<ToolTerms> terms, List<(string Id, ToolQuote Quote)> rooms, Dictionary<string, int> around, List<Stop> areas) =>
    [
        .. areas.Where(a => claim.Space.AreaRules.GetValueOrDefault(Keys.Id(a.Key))?.KeepsClaims == true)
            .Concat(rooms.Select(r => new Stop(Keys.Tool(r.Id), Inside(claim, r.Id))))
            .Concat(terms.Select(t => new Stop(Keys.Tool(t.ToolId), claim with { ThingId = t.ToolId })))
            .OrderBy(s => s.IsArea ? -1 : around[Keys.Id(s.Key)]).ThenBy(s => s.Key, StringComparer.Ordinal),
    ];

    private static ClaimRequest Inside(ClaimRequest claim, string id) => claim with { ThingId = id, Use = ClaimUse.Inside, PolicyVersion = null };

    // The rooms around the tools, each once, without those that are booked themselves; and of everything how many rooms are around it.
    private async Task<(List<(string Id, ToolQuote Quote)> Rooms, Dictionary<string, int> Around)> Rooms(ClaimRequest claim, ImmutableArray<ToolTerms> terms)
    {
        var rooms = new List<(string Id, ToolQuote Quote)>();
        var around = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tool in terms)
        {
            var chain = new List<string> { tool.ToolId };
            for (var room = tool.InRoom; room is not null && chain.Count <= Deepest;)
            {
                var quote = await Tool(room).Check(Inside(claim, room));
                if (quote.Terms is null) break;
                if (terms.All(t => t.ToolId != room) && rooms.TrueForAll(r => r.Id != room)) rooms.Add((room, quote));
                chain.Add(room);
                room = quote.Terms.InRoom;
            }
            for (var i = 0; i < chain.Count; i++) around[chain[i]] = chain.Count - 1 - i;
        }
        return (rooms, around);
    }

    private static List<Stop> Areas(ClaimRequest claim, ImmutableArray<ToolTerms> terms)
    {
        var areas = new Dictionary<string, BuddyNeed?>(StringComparer.Ordinal);
        foreach (var tool in terms)
        {
            foreach (var id in claim.Space.AreaChain(tool.AreaId)) areas.TryAdd(id, null);
            if (tool.AreaId is { } own && Rules.AreaRules.Need(tool, claim.Space, claim.Slot, claim.PlanId) is { } need)
                areas[own] = areas[own] is { } also ? need with { Certifications = [.. also.Certifications.Union(need.Certifications)] } : need;
        }
        return [.. areas.Select(a => new Stop(Keys.Area(a.Key), claim with { ThingId = a.Key, Use = ClaimUse.Inside, Buddy = a.Value }))];
    }

    private async Task<IEnumerable<Refusal>> Surroundings(ClaimRequest claim, List<Stop> areas, ImmutableArray<ToolTerms> terms)
    {
        var ofAreas = areas.Select(a => grains.GetGrain<IAreaGrain>(a.Key).Check(a.Request));
        var ofResources = terms.SelectMany(t => t.DependsOn).Distinct().Select(id => grains.GetGrain<IResourceGrain>(Keys.Resource(id)).Check(claim.Slot));
        // What staff override is the rules' business where they know of it; a resource is only asked for its facts.
        return (await Task.WhenAll(ofAreas.Concat(ofResources))).SelectMany(r => r).Where(r => !r.Overridable || claim.OverrideReason is null);
    }

    private async Task<IEnumerable<Refusal>> Holders(ClaimRequest claim, HoldRequest hold)
    {
        var member = grains.GetGrain<IMemberGrain>(Keys.Member(claim.MemberId)).Check(hold, [claim.Slot]);
        if (claim.CompanyId is null) return (await member)[0];
        var company = grains.GetGrain<ICompanyGrain>(Keys.Company(claim.CompanyId)).Check(hold, [claim.Slot]);
        return (await Task.WhenAll(member, company)).SelectMany(refusals => refusals[0]);
    }

    private IToolGrain Tool(string id) => grains.GetGrain<IToolGrain>(Keys.Tool(id));
}
