using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>What people come for, as they do it.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public partial class JourneyTests(Browsing browsing)
{
    [Fact]
    public async Task From_sign_up_to_the_first_booking_on_a_phone()
    {
        var page = await browsing.Open(phone: true);
        await browsing.SignUp(page, "Ada", "ada@example.com");
        await page.GetByRole(AriaRole.Link, new() { Name = "Book a tool" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Saw" }).ClickAsync();
        await Expect(page.Locator("#answer")).ToContainTextAsync("Free now until 22:00");
        await page.Locator(".lane[data-day='2026-12-01'] a[data-from='840']").TapAsync();
        await page.Locator(".lane[data-day='2026-12-01'] a[data-from='930']").TapAsync();
        await Expect(page.Locator(".pickbar")).ToContainTextAsync("14:00–16:00");
        await Expect(page.Locator(".pickbar")).ToContainTextAsync("Uses 2 h of the 6 h");
        await page.Locator(".pickbar").GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        await Expect(page.Locator("main")).ToContainTextAsync("Tue 1 Dec, 14:00–16:00");
        await page.GotoAsync("/today");
        await Expect(page.Locator("#today")).ToContainTextAsync(Soon());
    }

    // The clock goes on from nine o'clock while the test runs.
    [GeneratedRegex(@"In \d+ ", RegexOptions.None, 1000)]
    private static partial Regex Soon();

    [Fact]
    public async Task A_refusal_says_why_and_offers_what_works_with_one_press()
    {
        var email = await browsing.Member("Bea");
        await browsing.Book("lathe", "2026-12-01T13:00:00+01:00", "2026-12-01T14:00:00+01:00");
        var page = await browsing.Open(email);
        await page.GotoAsync("/tools/lathe?day=2026-12-01&from=13:00&to=14:00");
        await Expect(page.Locator("#preview")).ToContainTextAsync("Somebody else has booked");
        await page.Locator("#book").ClickAsync();
        await Expect(page.Locator("#refused")).ToContainTextAsync("Not booked");
        (await page.Locator("#from").InputValueAsync()).ShouldBe("13:00");
        await page.Locator(".alternatives button").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
    }

    [Fact]
    public async Task Two_browsers_see_each_others_booking_appear()
    {
        var (one, other) = (await browsing.Open(await browsing.Member("Cleo")), await browsing.Open(await browsing.Member("Dora")));
        await one.GotoAsync("/tools/router");
        await other.GotoAsync("/tools/router?day=2026-12-02&from=15:00&to=16:00");
        await other.Locator("#book").ClickAsync();
        await Expect(other.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked");
        await Expect(one.Locator(".lane[data-day='2026-12-02'] .block-taken")).ToContainTextAsync("15:00–16:00");
        await Expect(one.Locator("#announcer")).ToContainTextAsync("The board has changed.");
        await other.GotoAsync("/tools/router");
        await one.GotoAsync("/tools/router?day=2026-12-02&from=17:00&to=18:00");
        await one.Locator("#book").ClickAsync();
        await Expect(other.Locator(".lane[data-day='2026-12-02'] .block-taken")).ToContainTextAsync("17:00–18:00");
    }

    [Fact]
    public async Task A_slot_is_booked_by_keyboard_alone()
    {
        var page = await browsing.Open(await browsing.Member("Edda"));
        await page.GotoAsync("/tools/mill");
        await page.Locator("#board .step a[tabindex='0']").FocusAsync();
        foreach (var key in new[] { "ArrowRight", "ArrowDown", "ArrowDown", "Enter", "Shift+ArrowDown" }) await page.Keyboard.PressAsync(key);
        (await page.Locator("#day").InputValueAsync()).ShouldBe("2026-12-02");
        var from = await page.Locator("#from").InputValueAsync();
        await Expect(page.Locator("#preview .note-good")).ToBeVisibleAsync();
        await page.Locator("#book").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked");
        await Expect(page.Locator("main")).ToContainTextAsync($"Wed 2 Dec, {from}");
    }

    [Fact]
    public async Task A_slot_is_dragged_with_the_mouse()
    {
        var page = await browsing.Open(await browsing.Member("Finn"));
        await page.GotoAsync("/tools/loom");
        var start = (await page.Locator(".lane[data-day='2026-12-03'] a[data-from='540']").BoundingBoxAsync())!;
        var end = (await page.Locator(".lane[data-day='2026-12-03'] a[data-from='690']").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(start.X + 20, start.Y + 3);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(end.X + 20, end.Y + 2, new() { Steps = 6 });
        await page.Mouse.MoveAsync(end.X + 20, end.Y + end.Height - 3);
        await page.Mouse.UpAsync();
        (await page.Locator("#from").InputValueAsync()).ShouldBe("09:00");
        (await page.Locator("#to").InputValueAsync()).ShouldBe("12:00");
    }

    [Fact]
    public async Task A_slot_is_booked_moved_and_cancelled_without_script()
    {
        var page = await browsing.Open(await browsing.Member("Gita"), script: false);
        await page.GotoAsync("/tools/kiln");
        await page.Locator(".lane[data-day='2026-12-04'] a[data-from='660']").ClickAsync();
        await Expect(page.Locator("#preview")).ToContainTextAsync("Fri 4 Dec, 11:00–12:00");
        await page.Locator("#book").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked");
        await page.GetByRole(AriaRole.Link, new() { Name = "Move it" }).ClickAsync();
        await page.Locator("#from").FillAsync("14:00");
        await page.Locator("#to").FillAsync("15:30");
        await page.Locator("#book").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Fri 4 Dec, 14:00–15:30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this booking" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Cancelled");
    }

    [Fact]
    public async Task A_failed_form_comes_back_filled_with_its_faults()
    {
        var page = await browsing.Open();
        await page.GotoAsync("/sign-up");
        await page.Locator("#name").FillAsync("Hanna");
        await page.Locator("#email").FillAsync("hanna@example.com");
        await page.Locator("#password").FillAsync("short");
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("at least 10 characters");
        (await page.Locator("#name").InputValueAsync()).ShouldBe("Hanna");
        await Expect(page.Locator("#password")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Staff_edit_a_policy_plan_an_outage_and_grant_a_certification()
    {
        var member = await browsing.Member("Ida");
        var page = await browsing.Open("admin@example.org");
        await page.GotoAsync("/staff/tools/printer");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change its rules" }).ClickAsync();
        await page.GetByLabel("Longest booking").FillAsync("1 h 30 min");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await page.GotoAsync("/tools/printer?day=2026-12-05&from=10:00&to=12:00");
        await Expect(page.Locator("#preview")).ToContainTextAsync("The longest booking is 1 h 30 min");

        await browsing.Book("printer", "2026-12-07T10:00:00+01:00", "2026-12-07T11:00:00+01:00");
        await page.GotoAsync("/staff/outages?tool=printer");
        await page.GetByLabel("What members read").FillAsync("New nozzle");
        await page.Locator("#start-day").FillAsync("2026-12-07");
        await page.Locator("#end-day").FillAsync("2026-12-07");
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan the outage" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("1 booking lies in this outage");

        await page.GotoAsync("/staff/members?q=ida");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ida" }).ClickAsync();
        await page.Locator("#certification").SelectOptionAsync("laser");
        await page.GetByRole(AriaRole.Button, new() { Name = "Grant" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Granted.");
        var ida = await browsing.Open(member);
        await ida.GotoAsync("/tools/laser");
        await Expect(ida.Locator("main")).ToContainTextAsync("You are certified");
    }

    [Fact]
    public async Task Staff_try_a_rule_on_the_past_before_they_save_it_and_put_the_old_one_back()
    {
        await browsing.Book("mill", "2026-12-08T10:00:00+01:00", "2026-12-08T14:00:00+01:00");
        await browsing.Book("mill", "2026-12-09T10:00:00+01:00", "2026-12-09T11:00:00+01:00");
        var page = await browsing.Open("admin@example.org");
        await page.GotoAsync("/staff/rules");
        await page.GetByRole(AriaRole.Link, new() { Name = "Mill" }).ClickAsync();
        await page.GetByLabel("Shortest booking").FillAsync("3 h");
        await page.GetByLabel("Longest booking").FillAsync("2 h");
        await page.Locator("#to").FillAsync("2026-12-31");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it would have done" }).ClickAsync();
        await Expect(page.Locator("#minDuration-fault")).ToContainTextAsync("longer than the longest");
        await page.GetByLabel("Shortest booking").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it would have done" }).ClickAsync();
        await Expect(page.Locator("#simulation")).ToContainTextAsync("1 of");
        await Expect(page.Locator("#simulation")).ToContainTextAsync("Too long");
        await Expect(page.Locator("#simulation")).ToContainTextAsync("1 booking ahead would not be allowed any more");
        (await page.RunAxe()).Violations.Select(v => v.Id).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save these settings" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.Locator("main")).ToContainTextAsync("1 booking ahead would not be allowed any more");
        await Expect(page.Locator("#versions")).ToContainTextAsync("2 h instead of nothing");
        (await page.GetByLabel("Longest booking").InputValueAsync()).ShouldBe("2 h");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it back" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        (await page.GetByLabel("Longest booking").InputValueAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_table_is_looked_at_before_it_is_imported()
    {
        var page = await browsing.Open("admin@example.org");
        var table = await browsing.Http.GetByteArrayAsync("/api/v1/import/csv/template?kind=tools");
        await page.GotoAsync("/staff/import");
        await page.Locator("#kind").SelectOptionAsync("tools");
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "tools.csv", MimeType = "text/csv", Buffer = table });
        await page.GetByRole(AriaRole.Button, new() { Name = "Look what it would do" }).ClickAsync();
        await Expect(page.Locator("#report")).ToContainTextAsync("What would happen");
        await Expect(page.Locator("#report")).ToContainTextAsync("1 new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import it now" }).ClickAsync();
        await Expect(page.Locator("#report")).ToContainTextAsync("What has happened");
        await Expect(page.Locator("#report")).ToContainTextAsync("1 new");
    }

    [Fact]
    public async Task Control_K_finds_a_tool_by_keyboard()
    {
        var page = await browsing.Open("admin@example.org");
        await page.GotoAsync("/today");
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("lath");
        await Expect(page.Locator("#found a").First).ToContainTextAsync("Lathe");   // what was found for "la" has gone
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/tools/lathe$"));
    }

    [Fact]
    public async Task A_member_cannot_open_the_staffs_pages()
    {
        var page = await browsing.Open(await browsing.Member("Juno"));
        foreach (var path in PageList.Staff.Where(p => p.StartsWith("/staff", StringComparison.Ordinal)).Select(EveryPageTests.Filled(await browsing.Things())))
        {
            var answer = await page.GotoAsync(path);
            answer!.Status.ShouldBe(403, path);
        }
    }
}
