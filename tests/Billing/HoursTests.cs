using Makerspace.Billing;
using Makerspace.Reservations;
using NodaTime;

namespace Makerspace.Tests.Billing;

public class HoursTests
{
    private readonly Book book = new();

    [Fact]
    public void Included_hours_are_spoken_for_then_used_and_counted_in_minutes()
    {
        Includes(2);
        var booking = book.Booked(book.Slot(1, 3));
        booking.Terms.Price!.Total.Amount.ShouldBe(2000);
        book.View.Included.ShouldNotBeNull().ShouldSatisfyAllConditions(i => i.Minutes.ShouldBe(120), i => i.Reserved.ShouldBe(120), i => i.Used.ShouldBe(0));
        book.Used(booking);
        book.View.Included.ShouldNotBeNull().ShouldSatisfyAllConditions(i => i.Reserved.ShouldBe(0), i => i.Used.ShouldBe(120));
        (book.Owed, book.Sum(Chart.IncludedUsed), book.Sum(Chart.Allowance)).ShouldBe((2000, 120, -120));
    }

    [Fact]
    public void A_booking_never_counts_against_itself()
    {
        Includes(2);
        var booking = book.Booked(book.Slot(1, 2));
        Book.Done(book.Account.Price(book.Request(book.Slot(2, 2), booking.Id))).Price!.IncludedMinutes.ShouldBe(120);
        book.Price(book.Slot(2, 2)).Price!.IncludedMinutes.ShouldBe(0);
    }

    [Fact]
    public void A_cancelled_booking_gives_its_hours_back()
    {
        Includes(2);
        book.Agreed(book.Booked(book.Slot(1, 2)) with { State = BookingState.Cancelled });
        book.Price(book.Slot(2, 2)).Price!.IncludedMinutes.ShouldBe(120);
    }

    [Fact]
    public void Without_a_subscription_the_period_is_the_month_of_the_space()
    {
        Includes(2);
        book.Used(book.Booked(book.Slot(1, 2)));
        book.View.Included!.Period.ShouldBe(new Makerspace.Time.Slot(Instant.FromUtc(2026, 11, 30, 23, 0), Instant.FromUtc(2026, 12, 31, 23, 0)));
        book.Price(book.Slot(24 * 31)).Price!.Total.Amount.ShouldBe(0);   // January's
    }

    [Theory]
    [InlineData("2026-12-01", "2026-11-20T09:00", "2026-12-20T09:00")]
    [InlineData("2026-12-20T09:00", "2026-12-20T09:00", "2027-01-20T09:00")]   // half-open
    [InlineData("2027-07-01", "2027-06-20T08:00", "2027-07-20T08:00")]   // the same hour on the wall in summer
    [InlineData("2026-11-01", "2026-10-20T08:00", "2026-11-20T09:00")]
    public void With_a_subscription_it_is_the_subscriptions_rolled_on(string at, string from, string until)
    {
        book.See(SubscribingTests.Seen(book));
        book.Due();
        var state = book.State with { TimeZone = "Europe/Berlin" };
        Hours.PeriodOf(state, BillingInterval.Month, Utc(at)).ShouldBe(new Makerspace.Time.Slot(Utc(from), Utc(until)));
    }

    [Fact]
    public void A_subscription_that_began_on_the_31st_does_not_lose_its_day()
    {
        var seen = SubscribingTests.Seen(book) with { PeriodStart = Utc("2026-12-31T11:00"), PeriodEnd = Utc("2027-01-31T11:00") };
        book.See(seen);
        Hours.PeriodOf(book.State, BillingInterval.Month, Utc("2027-03-15")).ShouldBe(new Makerspace.Time.Slot(Utc("2027-02-28T11:00"), Utc("2027-03-31T11:00")));
        Hours.PeriodOf(book.State, BillingInterval.Year, Utc("2027-03-15")).ShouldBe(new Makerspace.Time.Slot(Utc("2027-01-31T11:00"), Utc("2028-01-31T11:00")));
    }

