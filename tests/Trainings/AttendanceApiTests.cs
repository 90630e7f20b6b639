using System.Net;
using System.Text.Json.Nodes;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Trainings;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Trainings;

/// <summary>From the planned training to the first booking, by the API; the clock is moved.</summary>
public class AttendanceApiTests(Lab lab) : IClassFixture<Lab>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trainer_plans_the_line_moves_up_attendance_grants_and_the_newly_certified_books()
    {
        // Whatever the clock was moved to before; mia is no staff: she trains on this one tool.
        var later = lab.Server.Clock.GetUtcNow().AddDays(28).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "kiln", "name": "Kiln", "trainers": ["mia"], "policy": {"requiredCertifications": ["kiln"]}}"""));
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/kiln", Json("""{"name": "Kiln", "training": true, "validity": "P365D"}""")));
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/other", Json("""{"name": "Other"}""")));
        (await Code(lab.Mentor.Post("/api/v1/trainings", Training("other", 1)))).ShouldBe("no-trainer");
        (await Code(lab.Ada.Post("/api/v1/trainings", Training("kiln", 1)))).ShouldBe("no-trainer");
        var id = (string)(await Ok(lab.Mentor.Post("/api/v1/trainings", Training("kiln", 1))))["id"]!;

        await Ok(lab.Ada.PostAsync($"/api/v1/trainings/{id}/seats", null, Cancellation));
        (await Code(lab.Ben.PostAsync($"/api/v1/trainings/{id}/seats", null, Cancellation))).ShouldBe("training-full");
        ((int)(await Ok(lab.Ben.PostAsync($"/api/v1/trainings/{id}/waitlist", null, Cancellation)))["place"]!).ShouldBe(1);
        await Ok(lab.Ada.DeleteAsync($"/api/v1/trainings/{id}/seats", Cancellation));
        ((bool)(await lab.Ben.Json($"/api/v1/trainings/{id}"))["joined"]!).ShouldBeTrue();
        // Who gave the seat back is behind whoever waited.
        (await Code(lab.Ada.PostAsync($"/api/v1/trainings/{id}/seats", null, Cancellation))).ShouldBe("training-full");

        var marks = """{"marks": [{"memberId": "ben", "came": true}]}""";
        (await Code(lab.Mentor.PutAsync($"/api/v1/trainings/{id}/attendance", Json(marks)))).ShouldBe("training-not-begun");
        (await Code(lab.Ben.PutAsync($"/api/v1/trainings/{id}/attendance", Json(marks)))).ShouldBe("no-trainer");
        using (var refused = await lab.Ben.Book("kiln", $"{later}T10:00:00Z", $"{later}T11:00:00Z")) (await refused.Code()).ShouldBe("not-certified");
        await Advance("P9D");
        var marked = await Ok(lab.Mentor.PutAsync($"/api/v1/trainings/{id}/attendance", Json(marks)));
        marked["granted"]!.AsArray().Select(g => (string)g!).ShouldBe(["ben"]);
        using (var booked = await lab.Ben.Book("kiln", $"{later}T10:00:00Z", $"{later}T11:00:00Z")) booked.StatusCode.ShouldBe(HttpStatusCode.Created);

        // The same mark again, by hand and by the job, grants nothing a second time.
        var code = (string)(await lab.Ben.Json("/api/v1/members/ben/certifications/kiln/certificate"))["code"]!;
        await Advance("PT1M");
        (await Ok(lab.Mentor.PutAsync($"/api/v1/trainings/{id}/attendance", Json(marks))))["granted"]!.AsArray().ShouldBeEmpty();
        ((string)(await lab.Ben.Json("/api/v1/members/ben/certifications/kiln/certificate"))["code"]!).ShouldBe(code);

        // Taken away with a reason, it stays away whatever the job reads again; the member is told why.
        await Ok(lab.Staff.Post("/api/v1/members/ben/certifications/kiln/revoke", """{"reason": "left it alone while firing"}"""));
        await Advance("PT1M");
        var passport = (await lab.Ben.Json("/api/v1/members/ben/passport"))["certifications"]!.AsArray().Single(c => (string)c!["id"]! == "kiln")!;
        ((string)passport["standing"]!).ShouldBe("Not");
        ((string)passport["revoked"]!["reason"]!).ShouldBe("left it alone while firing");
        (await lab.Staff.Json("/dev/mail")).ToJsonString().ShouldContain("left it alone while firing");
        using (var refused = await lab.Ben.Book("kiln", $"{later}T12:00:00Z", $"{later}T13:00:00Z")) (await refused.Code()).ShouldBe("not-certified");
    }

    [Fact]
    public async Task Of_forty_who_want_the_last_seat_at_once_one_has_it_and_the_line_keeps_its_order()
    {
        var grains = lab.Server.App.Services.GetRequiredService<IGrainFactory>();
        var id = Guid.NewGuid();
        var training = grains.GetGrain<ITrainingGrain>(Keys.Training(id));
        var start = Clock.Now(lab.Server.Clock) + Duration.FromDays(30);
        await training.Define(new TrainingDefinition { Title = "Race", CertificationId = "race", Seats = 3, Slot = new Slot(start, start + Duration.FromHours(1)) }, "sam");
        await training.Join("m-a", "m-a");
        await training.Join("m-b", "m-b");
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => training.Join("m-" + i, "m-" + i)));
        answers.Count(a => a.Refusals.IsEmpty).ShouldBe(1);
        (await training.View())!.Members.Length.ShouldBe(3);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => training.Wait("m-" + i, "m-" + i)));
        var waiting = (await training.View())!.Waiting;
        (waiting.Length, waiting.Distinct(StringComparer.Ordinal).Count()).ShouldBe((39, 39));

        // Three leave at the same moment: the first three of the line sit, each once.
        await Task.WhenAll((await training.View())!.Members.Select(m => training.Leave(m, m)));
        var after = (await training.View())!;
        after.Members.ShouldBe(waiting.Take(3));
        after.Waiting.ShouldBe(waiting.Skip(3));
    }

    [Fact]
    public async Task A_training_books_its_tools_or_is_not_planned()
    {
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "press", "name": "Press"}"""));
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "room", "name": "Room"}"""));
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/press", Json("""{"name": "Press"}""")));
        using (var taken = await lab.Ada.Book("room", "2027-02-01T10:00:00Z", "2027-02-01T11:00:00Z")) taken.EnsureSuccessStatusCode();
        (await Code(lab.Staff.Post("/api/v1/trainings", WithTools("2027-02-01", "10")))).ShouldBe("slot-taken");
        using (var free = await lab.Ada.Book("press", "2027-02-01T10:00:00Z", "2027-02-01T11:00:00Z")) free.StatusCode.ShouldBe(HttpStatusCode.Created, "nothing of it was booked");

        var made = await Ok(lab.Staff.Post("/api/v1/trainings", WithTools("2027-02-02", "10")));
        var (id, booking) = ((string)made["id"]!, (string)made["bookingId"]!);
        using (var refused = await lab.Ada.Book("press", "2027-02-02T10:30:00Z", "2027-02-02T11:30:00Z")) (await refused.Code()).ShouldBe("slot-taken");
        ((string)(await Ok(lab.Staff.PutAsync($"/api/v1/trainings/{id}", Json(WithTools("2027-02-02", "14")))))["bookingId"]!).ShouldBe(booking);
        using (var freed = await lab.Ada.Book("press", "2027-02-02T10:30:00Z", "2027-02-02T11:30:00Z")) freed.StatusCode.ShouldBe(HttpStatusCode.Created);
        await Ok(lab.Staff.PutAsync($"/api/v1/trainings/{id}", Json(WithTools("2027-02-02", "14", cancelled: true))));
        using (var freed = await lab.Ben.Book("room", "2027-02-02T14:00:00Z", "2027-02-02T15:00:00Z")) freed.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Called_off_by_a_trainer_who_did_not_book_it_or_before_a_crash_a_training_leaves_nothing_booked()
    {
        await Ok(lab.Admin.Post("/api/v1/tools", """{"id": "loom", "name": "Loom", "trainers": ["mia"], "policy": {"requiredCertifications": ["loom"]}}"""));
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/loom", Json("""{"name": "Loom"}""")));
        await Ok(lab.Admin.Post("/api/v1/members/sam/certifications", """{"id": "loom"}"""));
        var made = await Ok(lab.Staff.Post("/api/v1/trainings", Loom("10")));
        var (id, booking) = ((string)made["id"]!, (string)made["bookingId"]!);
        await Ok(lab.Mentor.PutAsync($"/api/v1/trainings/{id}", Json(Loom("10", cancelled: true))));
        (await State(booking)).ShouldBe("Cancelled");
        // It takes place after all: it is booked anew.
        var again = (string)(await Ok(lab.Staff.PutAsync($"/api/v1/trainings/{id}", Json(Loom("10")))))["bookingId"]!;
        again.ShouldNotBe(booking);
        (await State(again)).ShouldBe("Confirmed");

        // Its tools were changed, and the process ended before the booking of the old ones did.
        var training = lab.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<ITrainingGrain>(Keys.Training(Guid.Parse(id)));
        await training.Define((await training.View())!.Definition with { ToolIds = [], BookingId = null }, "sam");
        await Advance("PT1M");
        (await State(again)).ShouldBe("Cancelled");

        // Called off, and the process ended before its booking was.
        var third = (string)(await Ok(lab.Staff.PutAsync($"/api/v1/trainings/{id}", Json(Loom("11")))))["bookingId"]!;
        await training.Define((await training.View())!.Definition with { Cancelled = true }, "sam");
        (await State(third)).ShouldBe("Confirmed");
        await Advance("PT1M");
        (await State(third)).ShouldBe("Cancelled");
    }

    [Fact]
    public async Task Hours_confirmed_by_both_and_a_sign_off_lead_to_it_and_an_override_needs_a_reason()
    {
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/weld", Json(
            """{"name": "Welding", "signOff": true, "supervisedHours": "PT2H", "levels": [{"name": "Apprentice", "hours": "PT2H"}, {"name": "Journeyman", "hours": "PT50H"}]}""")));
        using (var incomplete = await lab.Staff.Post("/api/v1/members/ada/certifications", """{"id": "weld"}"""))
            ((await incomplete.Json())["refusals"]![0]!["data"]!["missing"]!.AsArray().Select(m => (string)m!)).ShouldBe(["sign-off", "hours"]);
        var entry = Guid.NewGuid();
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/members/ada/log"))
        {
            request.Headers.Add("Idempotency-Key", entry.ToString());
            request.Content = Json("""{"certificationId": "weld", "trainerId": "sam", "start": "2026-11-20T10:00:00Z", "end": "2026-11-20T12:30:00Z", "note": "butt joints"}""");
            ((string)(await Ok(lab.Ada.SendAsync(request, Cancellation)))["state"]!).ShouldBe("WaitsForTrainer");
        }
        (await Code(lab.Ada.Post("/api/v1/members/ada/log", """{"certificationId": "weld", "trainerId": "ben", "start": "2026-11-19T10:00:00Z", "end": "2026-11-19T12:00:00Z"}"""))).ShouldBe("not-loggable");
        (await Code(lab.Ben.PostAsync($"/api/v1/members/ada/log/{entry}/confirm", null, Cancellation))).ShouldBe("unknown-entry");
        ((string)(await Ok(lab.Staff.PostAsync($"/api/v1/members/ada/log/{entry}/confirm", null, Cancellation)))["state"]!).ShouldBe("Confirmed");
        (await Code(lab.Staff.PostAsync($"/api/v1/members/ada/log/{entry}/decline", null, Cancellation))).ShouldBe("not-loggable");
        (await Code(lab.Staff.Post("/api/v1/members/sam/sign-offs", """{"certificationId": "weld"}"""))).ShouldBe("own");
        var stands = await Ok(lab.Staff.Post("/api/v1/members/ada/sign-offs", """{"certificationId": "weld", "note": "clean work"}"""));
        ((string)stands["standing"]!, (string)stands["level"]!, (string)stands["nextLevel"]!["name"]!).ShouldBe(("Valid", "Apprentice", "Journeyman"));

        using var overridden = await lab.Staff.Post("/api/v1/members/ben/certifications", """{"id": "weld", "override": {"reason": "trained elsewhere"}}""");
        overridden.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Reminders_come_a_month_and_a_week_before_the_end_each_once()
    {
        await Ok(lab.Admin.PutAsync("/api/v1/certifications/crane", Json("""{"name": "Crane driving"}""")));
        var now = lab.Server.Clock.GetUtcNow();
        var until = now.AddDays(40).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await Ok(lab.Staff.Post("/api/v1/members/ada/certifications", $$"""{"id": "crane", "until": "{{until}}"}"""));
        (await Reminders()).ShouldBe(0);
        await Advance("P11D");
        (await Reminders()).ShouldBe(1);
        await Advance("P1D");
        (await Reminders()).ShouldBe(1);
        await Advance("P23D");
        (await Reminders()).ShouldBe(2);
        await Advance("P10D");
        (await Reminders()).ShouldBe(2);

        // Whoever wants to know it two days before is told then, and no other time.
        await Ok(lab.Ada.PutAsync("/api/v1/notices/settings", Json("""{"certificateLeads": ["P2D"]}""")));
        var second = lab.Server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await Ok(lab.Staff.Post("/api/v1/members/ada/certifications", $$"""{"id": "crane", "until": "{{second}}"}"""));
        await Advance("P7D");
        (await Reminders()).ShouldBe(2);
        await Advance("P2D");
        (await Reminders()).ShouldBe(3);
    }

    private async Task<int> Reminders() => (await lab.Staff.Json("/dev/mail")) is var mail && (mail as JsonArray ?? mail["items"]!.AsArray()) is { } all
        ? all.Count(m => ((string)m!["subject"]!).Contains("Crane driving", StringComparison.Ordinal)) : 0;

    private string Training(string certification, int seats)
    {
        var day = lab.Server.Clock.GetUtcNow().AddDays(8).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return $$"""{"title": "For beginners", "certificationId": "{{certification}}", "start": "{{day}}T09:00:00Z", "end": "{{day}}T12:00:00Z", "seats": {{seats}}, "trainerId": "mia"}""";
    }

    private static string WithTools(string day, string hour, bool cancelled = false) =>
        $$"""{"title": "Press", "certificationId": "press", "start": "{{day}}T{{hour}}:00:00Z", "end": "{{day}}T{{hour}}:50:00Z", "seats": 2, "toolIds": ["press", "room"], "cancelled": {{(cancelled ? "true" : "false")}}}""";

    private static string Loom(string hour, bool cancelled = false) =>
        $$"""{"title": "Loom", "certificationId": "loom", "start": "2027-02-03T{{hour}}:00:00Z", "end": "2027-02-03T{{hour}}:50:00Z", "seats": 2, "toolIds": ["loom"], "cancelled": {{(cancelled ? "true" : "false")}}}""";

    private async Task<string> State(string booking) => (string)(await lab.Staff.Json($"/api/v1/bookings/{booking}"))["state"]!;

    private Task<JsonNode> Advance(string by) => Ok(lab.Admin.Post("/dev/clock", $$"""{"advance": "{{by}}"}"""));

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task<string> Code(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return await answer.Code();
    }

    private static async Task<JsonNode> Ok(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
