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
}

/// <summary>A key of ASP.NET Core's data protection: what cookies and antiforgery tokens are sealed with.</summary>
public sealed class KeyRow
{
    public string Id { get; set; } = "";
    public string Xml { get; set; } = "";
}
