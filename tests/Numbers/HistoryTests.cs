using System.Globalization;
using System.Text.Json.Nodes;
using Makerspace.Journal;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Tests.Numbers;

/// <summary>
/// Random histories: the sums that the projector keeps are those that somebody comes to who reads the journal's JSON alone and counts minute by minute. Also after the read
/// models were made again, after the journal came a second time, and in another zone.
/// </summary>
public partial class HistoryTests
{
    private static readonly Instant Begin = Instant.FromUtc(2026, 10, 20, 6, 0);   // clocks go back five days later
    private static readonly string[] ToolIds = ["saw", "mill", "laser"];
    private static readonly string Mentor = Keys.MentorTime("ada");
    private static readonly string?[] CompanyIds = [null, "acme", "bolt"];

    public static TheoryData<DatabaseKind, int> Runs
    {
        get
        {
            var runs = new TheoryData<DatabaseKind, int>();
            foreach (var seed in new[] { 1, 2, 3 }) runs.Add(DatabaseKind.Sqlite, seed);
            runs.Add(DatabaseKind.Postgres, 4);
            return runs;
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Sums_agree_with_the_journal_read_by_another_route(DatabaseKind kind, int seed)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var random = new Random(seed);
        var state = await rig.Read("note-a");
        await rig.Write("note-a", state, "x", Space("Europe/Berlin"));
        foreach (var piece in Pieces(random, [.. Histories(random, 120)]))
        {
            await rig.Write("note-a", state, "x", [.. piece]);
            if (random.Next(3) == 0) await rig.Projector.CatchUp(StorageRig.Cancellation);
        }
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        await Agree(rig, "Europe/Berlin");
        await rig.Projector.Rebuild(StorageRig.Cancellation);
        await Agree(rig, "Europe/Berlin");
        await Again(rig);
        await Agree(rig, "Europe/Berlin");
        await rig.Write("note-a", state, "x", Space("Asia/Kolkata"));
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        await Agree(rig, "Asia/Kolkata");
    }

    [Theory, InlineData(5), InlineData(6)]
    public async Task Downtimes_agree_with_the_journal_read_by_another_route(int seed)
    {
        await using var database = await TestDatabase.On(DatabaseKind.Sqlite);
        await using var rig = await StorageRig.On(database);
        var events = Outages(new Random(seed)).ToArray();
        await rig.Write("note-a", await rig.Read("note-a"), "x", [.. events]);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        var expected = Down(events);
        expected.ShouldNotBeEmpty();
        (await Kept(rig)).ShouldBe(expected);
        await Again(rig);
        (await Kept(rig)).ShouldBe(expected);
    }

    [Theory, InlineData(DatabaseKind.Sqlite), InlineData(DatabaseKind.Postgres)]
    public async Task Counted_anew_there_may_be_more_days_than_one_statement_writes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        const int Bookings = UseTables.MostInStatement + 7;
        await rig.Database.InProjection(
            async (connection, transaction) =>
            {
                for (var n = 0L; n < Bookings; n++)
                    await transaction.Execute(
                        """
                        INSERT INTO bookings (id, tool_id, member_id, start_at, end_at, state, policy_version, made_at, made_by, changed_at, live)
                        VALUES (@id, @tool, 'ada', @start, @end, 'Completed', 1, @start, 'ada', @start, false)
                        """,
                        StorageRig.Cancellation, ("id", Guid.CreateVersion7()), ("tool", ToolIds[n % 3]), ("start", n * 86_400_000), ("end", (n * 86_400_000) + 60_000));
                var tables = new UseTables(connection, transaction);
                await tables.Recount("UTC", StorageRig.Cancellation);
                await tables.Recount("UTC", StorageRig.Cancellation);
                return 0;
            },
            StorageRig.Cancellation);
        foreach (var companies in new[] { false, true })
        {
            var sums = await new UseBook(rig.Database).Read(companies, new LocalDate(1970, 1, 1), new LocalDate(1980, 1, 1), UseBy.Day, null, StorageRig.Cancellation);
            sums.Select(s => (s.Day, s.Bookings, s.Taken)).Order().ShouldBe(Enumerable.Range(0, Bookings).Select(day => (day, 1L, 60_000L)));
        }
    }

