using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Spaces;

/// <summary>What the space keeps: its facts, as they are asked for.</summary>
internal sealed record SpaceState : IHasOutbox
{
    public SpaceFacts Facts { get; init; } = new();

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("space")]
internal sealed class SpaceGrain([PersistentState("space")] IPersistentState<SpaceState> state, TimeProvider time)
    : SavingGrain<SpaceState>(state), ISpaceGrain
{
    public Task<SpaceFacts> Facts() => Task.FromResult(State.Facts);

    public async Task<SpaceFacts> Change(SpaceChange change, string actor)
    {
        var now = time.Now();
        var next = Changed(State.Facts, change, now);
        if (StoredJson.Same(next, State.Facts)) return State.Facts;
        next = next with { Version = State.Facts.Version + 1 };
        await Save(State with { Facts = next, Outbox = [new SpaceChanged(now, actor, next)] });
        return next;
    }

    private static SpaceFacts Changed(SpaceFacts facts, SpaceChange change, Instant now) => facts with
    {
        Name = change.Name ?? facts.Name,
        TimeZone = change.TimeZone ?? facts.TimeZone,
        Currency = change.Currency ?? facts.Currency,
        OpeningHours = change.SetOpeningHours ? change.OpeningHours : facts.OpeningHours,
        Defaults = change.Defaults ?? facts.Defaults,
        Closures = [.. (change.Closures ?? facts.Closures).Where(c => c.Slot.End > now - Duration.FromDays(1)).OrderBy(c => c.Slot.Start)],
        Certifications = facts.Certifications.SetItems(change.Certifications),
        Areas = facts.Areas.SetItems(change.Areas),
        StaffedHours = change.SetStaffedHours ? change.StaffedHours : facts.StaffedHours,
        Plans = facts.Plans.SetItems(change.Plans.Select(p => KeyValuePair.Create(p.Key, Versioned(facts.Plans.GetValueOrDefault(p.Key), p.Value)))),
        Categories = facts.Categories.SetItems(change.Categories),
        AreaRules = facts.AreaRules.SetItems(change.AreaRules),
        DefaultPlan = change.DefaultPlan ?? facts.DefaultPlan,
        Billing = change.Billing ?? facts.Billing,
        Products = facts.Products.SetItems(change.Products.Select(p => KeyValuePair.Create(p.Key, Versioned(facts.Products.GetValueOrDefault(p.Key), p.Value)))),
        Lapses = facts.Lapses.RemoveRange(change.Lapses.Keys)
            .AddRange(change.Lapses.Where(l => l.Value is not null).Select(l => KeyValuePair.Create(l.Key, l.Value!.Value))),
    };

    private static Product Versioned(Product? known, Product product)
    {
        var same = product with { Version = known?.Version ?? 0 };
        return known is not null && StoredJson.Same(known, same) ? known : same with { Version = same.Version + 1 };
    }

    private static Plan Versioned(Plan? known, Plan plan)
    {
        var same = plan with { Version = known?.Version ?? 0 };
        return known is not null && StoredJson.Same(known, same) ? known : same with { Version = same.Version + 1 };
    }
}
