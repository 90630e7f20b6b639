using System.Threading.RateLimiting;

namespace Makerspace.Web.Accounts;

/// <summary>Bounds what can be tried on one account, from however many addresses: five messages or twenty passwords in ten minutes; and how many strangers one member writes to: sixty.</summary>
public sealed class AttemptLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<string> _passwords = Make(20);
    private readonly PartitionedRateLimiter<string> _messages = Make(5);
    private readonly PartitionedRateLimiter<string> _invitations = Make(60);

    public bool MayTryPassword(string normalisedEmail) => Taken(_passwords, normalisedEmail);

    public bool MaySendMessage(string normalisedEmail) => Taken(_messages, normalisedEmail);

    /// <summary>Whether this member may have a message sent to that address, which need not be of anybody they know.</summary>
    public bool MayInvite(string memberId, string normalisedEmail) => Taken(_invitations, memberId) && MaySendMessage(normalisedEmail);

    public void Dispose()
    {
        _passwords.Dispose();
        _messages.Dispose();
        _invitations.Dispose();
    }

    private static bool Taken(PartitionedRateLimiter<string> limiter, string email)
    {
        using var lease = limiter.AttemptAcquire(email);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Make(int permits) => PartitionedRateLimiter.Create<string, string>(email =>
        RateLimitPartition.GetFixedWindowLimiter(email, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(10), QueueLimit = 0 }));
}