    // The journal comes a second time, over tables that hold it already.
    private static async Task Again(StorageRig rig)
    {
        await using (var connection = await rig.Database.Open(StorageRig.Cancellation)) await connection.Execute("DELETE FROM projections", StorageRig.Cancellation);
        using var again = new Projector(rig.Database, rig.Committer, NullLogger<Projector>.Instance);
        await again.CatchUp(StorageRig.Cancellation);
    }

    private static async Task Agree(StorageRig rig, string zone)
    {
        var expected = Counted(await rig.Journal(), DateTimeZoneProviders.Tzdb[zone]);
        var book = new UseBook(rig.Database);
        foreach (var companies in new[] { false, true })
        {
            var sums = await book.Read(companies, new LocalDate(2026, 1, 1), new LocalDate(2027, 12, 1), UseBy.ThingAndWeekday, null, StorageRig.Cancellation);
            var told = sums.SelectMany(s => s.Hours.Select((ms, h) => ($"{s.Thing} {s.Day} {h:00}", ms))).Where(s => s.ms != 0).OrderBy(s => s.Item1, StringComparer.Ordinal).ToList();
            told.ShouldBe(expected.Time.Where(t => t.Key.Companies == companies && t.Value != 0).Select(t => ($"{t.Key.Thing} {t.Key.Day} {t.Key.Hour:00}", t.Value)).OrderBy(s => s.Item1, StringComparer.Ordinal));
            foreach (var thing in companies ? ["", "acme", "bolt"] : ToolIds)
            {
                var mine = sums.Where(s => s.Thing == thing).ToList();
                (mine.Sum(s => s.Bookings), mine.Sum(s => s.NoShows), mine.Sum(s => s.LateCancelled), mine.Sum(s => s.Cancelled), mine.Sum(s => s.Displaced), mine.Sum(s => s.Missed))
                    .ShouldBe(expected.Counts.GetValueOrDefault((companies, thing)), $"{thing} in {zone}");
            }
        }
    }

    private sealed record Sums(
        Dictionary<(bool Companies, string Thing, int Day, int Hour), long> Time, Dictionary<(bool Companies, string Thing), (long, long, long, long, long, long)> Counts);

    /// <summary>What the journal says of a booking in the end.</summary>
    /// <param name="Tools">Machines; a booking of a mentor alone is none.</param>
    private sealed record Life(string State, long Start, long End, List<string> Tools, string Company, string Member)
    {
        public bool Takes => State is "Confirmed" or "CheckedIn" or "Completed";
    }

    private static Sums Counted(List<JournalRow> journal, DateTimeZone zone)
    {
        var sums = new Sums([], []);
        foreach (var life in Lives(journal)) Count(sums, life.State, life.Start, life.End, life.Tools, life.Company, zone);
        return sums;
    }

    // The other route: JSON alone, a booking at a time, and time in minutes and what is left of one.
    private static IEnumerable<Life> Lives(List<JournalRow> journal)
    {
        foreach (var entries in journal.Where(r => r.BookingId is not null).GroupBy(r => r.BookingId))
        {
            var (state, start, end, tools, company, member) = ("Held", 0L, 0L, new List<string>(), "", "");
            foreach (var entry in entries.OrderBy(r => r.Seq).Select(r => JsonNode.Parse(r.Data)!))
            {
                switch ((string)entry["type"]!)
                {
                    case "booking-held":
                        tools = [(string)entry["toolId"]!, .. (entry["alsoTools"]?.AsArray() ?? []).Select(t => (string)t!)];
                        (start, end) = Slot(entry["slot"]!);
                        (company, member) = ((string?)entry["companyId"] ?? "", (string)entry["memberId"]!);
                        break;
                    case "booking-confirmed": state = (string?)entry["becomes"] ?? "Confirmed"; break;
                    case "booking-moved": (start, end) = Slot(entry["to"]!); break;
                    case "booking-advanced": state = (string)entry["to"]!; break;
                    case "booking-ended":
                        state = (string)entry["outcome"]!;
                        if (entry["had"] is { } had) (start, end) = Slot(had);
                        break;
                }
            }
            tools.Remove("mentor-ada");
            if (tools.Count > 0) yield return new Life(state, start, end, tools, company, member);
        }
    }

