using Makerspace.Web.Access;
using Makerspace.Web.Accounts;
using Makerspace.Web.Announcements;
using Makerspace.Web.Billing;
using Makerspace.Web.Calendars;
using Makerspace.Web.Companies;
using Makerspace.Web.Demo;
using Makerspace.Web.Development;
using Makerspace.Web.Events;
using Makerspace.Web.Health;
using Makerspace.Web.Http;
using Makerspace.Web.Import;
using Makerspace.Web.Jobs;
using Makerspace.Web.Journal;
using Makerspace.Web.Live;
using Makerspace.Web.Maintenance;
using Makerspace.Web.Members;
using Makerspace.Web.Mentors;
using Makerspace.Web.Notices;
using Makerspace.Web.Numbers;
using Makerspace.Web.Pages;
using Makerspace.Web.Policies;
using Makerspace.Web.Reservations;
using Makerspace.Web.Series;
using Makerspace.Web.Sessions;
using Makerspace.Web.Resources;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Makerspace.Web.Trainings;
using Makerspace.Web.Waitlists;

namespace Makerspace.Web.Hosting;

/// <summary>The web server, with the silo inside it.</summary>
public static class WebServer
{
    /// <summary>Starts the server and runs it until it is told to stop. An expected failure is one line on standard error and <see cref="StartRefusedException.ExitCode"/>.</summary>
    public static async Task<int> Run(ServerOptions options, CancellationToken cancellation = default)
    {
        try
        {
            await using var app = Build(options);
            await Start(app, cancellation);
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (Exception e) when (StartFailure.Line(e) is { } line)
        {
            await Console.Error.WriteLineAsync("makerspace: " + line);
            return StartRefusedException.ExitCode;
        }
    }

    /// <summary>What had started before something failed is stopped in order, so that the one line is not lost among its complaints.</summary>
    private static async Task Start(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            try
            {
                await app.StopAsync(CancellationToken.None);
            }
            catch (Exception e) when (e is InvalidOperationException or AggregateException)
            {
                // A silo that never started cannot be stopped; the failure to start is the one to tell.
            }
            throw;
        }
    }

    /// <summary>The server, not yet started.</summary>
    /// <param name="options">How to start it.</param>
    /// <param name="adjust">Last changes to the builder, for tests.</param>
    public static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = options.Environment, ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(WebServer).Assembly.GetName().Name,
        });
        Configure(builder, options);
        StartChecks.DevelopmentIsLocal(builder);
        AddServices(builder);
        adjust?.Invoke(builder);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartOfServer>().IsOver);
        UsePipeline(app);
        MapApi(app);
        return app;
    }

    private static void Configure(WebApplicationBuilder builder, ServerOptions options)
    {
        var configuration = builder.Configuration;
        configuration["Makerspace:Data"] = Path.GetFullPath(options.Data ?? configuration["MAKERSPACE_DATA"] ?? configuration["Makerspace:Data"] ?? "data");
        if (options.NoDemo || string.Equals(configuration["MAKERSPACE_NO_DEMO"], "true", StringComparison.OrdinalIgnoreCase)) configuration["Makerspace:NoDemo"] = "true";
        if (options.Database is { } database) configuration["ConnectionStrings:Makerspace"] = database;
        if (options.Urls is { } urls) configuration[WebHostDefaults.ServerUrlsKey] = urls;
        else if (!SaysWhere(configuration)) configuration[WebHostDefaults.ServerUrlsKey] = ServerOptions.DefaultUrls;
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, configuration[WebHostDefaults.ServerUrlsKey]);
        builder.WebHost.UseStaticWebAssets();
    }

    private static bool SaysWhere(ConfigurationManager configuration) =>
        new[] { WebHostDefaults.ServerUrlsKey, "HTTP_PORTS", "HTTPS_PORTS" }.Any(k => !string.IsNullOrEmpty(configuration[k]))
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();

    private static void AddServices(WebApplicationBuilder builder)
    {
        var starting = builder.AddLogs();
        builder.AddObservability();
        builder.AddHttpHabits();
        builder.AddClock();
        builder.AddMakerspace();
        builder.AddDemo();
        builder.AddAccounts();
        builder.AddRateLimits();
        builder.AddDescription();
        builder.Services.AddSingleton<OutboundHttp>();
        builder.Services.AddReservations();
        builder.Services.AddSeries();
        builder.Services.AddWaitlists();
        builder.Services.AddTrainings();
        builder.Services.AddMentors();
        builder.Services.AddEvents();
        builder.AddAccess();
        builder.Services.AddMaintenance();
        builder.Services.AddLive();
        builder.Services.AddAnnouncements();
        builder.Services.AddNotices();
        builder.Services.AddCalendars();
        builder.Services.AddNumbers();
        builder.Services.AddJournal();
        builder.Services.AddOpeningEffect();
        builder.Services.AddBilling();
        builder.Services.AddStaffMoney();
        builder.AddPages();
        builder.Services.AddSingleton(starting);
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseHttpHabits();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseCookieProtection();
        app.UseAuthorization();
        app.UsePageInput();
        app.UseDuties();
    }

    private static void MapApi(WebApplication app)
    {
        var api = new KeptRoutes(app).MapGroup("/api/v1").AddEndpointFilterFactory(WellFormed.Filter).RequireAuthorization();
        api.MapAccounts();
        api.MapBookings();
        api.MapSeries();
        api.MapWaitlists();
        api.MapTrainings();
        api.MapMentors();
        api.MapEvents();
        api.MapOfficeHours();
        api.MapSessions();
        api.MapSessionWork();
        api.MapProgramme();
        api.MapTools();
        api.MapMaintenance();
        api.MapMembers();
        api.MapSpaces();
        api.MapCompanies();
        api.MapStaffMoney();
        api.MapPeople();
        api.MapMoney();
        api.MapDevices();
        api.MapBadges();
        api.MapOccupancy();
        api.MapResources();
        api.MapPolicies();
        api.MapLive();
        api.MapAnnouncements();
        api.MapMemberWork();
        api.MapNumbers();
        api.MapNotices();
        api.MapCalendars();
        api.MapJournal();
        api.MapOpeningEffect();
        api.MapImport();
        api.MapPayments();
        api.MapJobs();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapHealth();
        app.MapStripeWebhook();
        app.MapFeeds();
        app.MapDevelopment();
        app.MapPages();
    }
}
