using System.Text.Json.Nodes;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Makerspace.Tests.Reservations.LifeStage;

namespace Makerspace.Tests.Maintenance;

/// <summary>Downtime, time between failures and cost per hour, counted once more from nothing but the journal's own words.</summary>
public class FiguresTests(Lab lab) : IClassFixture<Lab>
{
    private readonly LifeStage stage = new(lab);

    [Fact]
    public async Task The_figures_of_a_tool_are_those_that_the_journal_gives_by_another_route()
    {
        var tool = await stage.Tool();
        await Use(tool, 1, 3);
        await Break(tool, 5, 9, parts: 4500);
        await Use(tool, 10, 13.5);
        await Outage(tool, 15, 20);
        await Break(tool, 17, 18.5, parts: 1250);
        await Break(tool, 30, 42, parts: 99);
        await Use(tool, 44, 45);
        await stage.Until(60);

        var told = await lab.Staff.Json($"/api/v1/tools/{tool}/maintenance?from={stage.At(2)}&to={stage.At(44.5)}");
        var (used, broken, planned, failures, cost) = await FromTheJournal(tool, DateTimeOffset.Parse(stage.At(2), null), DateTimeOffset.Parse(stage.At(44.5), null));
        Length(told["used"]).ShouldBe(used);
        Length(told["outOfService"]).ShouldBe(broken);
        Length(told["planned"]).ShouldBe(planned);
        ((int)told["failures"]!).ShouldBe(failures);
        Length(told["betweenFailures"]).ShouldBe(used / failures);
        ((long)told["cost"]!["amount"]!).ShouldBe(cost);
        ((decimal)told["costPerHour"]!).ShouldBe(Math.Round(cost / (decimal)used.TotalHours, 2));
        // And by hand: 1 + 3.5 + 0.5 hours of use; 4 + 1.5 + 12 out of service; of five planned hours one and a half were that as well.
        (used, broken, planned, failures, cost).ShouldBe((TimeSpan.FromHours(5), TimeSpan.FromHours(17.5), TimeSpan.FromHours(3.5), 3, 5849));
    }

    private async Task Use(string tool, double from, double to)
    {
        var booking = await stage.Booked(lab.Ada, tool, from, to);
        await stage.Until(from);
        await Done(lab.Ada, booking + "/check-in");
        await stage.Until(to);
        await Done(lab.Ada, booking + "/check-out");
    }

    private async Task Break(string tool, double from, double to, int parts)
    {
        await stage.Until(from);
        using var problem = await lab.Ada.Post($"/api/v1/tools/{tool}/problems", """{"words": "It stops", "unusable": true}""");
        using var order = await lab.Staff.Post("/api/v1/work-orders", $$"""
            {"title": "Mend it", "target": "Tool", "targetId": "{{tool}}", "problems": ["{{(string)(await problem.Json())["id"]!}}"],
             "parts": [{"name": "Part", "quantity": 1, "unitCost": {"amount": {{parts}}, "currency": "usd"} }]}
            """);
        await stage.Until(to);
        await Done(lab.Staff, order.Headers.Location!.OriginalString + "/close");
    }

    private async Task Outage(string tool, double from, double to)
    {
        using var planned = await lab.Staff.Post($"/api/v1/tools/{tool}/outages", $$"""{"title": "Service", "start": "{{stage.At(from)}}", "end": "{{stage.At(to)}}"}""");
        planned.EnsureSuccessStatusCode();
    }

    // Minute by minute, at each half, from the entries as they were written: no table, no union of intervals.
    private async Task<(TimeSpan Used, TimeSpan Broken, TimeSpan Planned, int Failures, long Cost)> FromTheJournal(string tool, DateTimeOffset from, DateTimeOffset to)
    {
        await using var db = await lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync();
        var entries = (await db.Journal.AsNoTracking().Where(j => j.ToolId == tool).OrderBy(j => j.Seq).ToListAsync()).Select(j => (At: j.At.ToDateTimeOffset(), j.Type, Data: JsonNode.Parse(j.Data)!)).ToList();
        var changes = entries.Where(e => e.Type == "tool-changed").Select(e => (e.At, Out: (bool?)e.Data["tool"]!["definition"]!["outOfService"] == true)).ToList();
        var outages = entries.Where(e => e.Type == "tool-changed").SelectMany(e => e.Data["tool"]!["outages"]!.AsArray()).Select(o => Slot(o!["slot"]!)).Distinct().ToList();
        var uses = entries.Where(e => e.Type == "booking-ended" && (string)e.Data["outcome"]! == "Completed").Select(e => Slot(e.Data["had"]!)).ToList();
        var (used, broken, planned) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        var minute = TimeSpan.FromMinutes(1);
        for (var at = from + (minute / 2); at < to; at += minute)
        {
            used += minute * uses.Count(u => u.Start <= at && at < u.End);
            var down = changes.LastOrDefault(c => c.At <= at).Out;
            if (down) broken += minute;
            else if (outages.Any(o => o.Start <= at && at < o.End)) planned += minute;
        }
        var failures = changes.Zip(changes.Skip(1)).Count(pair => !pair.First.Out && pair.Second.Out && pair.Second.At >= from && pair.Second.At < to);
        var cost = entries.Where(e => e.Type == "work-order-changed" && (string)e.Data["order"]!["state"]! == "Done" && e.At >= from && e.At < to)
            .DistinctBy(e => (string)e.Data["order"]!["id"]!)   // said once more when what follows has been done
            .Sum(e => e.Data["order"]!["definition"]!["parts"]!.AsArray().Sum(p => (long)p!["unitCost"]!));
        return (used, broken, planned, failures, cost);
    }

    private static (DateTimeOffset Start, DateTimeOffset End) Slot(JsonNode slot) =>
        (DateTimeOffset.FromUnixTimeMilliseconds((long)slot[0]!), DateTimeOffset.FromUnixTimeMilliseconds((long)slot[1]!));

    // The clock goes on while the test runs: a second or two are no minute.
    private static TimeSpan Length(JsonNode? told)
    {
        var length = System.Xml.XmlConvert.ToTimeSpan((string)told!);
        return TimeSpan.FromMinutes(Math.Round(length.TotalMinutes));
    }
}
