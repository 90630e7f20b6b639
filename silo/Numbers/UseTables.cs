using System.Data.Common;
using System.Globalization;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Numbers;

/// <summary>
/// Keeps <c>use_days</c> in step with the bookings, inside the projector's transaction: what a booking's row counted for before is taken away, what it counts for
/// now is added. So the sums are always those of the rows, also where entries of the journal come a second time.
/// </summary>
internal sealed class UseTables(DbConnection connection, DbTransaction? transaction)
{
    private const string Counts = "bookings, no_shows, late_cancelled, cancelled, displaced, missed, taken";

    private static readonly string[] Columns = [.. Counts.Split(", "), .. Enumerable.Range(0, 24).Select(h => "h" + h.ToString(CultureInfo.InvariantCulture))];

    private static readonly string Insert = $"INSERT INTO use_days (kind, day, thing_id, {string.Join(", ", Columns)}) VALUES ";

    private static readonly string Add = $" ON CONFLICT (kind, day, thing_id) DO UPDATE SET {string.Join(", ", Columns.Select(c => $"{c} = use_days.{c} + excluded.{c}"))}";

    /// <summary>Rows of one statement: counting a million bookings anew writes a quarter of a million rows, and asking for each alone takes minutes.</summary>
    internal const int MostInStatement = 500;

    /// <summary>After the rows are written: counts what changed, or everything where the zone has changed or nothing was counted yet.</summary>
    public async Task Apply(IReadOnlyCollection<(BookingUse? Before, BookingUse? After)> changes, IReadOnlyList<JournalRow> batch, CancellationToken cancellation)
    {
        var counted = await CountedIn(cancellation);
        var zone = batch.LastOrDefault(r => r.Type == "space-changed") is { } space ? ((SpaceChanged)JournalEntry.Read(space.Data)).Space.TimeZone : counted;
        if (counted is null || zone != counted)
        {
            await Recount(zone ?? await Zone(cancellation), cancellation);
            return;
        }
        if (changes.Count == 0) return;
        var days = new UseDays(DateTimeZoneProviders.Tzdb[counted]);
        foreach (var (before, after) in changes)
        {
            days.Count(before, -1);
            days.Count(after, 1);
        }
        await Write(days, cancellation);
    }

    /// <summary>Counts every booking there is, in the days of a zone.</summary>
    public async Task Recount(string zone, CancellationToken cancellation)
    {
        await Execute("DELETE FROM use_days", cancellation);
        await Execute("DELETE FROM use_zone", cancellation);
        await Execute("INSERT INTO use_zone (id, time_zone) VALUES (1, @zone)", cancellation, ("zone", zone));
        var bundles = await Bundles(cancellation);
        var days = new UseDays(DateTimeZoneProviders.Tzdb[zone]);
        // Read to the end before anything is written: one connection does one thing at a time. What is held is days, not bookings.
        await using (var command = Command("SELECT id, tool_id, company_id, start_at, end_at, state FROM bookings"))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) days.Count(Read(reader, bundles), 1);
        }
        await Write(days, cancellation);
    }

    private static BookingUse Read(DbDataReader reader, Dictionary<Guid, List<string>> bundles)
    {
        var tool = reader.GetString(1);
        return new BookingUse(
            bundles.Count > 0 && bundles.TryGetValue(reader.GetGuid(0), out var also) ? [tool, .. also] : [tool], reader.IsDBNull(2) ? "" : reader.GetString(2),
            new Slot(Instant.FromUnixTimeMilliseconds(reader.GetInt64(3)), Instant.FromUnixTimeMilliseconds(reader.GetInt64(4))), Enum.Parse<BookingState>(reader.GetString(5)));
    }

    private async Task<Dictionary<Guid, List<string>>> Bundles(CancellationToken cancellation)
    {
        var bundles = new Dictionary<Guid, List<string>>();
        await using var command = Command("SELECT booking_id, tool_id FROM booking_tools");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!bundles.TryGetValue(reader.GetGuid(0), out var also)) bundles[reader.GetGuid(0)] = also = [];
            also.Add(reader.GetString(1));
        }
        return bundles;
    }

    private async Task Write(UseDays days, CancellationToken cancellation)
    {
        foreach (var some in days.Days.Where(d => !d.Value.IsNothing).Chunk(MostInStatement))
        {
            // Figures are whole numbers of ours and stand in the statement; only names are parameters, each once.
            var names = some.Select(d => d.Key.ThingId).Distinct(StringComparer.Ordinal).Select((id, i) => (Id: id, Name: "t" + i.ToString(CultureInfo.InvariantCulture))).ToDictionary(n => n.Id, n => n.Name, StringComparer.Ordinal);
            await using var command = Command(Insert + string.Join(", ", some.Select(d => Row(d.Key, d.Value, names[d.Key.ThingId]))) + Add, [.. names.Select(n => (n.Value, (object?)n.Key))]);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static string Row(UseKey key, UseDay day, string name) => string.Create(
        CultureInfo.InvariantCulture, $"('{key.Kind}', {key.Day}, @{name}, {string.Join(", ", new[] { day.Bookings, day.NoShows, day.LateCancelled, day.Cancelled, day.Displaced, day.Missed, day.Hours.Sum() }.Concat(day.Hours).Select(v => v.ToString(CultureInfo.InvariantCulture)))})");

    private async Task<string?> CountedIn(CancellationToken cancellation)
    {
        await using var command = Command("SELECT time_zone FROM use_zone");
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    private async Task<string> Zone(CancellationToken cancellation)
    {
        await using var command = Command("SELECT data FROM journal WHERE type = 'space-changed' ORDER BY seq DESC LIMIT 1");
        return await command.ExecuteScalarAsync(cancellation) is string data ? ((SpaceChanged)JournalEntry.Read(data)).Space.TimeZone : new SpaceFacts().TimeZone;
    }

    private async Task Execute(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }
}
