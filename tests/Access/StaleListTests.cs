using Makerspace.Access;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tools;
using Makerspace.Web.Access;
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
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Booked();
        await scene.At("10:00");
        await scene.Simulated.Sync(cancellation);
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue();
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
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Booked();
        await scene.At("09:30");
        await scene.Simulated.Sync(cancellation);
        scene.Simulated.Online = false;
        await scene.At("10:00");
        (await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation)).Allowed.ShouldBeTrue();
        scene.Simulated.Online = true;
        await scene.At("10:30");
        await scene.Simulated.Sync(cancellation);
        (await scene.Device.View())!.Running!.MemberId.ShouldBe(scene.Member("ada"));
        (await scene.TheBooking.View())!.State.ShouldBe(BookingState.CheckedIn);
        await scene.At("11:58");
        (await scene.Device.Heartbeat(new Heartbeat(scene.When("11:58"), 1, null))).Overrun.ShouldBe(Overrun.EndsSoon);
        scene.Simulated.Warning.ShouldBe(Overrun.EndsSoon);
        await scene.At("12:10");
        (await scene.Device.Heartbeat(new Heartbeat(scene.When("12:10"), 1, null))).Overrun.ShouldBe(Overrun.Over);
        await scene.Simulated.Stop("done", cancellation);
        (await scene.Device.View())!.Flagged.ShouldHaveSingleItem().Flags.ShouldBe(["over-run"]);
    }

    [Fact]
    public async Task After_a_power_cut_the_tool_stays_off_and_the_last_known_time_is_reported()
    {
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Booked();
        await scene.At("10:00");
        await scene.Simulated.Sync(cancellation);
        await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation);
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
        var (cancellation, scene) = (TestContext.Current.CancellationToken, await stage.Scene());
        await scene.Booked();
        await scene.At("10:00");
        await scene.Simulated.Sync(cancellation);
        await scene.Simulated.Badge(scene.BadgeOf("ada"), cancellation: cancellation);
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
