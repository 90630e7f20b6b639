using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Series;

/// <summary>
/// Bookings of one tool (or bundle) at several times, made together. Each occurrence is a booking of its own, with an id made of the series' id and its
/// place in it, so that a retry, or the sweep after a crash, goes on where it was left.
/// </summary>
[Alias("makerspace.series")]
public interface ISeriesGrain : IGrainWithStringKey
{
    /// <summary>The series, or null if there is none with this id.</summary>
    [ReadOnly, Alias("view")] Task<SeriesView?> View();

    /// <summary>What <see cref="Book"/> would answer now: each occurrence with its refusals, those before it taken for booked. Writes nothing.</summary>
    [Alias("preview")] Task<SeriesAnswer> Preview(SeriesRequest request);

    /// <summary>Books the occurrences, all or, where conflicts are to be skipped, those that break no rule. The same request again answers the same.</summary>
    [Alias("book")] Task<SeriesAnswer> Book(SeriesRequest request);

    /// <summary>Goes on with what a crash left. Called by the sweep.</summary>
    [Alias("resume")] Task Resume();
}

/// <summary>A wish to book several times.</summary>
[GenerateSerializer, Immutable, Alias("series-request")]
public sealed record SeriesRequest
{
    /// <summary>The most occurrences.</summary>
    public const int Most = 104;

    [Id(0)] public string ToolId { get; init; } = "";
    [Id(1)] public ImmutableArray<string> AlsoTools { get; init; } = [];
    [Id(2)] public string MemberId { get; init; } = "";

    /// <summary>The RFC 5545 rule the occurrences were made by, as the member gave it.</summary>
    [Id(3)] public string Rule { get; init; } = "";

    /// <summary>The occurrences, by start; at most <see cref="Most"/>.</summary>
    [Id(4)] public ImmutableArray<Slot> Slots { get; init; } = [];
    [Id(5)] public string? Purpose { get; init; }
    [Id(6)] public string Actor { get; init; } = "";
    [Id(7)] public string? OverrideReason { get; init; }

    /// <summary>Book what can be booked; else a single conflict refuses all.</summary>
    [Id(8)] public bool SkipConflicts { get; init; }
}

/// <summary>One of a series.</summary>
/// <param name="BookingId">Its booking, where it has one.</param>
/// <param name="Slot">When it was asked for; where the booking is now, the booking says.</param>
/// <param name="Refusals">Why it is, or would be, no booking.</param>
[GenerateSerializer, Immutable, Alias("occurrence")]
public sealed record Occurrence(
    [property: Id(0)] Guid BookingId, [property: Id(1)] Slot Slot, [property: Id(2)] bool Booked, [property: Id(3)] ImmutableArray<string> Refusals);

/// <summary>A series as it was made.</summary>
[GenerateSerializer, Immutable, Alias("series-view")]
public sealed record SeriesView
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public string ToolId { get; init; } = "";
    [Id(2)] public ImmutableArray<string> AlsoTools { get; init; } = [];
    [Id(3)] public string MemberId { get; init; } = "";
    [Id(4)] public string Rule { get; init; } = "";
    [Id(5)] public string? Purpose { get; init; }
    [Id(6)] public ImmutableArray<Occurrence> Occurrences { get; init; } = [];
    [Id(7)] public Instant MadeAt { get; init; }

    /// <summary>Since when it is being made; null once it is.</summary>
    [Id(8)] public Instant? UnfinishedSince { get; init; }
}

/// <summary>What came, or would come, of a wish for a series.</summary>
/// <param name="Series">The series; null where refused or only previewed.</param>
/// <param name="Occurrences">Every occurrence asked for.</param>
/// <param name="Refusals">All refusals of each occurrence, in the same order.</param>
[GenerateSerializer, Immutable, Alias("series-answer")]
public sealed record SeriesAnswer(
    [property: Id(0)] SeriesView? Series, [property: Id(1)] ImmutableArray<Occurrence> Occurrences,
    [property: Id(2)] ImmutableArray<ImmutableArray<Refusal>> Refusals)
{
    [Id(3)] public bool KeyReused { get; init; }
    [Id(4)] public string? Missing { get; init; }
}
