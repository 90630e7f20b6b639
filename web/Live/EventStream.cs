using System.Globalization;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Makerspace.Web.Live;

/// <summary>One change, as far as the reader may know of it. Read the thing again to see what it is now.</summary>
/// <param name="What">The journal's word for it, such as <c>booking-confirmed</c>.</param>
/// <param name="BookingId">Told to staff and to the member whose it is; so is <paramref name="MemberId"/>.</param>
public sealed record ChangeModel(string What, OffsetDateTime At, string? ToolId, Guid? BookingId, string? MemberId);

/// <summary><c>GET /events</c>: server-sent events from the journal, resumable by <c>Last-Event-ID</c>.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void AddLive(this IServiceCollection services) => services.AddSingleton<StreamCount>();

    public static void MapLive(this RouteGroupBuilder api) =>
        api.MapGet("/events", Follow).RequireAuthorization(Allow.Read).WithTags("Live").WithSummary("Changes as they happen (server-sent events)")
            .WithDescription("Types: booking-changed, tool-changed, member-changed, area-changed, space-changed. Last-Event-ID resumes. Other people's bookings are told without who and which.")
            .Produces<ChangeModel>(contentType: "text/event-stream");

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> Follow(
        HttpContext context, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, IReadModels readModels, IGrainFactory grains, StreamCount streams,
        IHostApplicationLifetime lifetime, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
    {
        var caller = Caller.Of(context.User);
        var position = readModels.Position;
        if (!string.IsNullOrEmpty(lastEventId))
        {
            if (!long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
                return Problem.Malformed("Last-Event-ID", "malformed-event-id", "Last-Event-ID is none of this stream.");
            // A position from before the data was emptied lies ahead of the journal.
            position = Math.Min(last, position);
        }
        using var place = streams.Enter(caller.AccountId);
        if (place is null) return Problem.Of(StatusCodes.Status429TooManyRequests, "too-many-streams", "Close another event stream first.");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try { await Write(context.Response, caller, readModels.Follow(position, end.Token), await grains.Space(), json.Value.SerializerOptions, end.Token); }
        catch (OperationCanceledException) when (end.IsCancellationRequested) { /* the reader left, or the server stops: both are a normal end */ }
        return TypedResults.Empty;
    }

    internal static async Task Write(
        HttpResponse response, Caller caller, IAsyncEnumerable<JournalRow> journal, SpaceFacts space, JsonSerializerOptions json, CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        await response.WriteAsync("retry: 2000\n\n", cancellation);
        await response.Body.FlushAsync(cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var rows = journal.GetAsyncEnumerator(end.Token);
        var next = rows.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (await Task.WhenAny(next, Task.Delay(Heartbeat, cancellation)) != next)
                {
                    cancellation.ThrowIfCancellationRequested();
                    await response.WriteAsync(": still here\n\n", cancellation);
                }
                else if (!await next) return;
                else
                {
                    if (Of(rows.Current, caller, space) is { } change) await response.WriteAsync(Text(rows.Current, change, json), cancellation);
                    next = rows.MoveNextAsync().AsTask();
                }
                await response.Body.FlushAsync(cancellation);
            }
        }
        finally
        {
            // Whoever leaves while the next one is awaited, as at a shutdown, ends that first: the rows cannot be given back in the middle of it.
            await end.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    private static string Text(JournalRow row, ChangeModel change, JsonSerializerOptions json) => string.Create(
        CultureInfo.InvariantCulture, $"id: {row.Seq}\nevent: {Type(row)}\ndata: {JsonSerializer.Serialize(change, json)}\n\n");

    private static string Type(JournalRow row) => row.BookingId is null ? row.Type : "booking-changed";

    private static ChangeModel? Of(JournalRow row, Caller caller, SpaceFacts space)
    {
        var theirs = row.MemberId is null || caller.MaySee(row.MemberId);
        if (row.BookingId is null && !theirs) return null;
        // What staff note about members is theirs alone, even that they did.
        if (row.Type == "member-noted" && !caller.IsStaff) return null;
        return new ChangeModel(row.Type, row.At.In(space), row.ToolId, theirs ? row.BookingId : null, theirs ? row.MemberId : null);
    }
}

/// <summary>How many event streams each account has open: eight at the most.</summary>
internal sealed class StreamCount
{
    private const int Most = 8;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>A place to give back by disposing it; null where the account has none left.</summary>
    public IDisposable? Enter(string accountId)
    {
        if (_open.AddOrUpdate(accountId, 1, (_, open) => open + 1) <= Most) return new Place(this, accountId);
        Leave(accountId);
        return null;
    }

    private void Leave(string accountId)
    {
        if (_open.AddOrUpdate(accountId, 0, (_, open) => open - 1) <= 0) _open.TryRemove(KeyValuePair.Create(accountId, 0));
    }

    private sealed class Place(StreamCount count, string accountId) : IDisposable
    {
        public void Dispose() => count.Leave(accountId);
    }
}
