using System.Data.Common;
using Makerspace.Storage;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>The journal in its order, and how far a projection has read it.</summary>
internal static class JournalReader
{
    public static async Task<List<JournalRow>> After(
        DbConnection connection, DbTransaction? transaction, long seq, int most, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            "SELECT seq, at, type, actor, booking_id, tool_id, member_id, data FROM journal WHERE seq > @after ORDER BY seq LIMIT @most",
            ("after", seq), ("most", most));
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<JournalRow>();
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        return rows;
    }

    /// <summary>Those of some types, between two positions.</summary>
    public static async Task<List<JournalRow>> After(
        DbConnection connection, IReadOnlyList<string> types, long seq, long upTo, int most, CancellationToken cancellation)
    {
        // Names of types are the program's own, never anybody's input.
        var names = string.Join(", ", types.Select(t => $"'{t}'"));
        await using var command = connection.Command(
            $"SELECT seq, at, type, actor, booking_id, tool_id, member_id, data FROM journal WHERE seq > @after AND seq <= @upTo AND type IN ({names}) ORDER BY seq LIMIT @most",
            ("after", seq), ("upTo", upTo), ("most", most));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<JournalRow>();
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        return rows;
    }

    /// <summary>Position up to which the projection holds the journal; 0 at first.</summary>
    public static async Task<long> Checkpoint(DbConnection connection, DbTransaction transaction, string projection, CancellationToken cancellation)
    {
        await using var command = connection.Command("SELECT seq FROM projections WHERE name = @name", ("name", projection));
        command.Transaction = transaction;
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    public static async Task SetCheckpoint(
        DbConnection connection, DbTransaction transaction, string projection, long seq, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            "INSERT INTO projections (name, seq) VALUES (@name, @seq) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq", ("name", projection), ("seq", seq));
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static JournalRow Read(DbDataReader reader) => new()
    {
        Seq = reader.GetInt64(0),
        At = Instant.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        Type = reader.GetString(2),
        Actor = reader.GetString(3),
        BookingId = reader.IsDBNull(4) ? null : reader.GetGuid(4),
        ToolId = reader.IsDBNull(5) ? null : reader.GetString(5),
        MemberId = reader.IsDBNull(6) ? null : reader.GetString(6),
        Data = reader.GetString(7),
    };
}
