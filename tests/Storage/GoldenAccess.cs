using Makerspace.Access;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>Devices and presence with every member set.</summary>
internal static class GoldenAccess
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly Guid Id = new("7f3a0000-0000-4000-8000-000000000001");

    public static readonly DeviceUse Use = new()
    {
        Id = Id, DeviceId = "laser-switch", ToolId = "laser-1", MemberId = "ada", BookingId = Id, StartedAt = Now, EndedAt = Now + Duration.FromHours(1), Until = Now + Duration.FromMinutes(50),
        EnergyWh = 1200, RunTime = Duration.FromMinutes(40), EndedBy = "done", Offline = true, Staff = true, Flags = ["over-run"], SettledBy = "grace",
    };

    private static readonly DeviceDefinition Definition = new()
    {
        Name = "Laser switch", Kind = DeviceKind.Door, ToolId = "laser-1", AreaId = "hall", OfflineFor = Duration.FromHours(2), Retired = true,
    };

    private static readonly EmergencyStop Stop = new(Now, "grace", "smoke");

    public static readonly DeviceView View = new("laser-switch", Definition, 3)
    {
        LastSeen = Now, Running = Use with { EndedAt = null }, Stopped = Stop, UnlockedUntil = Now, Sequence = 7, Flagged = [Use],
    };

    public static readonly Presence Presence = new("ada", "hall", Now, "hall-door") { SeenAt = Now };

    public static readonly PresenceState Presences = new() { People = [Presence], Left = [Presence with { AreaId = null }] };

    public static readonly DeviceState Device = new()
    {
        Definition = Definition, SecretHash = "0f", Version = 3, LastSeen = Now, Running = Use with { EndedAt = null }, RunningBadge = "aGFzaA==", Stopped = Stop, UnlockedUntil = Now, Sequence = 7,
        Lists = [new IssuedList(7, Now, Now + Duration.FromHours(2))], ListStale = true, Recent = [Use], Flagged = [Use],
    };
}
