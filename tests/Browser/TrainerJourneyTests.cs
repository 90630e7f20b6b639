using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>A trainer's work, from the plan to the first booking of whom they trained.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class TrainerJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_trainer_plans_a_session_members_take_seats_attendance_certifies_and_the_certified_book()
    {
        var (tess, rosa, jon) = (await browsing.Member("Tess"), await browsing.Member("Rosa"), await browsing.Member("Jon"));
        await browsing.Tool("welder", new { grid = "PT15M", requiredCertifications = new[] { "welding" } });
        await browsing.Quiet();
        await SayWhatLeadsToIt();
        await NameTrainer(tess);
        // Far enough away that it has not begun before everybody has a seat.
        var start = (await browsing.NextQuarter()).Start.AddMinutes(15);
        var end = start.AddHours(1);

        // Plan: a trainer is no staff; the page offers only what the tool asks for.
        var trainer = await browsing.Open(tess);
        await trainer.GotoAsync("/trainings");
        await trainer.Locator("#title").FillAsync("First welds");
        await trainer.Locator("#day").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await trainer.Locator("#from").FillAsync(start.ToString("HH:mm", CultureInfo.InvariantCulture));
        await trainer.Locator("#to").FillAsync(end.ToString("HH:mm", CultureInfo.InvariantCulture));
        await trainer.Locator("#seats").FillAsync("1");
        await trainer.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await Expect(trainer.GetByRole(AriaRole.Heading, new() { Name = "First welds" })).ToBeVisibleAsync();
        var training = new Uri(trainer.Url).AbsolutePath;

        // Seats: one has it, the next waits, and moves up when it is given back.
        var first = await browsing.Open(jon);
        await first.GotoAsync(training);
        await first.GetByRole(AriaRole.Button, new() { Name = "Take a seat" }).ClickAsync();
        await Expect(first.GetByRole(AriaRole.Status)).ToContainTextAsync("You have a seat.");
        var second = await browsing.Open(rosa, phone: true);
        await second.GotoAsync(training);
        await second.GetByRole(AriaRole.Button, new() { Name = "Wait for a seat" }).TapAsync();
        await Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("You are in the line.");
        await first.GetByRole(AriaRole.Button, new() { Name = "Give my seat back" }).ClickAsync();
        await second.GotoAsync(training);
        await Expect(second.Locator("#training")).ToContainTextAsync("You have a seat.");

        // The quiz: what the page holds does not tell which options are right.
        await second.GotoAsync("/quiz/welding");
        (await second.ContentAsync()).ShouldNotContain("right\"");
        await second.GetByLabel("Argon").CheckAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Send my answers" }).TapAsync();
        await Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("Passed.");

        // Attendance, once it has begun: with it everything is done.
        await browsing.Post("/dev/clock", new { advance = "PT35M" });
        await trainer.GotoAsync(training);
        await trainer.GetByLabel("came", new() { Exact = true }).CheckAsync();
        await trainer.GetByRole(AriaRole.Button, new() { Name = "Save who came" }).ClickAsync();
        await Expect(trainer.GetByRole(AriaRole.Status)).ToContainTextAsync("has the certificate");
        await Expect(trainer.Locator("#attendance")).ToContainTextAsync("Certified");

        // The certificate: hers in the passport, and for a stranger who reads the code.
        await second.GotoAsync("/passport");
        await Expect(second.Locator("#c-welding")).ToContainTextAsync("held until");
        await second.GetByRole(AriaRole.Link, new() { Name = "Certificate" }).First.TapAsync();
        var proof = await second.Locator("#verify").GetAttributeAsync("href");
        var stranger = await browsing.Open();
        await stranger.GotoAsync(proof!);
        await Expect(stranger.Locator("#verdict")).ToContainTextAsync("This certificate is valid");
        await Expect(stranger.Locator("main")).ToContainTextAsync("Rosa");
        await stranger.GotoAsync(proof![..^3] + "AAA");
        await Expect(stranger.Locator("#verdict")).ToContainTextAsync("This is no certificate of ours");

        // Her first booking of the tool; who gave the seat back is refused, with what to do.
        await second.GotoAsync("/tools/welder?day=2026-12-09&from=10:00&to=11:00");
        await second.Locator(".pickbar").GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(second.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        await first.GotoAsync("/tools/welder?day=2026-12-09&from=12:00&to=13:00");
        await Expect(first.Locator("#preview")).ToContainTextAsync("You need the certification “Welding” first.");
    }

    // By the page of the catalogue, as staff do.
    private async Task SayWhatLeadsToIt()
    {
        var staff = await browsing.Open("admin@example.org");
        await staff.GotoAsync("/staff/certifications/welding");
        await staff.GetByLabel("Name").FillAsync("Welding");
        await staff.GetByLabel("Come to a training").CheckAsync();
        await staff.GetByLabel("Days (empty: for good)").FillAsync("365");
        await staff.GetByLabel("Questions (empty: no quiz)").FillAsync("Which gas shields the weld?\n- Oxygen\n+ Argon");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await staff.Context.CloseAsync();
    }

    private async Task NameTrainer(string email)
    {
        var staff = await browsing.Open("admin@example.org");
        await staff.GotoAsync("/staff/tools/welder/trainers");
        await staff.GetByLabel("Their e-mail address").FillAsync(email);
        await staff.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        (await browsing.Http.GetFromJsonAsync<JsonElement>("/api/v1/tools/welder")).GetProperty("trainers").GetArrayLength().ShouldBe(1);
        await staff.Context.CloseAsync();
    }
}
