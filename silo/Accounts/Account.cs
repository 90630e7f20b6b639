using Microsoft.AspNetCore.Identity;
using NodaTime;

namespace Makerspace.Accounts;

/// <summary>Who may sign in. The person in the space is the Member it points to.</summary>
public sealed class Account : IdentityUser
{
    /// <summary>The member this account acts as.</summary>
    public string MemberId { get; set; } = "";
}

/// <summary>The roles, as Identity role names.</summary>
public static class Roles
{
    public const string Member = "member";
    public const string Staff = "staff";
    public const string Mentor = "mentor";
    public const string Admin = "admin";
}

/// <summary>A personal access token. Only its hash is stored.</summary>
public sealed class TokenRow
{
    public Guid Id { get; set; }
    public string AccountId { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the token, hex.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What it may do, space separated: <c>read</c>, <c>book</c>, <c>manage</c>; <c>*</c> for all the account may.</summary>
    public string Scopes { get; set; } = "";
    public Instant CreatedAt { get; set; }
    public Instant? ExpiresAt { get; set; }
}

/// <summary>A message to send or sent. In Development it is shown by <c>/dev/mail</c>.</summary>
public sealed class MailRow
{
    public Guid Id { get; set; }
    public Instant At { get; set; }
    public string To { get; set; } = "";
    public string Subject { get; set; } = "";
    public string Text { get; set; } = "";
    public Instant? SentAt { get; set; }

    /// <summary><c>mail</c>, <c>chat</c> or <c>webhook</c>: then <see cref="To"/> is an address of the web and <see cref="Text"/> the body.</summary>
    public string Channel { get; set; } = "mail";
    public string? Html { get; set; }

    /// <summary>An invitation for calendars (RFC 5546), as it is sent along.</summary>
    public string? Calendar { get; set; }

    /// <summary>What takes the reader off messages of this kind at one click (RFC 8058).</summary>
    public string? Unsubscribe { get; set; }

    /// <summary>Of a reminder: the appointment, whose it is, and when it was to begin as the message says. One that has changed since is not sent.</summary>
    public string? About { get; set; }
    public string? MemberId { get; set; }
    public Instant? StartAt { get; set; }

    /// <summary>After this it is not sent any more.</summary>
    public Instant? NotAfter { get; set; }
    public int Attempts { get; set; }
    public Instant? NextAt { get; set; }

    /// <summary>Why it was not sent and will not be: <c>bounced</c>, <c>too-late</c>, <c>changed</c>, <c>refused</c>.</summary>
    public string? Outcome { get; set; }
    public string? Error { get; set; }
}

/// <summary>A key of ASP.NET Core's data protection: what cookies and antiforgery tokens are sealed with.</summary>
public sealed class KeyRow
{
    public string Id { get; set; } = "";
    public string Xml { get; set; } = "";
}

/// <summary>A key that the program signs with, for others to verify.</summary>
public sealed class SigningKeyRow
{
    public string Id { get; set; } = "";

    /// <summary>What it signs, as in <c>certificates</c>: a signature of one kind is never taken for another.</summary>
    public string Purpose { get; set; } = "";
    public Instant MadeAt { get; set; }

    /// <summary>Since when another signs in its place; null for the one that signs.</summary>
    public Instant? RetiredAt { get; set; }

    /// <summary>The private half, sealed by data protection.</summary>
    public string Sealed { get; set; } = "";

    /// <summary>Base64url.</summary>
    public string PublicKey { get; set; } = "";
}
