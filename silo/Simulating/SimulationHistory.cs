using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Reservations.Simulating;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Simulating;

/// <summary>Feeds a simulation from the journal, a piece at a time: it holds no more of the past than one piece.</summary>
internal sealed class SimulationHistory(Database database, IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains)
{
    private const int Piece = 4000;
    private static readonly Duration Remembered = Duration.FromDays(10);

    private const string OfBookings =
        "('booking-held', 'booking-confirmed', 'booking-moving', 'booking-moved', 'booking-handing-over', 'booking-handed-over', 'booking-advanced', 'booking-ended')";

    private const string OfThings = "('tool-changed', 'member-changed', 'space-changed', 'area-changed', 'company-changed', 'resource-changed')";

    /// <summary>What was asked for from one instant to another, after the state of things at the first.</summary>
    public async Task Replay(Simulation simulation, Instant from, Instant to, Action<double> progress, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        var (first, end) = (await SeqAt(connection, from, cancellation), await SeqAt(connection, to, cancellation));
        await foreach (var row in Before(connection, first, from, cancellation)) simulation.Feed(row);
        var next = Ahead(connection, first - 1, end, cancellation);
        try
        {
            while (await next is { Events.Count: > 0 } piece)
            {
                // While this piece is replayed the next is read and understood: half of the work is that.
                next = Ahead(connection, piece.Last, end, cancellation);
                foreach (var happened in piece.Events) simulation.Feed(happened);
                progress((double)(piece.Last - first) / Math.Max(1, end - first));
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await Task.WhenAny(next);   // it has the connection
        }
    }

    private static Task<(List<DomainEvent> Events, long Last)> Ahead(DbConnection connection, long after, long end, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            var rows = await Read(
                connection, $"SELECT seq, type, data FROM journal WHERE seq > @after AND seq < @end AND (type IN {OfBookings} OR type IN {OfThings}) ORDER BY seq LIMIT {Piece}", cancellation,
                ("after", after), ("end", end));
            return (rows.ConvertAll(row => JournalEntry.Read(row.Type, row.Data)), rows.Count == 0 ? after : rows[^1].Seq);
        },
        cancellation);

    /// <summary>What is booked and not over, in the order it was asked for, among things as they are now.</summary>
    public async Task Upcoming(Simulation simulation, Instant now, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        simulation.Feed(new SpaceChanged(now, Actors.System, await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()));
        await foreach (var data in db.Areas.AsNoTracking().Select(r => r.Data).AsAsyncEnumerable().WithCancellation(cancellation)) simulation.Feed(new AreaChanged(now, "", View<AreaView>(data), null));
        await foreach (var data in db.Resources.AsNoTracking().Select(r => r.Data).AsAsyncEnumerable().WithCancellation(cancellation)) simulation.Feed(new ResourceChanged(now, "", View<Resources.ResourceView>(data), null));
        await foreach (var data in db.Companies.AsNoTracking().Select(r => r.Data).AsAsyncEnumerable().WithCancellation(cancellation)) simulation.Feed(new CompanyChanged(now, "", View<Companies.CompanyView>(data), null));
        await foreach (var data in db.Tools.AsNoTracking().Select(r => r.Data).AsAsyncEnumerable().WithCancellation(cancellation)) simulation.Feed(new ToolChanged(now, "", View<ToolView>(data), null));
        await foreach (var data in db.Members.AsNoTracking().Select(r => r.Data).AsAsyncEnumerable().WithCancellation(cancellation)) simulation.Feed(new MemberChanged(now, "", View<Members.MemberView>(data), null));
        var rows = db.Bookings.AsNoTracking().Where(b => b.Live && b.End > now).OrderBy(b => b.MadeAt).ThenBy(b => b.Id);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation)) Feed(simulation, row.View());
    }

    private static void Feed(Simulation simulation, BookingView b)
    {
        simulation.Feed(new BookingHeld(b.MadeAt, b.MadeBy, b.Id, b.ToolId, b.MemberId, b.CompanyId, b.Slot, null, Instant.MaxValue, null) { AlsoTools = b.AlsoTools });
        simulation.Feed(new BookingConfirmed(b.MadeAt, b.MadeBy, b.Id, b.ToolId, b.MemberId, b.CompanyId, b.Slot, b.PolicyVersion) { Terms = b.Terms });
    }

    private static T View<T>(string data) => JsonSerializer.Deserialize<T>(data, StoredJson.Options)!;

    // How things were said to be, and what was booked and could still count against something.
    private static async IAsyncEnumerable<DomainEvent> Before(
        DbConnection connection, long first, Instant from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        string[] things =
        [
            "SELECT seq, type, data FROM journal WHERE seq IN (SELECT max(seq) FROM journal WHERE type = 'space-changed' AND seq < @first)",
            "SELECT seq, type, data FROM journal WHERE type IN ('area-changed', 'company-changed', 'resource-changed') AND seq < @first ORDER BY seq",
            "SELECT seq, type, data FROM journal WHERE seq IN (SELECT max(seq) FROM journal WHERE type = 'tool-changed' AND seq < @first GROUP BY tool_id)",
            "SELECT seq, type, data FROM journal WHERE seq IN (SELECT max(seq) FROM journal WHERE type = 'member-changed' AND seq < @first GROUP BY member_id)",
            $"""
            SELECT seq, type, data FROM journal WHERE seq < @first AND type IN {OfBookings}
                AND booking_id IN (SELECT id FROM bookings WHERE made_at < @from AND end_at > @since) ORDER BY seq
            """,
        ];
        foreach (var sql in things)
        {
            var rows = await Read(
                connection, sql, cancellation, ("first", first), ("from", from.ToUnixTimeMilliseconds()), ("since", (from - Remembered).ToUnixTimeMilliseconds()));
            foreach (var (_, type, data) in rows) yield return JournalEntry.Read(type, data);
        }
    }

    private static async Task<List<(long Seq, string Type, string Data)>> Read(
        DbConnection connection, string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(sql, [.. parameters.Where(p => sql.Contains("@" + p.Name, StringComparison.Ordinal))]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(long, string, string)>();
        while (await reader.ReadAsync(cancellation)) rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return rows;
    }

    // The first position whose entry is not before the instant. Entries are in the order of time, near enough; time has no index.
    private static async Task<long> SeqAt(DbConnection connection, Instant at, CancellationToken cancellation)
    {
        var (low, high) = (1L, (await connection.Number("SELECT max(seq) FROM journal", cancellation) ?? 0) + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            await using var command = connection.Command("SELECT seq, at FROM journal WHERE seq >= @middle ORDER BY seq LIMIT 1", ("middle", middle));
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation) || reader.GetInt64(1) >= at.ToUnixTimeMilliseconds()) high = middle;
            else low = reader.GetInt64(0) + 1;
        }
        return low;
    }
}
