using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Access;
using Makerspace.Accounts;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Access;
using Makerspace.Web.Signing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Makerspace.Tests.Access;

/// <summary>One silo for all cases. It is open from 6 to 22 and staffed from 8 to 18, every day, in UTC.</summary>
public sealed class AccessStage : IAsyncLifetime
{
    private TestDatabase database = null!;
    private int day;

    internal RunningSilo Silo { get; private set; } = null!;
    internal DeviceProtocol Protocol { get; private set; } = null!;
    internal PermitSigner Signer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.On(TestDatabase.OfTheRun);
        Silo = await RunningSilo.Start(database);
        var texts = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<Makerspace.Web.Texts>>();
        Signer = new PermitSigner(new SigningKeys(Silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>(), Silo.Services.GetRequiredService<IDataProtectionProvider>(), Silo.Clock), Silo.Clock);
        Protocol = new DeviceProtocol(Silo.Grains, Signer, new SwitchWords(texts), Silo.Clock);
        await Silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange
        {
            SetOpeningHours = true, OpeningHours = Week(6, 22), SetStaffedHours = true, StaffedHours = Week(8, 18), Certifications = ImmutableDictionary<string, string>.Empty.Add("laser", "Laser").Add("air", "Compressed air").Add("gas", "Gas"),
            Lapses = ImmutableDictionary<string, Duration?>.Empty.Add("gas", Duration.FromDays(90)),
        }, "sam");
        await Silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).Define(new AreaDefinition { Name = "Hall", Watched = true }, "sam");
        await Silo.Grains.GetGrain<IAreaGrain>(Keys.Area("booth")).Define(new AreaDefinition { Name = "Booth", Inside = "hall" }, "sam");
        await Silo.Grains.GetGrain<IAreaGrain>(Keys.Area("yard")).Define(new AreaDefinition { Name = "Yard" }, "sam");
        await Staff("sam");
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>A day of its own for a case, with people and things of its own.</summary>
    internal async Task<Scene> Scene()
    {
        var scene = new Scene(this, ++day, new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero).AddDays(day));
        await scene.Begin();
        return scene;
    }

    private static ImmutableArray<OpeningWindow> Week(int from, int to) => [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningWindow(d, new LocalTime(from, 0), new LocalTime(to, 0)))];

    private async Task Staff(string id)
    {
        await Silo.Member(id).Define(new MemberDefinition { Name = id }, id);
        await using var db = await Silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync();
        db.Roles.Add(new IdentityRole(Roles.Staff) { Id = "role-staff", NormalizedName = "STAFF" });
        db.Users.Add(new Account { Id = "account-" + id, MemberId = id, UserName = id });
        db.UserRoles.Add(new IdentityUserRole<string> { UserId = "account-" + id, RoleId = "role-staff" });
        await db.SaveChangesAsync();
        await Badge(id, "STAFF1");
    }

    internal async Task<Guid> Badge(string memberId, string number)
    {
        await using var db = await Silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync();
        var badge = new BadgeRow { Id = Guid.NewGuid(), MemberId = memberId, Hash = BadgeHash.Of(number)!, Label = number, MadeAt = Silo.Clock.Now(), MadeBy = "sam" };
        db.Badges.Add(badge);
        await db.SaveChangesAsync();
        return badge.Id;
    }
}

/// <summary>A day: a tool with its interlock, Ada who has booked it, and what happens to them. Times are of the day.</summary>
internal sealed class Scene(AccessStage stage, int number, DateTimeOffset day)
{
    private readonly RunningSilo silo = stage.Silo;
    private Guid booking;

    public string Tool => "tool-" + number;
    public string DeviceId => "switch-" + number;
    public IDeviceGrain Device => silo.Grains.GetGrain<IDeviceGrain>(Keys.Device(DeviceId));
    public SimulatedDevice Simulated { get; private set; } = null!;
    public FakeTimeProvider OwnClock { get; } = new();
    public AccessStage Stage => stage;
    public Guid Booking => booking;

