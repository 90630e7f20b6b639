using System.Security.Cryptography;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Accounts;

/// <summary>
/// Gives a database without accounts its administrator, admin@example.org. The password is the demo one in Development, where only this machine
/// is served; elsewhere it is made up and printed once.
/// </summary>
public sealed class FirstAccount(IServiceScopeFactory scopes, IHostEnvironment environment) : IHostedService
{
    public const string Email = "admin@example.org";

    /// <summary>Of the administrator and of the demo accounts.</summary>
    public const string DemoPassword = "workshop-demo";

    public Task StartAsync(CancellationToken cancellationToken) => Ensure(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes the administrator where there is no account yet.</summary>
    public async Task Ensure(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().Users.AnyAsync(cancellation)) return;
        var password = environment.IsDevelopment() ? DemoPassword : RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 16);
        var administrator = new NewAccount(Email, "Administrator", Roles.Admin, password, "administrator");
        await scope.ServiceProvider.GetRequiredService<AccountDesk>().Provide(administrator, cancellation);
        await Console.Out.WriteLineAsync($"Administrator: {Email}, password: {password}");
    }
}
