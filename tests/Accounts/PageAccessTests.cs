using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Hosting;
using Microsoft.AspNetCore.Components;

namespace Makerspace.Tests.Accounts;

/// <summary>What the API refuses to somebody no page shows them.</summary>
public partial class PageAccessTests(Lab lab) : IClassFixture<Lab>
{
    private const string Nothing = "6f1e2d3c-0000-4000-8000-000000000000";

    [Fact]
    public async Task Nobody_but_staff_reads_a_page_of_the_staff()
    {
        var pages = typeof(WebServer).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Where(r => r.StartsWith("/staff", StringComparison.Ordinal)).ToList();
        pages.Count.ShouldBeGreaterThan(40);
        var seen = new List<string>();
        foreach (var page in pages.Select(p => Parts().Replace(p, m => m.Value.Contains(":guid", StringComparison.Ordinal) ? Nothing : "ada")))
        {
            foreach (var (who, client, address) in new[] { ("nobody", lab.Nobody, page), ("a member", lab.Ada, page), ("a mentor", lab.Mentor, page), ("a mentor", lab.Mentor, "/STAFF" + page["/staff".Length..]) })
            {
                using var answer = await client.GetAsync(address);
                if (answer.StatusCode is not (HttpStatusCode.Found or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)) seen.Add($"{address} by {who}: {answer.StatusCode}");
            }
        }
        seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_leads_on_before_it_is_drawn_leads_on()
    {
        using var made = await lab.Admin.PutAsync("/api/v1/mentors/mia", new StringContent("""{"weekly": [{"days": ["mon"], "from": "10:00", "to": "12:00"}]}""", System.Text.Encoding.UTF8, "application/json"));
        made.EnsureSuccessStatusCode();
        foreach (var page in new[] { "/tools/mentor-mia", "/t/mentor-mia" })
        {
            using var answer = await lab.Ada.GetAsync(page);
            answer.StatusCode.ShouldBe(HttpStatusCode.Found, page);
            answer.Headers.Location!.OriginalString.ShouldBe("/mentors/mia");
        }
    }

    [Fact]
    public async Task What_is_somebody_elses_is_not_there()
    {
        var booking = (string)(await (await lab.Ada.Book("saw", "2026-12-03T10:00:00Z", "2026-12-03T11:00:00Z")).Json())["id"]!;
        foreach (var page in new[] { $"/bookings/{booking}", $"/bookings/{booking}/move", "/certificates/ada/turning", "/money?account=member-ada", "/money/statement?account=member-ada", "/tools/secret", "/t/secret", "/t/secret/problem", "/tools/secret/repeat", "/staff/members/ada/passport" })
        {
            (await Reads(lab.Nobody, page)).ShouldBeFalse(page + " by nobody");
            (await Reads(lab.Ben, page)).ShouldBeFalse(page + " by another member");
            (await Reads(lab.Mentor, page)).ShouldBeFalse(page + " by a mentor");
        }
        (await Reads(lab.Ada, "/bookings/" + booking)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_reported_is_read_by_staff_and_who_reported_it()
    {
        using var reported = await lab.Ada.Post("/api/v1/tools/laser-1/problems", """{"words": "Ben has bent the lens", "hazard": true}""");
        reported.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await lab.Ada.GetStringAsync("/t/laser-1")).ShouldContain("Ben has bent the lens");
        (await lab.Staff.GetStringAsync("/t/laser-1")).ShouldContain("Ben has bent the lens");
        var toBen = await lab.Ben.GetStringAsync("/t/laser-1");
        toBen.ShouldNotContain("has bent the lens");
        toBen.ShouldContain("Danger");   // that it is dangerous everybody is told
        (await lab.Nobody.GetStringAsync("/t/laser-1")).ShouldNotContain("has bent the lens");
        // Nor where one is about to report another; that there is one they are told.
        (await lab.Ada.GetStringAsync("/t/laser-1/problem")).ShouldContain("Ben has bent the lens");
        var another = await lab.Ben.GetStringAsync("/t/laser-1/problem");
        another.ShouldNotContain("has bent the lens");
        another.ShouldContain("Known already");
    }

    [Fact]
    public async Task Who_takes_part_in_a_training_is_for_who_gives_it()
    {
        using (var known = await lab.Admin.PutAsync("/api/v1/certifications/knots", new StringContent("""{"name": "Knots"}""", System.Text.Encoding.UTF8, "application/json"))) known.EnsureSuccessStatusCode();
        using var planned = await lab.Staff.Post("/api/v1/trainings", """{"title": "Knots", "certificationId": "knots", "start": "2027-01-05T10:00:00Z", "end": "2027-01-05T11:00:00Z", "seats": 4}""");
        var page = "/trainings/" + (string)(await planned.Json())["id"]!;
        (await lab.Staff.GetStringAsync(page)).ShouldContain("Who takes part");
        foreach (var client in new[] { lab.Ben, lab.Mentor }) (await client.GetStringAsync(page)).ShouldNotContain("Who takes part");
    }

    private static async Task<bool> Reads(HttpClient client, string page)
    {
        using var answer = await client.GetAsync(page);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parts();
}
