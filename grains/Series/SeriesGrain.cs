using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;

namespace Makerspace.Series;

/// <summary>What a series keeps: what was asked for, and what came of it. Its bookings have their own lives.</summary>
internal sealed record SeriesState : IHasOutbox
{
    public SeriesRequest? Request { get; init; }
    public SeriesView? Series { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

/// <summary>Calls Bookings, which know only the id of their series.</summary>
[GrainType("series")]
internal sealed class SeriesGrain([PersistentState("series")] IPersistentState<SeriesState> state, TimeProvider time)
    : SavingGrain<SeriesState>(state), ISeriesGrain
{
    private const string ForTheSeries = "series";
    private const string Conflict = "series-conflict";

    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<SeriesView?> View() => Task.FromResult(State.Series);

    public async Task<SeriesAnswer> Preview(SeriesRequest request)
    {
        var (occurrences, refusals) = (new List<Occurrence>(), new List<ImmutableArray<Refusal>>());
        var earlier = ImmutableArray<Slot>.Empty;
        foreach (var (slot, place) in request.Slots.Select((slot, place) => (slot, place)))
        {
            var answer = await Booking(OccurrenceId(place)).Preview(RequestFor(request, slot) with { Earlier = earlier });
            if (answer.Missing is { } missing) return new SeriesAnswer(null, [], []) { Missing = missing };
            if (answer.Accepted) earlier = earlier.Add(slot);
            occurrences.Add(new Occurrence(OccurrenceId(place), slot, Booked: false, Codes(answer.Refusals)));
            refusals.Add(answer.Refusals);
        }
        return new SeriesAnswer(null, [.. occurrences], [.. refusals]);
    }

    public async Task<SeriesAnswer> Book(SeriesRequest request)
    {
        if (State.Request is { } made && !StoredJson.Same(made with { Actor = "" }, request with { Actor = "" })) return new SeriesAnswer(null, [], []) { KeyReused = true };
        if (State.Series is null)
        {
            var preview = await Preview(request);
            var conflicts = preview.Refusals.Count(r => !r.IsEmpty);
            if (preview.Missing is not null || conflicts == request.Slots.Length || (conflicts > 0 && !request.SkipConflicts)) return preview;
            await Begin(request, preview.Occurrences);
        }
        await Resume();
        var series = State.Series!;
        return new SeriesAnswer(series, series.Occurrences, [.. series.Occurrences.Select(_ => ImmutableArray<Refusal>.Empty)]);
    }

    public async Task Resume()
    {
        if (State is not { Request: { } request, Series: { UnfinishedSince: not null } series }) return;
        var occurrences = series.Occurrences;
        for (var i = 0; i < occurrences.Length; i++)
        {
            if (occurrences[i].Booked || !occurrences[i].Refusals.IsEmpty) continue;
            var answer = await Booking(occurrences[i].BookingId).Book(RequestFor(request, occurrences[i].Slot));
            // A crash may have left it half undone: what was given back for another's sake is not had, even if the other could be had now.
            var undone = answer.Booking is { State: BookingState.Cancelled, Reason: ForTheSeries };
            occurrences = occurrences.SetItem(i, occurrences[i] with { Booked = answer.Accepted && !undone, Refusals = undone ? [Conflict] : Codes(answer.Refusals) });
            if (!occurrences[i].Booked && !request.SkipConflicts) occurrences = await Undone(occurrences);
        }
        await Save(State.Request!, series with { Occurrences = occurrences, UnfinishedSince = null });
    }

    // Lost to somebody faster between preview and booking: all or nothing.
    private async Task<ImmutableArray<Occurrence>> Undone(ImmutableArray<Occurrence> occurrences)
    {
        // Also those that this run has not come to: an earlier one may have booked them.
        foreach (var open in occurrences.Where(o => o.Refusals.IsEmpty)) await Booking(open.BookingId).Cancel(Actors.System, ForTheSeries);
        return [.. occurrences.Select(o => o with { Booked = false, Refusals = o.Refusals.IsEmpty ? [Conflict] : o.Refusals })];
    }

    private Task Begin(SeriesRequest request, ImmutableArray<Occurrence> occurrences)
    {
        var now = time.Now();
        return Save(request, new SeriesView
        {
            Id = Id,
            ToolId = request.ToolId,
            AlsoTools = request.AlsoTools,
            MemberId = request.MemberId,
            Rule = request.Rule,
            Purpose = request.Purpose,
            Occurrences = occurrences,
            MadeAt = now,
            UnfinishedSince = now,
        });
    }

    private Task Save(SeriesRequest request, SeriesView series) =>
        Save(new SeriesState { Request = request, Series = series, Outbox = [new SeriesChanged(time.Now(), request.Actor, series)] });

    private BookingRequest RequestFor(SeriesRequest request, Slot slot) => new()
    {
        ToolId = request.ToolId,
        AlsoTools = request.AlsoTools,
        MemberId = request.MemberId,
        Slot = slot,
        Purpose = request.Purpose,
        Actor = request.Actor,
        OverrideReason = request.OverrideReason,
        SeriesId = Id,
        Quiet = true,
    };

    private static ImmutableArray<string> Codes(ImmutableArray<Refusal> refusals) => [.. refusals.Select(r => r.Code).Distinct()];

    private Guid OccurrenceId(int place) => DerivedId.Of("series", Id.ToString("N"), place.ToString(CultureInfo.InvariantCulture));

    private IBookingGrain Booking(Guid id) => GrainFactory.GetGrain<IBookingGrain>(Keys.Booking(id));
}
