using System.Text;
using Makerspace.Import;
using Makerspace.Import.Csv;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Import;

public class CsvPlanTests
{
    private static SpaceAsItIs Workshop => Planning.Empty with
    {
        Tools = [new ToolView("saw", new() { Name = "Band saw" }, [], 1)],
        Members = [new MemberView("ada", new() { Name = "Ada", Email = "ada@example.org" }, [], 1)],
    };

    [Theory]
    [InlineData(CsvKind.Tools)]
    [InlineData(CsvKind.Members)]
    public async Task A_template_imports_and_a_second_time_changes_nothing(CsvKind kind)
    {
        var template = CsvColumns.Template(kind);
        var (first, problem) = await Planning.Csv(kind, template);
        problem.ShouldBeNull();
        first!.AsDryRun().Totals.ShouldBe(new ImportTotals(1, 0, 0, 0));
        var (second, _) = await Planning.Csv(kind, template, Planning.Empty.After(first));
        second!.AsDryRun().Totals.ShouldBe(new ImportTotals(0, 0, 1, 0));
    }

    [Fact]
    public async Task Semicolons_and_a_byte_order_mark_are_read()
    {
        var (plan, _) = await Planning.Csv(CsvKind.Tools, "\ufeffname;description;maxDuration\r\nFräse;\"drei; Achsen\";PT2H\r\n");
        var tool = plan!.Steps<DefineTool>().Single();
        tool.ToolId.ShouldBe("frase");
        tool.Definition.Description.ShouldBe("drei; Achsen");
        tool.Definition.Policy.MaxDuration.ShouldBe(Duration.FromHours(2));
    }

    [Fact]
    public async Task Lines_are_counted_as_an_editor_does()
    {
        var (plan, _) = await Planning.Csv(CsvKind.Tools, "name,description\nSaw,\"one\ntwo\"\n\nDrill,\n");
        plan!.Lines.Select(l => l.Line.At).ShouldBe([2, 5]);
    }

    [Fact]
    public async Task An_empty_cell_leaves_and_a_hyphen_clears()
    {
        var here = Planning.Empty with { Tools = [new ToolView("saw", new() { Name = "Saw", Category = "Wood", Location = "Yard" }, [], 4)] };
        var (plan, _) = await Planning.Csv(CsvKind.Tools, "name,category,location\nSaw,,-\n", here);
        var step = plan!.Steps<DefineTool>().Single();
        step.ShouldSatisfyAllConditions(s => s.Definition.Category.ShouldBe("Wood"), s => s.Definition.Location.ShouldBeNull(), s => s.SeenVersion.ShouldBe(4));
        plan!.Lines[0].Line.Detail.ShouldBe("changes location");
    }

