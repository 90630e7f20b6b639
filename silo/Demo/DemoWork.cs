using System.Collections.Immutable;
using Makerspace.Access;
using Makerspace.Announcements;
using Makerspace.Events;
using Makerspace.Maintenance;
using Makerspace.Mentors;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>What the people of the demo space work at beside their bookings: problems and their repair, meters, devices, what leads to certifications, mentors' hours, a notice on the wall.</summary>
internal sealed class DemoWork(IGrainFactory grains)
{
    private const string Technician = "staff-kofi";

    public async Task Load(Instant now, SpaceFacts facts)
    {
        await Repair(now, facts);
        await Problem("laser-2", "member", "The beam fades towards the far right corner of the bed: 3 mm ply is not cut through there.", hazard: false);
        await Problem("band-saw", "mentor", "The upper guard does not stay where it is set and slips down while sawing.", hazard: true);
        await Upkeep("laser-1", reading: 412, "optics", "Clean lens and mirrors", every: 150, Duration.FromHours(1), ["Clean the lens", "Clean the three mirrors", "Check the beam in all four corners"]);
        await Upkeep("cnc-router", reading: 236, "spindle", "Grease the spindle and the guides", every: 150, Duration.FromHours(2), ["Grease the guides", "Check the spindle for play", "Empty the dust bag"]);
        await Device("laser-1-interlock", "Interlock of laser cutter 1", DeviceKind.Interlock, tool: "laser-1", area: null);
        await Device("metal-shop-door", "Door of the metal shop", DeviceKind.Door, tool: null, area: "metal-shop");
        await Device("entrance", "Kiosk at the entrance", DeviceKind.Kiosk, tool: null, area: null);
        await Certifications();
        await Mentors();
        await Events(now, facts);
        await grains.GetGrain<IAnnouncementGrain>(Keys.Announcement(DerivedId.Of("demo-announcement", "filters"))).Define(
            new AnnouncementDefinition { Title = "New filters in the wood shop", Text = "The dust extraction has new filters. Please empty the bins after every use of the planer.", From = now, Until = now + Duration.FromDays(14), AreaId = "wood-shop" },
            "staff");
    }

    // The broken lathe: who said so, and what is being done.
    private async Task Repair(Instant now, SpaceFacts facts)
    {
        var (problem, order) = (DerivedId.Of("demo-problem", DemoTools.Broken), DerivedId.Of("demo-order", DemoTools.Broken));
        await Problem(DemoTools.Broken, "member", "The spindle screams above 800 turns a minute and gets hot.", hazard: false);
        await grains.GetGrain<IWorkOrderGrain>(Keys.WorkOrder(order)).Define(
            new WorkOrderDefinition
            {
                Title = "New spindle bearings", TargetId = DemoTools.Broken, AssigneeId = Technician, TakesOut = true, Problems = [problem],
                ExpectedBack = facts.Zone.AtLeniently(now.InZone(facts.Zone).Date.PlusDays(3) + new LocalTime(12, 0)).ToInstant(),
                Tasks = [new WorkTask("Take out the spindle", Done: true), new WorkTask("Press in the new bearings"), new WorkTask("Run it in for half an hour")],
                Parts = [new WorkPart("Angular contact bearing 7206", 2, 4150)], Times = [new WorkTime(Technician, Duration.FromMinutes(95), now - Duration.FromHours(20))],
                Notes = "The bearings come on Thursday with the morning post.",
            },
            Technician);
        await grains.GetGrain<IProblemGrain>(Keys.Problem(problem)).TakeUp(order, Technician);
    }

    private Task<ProblemView> Problem(string tool, string member, string words, bool hazard) =>
        grains.GetGrain<IProblemGrain>(Keys.Problem(DerivedId.Of("demo-problem", tool))).Report(new ProblemReport { ToolId = tool, Words = words, Hazard = hazard }, member);

