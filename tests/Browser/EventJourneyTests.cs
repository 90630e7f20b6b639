using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>A workshop with a line: planned on a desk, its one seat taken on a phone, waited for, given back, and had by who waited.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class EventJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_workshop_is_planned_with_a_machine_its_seat_is_taken_and_the_line_moves_up()
    {
        await browsing.Tool("enameller", new { });
        var (first, second) = (await browsing.Member("Quirin"), await browsing.Member("Rosalie"));
        var staff = await browsing.Open("admin@example.org");
        await staff.GotoAsync("/staff/events");
        await staff.GetByLabel("Name", new() { Exact = true }).FillAsync("Enamelling");
        await staff.GetByLabel("Day", new() { Exact = true }).FillAsync("2026-12-10");
        await staff.GetByLabel("From").FillAsync("18:00");
        await staff.GetByLabel("To", new() { Exact = true }).FillAsync("20:00");
        await staff.GetByLabel("Seats", new() { Exact = true }).FillAsync("1");
        await staff.GetByText("More: price, question").ClickAsync();
        await staff.GetByLabel("A question to everybody who takes a seat").FillAsync("Which colours?");
        await staff.GetByText("Book tools or a room for it").ClickAsync();
        await staff.GetByLabel("Enameller").CheckAsync();
        await staff.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Made.");

        var phone = await browsing.Open(first, phone: true);
        await phone.GotoAsync("/events");
        await phone.GetByRole(AriaRole.Link, new() { Name = "Enamelling" }).ClickAsync();
        await phone.GetByLabel("Which colours?").FillAsync("Blue");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Take a seat" }).ClickAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("You have a seat.");
        var other = await browsing.Open(second, phone: true);
        await other.GotoAsync(phone.Url);
        await other.GetByLabel("Which colours?").FillAsync("Green");
        await other.GetByRole(AriaRole.Button, new() { Name = "Wait for a seat" }).ClickAsync();
        await Expect(other.Locator("#event")).ToContainTextAsync("number 1 in the line");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Give my seat back" }).ClickAsync();
        await Expect(phone.GetByRole(AriaRole.Status)).ToContainTextAsync("free for others");
        await other.GotoAsync("/events");
        await Expect(other.Locator("#my-seats")).ToContainTextAsync("Enamelling");

        await staff.GetByRole(AriaRole.Link, new() { Name = "Enamelling" }).ClickAsync();
        await staff.GotoAsync(phone.Url.Split('?')[0]);
        await Expect(staff.Locator("#takes-part")).ToContainTextAsync("Rosa");
        await Expect(staff.Locator("#takes-part")).ToContainTextAsync("Green");
    }
}
