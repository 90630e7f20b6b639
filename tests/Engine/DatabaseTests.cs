using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Makerspace.Tests.Engine;

/// <summary>
/// The rows that <c>AddAdoNetGrainStorage</c> writes. They are given here column by column, and the suite runs on either engine,
/// so that what one writes the other finds.
/// </summary>
public sealed class DatabaseTests : IDisposable
{
    private const string Invariant = "System.Data.SQLite";
    private readonly string _folder = Directory.CreateTempSubdirectory("engine-").FullName;

    private string ConnectionString => $"Data Source={Path.Combine(_folder, "grains.db")};Pooling=False";

    /// <summary>Key, hash of the key, N0, N1, extension, state name, hash of the name.</summary>
    public static TheoryData<string, int, long, long, string?, string, int> Rows => new()
    {
        { "tool-laser-1", 550984256, 0, 0, "tool-laser-1", "tool", -1669815854 },
        { "member-ada", 1068530191, 0, 0, "member-ada", "member", 93101367 },
        { "booking-7f3a", -2080113145, 0, 0, "booking-7f3a", "booking", 1858572659 },
        { "café-größe-工具", 510571168, 0, 0, "café-größe-工具", "tool", -1669815854 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_row_is_written_under_these_columns(string key, int hash, long n0, long n1, string? extension, string state, int stateHash)
    {
        await using var engine = await StartAsync();
        await StorageOf(engine).WriteStateAsync(state, GrainId.Create("any", key), new GrainState<Tally>(new Tally { Count = 7 }));
        var row = Query("SELECT GrainIdHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, GrainTypeHash, ServiceId, Version, CAST(PayloadBinary AS TEXT) FROM OrleansStorage").ShouldHaveSingleItem();
        row.ShouldBe([(long)hash, n0, n1, extension!, state, (long)stateHash, "makerspace", 1L, """{"Count":7}"""]);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_row_under_these_columns_is_read(string key, int hash, long n0, long n1, string? extension, string state, int stateHash)
    {
        await using var engine = await StartAsync();
        Execute(string.Create(
            CultureInfo.InvariantCulture,
            $$"""INSERT INTO OrleansStorage VALUES ({{hash}}, {{n0}}, {{n1}}, {{stateHash}}, '{{state}}', '{{extension}}', 'makerspace', CAST('{"Count":9}' AS BLOB), '2026-03-02', 4)"""));
        var read = new GrainState<Tally>();
        await StorageOf(engine).ReadStateAsync(state, GrainId.Create("any", key), read);
        (read.State!.Count, read.ETag, read.RecordExists).ShouldBe((9, "4", true));
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "0a")]
    [InlineData("0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("1f+x", "1F+x")]
    public async Task Keys_that_can_be_read_as_hex_collide(string one, string other)
    {
        await using var engine = await StartAsync();
        await StorageOf(engine).WriteStateAsync("tool", GrainId.Create("any", one), new GrainState<Tally>(new Tally { Count = 3 }));
        var read = new GrainState<Tally>();
        await StorageOf(engine).ReadStateAsync("tool", GrainId.Create("any", other), read);
        read.State!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_etag_is_the_version_and_an_old_one_is_refused()
    {
        await using var engine = await StartAsync();
        var (storage, id) = (StorageOf(engine), GrainId.Create("any", "tool-1"));
        var (mine, theirs) = (new GrainState<Tally>(new Tally()), new GrainState<Tally>(new Tally()));
        await storage.WriteStateAsync("tool", id, mine);
        await storage.WriteStateAsync("tool", id, mine);
        mine.ETag.ShouldBe("2");
        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("tool", id, theirs));
        theirs.ETag = "1";
        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("tool", id, theirs));
    }

    [Fact]
    public async Task A_cleared_row_stays_without_payload_and_counts_on()
    {
        await using var engine = await StartAsync();
        var (storage, id) = (StorageOf(engine), GrainId.Create("any", "tool-1"));
        var state = new GrainState<Tally>(new Tally { Count = 5 });
        await storage.WriteStateAsync("tool", id, state);
        await storage.ClearStateAsync("tool", id, state);
        (state.ETag, state.RecordExists, state.State!.Count).ShouldBe(("2", false, 0));
        var read = new GrainState<Tally>();
        await storage.ReadStateAsync("tool", id, read);
        (read.ETag, read.RecordExists).ShouldBe(("2", false));
        await storage.WriteStateAsync("tool", id, read);
        read.ETag.ShouldBe("3");
    }

#if STANDINS
    [Fact]
    public async Task A_second_process_on_the_same_database_is_refused()
    {
        await using var first = await StartAsync(Clustered);
        var error = await Should.ThrowAsync<OrleansConfigurationException>(() => StartAsync(Clustered));
        error.Message.ShouldContain("Another process already serves the database");
        await first.StopAsync();
        await using var second = await StartAsync(Clustered);
    }

    private void Clustered(ISiloBuilder silo) => silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, ConnectionString));
#endif

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IGrainStorage StorageOf(Engine engine) => engine.Services.GetRequiredKeyedService<IGrainStorage>("sql");

    private Task<Engine> StartAsync(Action<ISiloBuilder>? configure = null)
    {
        Execute(Schema);
        return Engine.StartAsync(silo =>
        {
            silo.Services.AddSingleton<IGrainStorageSerializer, PlainJson>();
            silo.Configure<Orleans.Configuration.ClusterOptions>(o => o.ServiceId = "makerspace");
            silo.AddAdoNetGrainStorage("sql", o => (o.Invariant, o.ConnectionString) = (Invariant, ConnectionString));
            configure?.Invoke(silo);
        });
    }

    private void Execute(string sql) => Query(sql);

    private List<object[]> Query(string sql)
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Made of the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            rows.Add(new object[reader.FieldCount]);
            reader.GetValues(rows[^1]);
        }

        return rows;
    }

    private const string ThisRow = """
        GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString IS @GrainIdExtensionString AND ServiceId = @ServiceId
        """;

    // The tables as every engine knows them, and the shortest queries that keep their promise.
    private const string Schema = $"""
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS OrleansStorage (
            GrainIdHash INT NOT NULL, GrainIdN0 BIGINT NOT NULL, GrainIdN1 BIGINT NOT NULL, GrainTypeHash INT NOT NULL, GrainTypeString TEXT NOT NULL,
            GrainIdExtensionString TEXT, ServiceId TEXT NOT NULL, PayloadBinary BLOB, ModifiedOn TEXT NOT NULL, Version INT);
        CREATE UNIQUE INDEX IF NOT EXISTS OneRow ON OrleansStorage (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, ServiceId, IFNULL(GrainIdExtensionString, ''));
        INSERT OR REPLACE INTO OrleansQuery VALUES
            ('ReadFromStorageKey', 'SELECT PayloadBinary, Version FROM OrleansStorage WHERE {ThisRow}'),
            ('WriteToStorageKey', 'INSERT INTO OrleansStorage SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, datetime(), 1
                WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM OrleansStorage WHERE {ThisRow})
                ON CONFLICT DO UPDATE SET PayloadBinary = @PayloadBinary, ModifiedOn = datetime(), Version = Version + 1 WHERE Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion'),
            ('ClearStorageKey', 'UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = datetime(), Version = Version + 1 WHERE {ThisRow} AND Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion');
        """;

    private sealed class PlainJson : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(input));

        public T? Deserialize<T>(BinaryData input) => System.Text.Json.JsonSerializer.Deserialize<T>(input.ToMemory().Span);
    }
}
