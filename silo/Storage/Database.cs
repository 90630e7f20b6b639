using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Storage;

/// <summary>The one database of an installation: SQLite or PostgreSQL.</summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary><c>SQLite</c> or <c>PostgreSQL</c>.</summary>
    public abstract string Engine { get; }

    /// <summary>Where it is, without secrets.</summary>
    public abstract string Location { get; }

    /// <summary>Folder of the schema scripts, as in <c>sqlite</c>.</summary>
    internal abstract string Dialect { get; }

    /// <summary>An open connection from a pool.</summary>
    public abstract ValueTask<DbConnection> Open(CancellationToken cancellation);

    /// <summary>Makes an Entity Framework context use this database.</summary>
    public abstract void Use(DbContextOptionsBuilder options);

    /// <summary>Keeps every other process out until the result is disposed.</summary>
    /// <exception cref="StartRefusedException">Another process has it.</exception>
    internal abstract ValueTask<IAsyncDisposable> Lock(CancellationToken cancellation);

    /// <summary>Keeps a name to one holder among all nodes of a cluster until the result is disposed, or its node is gone.</summary>
    /// <returns>Null where another has it.</returns>
    internal abstract ValueTask<IAsyncDisposable?> Hold(string name, CancellationToken cancellation);

    /// <summary>One transaction in which the schema changes, or finds that nothing is to be changed; others wait.</summary>
    internal abstract Task InSchemaTransaction(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellation);

    /// <summary>
    /// One transaction of the projector. It need not be durable: what a crash loses is replayed from the journal, because the checkpoint is lost with it.
    /// </summary>
    internal abstract Task<T> InProjection<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellation);

    /// <summary>The connection that commits the grains' writes.</summary>
    internal abstract IStateWriter Writer(WriterOptions options);

    /// <summary>Copies everything, as of one instant, into a new file.</summary>
    internal abstract Task CopyTo(string file, CancellationToken cancellation);

    /// <summary>Whether anything would be lost by overwriting it.</summary>
    internal abstract Task<bool> HoldsAnything(CancellationToken cancellation);

    /// <summary>Overwrites everything by a copy, whole or not at all.</summary>
    internal abstract Task ReplaceBy(string file, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>The database the settings name.</summary>
    public static Database From(MakerspaceSettings settings) =>
        settings.ConnectionString is { } connectionString ? new PostgresDatabase(connectionString) : new SqliteDatabase(settings.DatabaseFile);
}

/// <summary>How to write.</summary>
/// <param name="ServiceId">Whose rows: Orleans' service id.</param>
/// <param name="Shared">Other silos write to the same database.</param>
/// <param name="Faults">Failures to inject, in tests.</param>
internal sealed record WriterOptions(string ServiceId, bool Shared, ICommitFaults? Faults = null);

/// <summary>Commits groups of grain writes, one transaction each. Not for concurrent use.</summary>
internal interface IStateWriter : IAsyncDisposable
{
    /// <summary>Connects, and where the database is not shared makes sure that no other process has it.</summary>
    /// <exception cref="StartRefusedException">Another process has it.</exception>
    ValueTask Open(CancellationToken cancellation);

    /// <summary>
    /// Writes every row whose version is still the one expected, with its events, in one transaction. The keys are distinct.
    /// When it throws nothing may be assumed of the outcome.
    /// </summary>
    ValueTask<GroupResult> Commit(IReadOnlyList<StateWrite> group, CancellationToken cancellation);
}

/// <summary>What came of a group.</summary>
/// <param name="Written">For each write of the group, whether its version matched.</param>
/// <param name="LastSeq">Position in the journal of the last event written; 0 if there was none.</param>
internal readonly record struct GroupResult(bool[] Written, long LastSeq);

/// <summary>Failures for tests to inject around a commit.</summary>
internal interface ICommitFaults
{
    /// <summary>Before anything is sent.</summary>
    ValueTask Before();

    /// <summary>Everything is written, nothing is committed.</summary>
    ValueTask During();

    /// <summary>Committed, and the caller does not know yet.</summary>
    ValueTask After();
}
