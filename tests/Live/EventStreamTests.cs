using System.Runtime.CompilerServices;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Accounts;
using Makerspace.Web.Live;
using Microsoft.AspNetCore.Http;

namespace Makerspace.Tests.Live;

public class EventStreamTests(Lab lab) : IClassFixture<Lab>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_booking_is_told_as_it_happens_and_to_others_without_who()
    {
        await using var mine = await Stream.Open(lab.Ada);
        await using var theirs = await Stream.Open(lab.Ben);
        var key = Guid.NewGuid();
        using var made = await lab.Ada.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", key);
        (await mine.Next("booking-confirmed")).Data.ShouldContain(key.ToString());
        var seen = await theirs.Next("booking-confirmed");
        seen.Type.ShouldBe("booking-changed");
        seen.Data.ShouldContain("saw");
        seen.Data.ShouldNotContain(key.ToString());
        seen.Data.ShouldNotContain("ada");
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_event_it_had()
    {
        string last;
        await using (var stream = await Stream.Open(lab.Ada))
        {
            (await lab.Ada.Book("saw", "2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z")).Dispose();
            last = (await stream.Next("booking-confirmed")).Id;
        }
        var missed = Guid.NewGuid();
        (await lab.Ada.Book("saw", "2026-12-03T10:00:00Z", "2026-12-03T11:00:00Z", missed)).Dispose();
        await using var resumed = await Stream.Open(lab.Ada, last);
        (await resumed.Next("booking-confirmed")).Data.ShouldContain(missed.ToString());
    }

    [Fact]
    public async Task Members_are_not_told_of_other_members()
    {
        await using var theirs = await Stream.Open(lab.Ben);
        (await lab.Staff.Patch("/api/v1/members/ada", """{"companyId": "acme"}""")).EnsureSuccessStatusCode();
        (await lab.Staff.Patch("/api/v1/tools/saw", """{"location": "moved"}""")).EnsureSuccessStatusCode();
        (await theirs.Next(null)).Type.ShouldBe("tool-changed");
    }

    [Fact]
    public async Task An_account_has_eight_streams_at_the_most()
    {
        var open = new List<Stream>();
        for (var i = 0; i < 8; i++) open.Add(await Stream.Open(lab.Mentor));
        using var ninth = await lab.Mentor.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        (await ninth.Code()).ShouldBe("too-many-streams");
        foreach (var stream in open) await stream.DisposeAsync();
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", "yesterday");
        using var answer = await lab.Ada.SendAsync(request);
        (await answer.Code()).ShouldBe("malformed-event-id");
    }

    [Fact]
    public async Task Streams_end_when_the_server_stops()
    {
        var server = await RunningServer.Start();
        await using var stream = await Stream.Open(await server.As("admin@example.org"));
        await server.DisposeAsync().AsTask().WaitAsync(Soon);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_stream_that_is_cut_off_while_it_waits_ends_as_it_was_cut_off(bool readerBreaks)
    {
        using var stop = new CancellationTokenSource();
        var (waits, ended, context) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(), new DefaultHttpContext());
        context.Response.Body = new Leaving(() => readerBreaks && waits.Task.IsCompleted);
        var writing = EventStream.Write(context.Response, new Caller("ada", "ada", IsStaff: false), Rows(), new SpaceFacts(), JsonSerializerOptions.Web, stop.Token);
        if (readerBreaks) await writing.ShouldThrowAsync<IOException>();
        else
        {
            await waits.Task.WaitAsync(Soon);
            await stop.CancelAsync();
            await writing.ShouldThrowAsync<OperationCanceledException>();
        }
        await ended.Task.WaitAsync(Soon);

        async IAsyncEnumerable<JournalRow> Rows([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            try
            {
                yield return new JournalRow { Seq = 1, Type = "tool-changed", ToolId = "saw" };
                waits.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    /// <summary>A reader who goes away while the next change is awaited.</summary>
    private sealed class Leaving(Func<bool> gone) : MemoryStream
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => gone() ? Task.FromException(new IOException("The reader has gone.")) : Task.CompletedTask;
    }

    private sealed record Event(string Id, string Type, string Data);

    private sealed class Stream(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<Stream> Open(HttpClient client, string? after = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
            if (after is not null) request.Headers.Add("Last-Event-ID", after);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            (await reader.ReadLineAsync().WaitAsync(Soon)).ShouldBe("retry: 2000");
            return new Stream(response, reader);
        }

        /// <summary>The next event, or the next of that word.</summary>
        public async Task<Event> Next(string? what)
        {
            while (true)
            {
                string id = "", type = "", data = "";
                while (await reader.ReadLineAsync().WaitAsync(Soon) is { Length: > 0 } line)
                {
                    if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                    if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
                    if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                }
                if (data.Length > 0 && (what is null || data.Contains(what, StringComparison.Ordinal))) return new Event(id, type, data);
            }
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
