using System.Net;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Http;

/// <summary>What is longer than is kept is refused of a form as of a request, whatever the browser let through: with a fault, and nothing is saved.</summary>
public class FormLimitTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task Texts_of_forms_have_the_limits_of_the_API()
    {
        (await lab.Admin.Patch("/api/v1/space", """{"certifications": {"laser": "Laser"}}""")).EnsureSuccessStatusCode();
        var problem = await Made(lab.Ada, "/api/v1/tools/saw/problems", """{"words": "It smells"}""");
        var order = await Made(lab.Staff, "/api/v1/work-orders", """{"title": "Look at it", "target": "Tool", "targetId": "saw"}""");
        var training = await Made(lab.Staff, "/api/v1/trainings", """{"title": "First steps", "certificationId": "laser", "seats": 3, "start": "2027-03-01T09:00:00Z", "end": "2027-03-01T10:00:00Z"}""");
        var (day, work) = (new[] { ("day", "2027-03-01"), ("from", "10:00"), ("to", "11:00"), ("seats", "3") }, new[] { ("version", "1"), ("do", "save") });
        (HttpClient By, string Page, string Form, string Field, int Most, (string, string)[] More)[] forms =
        [
            (lab.Ada, "/t/saw/problem", "report", "words", 2000, [("key", Guid.NewGuid().ToString())]),
            (lab.Staff, "/staff/problems/" + problem, "order", "title", 200, []),
            (lab.Staff, "/staff/problems/" + problem, "close", "answer", 2000, []),
            (lab.Staff, "/staff/work/" + order, "order", "title", 200, work),
            (lab.Staff, "/staff/work/" + order, "order", "notes", 4000, [("title", "x"), .. work]),
            (lab.Staff, "/staff/work/" + order, "order", "tasks", 500, [("title", "x"), .. work]),
            (lab.Staff, "/staff/work/" + order, "order", "part", 200, [("title", "x"), ("quantity", "1"), .. work]),
            (lab.Staff, "/staff/work/" + order, "order", "result", 2000, [("title", "x"), ("version", "1"), ("do", "close")]),
            (lab.Staff, "/staff/outages", "plan", "title", 200, [("target", "tool:saw"), ("start-day", "2027-03-01"), ("start-time", "10:00"), ("end-day", "2027-03-01"), ("end-time", "11:00")]),
            (lab.Staff, "/staff/resources", "resource", "name", 100, []),
            (lab.Staff, "/staff/tools/saw/upkeep", "new-meter", "meter-name", 100, [("meter-kind", "hours")]),
            (lab.Staff, "/staff/tools/saw/upkeep", "new-plan", "plan-name", 100, [("every-days", "9")]),
            (lab.Staff, "/staff/announcements", "announce", "title", 100, [("text", "x")]),
            (lab.Staff, "/staff/announcements", "announce", "text", 2000, [("title", "x")]),
            (lab.Staff, "/staff/certifications/new", "certification", "name", 100, []),
            (lab.Staff, "/staff/certifications/new", "certification", "description", 2000, [("name", "x")]),
            (lab.Staff, "/staff/trainings", "plan", "title", 100, [("certification", "laser"), .. day]),
            (lab.Staff, "/trainings/" + training, "change", "title", 100, day),
            (lab.Staff, "/staff/members/ada/passport", "staff-laser", "words-laser", 500, [("do", "revoke")]),
            (lab.Staff, "/staff/tools/saw", "tool", "location", 200, [("name", "Saw")]),
            (lab.Staff, "/staff/tools/saw", "tool", "description", 4000, [("name", "Saw")]),
            (lab.Staff, "/staff/areas", "area", "name", 100, []),
            (lab.Staff, "/staff/plans", "plan", "name", 100, []),
            (lab.Staff, "/staff/companies", "company", "name", 100, []),
            (lab.Staff, "/staff/members/new", "member", "name", 100, []),
            (lab.Admin, "/staff/space", "add-closure", "closure-name", 100, [("first", "2027-03-01"), ("last", "2027-03-01")]),
            (lab.Admin, "/staff/space", "certification", "certification-name", 100, []),
            (lab.Staff, "/teach", "sign", "note", 500, [("certification", "laser"), ("email", "ada@example.org")]),
        ];
        var taken = new List<string>();
        foreach (var (by, page, form, field, most, rest) in forms)
        {
            using var refused = await by.Submit(page, form, [(field, new string('x', most + 1)), .. rest]);
            var html = await refused.Content.ReadAsStringAsync();
            if (refused.StatusCode != HttpStatusCode.UnprocessableEntity || !html.Contains($"{field}-fault", StringComparison.Ordinal)) taken.Add($"{page} {form} {field}: {(int)refused.StatusCode} {refused.Headers.Location}");
        }
        taken.ShouldBeEmpty();

        // A new line is one character, though a browser sends it as two.
        using var lines = await lab.Ada.Submit("/t/saw/problem", "report", ("key", Guid.NewGuid().ToString()), ("words", "x" + string.Concat(Enumerable.Repeat("\r\nx", 999))));
        lines.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task What_no_keyboard_types_is_taken_out_of_forms_and_addresses()
    {
        // A form of parts may have in it what one of fields may not.
        var html = await lab.Ada.GetStringAsync("/t/saw/problem");
        using (var form = new MultipartFormDataContent { { new StringContent("report"), "_handler" }, { new StringContent(html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0]), "__RequestVerificationToken" } })
        {
            form.Add(new StringContent("6f1e2d3c-0000-4000-8000-00000000000a"), "key");
            form.Add(new StringContent("It\0 hums\u0001\u0085 loudly"), "words");
            using var reported = await lab.Ada.PostAsync("/t/saw/problem", form);
            reported.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }
        ((string)(await lab.Ada.Json("/api/v1/problems/6f1e2d3c-0000-4000-8000-00000000000a"))["words"]!).ShouldBe("It hums loudly");
        foreach (var page in new[] { "/tools?q=%00saw", "/find?q=%00", "/not-allowed?area=%00", "/confirm?account=%00&token=%00", "/verify?code=%00", "/tools/saw?day=9999-12-31&from=10:00&to=11:00", "/tools/saw?day=-9998-01-01&from=10:00&to=11:00" })
            using (var read = await lab.Ada.GetAsync(page)) ((int)read.StatusCode).ShouldBeLessThan(500, page);
    }

    [Fact]
    public void A_length_of_many_digits_is_none() => Makerspace.Web.Tools.LengthText.Parse(new string('1', 60) + "!").ShouldBeNull();

    [Fact]
    public async Task What_is_no_form_is_refused_before_anybody_reads_it()
    {
        var (many, large) = (string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"f{i}=x")), "words=" + new string('x', 70_000));
        foreach (var (by, page) in new[] { (lab.Ada, "/waitlist"), (lab.Ada, "/me/notices"), (lab.Nobody, "/sign-up"), (lab.Nobody, "/kiosk") })
        {
            (await Refused(by, page, many, "application/x-www-form-urlencoded")).ShouldBe((400, "malformed-form"), page);
            (await Refused(by, page, large, "application/x-www-form-urlencoded")).ShouldBe((413, "body-too-large"), page);
            (await Refused(by, page, "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbroken off", "multipart/form-data; boundary=x")).ShouldBe((400, "malformed-form"), page);
            (await Refused(by, page, "a", "multipart/form-data")).ShouldBe((400, "malformed-form"), page);
        }
    }

    private static async Task<(int Status, string? Code)> Refused(HttpClient by, string page, string body, string type)
    {
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await by.PostAsync(page, content);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await answer.Code() : null);
    }

    private static async Task<string> Made(HttpClient by, string path, string body)
    {
        using var answer = await by.Post(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Json())["id"]!;
    }
}
