using System.Net;

namespace Makerspace;

/// <summary>Where a node keeps its data and how it finds the others.</summary>
/// <remarks>
/// Read from configuration: <c>ConnectionStrings:Makerspace</c> (none: SQLite), <c>Makerspace:Data</c> or <c>MAKERSPACE_DATA</c> (directory, default
/// <c>data</c>), <c>Makerspace:Cluster</c> (true: one of several silos on PostgreSQL), and for a cluster <c>Makerspace:Address</c>,
/// <c>Makerspace:SiloPort</c> and <c>Makerspace:GatewayPort</c>.
/// </remarks>
public sealed record MakerspaceSettings
{
    /// <summary>Directory of the SQLite file and of whatever else is kept beside it.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>A PostgreSQL connection string, or null for SQLite.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>True for one of several silos; then the database is not locked for this process.</summary>
    public bool Cluster { get; init; }

    /// <summary>The address other silos reach this one by.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: any free port.</summary>
    public int SiloPort { get; init; }

    /// <summary>0: no gateway; clients outside the silo's process are not served.</summary>
    public int GatewayPort { get; init; }

    /// <summary>False: what the clock brings is done only by whoever asks for it (<see cref="Jobs.Schedule"/>). For tests.</summary>
    public bool RunJobs { get; init; } = true;

    /// <summary>The SQLite file.</summary>
    public string DatabaseFile => Path.Combine(DataDirectory, "makerspace.db");

    /// <summary>Reads them from the configuration of a host.</summary>
    /// <exception cref="StartRefusedException">The settings contradict each other.</exception>
    public static MakerspaceSettings From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Makerspace");
        var settings = new MakerspaceSettings
        {
            DataDirectory = section["Data"] ?? configuration["MAKERSPACE_DATA"] ?? "data",
            ConnectionString = configuration.GetConnectionString("Makerspace") is { Length: > 0 } given ? given : null,
            Cluster = section.GetValue("Cluster", false),
            Address = IPAddress.Parse(section["Address"] ?? "127.0.0.1"),
            SiloPort = section.GetValue("SiloPort", 0),
            GatewayPort = section.GetValue("GatewayPort", 0),
            RunJobs = section.GetValue("RunJobs", true),
        };
        return settings.Cluster && settings.ConnectionString is null
            ? throw new StartRefusedException("A cluster needs PostgreSQL: set ConnectionStrings:Makerspace.")
            : settings;
    }
}

/// <summary>The node cannot start, or a command not be done, for a reason that its operator can act on. The message is one line and fit to print.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process exits with.</summary>
    public const int ExitCode = 3;
}
