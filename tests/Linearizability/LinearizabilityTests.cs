using Makerspace.Members;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using Makerspace.Tools;

namespace Makerspace.Tests.Linearizability;

/// <summary>
/// Random clients on few tools: what each tool answered must be explained by some order in which it decided one thing after the other, also across
/// kill -9. And a claimant that is broken is found out.
/// </summary>
public sealed class LinearizabilityTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private const int Clients = 8;

    [Theory]
    [MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task What_the_server_answered_before_and_after_each_kill_is_explained(DatabaseKind engine)
    {
        await using var database = await TestDatabase.On(engine);
        await using var server = new ServerProcess(database.Settings.ConnectionString, database.Settings.DataDirectory);
        await server.Start();
        var api = new Api(server.Http);
        var tools = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => api.Tool($"tool-{i}")));
        var members = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => api.Member($"Member {i}")));
        var workload = new Workload(new ApiClaimant(api, tools, members), Clients, tools.Length, windows: 4, extends: false, seed: (int)engine);
        for (var kill = 0; kill < Sizes.Kills; kill++)
        {
            using var killed = new CancellationTokenSource();
            var (run, enough) = (workload.Run(int.MaxValue, killed.Token), workload.Asked + 250 + (kill * 37 % 250));
            while (workload.Asked < enough && !run.IsCompleted) await Task.Delay(1);
            await server.Kill();
            await killed.CancelAsync();
            await run;
            await server.Start();
            await workload.LookAfterWhatWasLost();
            workload.Fault().ShouldBeNull();
        }
        workload.Accepted.ShouldBeGreaterThan(Sizes.Kills * 20);
        await StoredTruth.ShouldAgree(database);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task What_the_grains_answered_is_explained_with_uses_that_are_extended(DatabaseKind engine)
    {
        var (silo, database) = await silos.On(engine);
        for (var round = 0; round < 5; round++)
        {
            var workload = new Workload(await Furnished(silo, Policy.None), Clients, tools: 3, windows: 1, extends: true, seed: round);
            await workload.Run(most: 60, TestContext.Current.CancellationToken);
            workload.Fault().ShouldBeNull();
        }
        await silo.CaughtUp();
        await StoredTruth.ShouldAgree(database);
    }

    [Fact]
    public async Task The_product_without_its_check_is_found_out()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Sqlite);
        await using var silo = await RunningSilo.Start(database);
        // As good as no check: as many at once as there are clients.
        var workload = new Workload(await Furnished(silo, new Policy { Concurrency = 100 }), Clients, tools: 3, windows: 1, extends: true, seed: 1);
        await workload.Run(most: 20, TestContext.Current.CancellationToken);
        ShouldBeReadable(workload.Fault());
    }

    [Fact]
    public async Task A_claimant_that_checks_first_and_takes_later_is_found_out()
    {
        string? fault = null;
        for (var round = 0; round < 200 && fault is null; round++)
        {
            var workload = new Workload(new ForgetfulClaimant(), Clients, tools: 2, windows: 1, extends: false, seed: round);
            await workload.Run(most: 50, TestContext.Current.CancellationToken);
            fault = workload.Fault();
        }
        ShouldBeReadable(fault);
    }

    // Few enough lines to see what is wrong.
    private static void ShouldBeReadable(string? fault)
    {
        fault.ShouldNotBeNull("The planted bug was not found");
        TestContext.Current.TestOutputHelper?.WriteLine(fault);
        fault.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeInRange(3, 20, fault);
    }

    private static async Task<GrainClaimant> Furnished(RunningSilo silo, Policy policy)
    {
        var round = Guid.NewGuid().ToString("N");
        string[] tools = [.. Enumerable.Range(0, 3).Select(i => $"tool-{i}-{round}")];
        string[] members = [.. Enumerable.Range(0, Clients).Select(i => $"member-{i}-{round}")];
        foreach (var tool in tools) await silo.Tool(tool).Define(new ToolDefinition { Name = tool, Policy = policy }, Actors.System);
        foreach (var member in members) await silo.Member(member).Define(new MemberDefinition { Name = member }, Actors.System);
        return new GrainClaimant(silo, tools, members);
    }
}
