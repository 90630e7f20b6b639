using Makerspace.Billing;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class SubscribingTests
{
    private readonly Book book = new("company-acme");

    internal static ObservedSubscription Seen(Book book, string id = "sub_1", string status = "active", string plan = "maker", int seats = 1) => new(
        book.Provider.Looked(), id, status, plan, seats, Instant.FromUtc(2026, 11, 20, 9, 0), Instant.FromUtc(2026, 12, 20, 9, 0)) { UnitAmount = 3000, Currency = "eur" };

    [Fact]
    public void A_subscription_is_as_the_provider_has_it_and_an_older_look_changes_nothing()
    {
        var old = Seen(book, status: "trialing", plan: "team");
        book.See(Seen(book, plan: "team", seats: 4));
        book.See(old);
        book.View.Subscription.ShouldNotBeNull().ShouldSatisfyAllConditions(s => s.Status.ShouldBe("active"), s => s.Seats.ShouldBe(4), s => s.Covers.ShouldBeTrue());
        book.Notes.ShouldBe(["subscription-changed"]);
        book.See(Seen(book, plan: "team", seats: 4));
        book.Notes.Count.ShouldBe(1);
    }

    [Fact]
    public void A_second_subscription_is_ended_and_the_first_kept()
    {
        book.See(Seen(book, plan: "team"));
        book.See(Seen(book, id: "sub_2", plan: "team"));
        book.See(Seen(book, id: "sub_2", plan: "team"));
        book.View.Subscription!.SubscriptionId.ShouldBe("sub_1");
        var command = book.View.Waiting.ShouldHaveSingleItem();
        (command.Kind, command.Wish!.SubscriptionId, book.Notes.Count(n => n == "second-subscription")).ShouldBe((PaymentCommandKind.EndSubscription, "sub_2", 1));
        book.Deliver();
        book.See(Seen(book, id: "sub_2", status: "canceled", plan: "team") with { EndedAt = book.Now });
        (book.View.Subscription!.SubscriptionId, book.View.Waiting.Length).ShouldBe(("sub_1", 0));
    }

    [Fact]
    public void One_that_ended_makes_room_for_another()
    {
        book.See(Seen(book, plan: "team"));
        book.See(Seen(book, status: "canceled", plan: "team") with { EndedAt = book.Now });
        book.View.Subscription!.Covers.ShouldBeFalse();
        book.See(Seen(book, id: "sub_2", plan: "team"));
        book.View.Subscription!.SubscriptionId.ShouldBe("sub_2");
        book.See(Seen(book, status: "canceled", plan: "team") with { EndedAt = book.Now });
        book.View.Subscription!.SubscriptionId.ShouldBe("sub_2");
    }

    [Fact]
    public void A_change_is_on_its_way_until_it_is_done()
    {
        book.See(Seen(book, plan: "team", seats: 2));
        Change(new SubscriptionChange { Seats = 5, SeatsTaken = 2 }).ShouldBeNull();
        book.View.Subscription!.Wish.ShouldNotBeNull().Seats.ShouldBe(5);
        Change(new SubscriptionChange { Seats = 5, SeatsTaken = 2 }).ShouldBeNull();   // the same again
        Change(new SubscriptionChange { CancelAtPeriodEnd = true }).ShouldBe("change-under-way");
        book.View.Waiting.ShouldHaveSingleItem().Wish!.PlanId.ShouldBe("team");
        book.See(Seen(book, plan: "team", seats: 5));
        book.Deliver();
        book.View.Subscription!.ShouldSatisfyAllConditions(s => s.Wish.ShouldBeNull(), s => s.Seats.ShouldBe(5));
        Change(new SubscriptionChange { CancelAtPeriodEnd = true, Paused = true }).ShouldBeNull();
    }

    [Fact]
    public void A_change_that_the_provider_refuses_is_told_of_and_forgotten()
    {
        book.See(Seen(book, plan: "team"));
        Change(new SubscriptionChange { Seats = 5 });
        var command = book.View.Waiting[0];
        Book.Done(book.Account.Delivered(command.Id, 0, new DeliveryOutcome(false, "resource_missing")));
        (book.View.Subscription!.Wish, book.Notes[^1]).ShouldBe((null, "subscription-change-failed"));
    }

    [Theory]
    [InlineData(null, 3, "seats-taken"), InlineData(null, 0, "out-of-range"), InlineData(null, 5000, "out-of-range")]
    [InlineData("nothing", null, "not-sold"), InlineData("maker", null, "not-sold")]   // a person's
    public void What_cannot_be_is_refused(string? plan, int? seats, string code)
    {
        book.See(Seen(book, plan: "team", seats: 6));
        Change(new SubscriptionChange { PlanId = plan, Seats = seats, SeatsTaken = 4 }).ShouldBe(code);
        book.View.Waiting.ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_subscription_there_is_nothing_to_change() => Change(new SubscriptionChange { Paused = true }).ShouldBe("not-subscribed");

    [Fact]
    public void No_change_asks_nothing()
    {
        book.See(Seen(book, plan: "team", seats: 2));
        Change(new SubscriptionChange { Seats = 2, PlanId = "team" }).ShouldBeNull();
        book.View.Waiting.ShouldBeEmpty();
    }

    private string? Change(SubscriptionChange change)
    {
        var answer = Book.Done(book.Account.ChangeSubscription(change with { Space = book.Space }, "ada"));
        return answer.Refusals.IsEmpty ? null : answer.Refusals[0].Code;
    }
}
