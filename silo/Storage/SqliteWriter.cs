using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Makerspace.Storage;

/// <summary>Commits groups to SQLite on a thread of its own, which waits for the disk so that no thread of the silo does.</summary>
internal sealed class SqliteWriter(SqliteDatabase database, WriterOptions options) : IStateWriter
{
    private readonly BlockingCollection<Action> work = [];
    private Task? thread;
    private Statements? statements;

    public ValueTask Open(CancellationToken cancellation)
    {
        thread = Task.Factory.StartNew(
            () =>
            {
                foreach (var action in work.GetConsumingEnumerable(CancellationToken.None)) action();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<GroupResult> Commit(IReadOnlyList<StateWrite> group, CancellationToken cancellation)
    {
        if (options.Faults is { } faults) await faults.Before();
        await database.Gate.WaitAsync(cancellation);
        try
        {
            if (options.Faults is null) return await OnThread(() => WriteAndCommit(group));
            return await CommitWithFaults(group, options.Faults);
        }
        finally
        {
            database.Gate.Release();
        }
    }

    private GroupResult WriteAndCommit(IReadOnlyList<StateWrite> group)
    {
        using var transaction = Begin();
        var result = statements!.Write(group, transaction);
        transaction.Commit();
        return result;
    }

    private async Task<GroupResult> CommitWithFaults(IReadOnlyList<StateWrite> group, ICommitFaults faults)
    {
        await using var transaction = await OnThread(Begin);
        var result = await OnThread(() => statements!.Write(group, transaction));
        await faults.During();
        await transaction.CommitAsync();
        await faults.After();
        return result;
    }

    private SqliteTransaction Begin()
    {
        statements ??= new Statements(database.OpenNow("PRAGMA synchronous = FULL;"), options.ServiceId);
        return statements.Connection.BeginTransaction(deferred: false);
    }

    private Task<T> OnThread<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (thread is null || work.IsAddingCompleted) return;
        work.CompleteAdding();
        await thread;
        statements?.Dispose();
    }

    /// <summary>The prepared statements of one connection.</summary>
    private sealed class Statements : IDisposable
    {
        private const string Key = "GrainIdHash = @idHash AND GrainTypeHash = @typeHash AND GrainIdExtensionString = @id AND GrainTypeString = @type "
            + "AND GrainIdN0 = 0 AND GrainIdN1 = 0 AND ServiceId = @service";

        private static readonly string[] KeyParameters = ["@idHash", "@typeHash", "@id", "@type", "@service", "@payload"];

        private readonly SqliteCommand change;
        private readonly SqliteCommand make;
        private readonly SqliteCommand journal;

        public Statements(SqliteConnection connection, string serviceId)
        {
            Connection = connection;
            change = Prepare($"UPDATE OrleansStorage SET PayloadBinary = @payload, Version = Version + 1 WHERE {Key} AND Version = @version", [.. KeyParameters, "@version"]);
            make = Prepare(
                """
                INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
                VALUES (@idHash, 0, 0, @typeHash, @type, @id, @service, @payload, 1) ON CONFLICT DO NOTHING
                """,
                KeyParameters);
            journal = Prepare(
                """
                INSERT INTO journal (at, type, actor, booking_id, tool_id, member_id, data)
                VALUES (@at, @type, @actor, @booking, @tool, @member, @data) RETURNING seq
                """,
                ["@at", "@type", "@actor", "@booking", "@tool", "@member", "@data"]);
            change.Parameters["@service"].Value = serviceId;
            make.Parameters["@service"].Value = serviceId;
        }

        public SqliteConnection Connection { get; }

        public GroupResult Write(IReadOnlyList<StateWrite> group, SqliteTransaction transaction)
        {
            change.Transaction = make.Transaction = journal.Transaction = transaction;
            var (written, last) = (new bool[group.Count], 0L);
            for (var i = 0; i < group.Count; i++)
            {
                written[i] = Write(group[i]);
                if (!written[i]) continue;
                foreach (var entry in group[i].Events) last = Append(entry);
            }
            return new GroupResult(written, last);
        }

        private bool Write(StateWrite write)
        {
            var command = write.Version is null ? make : change;
            var parameters = command.Parameters;
            parameters["@idHash"].Value = write.Key.IdHash;
            parameters["@typeHash"].Value = write.Key.TypeHash;
            parameters["@id"].Value = write.Key.Id;
            parameters["@type"].Value = write.Key.StateName;
            parameters["@payload"].Value = write.Payload is { } payload ? payload.ToArray() : DBNull.Value;
            if (write.Version is { } version) parameters["@version"].Value = version;
            return command.ExecuteNonQuery() == 1;
        }

        private long Append(JournalEntry entry)
        {
            var parameters = journal.Parameters;
            parameters["@at"].Value = entry.At;
            parameters["@type"].Value = entry.Type;
            parameters["@actor"].Value = entry.Actor;
            parameters["@booking"].Value = (object?)entry.BookingId ?? DBNull.Value;
            parameters["@tool"].Value = (object?)entry.ToolId ?? DBNull.Value;
            parameters["@member"].Value = (object?)entry.MemberId ?? DBNull.Value;
            parameters["@data"].Value = entry.Data;
            return (long)journal.ExecuteScalar()!;
        }

        private SqliteCommand Prepare(string sql, IEnumerable<string> parameters)
        {
            var command = Connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in parameters) command.Parameters.AddWithValue(name, DBNull.Value);
            return command;
        }

        public void Dispose()
        {
            change.Dispose();
            make.Dispose();
            journal.Dispose();
            Connection.Dispose();
        }
    }
}
