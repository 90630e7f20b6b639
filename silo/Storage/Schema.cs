using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Makerspace.Storage;

/// <summary>Brings the schema up to date: the numbered scripts in Storage/Schema, each once, in order, in one transaction.</summary>
internal static class Schema
{
    /// <summary>Applies what is not applied yet; nothing at all if one script fails.</summary>
    /// <param name="upTo">Last number to apply; null for all.</param>
    /// <param name="database">Where.</param>
    /// <param name="cancellation">Stops before the next script; nothing is kept then.</param>
    /// <exception cref="StartRefusedException">The database was made by a newer program.</exception>
    public static Task Apply(Database database, CancellationToken cancellation, int? upTo = null) =>
        database.InSchemaTransaction(
            async (connection, transaction) =>
            {
                var applied = await Applied(connection, transaction, cancellation);
                var scripts = Scripts(database.Dialect);
                if (applied > scripts[^1].Number)
                    throw new StartRefusedException($"The database has schema {applied}, this program knows {scripts[^1].Number}: use the newer program.");
                foreach (var script in scripts.Where(s => s.Number > applied && s.Number <= (upTo ?? int.MaxValue)))
                    await Run(connection, transaction, script, cancellation);
            },
            cancellation);

    /// <summary>The scripts of one dialect, by number.</summary>
    public static IReadOnlyList<Script> Scripts(string dialect)
    {
        var assembly = typeof(Schema).Assembly;
        var folder = $".Storage.Schema.{dialect}.";
        return [.. assembly.GetManifestResourceNames().Where(name => name.Contains(folder, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, name[(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..]))
            .OrderBy(script => script.Number)];
    }

    private static Script Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return new Script(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file, reader.ReadToEnd());
    }

    private static async Task<int> Applied(DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        await using var make = connection.Command("CREATE TABLE IF NOT EXISTS schema_version (number integer NOT NULL PRIMARY KEY, script text NOT NULL)");
        make.Transaction = transaction;
        await make.ExecuteNonQueryAsync(cancellation);
        await using var read = connection.Command("SELECT COALESCE(max(number), 0) FROM schema_version");
        read.Transaction = transaction;
        return Convert.ToInt32(await read.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
    }

    private static async Task Run(DbConnection connection, DbTransaction transaction, Script script, CancellationToken cancellation)
    {
        await using var command = connection.Command(script.Sql);
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellation);
        await using var note = connection.Command(
            "INSERT INTO schema_version (number, script) VALUES (@number, @script)", ("number", script.Number), ("script", script.File));
        note.Transaction = transaction;
        await note.ExecuteNonQueryAsync(cancellation);
    }

    internal sealed record Script(int Number, string File, string Sql);
}