    private static void Count(Sums sums, string state, long start, long end, List<string> tools, string company, DateTimeZone zone)
    {
        var takes = state is "Confirmed" or "CheckedIn" or "Completed";
        foreach (var (companies, thing, times) in tools.Select(t => (false, t, 1)).Append((true, company, tools.Count)))
        {
            var (b, n, l, c, d, m) = sums.Counts.GetValueOrDefault((companies, thing));
            sums.Counts[(companies, thing)] = state switch
            {
                _ when takes => (b + 1, n, l, c, d, m), "NoShow" => (b, n + 1, l, c, d, m + (times * (end - start))), "LateCancelled" => (b, n, l + 1, c, d, m),
                "Cancelled" => (b, n, l, c + 1, d, m), "Displaced" => (b, n, l, c, d + 1, m), _ => (b, n, l, c, d, m),
            };
            for (var at = start; takes && at < end;)
            {
                var next = Math.Min(end, (at / 60_000 * 60_000) + 60_000);
                var local = Instant.FromUnixTimeMilliseconds(at).InZone(zone);
                var key = (companies, thing, (int)local.DayOfWeek - 1, local.Hour);
                sums.Time[key] = sums.Time.GetValueOrDefault(key) + (times * (next - at));
                at = next;
            }
        }
    }

    private static (long, long) Slot(JsonNode slot) => (At(slot[0]!), At(slot[1]!));

    private static long At(JsonNode at) => at.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (long)at : InstantPattern.ExtendedIso.Parse((string)at!).Value.ToUnixTimeMilliseconds();

    // Many lives at once, each in its order.
    private static IEnumerable<BookingEvent> Histories(Random random, int count)
    {
        var lives = Enumerable.Range(1, count).Select(n => new Queue<BookingEvent>(Course(random, n))).ToList();
        while (lives.Count > 0)
        {
            var life = lives[random.Next(lives.Count)];
            yield return life.Dequeue();
            if (life.Count == 0) lives.Remove(life);
        }
    }

    private static IEnumerable<BookingEvent> Course(Random random, int number)
    {
        var (id, member, tool, company) = (new Guid(number, 0, 0, new byte[8]), "m-" + number.ToString(CultureInfo.InvariantCulture), ToolIds[random.Next(3)], CompanyIds[random.Next(3)]);
        var (slot, at) = (Some(random), Begin);
        string[] also = random.Next(5) == 0 ? [ToolIds.First(t => t != tool)] : [];
        // With a mentor: alone, with a machine beside, or beside a machine.
        (tool, also) = random.Next(8) switch { 0 => (Mentor, []), 1 => (Mentor, [tool]), 2 => (tool, [.. also, Mentor]), _ => (tool, also) };
        yield return new BookingHeld(at, "ada", id, tool, member, company, slot, null, at + Duration.FromSeconds(20), null) { AlsoTools = [.. also] };
        if (random.Next(10) == 0) { yield return new BookingEnded(at, "system", id, tool, member, BookingState.Refused, null, ["slot-taken"], true); yield break; }
        yield return new BookingConfirmed(at, "ada", id, tool, member, company, slot, 1) { Becomes = random.Next(6) == 0 ? BookingState.AwaitingApproval : BookingState.Confirmed };
        if (random.Next(3) == 0)
        {
            var to = Some(random);
            yield return new BookingMoving(at, "ada", id, tool, member, to, at + Duration.FromSeconds(20), null);
            yield return new BookingMoved(at, "ada", id, tool, member, slot, to, 1);
            yield return new HoldSettled(at, "system", id, tool, member, to);
            slot = to;
        }
        switch (random.Next(7))
        {
            case 0: yield return new BookingEnded(at, "ada", id, tool, member, BookingState.Cancelled, null, [], true); break;
            case 1: yield return new BookingEnded(at, "ada", id, tool, member, BookingState.LateCancelled, null, [], false); break;
            case 2: yield return new BookingEnded(at, "system", id, tool, member, BookingState.NoShow, null, [], false); break;
            case 3: yield return new BookingEnded(at, "sam", id, tool, member, BookingState.Displaced, "broken", [], false); break;
            case 4: break;
            default:
                yield return new BookingAdvanced(at, "ada", id, tool, member, BookingState.CheckedIn, null);
                if (random.Next(4) > 0) yield return new BookingEnded(at, "ada", id, tool, member, BookingState.Completed, null, [], false) { Had = slot with { End = slot.Start + ((slot.End - slot.Start) * 0.7) } };
                break;
        }
    }

