using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations.Simulating;

/// <summary>Sums what a replay shows. As large as there are tools, weeks, companies and rules, however many bookings.</summary>
internal sealed class Tally
{
    private const int MostExamples = 100;

    private readonly Dictionary<string, int> rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string? Id, int Bookings, int Refused)> companies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OfTool> tools = new(StringComparer.Ordinal);
    private readonly List<RefusedThen> examples = [];
    private int made, refused, moves, movesRefused, skipped, unexplained;

    public void Skipped() => skipped++;

    public void Unexplained() => unexplained++;

    public void Made(Booked booking, ImmutableArray<string> codes, DateTimeZone zone)
    {
        made++;
        var accepted = codes.IsEmpty;
        if (!accepted) refused++;
        foreach (var code in codes) rules[code] = rules.GetValueOrDefault(code) + 1;
        var (id, bookings, of) = companies.GetValueOrDefault(booking.CompanyId ?? "", (booking.CompanyId, 0, 0));
        companies[booking.CompanyId ?? ""] = (id, bookings + 1, of + (accepted ? 0 : 1));
        if (!accepted && examples.Count < MostExamples) examples.Add(new RefusedThen(booking.Id, booking.Tools[0], booking.MemberId, booking.Slot, codes));
        foreach (var tool in booking.Tools)
        {
            Tool(tool).Count(accepted);
            Tool(tool).Add(booking.Slot, zone, before: 1, after: accepted ? 1 : 0);
        }
    }

    /// <summary>A change of a booking: <paramref name="then"/> as it was, <paramref name="mine"/> as the changed world has it, if it does.</summary>
    public void Moved(Booked then, Booked next, Booked? mine, bool accepted, bool counts, DateTimeZone zone)
    {
        if (counts)
        {
            moves++;
            if (mine is not null && !accepted) movesRefused++;
        }
        Recount(then, next.Slot, mine, accepted ? next.Slot : mine?.Slot, zone);
    }

    /// <summary>The end of a booking, with the time really had.</summary>
    public void Ended(Booked? then, Slot? had, Booked? mine, Slot? mineHad, DateTimeZone zone)
    {
        if (then is not null) Recount(then, had, mine, mineHad, zone);
    }

    private void Recount(Booked then, Slot? next, Booked? mine, Slot? mineNext, DateTimeZone zone)
    {
        if (!then.Counts) return;
        foreach (var tool in then.Tools.Select(Tool))
        {
            tool.Add(then.Slot, zone, before: -1, after: 0);
            if (next is { } real) tool.Add(real, zone, before: 1, after: 0);
            if (mine is null) continue;
            tool.Add(mine.Slot, zone, before: 0, after: -1);
            if (mineNext is { } other) tool.Add(other, zone, before: 0, after: 1);
        }
    }

    public SimulationResult Result() => new()
    {
        Bookings = made, Refused = refused, Moves = moves, MovesRefused = movesRefused, Skipped = skipped, Unexplained = unexplained,
        ByRule = [.. rules.Select(r => new RuleCount(r.Key, r.Value)).OrderByDescending(r => r.Bookings).ThenBy(r => r.Code, StringComparer.Ordinal)],
        ByCompany = [.. companies.Values.Where(c => c.Refused > 0).OrderByDescending(c => c.Refused).ThenBy(c => c.Id, StringComparer.Ordinal).Select(c => new CompanyCount(c.Id, c.Bookings, c.Refused))],
        ByTool = [.. tools.Select(t => t.Value.Use(t.Key)).OrderByDescending(t => t.Before - t.After).ThenByDescending(t => t.Before).ThenBy(t => t.ToolId, StringComparer.Ordinal)],
        Examples = [.. examples],
    };

    private OfTool Tool(string id) => tools.TryGetValue(id, out var known) ? known : tools[id] = new OfTool();

    private sealed class OfTool
    {
        private readonly SortedDictionary<LocalDate, (Duration Before, Duration After)> weeks = [];
        private int bookings, refused;

        public void Count(bool accepted)
        {
            bookings++;
            if (!accepted) refused++;
        }

        // A booking belongs to the week it begins in.
        public void Add(Slot slot, DateTimeZone zone, int before, int after)
        {
            var day = slot.Start.InZone(zone).Date;
            var monday = day.PlusDays(1 - (int)day.DayOfWeek);
            var (was, would) = weeks.GetValueOrDefault(monday);
            weeks[monday] = (was + (slot.Duration * before), would + (slot.Duration * after));
        }

        public ToolUse Use(string id)
        {
            var sum = weeks.Values.Aggregate((Before: Duration.Zero, After: Duration.Zero), (s, w) => (s.Before + w.Before, s.After + w.After));
            return new ToolUse(id, bookings, refused, sum.Before, sum.After)
            {
                Weeks = sum.Before == sum.After && refused == 0 ? [] : [.. weeks.Select(w => new WeekUse(w.Key, w.Value.Before, w.Value.After))],
            };
        }
    }
}
