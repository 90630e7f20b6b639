using System.Security.Cryptography;
using Makerspace.Demo;
using Makerspace.Import;
using Makerspace.Operations;
using Makerspace.Web.Accounts;
using Makerspace.Web.Billing;
using Makerspace.Web.Development;
using Makerspace.Web.Hosting;

namespace Makerspace.Web.Demo;

/// <summary>What an empty database is filled with.</summary>
internal static class DemoSetup
{
    /// <summary>After the silo was added: an empty database is filled before the server listens.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        builder.Services.AddImport().AddDemo();
        builder.Services.AddHostedService<FirstStart>();
        if (!builder.Environment.IsDevelopment()) return;
        builder.Services.AddSingleton<DataWipe>().AddSingleton<IIncomingGrainCallFilter>(services => services.GetRequiredService<DataWipe>());
        builder.Services.AddSingleton<IDataReset, DemoReset>();
    }
}

/// <summary>Fills an empty database at start: with the demo space, or with <c>Makerspace:NoDemo</c> with the administrator alone.</summary>
/// <remarks>
/// Everybody can read the demo's password, so a server that others can reach does not get the demo. A loopback address may stand behind a
/// proxy: outside Development the administrator's password is made up, and printed this once.
/// </remarks>
internal sealed partial class FirstStart(IDemoLoader demo, IConfiguration configuration, IHostEnvironment environment, ILogger<FirstStart> logger) : IHostedService
{
    /// <summary>The setting that leaves an empty database empty, for commands that start no server.</summary>
    public const string LeaveEmpty = "Makerspace:LeaveEmpty";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue(LeaveEmpty, false)) return;
        var (local, wanted) = (StartChecks.IsLocal(configuration), !configuration.GetValue("Makerspace:NoDemo", false));
        if (await demo.IsEmpty(cancellationToken))
        {
            if (local && wanted) await demo.LoadDemo(cancellationToken);
            else await LoadAdministrator(cancellationToken);
            if (wanted && !local) NotLocal();
        }
        if (local && wanted && await demo.IsDemo()) Console.WriteLine(Accounts);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LoadAdministrator(CancellationToken cancellation)
    {
        var password = environment.IsDevelopment() ? DemoSpace.Password : RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);
        await demo.LoadAdministrator(password, cancellation);
        Console.WriteLine($"An empty space. Its administrator is admin@example.org, with the password {password}");
    }

    private static string Accounts => string.Join('\n',
        [$"{DemoSpace.Name}, the demo space. Sign in with the password {DemoSpace.Password} as", .. DemoSpace.Accounts.Select(a => $"  {a.Email,-20} {a.What}")]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo space is not loaded where others can reach the server. There is the account admin@example.org, with the password printed")]
    private partial void NotLocal();
}

/// <summary><c>POST /dev/reset</c>.</summary>
internal sealed class DemoReset(DataWipe wipe, IDemoLoader demo, TokenDesk tokens, SimulatedPayments payments) : IDataReset
{
    public async Task Reset(CancellationToken cancellation)
    {
        await payments.Reset(cancellation);
        await wipe.Everything(cancellation);
        tokens.Forget();
        await demo.LoadDemo(cancellation);
    }
}
