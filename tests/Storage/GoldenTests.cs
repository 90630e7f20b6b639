using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.Announcements;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Events;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Seats;
using Makerspace.Series;
using Makerspace.Sessions;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>
/// Stored rows of every kind, as they were written when they were new. They are never edited: what a newer program writes otherwise gets a file more.
/// Golden/First has those of the first version, Golden/BeforeMoney those before anything cost money; Golden/BeforeTraining those before certificates; what has been added since is read from them as not set.
/// </summary>
public class GoldenTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly Guid Id = new("7f3a0000-0000-4000-8000-000000000001");
    private static readonly Slot Slot = new(Now + Duration.FromHours(1), Now + Duration.FromHours(2));
    private static readonly Slot Next = new(Now + Duration.FromHours(3), Now + Duration.FromHours(4) + Duration.FromTicks(1));

    private static readonly Policy Policy = new()
    {
        MinDuration = Duration.FromMinutes(30), MaxDuration = Duration.FromHours(4), Horizon = Duration.FromDays(14), Notice = Duration.FromHours(1),
        Buffer = Duration.FromMinutes(5), MinimumGap = Duration.FromHours(2), MaxBookingsPerDay = 2, MaxHoursPerDay = Duration.FromHours(6),
        MaxHoursPerWeek = Duration.FromHours(20), MaxFutureBookings = 5, MaxFutureHours = Duration.FromHours(8), Concurrency = 2,
        RequiredCertifications = ["laser"], StaffRequired = true, Hazardous = true,
        Peak = [new PeakWindow([IsoDayOfWeek.Monday], new LocalTime(9, 0), new LocalTime(17, 0))], LateCancelThreshold = Duration.FromDays(1),
        LateCancelFee = new Money(1250, "usd"), NoShowGrace = Duration.FromMinutes(15), CheckInOpens = Duration.FromMinutes(10),
        Grid = Duration.FromMinutes(15), HourlyRate = new Money(4000, "usd"), MaxUpcoming = 300, MaxBookingsPerWeek = 6, ApprovalRequired = true,
        WaiverRequired = true, MaxStrikes = 3, StrikeExpiry = Duration.FromDays(60), OneAtATime = true, OffPeakHourlyRate = new Money(2500, "usd"),
        Deposit = new Money(10_000, "usd"), NoShowFee = new Money(2000, "usd"),
    };

    private static readonly ToolDefinition Tool = new()
    {
        Name = "Laser", Description = "80 W", Category = "Lasers", AreaId = "hall", Policy = Policy, OutOfService = true, ExpectedBack = Now, Visible = false,
        ImportedFrom = "nemo:laser", Location = "Left of the door", InRoom = "hall-1", DependsOn = ["dust"], Trainers = ["grace"],
    };

    private static readonly MemberDefinition Member = new()
    {
        Name = "Ada", Email = "ada@example.org", CompanyId = "acme", ImportedFrom = "nemo:ada",
        Membership = new Membership { PlanId = "full", Active = false, From = Now, Until = Now + Duration.FromDays(365), AllHours = true, Passes = [Slot] },
        Standing = new Standing { WaiverSigned = Now, Suspension = new Suspension("unpaid", Now), BalanceDue = new Money(900, "usd") },
        Duties = [new Duty(DutyKind.Trainer, "hall"), new Duty(DutyKind.Desk, null)],
    };

    private static readonly MemberNote Noted = new(Id, Now, "grace", "Likes to be called first");

    private static readonly AnnouncementDefinition Announced = new() { Title = "No air", Text = "The compressor rests.", From = Now, Until = Now + Duration.FromDays(1), AreaId = "hall", Urgent = true };

    private static readonly ImmutableArray<Certification> Certifications = [new Certification("laser", Now, Now + Duration.FromDays(365), "grace") { Code = "abcdefghjkmnpqrstuvw", GrantedAt = Now }];
    private static readonly ImmutableArray<Revocation> Revocations = [new Revocation("saw", Now, "grace", "was careless")];
    private static readonly ImmutableArray<Outage> Outages = [new Outage("o-1", "Service", Slot)];

    private static readonly SpaceFacts Space = new()
    {
        Name = "Works", TimeZone = "Europe/Berlin", OpeningHours = [new OpeningWindow(IsoDayOfWeek.Friday, new LocalTime(8, 0), new LocalTime(22, 30))],
        Closures = [new Closure("c-1", "Holiday", Slot)], Defaults = Policy, Areas = ImmutableDictionary<string, string?>.Empty.Add("hall", null).Add("room", "hall"),
        Certifications = ImmutableDictionary<string, string>.Empty.Add("laser", "Laser"), Version = 4, Currency = "eur",
        StaffedHours = [new OpeningWindow(IsoDayOfWeek.Friday, new LocalTime(9, 0), new LocalTime(17, 0))],
        Plans = ImmutableDictionary<string, Plan>.Empty.Add("full", new Plan
        {
            Name = "Full", Policy = Policy, Limits = Limits, Tools = ["laser-1"], Categories = ["Lasers"], Version = 2, AllHours = true,
            Hours = [new OpeningWindow(IsoDayOfWeek.Friday, new LocalTime(18, 0), new LocalTime(2, 0))],
            Price = new PlanPrice(new Money(4900, "eur"), BillingInterval.Year, 14), Offered = true, Description = "Everything", IncludedHours = Duration.FromHours(10),
            IncludedCategories = ["Lasers"], Rates = [new PlanRate("laser-1", "Lasers", 1500, 1000)], BillsUsedTime = true, ForCompanies = true,
        }),
        Categories = ImmutableDictionary<string, CategoryRules>.Empty.Add("Lasers", new CategoryRules(Policy, Limits)),
        AreaRules = ImmutableDictionary<string, AreaRules>.Empty.Add("hall", new AreaRules(Policy, true)),
        Lapses = ImmutableDictionary<string, Duration>.Empty.Add("laser", Duration.FromDays(180)),
        DefaultPlan = "full", Billing = Billing, Products = ImmutableDictionary<string, Product>.Empty.Add("ten", Pack),
    };

    private static BillingSettings Billing => new()
    {
        TaxBasisPoints = 1900, TaxName = "MwSt", PricesIncludeTax = true, Usage = UsageBilling.Monthly, StatementDay = 15, Retries = [Duration.FromDays(2)],
        Grace = Duration.FromDays(5), SuspendAfter = Duration.FromDays(10), PaymentWindow = Duration.FromMinutes(20), CardRequired = true, Least = 100,
    };

    private static Product Pack => new()
    {
        Name = "Ten hours", Kind = ProductKind.Pack, Price = new Money(10_000, "eur"), Hours = Duration.FromHours(10), Categories = ["Lasers"], ValidDays = 90, PlanId = "full",
        Offered = false, Version = 2, Description = "For regulars",
    };

    private static Limits Limits => new()
    {
        MaxBookingsPerDay = 1, MaxHoursPerDay = Duration.FromHours(2), MaxBookingsPerWeek = 3, MaxHoursPerWeek = Duration.FromHours(4),
        MaxFutureBookings = 5, MaxFutureHours = Duration.FromHours(6),
    };

    private static readonly AreaDefinition Area = new() { Name = "Room", Inside = "hall", Capacity = 6, Policy = Policy, Watched = true };

    private static readonly Claim Moving = new(Id, "ada", "acme", Slot, 3)
    {
        State = BookingState.CheckedIn, Use = ClaimUse.Inside, Next = Next, Certifications = ["laser"], Held = [new HeldCertification("laser", Now, Now + Duration.FromDays(365), Now)],
    };

    private static readonly Hold Bundle = new(Id, "laser-1", Slot, Next, Duration.FromHours(2)) { Category = "Lasers", Also = [new HeldTool("cnc", "Mills")], MemberId = "ada" };

    private static readonly BookingTerms Terms =
        new(Duration.FromDays(1), new Money(1250, "usd"), Duration.FromMinutes(15), Duration.FromMinutes(10), Duration.FromDays(60))
        {
            Price = GoldenAccounts.Price, PaymentWindow = Duration.FromMinutes(20),
        };

    private static readonly Strike Strike = new(Id, "laser-1", Now, Now + Duration.FromDays(60));

    private static readonly WaitView Wait = new()
    {
        Id = Id, Group = "waitlist-category-Lasers", ToolId = "laser-1", MemberId = "ada", Slot = Slot, AnyTool = true, Purpose = "panels",
        State = WaitState.Offered, MadeAt = Now, BookingId = Id, OfferedTool = "laser-2", OfferUntil = Now,
    };

    private static readonly SeriesView Series = new()
    {
        Id = Id, ToolId = "laser-1", AlsoTools = ["cnc"], MemberId = "ada", Rule = "FREQ=WEEKLY", Purpose = "panels", MadeAt = Now, UnfinishedSince = Now,
        Occurrences = [new Occurrence(Id, Slot, true, ["slot-taken"])],
    };

    private static readonly SeriesRequest SeriesAsked = new()
    {
        ToolId = "laser-1", AlsoTools = ["cnc"], MemberId = "ada", Rule = "FREQ=WEEKLY", Slots = [Slot], Purpose = "panels", Actor = "ada",
        OverrideReason = "urgent", SkipConflicts = true,
    };

    private static readonly TrainingDefinition Training = new()
    {
        Title = "Laser for beginners", CertificationId = "laser", Slot = Slot, Seats = 4, AreaId = "hall", TrainerId = "grace", Cancelled = true,
        ToolIds = ["laser-1"], BookingId = Id,
    };

    private static readonly ImmutableArray<AttendanceMark> Marks = [new AttendanceMark("ada", true, Now, "grace")];

    private static readonly EventDefinition Happening = new()
    {
        Title = "Casting", Description = "Bring boots", Kind = EventKind.Workshop, HostId = "mia", Slot = Slot, Seats = 4, MinSeats = 2, Deadline = Now, Price = new Money(1500, "eur"), Public = true,
        AreaId = "hall", VideoLink = "https://meet.example/x", ToolIds = ["laser-1"], Question = "What for?", ApprovalRequired = true, CancelBy = Now, Cancelled = true, Reason = "ill", BookingId = Id,
        OfficeHoursId = Id, HostTime = true, GuestSeats = 2,
    };

    private static readonly OfficeHoursDefinition Hours = new() { Pattern = Happening, Rule = "FREQ=WEEKLY;COUNT=2", Slots = [Slot], Ended = true };

    private static readonly ImmutableArray<SeatTaken> Seats = [new SeatTaken("ada", 1, Now, new Money(1500, "eur"), "Rings")];
    private static readonly ImmutableArray<HeldSeat> HeldSeats = [new HeldSeat("ada", Now)];

    private static readonly CertificationView Catalogue = new("laser", new CertificationDefinition
    {
        Description = "Cutting", Prerequisites = ["safety"], Validity = Duration.FromDays(365), Training = true, SignOff = true, SupervisedHours = Duration.FromHours(4),
        Quiz = new Quiz { Questions = [new QuizQuestion("What burns?", ["Wood", "Steel"], [0])], PassMark = 90, RetryAfter = Duration.FromMinutes(30) },
        Levels = [new Level("Apprentice", Duration.FromHours(10))],
    }, 3, 2);

    private static readonly Certificate Certificate = new()
    {
        Code = "abcdefghjkmnpqrstuvw", MemberId = "ada", Name = "Ada", CertificationId = "laser", From = Now, Until = Now + Duration.FromDays(365), GrantedBy = "grace",
        EndedAt = Now + Duration.FromDays(1), End = CertificateEnd.Revoked, Reason = "was careless",
    };

    private static readonly LogEntry Entry = new()
    {
        Id = Id, MemberId = "ada", TrainerId = "grace", CertificationId = "laser", Slot = Slot, ToolId = "laser-1", Note = "panels", ByTrainee = Now, ByTrainer = Now,
        DeclinedBy = "grace", Reason = "was another day",
    };

    private static readonly PassportView Passport = new()
    {
        MemberId = "ada", Attended = [new Attendance(Id, "laser", Now, "grace")], SignOffs = [new SignedOff("laser", "grace", Now, "steady")],
        Quizzes = [new QuizStanding("laser", 2, Now, 9, 10, Now, Now)], Log = [Entry],
        Hours = ImmutableDictionary<string, Duration>.Empty.Add("laser", Duration.FromHours(3)),
    };

    private static readonly SessionView Session = new()
    {
        Id = Id, Parties = new SessionParties("grace", "ada"), Proposal = new Proposal(Id, Slot, "grace", Now, "a train is late", Slot, new Money(2500, "eur")), Notes = "Bring the board",
        FollowUps = [new FollowUp(Id, "Order parts", "ada", Done: true)], Feedback = new Feedback(5, "Clear", Now),
    };

    private static readonly CompanyDefinition Company = new()
    {
        Name = "Acme", Limits = Limits, Standing = Member.Standing, ImportedFrom = "nemo:acme",
        People = [new CompanyPerson("ada", CompanyRole.Owner, true)], Pays = true, BillingEmail = "money@acme.example",
    };
    private static readonly ResourceDefinition Resource = new() { Name = "Dust extraction", OutOfService = true, ExpectedBack = Now };

    private static readonly Dictionary<string, object> States = new(StringComparer.Ordinal)
    {
        ["tool"] = new ToolState
        {
            Definition = Tool, Claims = [new Claim(Id, "ada", "acme", Slot, 3), Moving], Outages = Outages, Version = 3,
            LateReleases = [new LateRelease(Id, "laser-1", "ada", Slot)], Busy = [Slot],
        },
        ["member"] = new MemberState
        {
            Definition = Member, Certifications = Certifications, Holds = [new Hold(Id, "laser-1", Slot, Next, Duration.FromHours(2)), Bundle], Version = 2,
            Strikes = [Strike], LastUsed = ImmutableDictionary<string, Instant>.Empty.Add("laser", Now), Revocations = Revocations,
        },
        ["area"] = new AreaState { Definition = Area, Outages = Outages, Claims = [Moving] },
        ["space"] = new SpaceState { Facts = Space },
        ["company"] = new CompanyState { Definition = Company, Holds = [Bundle], Version = 2 },
        ["resource"] = new ResourceState { Definition = Resource, Outages = Outages },
        ["training"] = new TrainingState { Definition = Training, Members = ["ada"], Waiting = ["ben"], Marks = Marks, Former = [Id] },
        ["certification"] = new CertificationState { Definition = Catalogue.Definition, Version = 3, QuizVersion = 2 },
        ["passport"] = new PassportState { Passport = Passport },
        ["session"] = new SessionState { Session = Session, PrivateNotes = "Shy" },
        ["waitlist"] = new WaitlistState { Places = [Wait] },
        ["series"] = new SeriesState { Request = SeriesAsked, Series = Series },
        ["office-hours"] = new OfficeHoursState { Definition = Hours, MadeUntil = Now },
        ["event"] = new EventState
        {
            Definition = Happening, Members = ["ada"], Waiting = ["ben"], Marks = Marks, Held = HeldSeats, Taken = Seats, Count = 3, CountedAt = Now, FellShort = true, ChangedAt = Now,
            Intent = new EventIntent(Id, Happening, true, Now, "mia"), Former = [Id],
        },
        ["device"] = GoldenAccess.Device,
        ["presence"] = GoldenAccess.Presences,
        ["account"] = GoldenAccounts.State,
        ["announcement"] = new AnnouncementState { Definition = Announced, MadeBy = "grace", MadeAt = Now },
        ["notes"] = new MemberNotesState { Notes = [Noted] },
        ["problem"] = new ProblemKept { Problem = GoldenMaintenance.Problem },
        ["work-order"] = new WorkOrderKept { Order = GoldenMaintenance.Order },
        ["upkeep"] = GoldenMaintenance.State,
    };

    private static readonly Dictionary<string, DomainEvent> Events = new(StringComparer.Ordinal)
    {
        ["booking-held"] = new BookingHeld(Now, "grace", Id, "laser-1", "ada", "acme", Slot, "panels", Now + Duration.FromSeconds(20), "urgent")
        {
            AlsoTools = ["cnc"], Claims = ["tool-cnc", "tool-laser-1"], SeriesId = Id, WaitId = Id, OfferUntil = Now, Payer = "member-ada",
        },
        ["booking-confirmed"] = new BookingConfirmed(Now, "grace", Id, "laser-1", "ada", "acme", Slot, 3) { Becomes = BookingState.AwaitingApproval, Terms = Terms },
        ["booking-moving"] = new BookingMoving(Now, "grace", Id, "laser-1", "ada", Next, Now + Duration.FromSeconds(20), "urgent") { Payer = "member-ada" },
        ["booking-moved"] = new BookingMoved(Now, "grace", Id, "laser-1", "ada", Slot, Next, 4) { Price = GoldenAccounts.Price },
        ["booking-advanced"] = new BookingAdvanced(Now, "grace", Id, "laser-1", "ada", BookingState.CheckedIn, "ben") { Price = GoldenAccounts.Price },
        ["booking-handing-over"] = new BookingHandingOver(Now, "grace", Id, "laser-1", "ada", "ben", Now + Duration.FromSeconds(20), "urgent"),
        ["booking-handed-over"] = new BookingHandedOver(Now, "grace", Id, "laser-1", "ben", "ada", "acme"),
        ["booking-fee-waived"] = new BookingFeeWaived(Now, "grace", Id, "laser-1", "ada", "staff", "was ill"),
        ["booking-ended"] = new BookingEnded(Now, "grace", Id, "laser-1", "ada", BookingState.LateCancelled, "ill", ["slot-taken"], true)
        {
            Had = Slot, Fee = new Money(1250, "usd"), FeeWaived = "tool-down",
        },
        ["hold-settled"] = new HoldSettled(Now, "system", Id, "laser-1", "ada", Slot),
        ["tool-changed"] = new ToolChanged(Now, "grace", new ToolView("laser-1", Tool, Outages, 3) { Busy = [Slot] }, "made"),
        ["member-noted"] = new MemberNoted(Now, "grace", "ada", Noted, Removed: true),
        ["announcement-changed"] = new AnnouncementChanged(Now, "grace", new AnnouncementView(Id, Announced, "grace", Now)),
        ["member-changed"] = new MemberChanged(Now, "grace", new MemberView("ada", Member, Certifications, 2) { Strikes = [Strike], Revocations = Revocations }, "made") { Grant = new GrantChange("laser", Revoked: false) },
        ["area-changed"] = new AreaChanged(Now, "grace", new AreaView("room", Area, Outages), "made"),
        ["space-changed"] = new SpaceChanged(Now, "grace", Space),
        ["company-changed"] = new CompanyChanged(Now, "grace", new CompanyView("acme", Company, 2), "made"),
        ["resource-changed"] = new ResourceChanged(Now, "grace", new ResourceView("dust", Resource, Outages), "made"),
        ["wait-changed"] = new WaitChanged(Now, "grace", Wait),
        ["series-changed"] = new SeriesChanged(Now, "grace", Series),
        ["device-changed"] = new DeviceChanged(Now, "grace", GoldenAccess.View, "registered"),
        ["device-used"] = new DeviceUsed(Now, "ada", GoldenAccess.Use),
        ["presence-changed"] = new PresenceChanged(Now, "ada", GoldenAccess.Presence),
        ["session-changed"] = new SessionChanged(Now, "ada", Session, SessionStep.Rated),
        ["training-changed"] = new TrainingChanged(Now, "grace", new TrainingView(Id, Training, ["ada"]) { Waiting = ["ben"], Marks = Marks }) { MovedUp = ["ada"] },
        ["office-hours-changed"] = new OfficeHoursChanged(Now, "mia", new OfficeHoursView(Id, Hours, Now)),
        ["event-changed"] = new EventChanged(Now, "grace", new EventView(Id, Happening, ["ada"])
        {
            Waiting = ["ben"], Marks = Marks, Held = HeldSeats, Taken = Seats, FellShort = true, DueAt = Now, Draft = true, ChangedAt = Now,
        }) { MovedUp = ["ada"], Charges = [new SeatCharge(Id, "ada", new Money(1500, "eur"), true)], MovedFrom = Slot, Without = ["laser-1"] },
        ["certification-changed"] = new CertificationChanged(Now, "grace", Catalogue),
        ["certificate-changed"] = new CertificateChanged(Now, "grace", Certificate),
        ["passport-changed"] = new PassportChanged(Now, "ada", Passport) { Entry = Entry },
        ["problem-changed"] = new ProblemChanged(Now, "grace", GoldenMaintenance.Problem, "reported"),
        ["work-order-changed"] = new WorkOrderChanged(Now, "grace", GoldenMaintenance.Order, "done"),
        ["upkeep-changed"] = new UpkeepChanged(Now, "grace", GoldenMaintenance.Upkeep, "meter fed") { Fed = new MeterFeed("hand-1", "spindle", 12.5m, true) },
        ["ledger-posted"] = new LedgerPosted(Now, "ada", GoldenAccounts.Entry),
        ["account-changed"] = new AccountChanged(Now, "ada", GoldenAccounts.View, "payment-failed"),
    };

    public static TheoryData<string> StateNames => [.. States.Keys];

    public static TheoryData<string> EventNames => [.. Events.Keys];

    [Theory, MemberData(nameof(StateNames))]
    public void A_state_is_written_as_it_was_and_yesterdays_opens(string name)
    {
        var golden = Golden("state-" + name);
        Check(golden, Write(States[name]));
        Check(golden, Write(Read(States[name].GetType(), golden)));
    }

    [Theory, MemberData(nameof(EventNames))]
    public void An_event_is_written_as_it_was_and_yesterdays_opens(string name)
    {
        var golden = Golden("event-" + name);
        JournalEntry.Of(Events[name]).Type.ShouldBe(name);
        Check(golden, JournalEntry.Of(Events[name]).Data);
        Check(golden, JournalEntry.Of(JournalEntry.Read(golden)).Data);
    }

    public static TheoryData<string> Earlier => [.. typeof(GoldenTests).Assembly.GetManifestResourceNames()
        .Where(n => n.Contains(".Golden.First.", StringComparison.Ordinal) || n.Contains(".Golden.BeforeMoney.", StringComparison.Ordinal) || n.Contains(".Golden.BeforeTraining.", StringComparison.Ordinal))
        .Select(n => n["Makerspace.Tests.Storage.Golden.".Length..^".json".Length])];

    [Theory, MemberData(nameof(Earlier))]
    public void What_an_earlier_version_wrote_opens_and_nothing_in_it_is_lost(string name)
    {
        var earlier = Golden(name);
        var kind = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var now = kind.StartsWith("state-", StringComparison.Ordinal)
            ? Write(Read(States[kind["state-".Length..]].GetType(), earlier)) : JournalEntry.Of(JournalEntry.Read(earlier)).Data;
        Lost(JsonNode.Parse(earlier)!, JsonNode.Parse(now)!).ShouldBeEmpty();
    }

    // What the old one has and the new one has not, or has otherwise.
    private static IEnumerable<string> Lost(JsonNode old, JsonNode now) => (old, now) switch
    {
        (JsonObject a, JsonObject b) => a.Where(p => p.Value is not null).SelectMany(p => b[p.Key] is { } there ? Lost(p.Value!, there) : [p.Key]),
        (JsonArray a, JsonArray b) when a.Count == b.Count => a.Zip(b).SelectMany(pair => Lost(pair.First!, pair.Second!)),
        _ => JsonNode.DeepEquals(old, now) ? [] : [old.GetPath()],
    };

    [Fact]
    public void Every_state_and_every_event_has_its_file()
    {
        Earlier.Count.ShouldBe(35);
        var states = typeof(ToolState).Assembly.GetTypes().SelectMany(t => t.GetConstructors()).SelectMany(c => c.GetParameters())
            .Select(p => p.GetCustomAttribute<PersistentStateAttribute>()?.StateName).OfType<string>();
        states.Order(StringComparer.Ordinal).ShouldBe(States.Keys.Order(StringComparer.Ordinal));
        var events = typeof(DomainEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!);
        events.Order(StringComparer.Ordinal).ShouldBe(Events.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_journal_orders_keys_as_it_likes_and_events_still_open() =>
        JournalEntry.Read("""{"slot":null,"toolId":"laser-1","memberId":"ada","bookingId":"7f3a0000-0000-4000-8000-000000000001","actor":"x","at":"2026-11-23T09:00:00Z","type":"hold-settled"}""")
            .ShouldBeOfType<HoldSettled>().ToolId.ShouldBe("laser-1");

    [Theory]
    [InlineData("""{"v":2,"s":{}}""", "newer program")]
    [InlineData("""{"s":{},"v":1}""", "envelope")]
    [InlineData("""{"v":1,"s":null}""", "null")]
    public void What_cannot_be_read_says_why(string payload, string why) =>
        Should.Throw<System.Text.Json.JsonException>(() => StatePayload.Read<ToolState>(Encoding.UTF8.GetBytes(payload))).Message.ShouldContain(why);

    [Fact]
    public void Five_hundred_claims_stay_small()
    {
        var claims = Enumerable.Range(0, 500).Select(i => new Claim(new Guid(i, 0, 0, new byte[8]), "member-name-12", "company-name", Slot, 12));
        StatePayload.Write(new ToolState { Claims = [.. claims] }).Length.ShouldBeLessThan(85_000);
    }

    private static void Check(string golden, string written) =>
        JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(written)).ShouldBeTrue($"written now: {written}");

    private static string Write(object state) => Encoding.UTF8.GetString(((ReadOnlyMemory<byte>)typeof(StatePayload)
        .GetMethod("Write", BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(state.GetType()).Invoke(null, [state])!).Span);

    private static object Read(Type type, string payload) => typeof(StatePayload).GetMethod(nameof(StatePayload.Deserialize))!
        .MakeGenericMethod(type).Invoke(new StatePayload(), [new BinaryData(payload)])!;

    private static string Golden(string name)
    {
        using var file = typeof(GoldenTests).Assembly.GetManifestResourceStream($"Makerspace.Tests.Storage.Golden.{name}.json")
            ?? throw new FileNotFoundException($"tests/Storage/Golden/{name}.json");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
