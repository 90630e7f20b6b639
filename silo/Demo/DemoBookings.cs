using System.Collections.Immutable;
using Makerspace.Import;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>A month of bookings around now. The same for a given day whenever it is asked; what is over is history, the rest is live.</summary>
internal sealed class DemoBookings(Instant now, SpaceFacts space, IReadOnlyDictionary<string, Slot> unusable)
{
    private const int DaysBack = 14, DaysAhead = 13;
    private readonly Dictionary<string, List<Slot>> busy = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Member, string Tool), Duration> ahead = [];

    private static readonly ImmutableArray<string?> Purposes =
        [null, "Prototype", "Front panels", "Test parts for Thursday", null, "Small series", "Repair", "Client sample", null, "Jigs"];

    public IEnumerable<ImportStep> All()
    {
        var today = now.InZone(space.Zone).Date;
        for (var offset = -DaysBack; offset <= DaysAhead; offset++)
            for (var tool = 0; tool < DemoTools.All.Length; tool++)
                foreach (var step in OnDay(DemoTools.All[tool], tool, today.PlusDays(offset)))
                    yield return step;
    }

    private IEnumerable<ImportStep> OnDay(DemoTool tool, int index, LocalDate day)
    {
        var dice = new Random(HashOf(index, day));
        var midnight = space.Zone.AtStartOfDay(day).ToInstant();
        foreach (var open in OpenHours.Within(new Slot(midnight, space.Zone.AtStartOfDay(day.PlusDays(1)).ToInstant()), space))
        {
            for (var lane = 0; lane < tool.Concurrency; lane++)
            {
                var start = open.Start;
                for (var wanted = Wanted(tool, lane, day, dice); wanted > 0; wanted--)
                {
                    start += Quarters(dice.Next(0, 9));
                    var slot = new Slot(start, start + Length(tool, dice));
                    if (slot.End > open.End) break;
                    if (Step(tool, slot, dice) is { } step) yield return step;
                    start = slot.End;
                }
            }
        }
    }

    private static int Wanted(DemoTool tool, int lane, LocalDate day, Random dice)
    {
        var perLane = (tool.Busy + tool.Concurrency - 1 - lane) / tool.Concurrency;
        var most = day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday ? (perLane + 1) / 2 : perLane;
        return dice.Next(0, most + 1);
    }

    private static Duration Length(DemoTool tool, Random dice) => DemoTool.Shortest + Quarters(dice.Next(0, (4 * tool.LongestHours) - 1));

    private ImportStep? Step(DemoTool tool, Slot slot, Random dice)
    {
        if (unusable.TryGetValue(tool.Id, out var down) && down.Overlaps(slot)) return null;
        if (Somebody(tool, slot, dice) is not { } member) return null;
        var request = new BookingRequest { ToolId = tool.Id, MemberId = member.Id, Slot = slot, Purpose = Purposes[dice.Next(Purposes.Length)], Actor = member.Id };
        var id = DerivedId.Of("demo", tool.Id, slot.Start.ToString(), member.Id);
        if (slot.End <= now) return new RememberBooking(id, request);
        var rest = slot.Start < now ? new Slot(GridStep(now), slot.End) : slot;
        return rest.Duration < DemoTool.Shortest ? null : new Book(id, request with { Slot = rest });
    }

    // Somebody who may use the tool, is not elsewhere then, and has not booked too much of it.
    private DemoPerson? Somebody(DemoTool tool, Slot slot, Random dice)
    {
        var people = DemoPeople.All.Where(p => tool.CertificationId is null || p.Certifications.Contains(tool.CertificationId, StringComparer.Ordinal)).ToList();
        var first = dice.Next(people.Count);
        for (var i = 0; i < people.Count; i++)
        {
            var person = people[(first + i) % people.Count];
            var hours = ahead.GetValueOrDefault((person.Id, tool.Id));
            if (busy.TryGetValue(person.Id, out var slots) && slots.Any(s => s.Overlaps(slot) || SameDay(s, slot))) continue;
            if (slot.End > now && hours + slot.Duration > tool.Policy.MaxFutureHours) continue;
            if (!busy.TryAdd(person.Id, [slot])) busy[person.Id].Add(slot);
            if (slot.End > now) ahead[(person.Id, tool.Id)] = hours + slot.Duration;
            return person;
        }
        return null;
    }

    private bool SameDay(Slot one, Slot other) => one.Start.InZone(space.Zone).Date == other.Start.InZone(space.Zone).Date;

    private static Duration Quarters(int count) => Duration.FromMinutes(15 * count);

    private static Instant GridStep(Instant instant) =>
        Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks() / DemoTool.Grid.BclCompatibleTicks * DemoTool.Grid.BclCompatibleTicks);

    private static int HashOf(int tool, LocalDate day) => (day.ToDateOnly().DayNumber * 7919) ^ (tool * 104_729);
}
