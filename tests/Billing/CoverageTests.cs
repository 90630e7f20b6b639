using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>Memberships follow what is paid for.</summary>
public class CoverageTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 12, 0);
    private static readonly Membership Assigned = new() { PlanId = "standard", AllHours = true };
    private static readonly SubscriptionView Active = new()
    {
        SubscriptionId = "sub_1", PlanId = "full", Status = "active", StartedAt = Now - Duration.FromDays(10), PeriodEnd = Now + Duration.FromDays(20),
    };

    [Fact]
    public void Who_never_bought_anything_keeps_what_staff_assigned()
    {
        Follow(Assigned, null).ShouldBe(Assigned);
        Follow(Assigned, Own(null)).ShouldBe(Assigned);
        Follow(Assigned, Own(Active with { Status = "incomplete" })).ShouldBe(Assigned);
        Follow(Assigned, null, Company(Active), person: null).ShouldBe(Assigned);
        Follow(Assigned, null, Company(Active), Person(seat: false)).ShouldBe(Assigned);
    }

    [Fact]
    public void A_subscription_covers_open_end() => Follow(Assigned, Own(Active)).ShouldBe(
        Assigned with { PlanId = "full", PaidBy = "member-ada", From = Active.StartedAt });

    [Fact]
    public void One_cancelled_at_the_end_of_its_period_covers_until_then() =>
        Follow(Assigned, Own(Active with { CancelAtPeriodEnd = true })).ShouldSatisfyAllConditions(m => m.Active.ShouldBeTrue(), m => m.Until.ShouldBe(Active.PeriodEnd));

    [Fact]
    public void A_subscription_late_in_paying_still_covers() => Follow(Assigned, Own(Active with { Status = "past_due" })).Active.ShouldBeTrue();

    [Theory, InlineData("unpaid", false), InlineData("paused", false), InlineData("active", true)]
    public void Paused_or_unpaid_it_covers_nothing_and_goes_on_when_it_does(string status, bool paused)
    {
        var stopped = Follow(Follow(Assigned, Own(Active)), Own(Active with { Status = status, Paused = paused }));
        (stopped.Active, stopped.Until).ShouldBe((false, null));
        Follow(stopped, Own(Active)).Active.ShouldBeTrue();
    }

    [Fact]
    public void Ended_it_covers_nothing_from_then_on_and_a_new_one_covers_again()
    {
        var end = Now - Duration.FromHours(1);
        var ended = Follow(Follow(Assigned, Own(Active)), Own(Active with { Status = "canceled", EndedAt = end }));
        (ended.Active, ended.Until).ShouldBe((false, end));
        Follow(ended, Own(Active with { Status = "canceled", EndedAt = end }), now: Now + Duration.FromDays(3)).ShouldBe(ended);
        Follow(ended, Own(Active with { SubscriptionId = "sub_2" })).ShouldSatisfyAllConditions(m => m.Active.ShouldBeTrue(), m => m.Until.ShouldBeNull());
    }

    [Fact]
    public void A_seat_of_the_company_covers_and_its_loss_ends_it_at_once()
    {
        var seated = Follow(Assigned, null, Company(Active), Person(seat: true));
        (seated.PlanId, seated.PaidBy, seated.Active).ShouldBe(("full", "company-acme", true));
        foreach (var person in new[] { Person(seat: false), null })
        {
            var lost = Follow(seated, null, Company(Active), person);
            (lost.Active, lost.Until).ShouldBe((false, Now));
            Follow(lost, null, Company(Active), person, Now + Duration.FromDays(1)).ShouldBe(lost);
            Follow(lost, null, Company(Active), Person(seat: true)).Active.ShouldBeTrue();
        }
    }

    [Fact]
    public void Without_the_seat_an_own_subscription_covers()
    {
        var seated = Follow(Assigned, Own(Active with { PlanId = "small" }), Company(Active), Person(seat: true));
        seated.PlanId.ShouldBe("full");
        Follow(seated, Own(Active with { PlanId = "small" }), Company(Active), Person(seat: false)).ShouldSatisfyAllConditions(m => m.Active.ShouldBeTrue(), m => m.PlanId.ShouldBe("small"));
    }

    [Fact]
    public void When_the_companys_subscription_ends_its_seats_end_with_it()
    {
        var seated = Follow(Assigned, null, Company(Active), Person(seat: true));
        Follow(seated, null, Company(Active with { Status = "canceled", EndedAt = Now }), Person(seat: true)).Active.ShouldBeFalse();
    }

    [Fact]
    public void Days_bought_are_covered_whatever_the_rest_says_and_leave_with_the_account()
    {
        var day = new Slot(Now, Now + Duration.FromHours(24));
        var own = Own(null) with { Passes = [new PassView(Guid.NewGuid(), "day", "guest", day)] };
        var bought = Follow(Assigned, own);
        (bought.PlanId, bought.Active, bought.Passes!.Value.Single()).ShouldBe(("standard", true, day));
        Follow(Assigned with { Active = false }, own).PlanId.ShouldBe("guest");
        Follow(bought, Own(null)).Passes.ShouldBeNull();
    }

    private static Membership Follow(Membership @is, AccountView? own, AccountView? company = null, CompanyPerson? person = null, Instant? now = null) =>
        Coverage.Of(@is, own, company, person, now ?? Now);

    private static AccountView Own(SubscriptionView? subscription) => new() { Id = "member-ada", Subscription = subscription };

    private static AccountView Company(SubscriptionView? subscription) => new() { Id = "company-acme", Subscription = subscription };

    private static CompanyPerson Person(bool seat) => new("ada", CompanyRole.Member, seat);
}
