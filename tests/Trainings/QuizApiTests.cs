using System.Net;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Trainings;

namespace Makerspace.Tests.Trainings;

/// <summary>A quiz whose answers nobody finds but by knowing them.</summary>
public class QuizApiTests(Lab lab) : IClassFixture<Lab>
{
    private const string Definition = """
        {"name": "Sparks", "validity": "P30D", "quiz": {"passMark": 100, "retryAfter": "PT30M", "questions": [
          {"text": "What burns?", "options": ["Wood", "Steel"], "right": [0]},
          {"text": "What do you wear?", "options": ["Glasses", "Gloves", "Shoes"], "right": [0, 2]}]}}
        """;

    [Fact]
    public async Task Answers_are_told_to_staff_alone_and_a_wrong_attempt_tells_nothing()
    {
        (await Define("sparks")).ShouldBe(HttpStatusCode.OK);
        // Everything a member may ask for, and the pages: none of it says which options are right.
        foreach (var path in new[] { "/api/v1/certifications/sparks", "/api/v1/certifications/sparks/quiz", "/api/v1/members/ada/passport", "/api/v1/certifications" })
        {
            var text = await lab.Ada.GetStringAsync(path, TestContext.Current.CancellationToken);
            text.ShouldNotContain("right", Case.Insensitive, path);
        }
        using (var definition = await lab.Ada.GetAsync("/api/v1/certifications/sparks/definition", TestContext.Current.CancellationToken)) definition.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await lab.Staff.GetStringAsync("/api/v1/certifications/sparks/definition", TestContext.Current.CancellationToken)).ShouldContain("right");
        var page = await lab.Ada.GetStringAsync("/quiz/sparks", TestContext.Current.CancellationToken);
        var options = System.Text.RegularExpressions.Regex.Matches(page, "<input type=\"checkbox\"[^>]*>").Select(m => System.Text.RegularExpressions.Regex.Replace(m.Value, "(name|value)=\"[^\"]*\"", "")).Distinct().ToList();
        options.ShouldHaveSingleItem();   // all options look the same
        page.ShouldNotContain("data-right");

