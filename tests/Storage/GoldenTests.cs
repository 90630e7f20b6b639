using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>
/// Stored rows of every kind, as they were written when they were new. They are never edited: what a newer program writes otherwise gets a file more.
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
        Grid = Duration.FromMinutes(15), HourlyRate = new Money(4000, "usd"), MaxUpcoming = 300,
    };

    private static readonly ToolDefinition Tool = new()
    {
        Name = "Laser", Description = "80 W", Category = "Lasers", AreaId = "hall", Policy = Policy, OutOfService = true, ExpectedBack = Now, Visible = false,
        ImportedFrom = "nemo:laser", Location = "Left of the door",
    };

    private static readonly MemberDefinition Member = new()
    {
        Name = "Ada", Email = "ada@example.org", CompanyId = "acme", ImportedFrom = "nemo:ada",
        Membership = new Membership { PlanId = "full", Active = false, From = Now, Until = Now + Duration.FromDays(365), AllHours = true },
    };

    private static readonly ImmutableArray<Certification> Certifications = [new Certification("laser", Now, Now + Duration.FromDays(365), "grace")];
    private static readonly ImmutableArray<Outage> Outages = [new Outage("o-1", "Service", Slot)];

    private static readonly SpaceFacts Space = new()
    {
        Name = "Works", TimeZone = "Europe/Berlin", OpeningHours = [new OpeningWindow(IsoDayOfWeek.Friday, new LocalTime(8, 0), new LocalTime(22, 30))],
        Closures = [new Closure("c-1", "Holiday", Slot)], Defaults = Policy, Areas = ImmutableDictionary<string, string?>.Empty.Add("hall", null).Add("room", "hall"),
        Certifications = ImmutableDictionary<string, string>.Empty.Add("laser", "Laser"), Version = 4, Currency = "eur",
    };

    private static readonly Dictionary<string, object> States = new(StringComparer.Ordinal)
    {
        ["tool"] = new ToolState { Definition = Tool, Claims = [new Claim(Id, "ada", "acme", Slot, 3)], Outages = Outages, Version = 3 },
        ["member"] = new MemberState
        {
            Definition = Member, Certifications = Certifications, Holds = [new Hold(Id, "laser-1", Slot, Next, Duration.FromHours(2))], Version = 2,
        },
        ["area"] = new AreaState { Definition = new AreaDefinition { Name = "Room", Inside = "hall", Capacity = 6 }, Outages = Outages },
        ["space"] = new SpaceState { Facts = Space },
    };

    private static readonly Dictionary<string, DomainEvent> Events = new(StringComparer.Ordinal)
    {
        ["booking-held"] = new BookingHeld(Now, "grace", Id, "laser-1", "ada", "acme", Slot, "panels", Now + Duration.FromSeconds(20), "urgent"),
        ["booking-confirmed"] = new BookingConfirmed(Now, "grace", Id, "laser-1", "ada", "acme", Slot, 3),
        ["booking-moving"] = new BookingMoving(Now, "grace", Id, "laser-1", "ada", Next, Now + Duration.FromSeconds(20), "urgent"),
        ["booking-moved"] = new BookingMoved(Now, "grace", Id, "laser-1", "ada", Slot, Next, 4),
        ["booking-ended"] = new BookingEnded(Now, "grace", Id, "laser-1", "ada", BookingState.Refused, "ill", ["slot-taken"], true),
        ["hold-settled"] = new HoldSettled(Now, "system", Id, "laser-1", "ada", Slot),
        ["tool-changed"] = new ToolChanged(Now, "grace", new ToolView("laser-1", Tool, Outages, 3), "made"),
        ["member-changed"] = new MemberChanged(Now, "grace", new MemberView("ada", Member, Certifications, 2), "made"),
        ["area-changed"] = new AreaChanged(Now, "grace", new AreaView("room", new AreaDefinition { Name = "Room", Inside = "hall", Capacity = 6 }, Outages), "made"),
        ["space-changed"] = new SpaceChanged(Now, "grace", Space),
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

    [Fact]
    public void Every_state_and_every_event_has_its_file()
    {
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
