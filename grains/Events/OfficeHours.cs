using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Events;

/// <summary>Events that come again: a pattern, and when. Each occurrence is an event of its own, with an id made of these office hours' and its start.</summary>
[Alias("makerspace.office-hours")]
public interface IOfficeHoursGrain : IGrainWithStringKey
{
    /// <summary>As they are, or null if there are none with this id.</summary>
    [ReadOnly, Alias("view")] Task<OfficeHoursView?> View();

    /// <summary>Says them, or other ones. The same again changes nothing.</summary>
    [Alias("define")] Task<OfficeHoursView> Define(OfficeHoursDefinition definition, string actor);

    /// <summary>
    /// Makes the coming occurrences agree with what is said: plans those that are missing, changes or calls off those in which nobody has a seat, leaves the others. Again, or after a crash in
    /// between, it comes to the same: an occurrence's id is made of its start. Whoever asks meanwhile waits for their turn.
    /// </summary>
    /// <param name="coming">Occurrences that are planned, of these office hours and of what they were before.</param>
    /// <param name="actor">Who wants it.</param>
    /// <returns>Events in which somebody has a seat, and which so keep what they were.</returns>
    [Alias("make")] Task<ImmutableArray<Guid>> Make(ImmutableArray<Guid> coming, string actor);
}

/// <summary>What comes again.</summary>
[GenerateSerializer, Immutable, Alias("office-hours-definition")]
public sealed record OfficeHoursDefinition
{
    /// <summary>How far ahead occurrences are planned.</summary>
    public static readonly Duration Ahead = Duration.FromDays(56);

    /// <summary>What each is like; its slot is the first's.</summary>
    [Id(0)] public EventDefinition Pattern { get; init; } = new();

    /// <summary>The RFC 5545 rule, as it was given.</summary>
    [Id(1)] public string Rule { get; init; } = "";

    /// <summary>All occurrences, by start.</summary>
    [Id(2)] public ImmutableArray<Slot> Slots { get; init; } = [];

    /// <summary>None come any more.</summary>
    [Id(3)] public bool Ended { get; init; }

    /// <summary>The id of the occurrence that begins then.</summary>
    public static Guid Occurrence(Guid officeHoursId, Instant start) => DerivedId.Of("office-hours", officeHoursId.ToString("N"), start.ToString());
}

/// <summary>Office hours as they are.</summary>
/// <param name="MadeUntil">Occurrences that begin before this were planned, or could not be.</param>
[GenerateSerializer, Immutable, Alias("office-hours-view")]
public sealed record OfficeHoursView(
    [property: Id(0)] Guid Id, [property: Id(1)] OfficeHoursDefinition Definition, [property: Id(2)] Instant? MadeUntil)
{
    /// <summary>When occurrences are to be planned or called off next: at once where that was not done since the last change; null where none is left.</summary>
    [JsonIgnore]
    public Instant? DueAt => MadeUntil is not { } made ? Instant.FromUnixTimeSeconds(0)
        : Definition.Ended ? null
        : Definition.Slots.Where(s => s.Start >= made).Select(s => (Instant?)(s.Start - OfficeHoursDefinition.Ahead)).Min();
}

/// <summary>What office hours keep.</summary>
internal sealed record OfficeHoursState : IHasOutbox
{
    public OfficeHoursDefinition? Definition { get; init; }
    public Instant? MadeUntil { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("office-hours")]
internal sealed class OfficeHoursGrain([PersistentState("office-hours")] IPersistentState<OfficeHoursState> state, TimeProvider time)
    : SavingGrain<OfficeHoursState>(state), IOfficeHoursGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<OfficeHoursView?> View() => Task.FromResult(State.Definition is null ? null : ViewOf(State));

    public async Task<OfficeHoursView> Define(OfficeHoursDefinition definition, string actor)
    {
        if (State.Definition is null || !StoredJson.Same(definition, State.Definition)) await Save(new OfficeHoursState { Definition = definition }, actor);
        return ViewOf(State);
    }

    public async Task<ImmutableArray<Guid>> Make(ImmutableArray<Guid> coming, string actor)
    {
        if (State.Definition is not { } said) return [];
        var (now, kept) = (time.Now(), new List<Guid>());
        var until = now + OfficeHoursDefinition.Ahead;
        var pattern = said.Pattern with { OfficeHoursId = Id, HostTime = await IsMentor(said.Pattern.HostId) };
        var wanted = said.Ended ? [] : said.Slots.Where(s => s.Start > now && s.Start <= until).ToDictionary(s => OfficeHoursDefinition.Occurrence(Id, s.Start));
        // One that was moved by hand beyond the day that it was of is one of them still.
        HashSet<Guid> all = said.Ended ? [] : [.. said.Slots.Select(s => OfficeHoursDefinition.Occurrence(Id, s.Start))];
        foreach (var there in coming)
            if (!all.Contains(there) && !await CalledOff(there, actor)) kept.Add(there);
        foreach (var (occurrence, slot) in wanted)
            if (!await Planned(occurrence, pattern with { Slot = slot }, tried: State.MadeUntil > slot.Start, actor)) kept.Add(occurrence);
        if (!(State.MadeUntil >= until)) await Save(State with { MadeUntil = until }, actor);
        return [.. kept];
    }

    private static bool IsEmpty(EventView view) => view.Members.IsEmpty && view.Waiting.IsEmpty;

    private async Task<bool> CalledOff(Guid occurrence, string actor)
    {
        var grain = GrainFactory.GetGrain<IEventGrain>(Keys.Event(occurrence));
        if (await grain.View() is not { Definition.Cancelled: false } view) return true;
        if (!IsEmpty(view)) return false;
        await grain.Define(view.Definition with { Cancelled = true }, actor);
        await grain.Free(actor);
        return true;
    }

    // False where somebody has a seat in it and it is another.
    private async Task<bool> Planned(Guid occurrence, EventDefinition wanted, bool tried, string actor)
    {
        var grain = GrainFactory.GetGrain<IEventGrain>(Keys.Event(occurrence));
        var known = await grain.View();
        // Refused, changed or called off by hand: it is not tried again until something else is said.
        if (tried) return true;
        if (known is { Definition.Cancelled: false })
        {
            if (StoredJson.Same(known.Definition, wanted with { BookingId = known.Definition.BookingId })) return true;
            if (!await CalledOff(occurrence, actor)) return false;
        }
        await Plan(grain, wanted, actor);
        return true;
    }

    private async Task Plan(IEventGrain grain, EventDefinition wanted, string actor)
    {
        Guid? booking = null;
        if (!wanted.Booked.IsEmpty)
        {
            var id = await grain.Intend(wanted, moves: false, actor);
            var answer = await GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id)).Book(new BookingRequest
            {
                ToolId = wanted.Booked[0], AlsoTools = [.. wanted.Booked.Skip(1)], MemberId = wanted.HostId, Slot = wanted.Slot, Purpose = wanted.Title, Actor = actor,
            });
            // Somebody else has that time: the others come all the same.
            if (!answer.Accepted) { await grain.Forget(); return; }
            booking = id;
        }
        await grain.Define(wanted with { BookingId = booking }, actor);
        await grain.Free(actor);
    }

    private async Task<bool> IsMentor(string memberId) => (await GrainFactory.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId))).View())?.Definition.Mentor is not null;

    private Task Save(OfficeHoursState next, string actor) => Save(next with { Outbox = [new OfficeHoursChanged(time.Now(), actor, ViewOf(next))] });

    private OfficeHoursView ViewOf(OfficeHoursState kept) => new(Id, kept.Definition!, kept.MadeUntil);
}
