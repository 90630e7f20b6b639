using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Makerspace.Web.Hosting;

/// <summary>Failures to start that are expected now and then.</summary>
public static class StartFailure
{
    /// <summary>The one line for a failure that is expected now and then; null for any other.</summary>
    public static string? Line(Exception failure) => failure switch
    {
        StartRefusedException => failure.Message,
        IOException { InnerException: AddressInUseException } => failure.Message.TrimEnd('.') + ". Another program listens there; choose another address with --urls.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AccessDenied } or
            IOException { InnerException: SocketException } => failure.Message,
        FormatException when failure.Message.Contains("url", StringComparison.OrdinalIgnoreCase) => failure.Message,
        AggregateException { InnerExceptions: [var only] } => Line(only),
        _ => null,
    };
}

/// <summary>What is checked before anything is opened.</summary>
internal static class StartChecks
{
    private static readonly string[] PortSettings = ["HTTP_PORTS", "HTTPS_PORTS"];

    /// <summary>Development lets anybody be anybody, so it serves this machine only.</summary>
    public static void DevelopmentIsLocal(WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment()) return;
        var foreign = Addresses(builder.Configuration).FirstOrDefault(a => !IsLoopback(a));
        if (foreign is not null)
            throw new StartRefusedException($"Development serves loopback addresses only, and {foreign} is none. Use 127.0.0.1, or another environment.");
    }

    /// <summary>Whether nobody outside this machine can reach the server.</summary>
    public static bool IsLocal(IConfiguration configuration) => Addresses(configuration).All(IsLoopback);

    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var urls = configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>();
        var anyAddressPorts = PortSettings
            .SelectMany(k => configuration[k]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? []).Select(port => $"http://*:{port}");
        return urls.Concat(endpoints).Concat(urls.Length == 0 ? anyAddressPorts : []);
    }

    private static bool IsLoopback(string address)
    {
        var host = Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }

    private static Microsoft.AspNetCore.Http.BindingAddress Parse(string address)
    {
        try { return BindingAddress.Parse(address); }
        catch (FormatException) { throw new StartRefusedException($"{address} is no address to listen on; use the form http://127.0.0.1:5080."); }
    }
}
