namespace Makerspace.Web.Development;

/// <summary>
/// The system's clock, moved. It goes on running from where it was put. Timers and time stamps for measuring are not moved: a timer that waits a minute
/// waits a real one; what falls due by the moved clock is run by whoever moves it.
/// </summary>
public sealed class MovableClock : TimeProvider
{
    private long _offsetTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));

    public void MoveTo(DateTimeOffset now) => Interlocked.Exchange(ref _offsetTicks, (now - System.GetUtcNow()).Ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);
}
