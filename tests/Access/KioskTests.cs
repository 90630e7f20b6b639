using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Access;

/// <summary>The screen by the door, as a browser without script sees it.</summary>
public class KioskTests(DeviceServer stage) : IClassFixture<DeviceServer>
{
    [Fact]
    public async Task Somebody_shows_a_badge_starts_what_they_have_booked_and_stops()
    {
        await stage.Interlock("press");
        var booking = await stage.Booked("press");
        using var kiosk = await Kiosk("kiosk-1");
        var mine = await Send(kiosk, "who", ("badge", "04:a1:b2:c3"));
        mine.ShouldContain("Hello ada");
        mine.ShouldContain("Start, and check in");
        var slip = Slip(mine);
        (await Send(kiosk, "act", ("slip", slip), ("do", "in:" + booking))).ShouldContain("Checked in. Have a good time.");
        ((string)(await stage.Ada.Json("/api/v1/bookings/" + booking))["state"]!).ShouldBe("CheckedIn");
        (await kiosk.GetStringAsync("/kiosk")).ShouldContain("<p>ada</p>", customMessage: "who is in");
        (await Send(kiosk, "act", ("slip", slip), ("do", "out:" + booking))).ShouldContain("Checked out. Thank you.");
        ((string)(await stage.Ada.Json("/api/v1/bookings/" + booking))["state"]!).ShouldBe("Completed");

        // Without a booking: what would be accepted is offered, and begins at once.
        (await Send(kiosk, "act", ("slip", slip), ("do", "look:press"))).ShouldContain("start:press:60");
        (await Send(kiosk, "act", ("slip", slip), ("do", "start:press:30"))).ShouldContain("It is yours until");
        (await Send(kiosk, "act", ("slip", slip), ("do", "leave"))).ShouldContain("Good-bye.");
        (await Send(kiosk, "act", ("slip", "made-up"), ("do", "start:press:30"))).ShouldNotContain("It is yours");
    }

    [Fact]
    public async Task A_number_and_a_PIN_do_as_well_and_wrong_ones_are_tried_only_so_often()
    {
        using var made = await stage.Admin.PutAsync("/api/v1/members/ben/pin", null);
        var pin = await made.Json();
        var (number, right) = (((int)pin["number"]!).ToString(System.Globalization.CultureInfo.InvariantCulture), (string)pin["pin"]!);
        using var kiosk = await Kiosk("kiosk-2");
        (await Send(kiosk, "who", ("number", number), ("pin", right))).ShouldContain("Hello ben");
        var wrong = right == "000000" ? "000001" : "000000";
        for (var i = 0; i < 5; i++) (await Send(kiosk, "who", ("number", number), ("pin", wrong))).ShouldContain("do not fit");
        (await Send(kiosk, "who", ("number", number), ("pin", right))).ShouldContain("do not fit", customMessage: "locked for ten minutes");
        for (var i = 0; i < 10; i++) await Send(kiosk, "who", ("badge", "FFFF000" + i));
        (await Send(kiosk, "who", ("badge", "04A1B2C3"))).ShouldContain("Too many wrong tries");
    }

    [Fact]
    public async Task A_browser_is_a_kiosk_only_by_a_kiosks_secret_and_no_longer_than_that_is_good()
    {
        var interlock = await stage.Interlock("punch");
        using var browser = stage.Server.Anonymous();
        (await Send(browser, "join", ("secret", interlock))).ShouldContain("That is no secret of a kiosk.");
        (await Send(browser, "join", ("secret", "msd_kiosk-9.AAAA"))).ShouldContain("That is no secret of a kiosk.");
        using var kiosk = await Kiosk("kiosk-3");
        (await kiosk.GetStringAsync("/kiosk")).ShouldContain("Who are you?");
        await DeviceServer.Made(stage.Admin, "/api/v1/devices/kiosk-3/secret", "{}");
        (await kiosk.GetStringAsync("/kiosk")).ShouldContain("This screen is no kiosk yet.");
    }

    private async Task<HttpClient> Kiosk(string id)
    {
        var secret = (string)(await DeviceServer.Made(stage.Admin, "/api/v1/devices", $$"""{"id": "{{id}}", "name": "{{id}}", "kind": "Kiosk", "areaId": "hall"}"""))["secret"]!;
        var kiosk = stage.Server.Anonymous();
        await Send(kiosk, "join", ("secret", secret));
        return kiosk;
    }

    // A form as the page has it, with its hidden fields.
    private static async Task<string> Send(HttpClient client, string form, params (string Name, string Value)[] fields)
    {
        var page = new HtmlParser().ParseDocument(await client.GetStringAsync("/kiosk"));
        var token = page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]);
        using var answer = await client.PostAsync("/kiosk", content);
        answer.StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError);
        answer.StatusCode.ShouldNotBe(HttpStatusCode.BadRequest);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static string Slip(string page) => Regex.Match(page, "name=\"slip\" value=\"([^\"]+)\"").Groups[1].Value;
}
