using NodaTime;

namespace Makerspace.Tools;

/// <summary>Limits on what is booked in several tools together. Null means no limit. Codes as in <see cref="Policy"/>.</summary>
[GenerateSerializer, Immutable, Alias("limits")]
public sealed record Limits
{
    /// <summary>No limit.</summary>
    public static readonly Limits None = new();

    /// <summary>Bookings touching one local day (<c>daily-limit</c>).</summary>
    [Id(0)] public int? MaxBookingsPerDay { get; init; }

    /// <summary>Hours within one local day (<c>daily-limit</c>).</summary>
    [Id(1)] public Duration? MaxHoursPerDay { get; init; }

    /// <summary>Bookings touching one ISO week (<c>weekly-limit</c>).</summary>
    [Id(2)] public int? MaxBookingsPerWeek { get; init; }

    /// <summary>Hours within one ISO week (<c>weekly-limit</c>).</summary>
    [Id(3)] public Duration? MaxHoursPerWeek { get; init; }

    /// <summary>Bookings that have not begun (<c>future-bookings-limit</c>).</summary>
    [Id(4)] public int? MaxFutureBookings { get; init; }

    /// <summary>Hours booked that have not begun (<c>future-hours-limit</c>).</summary>
    [Id(5)] public Duration? MaxFutureHours { get; init; }

    /// <summary>What is left of these where <paramref name="stronger"/> sets the same itself.</summary>
    public Limits Without(Limits stronger) => new()
    {
        MaxBookingsPerDay = stronger.MaxBookingsPerDay is null ? MaxBookingsPerDay : null,
        MaxHoursPerDay = stronger.MaxHoursPerDay is null ? MaxHoursPerDay : null,
        MaxBookingsPerWeek = stronger.MaxBookingsPerWeek is null ? MaxBookingsPerWeek : null,
        MaxHoursPerWeek = stronger.MaxHoursPerWeek is null ? MaxHoursPerWeek : null,
        MaxFutureBookings = stronger.MaxFutureBookings is null ? MaxFutureBookings : null,
        MaxFutureHours = stronger.MaxFutureHours is null ? MaxFutureHours : null,
    };
}
