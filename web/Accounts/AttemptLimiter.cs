using System.Threading.RateLimiting;

namespace Makerspace.Web.Accounts;

/// <summary>Bounds what can be tried on one account, from however many addresses: five messages or twenty passwords in ten minutes.</summary>
public sealed class AttemptLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<string> _passwords = Make(20);
    private readonly PartitionedRateLimiter<string> _messages = Make(5);

    public bool MayTryPassword(string normalisedEmail) => Taken(_passwords, normalisedEmail);

    public bool MaySendMessage(string normalisedEmail) => Taken(_messages, normalisedEmail);

    public void Dispose()
    {
        _passwords.Dispose();
        _messages.Dispose();
    }

    private static bool Taken(PartitionedRateLimiter<string> limiter, string email)
    {
        using var lease = limiter.AttemptAcquire(email);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Make(int permits) => PartitionedRateLimiter.Create<string, string>(email =>
        RateLimitPartition.GetFixedWindowLimiter(email, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(10), QueueLimit = 0 }));
}
