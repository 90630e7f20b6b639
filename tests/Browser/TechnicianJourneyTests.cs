using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>A technician's day: somebody reports, the tool stands still, work is done, and whoever lost a time hears of it.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class TechnicianJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_member_reports_at_the_tool_a_technician_sees_to_it_and_whoever_lost_a_time_is_offered_others()
    {
        var email = await browsing.Member("Nora");
        await browsing.Tool("winch", new { grid = "PT15M" });
        var nora = await browsing.Open(email, phone: true);
        await nora.GotoAsync("/tools/winch?day=2026-12-02&from=10:00&to=11:00");
        await nora.Locator(".pickbar").GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(nora.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        var booking = new Uri(nora.Url).AbsolutePath;

        await nora.GotoAsync("/t/winch");
        await nora.GetByRole(AriaRole.Link, new() { Name = "Report a problem" }).TapAsync();
        await nora.GetByLabel("What is wrong?").FillAsync("The rope is frayed");
        await nora.GetByLabel("It cannot be used").CheckAsync();
        await nora.GetByLabel("Somebody could get hurt").CheckAsync();
        await nora.Locator("#photo").SetInputFilesAsync(new FilePayload { Name = "rope.png", MimeType = "image/png", Buffer = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==") });
        await nora.GetByRole(AriaRole.Button, new() { Name = "Report it" }).TapAsync();
        await Expect(nora.GetByRole(AriaRole.Status)).ToContainTextAsync("Reported.");
        await Expect(nora.Locator("#answer")).ToContainTextAsync("Out of service");
        await Expect(nora.Locator("main")).ToContainTextAsync("The rope is frayed");

        var staff = await browsing.Open("admin@example.org");
        await staff.GotoAsync("/staff/problems");
        await staff.GetByRole(AriaRole.Link, new() { Name = "Winch" }).ClickAsync();
        await Expect(staff.Locator("img.photo")).ToBeVisibleAsync();
        await staff.Locator("#back-day").FillAsync("2026-12-03");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Make the order" }).ClickAsync();
        await Expect(staff.Locator("main")).ToContainTextAsync("1 booking is in the way");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Offer them other times" }).ClickAsync();
        await Expect(staff.Locator("main")).ToContainTextAsync("1 booking has lost its time");

        await staff.GetByLabel("More tasks").FillAsync("Take the old rope off\nSplice a new one");
        await staff.GetByLabel("Part used").FillAsync("Rope");
        await staff.GetByLabel("One costs (").FillAsync("12.50");
        await staff.GetByLabel("My time (minutes)").FillAsync("45");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(staff.Locator("main")).ToContainTextAsync("So far: 45 min of work");
        await staff.GetByLabel("Take the old rope off").CheckAsync();
        await staff.GetByLabel("Splice a new one").CheckAsync();
        await staff.GetByLabel("What came of it").FillAsync("A new rope is on");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Done: back in service" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Done.");

        await nora.GotoAsync(booking);
        await Expect(nora.Locator("main")).ToContainTextAsync("The rope is frayed");
        await nora.Locator(".alternatives button").First.TapAsync();
        await Expect(nora.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        await browsing.Post("/dev/clock", new { advance = "PT0S" });
        var mail = await browsing.Http.GetStringAsync("/dev/mail");
        mail.ShouldContain("Your time at Winch cannot be kept");
        mail.ShouldContain("Winch is back");
        mail.ShouldContain("A new rope is on");
    }
}
