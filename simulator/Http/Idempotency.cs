using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>What answers a call, byte for byte.</summary>
internal sealed record Answer(int Status, string Body, string RequestId, bool Replayed = false);

/// <summary>
/// <c>Idempotency-Key</c>: the same request under the same key has one effect and one answer, kept with the effect for 24 hours. Answers that did
/// nothing (a parameter refused) are not kept: the key may be used again.
/// </summary>
internal sealed class Idempotency
{
    private const long Kept = 24 * 3600;
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    /// <summary>Notes that a request is under way; a second one under its key meanwhile is refused.</summary>
    public void Enter(string? key)
    {
        if (key is null || _underWay.TryAdd(key, true)) return;
        throw new ApiException(409, "idempotency_error", $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}") { Code = "idempotency_key_in_use" };
    }

    public void Leave(string? key)
    {
        if (key is not null) _underWay.TryRemove(key, out _);
    }

    /// <summary>The answer that the key has already; null: a new key.</summary>
    public static Answer? Stored(Work work, string key, string path, string body)
    {
        work.Execute("DELETE FROM keys WHERE at < @old", ("@old", work.Time - Kept));
        using var command = work.Command("SELECT path, fingerprint, status, answer, request FROM keys WHERE key = @key", ("@key", key));
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        if (reader.GetString(0) != path)
            throw Reused($"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}' vs '{reader.GetString(0)}'). Try using a key other than '{key}' if you meant to execute a different request.");
        if (reader.GetString(1) != Fingerprint(body))
            throw Reused($"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.");
        return new(reader.GetInt32(2), reader.GetString(3), reader.GetString(4), Replayed: true);
    }

    public static void Keep(Work work, string key, string path, string body, Answer answer) => work.Execute(
        "INSERT INTO keys (key, path, fingerprint, status, answer, request, at) VALUES (@key, @path, @fingerprint, @status, @answer, @request, @at)",
        ("@key", key), ("@path", path), ("@fingerprint", Fingerprint(body)), ("@status", answer.Status), ("@answer", answer.Body), ("@request", answer.RequestId), ("@at", work.Time));

    private static ApiException Reused(string message) => new(400, "idempotency_error", message);

    // The order in which parameters are sent says nothing.
    private static string Fingerprint(string body) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('&', body.Split('&').Order(StringComparer.Ordinal)))));
}
