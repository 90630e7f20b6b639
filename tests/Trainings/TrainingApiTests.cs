using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Trainings;

public class TrainingApiTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_refusal_for_a_missing_certification_names_the_next_training_and_its_seat_can_be_taken()
    {
        using var tool = await lab.Admin.Post("/api/v1/tools", """{"id": "lathe", "name": "Lathe", "policy": {"requiredCertifications": ["lathe"]}}""");
        var late = await Plan("lathe", "2026-12-09", seats: 5);
        var soon = await Plan("lathe", "2026-12-02", seats: 1);
        using var refused = await lab.Ada.Book("lathe", "2026-12-20T10:00:00Z", "2026-12-20T11:00:00Z");
        var next = (await refused.Json())["refusals"]![0]!["data"]!["nextTraining"]!;
        ((string)next["id"]!).ShouldBe(soon);
        using var seat = await lab.Ada.PostAsync($"/api/v1/trainings/{soon}/seats", null);
        seat.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var full = await lab.Ben.PostAsync($"/api/v1/trainings/{soon}/seats", null);
        (await full.Code()).ShouldBe("training-full");
        using var other = await lab.Ben.Book("lathe", "2026-12-20T10:00:00Z", "2026-12-20T11:00:00Z");
        ((string)(await other.Json())["refusals"]![0]!["data"]!["nextTraining"]!["id"]!).ShouldBe(late);

        using var left = await lab.Ada.DeleteAsync($"/api/v1/trainings/{soon}/seats");
        ((int)(await left.Json())["seatsLeft"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Only_staff_plan_trainings_and_take_seats_for_others()
    {
        using var member = await lab.Ada.Post("/api/v1/trainings", """{"title": "x"}""");
        member.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var training = await Plan("saw-safety", "2026-12-03", seats: 2);
        using var others = await lab.Ada.Post($"/api/v1/trainings/{training}/seats", """{"memberId": "ben"}""");
        (await others.Code()).ShouldBe("not-yours");
        using var staff = await lab.Staff.Post($"/api/v1/trainings/{training}/seats", """{"memberId": "ben"}""");
        staff.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((bool)(await lab.Ben.Json("/api/v1/trainings?certification=saw-safety"))[0]!["joined"]!).ShouldBeTrue();
        (await lab.Ben.Json("/api/v1/trainings?certification=saw-safety"))[0]!["members"].ShouldBeNull();
    }

    private async Task<string> Plan(string certification, string day, int seats)
    {
        using var known = await lab.Staff.Post("/api/v1/members/sam/certifications", $$"""{"id": "{{certification}}"}""");
        using var made = await lab.Staff.Post("/api/v1/trainings",
            $$"""{"title": "{{certification}} for beginners", "certificationId": "{{certification}}", "start": "{{day}}T09:00:00Z", "end": "{{day}}T12:00:00Z", "seats": {{seats}}}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (string)(await made.Json())["id"]!;
    }
}
