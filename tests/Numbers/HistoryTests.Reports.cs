using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Makerspace.Access;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.Mentors;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Web.Billing;
using Makerspace.Web.Numbers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Text;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Tests.Numbers;

/// <summary>Every report, row by row, beside what somebody comes to who has the journal's JSON alone, goes through it minute by minute and knows the opening hours by heart.</summary>
public partial class HistoryTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly Period Week = new(new LocalDate(2026, 10, 27), new LocalDate(2026, 11, 3));
    private static readonly Period WeekBefore = new(new LocalDate(2026, 10, 20), new LocalDate(2026, 10, 27));   // it has the longer day
    private static readonly Instant Today = Instant.FromUtc(2026, 11, 2, 12, 0);
    private static readonly Slot Closed = new(Instant.FromUtc(2026, 10, 28, 11, 0), Instant.FromUtc(2026, 10, 28, 13, 30));

    // Open Monday to Saturday from eight to ten at night; closed once over noon.
    private static readonly SpaceFacts Place = new()
    {
        TimeZone = "Europe/Berlin", Currency = "eur", Closures = [new Closure("noon", "Fire drill", Closed)],
        OpeningHours = [.. Enumerable.Range(1, 6).Select(d => new OpeningWindow((IsoDayOfWeek)d, new LocalTime(8, 0), new LocalTime(22, 0)))],
        Areas = new Dictionary<string, string?> { ["hall"] = null, ["wood"] = "hall", ["metal"] = "hall" }.ToImmutableDictionary(),
        Certifications = new Dictionary<string, string> { ["turning"] = "Turning", ["welding"] = "Welding" }.ToImmutableDictionary(),
    };

    [Theory, InlineData(DatabaseKind.Sqlite, 7), InlineData(DatabaseKind.Sqlite, 8), InlineData(DatabaseKind.Postgres, 9)]
    public async Task Every_report_agrees_with_the_journal_read_by_another_route(DatabaseKind kind, int seed)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var random = new Random(seed);
        var state = await rig.Read("note-a");
        foreach (var piece in Pieces(random, [.. Everything(random)])) await rig.Write("note-a", state, "x", [.. piece]);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        var retold = new Retold(await rig.Journal());
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        rig.Database.Use(options);
        await using var db = new MakerspaceDb(options.Options);
        var book = new NumbersBook(db, new UseBook(rig.Database), new RevenueBook(db), new FakeTimeProvider(Today.ToDateTimeOffset()));
        foreach (var report in Enum.GetValues<ReportKind>())
            foreach (var by in NumbersQuery.Choices(report))
                foreach (var area in NumbersQuery.Narrows(report, by) ? new[] { null, "hall", "wood" } : [null])
                {
                    var query = new NumbersQuery(report, by, Week, area) { Compared = WeekBefore };
                    Agree(await book.Report(query, Place, StorageRig.Cancellation), retold.Report(query, Week), retold.Report(query, WeekBefore), $"{report} by {by} in {area}, {seed}");
                }
        // What each tool earned is added up as entries come: also where they come again, and where all is made anew.
        var earned = new NumbersQuery(ReportKind.Revenue, ReportBy.Tool, Week) { Compared = WeekBefore };
        await Again(rig);
        Agree(await book.Report(earned, Place, StorageRig.Cancellation), retold.Report(earned, Week), retold.Report(earned, WeekBefore), $"revenue again, {seed}");
        await rig.Projector.Rebuild(StorageRig.Cancellation);
        Agree(await book.Report(earned, Place, StorageRig.Cancellation), retold.Report(earned, Week), retold.Report(earned, WeekBefore), $"revenue anew, {seed}");
    }

    private sealed record Expected(Dictionary<string, long?[]> Rows, long?[] Total)
    {
        public (long[][] Taken, long[][] Open)? Heat { get; init; }
    }

    private static void Agree(FigureReport told, Expected now, Expected before, string what)
    {
        now.Rows.Values.ShouldContain(v => v.Any(n => n > 0), $"{what}: nothing to compare");
        told.Total.Values.ShouldBe(now.Total, what);
        told.Total.Before.ShouldBe(before.Total, what);
        foreach (var row in told.Rows)
        {
            Agree(row.Values, now.Rows.GetValueOrDefault(row.Key), $"{what}, {row.Key}");
            Agree(row.Before, before.Rows.GetValueOrDefault(row.Key), $"{what}, {row.Key} before");
        }
        now.Rows.Keys.Union(before.Rows.Keys).Except(told.Rows.Select(r => r.Key)).ShouldBeEmpty(what);
        if (now.Heat is not { } heat) return;
        told.Heat!.Taken.Select(d => string.Join(' ', d)).ShouldBe(heat.Taken.Select(d => string.Join(' ', d)), what);
        told.Heat.Open.Select(d => string.Join(' ', d)).ShouldBe(heat.Open.Select(d => string.Join(' ', d)), what);
    }

    private static void Agree(IReadOnlyList<long?> told, long?[]? expected, string what)
    {
        if (expected is null) told.ShouldAllBe(v => v == null || v == 0, what);
        else told.ShouldBe(expected, what);
    }

    /// <summary>The journal's JSON, and sums made of it for each report.</summary>
    private sealed class Retold
    {
        private readonly List<JsonNode> entries;
        private readonly List<Life> lives;
        private readonly Dictionary<(string Tool, string Company, LocalDate Day, int Hour), long> time = [];
        private readonly Dictionary<string, Machine> machines = [];

        private sealed record Machine(string Id, string? Area, string? Category, long AtOnce, bool Visible, List<string> Things);

        public Retold(List<JournalRow> journal)
        {
            entries = [.. journal.OrderBy(r => r.Seq).Select(r => JsonNode.Parse(r.Data)!)];
            lives = [.. Lives(journal)];
            foreach (var tool in Last("tool-changed", "tool").Where(t => t["definition"]!["mentor"] is null))
            {
                var (id, d) = ((string)tool["id"]!, tool["definition"]!);
                List<string> things = ["tool-" + id, .. Around((string?)d["areaId"]).Select(a => "area-" + a), .. (d["dependsOn"]?.AsArray() ?? []).Select(r => "resource-" + (string)r!)];
                machines[id] = new Machine(id, (string?)d["areaId"], (string?)d["category"], (long?)d["policy"]?["concurrency"] ?? 1, (bool?)d["visible"] ?? true, things);
            }
            foreach (var life in lives.Where(l => l.Takes)) Spread(life);
        }

        private void Spread(Life life)
        {
            for (var at = life.Start; at < life.End;)
            {
                var (next, local) = (Math.Min(life.End, (at / 60_000 * 60_000) + 60_000), Local(at));
                foreach (var tool in life.Tools)
                {
                    var key = (tool, life.Company, local.Date, local.Hour);
                    time[key] = time.GetValueOrDefault(key) + next - at;
                }
                at = next;
            }
        }

        public Expected Report(NumbersQuery query, Period period) => query.Kind switch
        {
            ReportKind.Utilisation => Utilisation(query, period), ReportKind.Fairness => Fairness(period), ReportKind.Downtime => Downtime(query, period), ReportKind.NoShows => NoShows(query, period),
            ReportKind.Training => Training(period), ReportKind.Revenue => Revenue(query, period), ReportKind.Maintenance => Maintenance(query, period), _ => Energy(query, period),
        };

        private Expected Utilisation(NumbersQuery query, Period period)
        {
            var began = lives.Where(l => In(Local(l.Start).Date, period)).ToList();
            var taken = time.Where(t => In(t.Key.Day, period)).ToList();
            var there = In(query).Where(m => m.Visible || began.Any(l => l.Tools.Contains(m.Id)) || taken.Any(t => t.Key.Tool == m.Id)).ToDictionary(m => m.Id);
            taken.RemoveAll(t => !there.ContainsKey(t.Key.Tool));
            var open = Minutes(period).Where(IsOpen).Select(Local).GroupBy(l => (l.Date, l.Hour)).ToDictionary(g => g.Key, g => g.Count() * 60_000L);
            var atOnce = there.Values.Sum(m => m.AtOnce);
            long?[] Of(Func<Machine, bool> machine, Func<LocalDate, int, bool> hour, bool whole = true)
            {
                var mine = there.Values.Where(machine).ToList();
                var (had, could) = (taken.Where(t => mine.Exists(m => m.Id == t.Key.Tool) && hour(t.Key.Day, t.Key.Hour)).Sum(t => t.Value), mine.Sum(m => m.AtOnce) * open.Where(o => hour(o.Key.Date, o.Key.Hour)).Sum(o => o.Value));
                long? bookings = whole ? began.Where(l => l.Takes && hour(Local(l.Start).Date, Local(l.Start).Hour)).Sum(l => l.Tools.Count(t => mine.Exists(m => m.Id == t))) : null;
                return [Share(had, could), had, could, bookings];
            }
            var rows = query.By switch
            {
                ReportBy.Hour => Enumerable.Range(0, 24).ToDictionary(h => h.ToString("00", CultureInfo.InvariantCulture) + ":00", h => Of(_ => true, (_, hour) => hour == h, whole: false)),
                ReportBy.Day => Days(period).ToDictionary(Iso, d => Of(_ => true, (day, _) => day == d)),
                ReportBy.Month => Days(period).Select(Month).Distinct().ToDictionary(m => m, m => Of(_ => true, (day, _) => Month(day) == m)),
                _ => there.Values.Select(m => Key(m, query.By)).Distinct().ToDictionary(k => k, k => Of(m => Key(m, query.By) == k, (_, _) => true)),
            };
            long[][] Heat(Func<int, int, long> of) => [.. Enumerable.Range(1, 7).Select(d => Enumerable.Range(0, 24).Select(h => of(d, h)).ToArray())];
            return new Expected(rows, Of(_ => true, (_, _) => true))
            {
                Heat = (Heat((d, h) => taken.Where(t => (int)t.Key.Day.DayOfWeek == d && t.Key.Hour == h).Sum(t => t.Value)), Heat((d, h) => atOnce * open.Where(o => (int)o.Key.Date.DayOfWeek == d && o.Key.Hour == h).Sum(o => o.Value))),
            };
        }

        private Expected Fairness(Period period)
        {
            var people = Last("member-changed", "member").Where(m => (bool?)m["definition"]!["membership"]?["active"] ?? true).GroupBy(m => (string?)m["definition"]!["companyId"] ?? "").ToDictionary(g => g.Key, g => (long)g.Count());
            var taken = time.Where(t => In(t.Key.Day, period)).ToList();
            static bool Peak(LocalDate day, int hour) => day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && hour is >= 17 and < 21;
            long Wanted(string? company) => taken.Where(t => (company is null || t.Key.Company == company) && Peak(t.Key.Day, t.Key.Hour)).Sum(t => t.Value);
            var rows = taken.Select(t => t.Key.Company).Distinct().ToDictionary(c => c, c => new long?[]
            {
                Share(Wanted(c), Wanted(null)), Share(people.GetValueOrDefault(c), people.Values.Sum()), Wanted(c), taken.Where(t => t.Key.Company == c).Sum(t => t.Value),
                lives.Count(l => l.Takes && l.Company == c && In(Local(l.Start).Date, period)), people.GetValueOrDefault(c),
            });
            return new Expected(rows, [10_000, 10_000, rows.Values.Sum(r => r[2]), rows.Values.Sum(r => r[3]), rows.Values.Sum(r => r[4]), people.Values.Sum()]);
        }

        private Expected Downtime(NumbersQuery query, Period period)
        {
            var down = new[] { ("tool-changed", "tool"), ("area-changed", "area"), ("resource-changed", "resource") }
                .SelectMany(k => Of(k.Item1).GroupBy(e => $"{k.Item2}-{(string)e[k.Item2]!["id"]!}").Select(g => (Thing: g.Key, Times: Down(g.Select(e => Change(e, e[k.Item2]!))).ToList()))).ToDictionary(d => d.Thing, d => d.Times);
            var minutes = Minutes(period).Where(at => at < Today.ToUnixTimeMilliseconds()).ToList();
            var parts = In(query).Where(m => m.Visible).Select(m => (Key: Key(m, query.By), Lost: Lost([.. m.Things.SelectMany(t => down.GetValueOrDefault(t, []))], minutes))).ToList();
            long?[] Sum(IEnumerable<(long Lost, long Open, long Failures, long Broken, long Planned)> some)
            {
                var all = some.ToList();
                var (lost, open) = (all.Sum(p => p.Lost), all.Sum(p => p.Open));
                return [lost * 60_000, Share(open - lost, open), all.Sum(p => p.Failures), all.Sum(p => p.Broken) * 60_000, all.Sum(p => p.Planned) * 60_000];
            }
            return new Expected(parts.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => Sum(g.Select(p => p.Lost))), Sum(parts.Select(p => p.Lost)));
        }

        private static (long Lost, long Open, long Failures, long Broken, long Planned) Lost(List<(string Kind, Instant From, Instant? To)> times, List<long> minutes)
        {
            var (lost, open, out_, planned) = (0L, 0L, 0L, 0L);
            foreach (var at in minutes)
            {
                bool Is(string kind) => times.Exists(t => t.Kind == kind && t.From.ToUnixTimeMilliseconds() <= at && (t.To is null || at < t.To.Value.ToUnixTimeMilliseconds()));
                var (broken, service) = (Is("Broken"), Is("Outage"));
                if (IsOpen(at)) (open, lost) = (open + 1, lost + (broken || service ? 1 : 0));
                if (broken) out_++;
                else if (service) planned++;
            }
            var failures = times.Count(t => t.Kind == "Broken" && t.From.ToUnixTimeMilliseconds() >= minutes[0] && t.From.ToUnixTimeMilliseconds() < minutes[^1] + 60_000);
            return (lost, open, failures, out_, planned);
        }

        private static (Instant, bool, Dictionary<string, (Instant, Instant)>) Change(JsonNode entry, JsonNode thing) => (
            Instant.FromUnixTimeMilliseconds(At(entry["at"]!)), (bool?)thing["definition"]!["outOfService"] == true,
            (thing["outages"]?.AsArray() ?? []).ToDictionary(o => (string)o!["id"]!, o => (Instant.FromUnixTimeMilliseconds(Slot(o!["slot"]!).Item1), Instant.FromUnixTimeMilliseconds(Slot(o["slot"]!).Item2))));

        private Expected Maintenance(NumbersQuery query, Period period)
        {
            var mine = In(query).ToDictionary(m => m.Id);
            var orders = Last("work-order-changed", "order").Where(o => ((string?)o["definition"]!["target"] ?? "Tool") == "Tool" && o["closedAt"] is { } at && In(Local(At(at)).Date, period))
                .Select(o => (Tool: (string)o["definition"]!["targetId"]!, Definition: o["definition"]!)).ToList();
            static long Cost(JsonNode d) => (d["parts"]?.AsArray() ?? []).Sum(p => (long)Math.Round((decimal)p!["quantity"]! * (long)p["unitCost"]!, MidpointRounding.AwayFromZero)) + ((long?)d["otherCost"]?["amount"] ?? 0);
            static long Work(JsonNode d) => (d["times"]?.AsArray() ?? []).Sum(t => (long)DurationPattern.JsonRoundtrip.Parse((string)t!["spent"]!).Value.TotalMilliseconds);
            long?[] Sum(IEnumerable<Machine> some)
            {
                var ids = some.Select(m => m.Id).ToHashSet();
                var (done, hours) = (orders.Where(o => ids.Contains(o.Tool)).ToList(), time.Where(t => ids.Contains(t.Key.Tool) && In(t.Key.Day, period)).Sum(t => t.Value));
                var cost = done.Sum(o => Cost(o.Definition));
                return [hours == 0 ? null : (long)Math.Round(cost / (hours / 3_600_000m), MidpointRounding.AwayFromZero), cost, hours, done.Count, done.Sum(o => Work(o.Definition))];
            }
            return new Expected(mine.Values.GroupBy(m => Key(m, query.By)).ToDictionary(g => g.Key, Sum), Sum(mine.Values));
        }

        private Expected NoShows(NumbersQuery query, Period period)
        {
            var mine = In(query).ToDictionary(m => m.Id);
            var (began, company) = (lives.Where(l => In(Local(l.Start).Date, period)).ToList(), query.By == ReportBy.Company);
            if (query.By == ReportBy.Member)
            {
                var missed = began.Where(l => l.State == "NoShow" && l.Tools.Exists(mine.ContainsKey)).GroupBy(l => l.Member).ToDictionary(g => g.Key, g => new long?[] { g.Count(), g.Sum(l => l.End - l.Start) });
                return new Expected(missed, [missed.Values.Sum(m => m[0]), missed.Values.Sum(m => m[1])]);
            }
            // Each for every tool it has; of a company once, with so many times the time.
            var counted = company ? began.Select(l => (Life: l, Key: l.Company, Times: l.Tools.Count)).ToList() : [.. began.SelectMany(l => l.Tools.Where(mine.ContainsKey).Select(t => (l, Key: Part(l, mine[t]), 1)))];
            string Part(Life life, Machine machine) => query.By switch { ReportBy.Day => Iso(Local(life.Start).Date), ReportBy.Month => Month(Local(life.Start).Date), _ => Key(machine, query.By) };
            static long?[] Sum(IReadOnlyCollection<(Life Life, string Key, int Times)> some)
            {
                long Count(Func<Life, bool> which) => some.Count(s => which(s.Life));
                var (missed, took) = (Count(l => l.State == "NoShow"), Count(l => l.Takes));
                return
                [
                    missed, Share(missed, missed + took), some.Where(s => s.Life.State == "NoShow").Sum(s => s.Times * (s.Life.End - s.Life.Start)), Count(l => l.State == "LateCancelled"), Count(l => l.State == "Cancelled"),
                    Count(l => l.State == "Displaced"), took,
                ];
            }
            var keys = query.By switch { ReportBy.Day => Days(period).Select(Iso), ReportBy.Month => Days(period).Select(Month).Distinct(), _ => counted.Select(c => c.Key).Distinct() };
            return new Expected(keys.ToDictionary(k => k, k => Sum([.. counted.Where(c => c.Key == k)])), Sum(counted));
        }

        private Expected Training(Period period)
        {
            var held = Last("training-changed", "training").Select(t => (Training: t, Definition: t["definition"]!)).Where(t => (bool?)t.Definition["cancelled"] != true && In(Local(Slot(t.Definition["slot"]!).Item1).Date, period)).ToList();
            var notes = Of("member-changed").Where(e => In(Local(At(e["at"]!)).Date, period)).Select(e => (string?)e["note"] ?? "").ToList();
            long?[] Sum(string? certification)
            {
                var mine = held.Where(t => certification is null || (string)t.Definition["certificationId"]! == certification).ToList();
                var (taken, seats) = (mine.Sum(t => (long)t.Training["members"]!.AsArray().Count), mine.Sum(t => (long)t.Definition["seats"]!));
                return [mine.Count, taken, seats, Share(taken, seats), notes.Count(n => n.StartsWith("certified: " + certification, StringComparison.Ordinal)), notes.Count(n => n.StartsWith("revoked: " + certification, StringComparison.Ordinal))];
            }
            return new Expected(new[] { "turning", "welding" }.ToDictionary(c => c, Sum), Sum(null));
        }

        private Expected Revenue(NumbersQuery query, Period period)
        {
            var mine = In(query).ToDictionary(m => m.Id);
            var lines = Of("ledger-posted").Select(e => e["entry"]!).Where(e => (string?)e["toolId"] is { } tool && mine.ContainsKey(tool) && In(Local(At(e["at"]!)).Date, period))
                .SelectMany(e => e["lines"]!.AsArray().Where(l => ((string)l!["account"]!).StartsWith("revenue:", StringComparison.Ordinal)).Select(l => (Tool: (string)e["toolId"]!, Amount: -(long)l!["amount"]!))).ToList();
            long?[] Sum(IEnumerable<Machine> some)
            {
                var ids = some.Select(m => m.Id).ToHashSet();
                var (money, hours) = (lines.Where(l => ids.Contains(l.Tool)).Sum(l => l.Amount), time.Where(t => ids.Contains(t.Key.Tool) && In(t.Key.Day, period)).Sum(t => t.Value));
                return [money, hours, hours == 0 ? null : (long)Math.Round(money / (hours / 3_600_000m), MidpointRounding.AwayFromZero)];
            }
            return new Expected(mine.Values.GroupBy(m => Key(m, query.By)).ToDictionary(g => g.Key, Sum), Sum(mine.Values));
        }

        private Expected Energy(NumbersQuery query, Period period)
        {
            var mine = In(query).ToDictionary(m => m.Id);
            var uses = Last("device-used", "use").Where(u => (string?)u["toolId"] is { } tool && mine.ContainsKey(tool) && In(Local(At(u["startedAt"]!)).Date, period)).ToList();
            static long?[] Sum(IEnumerable<JsonNode> some) =>
                [some.Sum(u => (long?)u["energyWh"] ?? 0), some.Sum(u => (long)(DurationPattern.JsonRoundtrip.Parse((string?)u["runTime"] ?? "0:00:00").Value.TotalMilliseconds)), some.Count()];
            return new Expected(uses.GroupBy(u => Key(mine[(string)u["toolId"]!], query.By)).ToDictionary(g => g.Key, g => Sum(g)), Sum(uses));
        }

        private IEnumerable<JsonNode> Of(string type) => entries.Where(e => (string)e["type"]! == type);

        private IEnumerable<JsonNode> Last(string type, string what) => Of(type).Select(e => e[what]!).GroupBy(t => (string)t["id"]!).Select(g => g.Last());

        private IEnumerable<Machine> In(NumbersQuery query) => machines.Values.Where(m => query.AreaId is null || Around(m.Area).Contains(query.AreaId));

        private static IEnumerable<string> Around(string? area) => area switch { null => [], "hall" => ["hall"], _ => [area, "hall"] };

        private static string Key(Machine machine, ReportBy by) => by switch { ReportBy.Area => machine.Area ?? "", ReportBy.Category => machine.Category ?? "", _ => machine.Id };

        private static bool In(LocalDate day, Period period) => day >= period.From && day < period.To;

        private static IEnumerable<LocalDate> Days(Period period) { for (var day = period.From; day < period.To; day = day.PlusDays(1)) yield return day; }

        private static IEnumerable<long> Minutes(Period period)
        {
            var end = Berlin.AtStartOfDay(period.To).ToInstant().ToUnixTimeMilliseconds();
            for (var at = Berlin.AtStartOfDay(period.From).ToInstant().ToUnixTimeMilliseconds(); at < end; at += 60_000) yield return at;
        }

        private static bool IsOpen(long at) => Local(at) is { DayOfWeek: not IsoDayOfWeek.Sunday, Hour: >= 8 and < 22 } && (at < Closed.Start.ToUnixTimeMilliseconds() || at >= Closed.End.ToUnixTimeMilliseconds());

        private static LocalDateTime Local(long at) => Instant.FromUnixTimeMilliseconds(at).InZone(Berlin).LocalDateTime;

        private static long? Share(long part, long whole) => whole == 0 ? null : (long)Math.Round(10_000m * part / whole, MidpointRounding.AwayFromZero);

        private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);

        private static string Month(LocalDate day) => Iso(day)[..7];
    }

    // Bookings with mentors among them, and all that other reports tell of.
    private static IEnumerable<DomainEvent> Everything(Random random)
    {
        yield return new SpaceChanged(Begin, "sam", Place);
        foreach (var (id, inside) in Place.Areas) yield return new AreaChanged(Begin, "sam", new AreaView(id, new AreaDefinition { Name = id, Inside = inside }, []), "made");
        foreach (var company in CompanyIds.OfType<string>()) yield return new CompanyChanged(Begin, "sam", new CompanyView(company, new CompanyDefinition { Name = company }, 1), "made");
        for (var n = 1; n <= 40; n++) yield return Person(Begin, n, "made");
        yield return new ToolChanged(Begin, "sam", new ToolView("mill", new ToolDefinition { Name = "Mill", AreaId = "metal", Category = "heavy", DependsOn = ["dust"] }, [], 1), "made");
        yield return new ToolChanged(Begin, "sam", new ToolView("laser", new ToolDefinition { Name = "Laser", Category = "light", Visible = false }, [], 1), "made");
        yield return new ToolChanged(Begin, "sam", new ToolView(Mentor, new ToolDefinition { Name = "Ada", AreaId = "wood", Mentor = new MentorProfile { MemberId = "ada" } }, [], 1), "made");
        foreach (var happened in Outages(random)) yield return happened with { Tool = happened.Tool with { Definition = happened.Tool.Definition with { AreaId = "wood", Category = "heavy", Policy = new Policy { Concurrency = 2 } } } };
        foreach (var happened in Outages(random)) yield return new ResourceChanged(happened.At, "sam", new ResourceView("dust", new ResourceDefinition { Name = "Dust", OutOfService = happened.Tool.Definition.OutOfService }, happened.Tool.Outages), null);
        yield return new AreaChanged(Begin, "sam", new AreaView("hall", new AreaDefinition { Name = "hall" }, [new Outage("floor", "Floor", new Slot(Begin + Duration.FromDays(8), Begin + Duration.FromHours(200)))]), null);
        foreach (var happened in Histories(random, 150)) yield return happened;
        for (var n = 1; n <= 40; n++) foreach (var happened in Others(random, n)) yield return happened;
    }

    private static IEnumerable<DomainEvent> Others(Random random, int number)
    {
        var (id, at, certification) = (new Guid(number, 1, 0, new byte[8]), Some(random).Start, random.Next(2) == 0 ? "turning" : "welding");
        string?[] tools = ["saw", "mill", "laser", Mentor, null];
        var (tool, amount) = (tools[random.Next(5)], random.Next(-500, 5000));
        yield return Person(at, number, (random.Next(4) == 0 ? "revoked: " : "certified: ") + certification + (random.Next(2) == 0 ? " late" : ""));
        yield return new TrainingChanged(at, "sam", new TrainingView(id, new TrainingDefinition { Title = "x", CertificationId = certification, Slot = new Slot(at, at + Duration.FromHours(2)), Seats = random.Next(1, 9), Cancelled = random.Next(5) == 0 }, random.Next(3) == 0 ? [] : ["m-1"]));
        LedgerLine[] lines = [new(Chart.Receivable, amount, "eur"), new(random.Next(3) == 0 ? Chart.Fees : Chart.Usage, -amount, "eur")];
        yield return new LedgerPosted(at, "sam", new LedgerEntry { Id = id, AccountId = "member-m-1", At = at, Kind = LedgerKind.Usage, Cause = new LedgerCause(Causes.Booking, "x"), Lines = [.. lines], Actor = "sam", ToolId = tool });
        var use = new DeviceUse { Id = id, DeviceId = "switch", ToolId = random.Next(4) == 0 ? null : ToolIds[random.Next(3)], StartedAt = at };
        yield return new DeviceUsed(at, "sam", use);
        if (random.Next(5) > 0) yield return new DeviceUsed(at, "sam", use with { EndedAt = at + Duration.FromHours(1), EnergyWh = random.Next(3000), RunTime = Duration.FromSeconds(random.Next(3600)) });
        foreach (var happened in Work(random, new Guid(number, 2, 0, new byte[8]), at)) yield return happened;
    }

    // Made, and mostly closed; what follows a closed one is said by the same order once more.
    private static IEnumerable<DomainEvent> Work(Random random, Guid id, Instant at)
    {
        var order = new WorkOrderView
        {
            Id = id, MadeAt = at,
            Definition = new WorkOrderDefinition
            {
                Title = "x", Target = random.Next(4) == 0 ? WorkTarget.Resource : WorkTarget.Tool, TargetId = ToolIds[random.Next(3)], OtherCost = random.Next(2) == 0 ? null : new Money(random.Next(9000), "eur"),
                Parts = [new WorkPart("Belt", random.Next(1, 4) / 2m, random.Next(3000))], Times = [new WorkTime("sam", Duration.FromMinutes(random.Next(1, 300)), at)],
            },
        };
        yield return new WorkOrderChanged(at, "sam", order, "made");
        if (random.Next(4) == 0) yield break;
        var closed = order with { ClosedAt = at + Duration.FromHours(random.Next(1, 60)), State = random.Next(4) == 0 ? WorkOrderState.Dropped : WorkOrderState.Done, Version = 1 };
        yield return new WorkOrderChanged(closed.ClosedAt.Value, "sam", closed, "done");
        yield return new WorkOrderChanged(closed.ClosedAt.Value, "sam", closed with { Settled = true }, "settled");
    }

    private static MemberChanged Person(Instant at, int number, string note) => new(
        at, "sam", new MemberView("m-" + number.ToString(CultureInfo.InvariantCulture), new MemberDefinition { Name = "M", CompanyId = CompanyIds[number % 3], Membership = new Membership { Active = number % 7 != 0 } }, [], 1), note);
}
