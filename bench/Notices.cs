using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Makerspace.Time;
using NodaTime;
using Npgsql;

namespace Makerspace.Bench;

/// <summary>10,000 reminders that fall due in one minute, sent by SMTP, beside somebody who books all the while; then whether each arrived, and once: <c>./bench/run --notices yes</c>.</summary>
internal static class Notices
{
    private const int Minute = 60;

    // As long as the load is run before it is measured: the first reminder is due when the measured minute begins.
    private const int Before = Minute / 5;

    public static async Task Measure(Server server, MailSink mail, Options options, Report report)
    {
        var space = await Space.Make(server, options with { Tools = 400, Members = 2_000 });
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (var addresses = source.CreateCommand("update members set email = id || '@example.org'")) await addresses.ExecuteNonQueryAsync();
        var idle = await space.BookDistinct(1, Minute / 2);
        report.Line("bookings, 1 client, nothing to send", idle);

        var expected = await Insert(source, space, options.Reminders);
        var busy = await space.BookDistinct(1, Minute);
        report.Line($"bookings, 1 client, {expected.Count:N0} reminders due in that minute", busy);
        report.Text("p99 of it, in p99 of idle", (busy.P99 / idle.P99).ToString("0.00", CultureInfo.InvariantCulture));
        report.Text("reminders that had arrived when the minute was over", $"{mail.Arrivals.Of(expected).Arrived:N0}");
        await Quiet(source);
        Tell(mail.Arrivals.Of(expected), report);
        await using var late = source.CreateCommand("select coalesce(max(m.sent_at - n.due_at), 0) from mail m join notices n on n.id = m.id where n.kind = 'BookingReminder'");
        report.Text("longest from due to taken", $"{Convert.ToInt64(await late.ExecuteScalarAsync(), CultureInfo.InvariantCulture) / 1000.0:0.0} s");
    }

    private static void Tell(Tally arrived, Report report)
    {
        report.Text("reminders that arrived, of those that were due", $"{arrived.Arrived:N0} of {arrived.Due:N0}");
        report.Text("of them once, to whom each was for", $"{arrived.Once:N0}");
        report.Text("never / more than once / to somebody else", $"{arrived.Missing:N0} / {arrived.Doubled:N0} / {arrived.Astray:N0}");
        report.Text("other mail (news of the bookings themselves)", $"{arrived.Others:N0}");
        report.Text("every reminder arrived, once", arrived.IsRight ? "yes" : "NO");
        if (!arrived.IsRight) Environment.ExitCode = 1;
    }

    /// <summary>Waits until nothing waits any more: what would come twice has come by then. At most five minutes, which none of this should take.</summary>
    private static async Task Quiet(NpgsqlDataSource source)
    {
        await using var waiting = source.CreateCommand(
            """
            select (select count(*) from mail where sent_at is null and outcome is null)
                 + (select count(*) from notices where state = 'Waiting' and due_at <= (extract(epoch from now()) * 1000)::bigint)
            """);
        for (var tries = 0; tries < 600; tries++)
        {
            if (Convert.ToInt64(await waiting.ExecuteScalarAsync(), CultureInfo.InvariantCulture) == 0) return;
            await Task.Delay(500);
        }
    }

    /// <summary>Each of a day before a booking, due at its own moment of the minute that is measured.</summary>
    /// <returns>To whom each is to come, by its id.</returns>
    private static async Task<Dictionary<Guid, string>> Insert(NpgsqlDataSource source, Space space, int reminders)
    {
        var first = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) + Duration.FromSeconds(Before);
        var due = Enumerable.Range(0, reminders).Select(i => (first + Duration.FromMilliseconds((long)i * Minute * 1000 / reminders)).ToUnixTimeMilliseconds()).ToArray();
        var (ids, abouts) = (due.Select(_ => Guid.NewGuid()).ToArray(), due.Select(_ => Keys.Booking(Guid.NewGuid())).ToArray());
        var members = due.Select((_, i) => space.Members[i % space.Members.Length]).ToArray();
        var data = due.Select((at, i) => Facts(abouts[i], space.Tools[i % space.Tools.Length], Instant.FromUnixTimeMilliseconds(at) + Duration.FromDays(1))).ToArray();
        await using var insert = source.CreateCommand(
            """
            insert into notices (id, kind, about, member_id, lead, due_at, last_at, digest, state, data)
            select id, 'BookingReminder', about, member, 86400000, due, due + 43200000, false, 'Waiting', data::jsonb
            from unnest($1, $2, $3, $4, $5) as n (id, about, member, due, data)
            """);
        insert.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = abouts });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = members });
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = due });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = data });
        await insert.ExecuteNonQueryAsync();
        return ids.Zip(members).ToDictionary(p => p.First, p => p.Second + "@example.org");
    }

    // What is stored leaves out what cannot be set, and of an anonymous object nothing can.
    private static readonly JsonSerializerOptions Written = new(StoredJson.Options) { IgnoreReadOnlyProperties = false };

    private static string Facts(string about, string tool, Instant start) => JsonSerializer.Serialize(
        new { now = new { about, topic = "Booking", slot = new Slot(start, start + Duration.FromHours(1)), stage = "Standing", tools = new[] { tool } } }, Written);
}

/// <summary>A mail server that takes everything and notes whose it is: it does not read what it takes, as the tests' does, for it is on the machine that is measured.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public MailSink()
    {
        listener.Start();
        serving = Serve();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public Arrivals Arrivals { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task Serve()
    {
        var talks = new List<Task>();
        try
        {
            while (true) talks.Add(Talk(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task Talk(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 bench");
                var to = "";
                while (await reader.ReadLineAsync(stop.Token) is { } line)
                {
                    if (line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase)) to = Between(line);
                    if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await writer.WriteLineAsync("354 go on");
                        if (await Take(reader) is { } id) Arrivals.Took(id, to);
                    }
                    await writer.WriteLineAsync("250 ok");
                    if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase)) return;
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The other side has gone, or the bench is over.
            }
        }
    }

    /// <summary>Reads a message to its end.</summary>
    /// <returns>Its Message-ID, without the brackets; null where it broke off.</returns>
    private async Task<string?> Take(StreamReader reader)
    {
        var id = "";
        while (await reader.ReadLineAsync(stop.Token) is { } text)
        {
            if (text == ".") return id;
            if (id.Length == 0 && text.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)) id = Between(text);
        }
        return null;
    }

    private static string Between(string line) => line.IndexOf('<', StringComparison.Ordinal) is >= 0 and var begins && line.IndexOf('>', begins) is >= 0 and var ends ? line[(begins + 1)..ends] : "";
}
