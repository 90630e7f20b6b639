using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Tests.Trainings;

/// <summary>What leads to a certification: the decision alone.</summary>
public class RequirementsTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 9, 0);
    private static readonly Instant Before = Now - Duration.FromDays(10);

    [Fact]
    public void Where_nothing_is_asked_for_attendance_alone_grants()
    {
        Requirements.GrantFollows(Facts(CertificationDefinition.None), Now).ShouldBeFalse();
        Requirements.GrantFollows(Facts(CertificationDefinition.None) with { Passport = Attended(Before) }, Now).ShouldBeTrue();
    }

    [Fact]
    public void Each_thing_is_missing_until_it_is_done_and_only_all_of_them_grant()
    {
        var wanted = new CertificationDefinition { Training = true, SignOff = true, Quiz = Quiz, SupervisedHours = Duration.FromHours(2), Prerequisites = ["safety"] };
        var facts = Facts(wanted);
        Missing(facts).ShouldBe(["prerequisite:safety", "training", "quiz", "sign-off", "hours"]);
        facts = facts with { Member = Holding(new Certification("safety", Before, null, "grace")) };
        facts = facts with { Passport = Attended(Before) };
        Missing(facts).ShouldBe(["quiz", "sign-off", "hours"]);
        facts = facts with { Passport = facts.Passport with { Quizzes = [new QuizStanding("laser", 1, Before, 2, 2, Before, Before)] } };
        facts = facts with { Passport = facts.Passport with { SignOffs = [new SignedOff("laser", "grace", Before, null)] } };
        Missing(facts).ShouldBe(["hours"]);
        Requirements.GrantFollows(facts, Now).ShouldBeFalse();
        facts = facts with { Passport = facts.Passport with { Hours = Hours(2) } };
        Missing(facts).ShouldBeEmpty();
        Requirements.GrantFollows(facts, Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-20, 400, true)]
    [InlineData(-20, -1, false)]  // ended yesterday
    [InlineData(5, 400, false)]   // begins next week
    public void What_is_to_be_held_before_is_held_now(int from, int until, bool met)
    {
        var held = new Certification("safety", Now + Duration.FromDays(from), Now + Duration.FromDays(until), "grace");
        var facts = Facts(new CertificationDefinition { Prerequisites = ["safety"] }) with { Member = Holding(held) };
        Missing(facts).IsEmpty.ShouldBe(met);
    }

    [Fact]
    public void A_prerequisite_that_lapsed_by_disuse_is_not_held()
    {
        var facts = Facts(new CertificationDefinition { Prerequisites = ["safety"] }) with
        {
            Member = Holding(new Certification("safety", Now - Duration.FromDays(100), null, "grace")),
            Lapses = ImmutableDictionary<string, Duration>.Empty.Add("safety", Duration.FromDays(90)),
        };
        Missing(facts).ShouldBe(["prerequisite:safety"]);
        Missing(facts with { LastUsed = ImmutableDictionary<string, Instant>.Empty.Add("safety", Before) }).ShouldBeEmpty();
    }

    [Fact]
    public void What_led_to_one_certificate_does_not_lead_to_the_next_but_hours_stay()
    {
        var facts = Facts(new CertificationDefinition { Training = true, SupervisedHours = Duration.FromHours(2) }) with
        {
            Passport = Attended(Before) with { Hours = Hours(3) },
            Member = Holding(new Certification("laser", Before + Duration.FromHours(1), Now, "grace")),
        };
        Missing(facts).ShouldBe(["training"]);
        var again = facts.Passport with { Attended = facts.Passport.Attended.Add(new Attendance(Guid.NewGuid(), "laser", Now, "grace")) };
        Requirements.GrantFollows(facts with { Passport = again }, Now).ShouldBeTrue();
    }

    [Theory, InlineData(-400), InlineData(400)]
    public void What_led_to_one_certificate_is_spent_also_where_that_was_dated_back_or_ahead(int days)
    {
        var granted = new Certification("laser", Now + Duration.FromDays(days), null, "grace") { GrantedAt = Before + Duration.FromHours(1) };
        var facts = Facts(new CertificationDefinition { Training = true }) with { Passport = Attended(Before), Member = Holding(granted) };
        Requirements.GrantFollows(facts, Now).ShouldBeFalse();
        Requirements.GrantFollows(facts with { Passport = Attended(Now) }, Now).ShouldBeTrue();
    }

    [Fact]
    public void After_a_revocation_everything_is_done_anew_and_hours_alone_bring_nothing_back()
    {
        var revoked = Holding() with { Revocations = [new Revocation("laser", Now - Duration.FromDays(1), "sam", "unsafe")] };
        Requirements.GrantFollows(Facts(new CertificationDefinition { Training = true }) with { Passport = Attended(Before), Member = revoked }, Now).ShouldBeFalse();
        var hours = Facts(new CertificationDefinition { SupervisedHours = Duration.FromHours(1) }) with { Passport = new PassportView { Hours = Hours(5) } };
        Requirements.GrantFollows(hours, Now).ShouldBeTrue();
        Requirements.GrantFollows(hours with { Member = revoked }, Now).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, null, "Apprentice")]
    [InlineData(9, null, "Apprentice")]
    [InlineData(10, "Apprentice", "Journeyman")]
    [InlineData(49, "Apprentice", "Journeyman")]
    [InlineData(50, "Journeyman", null)]
    public void Confirmed_hours_come_to_a_level(int hours, string? reached, string? next)
    {
        var wanted = new CertificationDefinition { Levels = [new Level("Apprentice", Duration.FromHours(10)), new Level("Journeyman", Duration.FromHours(50))] };
        var (now, then) = Requirements.LevelOf(wanted, Duration.FromHours(hours));
        (now?.Name, then?.Name).ShouldBe((reached, next));
    }

    [Fact]
    public void A_question_is_right_where_just_its_right_options_are_chosen()
    {
        Quiz.Right([[0], [0, 2]]).ShouldBe(2);
        Quiz.Right([[0], [2, 0, 0]]).ShouldBe(2);
        Quiz.Right([[0], [0]]).ShouldBe(1);
        Quiz.Right([[0, 1], [0, 1, 2]]).ShouldBe(0);
        Quiz.Right([[], []]).ShouldBe(0);
        Quiz.Right([]).ShouldBe(0);
        Quiz.Right([[0], [0, 2], [0], [1]]).ShouldBe(2);
        Quiz.Passes(2).ShouldBeTrue();
        Quiz.Passes(1).ShouldBeFalse();
        (Quiz with { PassMark = 50 }).Passes(1).ShouldBeTrue();
        new Quiz().Passes(0).ShouldBeFalse();
    }

    private static readonly Quiz Quiz = new()
    {
        Questions = [new QuizQuestion("What burns?", ["Wood", "Steel"], [0]), new QuizQuestion("What do you wear?", ["Glasses", "Gloves", "Shoes"], [0, 2])],
    };

    private static ImmutableArray<string> Missing(GrantFacts facts) => [.. Requirements.Of(facts, Now).Where(r => !r.Met).Select(r => r.Code)];

    private static GrantFacts Facts(CertificationDefinition wanted) => new(
        new CertificationView("laser", wanted, 1, 1), new PassportView(), Holding(), ImmutableDictionary<string, Instant>.Empty, ImmutableDictionary<string, Duration>.Empty);

    private static PassportView Attended(Instant at) => new() { Attended = [new Attendance(Guid.NewGuid(), "laser", at, "grace")] };

    private static MemberView Holding(params ImmutableArray<Certification> held) => new("ada", new MemberDefinition { Name = "Ada" }, held, 1);

    private static ImmutableDictionary<string, Duration> Hours(int hours) => ImmutableDictionary<string, Duration>.Empty.Add("laser", Duration.FromHours(hours));
}
