using System.Text;
using Makerspace.Import;
using Makerspace.Import.Csv;
using Makerspace.Import.Nemo;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Import;

/// <summary>Plans without a silo, and a carrying-out of plans in memory, for tests of the pure part.</summary>
internal static class Planning
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    public static readonly ImportAuthority Admin = new("system", MayAppointStaff: true);

    public static SpaceAsItIs Empty => new() { Now = Now, Space = new SpaceFacts { TimeZone = "Europe/Berlin" } };

    public static Stream SmallLab() => typeof(Planning).Assembly.GetManifestResourceStream("Makerspace.Tests.Import.small-lab.json")!;

    public static async Task<(ImportPlan? Plan, ImportProblem? Problem)> Nemo(Stream dump, SpaceAsItIs here, ImportAuthority? authority = null)
    {
        var (read, problem) = await NemoDump.Read(dump, TestContext.Current.CancellationToken);
        return read is null ? (null, problem) : NemoPlan.Of(read, here, authority ?? Admin);
    }

    public static Task<(ImportPlan? Plan, ImportProblem? Problem)> Nemo(string json, SpaceAsItIs here) => Nemo(Bytes(json), here);

    public static async Task<(ImportPlan? Plan, ImportProblem? Problem)> Csv(CsvKind kind, string text, SpaceAsItIs? here = null, ImportAuthority? authority = null)
    {
        var (table, problem) = await CsvTable.Read(kind, Bytes(text), TestContext.Current.CancellationToken);
        return table is null ? (null, problem) : CsvPlan.Of(kind, table, here ?? Empty, authority ?? Admin);
    }

    public static Stream Bytes(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    /// <summary>The space as it would be after the plan, where nothing is refused.</summary>
    public static SpaceAsItIs After(this SpaceAsItIs here, ImportPlan plan) =>
        plan.Lines.SelectMany(l => l.Steps).OrderBy(s => s is CertifyMember or PlaceToolOutage ? 1 : 0).Aggregate(here, After);

    private static SpaceAsItIs After(SpaceAsItIs here, ImportStep step) => step switch
    {
        DefineArea s => here with
        {
            Areas = [.. here.Areas.Where(a => a.Id != s.AreaId), new AreaView(s.AreaId, s.Definition, here.Areas.FirstOrDefault(a => a.Id == s.AreaId)?.Outages ?? [])],
        },
        NameCertification s => here with { Space = here.Space with { Certifications = here.Space.Certifications.SetItem(s.CertificationId, s.Name) } },
        PlaceClosure s => here with { Space = here.Space with { Closures = [.. here.Space.Closures.Where(c => c.Id != s.Closure.Id), s.Closure] } },
        DefineTool s => here with
        {
            Tools = [.. here.Tools.Where(t => t.Id != s.ToolId), new ToolView(s.ToolId, s.Definition, here.Tools.FirstOrDefault(t => t.Id == s.ToolId)?.Outages ?? [], s.SeenVersion + 1)],
        },
        PlaceToolOutage s => here with { Tools = [.. here.Tools.Select(t => t.Id == s.ToolId ? t with { Outages = [.. t.Outages.Where(o => o.Id != s.Outage.Id), s.Outage] } : t)] },
        PlaceAreaOutage s => here with { Areas = [.. here.Areas.Select(a => a.Id == s.AreaId ? a with { Outages = [.. a.Outages.Where(o => o.Id != s.Outage.Id), s.Outage] } : a)] },
        DefineMember s => here with
        {
            Members = [.. here.Members.Where(m => m.Id != s.MemberId), new MemberView(s.MemberId, s.Definition, here.Members.FirstOrDefault(m => m.Id == s.MemberId)?.Certifications ?? [], s.SeenVersion + 1)],
        },
        CertifyMember s => here with
        {
            Members = [.. here.Members.Select(m => m.Id == s.MemberId ? m with { Certifications = [.. m.Certifications.Where(c => c.Id != s.Certification.Id), s.Certification] } : m)],
        },
        OpenAccount s => here with { Accounts = [.. here.Accounts.Where(a => a.Email != s.Email), new AccountAsItIs(s.Email, s.MemberId, s.Roles)] },
        RememberBooking s => here with { Bookings = here.Bookings.Add(s.BookingId) },
        Book s => here with { Bookings = here.Bookings.Add(s.BookingId) },
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    public static ImportLine Line(this ImportPlan plan, string model, string key) => plan.Lines.Select(l => l.Line).Single(l => l.Model == model && l.Key == key);

    public static IEnumerable<T> Steps<T>(this ImportPlan plan) where T : ImportStep => plan.Lines.SelectMany(l => l.Steps).OfType<T>();
}
