using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Makerspace.Accounts;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// For each rule one case, asked by page, by preview and by booking: the same refusals from each. Everybody asks for a tool and as a member of the
/// case's own. It is Monday 23 November 2026, ten o'clock in Berlin.
/// </summary>
public sealed partial class SameAnswerTests(Lab lab) : IClassFixture<Lab>
{
    // What is done before asking, by whom, and the slot asked for. {t} is the case's tool, {m} its member.
    private static readonly Dictionary<string, (string Policy, string Slot, string[] Before)> Cases = new(StringComparer.Ordinal)
    {
        ["slot-invalid"] = ("""{"grid": "PT15M"}""", "2026-12-01 10:05-11:00", []),
        ["slot-in-the-past"] = ("{}", "2026-11-23 08:00-09:00", []),
        ["slot-taken"] = ("{}", "2026-12-01 10:00-11:00", ["ben books {t} 2026-12-01 10:30-11:30"]),
        ["buffer"] = ("""{"buffer": "PT15M"}""", "2026-12-01 11:10-12:00", ["ben books {t} 2026-12-01 10:00-11:00"]),
        ["resource-conflict"] = ("{}", "2026-12-01 10:00-11:00",
            ["POST /api/v1/tools {\"id\": \"{t}-room\", \"name\": \"Room\"}", "PATCH /api/v1/tools/{t} {\"inRoom\": \"{t}-room\"}", "ben books {t}-room 2026-12-01 10:30-11:30"]),
        ["tool-out-of-service"] = ("{}", "2026-12-01 10:00-11:00", ["PATCH /api/v1/tools/{t} {\"outOfService\": true}"]),
        ["outage"] = ("{}", "2026-12-01 10:00-11:00",
            ["POST /api/v1/tools/{t}/outages {\"title\": \"Service\", \"start\": \"2026-12-01T10:30:00+01:00\", \"end\": \"2026-12-01T12:00:00+01:00\"}"]),
        ["space-closed"] = ("{}", "2027-01-04 10:00-11:00",
            ["PATCH /api/v1/space {\"closures\": [{\"name\": \"Stocktaking\", \"start\": \"2027-01-04T00:00:00+01:00\", \"end\": \"2027-01-05T00:00:00+01:00\"}]}"]),
        ["staff-required"] = ("""{"staffRequired": true}""", "2026-12-01 21:00-22:00", [Staffed]),
        ["membership-inactive"] = ("{}", "2026-12-01 10:00-11:00", ["PATCH /api/v1/members/{m} {\"membership\": {\"active\": false}}"]),
        ["plan-excludes-tool"] = ("{}", "2026-12-01 10:00-11:00",
            ["POST /api/v1/plans {\"id\": \"{t}-plan\", \"name\": \"Saws only\", \"tools\": [\"saw\"]}", "PATCH /api/v1/members/{m} {\"membership\": {\"planId\": \"{t}-plan\"}}"]),
        ["plan-excludes-time"] = ("{}", "2026-12-01 10:00-11:00",
            [
                "POST /api/v1/plans {\"id\": \"{t}-plan\", \"name\": \"Evenings\", \"hours\": [{\"days\": [\"tue\"], \"from\": \"18:00\", \"to\": \"02:00\"}]}",
                "PATCH /api/v1/members/{m} {\"membership\": {\"planId\": \"{t}-plan\"}}",
            ]),
        ["not-certified"] = ("""{"requiredCertifications": ["laser"]}""", "2026-12-01 10:00-11:00", []),
        ["certification-expired"] = ("""{"requiredCertifications": ["laser"]}""", "2026-12-01 10:00-11:00",
            ["POST /api/v1/members/{m}/certifications {\"id\": \"laser\", \"until\": \"2026-12-01T10:30:00+01:00\"}"]),
        ["waiver-missing"] = ("""{"waiverRequired": true}""", "2026-12-01 10:00-11:00", []),
        ["suspended"] = ("{}", "2026-12-01 10:00-11:00", ["PATCH /api/v1/members/{m} {\"suspension\": {\"reason\": \"unpaid\"}}"]),
        ["balance-due"] = ("{}", "2026-12-01 10:00-11:00", ["PATCH /api/v1/members/{m} {\"balanceDue\": {\"amount\": 1250, \"currency\": \"usd\"}}"]),
        ["payment-method-missing"] = ("""{"hourlyRate": {"amount": 1200, "currency": "usd"}}""", "2026-12-01 10:00-11:00", ["PATCH /api/v1/space {\"billing\": {\"cardRequired\": true}}"]),
        ["buddy-required"] = ("""{"hazardous": true}""", "2026-12-01 21:00-22:00", [Staffed]),
        ["area-full"] = ("{}", "2026-12-01 10:00-11:00",
            [
                "POST /api/v1/areas {\"id\": \"{t}-area\", \"name\": \"Small room\", \"capacity\": 1}", "PATCH /api/v1/tools/{t} {\"areaId\": \"{t}-area\"}",
                "POST /api/v1/tools {\"id\": \"{t}-other\", \"name\": \"Other\", \"areaId\": \"{t}-area\"}", "ben books {t}-other 2026-12-01 10:30-11:30",
            ]),
        ["too-short"] = ("""{"minDuration": "PT1H"}""", "2026-12-01 10:00-10:55", []),
        ["too-long"] = ("""{"maxDuration": "PT1H", "peak": [{"days": ["tue"], "from": "22:00", "to": "04:00"}]}""", "2026-12-01 20:00-23:30", []),
        ["too-far-ahead"] = ("""{"horizon": "P7D"}""", "2026-12-01 10:00-11:00", []),
        ["too-late"] = ("""{"notice": "PT24H"}""", "2026-11-23 14:00-15:00", []),
        ["daily-limit"] = ("""{"maxBookingsPerDay": 1}""", "2026-12-01 14:00-15:00", ["member books {t} 2026-12-01 10:00-11:00"]),
        ["weekly-limit"] = ("""{"maxHoursPerWeek": "PT2H"}""", "2026-12-01 14:00-15:30", ["member books {t} 2026-12-04 10:00-11:00"]),
        ["future-bookings-limit"] = ("""{"maxFutureBookings": 1}""", "2026-12-01 14:00-15:00", ["member books {t} 2026-12-04 10:00-11:00"]),
        ["future-hours-limit"] = ("""{"maxFutureHours": "PT90M"}""", "2026-12-01 14:00-15:00", ["member books {t} 2026-12-04 10:00-11:00"]),
        ["minimum-gap"] = ("""{"minimumGap": "PT2H"}""", "2026-12-01 12:00-13:00", ["member books {t} 2026-12-01 10:00-11:00"]),
        ["member-elsewhere"] = ("""{"oneAtATime": true}""", "2026-12-01 10:00-11:00",
            ["POST /api/v1/tools {\"id\": \"{t}-other\", \"name\": \"Other\"}", "member books {t}-other 2026-12-01 10:30-11:30"]),
        ["schedule-full"] = ("""{"maxUpcoming": 1}""", "2026-12-01 14:00-15:00", ["ben books {t} 2026-12-04 10:00-11:00"]),
    };

