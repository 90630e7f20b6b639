using System.Collections.Immutable;
using Makerspace.Import;
using Makerspace.Import.Csv;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Import;

public class NemoPlanTests
{
    private static async Task<ImportPlan> Plan(SpaceAsItIs? here = null, ImportAuthority? authority = null)
    {
        var (plan, problem) = await Planning.Nemo(Planning.SmallLab(), here ?? Planning.Empty, authority);
        problem.ShouldBeNull();
        return plan!;
    }

    private static ToolDefinition Tool(ImportPlan plan, string id) => plan.Steps<DefineTool>().Single(t => t.ToolId == id).Definition;

    [Fact]
    public async Task Every_record_of_the_dump_is_in_the_report()
    {
        var report = (await Plan()).AsDryRun();
        report.Totals.Records.ShouldBe(40);
        report.Lines.ShouldAllBe(l => l.Outcome != ImportOutcome.Skipped || l.Detail.Length > 0);
        report.Lines.Where(l => l.At is null).Select(l => (l.Model, l.Records)).ShouldBe(
            [("NEMO.emaillog", 1), ("NEMO.futuremodel", 1), ("NEMO.usertype", 2), ("auth.group", 1)]);
    }

    [Fact]
    public async Task Importing_twice_changes_nothing()
    {
        var first = await Plan();
        var second = await Plan(Planning.Empty.After(first));
        second.Lines.Select(l => l.Line).Where(l => l.Outcome is ImportOutcome.Made or ImportOutcome.Changed).ShouldBeEmpty();
        second.Lines.ShouldAllBe(l => l.Steps.IsEmpty);
        var (before, after) = (first.AsDryRun().Totals, second.AsDryRun().Totals);
        after.Unchanged.ShouldBe(before.Made + before.Changed);
        after.Skipped.ShouldBe(before.Skipped);
    }

    [Fact]
    public async Task A_tool_takes_its_policy_along()
    {
        var policy = Tool(await Plan(), "steam-bender").Policy;
        policy.Horizon.ShouldBe(Duration.FromDays(14));
        policy.MinDuration.ShouldBe(Duration.FromMinutes(30));
        policy.MaxDuration.ShouldBe(Duration.FromHours(4));
        policy.MaxBookingsPerDay.ShouldBe(2);
        policy.MinimumGap.ShouldBe(Duration.FromHours(1));
        policy.MaxFutureHours.ShouldBe(Duration.FromHours(8));
        policy.NoShowGrace.ShouldBe(Duration.FromMinutes(30));
        policy.RequiredCertifications!.Value.ShouldBe(["use-steam-bender"]);
    }

    [Fact]
    public async Task A_limit_of_zero_is_no_limit() => Tool(await Plan(), "forge").Policy.MaxBookingsPerDay.ShouldBeNull();

    [Fact]
    public async Task What_NEMOs_policy_off_hours_waive_beyond_ours_is_said()
    {
        var line = (await Plan()).Line("NEMO.tool", "Steam bender");
        line.Notes.ShouldContain(n => n.Contains("the shortest duration, the number of bookings a day, the least time between bookings, the hours booked ahead still holds"));
        line.Notes.ShouldContain("not taken: serial");
    }