    [Fact]
    public void A_companys_hours_are_pooled_by_the_seat()
    {
        var company = new Book("company-acme") { PlanId = "team" };
        company.Space = company.Space with { Plans = company.Space.Plans.SetItem("team", company.Space.Plans["team"] with { IncludedHours = Duration.FromHours(2) }) };
        company.See(SubscribingTests.Seen(company, plan: "team", seats: 3));
        company.Used(company.Booked(company.Slot(1, 7)));
        (company.View.Included!.Minutes, company.View.Included.Used, company.Owed).ShouldBe((360, 360, 2000));
    }

    [Fact]
    public void A_pack_pays_until_it_is_used_up_in_the_midst_of_a_booking()
    {
        book.PaidFor(book.Begun(PurchaseKind.Pack, "ten"));
        book.Used(book.Booked(book.Slot(1, 8)));
        (book.View.Packs[0].Left, book.View.Packs[0].Value, -book.Sum(Chart.Packs), book.Owed).ShouldBe((120, 2000, 8000, 0));
        book.Used(book.Booked(book.Slot(20, 3)));
        (book.View.Packs.Length, book.Sum(Chart.Prepaid), -book.Sum(Chart.Packs), book.Owed, book.Sum(Chart.PackMinutes)).ShouldBe((0, 0, 10_000, 2000, 0));
    }

    [Fact]
    public void The_last_minute_of_a_pack_takes_the_rest_of_its_worth()
    {
        book.Space = book.Space with { Products = book.Space.Products.SetItem("ten", book.Space.Products["ten"] with { Price = new Makerspace.Tools.Money(1000, "eur"), Hours = Duration.FromHours(3) }) };
        book.PaidFor(book.Begun(PurchaseKind.Pack, "ten"));
        foreach (var hour in new[] { 1, 3, 5 }) book.Used(book.Booked(book.Slot(hour)));
        book.Entries.Where(e => e.Kind == LedgerKind.Usage).Select(e => e.Lines.Single(l => l.Account == Chart.Prepaid).Amount).ShouldBe([333, 334, 333]);
        book.Sum(Chart.Prepaid).ShouldBe(0);
    }

    [Fact]
    public void What_is_left_of_a_pack_that_runs_out_is_earned_but_what_is_spoken_for()
    {
        book.PaidFor(book.Begun(PurchaseKind.Pack, "ten"));
        var booking = book.Booked(book.Slot(24 * 90 - 2, 1));
        book.View.DueAt.ShouldBe(book.Now + Duration.FromDays(90));
        book.Pass(Duration.FromDays(90));
        (book.Last.Kind, -book.Sum(Chart.Packs), book.Sum(Chart.PackMinutes)).ShouldBe((LedgerKind.PackExpired, 9000, 60));
        book.Used(booking);
        (-book.Sum(Chart.Packs), book.Sum(Chart.PackMinutes), book.Owed, book.View.Packs.Length).ShouldBe((10_000, 0, 0, 0));
    }

    [Fact]
    public void Nobody_coming_uses_the_hours_where_no_fee_is_set()
    {
        Includes(2);
        book.Policy = book.Policy with { LateCancelFee = null };
        book.Agreed(book.Booked(book.Slot(1, 1)) with { State = BookingState.NoShow });
        (book.Sum(Chart.IncludedUsed), book.Owed, book.Last.Kind).ShouldBe((60, 0, LedgerKind.NoShowFee));
    }

    private void Includes(int hours) => book.Space = book.Space with
    {
        Plans = book.Space.Plans.SetItem("maker", book.Space.Plans["maker"] with { IncludedHours = Duration.FromHours(hours) }),
    };

    private static Instant Utc(string text) => (text.Contains('T', StringComparison.Ordinal)
        ? NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(text).Value
        : NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value.AtMidnight()).InUtc().ToInstant();
}