    private const string Staffed = "PATCH /api/v1/space {\"staffedHours\": [{\"days\": [\"mon\", \"tue\"], \"from\": \"09:00\", \"to\": \"17:00\"}]}";

    public static TheoryData<string> Codes => [.. Cases.Keys];

    [Theory, MemberData(nameof(Codes))]
    public async Task A_rule_refuses_alike_by_page_by_preview_and_by_booking(string code)
    {
        var (policy, slot, before) = Cases[code];
        var (tool, person) = ("t-" + code, "m-" + code);
        var member = await lab.Server.Person(person, Roles.Member);
        await Done(lab.Admin.Post("/api/v1/tools", $$"""{"id": "{{tool}}", "name": "Tool", "areaId": "wood", "policy": {{policy}}}"""));
        foreach (var step in before) await Do(step.Replace("{t}", tool, StringComparison.Ordinal).Replace("{m}", person, StringComparison.Ordinal), member);

        var (day, from, to) = Read(slot);
        var body = $$"""{"toolId": "{{tool}}", "start": "{{day}}T{{from}}:00+01:00", "end": "{{day}}T{{to}}:00+01:00"}""";
        using var previewed = await member.Post("/api/v1/bookings/preview", body);
        using var booked = await member.Book(tool, $"{day}T{from}:00+01:00", $"{day}T{to}:00+01:00");
        var preview = CodesOf(await previewed.Json());
        preview.ShouldContain(code);
        booked.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        CodesOf(await booked.Json()).ShouldBe(preview, ignoreOrder: true);
        (await OnPage(person, $"/tools/{tool}?day={day}&from={from}&to={to}")).ShouldBe(preview, ignoreOrder: true);
    }

