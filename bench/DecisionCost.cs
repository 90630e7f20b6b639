using System.Collections.Immutable;
using System.Diagnostics;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Bench;

/// <summary>What deciding costs by itself: the tool's side and the member's, of a tool with 500 bookings to come, without grains, disk or wire.</summary>
internal static class DecisionCost
{
    private const int Batch = 20, Batches = 3000;

    /// <summary>Until the compiler has seen what runs often.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 8, 0);

    private static readonly Policy Policy = new()
    {
        MinDuration = Duration.FromMinutes(15), MaxDuration = Duration.FromHours(4), Horizon = Duration.FromDays(90), Notice = Duration.FromHours(1),
        Buffer = Duration.FromMinutes(10), MinimumGap = Duration.FromHours(1), MaxBookingsPerDay = 2, MaxHoursPerWeek = Duration.FromHours(20), MaxFutureBookings = 30,
        RequiredCertifications = ["laser"], WaiverRequired = true, MaxStrikes = 3,
        Peak = [new PeakWindow([IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday], new LocalTime(9, 0), new LocalTime(18, 0))],
    };

    private static readonly SpaceFacts Space = new()
    {
        TimeZone = "Europe/Berlin",
        OpeningHours = [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningWindow(d, new LocalTime(6, 0), new LocalTime(0, 0)))],
        Closures = [new Closure("c", "Stocktaking", Hours(2000, 24))],
        Defaults = new Policy { Grid = Duration.FromMinutes(5), CheckInOpens = Duration.FromMinutes(15) },
        Categories = ImmutableDictionary<string, CategoryRules>.Empty.Add("Lasers", new CategoryRules(Policy.None, new Limits { MaxFutureHours = Duration.FromHours(60) })),
        Plans = ImmutableDictionary<string, Plan>.Empty.Add("standard", new Plan { Limits = new Limits { MaxHoursPerDay = Duration.FromHours(8) } }),
    };

    public static void Measure(Action<string, string> figure)
    {
        var tool = new ToolState
        {
            Version = 1,
            Definition = new ToolDefinition { Name = "Laser", Category = "Lasers", Policy = Policy },
            Claims = [.. Enumerable.Range(0, 499).Select(i => new Claim(Id(i), $"m{i % 100}", null, Hours(24 + (3 * i), 2), 1))],
        };
        var member = new MemberState
        {
            Version = 1,
            Definition = new MemberDefinition { Name = "Ada", Standing = new Standing { WaiverSigned = Now } },
            Certifications = [new Certification("laser", Now - Duration.FromDays(30), null, "staff")],
            Holds = [.. Enumerable.Range(0, 20).Select(i => new Hold(Id(i), i % 2 == 0 ? "laser" : "saw", Hours(24 + (30 * i), 2), null, Duration.Zero) { Category = "Lasers" })],
        };
        var free = new Slot(Now + Duration.FromHours(98) + Duration.FromMinutes(10), Now + Duration.FromHours(98) + Duration.FromMinutes(50));
        figure("deciding, 499 claims, accepted", Time(tool, member, free, accepted: true));
        figure("deciding, 499 claims, refused with the next free start", Time(tool, member, Hours(97, 1), accepted: false));
        figure("deciding, no claims, accepted", Time(tool with { Claims = [] }, member, free, accepted: true));
    }

    private static string Time(ToolState tool, MemberState member, Slot slot, bool accepted)
    {
        var claim = new ClaimRequest { BookingId = Id(999), MemberId = "ada", ToolId = "laser", ThingId = "laser", PlanId = "standard", Slot = slot, Space = Space };
        var levels = PolicyLevels.Of("laser", null, "Lasers", Policy, "standard", Space);
        var hold = new HoldRequest
        {
            BookingId = Id(999), PlanId = "standard", Slot = slot, Space = Space, Tool = new ToolTerms("laser", "Laser", "Lasers", null, levels.Effective, 1) { Own = Policy },
        };
        var times = new List<double>();
        var warm = Stopwatch.GetTimestamp();
        while (times.Count < Batches)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batch; i++)
                if ((Deciding.Refusals(tool, claim, Now).IsEmpty & Deciding.Refusals(member, hold, slot, Now).IsEmpty) != accepted) throw new InvalidOperationException("Decided otherwise.");
            if (Stopwatch.GetElapsedTime(warm) > WarmUp) times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Batch);
        }
        times.Sort();
        return $"{times[Batches / 2]:0.0} µs";
    }

    private static Slot Hours(int from, int length) => new(Now + Duration.FromHours(from), Now + Duration.FromHours(from + length));

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