    [Theory]
    [InlineData("name,colour\nSaw,red\n", "import-columns", "does not know the column colour")]
    [InlineData("category\nWood\n", "import-columns", "misses the column name")]
    [InlineData("name,Name\nSaw,Saw\n", "import-columns", "has more than once the column name")]
    [InlineData("", "import-malformed", "empty")]
    [InlineData("name,maxDuration\nSaw,90 min\nDrill,PT0S\n", "import-record-malformed", "2 cells cannot be read, so nothing was imported; the first: line 2, maxDuration: \"90 min\" is not an ISO 8601 duration")]
    [InlineData("name,concurrency\nSaw,0\n", "import-record-malformed", "line 2, concurrency: \"0\" is not a whole number over 0")]
    [InlineData("name,visible\nSaw,perhaps\n", "import-record-malformed", "is neither yes nor no")]
    [InlineData("name,category\nSaw,Wood,extra\n", "import-record-malformed", "line 2 has 3 cells, the header 2")]
    [InlineData("name,description\nSaw,\"open\n", "import-malformed", "Line 2 is not CSV")]
    [InlineData("name\n\"\"\n", "import-record-malformed", "line 2, name: is empty")]
    public async Task A_malformed_file_is_refused_whole_with_the_place(string file, string code, string says)
    {
        var (plan, problem) = await Planning.Csv(CsvKind.Tools, file);
        plan.ShouldBeNull();
        problem!.Code.ShouldBe(code);
        problem.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF8_is_refused()
    {
        var (_, problem) = await CsvTable.Read(CsvKind.Tools, new MemoryStream(Encoding.Latin1.GetBytes("name\nFräse\n")), TestContext.Current.CancellationToken);
        problem!.Message.ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData("2026-12-01T10:00", "2026-12-01T09:00:00Z")]
    [InlineData("2026-12-01 10:00", "2026-12-01T09:00:00Z")]
    [InlineData("2026-12-01T10:00:00-05:00", "2026-12-01T15:00:00Z")]
    [InlineData("2027-10-31T02:30:00+01:00", "2027-10-31T01:30:00Z")]
    public async Task Times_are_read_on_the_spaces_clocks_unless_they_say_otherwise(string written, string meant)
    {
        var (plan, _) = await Planning.Csv(CsvKind.Bookings, $"tool,member,start,end\nsaw,ada@example.org,{written},2027-12-31T12:00\n", Workshop);
        plan!.Steps<Book>().Single().Request.Slot.Start.ToString().ShouldBe(meant);
    }

    [Theory]
    [InlineData("2027-03-28T02:30", "the clocks of Europe/Berlin skip")]
    [InlineData("2027-10-31T02:30", "show twice")]
    [InlineData("tomorrow", "is not a time")]
    [InlineData("2026-02-30T10:00", "is not a time")]
    public async Task A_time_that_the_clocks_skip_or_repeat_is_a_fault(string written, string says)
    {
        var (_, problem) = await Planning.Csv(CsvKind.Bookings, $"tool,member,start,end\nsaw,ada,{written},2027-12-31T12:00\n", Workshop);
        problem!.Faults.ShouldHaveSingleItem().Message.ShouldContain(says);
    }

    [Fact]
    public async Task Bookings_name_tools_by_id_or_name_and_members_by_id_or_address()
    {
        var file = """
            tool,member,start,end
            saw,ada,2026-12-01T10:00,2026-12-01T11:00
            Band Saw,ADA@example.org,2026-11-01T10:00,2026-11-01T11:00
            lathe,ada,2026-12-01T10:00,2026-12-01T11:00
            saw,bob,2026-12-01T10:00,2026-12-01T11:00

            """;
        var (plan, _) = await Planning.Csv(CsvKind.Bookings, file, Workshop);
        plan!.AsDryRun().Totals.ShouldBe(new ImportTotals(2, 0, 0, 2));
        plan.Steps<Book>().Single().Request.MemberId.ShouldBe("ada");
        plan.Steps<RememberBooking>().Single().Request.Slot.ShouldBe(new Slot(Instant.FromUtc(2026, 11, 1, 9, 0), Instant.FromUtc(2026, 11, 1, 10, 0)));
        plan.Lines[2].Line.ShouldSatisfyAllConditions(l => l.At.ShouldBe(4), l => l.Detail.ShouldContain("no tool lathe"));
        var (again, _) = await Planning.Csv(CsvKind.Bookings, file, Workshop.After(plan));
        again!.AsDryRun().Totals.ShouldBe(new ImportTotals(0, 0, 2, 2));
    }

    [Fact]
    public async Task A_new_area_or_certification_is_made_and_said()
    {
        var (plan, _) = await Planning.Csv(CsvKind.Tools, "name,area,requiredCertifications\nSaw,Wood shop,Sawing|Fire safety\nLathe,Wood shop,Sawing\n");
        plan!.Lines[0].Line.Notes.ShouldBe(["makes the area wood-shop", "makes the certification sawing", "makes the certification fire-safety"]);
        plan.Lines[1].Line.Notes.ShouldBeEmpty();
        plan.Steps<DefineTool>().First().Definition.Policy.RequiredCertifications!.Value.ShouldBe(["sawing", "fire-safety"]);
    }

    [Fact]
    public async Task Membership_dates_count_whole_days()
    {
        var (plan, _) = await Planning.Csv(CsvKind.Members, "name,email,from,until,company\nAda,ada@example.org,2026-01-01,2026-12-31,Loom & Co\n");
        var member = plan!.Steps<DefineMember>().Single().Definition;
        member.CompanyId.ShouldBe("loom-co");
        member.Membership.From.ShouldBe(Instant.FromUtc(2025, 12, 31, 23, 0));
        member.Membership.Until.ShouldBe(Instant.FromUtc(2026, 12, 31, 23, 0));
    }

    [Fact]
    public async Task Staff_may_not_appoint_staff()
    {
        var (plan, _) = await Planning.Csv(CsvKind.Members, "name,email,role\nEve,eve@example.org,admin\n", null, new ImportAuthority("staff-1", false));
        plan!.Steps<OpenAccount>().Single().Roles.ShouldBe(["member"]);
        plan!.Lines[0].Line.Notes.ShouldHaveSingleItem().ShouldStartWith("not given the role admin");
    }
}
