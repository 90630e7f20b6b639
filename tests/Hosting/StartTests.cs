using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Hosting;

namespace Makerspace.Tests.Hosting;

public class StartTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://192.0.2.1:0")]
    [InlineData("nonsense")]
    public async Task Development_serves_this_machine_only(string urls)
    {
        var options = new ServerOptions { Urls = urls, Environment = "Development", NoDemo = true };
        (await WebServer.Run(options, TestContext.Current.CancellationToken)).ShouldBe(StartRefusedException.ExitCode);
    }

    [Fact]
    public async Task An_address_in_use_and_a_database_in_use_are_refused()
    {
        await using var server = await RunningServer.Start();
        await using var other = await TestDatabase.Bare(DatabaseKind.Sqlite);
        var taken = new ServerOptions { Urls = server.Address.ToString().TrimEnd('/'), Data = other.Settings.DataDirectory, NoDemo = true, Environment = "Development" };
        (await WebServer.Run(taken, TestContext.Current.CancellationToken)).ShouldBe(StartRefusedException.ExitCode);
        var locked = taken with { Urls = "http://127.0.0.1:0", Data = server.Data };
        (await WebServer.Run(locked, TestContext.Current.CancellationToken)).ShouldBe(StartRefusedException.ExitCode);
    }

    [Fact]
    public async Task The_helpers_of_development_exist_nowhere_else()
    {
        await using var server = await RunningServer.Start();
        (await server.Anonymous().GetAsync("/dev/clock")).IsSuccessStatusCode.ShouldBeTrue();
        await using var database = await TestDatabase.Bare(DatabaseKind.Sqlite);
        await using var production = WebServer.Build(new ServerOptions { Urls = "http://127.0.0.1:0", Data = database.Settings.DataDirectory, NoDemo = true, Environment = "Production" });
        Accounts.AuthorisationTests.Routes(production).ShouldNotContain(route => route.Contains("/dev/", StringComparison.Ordinal));
    }
}
