using System.Diagnostics;
using System.Text.Json;
using Makerspace.Demo;
using Makerspace.Import;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Tests.Import;

public class DemoTests
{
    private static string Written(Instant now) =>
        string.Join('\n', DemoSpace.Plan(now).Lines.SelectMany(l => l.Steps).Select(s => JsonSerializer.Serialize(s, s.GetType(), StoredJson.Options)));

    [Fact]
    public void The_demo_space_is_the_same_every_time() => Written(Planning.Now).ShouldBe(Written(Planning.Now));

    [Fact]
    public void The_demo_space_is_a_makerspace()
    {
        var plan = DemoSpace.Plan(Planning.Now);
        plan.Steps<DefineTool>().Count().ShouldBe(40);
        plan.Steps<DefineArea>().Count().ShouldBe(8);
        plan.Steps<DefineTool>().Select(t => t.Definition.AreaId).Distinct().Order().ShouldBe(plan.Steps<DefineArea>().Select(a => a.AreaId).Order());
        plan.Steps<DefineMember>().Select(m => m.Definition.CompanyId).OfType<string>().Distinct().Count().ShouldBe(12);
        plan.Steps<DefineMember>().Select(m => m.MemberId).ShouldBeUnique();
        plan.Steps<OpenAccount>().Select(a => a.Email).ShouldBeUnique();
        plan.Steps<DefineMember>().Count().ShouldBeInRange(60, 80);
        plan.Steps<OpenAccount>().Where(a => a.Password is not null).Select(a => a.Email)
            .ShouldBe(["admin@example.org", "staff@example.org", "mentor@example.org", "member@example.org"]);
        plan.Steps<DefineTool>().Count(t => t.Definition.OutOfService).ShouldBe(1);
        plan.Steps<DefineTool>().Count(t => t.Definition.Policy.Concurrency > 1).ShouldBe(4);
        plan.Steps<RememberBooking>().Count().ShouldBeGreaterThan(150);
        plan.Steps<Book>().Count().ShouldBeGreaterThan(150);
    }

    [Fact]
    public void On_every_day_of_a_year_the_bookings_fit_the_tools_and_the_hours()
    {
        for (var now = Planning.Now; now < Planning.Now + Duration.FromDays(365); now += Duration.FromMinutes((5 * 24 * 60) + 67))
        {
            var (facts, plan) = (DemoSpace.Facts(now), DemoSpace.Plan(now));
            var tools = plan.Steps<DefineTool>().ToDictionary(t => t.ToolId, t => t.Definition);
            var requests = plan.Steps<Book>().Select(b => b.Request).Concat(plan.Steps<RememberBooking>().Select(b => b.Request)).ToList();
            foreach (var request in requests)
                OpenHours.Within(request.Slot, facts).ShouldBe([request.Slot], $"{request.ToolId} at {now}");
            foreach (var tool in requests.GroupBy(r => r.ToolId))
                Intervals.Deeper(tool.Select(r => r.Slot), (tools[tool.Key].Policy.Concurrency ?? 1) + 1).ShouldBeEmpty($"{tool.Key} at {now}");
            foreach (var member in requests.GroupBy(r => r.MemberId))
                Intervals.Deeper(member.Select(r => r.Slot), 2).ShouldBeEmpty($"{member.Key} at {now}");
            plan.Steps<Book>().Select(b => b.BookingId).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task Every_booking_of_the_demo_space_keeps_its_rules()
    {
        await using var host = await ImportHost.Start(DatabaseKind.Sqlite);
        var started = Stopwatch.GetTimestamp();
        var report = await host.Demo.LoadDemo(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine($"{report.Totals.Made} steps in {Stopwatch.GetElapsedTime(started)}");
        report.Lines.Where(l => l.Outcome == ImportOutcome.Skipped).Select(l => l.Detail).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_database_is_filled_once()
    {
        await using var host = await ImportHost.Start(DatabaseKind.Sqlite);
        (await host.Demo.IsEmpty(TestContext.Current.CancellationToken)).ShouldBeTrue();
        await host.Demo.LoadDemo(TestContext.Current.CancellationToken);
        (await host.Demo.IsEmpty(TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await host.Grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Name.ShouldBe("Tidewater Works");
        (await host.Read(db => db.Bookings.CountAsync(b => b.State == BookingState.Confirmed || b.State == BookingState.Completed))).ShouldBeGreaterThan(300);
        (await host.Read(db => db.Problems.CountAsync())).ShouldBe(3);
        (await host.Read(db => db.WorkOrders.CountAsync())).ShouldBe(1);
        (await host.Read(db => db.Devices.CountAsync())).ShouldBe(3);
        (await host.Read(db => db.Tools.CountAsync(t => t.Id.StartsWith("mentor-")))).ShouldBe(3);
        (await host.Read(db => db.Bookings.CountAsync(b => b.ToolId.StartsWith("mentor-") && b.State == BookingState.Completed))).ShouldBe(3);
        (await host.Read(db => db.Bookings.CountAsync(b => b.ToolId.StartsWith("mentor-") && b.State == BookingState.Confirmed))).ShouldBe(4);
        (await host.Read(db => db.LedgerEntries.CountAsync(e => e.AccountId == "company-gull-robotics"))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_the_demo_there_is_the_administrator_alone()
    {
        await using var host = await ImportHost.Start(DatabaseKind.Sqlite);
        await host.Demo.LoadAdministrator(null, TestContext.Current.CancellationToken);
        (await host.Read(db => db.Users.Select(u => u.Email).ToListAsync())).ShouldBe(["admin@example.org"]);
        (await host.Read(db => db.Members.CountAsync())).ShouldBe(1);
        (await host.Read(db => db.Tools.CountAsync())).ShouldBe(0);
    }
}
