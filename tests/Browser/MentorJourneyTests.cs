using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
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

    [Fact]
    public async Task On_a_phone_a_mentor_is_found_and_booked_in_three_taps_at_most()
    {
        var email = await browsing.Member("Tamsin");
        await browsing.Offer(await Id(await browsing.Member("Suki")), ["Ceramics"]);
        var phone = await browsing.Open(email, phone: true);
        var taps = 0;
        async Task Tap(ILocator what)
        {
            await Expect(what).ToBeInViewportAsync();   // nobody has to look for it
            taps++;
            await what.TapAsync();
        }
        await phone.GotoAsync("/mentors");
        await Tap(phone.Locator("#found-mentors li .chips a").First);
        await Tap(phone.Locator("#booking").GetByRole(AriaRole.Button, new() { Name = "Book" }));
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked.");
        taps.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task What_was_searched_for_is_kept_on_the_way_back_and_any_mentor_with_a_skill_is_booked_alike()
    {
        var email = await browsing.Member("Ulla");
        foreach (var name in new[] { "Vito", "Wilma" })
        {
            await browsing.Offer(await Id(await browsing.Member(name)), ["Glass"]);
        }
        var phone = await browsing.Open(email, phone: true);
        await phone.GotoAsync("/mentors");
        await phone.GetByLabel("Language").SelectOptionAsync("de");
        await Expect(phone.Locator("#found-mentors li a").First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("language=de"));
        await phone.GetByLabel("Skill").SelectOptionAsync("Glass");
        await Expect(phone.Locator(".anyone")).ToContainTextAsync("Any mentor with Glass");
        await phone.GetByRole(AriaRole.Link, new() { Name = "Vito", Exact = true }).TapAsync();
        await phone.Locator("a.crumb").TapAsync();
        await Expect(phone.GetByLabel("Skill")).ToHaveValueAsync("Glass");
        await Expect(phone.GetByLabel("Language")).ToHaveValueAsync("de");
        await phone.Locator(".anyone .chips a").First.TapAsync();
        await Expect(phone).ToHaveURLAsync(new Regex(@"/meet\?"));
        (await phone.RunAxe()).Violations.ShouldBeEmpty();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked.");
    }

    [Fact]
    public async Task A_week_is_painted_by_dragging_and_by_keys_and_is_what_the_api_says()
    {
        var quinn = await Id(await browsing.Member("Quinn"));
        await browsing.Offer(quinn, ["Optics"]);
        var desk = await browsing.Open("admin@example.org");
        await desk.GotoAsync("/staff/mentors/" + quinn);
        ILocator Half(string name) => desk.GetByRole(AriaRole.Gridcell, new() { Name = name, Exact = true });
        // From Monday nine to Wednesday half past ten, with a mouse.
        await Half("Monday 9:00–9:30").HoverAsync();
        await desk.Mouse.DownAsync();
        await Half("Wednesday 10:00–10:30").HoverAsync();
        await desk.Mouse.UpAsync();
        await Expect(Half("Monday 9:30–10:00")).ToHaveAttributeAsync("aria-selected", "true");
        // Friday from two to half past three with keys, and half an hour of it taken back.
        await Half("Friday 14:00–14:30").FocusAsync();
        foreach (var key in new[] { "Space", "Shift+ArrowDown", "Shift+ArrowDown", "ArrowUp", "Space" }) await desk.Keyboard.PressAsync(key);
        await desk.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(desk.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        var said = await browsing.Http.GetFromJsonAsync<JsonElement>("/api/v1/mentors/" + quinn, TestContext.Current.CancellationToken);
        said.GetProperty("weekly").EnumerateArray().SelectMany(w => w.GetProperty("days").EnumerateArray().Select(d => $"{d} {w.GetProperty("from").GetString()![..5]}-{w.GetProperty("to").GetString()![..5]}")).Order().ShouldBe(Painted);
    }

    // With what was there before: Tuesdays and Thursdays from nine to five.
    private static readonly string[] Painted = ["fri 14:00-14:30", "fri 15:00-15:30", "mon 09:00-10:30", "thu 09:00-17:00", "tue 09:00-17:00", "wed 09:00-10:30"];

    private async Task<string> Id(string email) =>
        (await browsing.Http.GetFromJsonAsync<JsonElement>("/api/v1/members?q=" + email, TestContext.Current.CancellationToken)).GetProperty("items")[0].GetProperty("id").GetString()!;

    private async Task Offer(IPage page)
    {
        await browsing.Member("Zeno");
        await page.GotoAsync("/staff/mentors");
        await page.GetByLabel("Who").FillAsync("zeno@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Say what they offer" }).ClickAsync();
        foreach (var part in new[] { "Type the hours", "Days away, single hours" }) await page.GetByText(part).ClickAsync();
        await page.GetByLabel("Skills").FillAsync("Optics, Lasers");
        await page.GetByLabel("A question to everybody who books").FillAsync("Which lens?");
        foreach (var day in new[] { "Monday", "Wednesday", "Friday" }) await page.GetByLabel(day, new() { Exact = true }).FillAsync("09:00–12:00");
        await page.GetByLabel("Days away").FillAsync("2026-12-24 – 2027-01-02");
        await page.GetByLabel("Each session waits for the mentor’s yes").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
    }
}
