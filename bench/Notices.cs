using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Makerspace.Time;
using NodaTime;
using Npgsql;

namespace Makerspace.Bench;

/// <summary>10,000 reminders that fall due in one minute, sent by SMTP, beside somebody who books all the while: <c>./bench/run --notices yes</c>.</summary>
internal static class Notices
{
    private const int Reminders = 10_000;
    private const int Minute = 60;

    public static async Task Measure(Server server, MailSink mail, Options options, Report report)
    {
        var space = await Space.Make(server, options with { Tools = 400, Members = 2_000 });
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (var addresses = source.CreateCommand("update members set email = id || '@example.org'")) await addresses.ExecuteNonQueryAsync();
        var idle = await space.BookDistinct(1, Minute / 2);
        report.Line("bookings, 1 client, nothing to send", idle);

        await Insert(source, space);
        var busy = await space.BookDistinct(1, Minute);
        report.Line("bookings, 1 client, 10,000 reminders due in that minute", busy);
        report.Text("p99 of it, in p99 of idle", (busy.P99 / idle.P99).ToString("0.00", CultureInfo.InvariantCulture));
        report.Text("mail that had arrived when the minute was over", mail.Taken.ToString("N0", CultureInfo.InvariantCulture));
        for (var tries = 0; tries < 600 && mail.Taken < Reminders; tries++) await Task.Delay(100);
        report.Text("mail that had arrived at the end", mail.Taken.ToString("N0", CultureInfo.InvariantCulture));
        await using var late = source.CreateCommand("select coalesce(max(m.sent_at - n.due_at), 0) from mail m join notices n on n.id = m.id");
        report.Text("longest from due to taken", $"{Convert.ToInt64(await late.ExecuteScalarAsync(), CultureInfo.InvariantCulture) / 1000.0:0.0} s");
    }

    // Each of a day before a booking, due at its own moment of the minute that begins now.
    private static async Task Insert(NpgsqlDataSource source, Space space)
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var due = Enumerable.Range(0, Reminders).Select(i => (now + Duration.FromMilliseconds(i * Minute * 1000 / Reminders)).ToUnixTimeMilliseconds()).ToArray();
        var abouts = due.Select(_ => Keys.Booking(Guid.NewGuid())).ToArray();
        var members = due.Select((_, i) => space.Members[i % space.Members.Length]).ToArray();
        var data = due.Select((at, i) => Facts(abouts[i], space.Tools[i % space.Tools.Length], Instant.FromUnixTimeMilliseconds(at) + Duration.FromDays(1))).ToArray();
        await using var insert = source.CreateCommand(
            """
            insert into notices (id, kind, about, member_id, lead, due_at, last_at, digest, state, data)
            select gen_random_uuid(), 'BookingReminder', about, member, 86400000, due, due + 43200000, false, 'Waiting', data::jsonb
            from unnest($1, $2, $3, $4) as n (about, member, due, data)
            """);
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = abouts });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = members });
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = due });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = data });
        await insert.ExecuteNonQueryAsync();
    }

    // What is stored leaves out what cannot be set, and of an anonymous object nothing can.
    private static readonly JsonSerializerOptions Written = new(StoredJson.Options) { IgnoreReadOnlyProperties = false };

    private static string Facts(string about, string tool, Instant start) => JsonSerializer.Serialize(
        new { now = new { about, topic = "Booking", slot = new Slot(start, start + Duration.FromHours(1)), stage = "Standing", tools = new[] { tool } } }, Written);
}

/// <summary>A mail server that takes everything and counts it: it does not read what it takes, as the tests' does, for it is on the machine that is measured.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private int taken;

    public MailSink()
    {
        listener.Start();
        serving = Serve();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public int Taken => Volatile.Read(ref taken);

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
                while (await reader.ReadLineAsync(stop.Token) is { } line)
                {
                    if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await writer.WriteLineAsync("354 go on");
                        while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".") { }
                        Interlocked.Increment(ref taken);
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
}
