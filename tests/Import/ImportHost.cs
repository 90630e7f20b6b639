using Makerspace.Demo;
using Makerspace.Import;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Makerspace.Tests.Import;

/// <summary>A silo with the import, on a database of its own, at 09:00 UTC of 23 November 2026, as every silo of the tests.</summary>
internal sealed class ImportHost : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly WebApplication app;

    private ImportHost(TestDatabase database, WebApplication app) => (this.database, this.app) = (database, app);

    public IImport Import => app.Services.GetRequiredService<IImport>();
    public IDemoLoader Demo => app.Services.GetRequiredService<IDemoLoader>();
    public IGrainFactory Grains => app.Services.GetRequiredService<IGrainFactory>();

    public string Data => database.Settings.DataDirectory;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ImportHost> Start(DatabaseKind engine)
    {
        var made = await TestDatabase.On(engine);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(made.Configuration);
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Planning.Now.ToDateTimeOffset()));
        builder.AddMakerspace();
        builder.Services.AddImport().AddDemo();
        var started = builder.Build();
        await started.StartAsync(Cancellation);
        return new(made, started);
    }

    public async Task<ImportReport> Nemo(Stream dump, bool dryRun = false)
    {
        var (plan, problem) = await Import.PlanNemo(dump, Planning.Admin, Cancellation);
        problem.ShouldBeNull();
        return dryRun ? await Import.Rehearse(plan!, Cancellation) : await Import.Apply(plan!, Planning.Admin, Cancellation);
    }

    /// <summary>Reads from the database once the read models hold everything.</summary>
    public async Task<T> Read<T>(Func<MakerspaceDb, Task<T>> query)
    {
        await app.Services.GetRequiredService<IReadModels>().CaughtUp(Cancellation);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        return await query(db);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(Cancellation);
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}