    // What refuses an hour of a mentor, who takes one session a day between eight and eight.
    private static readonly Dictionary<string, string> OfMentors = new(StringComparer.Ordinal) { ["mentor-unavailable"] = "2026-12-01 20:30-21:30", ["mentor-booked-up"] = "2026-12-01 14:00-15:00" };

    public static TheoryData<string> MentorCodes => [.. OfMentors.Keys];

    [Theory, MemberData(nameof(MentorCodes))]
    public async Task What_a_mentor_says_refuses_alike_by_page_by_preview_and_by_booking(string code)
    {
        var (mentor, person) = ("g-" + code, "p-" + code);
        var (gives, member) = (await lab.Server.Person(mentor, Roles.Mentor), await lab.Server.Person(person, Roles.Member));
        using var offer = new StringContent("""{"weekly": [{"days": ["tue"], "from": "08:00", "to": "20:00"}], "notice": "PT0S", "maxPerDay": 1}""", System.Text.Encoding.UTF8, "application/json");
        await Done(gives.PutAsync("/api/v1/mentors/" + mentor, offer));
        if (code == "mentor-booked-up") await Do($"ben books mentor-{mentor} 2026-12-01 10:00-11:00", member);

        var (day, from, to) = Read(OfMentors[code]);
        var when = $"\"start\": \"{day}T{from}:00+01:00\", \"end\": \"{day}T{to}:00+01:00\"";
        using var previewed = await member.Post("/api/v1/sessions/preview", $"{{\"mentorId\": \"{mentor}\", {when}}}");
        using var asBooking = await member.Post("/api/v1/bookings/preview", $"{{\"toolId\": \"mentor-{mentor}\", {when}}}");
        using var booked = await member.Book("mentor-" + mentor, $"{day}T{from}:00+01:00", $"{day}T{to}:00+01:00");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = new StringContent($"{{\"mentorId\": \"{mentor}\", {when}}}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var met = await member.SendAsync(request);
        var preview = CodesOf(await previewed.Json());
        preview.ShouldBe([code]);
        CodesOf(await asBooking.Json()).ShouldBe(preview);
        foreach (var answer in new[] { booked, met })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            CodesOf(await answer.Json()).ShouldBe(preview);
        }
        (await OnPage(person, $"/mentors/{mentor}?day={day}&from={from}&to={to}")).ShouldBe(preview);
    }

    [Fact]
    public async Task A_certificate_is_refused_alike_by_page_and_by_API()
    {
        await Done(lab.Staff.PutAsync("/api/v1/certifications/steep", new StringContent("""{"name": "Steep", "signOff": true}""", System.Text.Encoding.UTF8, "application/json")));
        using var granted = await lab.Staff.Post("/api/v1/members/ben/certifications", """{"id": "steep"}""");
        (await granted.Code()).ShouldBe("requirements-missing");
        using var onPage = await lab.Staff.Submit("/staff/members/ben/passport", "staff-steep", ("do", "grant"));
        onPage.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        DataCode().Matches(await onPage.Content.ReadAsStringAsync()).Select(m => m.Groups["code"].Value).ShouldBe(["requirements-missing"]);
    }

