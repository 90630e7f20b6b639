using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>Many clients ask for one slot in the same instant, over HTTP, against the product as a process: one has it.</summary>
public abstract class RaceTests(DatabaseKind engine) : IAsyncLifetime
{
    private TestDatabase? database;
    private ServerProcess? server;
    private Api api = null!;
    private string[] members = [];

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(50)]
    public async Task One_of_many_who_ask_for_a_slot_at_once_has_it(int clients)
    {
        var tool = await api.Tool($"race-{clients}");
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var hour = round;
            var answers = await AtOnce(clients, client => api.Book(Guid.NewGuid(), tool, members[client], hour));
            OneOf(answers, HttpStatusCode.Created, clients);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(50)]
    public async Task One_of_many_who_move_to_a_slot_at_once_has_it_and_the_others_stay_where_they_were(int clients)
    {
        var tool = await api.Tool($"move-{clients}");
        var (bookings, hours) = (new Guid[clients], new int[clients]);
        for (var client = 0; client < clients; client++)
        {
            (bookings[client], hours[client]) = (Guid.NewGuid(), client);
            (await api.Book(bookings[client], tool, members[client], client)).Status.ShouldBe(HttpStatusCode.Created);
        }
        for (var round = 0; round < Sizes.Rounds; round++)
        {
            var target = clients + round;
            var answers = await AtOnce(clients, client => api.Move(bookings[client], target));
            var winner = OneOf(answers, HttpStatusCode.OK, clients);
            hours[winner] = target;
        }
        for (var client = 0; client < clients; client++) (await api.Read(bookings[client])).Hour.ShouldBe(hours[client]);
    }

    [Fact]
    public async Task One_key_sent_twenty_times_at_once_is_one_booking_with_twenty_equal_answers()
    {
        var tool = await api.Tool("retried");
        for (var round = 0; round < 20; round++)
        {
            var (key, hour) = (Guid.NewGuid(), round);
            var answers = await AtOnce(20, _ => api.Book(key, tool, members[0], hour));
            answers.Where(a => a.Status != HttpStatusCode.Created).Select(a => a.Text).ShouldBeEmpty();
            answers.Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        }
    }

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.On(engine);
        server = new ServerProcess(database.Settings.ConnectionString, database.Settings.DataDirectory);
        await server.Start();
        api = new Api(server.Http);
        members = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => api.Member($"Racer {i}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // Every client is at the line before the first runs.
    private static async Task<Api.Answer[]> AtOnce(int clients, Func<int, Task<Api.Answer>> one)
    {
        var line = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = Enumerable.Range(0, clients).Select(async client =>
        {
            await line.Task;
            return await one(client);
        }).ToArray();
        line.SetResult();
        return await Task.WhenAll(runs);
    }

    private static int OneOf(Api.Answer[] answers, HttpStatusCode success, int clients)
    {
        answers.Count(a => a.Status == success).ShouldBe(1, answers.FirstOrDefault(a => a.Status is not HttpStatusCode.Conflict && a.Status != success)?.Text);
        answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(clients - 1);
        answers.Where(a => a.Status == HttpStatusCode.Conflict).ShouldAllBe(a => a.Codes.Contains("slot-taken"));
        return Array.FindIndex(answers, a => a.Status == success);
    }
}

/// <summary>On SQLite.</summary>
public sealed class RaceTestsOnSqlite() : RaceTests(DatabaseKind.Sqlite);

/// <summary>On PostgreSQL.</summary>
public sealed class RaceTestsOnPostgres() : RaceTests(DatabaseKind.Postgres);
