using System.Globalization;
using System.Text.Json.Nodes;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Time;
using Microsoft.Data.Sqlite;

namespace Makerspace.PaymentSimulator.Storage;

/// <summary>
/// One request's view of the store. What it gets it may change; <see cref="Flush"/> writes what differs. Each id is one object however often it is got.
/// </summary>
internal sealed class Work(SqliteConnection connection, SqliteTransaction transaction, long now)
{
    private readonly Dictionary<string, Loaded> _loaded = new(StringComparer.Ordinal);

    /// <summary>The simulator's time, in Unix seconds; while due things run, the time they were due.</summary>
    public long Time { get; set; } = now;

    /// <summary>Who asked, for events; empty where time did.</summary>
    public EventRequest Request { get; set; } = new();

    /// <summary>Webhooks that this work has caused.</summary>
    public int Deliveries { get; set; }

    /// <summary>Where people open the hosted pages.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>The time by a test clock, or the simulator's own.</summary>
    public long Now(string? clock) => clock is null ? Time : Get<TestClock>(clock).FrozenTime;

    public T Add<T>(T resource) where T : Resource
    {
        if (Exists(resource.Id)) throw ApiException.Invalid($"{resource.Object} already exists: '{resource.Id}'", "id", "resource_already_exists");
        _loaded[resource.Id] = new(resource, null, null);
        return resource;
    }

    public T Get<T>(string id, string param = "id") where T : Resource => Find<T>(id) ?? throw ApiException.Missing(Wire.Name<T>(), id, param);

    public T? Find<T>(string? id) where T : Resource => Find(id) as T;

    public Resource? Find(string? id)
    {
        if (string.IsNullOrEmpty(id)) return null;
        if (_loaded.TryGetValue(id, out var loaded)) return loaded.Removed ? null : loaded.Value;
        using var command = Command("SELECT type, data FROM objects WHERE id = @id", ("@id", id));
        using var reader = command.ExecuteReader();
        return reader.Read() ? Load(id, reader.GetString(0), reader.GetString(1)) : null;
    }

    /// <summary>Those of a type whose field has a value, oldest first.</summary>
    public List<T> Where<T>(string field, string value) where T : Resource =>
        Select<T>($"json_extract(data, '$.{field}') = @value", "ASC", ("@value", value)).ToList();

    /// <summary>All of a type, newest first, to read only: a change to one of them is not kept.</summary>
    /// <param name="filters">Fields and the values they must have; null: any.</param>
    public List<T> Newest<T>(params (string Field, string? Value)[] filters) where T : Resource
    {
        Flush();
        var wanted = filters.Where(f => f.Value is not null).ToList();
        var conditions = string.Concat(wanted.Select((f, i) => $" AND json_extract(data, '$.{f.Field}') = @v{i}"));
        using var command = Command(
            $"SELECT data FROM objects WHERE type = @type{conditions} ORDER BY seq DESC", [("@type", Wire.Name<T>()), .. wanted.Select((f, i) => ($"@v{i}", (object?)f.Value))]);
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read()) found.Add((T)Wire.Load(Wire.Name<T>(), reader.GetString(0)));
        return found;
    }

    /// <summary>What falls due first, by a clock; null where nothing does until then.</summary>
    public Resource? NextDue(string? clock, long until)
    {
        Flush();
        using var command = Command(
            "SELECT id, type, data FROM objects WHERE due_at <= @until AND clock IS @clock ORDER BY due_at, seq LIMIT 1", ("@until", until), ("@clock", clock));
        using var reader = command.ExecuteReader();
        return reader.Read() ? Load(reader.GetString(0), reader.GetString(1), reader.GetString(2)) : null;
    }

    /// <summary>When something falls due next by the simulator's own clock.</summary>
    public long? NextDueAt()
    {
        Flush();
        using var command = Command("SELECT MIN(due_at) FROM objects WHERE due_at IS NOT NULL AND clock IS NULL");
        return command.ExecuteScalar() is long at ? at : null;
    }

    public void Remove(Resource resource) => _loaded[resource.Id].Removed = true;

    /// <summary>The top-level fields that differ from what they were when the resource was read, as they were.</summary>
    public JsonObject Before(Resource resource)
    {
        var before = new JsonObject();
        if (_loaded[resource.Id].Original is not { } original) return before;
        var (old, present) = (Wire.Tell(Wire.Load(resource.Object, original)), Wire.Tell(resource));
        foreach (var (name, value) in old)
        {
            if (!JsonNode.DeepEquals(value, present[name])) before[name] = value?.DeepClone();
        }
        return before;
    }

    /// <summary>What was told is the state that the next change is told against.</summary>
    public void Told(Resource resource) => _loaded[resource.Id].Original = Wire.Store(resource);

    public SqliteCommand Command(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public void Flush()
    {
        foreach (var (id, loaded) in _loaded) Write(id, loaded);
    }

    private void Write(string id, Loaded loaded)
    {
        if (loaded.Removed)
        {
            if (loaded.Stored is not null) Execute("DELETE FROM objects WHERE id = @id", ("@id", id));
            loaded.Stored = null;
            return;
        }
        var data = Wire.Store(loaded.Value);
        var (due, clock) = (loaded.Value.DueAt, loaded.Value.OnClock);
        if (data == loaded.Stored && due == loaded.DueAt) return;
        Execute(
            loaded.Stored is null
                ? "INSERT INTO objects (id, type, due_at, clock, data) VALUES (@id, @type, @due, @clock, @data)"
                : "UPDATE objects SET due_at = @due, clock = @clock, data = @data WHERE id = @id",
            ("@id", id), ("@type", loaded.Value.Object), ("@due", due), ("@clock", clock), ("@data", data));
        (loaded.Stored, loaded.DueAt) = (data, due);
    }

    private bool Exists(string id)
    {
        if (_loaded.TryGetValue(id, out var loaded)) return !loaded.Removed;
        using var command = Command("SELECT COUNT(*) FROM objects WHERE id = @id", ("@id", id));
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) > 0;
    }

    // Read whole before anything is done with it: one connection has one reader at a time in a simple world.
    private List<T> Select<T>(string condition, string order, params (string, object?)[] parameters) where T : Resource
    {
        Flush();
        using var command = Command($"SELECT id, type, data FROM objects WHERE type = @type AND {condition} ORDER BY seq {order}", [("@type", Wire.Name<T>()), .. parameters]);
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read()) found.Add((T)Load(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return found;
    }

    private Resource Load(string id, string type, string data)
    {
        if (_loaded.TryGetValue(id, out var known)) return known.Value;
        var value = Wire.Load(type, data);
        _loaded[id] = new(value, data, data) { DueAt = value.DueAt };
        return value;
    }

    private sealed class Loaded(Resource value, string? stored, string? original)
    {
        public Resource Value { get; } = value;
        public string? Stored { get; set; } = stored;
        public string? Original { get; set; } = original;
        public long? DueAt { get; set; }
        public bool Removed { get; set; }
    }
}
