using System.Data.Common;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Tests.Storage;

public class SchemaTests
{
    private const string SqliteCatalog = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'";

    private const string PostgresCatalog = """
        SELECT 'column ' || table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        """;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_fresh_schema_and_one_upgraded_step_by_step_are_equal(DatabaseKind kind)
    {
        await using var fresh = await TestDatabase.On(kind);
        await using var stepwise = await TestDatabase.Bare(kind);
        await using (var database = stepwise.Open())
            foreach (var script in Schema.Scripts(database.Dialect)) await Schema.Apply(database, Cancellation, script.Number);
        (await Catalog(stepwise)).ShouldBe(await Catalog(fresh));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Applying_it_twice_or_at_once_changes_nothing(DatabaseKind kind)
    {
        await using var test = await TestDatabase.On(kind);
        var before = await Catalog(test);
        await using var database = test.Open();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Schema.Apply(database, Cancellation))));
        (await Catalog(test)).ShouldBe(before);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_database_of_a_newer_program_is_refused(DatabaseKind kind)
    {
        await using var test = await TestDatabase.On(kind);
        await using var database = test.Open();
        await using (var connection = await database.Open(Cancellation))
            await connection.Execute("INSERT INTO schema_version (number, script) VALUES (9999, 'from the future')", Cancellation);
        (await Schema.Apply(database, Cancellation).ShouldThrowAsync<StartRefusedException>()).Message.ShouldContain("9999");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_table_of_the_model_is_there_with_every_column(DatabaseKind kind)
    {
        await using var test = await TestDatabase.On(kind);
        await using var database = test.Open();
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        database.Use(options);
        await using var db = new MakerspaceDb(options.Options);
        foreach (var entity in db.Model.GetEntityTypes().Where(e => !e.IsOwned()))
        {
            var columns = string.Join(", ", entity.GetProperties().Select(p => $"\"{p.GetColumnName()}\""));
            await using var connection = await database.Open(Cancellation);
            await connection.Execute($"SELECT {columns} FROM \"{entity.GetTableName()}\"", Cancellation);
        }
        db.Model.GetEntityTypes().Count().ShouldBeGreaterThan(15);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_tables_not_null_columns_are_those_of_the_model(DatabaseKind kind)
    {
        await using var test = await TestDatabase.On(kind);
        await using var database = test.Open();
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        database.Use(options);
        await using var db = new MakerspaceDb(options.Options);
        await using var connection = await database.Open(Cancellation);
        foreach (var entity in db.Model.GetEntityTypes().Where(e => !e.IsOwned()))
        {
            var sql = kind == DatabaseKind.Sqlite
                ? $"SELECT name FROM pragma_table_info('{entity.GetTableName()}') WHERE \"notnull\" = 1"
                : $"SELECT column_name FROM information_schema.columns WHERE table_name = '{entity.GetTableName()}' AND is_nullable = 'NO'";
            var real = await Lines(connection, sql);
            var model = entity.GetProperties().Where(p => !p.IsNullable).Select(p => p.GetColumnName());
            if (entity.GetTableName() == "AspNetUserPasskeys") model = model.Append("Data");
            real.Order(StringComparer.Ordinal).ShouldBe(model.Order(StringComparer.Ordinal), entity.GetTableName());
        }
    }

    private static async Task<List<string>> Catalog(TestDatabase test)
    {
        await using var database = test.Open();
        await using var connection = await database.Open(Cancellation);
        var lines = await Lines(connection, test.Kind == DatabaseKind.Sqlite ? SqliteCatalog : PostgresCatalog);
        lines.AddRange(await Lines(connection, "SELECT QueryKey || QueryText FROM OrleansQuery"));
        lines.AddRange(await Lines(connection, "SELECT script FROM schema_version"));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static async Task<List<string>> Lines(DbConnection connection, string sql)
    {
        await using var command = connection.Command(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var lines = new List<string>();
        while (await reader.ReadAsync(Cancellation)) lines.Add(reader.GetString(0));
        return lines;
    }
}