    /// <summary>What is said of certificates no booking is ever answered: only who grants and who marks a quiz say it (QuizApiTests: page and API).</summary>
    [Theory]
    [InlineData(nameof(Makerspace.Trainings.RequirementsMissing), "silo/Trainings/Certifier.cs")]
    [InlineData(nameof(Makerspace.Trainings.QuizTooSoon), "grains/Trainings/PassportGrain.cs")]
    public void What_is_said_of_certificates_is_said_in_one_place_which_no_booking_asks(string refusal, string place)
    {
        var root = Docs.Root;
        string[] said = [.. new[] { "grains", "silo", "web" }.SelectMany(d => Directory.EnumerateFiles(Path.Combine(root, d), "*.*", SearchOption.AllDirectories))
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("new " + refusal + "(", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))];
        said.ShouldBe([place]);
        File.ReadAllText(Path.Combine(root, "grains", "Reservations", "BookingGrain.cs")).ShouldNotContain(Path.GetFileNameWithoutExtension(place));
    }

    [Fact]
    public void Every_rule_of_the_catalogue_that_refuses_a_slot_has_its_case() =>
        CatalogueCodes().Except(["changed-meanwhile"], StringComparer.Ordinal).Where(c => !Life().IsMatch(c)).ShouldBe(Cases.Keys.Concat(OfMentors.Keys), ignoreOrder: true);

    private static IEnumerable<string> CatalogueCodes() => typeof(Makerspace.Reservations.Refusal).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Makerspace.Reservations.Refusal)) && t != typeof(Makerspace.Billing.NotPossible))
        .Select(t => ((Makerspace.Reservations.Refusal)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(t)).Code).Distinct(StringComparer.Ordinal);

    private async Task Do(string step, HttpClient member)
    {
        if (step.Split(' ') is [var who, "books", var tool, var day, var times])
        {
            var (_, from, to) = Read(day + " " + times);
            using var made = await (who == "ben" ? lab.Ben : member).Book(tool, $"{day}T{from}:00+01:00", $"{day}T{to}:00+01:00");
            made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
            return;
        }
        var parts = step.Split(' ', 3);
        await Done(parts[0] == "POST" ? lab.Admin.Post(parts[1], parts[2]) : lab.Admin.Patch(parts[1], parts[2]));
    }

    private async Task<string[]> OnPage(string person, string path)
    {
        using var browser = new HttpClient { BaseAddress = lab.Server.Address };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/account/sign-in", new { email = person + "@example.org", password = "a password of some length" });
        signedIn.IsSuccessStatusCode.ShouldBeTrue();
        var html = await browser.GetStringAsync(path);
        return [.. DataCode().Matches(html).Select(m => m.Groups["code"].Value).Distinct()];
    }

    private static string[] CodesOf(JsonNode answer) => [.. answer["refusals"]!.AsArray().Select(r => (string)r!["code"]!).Distinct()];

    private static (string Day, string From, string To) Read(string slot) => slot.Split(' ', '-') is [.. var date, var from, var to] ? (string.Join('-', date), from, to) : default;

    private static async Task Done(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    // What refuses something else than a tool's slot: a step in a booking's life, a place on a waitlist, a seat, a certification.
    [GeneratedRegex("^(?:not-.*able|not-transferable|not-checked-in|not-awaiting-approval|check-in-closed|deposit-missing|offer-over|training-.*|event-.*|answer-missing|members-only|guests-full|seat-not-asked|already-waiting|slot-free|waitlist-full|requirements-missing|quiz-too-soon)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Life();

    [GeneratedRegex("data-code=\"(?<code>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DataCode();
}
