using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>
/// A session from a mentor's hours to what is said of it, and the programme's figures; and another time by proposal and answer. On a server of its own: its clock is moved.
/// </summary>
[Trait("Kind", "Browser")]
public class SessionJourneyTests(Browsing browsing) : IClassFixture<Browsing>
{
    [Fact]
    public async Task A_start_up_meets_a_mentor_at_the_laser_both_are_reminded_and_it_counts_for_the_programme()
    {
        var staff = await browsing.Open("admin@example.org");
        var (mentor, phone) = (await Mentor(staff, "Maren", "Enclosures"), await browsing.Open(await StartUp("Rolf", "Hullworks"), phone: true));
        await SayWhen(mentor);
        await Book(phone);
        await Remind();
        await Hold(mentor, phone);
        await Count(staff);
    }

    [Fact]
    public async Task Another_time_is_proposed_and_answered_from_both_sides()
    {
        var staff = await browsing.Open("admin@example.org");
        var (mentor, phone) = (await Mentor(staff, "Iven", "Patents"), await browsing.Open(await browsing.Member("Lotte"), phone: true));
        await browsing.Offer(await Id("iven@example.com"), ["Patents"]);
        await phone.GotoAsync($"/mentors/{await Id("iven@example.com")}?day=2026-12-15&from=10:00&to=11:00");
        await phone.Locator("#booking").GetByRole(AriaRole.Button, new() { NameRegex = new("^Book") }).TapAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked.");
        await phone.GetByRole(AriaRole.Link, new() { Name = "Another time, notes and tasks" }).TapAsync();
        await Expect(phone).ToHaveURLAsync(new Regex("/sessions/.+"));
        var session = new Uri(phone.Url).AbsolutePath;

        // The mentor proposes, the member says yes.
        await mentor.GotoAsync(session);
        await Propose(mentor, "14:00", "15:00", "My train is late");
        await phone.GotoAsync("/sessions");
        await phone.Locator("#mine").GetByRole(AriaRole.Link, new() { Name = "Iven" }).First.TapAsync();
        await Expect(phone.Locator("#proposal")).ToContainTextAsync("My train is late");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Yes, move it" }).TapAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Moved.");
        await Expect(phone.Locator("main .when").First).ToContainTextAsync("14:00");

