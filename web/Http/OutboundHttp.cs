using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Makerspace.Web.Http;

/// <summary>What an address outside answered.</summary>
/// <param name="Status">The HTTP status; redirects are answers too, they are never followed.</param>
/// <param name="Body">Whole, at most <see cref="OutboundHttp.MostBytes"/>.</param>
public sealed record OutboundAnswer(int Status, byte[] Body)
{
    /// <summary>Of a redirect: where it leads. Whoever goes there asks anew, and is looked at anew.</summary>
    public Uri? Location { get; init; }

    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>Why nothing was asked, or no answer taken; the code is stable.</summary>
public sealed class OutboundRefusedException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary><c>not-https</c>, <c>address-not-public</c>, <c>unknown-host</c>, <c>too-large</c>, <c>timed-out</c>, <c>unreachable</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>
/// Asks addresses that people typed in. Only by https, only public addresses (looked at when the connection is made, so that a name which points elsewhere a moment later
/// changes nothing), no redirects, no proxy, no cookies, at most <see cref="MostBytes"/> and <see cref="LongestWait"/>.
/// Hosts named in <c>Makerspace:Outbound:Trusted</c> (the operator's own, as a chat server in the house) may be inside and without https.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    public const int MostBytes = 1024 * 1024;
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly IConfiguration _configuration;

    public OutboundHttp(IConfiguration configuration)
    {
        _configuration = configuration;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = Connect, ConnectTimeout = LongestWait,
            MaxResponseHeadersLength = 32, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Makerspace", "1"));
    }

    /// <summary>What would be wrong with asking this address, before anything is sent: a code, or null.</summary>
    public string? Fault(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Host.Length == 0 || address.Scheme is not ("https" or "http")) return "not-https";
        if (IsTrusted(address.Host)) return null;
        if (address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0) return "not-https";
        if (Name(address) is not { } host) return "unknown-host";
        return IPAddress.TryParse(host.Trim('[', ']'), out var ip) && !IsPublic(ip) ? "address-not-public" : null;
    }

    // What is no letter of any name is found out when the name is written as the network has it.
    private static string? Name(Uri address)
    {
        try { return address.IdnHost; }
        catch (UriFormatException) { return null; }
    }

    /// <summary>Reads what is there.</summary>
    /// <exception cref="OutboundRefusedException">It was not asked, or did not answer within the limits.</exception>
    public Task<OutboundAnswer> Get(Uri address, CancellationToken cancellation) => Send(new HttpRequestMessage(HttpMethod.Get, address), cancellation);

    /// <summary>Sends a body.</summary>
    /// <exception cref="OutboundRefusedException">It was not sent, or not answered within the limits: then it may have arrived.</exception>
    public Task<OutboundAnswer> Send(HttpMethod method, Uri address, byte[] body, string mediaType, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = "utf-8" };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Send(request, cancellation);
    }

    public void Dispose() => _client.Dispose();

    private async Task<OutboundAnswer> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var asked = request;
        if (Fault(request.RequestUri!) is { } fault) throw new OutboundRefusedException(fault, "This address is not asked.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LongestWait);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var leadsTo = answer.Headers.Location is { } location && Uri.TryCreate(request.RequestUri!, location, out var absolute) ? absolute : null;
            return new OutboundAnswer((int)answer.StatusCode, await Read(answer.Content, patience.Token)) { Location = leadsTo };
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new OutboundRefusedException("timed-out", "It did not answer in time.", late);
        }
        catch (HttpRequestException failed)
        {
            throw Refused(failed) ?? new OutboundRefusedException("unreachable", "It could not be reached.", failed);
        }
        catch (IOException failed)
        {
            throw new OutboundRefusedException("unreachable", "It broke off.", failed);
        }
    }

    // What the connection refused arrives wrapped by the client.
    private static OutboundRefusedException? Refused(Exception? failed)
    {
        for (; failed is not null; failed = failed.InnerException)
            if (failed is OutboundRefusedException refused) return refused;
        return null;
    }

    private static async Task<byte[]> Read(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > MostBytes) throw TooLarge();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var whole = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await stream.ReadAsync(part, cancellation) is > 0 and var read)
        {
            // What it says of its length is not to be relied on.
            if (whole.Length + read > MostBytes) throw TooLarge();
            await whole.WriteAsync(part.AsMemory(0, read), cancellation);
        }
        return whole.ToArray();
    }

    private static OutboundRefusedException TooLarge() => new("too-large", "It is larger than what is read.");

    /// <summary>The name is looked up here, and the connection goes to just what was looked at: there is no second look-up that could answer otherwise.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Resolve(host, cancellation);
        // One that is inside is enough: a name that points both ways is no honest one.
        if (!IsTrusted(host) && addresses.Any(a => !IsPublic(a))) throw new OutboundRefusedException("address-not-public", "This name points to an address that is not public.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> Resolve(string host, CancellationToken cancellation)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellation);
            return found.Length > 0 ? found : throw new OutboundRefusedException("unknown-host", "There is no such host.");
        }
        catch (SocketException unknown)
        {
            throw new OutboundRefusedException("unknown-host", "There is no such host.", unknown);
        }
    }

    private bool IsTrusted(string host) =>
        _configuration.GetSection("Makerspace:Outbound:Trusted").Get<string[]>()?.Contains(host, StringComparer.OrdinalIgnoreCase) == true;

    /// <summary>Whether an address is one of the internet's own: not this machine's, not of a private or local network, not set aside for anything (IANA's special-purpose registries).</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var b = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork ? IsPublic4(b) : IsPublic6(b);
    }

    private static bool IsPublic4(byte[] b) => b switch
    {
        [0 or 10 or 127, ..] => false,
        [100, >= 64 and <= 127, ..] => false,
        [169, 254, ..] => false,
        [172, >= 16 and <= 31, ..] => false,
        [192, 168, ..] or [192, 0, 0 or 2, _] or [192, 88, 99, _] => false,
        [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
        [>= 224, ..] => false,
        _ => true,
    };

    // Of IPv6 only the global unicast block, without documentation, 6to4 and Teredo: those carry an IPv4 address inside.
    private static bool IsPublic6(byte[] b) =>
        (b[0] & 0xe0) == 0x20 && b is not ([0x20, 0x01, <= 0x01, ..] or [0x20, 0x01, 0x0d, 0xb8, ..] or [0x20, 0x02, ..] or [0x3f, 0xff, ..]);
}