    public string Member(string name) => name == "sam" ? "sam" : $"{name}-{number}";

    /// <summary>What the reader reads of the person's badge.</summary>
    public string BadgeOf(string name) => name switch
    {
        "sam" => "STAFF1", "ada" => $"AD{number:D6}", "ada's other" => $"A2{number:D6}", "ben" => $"BE{number:D6}", "cleo" => $"CL{number:D6}", _ => $"XX{number:D6}",
    };

    public async Task Begin()
    {
        await At("07:00");
        await Definition(new MemberDefinition { Name = "Ada" });
        await silo.Member(Member("ben")).Define(new MemberDefinition { Name = "Ben" }, "sam");
        foreach (var name in (string[])["ada", "ada's other"]) await stage.Badge(Member("ada"), BadgeOf(name));
        await stage.Badge(Member("ben"), BadgeOf("ben"));
        await Thing(new ToolDefinition { Name = Tool, AreaId = "hall" });
        await Device.Define(new DeviceDefinition { Name = DeviceId, Kind = DeviceKind.Interlock, ToolId = Tool, OfflineFor = Duration.FromHours(12) }, "secret-hash", "sam");
        Simulated = new SimulatedDevice(DeviceId, new InProcessLink(stage.Protocol, DeviceId), OwnClock);
    }

