using System.Security.Cryptography;
using NodaTime;

namespace Makerspace.Trainings;

/// <summary>The proof of one grant, which others may verify by its code.</summary>
[GenerateSerializer, Immutable, Alias("certificate")]
public sealed record Certificate
{
    /// <summary>Cannot be guessed.</summary>
    [Id(0)] public string Code { get; init; } = "";
    [Id(1)] public string MemberId { get; init; } = "";

    /// <summary>The member's name when it was granted.</summary>
    [Id(2)] public string Name { get; init; } = "";
    [Id(3)] public string CertificationId { get; init; } = "";
    [Id(4)] public Instant From { get; init; }

    /// <summary>First instant no longer covered; null: for good.</summary>
    [Id(5)] public Instant? Until { get; init; }
    [Id(6)] public string GrantedBy { get; init; } = "";

    /// <summary>Since when it proves nothing any more; null: it does.</summary>
    [Id(7)] public Instant? EndedAt { get; init; }
    [Id(8)] public CertificateEnd? End { get; init; }

    /// <summary>Why it was revoked; for the member and staff, not for those who verify.</summary>
    [Id(9)] public string? Reason { get; init; }
}

/// <summary>Codes of certificates.</summary>
public static class Certificates
{
    /// <summary>Read aloud and typed without a mistake: no letters that look like digits.</summary>
    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";

    public const int CodeLength = 20;

    /// <summary>A code that nobody guesses: 99 bits.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(Letters, CodeLength);

    public static bool IsCode(string? text) => text is { Length: CodeLength } && text.All(Letters.Contains);
}

/// <summary>Why a certificate proves nothing any more, although its time is not over.</summary>
[GenerateSerializer, Alias("certificate-end")]
public enum CertificateEnd
{
    /// <summary>Taken away.</summary>
    Revoked,

    /// <summary>There is a newer one.</summary>
    Replaced,
}
