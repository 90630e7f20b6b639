using Makerspace.Import;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Demo;

/// <summary>Fills an empty database: with the demo space, or with nothing but an administrator.</summary>
public interface IDemoLoader
{
    /// <summary>True where nobody has used the database yet: nothing has happened in it, and it has no account.</summary>
    Task<bool> IsEmpty(CancellationToken cancellation);

    /// <summary>True where the database holds the demo space.</summary>
    Task<bool> IsDemo();

    /// <summary>Loads the demo space.</summary>
    /// <returns>What was made; a line that was skipped says why.</returns>
    Task<ImportReport> LoadDemo(CancellationToken cancellation);

    /// <summary>Makes the administrator <c>admin@example.org</c>, and nothing else.</summary>
    /// <param name="password">The password, or null for none: then one is set through the mail, or by <c>makerspace user create</c>.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    Task LoadAdministrator(string? password, CancellationToken cancellation);
}

/// <inheritdoc cref="IDemoLoader"/>
internal sealed class DemoLoader(PlanApplier applier, IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, TimeProvider time) : IDemoLoader
{
    public async Task<bool> IsEmpty(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return !await db.Users.AnyAsync(cancellation) && !await db.Journal.AnyAsync(cancellation);
    }

    public async Task<bool> IsDemo() => (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Name == DemoSpace.Name;

    public async Task<ImportReport> LoadDemo(CancellationToken cancellation)
    {
        var now = time.Now();
        var facts = DemoSpace.Facts(now);
        var settings = new SpaceChange { Name = facts.Name, TimeZone = facts.TimeZone, Currency = facts.Currency, OpeningHours = facts.OpeningHours, SetOpeningHours = true };
        await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(settings, Actors.System);
        await new DemoRules(grains).Load(now, facts);
        var plan = DemoSpace.Plan(now);
        var report = await applier.Apply(plan, Actors.System, cancellation);
        await new DemoWork(grains).Load(now, facts);
        await new DemoLife(grains, now, facts).Load(plan);
        return report;
    }

    public Task LoadAdministrator(string? password, CancellationToken cancellation)
    {
        var line = new ImportLine { Model = "demo", Key = "administrator", Outcome = ImportOutcome.Made };
        var admin = DemoPeople.All.Single(p => p.Role == Accounts.Roles.Admin);
        var plan = new ImportPlan([], [new(line, [
            new DefineMember(admin.Id, new() { Name = "Administrator", Email = admin.Email }, 0),
            new OpenAccount(admin.Id, admin.Email, [Accounts.Roles.Member, Accounts.Roles.Admin], password)])]);
        return applier.Apply(plan, Actors.System, cancellation);
    }
}

/// <summary>Puts the demo space into a host that has the silo and the import.</summary>
public static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services.AddSingleton<IDemoLoader, DemoLoader>();
}