    public Instant When(string time) => Instant.FromDateTimeOffset(day + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture));

    public Slot From(string from, string to) => new(When(from), When(to));

    public Task At(string time)
    {
        silo.Clock.SetUtcNow(When(time).ToDateTimeOffset());
        OwnClock.SetUtcNow(silo.Clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task Definition(MemberDefinition ada) => silo.Member(Member("ada")).Define(ada, "sam");

    public Task Thing(ToolDefinition tool) => silo.Tool(Tool).Define(tool with { Name = Tool }, "sam");

    public Task Rules(Policy policy, string? area = "hall") => Thing(new ToolDefinition { AreaId = area, Policy = policy });

    public async Task Booked(string from = "10:00", string to = "12:00", string who = "ada", string[]? also = null)
    {
        var id = Guid.NewGuid();
        if (who == "ada" && booking == default) booking = id;
        var answer = await silo.Booking(id).Book(new BookingRequest { ToolId = Tool, MemberId = Member(who), Slot = From(from, to), Actor = Member(who), AlsoTools = [.. also ?? []] });
        answer.Refusals.Select(r => r.Code).ShouldBeEmpty();
        answer.Accepted.ShouldBeTrue(answer.Missing);
    }

    public IBookingGrain TheBooking => silo.Booking(booking);

    public Task Certified(string id = "laser", string who = "ada", string? from = null, string? until = null) => silo.Member(Member(who)).Certify(
        new Certification(id, from is null ? When("00:00") - Duration.FromDays(400) : When(from), until is null ? null : When(until), "sam"), "sam");

    /// <summary>Ten days ago, a tool that asks for it.</summary>
    public Task Used(string id, string who) => silo.Member(Member(who)).Mark(new MemberMark(null, [id], When("00:00") - Duration.FromDays(10)));

    public Task Revoked(string id = "laser") => silo.Member(Member("ada")).Revoke(id, "sam", "found unsafe");

    public async Task Blocked(string who)
    {
        await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync();
        var (hash, now) = (BadgeHash.Of(BadgeOf(who)), silo.Clock.Now());
        await db.Badges.Where(b => b.Hash == hash).ExecuteUpdateAsync(u => u.SetProperty(b => b.BlockedAt, now));
    }

    public Task Present(string who, string area) => Presence.Enter(Member(who), area, [], "door", silo.Clock.Now(), Member(who));

    public Task Left(string who) => Presence.Leave(Member(who), "door", silo.Clock.Now(), Member(who));

    public Task Closure(string from, string to) => silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Closures = [new Closure("c", "Stocktaking", From(from, to))] }, "sam");

    public Task Plan(string id, Plan plan) => silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Plans = ImmutableDictionary<string, Plan>.Empty.Add(id + "-" + number, plan) }, "sam");

    public Task Outage(string from, string to) => silo.Tool(Tool).PlaceOutage(new Outage("o-" + number, "Service", From(from, to)), "sam");

    public Task AreaOutage(string from, string to) => silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).PlaceOutage(new Outage("a-" + number, "Painting", From(from, to)), "sam");

    public async Task Resource(bool broken, string? outageFrom = null, string? outageTo = null)
    {
        var resource = silo.Grains.GetGrain<IResourceGrain>(Keys.Resource("air-" + number));
        await resource.Define(new ResourceDefinition { Name = "Air", OutOfService = broken }, "sam");
        if (outageFrom is not null) await resource.PlaceOutage(new Outage("r-" + number, "Filter", From(outageFrom, outageTo!)), "sam");
    }

    public async Task SameCompany(params string[] names)
    {
        var company = "acme-" + number;
        await silo.Grains.GetGrain<ICompanyGrain>(Keys.Company(company)).Define(new CompanyDefinition { Name = company }, "sam");
        foreach (var name in names) await silo.Member(Member(name)).Define(new MemberDefinition { Name = name, CompanyId = company }, "sam");
    }

    public async Task<string> OtherTool()
    {
        await silo.Tool(Tool + "-b").Define(new ToolDefinition { Name = "Other", AreaId = "hall" }, "sam");
        return Tool + "-b";
    }

    public RunningSilo Silo => silo;

    private IPresenceGrain Presence => silo.Grains.GetGrain<IPresenceGrain>(Keys.Presence);

    /// <summary>The server's answer: asked, and then really started. Both have to say the same.</summary>
    public async Task<string> Online(string who, string? buddy)
    {
        var ask = new SwitchAsk(DeviceId, BadgeHash.Of(BadgeOf(who))!) { Buddy = buddy is null ? null : BadgeHash.Of(BadgeOf(buddy)) };
        var asked = Said(await Device.MayStart(ask));
        Said((await Device.Start(Guid.NewGuid(), ask)).Answer).ShouldBe(asked, "asking and starting differ");
        return asked;
    }

    /// <summary>The device's own answer, without network.</summary>
    public async Task<string> Offline(string who, string? buddy)
    {
        Simulated.Online = false;
        return Said(await Simulated.Ask(BadgeOf(who), buddy is null ? null : BadgeOf(buddy)));
    }

    public static string Said(SwitchAnswer answer) => answer.Allowed ? "allowed" : string.Join(" ", answer.Bars.Select(b => b.Code).Order(StringComparer.Ordinal));
}

/// <summary>The protocol without a wire.</summary>
internal sealed class InProcessLink(DeviceProtocol protocol, string deviceId) : IDeviceLink
{
    public async Task<JsonElement> Ask(string op, object body, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToElement(body, DeviceJson.Options);
        IResult result = op switch
        {
            "heartbeat" => (await protocol.Heartbeat(deviceId, json.To<HeartbeatBody>(), cancellation)).Result,
            "permits" => await protocol.Permits(deviceId, cancellation),
            "may-start" => (await protocol.MayStart(deviceId, json.To<AskBody>())).Result,
            "start" => (await protocol.Start(deviceId, json.To<StartBody>())).Result,
            "stop" => (await protocol.Stop(deviceId, json.To<StopBody>())).Result,
            "pass" => (await protocol.Pass(deviceId, json.To<PassBody>())).Result,
            "report" => (await protocol.Report(deviceId, json.To<ReportBody>())).Result,
            "emergency" => await protocol.Emergency(deviceId, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(op)),
        };
        return result is IValueHttpResult { Value: { } value } && result is not Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult
            ? JsonSerializer.SerializeToElement(value, value.GetType(), DeviceJson.Options)
            : throw new DeviceRefusedException(((IStatusCodeHttpResult)result).StatusCode ?? 0, "refused");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
