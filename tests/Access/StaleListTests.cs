using Makerspace.Access;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Tools;
using Makerspace.Web.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Access;

/// <summary>What changes while a device has no network: the server says one thing, the device another, and afterwards the use is flagged.</summary>
public class StaleListTests(AccessStage stage) : IClassFixture<AccessStage>
{
    private const string Allowed = "allowed";
    private static readonly Policy Laser = new() { RequiredCertifications = ["laser"] };

    /// <summary>One line of the table.</summary>
    /// <param name="Name">What happens behind the device's back, after nine.</param>
    /// <param name="Before">Before nine, when it last had network.</param>
    /// <param name="Since">After nine.</param>
    /// <param name="Online">The server, at 10:30.</param>
    /// <param name="Offline">The device, at 10:30.</param>
    /// <param name="Flags">On the use, once it is reported; null: there was none.</param>
    private sealed record Case(string Name, Func<Scene, Task> Before, Func<Scene, Task> Since, string Online, string Offline, string? Flags);

    private static readonly Case[] Cases =
    [
        new("nothing", Booked, _ => Task.CompletedTask, Allowed, Allowed, ""),
        new("revoked", Certified, s => s.Revoked(), "not-certified", Allowed, "not-certified"),
        new("suspended", Booked, s => s.Definition(new MemberDefinition { Name = "Ada", Standing = new Standing { Suspension = new Suspension("x", null) } }), "suspended", Allowed, "suspended"),
        new("the tool went down", Booked, s => s.Thing(new ToolDefinition { AreaId = "hall", OutOfService = true }), "tool-out-of-service", Allowed, "tool-out-of-service"),
        new("cancelled", Booked, s => s.TheBooking.Cancel(s.Member("ada"), null), "no-booking", Allowed, "no-booking"),
        new("displaced", Booked, s => s.TheBooking.Displace("sam", "broken"), "no-booking", Allowed, "no-booking"),
        new("the badge was blocked", Booked, s => s.Blocked("ada"), "badge-blocked", Allowed, "badge-blocked"),
        new("an emergency stop by staff", Booked, s => s.Device.EmergencyStop("sam", "smoke"), "emergency-stop", Allowed, ""),
        new("the device was taken out of use", Booked, async s => await s.Device.Define((await s.Device.View())!.Definition with { Retired = true }, null, "sam"), "device-retired", Allowed, "device-retired"),
        new("booked", _ => Task.CompletedTask, Booked, Allowed, "no-booking", null),
        new("certified", async s => { await Certified(s); await s.Revoked(); }, s => s.Certified(), Allowed, "not-certified", null),
        new("unlocked by staff", _ => Task.CompletedTask, s => s.Device.Unlock(s.When("11:00"), "sam", "course"), Allowed, "no-booking", null),
        new("moved here", async s => await s.Booked("14:00", "16:00"), s => s.TheBooking.Move(s.From("10:00", "12:00"), s.Member("ada"), null), Allowed, "check-in-closed", null),
        new("the list ran out", async s => { await Booked(s); await s.Device.Define((await s.Device.View())!.Definition with { OfflineFor = Duration.FromHours(1) }, null, "sam"); }, _ => Task.CompletedTask, Allowed, "permits-expired", null),
        new("the power went: the time is not known", Booked, s => { s.Simulated.LosePower(); return Task.CompletedTask; }, Allowed, "clock-unsure", null),
        new("the power went, with a clock that kept the time", Booked, s => { s.Simulated.LosePower(); s.Simulated.TrustClock(); return Task.CompletedTask; }, Allowed, Allowed, ""),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task What_changes_behind_its_back_is_flagged(string name)
    {
        var (cancellation, given, scene) = (TestContext.Current.CancellationToken, Cases.Single(c => c.Name == name), await stage.Scene());
        await given.Before(scene);
        await scene.At("09:00");
        (await scene.Simulated.Sync(cancellation)).ShouldBeTrue();
        await given.Since(scene);
        await scene.At("10:30");
        scene.Simulated.Online = false;
        Scene.Said(await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).ShouldBe(given.Offline);
        Scene.Said(await scene.Device.MayStart(new SwitchAsk(scene.DeviceId, BadgeHash.Of(scene.BadgeOf("ada"))!))).ShouldBe(given.Online);
        await scene.At("11:00");
        await scene.Simulated.Stop("badge", cancellation);
        scene.Simulated.Online = true;
        (await scene.Simulated.Sync(cancellation)).ShouldBeTrue();
        scene.Simulated.Memory.Unreported.ShouldBeEmpty();
        var flagged = (await scene.Device.View())!.Flagged;
        if (string.IsNullOrEmpty(given.Flags)) flagged.ShouldBeEmpty();
        else string.Join(" ", flagged.ShouldHaveSingleItem().Flags).ShouldBe(given.Flags);
    }

    [Fact]
    public async Task Somebody_who_was_there_is_no_no_show_once_the_device_can_tell()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Rules(new Policy { NoShowGrace = Duration.FromMinutes(15) });
        await scene.Booked();
        await scene.At("09:00");
        await scene.Simulated.Sync(cancellation);
        scene.Simulated.Online = false;
        await scene.At("10:05");
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue();
        await scene.At("10:30");
        await scene.TheBooking.Due();
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.NoShow);
        (await scene.Silo.Member(scene.Member("ada")).View())!.Strikes.Length.ShouldBe(1);
        await scene.Simulated.Stop("done", cancellation);
        scene.Simulated.Online = true;
        await scene.Simulated.Sync(cancellation);
        (await scene.Silo.Member(scene.Member("ada")).View())!.Strikes.ShouldBeEmpty();
        (await scene.Device.View())!.Flagged.ShouldHaveSingleItem().Flags.ShouldBe(["no-show-undone"]);
    }

    [Fact]
    public async Task The_network_goes_in_mid_use_and_the_end_is_reported_once()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Running());
        scene.Simulated.Online = false;
        await scene.At("11:00");
        await scene.Simulated.Stop("done", cancellation);
        var told = scene.Simulated.Memory.Unreported.ShouldHaveSingleItem();
        await scene.At("11:30");
        scene.Simulated.Online = true;
        await scene.Simulated.Sync(cancellation);
        // The answer was lost, and it is sent again.
        await scene.Stage.Protocol.Report(scene.DeviceId, new ReportBody { Uses = [told] });
        var use = (await scene.Device.Report([Reported(told)])).ShouldHaveSingleItem();
        (use.EndedAt, use.EndedBy, use.RunTime, use.EnergyWh).ShouldBe((scene.When("11:00"), "done", Duration.FromHours(1), 1500L));
        use.Flags.ShouldBeEmpty();
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.Completed);
    }

    [Fact]
    public async Task A_use_begun_without_network_and_still_running_is_the_servers_from_then_on()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Synced("09:30"));
        scene.Simulated.Online = false;
        await scene.At("10:00");
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue();
        scene.Simulated.Online = true;
        await scene.At("10:30");
        await scene.Simulated.Sync(cancellation);
        (await scene.Device.View())!.Running!.MemberId.ShouldBe(scene.Member("ada"));
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.CheckedIn);
        await scene.At("11:58");
        (await scene.Device.Heartbeat(new Heartbeat(scene.When("11:58"), 1, scene.Simulated.Memory.Running!.Id))).Overrun.ShouldBe(Overrun.EndsSoon);
        scene.Simulated.Warning.ShouldBe(Overrun.EndsSoon);
        await scene.At("12:10");
        (await scene.Device.Heartbeat(new Heartbeat(scene.When("12:10"), 1, scene.Simulated.Memory.Running!.Id))).Overrun.ShouldBe(Overrun.Over);
        await scene.Simulated.Stop("done", cancellation);
        (await scene.Device.View())!.Flagged.ShouldHaveSingleItem().Flags.ShouldBe(["over-run"]);
    }

    [Fact]
    public async Task After_a_power_cut_the_tool_stays_off_and_the_last_known_time_is_reported()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Running());
        await scene.At("10:20");
        scene.Simulated.Tick();
        // What it remembers is on its flash, and is read again.
        var back = new SimulatedDevice(scene.DeviceId, new InProcessLink(stage.Protocol, scene.DeviceId), scene.OwnClock, DeviceMemory.Read(scene.Simulated.Memory.Written()));
        back.LosePower();
        back.IsOn.ShouldBeFalse();
        await scene.At("10:40");
        await back.Sync(cancellation);
        var use = (await scene.Device.View())!.Flagged.ShouldHaveSingleItem();
        (use.EndedAt, use.EndedBy).ShouldBe((scene.When("10:20"), "power-lost"));
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.CheckedIn);
        (await back.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue("the booking goes on");
    }

    [Fact]
    public async Task An_emergency_stop_reaches_a_running_tool_with_the_next_sign_of_life_and_its_button_stops_it_without_network()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Running());
        await scene.Device.EmergencyStop("sam", "smoke");
        await scene.Simulated.Sync(cancellation);
        scene.Simulated.IsOn.ShouldBeFalse();
        Scene.Said(await scene.Simulated.Ask(scene.BadgeOf("sam"), cancellation: cancellation)).ShouldBe("emergency-stop");
        await scene.Device.Release("sam", "aired");
        await scene.Simulated.Sync(cancellation);
        await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation);
        scene.Simulated.Online = false;
        await scene.Simulated.Emergency(cancellation);
        scene.Simulated.IsOn.ShouldBeFalse();
        Scene.Said(await scene.Simulated.Ask(scene.BadgeOf("ada"), cancellation: cancellation)).ShouldBe("emergency-stop");
    }

    [Fact]
    public async Task The_button_pressed_without_network_holds_after_a_restart_and_when_the_network_is_back_until_staff_release_it()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Synced("10:00"));
        scene.Simulated.Online = false;
        // Nothing runs: there is no use that could tell of it.
        await scene.Simulated.Emergency(cancellation);
        var back = Restarted(scene);
        back.TrustClock();
        back.Online = false;
        Scene.Said(await back.Ask(scene.BadgeOf("ada"), cancellation: cancellation)).ShouldBe("emergency-stop");
        back.Online = true;
        (await back.Sync(cancellation)).ShouldBeTrue();
        (await scene.Device.View())!.Stopped.ShouldNotBeNull();
        await back.Sync(cancellation);
        await StandsStill(scene, back);
        await scene.Device.Release("sam", "looked at");
        await back.Sync(cancellation);
        Scene.Said(await back.Ask(scene.BadgeOf("ada"), cancellation: cancellation)).ShouldBe("allowed");
        (await scene.Device.View())!.Stopped.ShouldBeNull("told once");
    }

    [Fact]
    public async Task A_use_begun_without_network_and_ended_by_the_button_locks_the_tool_by_its_report_alone()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Synced("09:50"));
        scene.Simulated.Online = false;
        await scene.At("10:10");
        await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation);
        await scene.At("10:20");
        await scene.Simulated.Stop("emergency", cancellation);
        var told = Reported(scene.Simulated.Memory.Unreported.ShouldHaveSingleItem());
        await scene.Device.Report([told]);
        (await scene.Device.View())!.Stopped.ShouldNotBeNull();
        scene.Simulated.Online = true;
        await scene.Simulated.Sync(cancellation);
        await StandsStill(scene, scene.Simulated);
        // The report comes again when staff have released it: it is known.
        await scene.Device.Release("sam", "looked at");
        await scene.Device.Report([told]);
        (await scene.Device.View())!.Stopped.ShouldBeNull();
    }

    [Fact]
    public async Task A_use_and_the_stop_that_ends_it_are_one_write()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await Running());
        var before = await Version(scene);
        await scene.Simulated.Stop("emergency", cancellation);
        (await scene.Device.View())!.Stopped.ShouldNotBeNull();
        (await Version(scene)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_button_at_a_tool_whose_use_nobody_knows_locks_it_all_the_same()
    {
        var scene = await stage.Scene();
        await scene.Device.Stop(Guid.NewGuid(), new UseEnd(scene.When("10:00"), UseEnd.Emergency, 0, Duration.Zero));
        (await scene.Device.View())!.Stopped.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_server_believes_to_run_ends_when_the_device_says_that_nothing_does_and_its_report_is_the_last_word()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Booked("10:00", "11:00");
        await scene.Booked("11:00", "12:00", "ben");
        await scene.At("10:00");
        await scene.Simulated.Sync(cancellation);
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue();
        var use = scene.Simulated.Memory.Running!.Id;
        await scene.Device.Heartbeat(new Heartbeat(scene.When("10:00"), 1, null));
        (await scene.Device.View())!.Running.ShouldNotBeNull("it was sent before the start");
        await scene.At("10:30");
        await scene.Device.Heartbeat(new Heartbeat(scene.When("10:30"), 1, use));
        await scene.At("11:00");
        await scene.Device.Heartbeat(new Heartbeat(scene.When("11:00"), 1, null));
        (await scene.Device.View())!.Running.ShouldBeNull();
        foreach (var who in (string[])["sam", "ben"])
            Scene.Said(await scene.Device.MayStart(new SwitchAsk(scene.DeviceId, BadgeHash.Of(scene.BadgeOf(who))!))).ShouldBe("allowed", who);
        var ended = await scene.Device.Stop(use, new UseEnd(scene.When("10:45"), "done", 500, Duration.FromMinutes(45)));
        (ended!.EndedAt, ended.EndedBy, ended.EnergyWh).ShouldBe((scene.When("10:45"), "done", 500L));
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.Completed);
        (await scene.Device.Stop(use, new UseEnd(scene.When("10:50"), "badge", 900, Duration.Zero)))!.EndedBy.ShouldBe("done", "told again");
    }

    [Fact]
    public async Task Of_two_uses_the_one_that_began_later_runs_in_whatever_order_they_are_told()
    {
        var scene = await stage.Scene();
        await scene.At("11:30");
        var (early, late) = (Guid.NewGuid(), Guid.NewGuid());
        await scene.Device.Permits();
        var badge = BadgeHash.Of(scene.BadgeOf("sam"))!;
        await scene.Device.Report([new UseReport(late, badge, 1, scene.When("11:00"), null)]);
        await scene.Device.Report([new UseReport(early, badge, 1, scene.When("10:00"), null)]);
        (await scene.Device.View())!.Running!.Id.ShouldBe(late);
        await scene.Device.Report([new UseReport(Guid.NewGuid(), badge, 1, scene.When("11:20"), null)]);
        (await scene.Device.View())!.Running!.StartedAt.ShouldBe(scene.When("11:20"), "the new one, not the old");
        var use = (await scene.Device.Report([new UseReport(late, badge, 1, scene.When("11:00"), new UseEnd(scene.When("11:15"), "badge", 7, Duration.FromMinutes(15)))])).ShouldHaveSingleItem();
        (use.EndedAt, use.EnergyWh).ShouldBe((scene.When("11:15"), 7L));
        (await scene.Device.View())!.Running.ShouldNotBeNull();
        // A clock that runs ahead blocks nothing.
        await scene.Device.Report([new UseReport(Guid.NewGuid(), badge, 1, scene.When("23:00"), null)]);
        (await scene.Device.View())!.Running!.StartedAt.ShouldBe(scene.When("11:30"));
        await scene.At("11:32");
        await scene.Device.Heartbeat(new Heartbeat(scene.When("11:32"), 1, null));
        (await scene.Device.View())!.Running.ShouldBeNull();
    }

    [Fact]
    public async Task What_a_door_tells_late_does_not_undo_what_happened_since()
    {
        var scene = await stage.Scene();
        var presence = scene.Silo.Grains.GetGrain<IPresenceGrain>(Keys.Presence);
        var ada = scene.Member("ada");
        async Task<string?> Where() => (await presence.People()).FirstOrDefault(p => p.MemberId == ada)?.AreaId;
        Task<bool> In(string area, string at) => presence.Enter(ada, area, [], "door", scene.When(at), ada);
        Task Out(string at) => presence.Leave(ada, "door", scene.When(at), ada);
        await scene.At("12:00");
        await In("hall", "10:00");
        await In("yard", "09:30");
        (await Where()).ShouldBe("hall", "she went on");
        await Out("09:45");
        (await Where()).ShouldBe("hall", "she came back");
        await In("hall", "11:00");
        await Out("10:30");
        (await Where()).ShouldBe("hall", "she was seen since");
        await Out("11:30");
        (await Where()).ShouldBeNull();
        await In("yard", "11:15");
        (await Where()).ShouldBeNull("she has left since");
        await In("yard", "11:45");
        (await Where()).ShouldBe("yard");
    }

    [Fact]
    public async Task A_use_belongs_to_a_booking_that_was_theirs_or_a_colleagues_and_to_none_that_was_let_go()
    {
        var scene = await stage.Scene();
        await scene.SameCompany("ada", "ben");
        await scene.Booked();
        var directory = scene.Silo.Services.GetRequiredService<IBadgeDirectory>();
        Task<Guid?> At(string who, string? company) => directory.BookingAt(scene.Tool, scene.Member(who), company, scene.When("10:30"), TestContext.Current.CancellationToken);
        var company = (await scene.Silo.Member(scene.Member("ada")).View())!.Definition.CompanyId;
        (await At("ada", company)).ShouldBe(scene.Booking);
        (await At("ben", company)).ShouldBe(scene.Booking);
        (await At("ben", null)).ShouldBeNull();
        await scene.TheBooking.Cancel(scene.Member("ada"), null);
        (await At("ada", company)).ShouldBeNull();
    }

    // Booked from ten to twelve, and the device has heard of it.
    private async Task<Scene> Synced(string at)
    {
        var scene = await stage.Scene();
        await scene.Booked();
        await scene.At(at);
        (await scene.Simulated.Sync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        return scene;
    }

    // And whoever booked has switched it on.
    private async Task<Scene> Running()
    {
        var scene = await Synced("10:00");
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: TestContext.Current.CancellationToken)).Allowed.ShouldBeTrue();
        return scene;
    }

    private static SimulatedDevice Restarted(Scene scene) =>
        new(scene.DeviceId, new InProcessLink(scene.Stage.Protocol, scene.DeviceId), scene.OwnClock, DeviceMemory.Read(scene.Simulated.Memory.Written()));

    // Said by the server, and by the device alone.
    private static async Task StandsStill(Scene scene, SimulatedDevice device)
    {
        foreach (var online in (bool[])[true, false])
        {
            device.Online = online;
            Scene.Said(await device.Ask(scene.BadgeOf("sam"))).ShouldBe("emergency-stop", online ? "online" : "offline");
        }
        device.Online = true;
    }

    private async Task<long> Version(Scene scene)
    {
        await using var db = await stage.Silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync();
        return (await db.Database.SqlQueryRaw<int>("SELECT Version AS \"Value\" FROM OrleansStorage WHERE GrainIdExtensionString LIKE '%' || {0}", Keys.Device(scene.DeviceId)).ToListAsync()).ShouldHaveSingleItem();
    }

    private static Task Booked(Scene s) => s.Booked();

    private static async Task Certified(Scene s)
    {
        await s.Certified();
        await s.Rules(Laser);
        await s.Booked();
    }

    private static UseReport Reported(ReportedUse u) => new(
        u.Id!.Value, u.BadgeHash!, u.Sequence!.Value, u.StartedAt!.Value.ToInstant(), new UseEnd(u.EndedAt!.Value.ToInstant(), u.EndedBy!, u.EnergyWh!.Value, u.RunTime!.Value));
}
