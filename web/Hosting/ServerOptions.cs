namespace Makerspace.Web.Hosting;

/// <summary>How a server is started: the options of the command line. What is null comes from the environment, else is the default.</summary>
public sealed record ServerOptions
{
    /// <summary>Where to listen, separated by semicolons. <c>ASPNETCORE_URLS</c>; default <see cref="DefaultUrls"/>.</summary>
    public string? Urls { get; init; }

    /// <summary>Directory of the database file, the keys and the backups. <c>MAKERSPACE_DATA</c>; default <c>data</c>.</summary>
    public string? Data { get; init; }

    /// <summary>Connection string of a PostgreSQL or SQLite database. <c>ConnectionStrings__Makerspace</c>; default a SQLite file in <see cref="Data"/>.</summary>
    public string? Database { get; init; }

    /// <summary>Leave a new database empty but for the administrator. <c>MAKERSPACE_NO_DEMO=true</c>.</summary>
    public bool NoDemo { get; init; }

    /// <summary><c>Development</c> opens the movable clock and other helpers, on loopback addresses only. <c>ASPNETCORE_ENVIRONMENT</c>; default <c>Production</c>.</summary>
    public string? Environment { get; init; }

    public const string DefaultUrls = "http://127.0.0.1:5080";
}
