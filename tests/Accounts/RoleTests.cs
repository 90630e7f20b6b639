using System.Net;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Accounts;

/// <summary>Who becomes a mentor, of the staff, an administrator: by whom, from when, and what the journal has of it.</summary>
public class RoleTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task An_administrator_makes_staff_of_a_member_and_a_member_of_them_again()
    {
        using var uma = await lab.Server.Person("uma", Roles.Member);
        (await Role("uma")).ShouldBe(Roles.Member);
        (await uma.GetAsync("/api/v1/members/uma/role")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Given("uma", "wizard")).Code.ShouldBe("unknown-value");
        (await Given("nobody-here", Roles.Staff)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Given("uma", Roles.Staff)).Status.ShouldBe(HttpStatusCode.OK);
        (await Role("uma")).ShouldBe(Roles.Staff);
        using var asStaff = await lab.Server.As("uma@example.org");
        (await asStaff.GetAsync("/api/v1/members/ada/notes")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await lab.Admin.GetStringAsync("/api/v1/journal?memberId=uma&type=member-changed")).ShouldContain("role: staff");

        // What a token could a moment ago it cannot any more.
        (await Given("uma", Roles.Member)).Status.ShouldBe(HttpStatusCode.OK);
        (await asStaff.GetAsync("/api/v1/members/ada/notes")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Role("uma")).ShouldBe(Roles.Member);
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_so_that_an_administrator_is_left()
    {
        (await Given("admin", Roles.Member)).Code.ShouldBe("own-role");
        (await Role("admin")).ShouldBe(Roles.Admin);
    }

    [Fact]
    public async Task Whoever_the_staff_make_a_mentor_changes_their_hours_themselves()
    {
        using var vic = await lab.Server.Person("vic", Roles.Member);
        const string offer = """{"skills": ["Glass"], "weekly": [{"days": ["mon"], "from": "10:00", "to": "12:00"}]}""";
        using var early = await vic.PutAsync("/api/v1/mentors/vic", Body(offer));
        early.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var made = await lab.Staff.PutAsync("/api/v1/mentors/vic", Body(offer));
        made.StatusCode.ShouldBe(HttpStatusCode.OK, await made.Content.ReadAsStringAsync());
        using var asMentor = await lab.Server.As("vic@example.org");
        using var own = await asMentor.PutAsync("/api/v1/mentors/vic", Body(offer));
        own.StatusCode.ShouldBe(HttpStatusCode.OK, await own.Content.ReadAsStringAsync());
        // Somebody of the staff who mentors as well stays of the staff.
        using var staff = await lab.Admin.PutAsync("/api/v1/mentors/sam", Body(offer));
        staff.EnsureSuccessStatusCode();
        (await Role("sam")).ShouldBe(Roles.Staff);
    }

    private async Task<string> Role(string member) => (string)(await lab.Admin.Json($"/api/v1/members/{member}/role"))["role"]!;

    private async Task<(HttpStatusCode Status, string? Code)> Given(string member, string role)
    {
        using var answer = await lab.Admin.PutAsync($"/api/v1/members/{member}/role", Body($$"""{"role": "{{role}}"}"""));
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : await answer.Code());
    }

    private static StringContent Body(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
