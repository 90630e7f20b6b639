using System.Data.Common;
using Makerspace.Journal;

namespace Makerspace.Storage;

/// <summary>What is on disk of one grain's state.</summary>
/// <param name="Payload">Null after it was cleared.</param>
internal sealed record StoredState(byte[]? Payload, int Version);

/// <summary>Reads what grains need when they wake: their state, and a booking's past.</summary>
internal sealed class StateReader(Database database, string serviceId) : IBookingHistory
{
    private const string StateSql = """
        SELECT PayloadBinary, Version FROM OrleansStorage
        WHERE GrainIdHash = @idHash AND GrainTypeHash = @typeHash AND GrainIdExtensionString = @id AND GrainTypeString = @type
          AND GrainIdN0 = 0 AND GrainIdN1 = 0 AND ServiceId = @service
        """;

    public async Task<StoredState?> Read(StateKey key, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        await using var command = connection.Command(
            StateSql, ("idHash", key.IdHash), ("typeHash", key.TypeHash), ("id", key.Id), ("type", key.StateName), ("service", serviceId));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation)) return null;
        return new StoredState(row.GetValue(0) as byte[], row.GetInt32(1));
    }

    public async Task<IReadOnlyList<BookingEvent>> Read(Guid bookingId, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        await using var command = connection.Command("SELECT data FROM journal WHERE booking_id = @booking ORDER BY seq", ("booking", bookingId));
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var events = new List<BookingEvent>();
        while (await rows.ReadAsync(cancellation)) events.Add((BookingEvent)JournalEntry.Read(rows.GetString(0)));
        return events;
    }
}

internal static class Commands
{
    /// <summary>A command with its parameters, for either database.</summary>
    public static DbCommand Command(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary>The same, inside a transaction.</summary>
    public static DbCommand Command(this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = transaction.Connection!.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    /// <summary>Writes, inside a transaction.</summary>
    public static async Task Execute(this DbTransaction transaction, string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = transaction.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<long?> Number(this DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.Command(sql);
        return await command.ExecuteScalarAsync(cancellation) is { } value and not DBNull ? Convert.ToInt64(value, null) : null;
    }

    public static async Task Execute(this DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