    private async Task Upkeep(string tool, decimal reading, string plan, string name, decimal every, Duration length, ImmutableArray<string> tasks)
    {
        const string Hours = "hours";
        var upkeep = grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(tool));
        await upkeep.DefineMeter(new MeterDefinition(Hours, "Hours of use", MeterKind.Hours, null, FromUse: true), Technician);
        await upkeep.Feed(new MeterFeed("demo-reading", Hours, reading, IsReading: true), Technician);
        await upkeep.DefinePlan(new PlanDefinition { Id = plan, Name = name, MeterId = Hours, EveryUse = every, Length = length, Tasks = tasks, AssigneeId = Technician }, Technician);
    }

    // Without a secret nothing can be done with them: staff make one on the device's page.
    private Task<DeviceView> Device(string id, string name, DeviceKind kind, string? tool, string? area) =>
        grains.GetGrain<IDeviceGrain>(Keys.Device(id)).Define(new DeviceDefinition { Name = name, Kind = kind, ToolId = tool, AreaId = area }, null, "staff");

    private async Task Certifications()
    {
        await Certification("laser", new CertificationDefinition
        {
            Description = "Two hours at the machine, and three questions about what may be cut.", Training = true,
            Quiz = new Quiz
            {
                PassMark = 100,
                Questions =
                [
                    new QuizQuestion("Which of these may be cut?", ["PVC", "Birch plywood", "Polycarbonate"], [1]),
                    new QuizQuestion("Who stays with the machine while it cuts?", ["Nobody, it has a camera", "Whoever started it"], [1]),
                    new QuizQuestion("A flame stays after the beam has gone. What comes first?", ["Open the lid", "Press the emergency stop", "Take a photo"], [1]),
                ],
            },
        });
        await Certification("welding", new CertificationDefinition
        {
            Description = "A first training, then six hours beside somebody who can.", Prerequisites = ["metal-machines"], Training = true, SignOff = true, SupervisedHours = Duration.FromHours(6),
            Levels = [new Level("Beginner", Duration.FromHours(6)), new Level("Practised", Duration.FromHours(40))],
        });
        await Certification("wet-lab-safety", new CertificationDefinition { Description = "Renewed every year.", Validity = Duration.FromDays(365), SignOff = true });
    }

    private Task<CertificationView?> Certification(string id, CertificationDefinition definition) => grains.GetGrain<ICertificationGrain>(Keys.Certification(id)).Define(definition, "staff");

    private async Task Mentors()
    {
        await Mentor("mentor", "Iris Vandermeer", "From the first sketch to a part that can be made: lasers, printing, electronics. Twelve years in product design.", ["product design", "laser cutting", "electronics"], ["nl", "en"],
            MentorPlace.Space, null, "Europe/Amsterdam", [Hours(IsoDayOfWeek.Tuesday, 13, 17), Hours(IsoDayOfWeek.Thursday, 9, 12)], "What would you like to have at the end of the hour?");
        await Mentor("mentor-paolo", "Paolo Venier", "Turning, milling and welding; costing small series.", ["machining", "welding", "costing"], ["it", "en"],
            MentorPlace.Space, null, "Europe/Amsterdam", [Hours(IsoDayOfWeek.Monday, 16, 20), Hours(IsoDayOfWeek.Wednesday, 16, 20)], null);
        await Mentor("mentor-sunniva", "Sunniva Dahl", "Funding for young companies, and how to talk to a municipality.", ["funding", "business plan"], ["no", "en", "de"],
            MentorPlace.Video, "https://meet.tidewater.example/sunniva", "Europe/Oslo", [Hours(IsoDayOfWeek.Monday, 9, 12), Hours(IsoDayOfWeek.Friday, 12, 15)], "Send a link to your plan, if there is one.");
    }

    private async Task Events(Instant now, SpaceFacts facts)
    {
        Slot On(IsoDayOfWeek day, int weeks, int from, int to)
        {
            var date = now.InZone(facts.Zone).Date.PlusWeeks(weeks).Next(day);
            return new Slot(facts.Zone.AtLeniently(date + new LocalTime(from, 0)).ToInstant(), facts.Zone.AtLeniently(date + new LocalTime(to, 0)).ToInstant());
        }
        await Event(
            "open-evening", new EventDefinition { Title = "Open evening", Kind = EventKind.Event, HostId = "staff", Slot = On(IsoDayOfWeek.Thursday, 0, 18, 21), Seats = 40, Public = true, Description = "Look around, ask, and try the laser on a coaster." },
            "member", "mentor");
        var workshop = On(IsoDayOfWeek.Saturday, 1, 10, 13);
        await Event(
            "laser-products", new EventDefinition
            {
                Title = "From drawing to product on the laser", Kind = EventKind.Workshop, HostId = "mentor", Slot = workshop, Seats = 6, MinSeats = 3, Deadline = workshop.Start - Duration.FromDays(2), Price = new Money(2500, "eur"),
                CancelBy = workshop.Start - Duration.FromDays(1), Public = true, Description = "Joints, kerf, materials, and what a small series costs. Material is included.", Question = "What would you like to make?",
            });
    }

    private async Task Event(string id, EventDefinition definition, params string[] seated)
    {
        var planned = grains.GetGrain<IEventGrain>(Keys.Event(DerivedId.Of("demo-event", id)));
        await planned.Define(definition, definition.HostId);
        foreach (var member in seated) await planned.Join(new SeatWish(member), member);
    }

    private static OpeningWindow Hours(IsoDayOfWeek day, int from, int to) => new(day, new LocalTime(from, 0), new LocalTime(to, 0));

    private Task<ToolView?> Mentor(
        string member, string name, string about, ImmutableArray<string> skills, ImmutableArray<string> languages, MentorPlace place, string? link, string zone, ImmutableArray<OpeningWindow> weekly, string? question) =>
        grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(member))).Define(
            new ToolDefinition
            {
                Name = name, Description = about, Policy = Free,
                Mentor = new MentorProfile { MemberId = member, Skills = skills, Languages = languages, Place = place, VideoLink = link, TimeZone = zone, Weekly = weekly, MaxPerDay = 4, Question = question },
            },
            "staff");

    // Volunteers: nothing that the space sets for its machines holds for them.
    private static Policy Free => new()
    {
        MinDuration = Duration.FromMinutes(30), MaxDuration = Duration.FromHours(1), Buffer = Duration.FromMinutes(10), Notice = Duration.FromHours(12), Horizon = Duration.FromDays(60), Concurrency = 1,
        HourlyRate = new Money(0, "eur"), OffPeakHourlyRate = new Money(0, "eur"), Grid = Duration.FromMinutes(5), MinimumGap = Duration.Zero, RequiredCertifications = [], StaffRequired = false, Hazardous = false,
    };
}
