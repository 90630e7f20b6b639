using Makerspace.Operations;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Storage;

public class LockTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_second_process_on_the_same_database_is_refused_in_one_line(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var first = await RunningSilo.Start(database);
        var refused = await RunningSilo.Start(database).ShouldThrowAsync<StartRefusedException>();
        refused!.Message.ShouldContain("Another process is using the database");
        refused.Message.ShouldNotContain("\n");
        refused.Message.ShouldNotContain("Password");
        await first.DisposeAsync();
        await using var next = await RunningSilo.Start(database);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_restore_is_refused_while_a_server_runs(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var server = await RunningSilo.Start(database);
        await using var opened = database.Open();
        var file = Path.Combine(database.Settings.DataDirectory, "copy");
        await File.WriteAllTextAsync(file, "x", Cancellation);
        await new DatabaseCopies(opened).Restore(file, force: true, Cancellation).ShouldThrowAsync<StartRefusedException>();
    }

    [Fact]
    public void A_cluster_without_PostgreSQL_is_refused() =>
        Should.Throw<StartRefusedException>(() => MakerspaceSettings.From(
            new Microsoft.Extensions.Configuration.ConfigurationManager { ["Makerspace:Cluster"] = "true" })).Message.ShouldContain("PostgreSQL");

    [Theory]
    [InlineData("Host=db;Username=u;Password=secret;Database=m", "db:5432/m")]
    [InlineData("postgres://u:se%40cret@db:5433/m?SSL%20Mode=Require", "db:5433/m")]
    public void A_location_says_where_and_keeps_the_password(string connectionString, string location) =>
        Database.From(new MakerspaceSettings { ConnectionString = connectionString }).Location.ShouldBe(location);
}
