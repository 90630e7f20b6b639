using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Http;

/// <summary>The header by which a client makes the id of what it asks for, so that asking twice is asking once.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Reads the key; the problem where there is none or it is no uuid.</summary>
    public static ProblemHttpResult? Read(string? text, out Guid id)
    {
        id = Guid.Empty;
        if (text is null) return Problem.Malformed(Header, "idempotency-key-missing", "Send a new uuid in the header Idempotency-Key with every request.");
        return Guid.TryParseExact(text, "D", out id) && id != Guid.Empty ? null : Problem.Malformed(Header, "idempotency-key-malformed", "The Idempotency-Key is no uuid.");
    }

    public static ProblemHttpResult Reused =>
        Problem.Malformed(Header, "idempotency-key-reused", "This key was used before, for another request. Make a new one.");
}
