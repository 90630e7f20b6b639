using System.Diagnostics;
using System.Net;
using System.Text;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Notices;
using Makerspace.Time;
using Makerspace.Web.Calendars;
using MimeKit;
using NodaTime;

namespace Makerspace.Tests.Calendars;

/// <summary>Feeds and invitations, read by programs that know nothing of ours: python3-icalendar and python3-vobject, where Debian has them.</summary>
[TestCaseOrderer(typeof(InOrder))]
public class CalendarTests(NoticeLab lab) : IClassFixture<NoticeLab>
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    /// <summary>Each entry of a calendar as <c>uid|start|end|summary|sequence|status</c>, times in UTC, by either reader; then METHOD.</summary>
    private const string ReadBoth =
        """
        import sys, datetime
        text = sys.stdin.read()
        utc = datetime.timezone.utc
        def line(uid, start, end, summary, sequence, status):
            print('|'.join([str(uid), start.astimezone(utc).strftime('%Y-%m-%dT%H:%M:%SZ'), end.astimezone(utc).strftime('%Y-%m-%dT%H:%M:%SZ'), str(summary), str(int(sequence or 0)), str(status)]))
        if sys.argv[1] == 'icalendar':
            import icalendar
            calendar = icalendar.Calendar.from_ical(text)
            zones = {str(z['TZID']): z.to_tz() for z in calendar.walk('VTIMEZONE')}
            def when(p):
                zone = zones.get(str(p.params.get('TZID', '')))
                return zone.localize(p.dt.replace(tzinfo=None)) if zone else p.dt
            for e in calendar.walk('VEVENT'): line(e['UID'], when(e['DTSTART']), when(e['DTEND']), e['SUMMARY'], e.get('SEQUENCE'), e.get('STATUS'))
            print(calendar.get('METHOD', '-'))
        else:
            import vobject
            calendar = vobject.readOne(text)
            for e in getattr(calendar, 'vevent_list', []): line(e.uid.value, e.dtstart.value, e.dtend.value, e.summary.value, e.sequence.value if hasattr(e, 'sequence') else 0, e.status.value)
            print(calendar.method.value if hasattr(calendar, 'method') else '-')
        """;

    [Fact]
    public void A00_A_server_that_listens_on_all_addresses_and_is_told_no_name_of_its_own_has_calendars_all_the_same() =>
        CalendarText.Feed("Lab", [new CalendarEntry("a@makerspace", Slot("2026-07-01T10:00:00Z"), "Laser") { Link = "http://*:8080/bookings/a" }], Berlin, Instant.FromUtc(2026, 6, 1, 9, 0)).ShouldContain("SUMMARY:Laser");

    [Theory]
    [InlineData("icalendar"), InlineData("vobject")]
    public async Task A01_Times_are_right_on_both_sides_of_a_change_of_the_clocks_for_readers_that_know_no_zone(string reader)
    {
        string[] starts = ["2026-07-01T10:00:00Z", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-12-01T09:00:00Z", "2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z", "2027-07-01T08:00:00Z"];
        var entries = starts.Select((s, i) => new CalendarEntry($"{i}@makerspace", Slot(s), "Laser, \"big\"; fast \\ äöü — " + new string('x', 80)) { Description = "one\ntwo", Sequence = i }).ToList();
        var lines = await Read(reader, CalendarText.Feed("Lab", entries, Berlin, Instant.FromUtc(2026, 11, 23, 9, 0)));
        lines[..^1].Select(l => l.Split('|')[1]).ShouldBe(starts);
        lines[..^1].Select(l => l.Split('|')[3]).Distinct().ShouldBe([entries[0].Summary]);
        lines[^1].ShouldBe("-");
    }

    [Fact]
    public async Task A02_A_feed_shows_ones_own_bookings_until_its_address_is_taken_back()
    {
        var id = await NoticeLab.Booked(lab.Ada, "laser", "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00");
        await NoticeLab.Booked(lab.Ben, "laser", "2026-12-01T12:00:00+01:00", "2026-12-01T13:00:00+01:00");
        var mine = await NoticeLab.Done(await lab.Ada.Post("/api/v1/calendars", """{"kind": "Member"}"""));
        var tool = await NoticeLab.Done(await lab.Ada.Post("/api/v1/calendars", """{"kind": "Tool", "toolId": "laser"}"""));
        var nobody = lab.Server.Anonymous();
        var text = await nobody.GetStringAsync(Path((string)mine["url"]!));
        text.ShouldSatisfyAllConditions(t => t.ShouldContain("booking-" + Guid.Parse(id).ToString("N")), t => t.ShouldContain("SUMMARY:Laser"), t => t.ShouldContain("BEGIN:VTIMEZONE"));
        Count(text).ShouldBe(1);
        text.Split("\r\n").ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        await SaysWhetherItChanged(nobody, Path((string)mine["url"]!));
        var taken = await nobody.GetStringAsync(Path((string)tool["url"]!));
        Count(taken).ShouldBe(2);
        taken.ShouldNotContain("ada");
        (await lab.Ada.Json("/api/v1/calendars")).AsArray().Count.ShouldBe(2);
        (await lab.Ben.DeleteAsync($"/api/v1/calendars/{mine["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await lab.Ada.DeleteAsync($"/api/v1/calendars/{mine["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await nobody.GetAsync(Path((string)mine["url"]!))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await nobody.GetAsync("/calendar/0123456789abcdef0123456789abcdef.ics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await lab.Ada.Post("/api/v1/calendars", """{"kind": "Tool", "toolId": "none"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("icalendar"), InlineData("vobject")]
    public async Task A03_An_invitation_puts_an_entry_in_changes_it_and_takes_it_out(string reader)
    {
        var month = reader == "icalendar" ? "2027-03" : "2027-04";
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", """{"bookingLeads": [], "channels": {"BookingConfirmation": ["Mail"]}}"""));
        var id = await NoticeLab.Booked(lab.Ben, "saw", $"{month}-20T10:00:00+01:00", $"{month}-20T11:00:00+01:00");
        await lab.Now();
        await NoticeLab.Done(await lab.Ben.Post($"/api/v1/bookings/{id}/move", $$"""{"start": "{{month}}-29T10:00:00+02:00", "end": "{{month}}-29T11:00:00+02:00"}"""));
        await lab.Now();
        await NoticeLab.Done(await lab.Ben.Post($"/api/v1/bookings/{id}/cancel", ""));
        await lab.Now();
        var key = "booking-" + Guid.Parse(id).ToString("N");
        var parts = Invited("ben", key);
        parts.Select(p => p.Method).ShouldBe(["REQUEST", "REQUEST", "CANCEL"]);
        List<string[]> read = [];
        foreach (var (method, text) in parts)
        {
            var lines = await Read(reader, text);
            lines[^1].ShouldBe(method);
            read.Add(lines[0].Split('|'));
        }
        read.Select(r => r[0]).Distinct().ShouldBe([key + "@makerspace"]);
        read.Select(r => r[4]).ShouldBe(["0", "1", "2"]);
        read.Select(r => r[5]).ShouldBe(["CONFIRMED", "CONFIRMED", "CANCELLED"]);
        read[1][1].ShouldBe($"{month}-29T08:00:00Z");
    }

    [Theory]
    [InlineData("icalendar", "trainings", false), InlineData("icalendar", "events", true), InlineData("vobject", "trainings", true), InlineData("vobject", "events", false)]
    public async Task A04_A_seat_is_invited_to_moved_over_a_change_of_the_clocks_and_taken_out(string reader, string what, bool calledOff)
    {
        var (key, one) = ($"{reader}-{what}", what == "events" ? "event" : "training");
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", """{"trainingLeads": [], "eventLeads": [], "channels": {"TrainingConfirmation": ["Mail"], "EventConfirmation": ["Mail"]} }"""));
        await NoticeLab.Done(await lab.Staff.Post("/api/v1/areas", $$"""{"id": "{{key}}", "name": "Room, \"{{key}}\""}"""));
        if (what == "trainings") await NoticeLab.Done(await lab.Staff.Post("/api/v1/tools", $$"""{"id": "{{key}}", "name": "Lathe", "policy": {"requiredCertifications": ["{{key}}"]} }"""));
        var id = (string)(await NoticeLab.Done(await lab.Staff.Post($"/api/v1/{what}", Body("2027-10-30T10:00:00+02:00", "2027-10-30T12:00:00+02:00"))))["id"]!;
        await NoticeLab.Done(await lab.Ada.Post($"/api/v1/{what}/{id}/seats", "{}"));
        await lab.Now();
        await NoticeLab.Done(await NoticeLab.Put(lab.Staff, $"/api/v1/{what}/{id}", Body("2027-11-02T10:00:00+01:00", "2027-11-02T12:00:00+01:00")));
        await lab.Now();
        if (calledOff) await NoticeLab.Done(await NoticeLab.Put(lab.Staff, $"/api/v1/{what}/{id}", Body("2027-11-02T10:00:00+01:00", "2027-11-02T12:00:00+01:00", "\"cancelled\": true, ")));
        else await NoticeLab.Done(await lab.Ada.DeleteAsync($"/api/v1/{what}/{id}/seats"));
        await lab.Now();

        var parts = Invited("ada", $"{one}-" + Guid.Parse(id).ToString("N"));
        parts.Select(p => p.Method).ShouldBe(["REQUEST", "REQUEST", "CANCEL"]);
        List<string[]> read = [];
        foreach (var (method, text) in parts)
        {
            var lines = await Read(reader, text);
            lines[^1].ShouldBe(method);
            read.Add(lines[0].Split('|'));
            Unfolded(text).ShouldSatisfyAllConditions(
                t => t.ShouldContain("BEGIN:VTIMEZONE"), t => t.ShouldContain("mailto:space@example.org"), t => t.ShouldContain("mailto:ada@example.org"), t => t.ShouldContain($"LOCATION:Lab\\, Room\\, \"{key}\""));
        }
        read.Select(r => r[0]).Distinct().ShouldBe([$"{one}-{Guid.Parse(id):N}@makerspace"]);
        read.Select(r => (r[1], r[2])).ShouldBe([("2027-10-30T08:00:00Z", "2027-10-30T10:00:00Z"), ("2027-11-02T09:00:00Z", "2027-11-02T11:00:00Z"), ("2027-11-02T09:00:00Z", "2027-11-02T11:00:00Z")]);
        read.Select(r => r[3]).Distinct().ShouldBe([$"Turning {key}"]);
        read.Select(r => r[4]).ShouldBe(["0", "1", "2"]);
        read.Select(r => r[5]).ShouldBe(["CONFIRMED", "CONFIRMED", "CANCELLED"]);

        string Body(string start, string end, string more = "") => what == "events"
            ? $$"""{ "kind": "Workshop", "seats": 3, "hostId": "ben", "areaId": "{{key}}", {{more}} "title": "Turning {{key}}", "start": "{{start}}", "end": "{{end}}" }"""
            : $$"""{ "certificationId": "{{key}}", "seats": 3, "areaId": "{{key}}", {{more}} "title": "Turning {{key}}", "start": "{{start}}", "end": "{{end}}" }""";
    }

    private static async Task SaysWhetherItChanged(HttpClient nobody, string path)
    {
        using var head = await nobody.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        (head.StatusCode, head.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "text/calendar"));
        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { head.Headers.ETag! } } };
        using var same = await nobody.SendAsync(again);
        (same.StatusCode, (await same.Content.ReadAsStringAsync()).Length).ShouldBe((HttpStatusCode.NotModified, 0));
        using var other = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { new System.Net.Http.Headers.EntityTagHeaderValue("\"other\"", isWeak: true) } } };
        using var whole = await nobody.SendAsync(other);
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>What somebody was sent for their calendar of one thing, in its order.</summary>
    private List<(string Method, string Text)> Invited(string who, string key) =>
        [.. lab.Mail.To(who + "@example.org").SelectMany(m => m.Message.BodyParts.OfType<TextPart>()).Where(p => p.ContentType.IsMimeType("text", "calendar")).Select(p => (Method: p.ContentType.Parameters["method"]!, p.Text))
            .Where(p => Unfolded(p.Text).Contains(key, StringComparison.Ordinal))];

    private static string Unfolded(string text) => text.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal);

    private static int Count(string calendar) => calendar.Split("BEGIN:VEVENT").Length - 1;

    private static Slot Slot(string start) => new Slot(NodaTime.Text.InstantPattern.General.Parse(start).Value, NodaTime.Text.InstantPattern.General.Parse(start).Value + Duration.FromMinutes(30));

    private static string Path(string url) => new Uri(url).PathAndQuery;

    private static async Task<string[]> Read(string reader, string calendar)
    {
        Assert.SkipUnless(await Has(reader), $"python3-{reader} is not installed here.");
        using var python = Start("-c", ReadBoth, reader);
        await python.StandardInput.WriteAsync(calendar);
        python.StandardInput.Close();
        var (said, wrong) = (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), await python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        python.ExitCode.ShouldBe(0, wrong + calendar);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<bool> Has(string module)
    {
        if (!File.Exists("/usr/bin/python3")) return false;
        using var python = Start("-c", $"import {module}");
        python.StandardInput.Close();
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        return python.ExitCode == 0;
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments)
    {
        UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        Environment = { ["PYTHONIOENCODING"] = "utf-8" },
    })!;
}
