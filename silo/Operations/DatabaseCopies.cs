using Makerspace.Storage;

namespace Makerspace.Operations;

/// <summary>Backup and restore of the whole database, for the command line.</summary>
public sealed class DatabaseCopies(Database database)
{
    /// <summary>Copies the database into one file, while it is in use: the copy is as of one instant.</summary>
    /// <param name="file">The copy; SQLite's is a database file, PostgreSQL's an archive of pg_dump.</param>
    /// <param name="cancellation">Stops it, and leaves no half copy.</param>
    /// <exception cref="StartRefusedException">The file exists, there is no database, or pg_dump is missing or failed.</exception>
    public async Task Backup(string file, CancellationToken cancellation)
    {
        if (File.Exists(file)) throw new StartRefusedException($"{file} exists already: name another file.");
        var unfinished = file + ".part";
        File.Delete(unfinished);
        try
        {
            await database.CopyTo(unfinished, cancellation);
            File.Move(unfinished, file);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Replaces the database by a copy. No server may be running on it.</summary>
    /// <param name="file">What <see cref="Backup"/> made, from the same kind of database.</param>
    /// <param name="force">Whether a database that holds something may be overwritten.</param>
    /// <param name="cancellation">Stops it before anything is replaced.</param>
    /// <exception cref="StartRefusedException">The target is in use or holds something, or the file is not such a copy.</exception>
    public async Task Restore(string file, bool force, CancellationToken cancellation)
    {
        if (!File.Exists(file)) throw new StartRefusedException($"{file} does not exist.");
        await using var held = await database.Lock(cancellation);
        await using var writer = database.Writer(new WriterOptions(MakerspaceSilo.ServiceId, Shared: false));
        await writer.Open(cancellation);
        if (!force && await database.HoldsAnything(cancellation))
            throw new StartRefusedException($"The database {database.Location} is not empty: restore into an empty one, or say --force to overwrite it.");
        await database.ReplaceBy(file, cancellation);
        await Schema.Apply(database, cancellation);
    }
}
