using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Journal;

/// <summary>What is looked for in the journal; null: anything.</summary>
public sealed record JournalQuery
{
    public string? Type { get; init; }

    /// <summary>Who did it: a member id, or <c>system</c>.</summary>
    public string? Actor { get; init; }
    public string? MemberId { get; init; }
    public string? ToolId { get; init; }
    public Guid? BookingId { get; init; }

    /// <summary>From then on.</summary>
    public Instant? From { get; init; }

    /// <summary>Before then.</summary>
    public Instant? To { get; init; }
}

/// <summary>
/// Reads the journal a page at a time, newest first. A page begins below the position where the one before ended, and every way to narrow it has an index, so a page costs
/// the same however long the journal is.
/// </summary>
internal sealed class JournalBook(MakerspaceDb db)
{
    private const int Piece = 1_000;

    /// <summary>Clocks of several nodes differ a little: the order of the journal is not quite that of its times.</summary>
    private static readonly Duration Slack = Duration.FromMinutes(2);

    /// <summary>The types of entries there are.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. typeof(DomainEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!).Order(StringComparer.Ordinal)];

    public async Task<List<JournalRow>> Page(JournalQuery query, long? below, int most, CancellationToken cancellation)
    {
        var rows = await Narrowed(query, cancellation);
        if (below is { } seq) rows = rows.Where(j => j.Seq < seq);
        return await rows.OrderByDescending(j => j.Seq).Take(most).ToListAsync(cancellation);
    }

    /// <summary>All that is looked for, newest first, a piece at a time.</summary>
    public async IAsyncEnumerable<JournalRow> All(JournalQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (long? below = null; ;)
        {
            var piece = await Page(query, below, Piece, cancellation);
            foreach (var row in piece) yield return row;
            if (piece.Count < Piece) yield break;
            below = piece[^1].Seq;
        }
    }

    /// <summary>Names of the people and tools that entries are about.</summary>
    public async Task<JournalNames> Names(IReadOnlyCollection<JournalRow> rows, CancellationToken cancellation)
    {
        var people = rows.SelectMany(r => new[] { r.Actor, r.MemberId }).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var tools = rows.Select(r => r.ToolId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return new JournalNames(
            await db.Members.AsNoTracking().Where(m => people.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancellation),
            await db.Tools.AsNoTracking().Where(t => tools.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Name, cancellation));
    }

    private async Task<IQueryable<JournalRow>> Narrowed(JournalQuery query, CancellationToken cancellation)
    {
        var rows = db.Journal.AsNoTracking();
        if (query.Type is { } type) rows = rows.Where(j => j.Type == type);
        if (query.Actor is { } actor) rows = rows.Where(j => j.Actor == actor);
        if (query.MemberId is { } member) rows = rows.Where(j => j.MemberId == member);
        if (query.ToolId is { } tool) rows = rows.Where(j => j.ToolId == tool);
        if (query.BookingId is { } booking) rows = rows.Where(j => j.BookingId == booking);
        if (query.From is { } from)
        {
            var first = await SeqAt(from - Slack, cancellation);
            rows = rows.Where(j => j.Seq >= first && j.At >= from);
        }
        if (query.To is { } to)
        {
            var end = await SeqAt(to + Slack, cancellation);
            rows = rows.Where(j => j.Seq < end && j.At < to);
        }
        return rows;
    }

    // Times rise with positions, so the position of a time is found by halving: some thirty looks at the primary key, no index of times.
    private async Task<long> SeqAt(Instant at, CancellationToken cancellation)
    {
        var (low, high) = (1L, (await db.Journal.MaxAsync(j => (long?)j.Seq, cancellation) ?? 0) + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var found = await db.Journal.AsNoTracking().Where(j => j.Seq >= middle).OrderBy(j => j.Seq).Select(j => new { j.Seq, j.At }).FirstOrDefaultAsync(cancellation);
            if (found is null || found.At >= at) high = middle;
            else low = found.Seq + 1;
        }
        return low;
    }
}

/// <summary>Names by id; who has none is told by the id.</summary>
public sealed record JournalNames(IReadOnlyDictionary<string, string> People, IReadOnlyDictionary<string, string> Tools)
{
    public static readonly JournalNames None = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    public string? Person(string? id) => id is null ? null : People.GetValueOrDefault(id, id);

    public string? Tool(string? id) => id is null ? null : Tools.GetValueOrDefault(id, id);
}
