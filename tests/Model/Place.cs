using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>All that staff have said: definitions, no bookings. The product is told of it, the model reads it.</summary>
internal sealed record Place
{
    public string Zone { get; init; } = "Europe/Berlin";

    /// <summary>Local midnight of a Monday in whose week the clocks change.</summary>
    public Instant Monday { get; init; }

    public ImmutableDictionary<string, ToolDefinition> Tools { get; init; } = ImmutableDictionary<string, ToolDefinition>.Empty;
    public ImmutableDictionary<string, int> Versions { get; init; } = ImmutableDictionary<string, int>.Empty;
    public ImmutableDictionary<string, AreaDefinition> Areas { get; init; } = ImmutableDictionary<string, AreaDefinition>.Empty;
    public ImmutableDictionary<string, ResourceDefinition> Resources { get; init; } = ImmutableDictionary<string, ResourceDefinition>.Empty;
    public ImmutableDictionary<string, MemberDefinition> Members { get; init; } = ImmutableDictionary<string, MemberDefinition>.Empty;
    public ImmutableDictionary<string, CompanyDefinition> Companies { get; init; } = ImmutableDictionary<string, CompanyDefinition>.Empty;
    public ImmutableDictionary<string, CategoryRules> Categories { get; init; } = ImmutableDictionary<string, CategoryRules>.Empty;
    public ImmutableDictionary<string, Plan> Plans { get; init; } = ImmutableDictionary<string, Plan>.Empty;
    public ImmutableDictionary<string, Duration> Lapses { get; init; } = ImmutableDictionary<string, Duration>.Empty;
    public ImmutableArray<Held> Certificates { get; init; } = [];
    public ImmutableArray<Down> Outages { get; init; } = [];
    public ImmutableArray<Closure> Closures { get; init; } = [];
    public ImmutableArray<OpeningWindow>? Open { get; init; }
    public ImmutableArray<OpeningWindow>? Staffed { get; init; }
    public Policy Defaults { get; init; } = Policy.None;

    public Instant At(int minute) => Monday + Duration.FromMinutes(minute);

    public int Minute(Instant instant) => (int)(instant - Monday).TotalMinutes;

    public Slot SlotOf(Span span) => new(At(span.Start), At(span.End));

    public Place Tool(string id, Func<ToolDefinition, ToolDefinition> change) =>
        this with { Tools = Tools.SetItem(id, change(Tools[id])) };

    public Place Member(string id, Func<MemberDefinition, MemberDefinition> change) =>
        this with { Members = Members.SetItem(id, change(Members[id])) };

    public Place Company(string id, Func<CompanyDefinition, CompanyDefinition> change) =>
        this with { Companies = Companies.SetItem(id, change(Companies[id])) };

    public Place Area(string id, Func<AreaDefinition, AreaDefinition> change) => this with { Areas = Areas.SetItem(id, change(Areas[id])) };

    public Place Resource(string id, Func<ResourceDefinition, ResourceDefinition> change) =>
        this with { Resources = Resources.SetItem(id, change(Resources[id])) };

    public Place Category(string id, Func<CategoryRules, CategoryRules> change) =>
        this with { Categories = Categories.SetItem(id, change(Categories.GetValueOrDefault(id, new CategoryRules(Policy.None, Limits.None)))) };

    public Place PlanOf(string id, Func<Plan, Plan> change) =>
        this with { Plans = Plans.SetItem(id, change(Plans.GetValueOrDefault(id, new Plan { Name = id }))) };

    public Place With(Held held) => this with { Certificates = Certificates.RemoveAll(c => c.Member == held.Member && c.Certification.Id == held.Certification.Id).Add(held) };

    public Place With(Down outage) => this with { Outages = Outages.RemoveAll(o => o.Id == outage.Id).Add(outage) };

    /// <summary>The outage ends now: cut if under way, gone if to come.</summary>
    public Place Closed(string outage, int now) => this with
    {
        Outages = [.. Outages.Select(o => o.Id == outage && o.Span.End > now ? o with { Span = o.Span with { End = now } } : o).Where(o => o.Span.Start < o.Span.End)],
    };

    /// <summary>Four tools, one of them a room around two others, in two areas of which one is inside the other; a resource; four members, two companies.</summary>
    public static Place Plain(string zone, Instant monday) => new()
    {
        Zone = zone,
        Monday = monday,
        Tools = Entries(
            ("bench", new ToolDefinition { Name = "bench", Category = "wood", AreaId = "hall" }),
            ("lathe", new ToolDefinition { Name = "lathe", Category = "metal", AreaId = "bay", InRoom = "room" }),
            ("room", new ToolDefinition { Name = "room", Category = "rooms", AreaId = "bay" }),
            ("saw", new ToolDefinition { Name = "saw", Category = "metal", AreaId = "bay", InRoom = "room", DependsOn = ["dust"] })),
        Areas = Entries(
            ("hall", new AreaDefinition { Name = "hall", Watched = true }),
            ("bay", new AreaDefinition { Name = "bay", Inside = "hall", Watched = true })),
        Resources = Entries(("dust", new ResourceDefinition { Name = "dust" })),
        Companies = Entries(("acme", new CompanyDefinition { Name = "acme" }), ("birch", new CompanyDefinition { Name = "birch" })),
        Members = Entries(
            ("ada", new MemberDefinition { Name = "ada", CompanyId = "acme" }),
            ("ben", new MemberDefinition { Name = "ben", CompanyId = "acme" }),
            ("cyd", new MemberDefinition { Name = "cyd", CompanyId = "birch" }),
            ("dan", new MemberDefinition { Name = "dan" })),
    };

    private static ImmutableDictionary<string, T> Entries<T>(params (string Id, T Value)[] entries) => entries.ToImmutableDictionary(e => e.Id, e => e.Value);
}

/// <summary>From a minute to another, the end not included.</summary>
internal readonly record struct Span(int Start, int End);

/// <summary>A member's certification.</summary>
internal sealed record Held(string Member, Certification Certification);

/// <summary>An outage of a tool, an area or a resource ("tool-saw", as grain keys are).</summary>
internal sealed record Down(string Id, string On, Span Span);