        var quiz = await lab.Ada.Json("/api/v1/certifications/sparks/quiz");
        var version = (int)quiz["version"]!;
        using var half = await Answer(lab.Ada, "sparks", version, "[[0], [0]]");
        using var none = await Answer(lab.Ben, "sparks", version, "[[1], [1]]");
        var (one, other) = (await half.Json(), await none.Json());
        ((bool)one["passed"]!).ShouldBeFalse();
        one.AsObject().Remove("nextAt");
        other.AsObject().Remove("nextAt");
        one.ToJsonString().ShouldBe(other.ToJsonString(), "one right answer is told like none");
    }

    [Fact]
    public async Task After_a_failed_attempt_one_waits_and_a_passed_quiz_grants()
    {
        await Define("flames");
        var version = (int)(await lab.Ada.Json("/api/v1/certifications/flames/quiz"))["version"]!;
        using (var failed = await Answer(lab.Ada, "flames", version, "[[1], [0, 2]]")) ((bool)(await failed.Json())["passed"]!).ShouldBeFalse();
        using (var soon = await Answer(lab.Ada, "flames", version, "[[0], [0, 2]]")) (await soon.Code()).ShouldBe("quiz-too-soon");
        // The page says so before anybody answers, and to whoever had it open before and answers all the same.
        (await lab.Ada.GetStringAsync("/quiz/flames", TestContext.Current.CancellationToken)).ShouldContain("data-code=\"quiz-too-soon\"");
        using (var sent = await lab.Ada.Submit("/quiz/flames", "quiz", ("version", version.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("q0", "0")))
        {
            sent.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await sent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("data-code=\"quiz-too-soon\"");
        }
        ((await lab.Ada.Json("/api/v1/members/ada/passport"))["certifications"]!.AsArray().Single(c => (string)c!["id"]! == "flames")!["standing"]!.GetValue<string>()).ShouldBe("Not");
        using (var later = await lab.Admin.Post("/dev/clock", """{"advance": "PT31M"}""")) later.EnsureSuccessStatusCode();
        using (var passed = await Answer(lab.Ada, "flames", version, "[[0], [2, 0]]"))
        {
            var result = await passed.Json();
            ((bool)result["passed"]!, (bool)result["granted"]!).ShouldBe((true, true));
        }
        // Answers to a quiz that was changed since count for nothing.
        (await Define("flames", Definition.Replace("Steel", "Copper", StringComparison.Ordinal))).ShouldBe(HttpStatusCode.OK);
        using var old = await Answer(lab.Ben, "flames", version, "[[0], [0, 2]]");
        (await old.Code()).ShouldBe("changed-meanwhile");
    }

    [Fact]
    public async Task A_quiz_is_not_offered_while_its_certification_is_held_until_that_ends_soon()
    {
        await Define("embers", Definition.Replace("P30D", "P365D", StringComparison.Ordinal));
        (await lab.Ben.GetStringAsync("/passport", TestContext.Current.CancellationToken)).ShouldContain("href=\"/quiz/embers\"");
        var version = (int)(await lab.Ben.Json("/api/v1/certifications/embers/quiz"))["version"]!;
        using (var granted = await lab.Staff.Post("/api/v1/members/ben/certifications", """{"id": "embers", "override": {"reason": "knows it"}}""")) granted.IsSuccessStatusCode.ShouldBeTrue();
        (await lab.Ben.GetStringAsync("/passport", TestContext.Current.CancellationToken)).ShouldNotContain("href=\"/quiz/embers\"");
        (await lab.Ben.GetStringAsync("/quiz/embers", TestContext.Current.CancellationToken)).ShouldNotContain("What burns?");
        using (var sent = await lab.Ben.Submit("/quiz/embers", "quiz", ("version", version.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("q0", "0"))) sent.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await lab.Ben.Json("/api/v1/members/ben/passport"))["certifications"]!.AsArray().Single(c => (string)c!["id"]! == "embers")!["standing"]!.GetValue<string>().ShouldBe("Valid");
        using (var near = await lab.Staff.Post("/api/v1/members/ben/certifications", $$"""{"id": "embers", "until": "{{lab.Server.Clock.GetUtcNow().AddDays(20):yyyy-MM-ddTHH:mm:ssZ}}", "override": {"reason": "for a while"} }""")) near.IsSuccessStatusCode.ShouldBeTrue();
        (await lab.Ben.GetStringAsync("/passport", TestContext.Current.CancellationToken)).ShouldContain("href=\"/quiz/embers\"");
    }

    [Fact]
    public async Task Nothing_is_taken_away_without_a_reason()
    {
        await Define("torch", """{"name": "Torch"}""");
        using (var granted = await lab.Staff.Post("/api/v1/members/ben/certifications", """{"id": "torch"}""")) granted.IsSuccessStatusCode.ShouldBeTrue();
        foreach (var silent in new[] { "", "?reason=%20" })
        {
            using var refused = await lab.Staff.DeleteAsync("/api/v1/members/ben/certifications/torch" + silent, TestContext.Current.CancellationToken);
            (await refused.Code()).ShouldBe("missing-field");
        }
        using (var taken = await lab.Staff.DeleteAsync("/api/v1/members/ben/certifications/torch?reason=Left%20it%20burning", TestContext.Current.CancellationToken)) taken.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await lab.Ben.GetStringAsync("/passport", TestContext.Current.CancellationToken)).ShouldContain("Left it burning");
    }

    [Theory]
    [InlineData("""{"name": "X", "quiz": {"questions": []}}""", "out-of-range")]
    [InlineData("""{"name": "X", "quiz": {"questions": [{"text": "?", "options": ["a", "b"], "right": []}]}}""", "out-of-range")]
    [InlineData("""{"name": "X", "quiz": {"questions": [{"text": "?", "options": ["a", "b"], "right": [2]}]}}""", "out-of-range")]
    [InlineData("""{"name": "X", "quiz": {"questions": [null]}}""", "out-of-range")]
    [InlineData("""{"name": "X", "validity": "PT1H"}""", "out-of-range")]
    [InlineData("""{"name": "X", "prerequisites": ["none-such"]}""", "unknown-certification")]
    [InlineData("""{"name": "X", "levels": [{"name": "a", "hours": "PT5H"}, {"name": "b", "hours": "PT5H"}]}""", "contradiction")]
    [InlineData("""{"validity": "P30D"}""", "missing-field")]
    public async Task A_definition_that_contradicts_itself_is_not_taken(string body, string code)
    {
        using var answer = await lab.Staff.PutAsync("/api/v1/certifications/odd", Json(body), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Code()).ShouldBe(code);
    }

    [Fact]
    public async Task Nothing_leads_to_itself()
    {
        await Define("first", """{"name": "First"}""");
        await Define("second", """{"name": "Second", "prerequisites": ["first"]}""");
        using var circle = await lab.Staff.PutAsync("/api/v1/certifications/first", Json("""{"name": "First", "prerequisites": ["second"]}"""), TestContext.Current.CancellationToken);
        (await circle.Code()).ShouldBe("prerequisite-cycle");
    }

    [Fact]
    public void A_quiz_is_typed_as_lines_and_reads_as_it_was_written()
    {
        var questions = QuizText.Read("What burns?\r\n+ Wood\r\n- Steel\r\n\r\nWear?\n+Glasses\n- Gloves\n+ Shoes")!;
        questions.Select(q => (q.Text, string.Join(',', q.Options!), string.Join(',', q.Right!))).ShouldBe([("What burns?", "Wood,Steel", "0"), ("Wear?", "Glasses,Gloves,Shoes", "0,2")]);
        QuizText.Read("No right one\n- a\n- b").ShouldBeNull();
        QuizText.Read("One option\n+ a").ShouldBeNull();
    }

    private async Task<HttpStatusCode> Define(string id, string body = Definition)
    {
        using var answer = await lab.Staff.PutAsync("/api/v1/certifications/" + id, Json(body), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> Answer(HttpClient who, string id, int version, string answers) =>
        who.Post($"/api/v1/certifications/{id}/quiz", $$"""{"version": {{version}}, "answers": {{answers}}}""");

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
