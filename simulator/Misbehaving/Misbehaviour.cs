using System.IO.Enumeration;

namespace Makerspace.PaymentSimulator;

/// <summary>How a call goes wrong.</summary>
public enum CallFault
{
    /// <summary>Nothing is done, and the connection is cut.</summary>
    TimeoutBefore,

    /// <summary>It is done, and the connection is cut before the answer.</summary>
    TimeoutAfter,

    /// <summary>429: nothing is done.</summary>
    TooManyRequests,

    /// <summary>500: nothing is done.</summary>
    Error,

    /// <summary>It is done, and the answer is 500.</summary>
    ErrorAfter,
}

/// <summary>How a webhook goes wrong.</summary>
public enum WebhookFault
{
    /// <summary>Sent twice.</summary>
    Duplicate,

    /// <summary>Sent later: after <see cref="WebhookTrouble.Delay"/>, or when <see cref="PaymentSimulatorServer.Redeliver"/> is called.</summary>
    Delay,

    /// <summary>Sent after the one that follows it, or after a moment where none follows.</summary>
    Reorder,

    /// <summary>Never sent.</summary>
    Drop,
}

/// <summary>Calls that are to go wrong.</summary>
/// <param name="Fault">How.</param>
/// <param name="Times">So many of the matching calls; ignored with a probability.</param>
/// <param name="Method">GET, POST or DELETE; null: any.</param>
/// <param name="Path">The path, with <c>*</c> for anything: <c>/v1/payment_intents*</c>; null: any.</param>
/// <param name="Probability">From 0 to 1, for every matching call, until cleared; null: the next ones.</param>
/// <param name="Skip">So many matching calls go right first.</param>
public sealed record CallTrouble(CallFault Fault, int Times = 1, string? Method = null, string? Path = null, double? Probability = null, int Skip = 0);

/// <summary>Webhooks that are to go wrong.</summary>
/// <param name="Fault">How.</param>
/// <param name="Times">So many of the matching events; ignored with a probability.</param>
/// <param name="Type">The event's type, with <c>*</c> for anything; null: any.</param>
/// <param name="Probability">From 0 to 1, for every matching event, until cleared; null: the next ones.</param>
/// <param name="Delay">How much later, of real time; null: until redelivered.</param>
public sealed record WebhookTrouble(WebhookFault Fault, int Times = 1, string? Type = null, double? Probability = null, TimeSpan? Delay = null);

/// <summary>A call that came.</summary>
public sealed record SeenCall(string Method, string Path, string? IdempotencyKey, int? Status, CallFault? Fault, bool Replayed);

/// <summary>What goes wrong on request. Safe to use from several threads.</summary>
public sealed class Misbehaviour
{
    private const int Remembered = 20_000;
    private readonly Lock _gate = new();
    private readonly List<Left<CallTrouble>> _calls = [];
    private readonly List<Left<WebhookTrouble>> _webhooks = [];
    private readonly Queue<SeenCall> _seen = new();
    private Random _random = new(1);

    /// <summary>The newest calls of the API, oldest first.</summary>
    public IReadOnlyList<SeenCall> Calls
    {
        get
        {
            lock (_gate) return [.. _seen];
        }
    }

    /// <summary>Probabilities are drawn from here on by this seed.</summary>
    public void Seed(int seed)
    {
        lock (_gate) _random = new(seed);
    }

    public void Add(CallTrouble trouble)
    {
        lock (_gate) _calls.Add(new(trouble, trouble.Times, trouble.Skip));
    }

    public void Add(WebhookTrouble trouble)
    {
        lock (_gate) _webhooks.Add(new(trouble, trouble.Times, 0));
    }

    /// <summary>Everything goes right again, and the calls seen are forgotten.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
            _webhooks.Clear();
            _seen.Clear();
        }
    }

    internal CallFault? Next(string method, string path)
    {
        lock (_gate) return Take(_calls, t => (t.Method is null || string.Equals(t.Method, method, StringComparison.OrdinalIgnoreCase)) && Matches(t.Path, path), t => t.Probability)?.Fault;
    }

    internal WebhookTrouble? Next(string eventType)
    {
        lock (_gate) return Take(_webhooks, t => Matches(t.Type, eventType), t => t.Probability);
    }

    internal void Saw(SeenCall call)
    {
        lock (_gate)
        {
            _seen.Enqueue(call);
            if (_seen.Count > Remembered) _seen.Dequeue();
        }
    }

    private T? Take<T>(List<Left<T>> all, Func<T, bool> matches, Func<T, double?> probability) where T : class
    {
        foreach (var left in all.Where(left => matches(left.Trouble)))
        {
            if (left.Skip > 0)
            {
                left.Skip--;
                continue;
            }
            if (probability(left.Trouble) is { } chance)
            {
                if (Drawn() < chance) return left.Trouble;
                continue;
            }
            if (--left.Times == 0) all.Remove(left);
            return left.Trouble;
        }
        return null;
    }

    private double Drawn() => _random.NextDouble();

    private static bool Matches(string? pattern, string value) => pattern is null || FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);

    private sealed class Left<T>(T trouble, int times, int skip)
    {
        public T Trouble { get; } = trouble;
        public int Times { get; set; } = times;
        public int Skip { get; set; } = skip;
    }
}
