using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Access;

/// <summary>
/// The device protocol as a table: what a badge meets at a tool. Each case is asked of the server, which gathers the facts at that moment, and of a device that has no
/// network and decides by the signed list it was given some time before. Both have to say what the table says.
/// </summary>
public class DeviceTableTests(AccessStage stage) : IClassFixture<AccessStage>
{
    private const string Allowed = "allowed";

    /// <summary>One line of the table.</summary>
    /// <param name="Name">The case in words.</param>
    /// <param name="Set">What happens before, from seven in the morning on.</param>
    /// <param name="List">When the device last had network, and its list.</param>
    /// <param name="Now">When the badge is shown.</param>
    /// <param name="Expected">The answer, of both.</param>
    private sealed record Case(string Name, Func<Scene, Task> Set, string List, string Now, string Expected)
    {
        public string Who { get; init; } = "ada";
        public string? Buddy { get; init; }
    }

    private static readonly Policy Laser = new() { RequiredCertifications = ["laser"] };
    private static readonly Policy Hazard = new() { RequiredCertifications = ["laser"], Hazardous = true };

    private static readonly Case[] Cases =
    [
        // The time.
        new("in the middle of the booking", Booked, "09:00", "10:30", Allowed),
        new("at the very start", Booked, "09:00", "10:00", Allowed),
        new("in the last second", Booked, "09:00", "11:59:59", Allowed),
        new("at the end", Booked, "09:00", "12:00", "no-booking"),
        new("after the end", Booked, "09:00", "12:40", "no-booking"),
        new("a minute before check-in opens", Booked, "09:00", "09:44", "check-in-closed"),
        new("when check-in opens", Booked, "09:00", "09:45", Allowed),
        new("check-in opens half an hour before, by the tool's rules", s => With(s, new Policy { CheckInOpens = Duration.FromMinutes(30) }), "09:00", "09:31", Allowed),
        new("before even that", s => With(s, new Policy { CheckInOpens = Duration.FromMinutes(30) }), "09:00", "09:29", "check-in-closed"),
        new("check-in opens with the start", s => With(s, new Policy { CheckInOpens = Duration.Zero }), "09:00", "09:59", "check-in-closed"),
        new("no booking at all", _ => Task.CompletedTask, "09:00", "10:30", "no-booking"),
        new("two bookings today, between them", async s => { await s.Booked("08:00", "09:00"); await s.Booked("14:00", "15:00"); }, "07:30", "11:00", "check-in-closed"),
        new("two bookings today, in the second", async s => { await s.Booked("08:00", "09:00"); await s.Booked("14:00", "15:00"); }, "07:30", "14:30", Allowed),
        new("the booking of yesterday's other half", async s => { await s.Booked("07:00", "07:30"); }, "07:10", "09:00", "no-booking"),

        // The badge.
        new("a badge nobody has", Booked, "09:00", "10:30", "unknown-badge") { Who = "stranger" },
        new("a badge that was lost and blocked", async s => { await Booked(s); await s.Blocked("ada"); }, "09:00", "10:30", "badge-blocked"),
        new("the other badge of who lost one", async s => { await Booked(s); await s.Blocked("ada"); }, "09:00", "10:30", Allowed) { Who = "ada's other" },
        new("somebody else's badge", Booked, "09:00", "10:30", "no-booking") { Who = "ben" },
        new("staff without a booking", _ => Task.CompletedTask, "09:00", "10:30", Allowed) { Who = "sam" },
        new("staff on a tool that is down", s => s.Thing(new ToolDefinition { OutOfService = true }), "09:00", "10:30", Allowed) { Who = "sam" },
        new("staff when the place is closed", _ => Task.CompletedTask, "15:00", "22:30", Allowed) { Who = "sam" },
        new("staff while somebody's booking runs", Booked, "09:00", "10:30", Allowed) { Who = "sam" },

        // Stops, and staff unlocking.
        new("an emergency stop stands", async s => { await Booked(s); await s.Device.EmergencyStop("sam", "smoke"); }, "09:00", "10:30", "emergency-stop"),
        new("an emergency stop holds for staff too", async s => { await Booked(s); await s.Device.EmergencyStop("sam", "smoke"); }, "09:00", "10:30", "emergency-stop") { Who = "sam" },
        new("a stop that was released", async s => { await Booked(s); await s.Device.EmergencyStop("sam", "smoke"); await s.Device.Release("sam", "aired"); }, "09:00", "10:30", Allowed),
        new("unlocked by staff, without a booking", s => s.Device.Unlock(s.When("11:00"), "sam", "course"), "09:00", "10:30", Allowed),
        new("unlocked until a while ago", s => s.Device.Unlock(s.When("10:00"), "sam", "course"), "09:00", "10:30", "no-booking"),
        new("unlocked, and a badge nobody has", s => s.Device.Unlock(s.When("11:00"), "sam", "course"), "09:00", "10:30", "unknown-badge") { Who = "stranger" },
        new("unlocked and locked again", async s => { await s.Device.Unlock(s.When("11:00"), "sam", "course"); await s.Device.Unlock(null, "sam", "over"); }, "09:00", "10:30", "no-booking"),
        new("stopped while it was unlocked", async s => { await s.Device.Unlock(s.When("11:00"), "sam", "course"); await s.Device.EmergencyStop("sam", "fire"); }, "09:00", "10:30", "emergency-stop"),
        new("the device is out of use", async s => { await Booked(s); await s.Device.Define((await s.Device.View())!.Definition with { Retired = true }, null, "sam"); }, "09:00", "10:30", "device-retired"),

        // Certifications.
        new("certified", Certified, "09:00", "10:30", Allowed),
        new("revoked since the booking", async s => { await Certified(s); await s.Revoked(); }, "09:00", "10:30", "not-certified"),
        new("the tool asks for one since the booking", async s => { await Booked(s); await s.Rules(Laser); }, "09:00", "10:30", "not-certified"),
        new("asked for two, has one", async s => { await Certified(s); await s.Rules(new Policy { RequiredCertifications = ["laser", "air"] }); }, "09:00", "10:30", "not-certified"),
        new("ran out before the start", async s => { await Certified(s); await s.Certified(until: "09:30"); }, "09:00", "10:30", "certification-expired"),
        new("runs out before the end", async s => { await Certified(s); await s.Certified(until: "11:30"); }, "09:00", "10:30", "certification-expired"),
        new("runs out with the end", async s => { await Certified(s); await s.Certified(until: "12:00"); }, "09:00", "10:30", Allowed),
        new("begins later in the booking, before", async s => { await Certified(s); await s.Certified(from: "11:00"); }, "09:00", "10:30", "certification-expired"),
        new("begins later in the booking, after", async s => { await Certified(s); await s.Certified(from: "11:00"); }, "09:00", "11:00", Allowed),
        new("certified again after it was revoked", async s => { await Certified(s); await s.Revoked(); await s.Certified(); }, "09:00", "10:30", Allowed),

        // Standing.
        new("suspended by staff", s => Standing(s, new Standing { Suspension = new Suspension("Left the laser on", null) }), "09:00", "10:30", "suspended"),
        new("suspended until a little later", s => Standing(s, new Standing { Suspension = new Suspension("x", s.When("10:15")) }), "09:00", "10:10", "suspended"),
        new("the suspension has just run out", s => Standing(s, new Standing { Suspension = new Suspension("x", s.When("10:15")) }), "09:00", "10:15", Allowed),
        new("a suspension that was lifted", async s => { await Standing(s, new Standing { Suspension = new Suspension("x", null) }); await Standing(s, Makerspace.Members.Standing.Good, book: false); }, "09:00", "10:30", Allowed),
        new("a balance is due", s => Standing(s, new Standing { BalanceDue = new Money(1250, "usd") }), "09:00", "10:30", "balance-due"),
        new("the balance was paid", async s => { await Standing(s, new Standing { BalanceDue = new Money(1250, "usd") }); await Standing(s, Makerspace.Members.Standing.Good, book: false); }, "09:00", "10:30", Allowed),
        new("the tool asks for a waiver since", async s => { await Booked(s); await s.Rules(new Policy { WaiverRequired = true }); }, "09:00", "10:30", "waiver-missing"),
        new("the waiver is signed", async s => { await Standing(s, new Standing { WaiverSigned = s.When("00:00") }); await s.Rules(new Policy { WaiverRequired = true }); }, "09:00", "10:30", Allowed),
        new("the membership has ended", s => Membership(s, new Membership { Active = false }), "09:00", "10:30", "membership-inactive"),
        new("the membership ends in the booking", s => Membership(s, new Membership { Until = s.When("11:00") }), "09:00", "10:30", "membership-inactive"),
        new("the membership begins in the booking, before", s => Membership(s, new Membership { From = s.When("11:00") }), "09:00", "10:30", "membership-inactive"),
        new("the membership begins in the booking, after", s => Membership(s, new Membership { From = s.When("11:00") }), "09:00", "11:10", Allowed),
        new("no membership but a day pass", s => Membership(s, new Membership { Active = false, Passes = [s.From("00:00", "23:00")] }), "09:00", "10:30", Allowed),
        new("the plan does not cover the tool any more", async s => { await s.Plan("small", new Plan { Name = "Small", Tools = ["other"] }); await Membership(s, new Membership { PlanId = PlanOf(s) }); }, "09:00", "10:30", "plan-excludes-tool"),
        new("the plan does not cover the hours", async s => { await s.Plan("small", Evenings); await Membership(s, new Membership { PlanId = PlanOf(s) }); }, "09:00", "10:30", "plan-excludes-time"),
        new("the plan covers the rest of the booking", async s => { await s.Plan("small", Evenings); await Membership(s, new Membership { PlanId = PlanOf(s) }); }, "09:00", "11:30", Allowed),

        // The tool and what it stands in.
        new("the tool is down", async s => { await Booked(s); await s.Thing(new ToolDefinition { AreaId = "hall", OutOfService = true }); }, "09:00", "10:30", "tool-out-of-service"),
        new("down, and expected back a little later", async s => { await Booked(s); await s.Thing(new ToolDefinition { AreaId = "hall", OutOfService = true, ExpectedBack = s.When("10:20") }); }, "09:00", "10:10", "tool-out-of-service"),
        new("down, and expected back by now", async s => { await Booked(s); await s.Thing(new ToolDefinition { AreaId = "hall", OutOfService = true, ExpectedBack = s.When("10:20") }); }, "09:00", "10:20", Allowed),
        new("down and back in service", async s => { await Booked(s); await s.Thing(new ToolDefinition { AreaId = "hall", OutOfService = true }); await s.Thing(new ToolDefinition { AreaId = "hall" }); }, "09:00", "10:30", Allowed),
        new("an outage lies in the rest of the booking", async s => { await Booked(s); await s.Outage("10:30", "11:00"); }, "09:00", "10:10", "outage"),
        new("the outage is over", async s => { await Booked(s); await s.Outage("10:30", "11:00"); }, "09:00", "11:00", Allowed),
        new("an outage after the booking", async s => { await Booked(s); await s.Outage("12:00", "13:00"); }, "09:00", "10:30", Allowed),
        new("an outage of the area", async s => { await Booked(s); await s.AreaOutage("10:00", "11:00"); }, "09:00", "10:30", "outage"),
        new("the area's outage is over", async s => { await Booked(s); await s.AreaOutage("10:00", "11:00"); }, "09:00", "11:05", Allowed),
        new("what the tool depends on is broken", async s => { await s.Resource(broken: false); await s.Thing(new ToolDefinition { AreaId = "hall", DependsOn = ["air-" + s.Tool.Split('-')[1]] }); await Booked(s); await s.Resource(broken: true); }, "09:00", "10:30", "tool-out-of-service"),
        new("an outage of what the tool depends on", async s => { await s.Resource(broken: false); await s.Thing(new ToolDefinition { AreaId = "hall", DependsOn = ["air-" + s.Tool.Split('-')[1]] }); await Booked(s); await s.Resource(broken: false, "10:00", "11:00"); }, "09:00", "10:30", "outage"),
        new("the tool is another's: the booking is of the one next to it", async s => { var other = await s.OtherTool(); await s.Silo.Booking(Guid.NewGuid()).Book(new BookingRequest { ToolId = other, MemberId = s.Member("ada"), Slot = s.From("10:00", "12:00"), Actor = s.Member("ada") }); }, "09:00", "10:30", "no-booking"),

        // The hours.
        new("a closure lies over it", async s => { await Booked(s); await s.Closure("10:00", "11:00"); }, "09:00", "10:30", "space-closed"),
        new("the closure is over", async s => { await Booked(s); await s.Closure("10:00", "11:00"); }, "09:00", "11:00", Allowed),
        new("after hours, with access at all hours", async s => { await s.Definition(AllHours(true)); await s.Booked("21:00", "23:00"); }, "15:00", "22:30", Allowed),
        new("after hours, access taken away since", async s => { await s.Definition(AllHours(true)); await s.Booked("21:00", "23:00"); await s.Definition(AllHours(false)); }, "15:00", "21:30", "space-closed"),
        new("staff have to be there, and are", s => With(s, new Policy { StaffRequired = true }), "09:00", "10:30", Allowed),
        new("staff have to be there, and have gone", async s => { await s.Booked("19:00", "21:00"); await s.Rules(new Policy { StaffRequired = true }); }, "15:00", "19:30", "staff-required"),
        new("staff go before the end", async s => { await s.Booked("17:00", "19:00"); await s.Rules(new Policy { StaffRequired = true }); }, "15:00", "17:30", "staff-required"),

        // Nobody alone with what is dangerous.
        new("hazardous, while staff are there", s => Evening(s, "10:00", "12:00"), "09:00", "10:30", Allowed),
        new("hazardous in the evening, alone", s => Evening(s), "15:00", "19:30", "buddy-required"),
        new("somebody who may use it is in the area", async s => { await Evening(s); await s.Certified(who: "ben"); await s.At("19:20"); await s.Present("ben", "hall"); }, "19:25", "19:30", Allowed),
        new("somebody is there who may not use it", async s => { await Evening(s); await s.At("19:20"); await s.Present("ben", "hall"); }, "19:25", "19:30", "buddy-required"),
        new("the buddy has left", async s => { await Evening(s); await s.Certified(who: "ben"); await s.At("19:10"); await s.Present("ben", "hall"); await s.Left("ben"); }, "19:25", "19:30", "buddy-required"),
        new("the buddy is in another area", async s => { await Evening(s); await s.Certified(who: "ben"); await s.At("19:20"); await s.Present("ben", "yard"); }, "19:25", "19:30", "buddy-required"),
        new("the buddy is in a room inside the area", async s => { await Evening(s); await s.Certified(who: "ben"); await s.At("19:20"); await s.Present("ben", "booth"); }, "19:25", "19:30", Allowed),
        new("a buddy shows their badge", async s => { await Evening(s); await s.Certified(who: "ben"); }, "15:00", "19:30", Allowed) { Buddy = "ben" },
        new("a buddy without the certification shows their badge", s => Evening(s), "15:00", "19:30", "buddy-required") { Buddy = "ben" },
        new("the buddy's certification has run out", async s => { await Evening(s); await s.Certified(who: "ben", until: "19:00"); }, "15:00", "19:30", "buddy-required") { Buddy = "ben" },
        new("the buddy's certification runs out later", async s => { await Evening(s); await s.Certified(who: "ben", until: "19:40"); }, "15:00", "19:30", Allowed) { Buddy = "ben" },
        new("the buddy's certification begins later", async s => { await Evening(s); await s.Certified(who: "ben", from: "20:00"); }, "15:00", "19:30", "buddy-required") { Buddy = "ben" },
        new("somebody is there whose certification has run out", async s => { await Evening(s); await s.Certified(who: "ben", until: "19:00"); await s.At("19:20"); await s.Present("ben", "hall"); }, "19:25", "19:30", "buddy-required"),
        new("the buddy's certification has lapsed, as they did not use it", async s => { await Gas(s); await s.Certified("gas", who: "ben"); }, "15:00", "19:30", "buddy-required") { Buddy = "ben" },
        new("the buddy has used what asks for it not long ago", async s => { await Gas(s); await s.Certified("gas", who: "ben"); await s.Used("gas", "ben"); }, "15:00", "19:30", Allowed) { Buddy = "ben" },
        new("nobody is their own buddy", s => Evening(s), "15:00", "19:30", "buddy-required") { Buddy = "ada's other" },
        new("a badge nobody has is no buddy", s => Evening(s), "15:00", "19:30", "buddy-required") { Buddy = "stranger" },
        new("a blocked badge is no buddy", async s => { await Evening(s); await s.Certified(who: "ben"); await s.Blocked("ben"); }, "15:00", "19:30", "buddy-required") { Buddy = "ben" },
        new("staff as a buddy", s => Evening(s), "15:00", "19:30", Allowed) { Buddy = "sam" },
        new("staff are there still, and go within the booking", s => Evening(s, "17:00", "19:00"), "15:00", "17:30", Allowed),
        new("staff have just gone", s => Evening(s, "17:00", "19:00"), "15:00", "18:00", "buddy-required"),
        new("hazardous, in no area: only while staff are there", async s => { await s.Certified(); await s.Rules(Laser); await s.Booked("19:00", "21:00"); await s.Rules(Hazard, area: null); }, "15:00", "19:30", "buddy-required"),

        // What became of the booking.
        new("not yet a no-show", s => With(s, new Policy { NoShowGrace = Duration.FromMinutes(15) }), "09:00", "10:14", Allowed),
        new("a no-show", s => With(s, new Policy { NoShowGrace = Duration.FromMinutes(15) }), "09:00", "10:15", "no-booking"),
        new("no grace is set: until the end", s => With(s, Policy.None), "09:00", "11:50", Allowed),
        new("checked in, the grace is over", async s => { await With(s, new Policy { NoShowGrace = Duration.FromMinutes(15) }); await s.At("09:50"); await s.TheBooking.CheckIn(s.Member("ada"), s.Member("ada"), null); }, "09:55", "11:00", Allowed),
        new("cancelled", async s => { await Booked(s); await s.TheBooking.Cancel(s.Member("ada"), null); }, "09:00", "10:30", "no-booking"),
        new("moved away", async s => { await Booked(s); await s.TheBooking.Move(s.From("14:00", "16:00"), s.Member("ada"), null); }, "09:00", "10:30", "check-in-closed"),
        new("moved here", async s => { await Booked(s); await s.TheBooking.Move(s.From("14:00", "16:00"), s.Member("ada"), null); }, "09:00", "14:30", Allowed),
        new("extended", async s => { await Booked(s); await s.At("10:00"); await s.TheBooking.CheckIn(s.Member("ada"), s.Member("ada"), null); await s.TheBooking.Extend(s.When("13:00"), s.Member("ada"), null); }, "10:30", "12:30", Allowed),
        new("checked out", async s => { await Booked(s); await s.At("10:00"); await s.TheBooking.CheckIn(s.Member("ada"), s.Member("ada"), null); await s.At("10:20"); await s.TheBooking.CheckOut(s.Member("ada")); }, "10:25", "10:30", "no-booking"),
        new("displaced", async s => { await Booked(s); await s.TheBooking.Displace("sam", "broken"); }, "09:00", "10:30", "no-booking"),
        new("waits for approval", s => With(s, new Policy { ApprovalRequired = true }), "09:00", "09:50", "check-in-closed"),
        new("approved", async s => { await With(s, new Policy { ApprovalRequired = true }); await s.TheBooking.Approve("sam", null); }, "09:00", "10:30", Allowed),
        new("one of several tools booked together", async s => { await s.Booked(also: [await s.OtherTool()]); }, "09:00", "10:30", Allowed),

        // Others.
        new("a colleague of the same company", async s => { await s.SameCompany("ada", "ben"); await Booked(s); }, "09:00", "10:30", Allowed) { Who = "ben" },
        new("a colleague who is not certified", async s => { await s.SameCompany("ada", "ben"); await Certified(s); }, "09:00", "10:30", "not-certified") { Who = "ben" },
        new("a colleague who has left the company", async s => { await s.SameCompany("ada", "ben"); await Booked(s); await s.Silo.Member(s.Member("ben")).Define(new MemberDefinition { Name = "Ben" }, "sam"); }, "09:00", "10:30", "no-booking") { Who = "ben" },
        new("handed over to a colleague", async s => { await s.SameCompany("ada", "ben"); await Booked(s); await s.TheBooking.HandOver(s.Member("ben"), s.Member("ada"), null); }, "09:00", "10:30", Allowed) { Who = "ben" },
        new("the next one is early, the one before has gone", async s => { await s.Booked("10:00", "11:00"); await s.Booked("11:00", "12:00", "ben"); }, "09:00", "10:50", Allowed) { Who = "ben" },
        new("somebody else runs it still", async s => { await s.Booked("10:00", "11:00"); await s.Booked("11:00", "12:00", "ben"); await Runs(s, "10:05"); }, "10:10", "10:50", "tool-running") { Who = "ben" },
        new("it runs over, and the next one is there", async s => { await s.Booked("10:00", "11:00"); await s.Booked("11:00", "12:00", "ben"); await Runs(s, "10:05"); }, "10:10", "11:05", "tool-running") { Who = "ben" },
        new("the same person again while it runs", async s => { await s.Booked("10:00", "11:00"); await Runs(s, "10:05"); }, "10:10", "10:50", Allowed),
        new("the same person with their other badge", async s => { await s.Booked("10:00", "11:00"); await Runs(s, "10:05"); }, "10:10", "10:50", Allowed) { Who = "ada's other" },
        new("switched off in between, the booking goes on", async s => { await s.Booked("10:00", "12:00"); await Runs(s, "10:05"); await s.At("10:20"); await s.Simulated.Stop("badge"); }, "10:25", "10:50", Allowed),
        new("done: the booking is checked out", async s => { await s.Booked("10:00", "12:00"); await Runs(s, "10:05"); await s.At("10:20"); await s.Simulated.Stop("done"); }, "10:25", "10:50", "no-booking"),

        // Several at once: all are told.
        new("suspended, not certified and down", async s =>
        {
            await Certified(s);
            await s.Revoked();
            await Standing(s, new Standing { Suspension = new Suspension("x", null) }, book: false);
            await s.Thing(new ToolDefinition { AreaId = "hall", Policy = Laser, OutOfService = true });
        }, "09:00", "10:30", "not-certified suspended tool-out-of-service"),
        new("alone and closed", async s => { await s.Definition(AllHours(true)); await Evening(s, "21:00", "23:00"); await s.Definition(AllHours(false)); }, "15:00", "22:10", "buddy-required space-closed"),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Fact]
    public void There_are_at_least_eighty_and_no_two_are_called_the_same()
    {
        Cases.Length.ShouldBeGreaterThanOrEqualTo(80);
        Cases.DistinctBy(c => c.Name).Count().ShouldBe(Cases.Length);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_server_and_a_device_without_network_say_the_same(string name)
    {
        var given = Cases.Single(c => c.Name == name);
        var scene = await stage.Scene();
        await given.Set(scene);
        if (scene.Silo.Clock.Now() < scene.When(given.List)) await scene.At(given.List);
        (await scene.Simulated.Sync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        await scene.At(given.Now);
        (await scene.Offline(given.Who, given.Buddy)).ShouldBe(given.Expected, "without network");
        (await scene.Online(given.Who, given.Buddy)).ShouldBe(given.Expected, "the server");
    }

    private static Plan Evenings => new()
    {
        Name = "Late", Hours = [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningWindow(d, new LocalTime(11, 0), new LocalTime(22, 0)))],
    };

    private static string PlanOf(Scene s) => "small-" + s.Tool.Split('-')[1];

    private static MemberDefinition AllHours(bool all) => new() { Name = "Ada", Membership = new Membership { AllHours = all } };

    private static Task Booked(Scene s) => s.Booked();

    private static async Task With(Scene s, Policy policy)
    {
        await s.Rules(policy);
        await s.Booked();
    }

    private static async Task Certified(Scene s)
    {
        await s.Certified();
        await With(s, Laser);
    }

    private static async Task Standing(Scene s, Standing standing, bool book = true)
    {
        if (book) await s.Booked();
        var ada = (await s.Silo.Member(s.Member("ada")).View())!.Definition;
        await s.Definition(ada with { Standing = standing });
    }

    private static async Task Membership(Scene s, Membership membership)
    {
        await s.Booked();
        await s.Definition(new MemberDefinition { Name = "Ada", Membership = membership });
    }

    // Booked while nobody asks for a buddy yet: whether one is there shows when it is switched on.
    private static async Task Evening(Scene s, string from = "19:00", string to = "21:00")
    {
        await s.Certified();
        await s.Rules(Laser);
        await s.Booked(from, to);
        await s.Rules(Hazard);
    }

    // It asks for one more, which lapses where it is not used; Ada has it since today, and Ben the other.
    private static async Task Gas(Scene s)
    {
        await Evening(s);
        await s.Certified("gas", from: "00:00");
        await s.Certified(who: "ben");
        await s.Rules(Hazard with { RequiredCertifications = ["laser", "gas"] });
    }

    private static async Task Runs(Scene s, string at)
    {
        await s.At(at);
        (await s.Simulated.Badge(s.BadgeOf("ada"))).Bars.ShouldBeEmpty();
    }
}
