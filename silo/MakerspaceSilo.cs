using System.Net;
using System.Net.Sockets;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Operations;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tools;
using Makerspace.Trainings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;

namespace Makerspace;

/// <summary>Puts the grains, their storage and the jobs into a host.</summary>
public static class MakerspaceSilo
{
    /// <summary>Orleans' service id and cluster id: whose rows these are.</summary>
    public const string ServiceId = "makerspace";

    /// <summary>Database, read models and accounts without grains: for commands that may run beside the server.</summary>
    public static MakerspaceSettings AddMakerspaceDatabase(this IHostApplicationBuilder builder)
    {
        var settings = MakerspaceSettings.From(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => Database.From(settings));
        services.AddPooledDbContextFactory<MakerspaceDb>((provider, options) => provider.GetRequiredService<Database>().Use(options));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContext());
        services.AddSingleton<DatabaseCopies>();
        services.AddDataProtection().SetApplicationName(ServiceId);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = new StoredKeys(provider.GetRequiredService<IDbContextFactory<MakerspaceDb>>())));
        return settings;
    }

    /// <summary>Brings the schema up to date, for commands that run without the silo; safe beside a running server.</summary>
    /// <exception cref="StartRefusedException">The database was made by a newer program.</exception>
    public static Task UpdateSchema(this IServiceProvider services, CancellationToken cancellation = default) =>
        Schema.Apply(services.GetRequiredService<Database>(), cancellation);

    /// <summary>The whole silo. It is ready when the host has started: the database is locked and up to date, bookings left half-way are settled.</summary>
    /// <exception cref="StartRefusedException">On start, where another process has the database; the message is for the operator.</exception>
    public static MakerspaceSettings AddMakerspace(this IHostApplicationBuilder builder)
    {
        // First of all: what other services do at start may need the tables.
        builder.Services.AddHostedService<DatabaseStart>();
        var settings = builder.AddMakerspaceDatabase();
        builder.Services.AddStorage(settings);
        builder.UseOrleans(silo => silo.Configure(settings));
        // After the silo, and before the web server, which a host starts last.
        builder.Services.AddSingleton<Sweep>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Sweep>());
        builder.Services.AddJobs(settings);
        builder.Services.AddPayments();
        return settings;
    }

    private static void AddJobs(this IServiceCollection services, MakerspaceSettings settings)
    {
        services.AddJob<Sweep>("sweep", "*/30 * * * * *");
        services.AddJob<DueBookings>("due-bookings", "*/10 * * * * *");
        services.AddJob<UnfinishedSeries>("unfinished-series", "*/10 * * * * *");
        services.AddJob<WaitlistKeeper>("waitlists", "*/10 * * * * *");
        services.AddJob<BookingMoneyKeeper>("booking-money", "*/10 * * * * *");
        services.AddJob<CertificationKeeper>("certifications", "*/10 * * * * *");
        services.AddJob<EventKeeper>(EventKeeper.Id, "*/10 * * * * *");
        services.AddSingleton<OfficeHoursMaker>();
        services.AddJob<OfficeHoursKeeper>(OfficeHoursKeeper.Id, "*/30 * * * * *");
        services.AddJob<EventMoneyKeeper>(EventMoneyKeeper.Id, "*/10 * * * * *");
        services.AddJob<AreaKeeper>("areas", "*/10 * * * * *");
        services.AddJob<AccountsDue>("accounts-due", "*/10 * * * * *");
        services.AddJob<MembershipKeeper>("memberships", "*/20 * * * * *");
        services.AddSingleton<BackInService>();
        services.AddJob<UpkeepKeeper>("upkeep", "*/10 * * * * *");
        services.AddSingleton<JobRuns>();
        services.AddSingleton(provider => new JobRunner(
            provider.GetServices<Job>(), provider, provider.GetRequiredService<JobRuns>(), provider.GetRequiredService<Database>(), settings, provider.GetRequiredService<ILogger<JobRunner>>()));
        services.AddSingleton<Schedule>();
        services.AddJobEngine(settings.RunJobs);
    }

    private static void AddJobEngine(this IServiceCollection services, bool runJobs)
    {
        if (!runJobs)
        {
            services.AddSingleton<IJobQueue, NoQueue>();
            return;
        }
        services.AddSingleton<IJobQueue, HangfireQueue>();
        services.AddHangfire();
        services.AddHostedService<JobLoop>();
    }

    private static void AddStorage(this IServiceCollection services, MakerspaceSettings settings)
    {
        services.AddSingleton(provider => provider.GetRequiredService<Database>().Writer(
            new WriterOptions(ServiceId, settings.Cluster, provider.GetService<ICommitFaults>())));
        services.AddSingleton<Committer>();
        services.AddSingleton(provider => new StateReader(provider.GetRequiredService<Database>(), ServiceId));
        services.AddSingleton<IBookingHistory>(provider => provider.GetRequiredService<StateReader>());
        services.AddSingleton<IGrainStorageSerializer, StatePayload>();
        services.AddSingleton(provider => new Projector(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<Committer>(), provider.GetRequiredService<ILogger<Projector>>())
        {
            Shared = settings.Cluster, Applied = provider.GetRequiredService<Occupancy>().Follow,
        });
        services.AddSingleton<IReadModels>(provider => provider.GetRequiredService<Projector>());
        services.AddSingleton<IToolDirectory, ToolDirectory>();
        services.AddSingleton<Simulating.Simulations>();
        services.AddSingleton<Occupancy>();
        services.AddSingleton<Numbers.UseBook>();
        services.AddSingleton<ITrainingDirectory, TrainingDirectory>();
        services.AddSingleton<Access.IBadgeDirectory, Access.BadgeDirectory>();
        services.AddSingleton<Certifier>();
        services.AddHostedService(provider => provider.GetRequiredService<Projector>());
    }

    private static void Configure(this ISiloBuilder silo, MakerspaceSettings settings)
    {
        silo.Services.AddKeyedSingleton<IGrainStorage, GroupCommitStorage>("Default");
        silo.Services.AddSingleton(provider => provider.GetRequiredKeyedService<IGrainStorage>("Default"));
        silo.Services.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(15));
        if (settings.Cluster) silo.JoinCluster(settings);
        else silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: ServiceId, clusterId: ServiceId);
    }

    private static void JoinCluster(this ISiloBuilder silo, MakerspaceSettings settings)
    {
        if (EngineInfo.Current.IsStandIn) throw new StartRefusedException("A cluster needs the genuine Orleans packages: see docs/operations.md.");
        silo.Services.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (ServiceId, ServiceId));
        silo.ConfigureEndpoints(settings.Address, settings.SiloPort > 0 ? settings.SiloPort : FreePort(), settings.GatewayPort, listenOnAnyHostAddress: false);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", PostgresDatabase.Normal(settings.ConnectionString!)));
    }

    /// <summary>A silo alone is spoken to by nobody, but Orleans listens all the same; several on one machine must not meet.</summary>
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
