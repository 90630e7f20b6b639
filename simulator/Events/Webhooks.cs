using System.Net.Http.Headers;
using System.Text;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Events;

/// <summary>
/// Sends events to the one endpoint, in the order they happened, and again with growing pauses until they are taken. What waits is in the store: a
/// simulator that is started again goes on with it.
/// </summary>
internal sealed class Webhooks(Store store, PaymentSimulatorOptions options) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _waiters = [];
    private Task _running = Task.CompletedTask;
    private Misbehaviour _misbehaviour = new();
    private bool _idle = true;

    /// <summary>An event is on its way, or about to be.</summary>
    public bool Busy
    {
        get
        {
            lock (_gate) return !_idle;
        }
    }

    private static long RealNow => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public void Start(Misbehaviour misbehaviour)
    {
        _misbehaviour = misbehaviour;
        _running = Task.Run(() => Run(_stopping.Token));
        Caused(1);
    }

    /// <summary>Events were kept: send them.</summary>
    public void Caused(int events)
    {
        if (events == 0) return;
        lock (_gate)
        {
            _idle = false;
            _wake.Release();
        }
    }

    /// <summary>Completes when nothing is on its way. What was not taken and waits for its next attempt, or is delayed on request, does not count.</summary>
    public Task Quiet(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_idle) return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add(waiter);
            return waiter.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Sends everything that waits, now.</summary>
    public async Task Redeliver(CancellationToken cancellation)
    {
        await store.Do(0, work => work.Execute("UPDATE deliveries SET next_at = 0"), cancellation);
        Caused(1);
    }

    /// <summary>Sends an event (again), whatever became of it.</summary>
    public async Task Resend(string id, CancellationToken cancellation)
    {
        await store.Do(0, work => work.Execute("INSERT INTO deliveries (event, attempts) VALUES (@event, 1)", ("@event", work.Get<Event>(id).Id)), cancellation);
        Caused(1);
    }

    /// <summary>How many events were not taken yet.</summary>
    public Task<int> Waiting(CancellationToken cancellation) => store.Do(0, work => All(work).Count, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _http.Dispose();
        _stopping.Dispose();
        _wake.Dispose();
    }

    private async Task Run(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                while (await _wake.WaitAsync(0, CancellationToken.None))
                {
                }
                var next = await SendDue(cancellation);
                if (Rest()) await _wake.WaitAsync(next, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            lock (_gate) _idle = true;
            foreach (var waiter in _waiters) waiter.TrySetCanceled(CancellationToken.None);
        }
    }

    // Nothing new came while the last was sent: whoever waits for that may go on.
    private bool Rest()
    {
        lock (_gate)
        {
            if (_wake.CurrentCount > 0) return false;
            _idle = true;
            foreach (var waiter in _waiters) waiter.TrySetResult();
            _waiters.Clear();
            return true;
        }
    }

    /// <summary>Sends all that is due; how long until the next is.</summary>
    private async Task<TimeSpan> SendDue(CancellationToken cancellation)
    {
        while (true)
        {
            var all = await store.Do(0, All, cancellation);
            if (options.WebhookAddress is null)
            {
                foreach (var delivery in all) await End(delivery, taken: false, cancellation);
                return Timeout.InfiniteTimeSpan;
            }
            if (all.FirstOrDefault(d => d.NextAt <= RealNow) is not { } due)
                return all.Count == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(all.Min(d => d.NextAt) - RealNow, 1, 60_000));
            lock (_gate) _idle = false;
            await Send(due, all, cancellation);
        }
    }

    private async Task Send(Delivery delivery, List<Delivery> all, CancellationToken cancellation)
    {
        if (await store.Do(0, work => work.Find<Event>(delivery.Event)?.Type, cancellation) is not { } type)
        {
            await End(delivery, taken: false, cancellation);
            return;
        }
        var trouble = delivery.Attempts == 0 ? _misbehaviour.Next(type) : null;
        switch (trouble?.Fault)
        {
            case WebhookFault.Drop:
                await End(delivery, taken: false, cancellation);
                return;
            case WebhookFault.Delay:
                await Later(delivery, trouble.Delay is { } delay ? RealNow + (long)delay.TotalMilliseconds : long.MaxValue, cancellation);
                return;
            case WebhookFault.Reorder:
                if (all.Find(d => d.Seq > delivery.Seq && d.NextAt <= RealNow) is not { } follower)
                {
                    await Later(delivery, RealNow + 300, cancellation);
                    return;
                }
                await Attempt(follower, cancellation);
                break;
            case WebhookFault.Duplicate:
                await Post(delivery, cancellation);
                break;
        }
        await Attempt(delivery, cancellation);
    }

    private async Task Attempt(Delivery delivery, CancellationToken cancellation)
    {
        if (await Post(delivery, cancellation)) await End(delivery, taken: true, cancellation);
        else if (delivery.Attempts + 1 >= options.WebhookAttempts) await End(delivery, taken: false, cancellation);
        else await Later(delivery, RealNow + (long)Math.Min(60_000, options.WebhookRetry.TotalMilliseconds * Math.Pow(2, delivery.Attempts)), cancellation);
    }

    private async Task<bool> Post(Delivery delivery, CancellationToken cancellation)
    {
        var body = await store.Do(0, work => Wire.Text(Wire.Tell(work.Get<Event>(delivery.Event))), cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.WebhookAddress) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        // Signed at the moment of sending, by the clock that the receiver goes by.
        request.Headers.Add("Stripe-Signature", Signature.Header(body, options.WebhookSecrets, options.Time.GetUtcNow().ToUnixTimeSeconds()));
        request.Headers.UserAgent.ParseAdd("Stripe/1.0 (simulated)");
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private Task<int> Later(Delivery delivery, long at, CancellationToken cancellation) => store.Do(
        0, work => work.Execute("UPDATE deliveries SET attempts = attempts + 1, next_at = @at WHERE seq = @seq", ("@at", at), ("@seq", delivery.Seq)), cancellation);

    private Task<int> End(Delivery delivery, bool taken, CancellationToken cancellation) => store.Do(0, work =>
    {
        if (taken && work.Find<Event>(delivery.Event) is { } told) told.PendingWebhooks = 0;
        return work.Execute("DELETE FROM deliveries WHERE seq = @seq", ("@seq", delivery.Seq));
    }, cancellation);

    private static List<Delivery> All(Work work)
    {
        using var command = work.Command("SELECT seq, event, attempts, next_at FROM deliveries ORDER BY seq");
        using var reader = command.ExecuteReader();
        var all = new List<Delivery>();
        while (reader.Read()) all.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3)));
        return all;
    }

    private sealed record Delivery(long Seq, string Event, int Attempts, long NextAt);
}