        // The member proposes, the mentor says no; then it stays.
        await Propose(phone, "15:00", "16:00", "");
        await mentor.GotoAsync("/mentoring");
        await mentor.Locator("#week").GetByRole(AriaRole.Link, new() { Name = "Lotte" }).First.ClickAsync();
        await mentor.GetByRole(AriaRole.Button, new() { Name = "No, it stays" }).ClickAsync();
        await Expect(mentor.Locator("main .when").First).ToContainTextAsync("14:00");
        await Expect(mentor.Locator("#proposal")).ToHaveCountAsync(0);
        await browsing.Quiet();
        var mail = await browsing.Http.GetStringAsync("/dev/mail");
        foreach (var subject in new[] { "Iven proposes another time", "Lotte proposes another time", "The session stays where it is" }) mail.ShouldContain(subject);
    }

    private static async Task SayWhen(IPage mentor)
    {
        await mentor.GotoAsync("/mentoring");
        await mentor.EvaluateAsync("document.querySelectorAll('#offer details').forEach(d => d.open = true)");
        await mentor.GetByLabel("A question to everybody who books").FillAsync("What goes into it?");
        foreach (var day in new[] { "Wednesday", "Thursday" }) await mentor.GetByLabel(day, new() { Exact = true }).FillAsync("10:00–12:00");
        await mentor.GetByLabel("Longest, in minutes").FillAsync("60");
        await mentor.Locator("#offer").GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(mentor.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
    }

    // The laser is somebody else's at eleven: neither of the two is booked then. At ten both are.
    private async Task Book(IPage phone)
    {
        await browsing.Post("/api/v1/members/admin/certifications", new { id = "laser" });
        await browsing.Book("laser", "2026-12-02T11:00:00+01:00", "2026-12-02T12:00:00+01:00");
        await phone.GotoAsync($"/mentors/{await Id("maren@example.com")}?day=2026-12-02&from=11:00&to=12:00&with=laser");
        await phone.GetByLabel("What goes into it?").FillAsync("A pump");
        await phone.Locator("#booking").GetByRole(AriaRole.Button, new() { NameRegex = new("^Book") }).TapAsync();
        await Expect(phone.Locator("#refused")).ToContainTextAsync("Laser");
        await phone.GotoAsync("/sessions");
        await Expect(phone.Locator("main")).Not.ToContainTextAsync("Maren");
        await phone.GotoAsync($"/mentors/{await Id("maren@example.com")}?day=2026-12-02&from=10:00&to=11:00&with=laser");
        await phone.GetByLabel("What goes into it?").FillAsync("A pump");
        await phone.Locator("#booking").GetByRole(AriaRole.Button, new() { NameRegex = new("^Book") }).TapAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked.");
        await Expect(phone.Locator("#life")).ToContainTextAsync("Laser");
    }

    // A day before, by the clock of the space; to each once, also when it is looked after again.
    private async Task Remind()
    {
        await browsing.Post("/dev/clock", new { now = "2026-12-01T10:01:00+01:00" });
        await browsing.Quiet();
        foreach (var to in new[] { "maren@example.com", "rolf@example.com" }) (await Mails(to, "Reminder: ")).ShouldBe(1, to);
        await browsing.Post("/dev/clock", new { now = "2026-12-02T09:01:00+01:00" });
        await browsing.Quiet();
        foreach (var to in new[] { "maren@example.com", "rolf@example.com" }) (await Mails(to, "Reminder: ")).ShouldBe(2, to);
    }

    private async Task Hold(IPage mentor, IPage phone)
    {
        await browsing.Post("/dev/clock", new { now = "2026-12-02T10:05:00+01:00" });
        await mentor.GotoAsync("/mentoring");
        await Expect(mentor.Locator("#week")).ToContainTextAsync("A pump");
        await mentor.Locator("#week").GetByRole(AriaRole.Link, new() { Name = "Rolf" }).First.ClickAsync();
        await mentor.Locator("#came").GetByRole(AriaRole.Button, new() { NameRegex = new("^Yes") }).ClickAsync();
        await Expect(mentor.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await browsing.Post("/dev/clock", new { now = "2026-12-02T11:05:00+01:00" });
        // Whatever is asked of a booking finds it as the clock has it.
        using var due = await browsing.Http.GetAsync($"/api/v1/bookings/{new Uri(mentor.Url).AbsolutePath.Split('/')[^1]}/cancel-terms");
        await browsing.Quiet();
        await mentor.ReloadAsync();
        await mentor.GetByLabel("Both of you read these").FillAsync("Three millimetres of acrylic");
        await mentor.GetByLabel("For you alone").FillAsync("Ask about the money");
        await mentor.GetByRole(AriaRole.Button, new() { Name = "Save the notes" }).ClickAsync();
        await Expect(mentor.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await mentor.GetByLabel("New task").FillAsync("Measure the pump");
        await mentor.GetByRole(AriaRole.Button, new() { Name = "Add the task" }).ClickAsync();
        await Expect(mentor.Locator("#tasks")).ToContainTextAsync("Measure the pump");

        await phone.GotoAsync("/sessions");
        await phone.GetByRole(AriaRole.Link, new() { Name = "Measure the pump" }).TapAsync();
        await Expect(phone.Locator("main")).ToContainTextAsync("Three millimetres of acrylic");
        await Expect(phone.Locator("main")).Not.ToContainTextAsync("Ask about the money");
        await phone.GetByLabel("From 1 (no help) to 5 (could not be better)").SelectOptionAsync("4");
        await phone.GetByLabel("In words").FillAsync("I know what to buy");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Say it" }).TapAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("Thank you.");
        await mentor.ReloadAsync();
        await Expect(mentor.Locator("#feedback")).ToContainTextAsync("I know what to buy");
        (await Mails("rolf@example.com", "How was it with Maren?")).ShouldBe(1);
    }

    private static async Task Count(IPage staff)
    {
        await staff.GotoAsync("/staff/mentors?from=2026-12-01&last=2026-12-31");
        await Expect(staff.GetByRole(AriaRole.Row, new() { Name = "Maren" })).ToContainTextAsync("4");
        await Expect(staff.GetByRole(AriaRole.Row, new() { Name = "Hullworks" })).ToContainTextAsync("1");
        // Printed, it is the figures and their period: no forms.
        await staff.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(staff.GetByRole(AriaRole.Row, new() { Name = "Maren" })).ToBeVisibleAsync();
        await Expect(staff.Locator("#add")).ToBeHiddenAsync();
        await staff.EmulateMediaAsync(new() { Media = Media.Screen });
    }

    private static async Task Propose(IPage page, string from, string to, string words)
    {
        await page.GetByText("Propose another time").ClickAsync();
        await page.GetByLabel("From", new() { Exact = true }).FillAsync(from);
        await page.GetByLabel("To", new() { Exact = true }).FillAsync(to);
        await page.GetByLabel("A word about it, if you like").FillAsync(words);
        await page.GetByRole(AriaRole.Button, new() { Name = "Propose it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Proposed.");
    }

    // Staff make somebody a mentor; from then on they say themselves when they have time.
    private async Task<IPage> Mentor(IPage staff, string name, string skill)
    {
        var page = await browsing.Open(await browsing.Member(name));
        await page.GotoAsync("/mentoring");
        await Expect(page.Locator("#offer")).ToHaveCountAsync(0);
        await staff.GotoAsync("/staff/mentors");
        await staff.GetByLabel("Who").FillAsync(name.ToLowerInvariant() + "@example.com");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Say what they offer" }).ClickAsync();
        await staff.GetByLabel("Skills").FillAsync(skill);
        await staff.Locator("#offer").GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        return page;
    }

    private async Task<string> StartUp(string name, string company)
    {
        var email = await browsing.Member(name, "laser");
        var id = (await browsing.Post("/api/v1/companies", new { name = company })).GetProperty("id").GetString();
        await browsing.Patch("/api/v1/members/" + await Id(email), $$"""{"companyId": "{{id}}"}""");
        return email;
    }

    private async Task<string> Id(string email) =>
        JsonDocument.Parse(await browsing.Http.GetStringAsync("/api/v1/members?q=" + email)).RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;

    private async Task<int> Mails(string to, string subject) =>
        JsonDocument.Parse(await browsing.Http.GetStringAsync("/dev/mail")).RootElement.EnumerateArray()
            .Count(m => m.GetProperty("to").GetString() == to && m.GetProperty("subject").GetString()!.StartsWith(subject, StringComparison.Ordinal));
}