    private static Slot Some(Random random)
    {
        var start = Begin + Duration.FromMinutes(random.Next(14 * 24 * 60)) + Duration.FromMilliseconds(random.Next(3) == 0 ? random.Next(60_000) : 0);
        return new Slot(start, start + Duration.FromMinutes(random.Next(5, 900)));
    }

    private static IEnumerable<DomainEvent[]> Pieces(Random random, DomainEvent[] all)
    {
        for (var at = 0; at < all.Length;)
        {
            var take = Math.Min(all.Length - at, random.Next(1, 60));
            yield return all[at..(at + take)];
            at += take;
        }
    }

    private static SpaceChanged Space(string zone) => new(Begin, "sam", new SpaceFacts { TimeZone = zone });

    private static IEnumerable<ToolChanged> Outages(Random random)
    {
        var (broken, planned, at) = (false, new List<Outage>(), Begin);
        for (var step = 0; step < 60; step++)
        {
            at += Duration.FromMinutes(random.Next(1, 600));
            switch (random.Next(4))
            {
                case 0: broken = !broken; break;
                case 1: planned.Add(new Outage("o-" + step.ToString(CultureInfo.InvariantCulture), "Service", new Slot(at + Duration.FromMinutes(random.Next(300)), at + Duration.FromMinutes(random.Next(301, 900))))); break;
                case 2 when planned.FindLastIndex(o => o.Slot.End > at) is >= 0 and var i:
                    // As the tool does it: under way it is cut, to come it is dropped.
                    if (planned[i].Slot.Start < at) planned[i] = planned[i] with { Slot = planned[i].Slot with { End = at } };
                    else planned.RemoveAt(i);
                    break;
                default: planned.RemoveAll(o => o.Slot.End < at); break;   // history need not be kept
            }
            yield return new ToolChanged(at, "sam", new ToolView("saw", new ToolDefinition { Name = "Saw", OutOfService = broken }, [.. planned], step), null);
        }
    }

    private static List<string> Down(IEnumerable<ToolChanged> events) =>
        [.. Down(events.Select(e => (e.At, e.Tool.Definition.OutOfService, e.Tool.Outages.ToDictionary(o => o.Id, o => (o.Slot.Start, o.Slot.End))))).Select(d => Line(d.Kind, d.From, d.To)).Order(StringComparer.Ordinal)];

    /// <summary>When one thing could not be used, from what was said of it at each change.</summary>
    private static IEnumerable<(string Kind, Instant From, Instant? To)> Down(IEnumerable<(Instant At, bool Broken, Dictionary<string, (Instant Start, Instant End)> Outages)> changes)
    {
        var (outages, told, since) = (new Dictionary<string, (Instant, Instant)>(StringComparer.Ordinal), new List<(string, Instant, Instant?)>(), (Instant?)null);
        foreach (var (at, broken, now) in changes)
        {
            foreach (var (id, (start, end)) in outages.ToList())
                if (!now.ContainsKey(id) && end > at) { if (start >= at) outages.Remove(id); else outages[id] = (start, at); }
            foreach (var (id, slot) in now) outages[id] = slot;
            if (broken) since ??= at;
            else if (since is { } from) { told.Add(("Broken", from, at)); since = null; }
        }
        if (since is { } open) told.Add(("Broken", open, null));
        return told.Concat(outages.Values.Select(o => ("Outage", o.Item1, (Instant?)o.Item2)));
    }

    private static async Task<List<string>> Kept(StorageRig rig)
    {
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        rig.Database.Use(options);
        await using var db = new MakerspaceDb(options.Options);
        return [.. (await db.UnusableTimes.ToListAsync(StorageRig.Cancellation)).Select(d => Line(d.Kind.ToString(), d.Start, d.End)).Order(StringComparer.Ordinal)];
    }

    private static string Line(string kind, Instant from, Instant? to) => $"{kind} {from} {to}";
}
