using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Makerspace.Tests.Notices;

/// <summary>A message that arrived.</summary>
internal sealed record Letter(MimeMessage Message)
{
    public string Subject { get; } = Message.Subject ?? "";
    public string TextBody { get; } = Message.TextBody ?? "";
    public string HtmlBody { get; } = Message.HtmlBody ?? "";
    public string MessageId { get; } = Message.MessageId ?? "";

    public string Header(string name) => Message.Headers[name] ?? "";
}

/// <summary>A mail server that takes everything, as a reader's does: what comes a second time with the same Message-ID is not shown twice.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Letter> received = [];
    private readonly Task serving;
    private int breakOffs;
    private int connected;
    private int mostConnected;

    public MailServer()
    {
        listener.Start();
        serving = Serve();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Addresses that nobody has: refused for good.</summary>
    public ConcurrentDictionary<string, bool> Unknown { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Addresses at which the server breaks off, whenever they are named.</summary>
    public ConcurrentDictionary<string, bool> Poisoned { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that arrived, also what came twice.</summary>
    public IReadOnlyList<Letter> Arrived => [.. received];

    /// <summary>What a reader sees.</summary>
    public IReadOnlyList<Letter> Seen => [.. received.DistinctBy(m => m.MessageId)];

    public IReadOnlyList<Letter> To(string address) => [.. Seen.Where(m => m.Message.To.Mailboxes.Any(b => b.Address == address))];

    /// <summary>How many connections there were at once, at most.</summary>
    public int MostConnected => Volatile.Read(ref mostConnected);

    /// <summary>Takes the next messages, and breaks off before saying so.</summary>
    public void BreakOff(int times) => Volatile.Write(ref breakOffs, times);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task Serve()
    {
        var all = new List<Task>();
        try
        {
            while (!stop.IsCancellationRequested) all.Add(Talk(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task Talk(TcpClient client)
    {
        using (client)
        {
            InterlockedMax(Interlocked.Increment(ref connected));
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 test");
                while (await reader.ReadLineAsync(stop.Token) is { } line && await Answer(line, reader, writer)) { }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side has gone.
            }
            finally
            {
                Interlocked.Decrement(ref connected);
            }
        }
    }

    private void InterlockedMax(int now)
    {
        for (var most = MostConnected; now > most && Interlocked.CompareExchange(ref mostConnected, now, most) != most; most = MostConnected) { }
    }

    private async Task<bool> Answer(string line, StreamReader reader, StreamWriter writer)
    {
        var verb = line.Split(' ', ':')[0].ToUpperInvariant();
        switch (verb)
        {
            case "EHLO":
                await writer.WriteLineAsync("250-test\r\n250 8BITMIME");
                return true;
            case "RCPT":
                var address = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                if (Poisoned.ContainsKey(address)) return false;
                await writer.WriteLineAsync(Unknown.ContainsKey(address) ? "550 5.1.1 nobody of this name" : "250 ok");
                return true;
            case "DATA":
                await writer.WriteLineAsync("354 go on");
                await Take(reader);
                if (Interlocked.Decrement(ref breakOffs) >= 0) return false;
                await writer.WriteLineAsync("250 taken");
                return true;
            case "QUIT":
                await writer.WriteLineAsync("221 bye");
                return false;
            default:
                await writer.WriteLineAsync("250 ok");
                return true;
        }
    }

    private async Task Take(StreamReader reader)
    {
        using var whole = new MemoryStream();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
            whole.Write(Encoding.Latin1.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
        whole.Position = 0;
        received.Enqueue(new Letter(await MimeMessage.LoadAsync(whole, stop.Token)));
    }
}