    [Theory]
    [InlineData(false, null, null, false, "")]
    [InlineData(false, null, null, true, "1-5 00:00-00:00")]
    [InlineData(true, "18:00:00", "07:00:00", false, "1-7 07:00-18:00")]
    [InlineData(true, "18:00:00", "07:00:00", true, "1-5 07:00-18:00")]
    [InlineData(true, "12:00:00", "13:00:00", false, "1-7 13:00-12:00")]
    [InlineData(true, "12:00:00", "13:00:00", true, "1-5 00:00-12:00, 1-5 13:00-00:00")]
    [InlineData(true, "00:00:00", "07:00:00", true, "1-5 07:00-00:00")]
    [InlineData(true, "18:00:00", "18:00:00", false, "")]
    [InlineData(true, "18:00:00", null, false, "")]
    public async Task Peak_hours_are_the_rest_of_the_policy_off_hours(bool between, string? from, string? to, bool weekend, string expected)
    {
        static string Time(string? time) => time is null ? "null" : $"\"{time}\"";
        var (plan, _) = await Planning.Nemo(
            $$"""
            [{"model": "NEMO.tool", "fields": {"name": "Saw", "_policy_off_between_times": {{(between ? "true" : "false")}}, "_policy_off_start_time": {{Time(from)}},
              "_policy_off_end_time": {{Time(to)}}, "_policy_off_weekend": {{(weekend ? "true" : "false")}}
            } }]
            """, Planning.Empty);
        var peak = Tool(plan!, "saw").Policy.Peak ?? ImmutableArray<PeakWindow>.Empty;
        string.Join(", ", peak.Select(p => $"{(int)p.Days[0]}-{(int)p.Days[^1]} {p.From:HH:mm}-{p.To:HH:mm}")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_description_becomes_text_and_names_the_alternate_tools() =>
        Tool(await Plan(), "steam-bender").Description.ShouldBe("Bends ash & oak.\n\nMind the steam.\nGloves!\n\nAlso known as Steam bender (long box).");

    [Fact]
    public async Task A_tool_is_down_by_its_own_state_by_a_task_or_by_a_resource()
    {
        var plan = await Plan();
        Tool(plan, "sail-loft-machine").ShouldSatisfyAllConditions(t => t.OutOfService.ShouldBeTrue(), t => t.ExpectedBack.ShouldBe(Instant.FromUtc(2026, 11, 30, 17, 0)));
        Tool(plan, "forge").ShouldSatisfyAllConditions(t => t.OutOfService.ShouldBeTrue(), t => t.ExpectedBack.ShouldBeNull(), t => t.Visible.ShouldBeFalse());
        plan.Line("NEMO.task", "1").Outcome.ShouldBe(ImportOutcome.Changed);
        plan.Line("NEMO.resource", "2").Detail.ShouldBe("forge out of service");
    }

    [Fact]
    public async Task Users_become_members_with_accounts_and_roles()
    {
        var plan = await Plan();
        var wanda = plan.Steps<OpenAccount>().Single(a => a.MemberId == "wanda");
        wanda.Roles.ShouldBe(["member", "admin", "staff"]);
        var pim = plan.Steps<DefineMember>().Single(m => m.MemberId == "pim").Definition;
        pim.CompanyId.ShouldBe("keel-sons");
        // The last day counts; the clocks go forward that night.
        pim.Membership.Until.ShouldBe(Instant.FromUtc(2027, 3, 28, 22, 0));
        plan.Steps<DefineMember>().Single(m => m.MemberId == "odd-one").Definition.Membership.Active.ShouldBeFalse();
        plan.Steps<OpenAccount>().ShouldNotContain(a => a.MemberId == "odd-one");
        plan.Line("NEMO.account", "Harbour Trust").Outcome.ShouldBe(ImportOutcome.Skipped);
    }

    [Fact]
    public async Task Only_an_administrator_appoints_staff()
    {
        var plan = await Plan(authority: new ImportAuthority("somebody", MayAppointStaff: false));
        plan.Steps<OpenAccount>().ShouldAllBe(a => a.Roles.SequenceEqual(new[] { "member" }));
        plan.Line("NEMO.user", "wanda").Notes.ShouldContain(n => n.StartsWith("not given the role admin, staff"));
    }

    [Fact]
    public async Task Somebody_with_the_same_address_is_the_same_person()
    {
        var here = Planning.Empty with { Members = [new("w-oar", new() { Name = "W. Oar", Email = "WANDA@boats.example" }, [], 3)] };
        var wanda = (await Plan(here)).Steps<DefineMember>().Single(m => m.Definition.ImportedFrom == "nemo:wanda");
        wanda.ShouldSatisfyAllConditions(w => w.MemberId.ShouldBe("w-oar"), w => w.SeenVersion.ShouldBe(3));
    }

    [Fact]
    public async Task What_staff_set_here_and_NEMO_does_not_know_stays()
    {
        var after = Planning.Empty.After(await Plan());
        var edited = after with { Tools = [.. after.Tools.Select(t => t with { Definition = t.Definition with { Policy = t.Definition.Policy with { Concurrency = 3 } } })] };
        (await Plan(edited)).Steps<DefineTool>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Qualifications_become_certifications_once()
    {
        var plan = await Plan();
        plan.Steps<CertifyMember>().Select(c => (c.MemberId, c.Certification.Id)).ShouldBe([("wanda", "use-steam-bender"), ("pim", "use-steam-bender")]);
        plan.Line("NEMO.qualification", "3").Outcome.ShouldBe(ImportOutcome.Skipped);
        plan.Line("NEMO.qualification", "4").Detail.ShouldBe("the user it names, nobody, is not in the dump");
    }

    [Fact]
    public async Task An_outage_of_a_resource_reaches_what_depends_on_it()
    {
        var plan = await Plan();
        plan.Steps<PlaceToolOutage>().Select(o => (o.ToolId, o.Outage.Title)).ShouldBe(
            [("steam-bender", "Descale"), ("sail-loft-machine", "Meter change"), ("steam-bender", "Meter change")]);
        plan.Steps<PlaceAreaOutage>().Single().AreaId.ShouldBe("boat-house");
        plan.Line("NEMO.scheduledoutage", "3").Detail.ShouldBe("it is over");
    }

    [Fact]
    public async Task Past_reservations_are_remembered_and_those_to_come_are_booked()
    {
        var plan = await Plan();
        plan.Steps<RememberBooking>().Single().Request.ShouldSatisfyAllConditions(r => r.ToolId.ShouldBe("steam-bender"), r => r.Purpose.ShouldBe("Ribs"));
        plan.Steps<Book>().Select(b => (b.Request.MemberId, b.Request.ToolId, b.Request.OverrideReason)).ShouldBe(
            [("pim", "steam-bender", "imported"), ("wanda", "steam-bender", "imported")]);
        plan.Line("NEMO.reservation", "4").Detail.ShouldBe("it was cancelled");
        plan.Line("NEMO.reservation", "5").Detail.ShouldBe("it is of an area, and areas are not booked");
    }

    [Fact]
    public async Task Of_a_reservation_under_way_the_rest_is_booked()
    {
        var here = Planning.Empty with { Now = Instant.FromUtc(2026, 12, 1, 9, 32, 10) };
        var plan = await Plan(here);
        plan.Steps<Book>().First().Request.Slot.ShouldBe(new(Instant.FromUtc(2026, 12, 1, 9, 30), Instant.FromUtc(2026, 12, 1, 11, 0)));
    }

    [Theory]
    [InlineData("""{"model": "NEMO.tool"}""", "import-malformed", "list of records")]
    [InlineData("""[{"model": "NEMO.tool", "fields": {"name": "Saw"}}""", "import-malformed", "line 1")]
    [InlineData("", "import-malformed", "line 1")]
    [InlineData("""[{"model": "NEMO.tool", "fields": {"name": "Saw"}}, 7]""", "import-record-malformed", "record 2 is not an object")]
    [InlineData("""[{"model": "NEMO.tool", "fields": {}}]""", "import-record-malformed", "record 1 (NEMO.tool #1) has no name")]
    [InlineData("""[{"model": "NEMO.tool", "fields": {"name": "Saw", "_reservation_horizon": "two weeks"}}]""", "import-record-malformed", "record 1 (NEMO.tool Saw) _reservation_horizon is not a whole number")]
    [InlineData("""[{"model": "NEMO.tool", "fields": {"name": "Saw", "visible": "yes"}}]""", "import-record-malformed", "visible is not true or false")]
    [InlineData("""[{"model": "NEMO.user", "fields": {"username": "ada", "access_expiration": "1 May"}}]""", "import-record-malformed", "access_expiration is not a date")]
    [InlineData("""[{"model": "NEMO.reservation", "pk": 1, "fields": {"start": "2026-12-01T09:00:00", "end": null}}]""", "import-record-malformed", "start is not a time with its offset")]
    [InlineData("""[{"model": "NEMO.qualification", "pk": 1, "fields": {"user": {"id": 1}}}]""", "import-record-malformed", "user is not a key")]
    public async Task A_malformed_dump_is_refused_whole_with_the_place(string dump, string code, string says)
    {
        var (plan, problem) = await Planning.Nemo(dump, Planning.Empty);
        plan.ShouldBeNull();
        problem!.Code.ShouldBe(code);
        problem.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_dump_with_primary_keys_instead_of_names_reads_the_same()
    {
        var (plan, _) = await Planning.Nemo(
            """
            [{"model": "nemo.tool", "pk": 5, "fields": {"name": "Saw", "_operational": true}},
             {"model": "nemo.user", "pk": 9, "fields": {"username": "ada", "first_name": "Ada", "last_name": "E"}},
             {"model": "nemo.qualification", "pk": 1, "fields": {"user": 9, "tool": 5, "qualified_on": "2026-01-01"}}]
            """, Planning.Empty);
        plan!.Steps<CertifyMember>().Single().ShouldSatisfyAllConditions(c => c.MemberId.ShouldBe("ada"), c => c.Certification.Id.ShouldBe("use-saw"));
    }

    [Fact]
    public async Task What_was_taken_away_here_is_not_granted_by_the_next_import()
    {
        var here = Planning.Empty.After(await Plan());
        here = here with { Members = [.. here.Members.Select(m => m.Id != "pim" ? m : m with { Certifications = [], Revocations = [new("use-steam-bender", here.Now, "sam", "careless")] })] };
        var plan = await Plan(here);
        plan.Steps<CertifyMember>().ShouldBeEmpty();
        plan.Lines.Select(l => l.Line).Where(l => l.Model == "NEMO.qualification" && l.Detail.Contains("pim", StringComparison.Ordinal)).ShouldAllBe(l => l.Outcome == ImportOutcome.Skipped);
        plan.Line("NEMO.qualification", "2").Detail.ShouldStartWith("use-steam-bender was taken away from pim here on ");
        var (rows, _) = await Planning.Csv(CsvKind.Members, "id,name,certifications\npim,Pim,use-steam-bender\n", here);
        rows!.Steps<CertifyMember>().ShouldBeEmpty();
        rows!.Lines.Single().Line.Notes.ShouldContain(n => n.StartsWith("not granted: use-steam-bender was taken away here on ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_key_twice_is_taken_once()
    {
        var (plan, _) = await Planning.Nemo("""[{"model": "NEMO.tool", "fields": {"name": "Saw"}}, {"model": "NEMO.tool", "fields": {"name": "Saw"}}]""", Planning.Empty);
        plan!.AsDryRun().Totals.ShouldBe(new ImportTotals(1, 0, 0, 1));
    }

    [Fact]
    public async Task Two_names_that_read_alike_get_two_ids()
    {
        var (plan, _) = await Planning.Nemo("""[{"model": "NEMO.tool", "fields": {"name": "Saw A"}}, {"model": "NEMO.tool", "fields": {"name": "saw (a)"}}]""", Planning.Empty);
        plan!.Steps<DefineTool>().Select(t => t.ToolId).ShouldBe(["saw-a", "saw-a-2"]);
    }
}
