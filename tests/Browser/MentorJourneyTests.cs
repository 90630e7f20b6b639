using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>From a mentor's hours to a session with a machine: said on a desk, booked with three taps on a phone, answered by the mentor.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class MentorJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_mentor_says_when_and_a_member_books_them_with_a_machine()
    {
        var email = await browsing.Member("Yara");
        await browsing.Tool("plotter", new { });
        var staff = await browsing.Open("admin@example.org");
        await Offer(staff);
        var phone = await browsing.Open(email, phone: true);
        await phone.GotoAsync("/mentors?skill=Optics");
        await phone.Locator("#found-mentors li", new() { HasText = "Zeno" }).Locator(".chips a").First.ClickAsync();
        await phone.GetByLabel("Together with").SelectOptionAsync("plotter");
        await phone.GetByLabel("Which lens?").FillAsync("A 50 mm one");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Book" }).ClickAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("until the mentor answers");
        await Expect(phone.Locator("#life")).ToContainTextAsync("Plotter");
        await staff.GotoAsync("/staff/mentors");
        await staff.GetByRole(AriaRole.Link, new() { Name = "Zeno" }).ClickAsync();
        await Expect(staff.Locator("#week")).ToContainTextAsync("A 50 mm one");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Approve Yara" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        await phone.GotoAsync("/sessions");
        await Expect(phone.Locator("#mine")).ToContainTextAsync("Zeno");
    }

    private async Task Offer(IPage page)
    {
        await browsing.Member("Zeno");
        await page.GotoAsync("/staff/mentors");
        await page.GetByLabel("Who").FillAsync("zeno@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Say what they offer" }).ClickAsync();
        await page.GetByLabel("Skills").FillAsync("Optics, Lasers");
        await page.GetByLabel("What whoever books is asked").FillAsync("Which lens?");
        foreach (var day in new[] { "Monday", "Wednesday", "Friday" }) await page.GetByLabel(day).FillAsync("09:00–12:00");
        await page.GetByLabel("Days away").FillAsync("2026-12-24 – 2027-01-02");
        await page.GetByLabel("Each session waits for the mentor’s yes").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
    }
}
