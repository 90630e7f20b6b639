using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Sessions;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>
/// Bookings that cost money, in a whole silo: what is asked, kept, agreed and undone at the account of the one who pays. Each test has a tool and a member
/// of its own. It is nine o'clock (UTC) on Monday 23 November 2026; an hour costs 12.00, with 19 % tax 14.28.
/// </summary>
public sealed class PricedBookingTests : IAsyncLifetime
{
    private static readonly Policy Hourly = new() { HourlyRate = Usd(1200) };
    private static readonly Policy WithDeposit = Hourly with { Deposit = Usd(5000) };
    private readonly string name = Guid.NewGuid().ToString("N")[..12];
    private TestDatabase database = null!;
    private RunningSilo silo = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.On(DatabaseKind.Sqlite);
        silo = await RunningSilo.Start(database);
        await Space(new SpaceChange { Billing = new BillingSettings { TaxBasisPoints = 1900 } });
        await silo.Member(Ada).Define(new MemberDefinition { Name = "Ada" }, Actors.System);
        await silo.Member(Ben).Define(new MemberDefinition { Name = "Ben" }, Actors.System);
    }

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_price_is_in_preview_and_booking_and_spoken_for_at_the_payer()
    {
        var id = await Made(Hourly);
        (await Preview(Request(Hour(30)))).Price!.Total.ShouldBe(Usd(1428));
        var view = (await silo.Booking(id).View())!;
        (view.Payer, view.Terms.Price!.Total, view.Terms.Price.Tax).ShouldBe(("member-" + Ada, Usd(1428), 228));
        (await Account()).ReservedAmount.ShouldBe(1428);
    }

    [Fact]
    public async Task A_tool_that_costs_nothing_asks_no_account()
    {
        var id = await Made(Policy.None);
        var view = (await silo.Booking(id).View())!;
        (view.Payer, view.Terms.Price).ShouldBe((null, null));
        (await Account()).Version.ShouldBe(0);
    }

    [Fact]
    public async Task Where_the_space_takes_no_money_nothing_costs_any()
    {
        var other = await TestDatabase.On(DatabaseKind.Sqlite);
        await using var free = await RunningSilo.Start(other);
        await free.Member(Ada).Define(new MemberDefinition { Name = "Ada" }, Actors.System);
        await free.Tool(Laser).Define(new ToolDefinition { Name = "Laser", Policy = WithDeposit }, Actors.System);
        var answer = await free.Booking(Guid.NewGuid()).Book(Request(Hour(1)));
        (answer.Accepted, answer.Booking!.State, answer.Price).ShouldBe((true, BookingState.Confirmed, null));
        await free.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Another_price_than_the_one_shown_is_refused_and_nothing_is_written()
    {
        await Tool(Hourly);
        var shown = (await Preview(Request(Hour(1)))).Price!.Total;
        await Tool(Hourly with { HourlyRate = Usd(1500) });
        var refused = await silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)) with { AgreedTotal = shown });
        refused.Refusals.ShouldHaveSingleItem().ShouldBe(new ChangedMeanwhile("price"));
        refused.Price!.Total.Amount.ShouldBe(1785);
        (await Account()).Version.ShouldBe(0);
        (await silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)) with { AgreedTotal = refused.Price.Total })).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_booking_keeps_its_price_whatever_the_rate_becomes()
    {
        var id = await Made(Hourly, Hour(0));
        await Tool(Hourly with { HourlyRate = Usd(9900) });
        await Accepted(silo.Booking(id).CheckIn(Ada, Ada, null));
        await Accepted(silo.Booking(id).CheckOut(Ada));
        (await Account()).Owed.ShouldBe(1428);
    }

    [Fact]
    public async Task An_extension_prices_only_the_added_time_anew()
    {
        var id = await Made(Hourly, Hour(0));
        await Accepted(silo.Booking(id).CheckIn(Ada, Ada, null));
        await Tool(Hourly with { HourlyRate = Usd(2400) });
        var longer = await Accepted(silo.Booking(id).Extend(Hour(0).End + Duration.FromHours(1), Ada, null));
        longer.Price!.Total.Amount.ShouldBe(1428 + 2856);
        (await Account()).ReservedAmount.ShouldBe(1428 + 2856);
    }

    [Fact]
    public async Task A_move_is_priced_anew_and_one_that_is_refused_leaves_the_price_as_it_was()
    {
        var id = await Made(Hourly);
        await Accepted(silo.Booking(id).Move(Hour(3, 2), Ada, null));
        (await Account()).ReservedAmount.ShouldBe(2856);
        await Accepted(silo.Booking(Guid.NewGuid()).Book(Request(Hour(10)) with { MemberId = Ben, Actor = Ben }));
        (await silo.Booking(id).Move(Hour(9, 3), Ada, null)).Accepted.ShouldBeFalse();
        (await silo.Booking(id).Move(Hour(5), Ada, null, Usd(1))).Refusals.ShouldContain(new ChangedMeanwhile("price"));
        ((await silo.Booking(id).View())!.Terms.Price!.Total, (await Account()).ReservedAmount).ShouldBe((Usd(2856), 2856));
    }

    [Fact]
    public async Task Another_time_that_is_agreed_to_at_another_price_than_proposed_moves_nothing()
    {
        var id = await Made(Hourly);
        var session = silo.Grains.GetGrain<ISessionGrain>(Keys.Session(id));
        var was = (await silo.Booking(id).View())!.Slot;
        async Task<ImmutableArray<Refusal>> Agree(long total)
        {
            var proposal = new Proposal(Guid.NewGuid(), Hour(5, 2), Ben, silo.Clock.Now(), null, was, Usd(total));
            await session.Propose(new SessionParties(Ben, Ada), proposal);
            return await session.Answer(new ProposalAnswer(proposal.Id, Accepted: true, Ada));
        }
        (await Agree(1428)).ShouldHaveSingleItem().ShouldBe(new ChangedMeanwhile("price"));
        ((await silo.Booking(id).View())!.Slot, (await session.View()).Answered).ShouldBe((was, null));
        (await Agree(2856)).ShouldBeEmpty();
        ((await silo.Booking(id).View())!.Slot, (await Account()).ReservedAmount).ShouldBe((Hour(5, 2), 2856));
    }

    [Fact]
    public async Task A_move_to_where_it_is_free_frees_what_was_spoken_for()
    {
        var id = await Made(Hourly with { OffPeakHourlyRate = Usd(0), Peak = [new PeakWindow([IsoDayOfWeek.Monday], new LocalTime(9, 0), new LocalTime(12, 0))] });
        (await Account()).ReservedAmount.ShouldBe(1428);
        await Accepted(silo.Booking(id).Move(Hour(6), Ada, null));
        (await Account()).ReservedAmount.ShouldBe(0);
        silo.Clock.Advance(TimeSpan.FromHours(8));
        await silo.Booking(id).Due();
        (await Account()).Owed.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_it_costs_nothing_and_late_the_fee_until_that_is_waived()
    {
        var policy = Hourly with { LateCancelThreshold = Duration.FromHours(24), LateCancelFee = Usd(500) };
        await Tool(policy);
        var (early, late) = (await Booked(Hour(48)), await Booked(Hour(2)));
        await Accepted(silo.Booking(early).Cancel(Ada, null));
        (await Account()).Owed.ShouldBe(0);
        await Accepted(silo.Booking(late).Cancel(Ada, null));
        (await Account()).Owed.ShouldBe(500);
        await Accepted(silo.Booking(late).WaiveFee("sam", "kind"));
        (await Account()).Owed.ShouldBe(0);
        (await Account()).ReservedAmount.ShouldBe(0);
    }

    [Fact]
    public async Task A_late_fee_is_owed_for_a_tool_that_costs_nothing_too()
    {
        var id = await Made(new Policy { LateCancelThreshold = Duration.FromHours(24), LateCancelFee = Usd(500) });
        await Accepted(silo.Booking(id).Cancel(Ada, null));
        (await Account()).Owed.ShouldBe(500);
    }

    [Fact]
    public async Task A_fee_is_taken_back_once_somebody_else_takes_the_time()
    {
        var id = await Made(Hourly with { LateCancelThreshold = Duration.FromHours(24), LateCancelFee = Usd(500) });
        await Accepted(silo.Booking(id).Cancel(Ada, null));
        await Accepted(silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)) with { MemberId = Ben, Actor = Ben }));
        await silo.CaughtUp();
        await silo.RunJobs();
        (await Account()).Owed.ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_coming_costs_its_fee_else_the_late_fee_else_the_price()
    {
        async Task<long> Missed(Policy policy)
        {
            var before = (await Account()).Owed;
            await Tool(policy with { NoShowGrace = Duration.FromMinutes(10) });
            var id = await Booked(Hour(0));
            silo.Clock.Advance(TimeSpan.FromHours(2));
            (await silo.Booking(id).Due())!.State.ShouldBe(BookingState.NoShow);
            return (await Account()).Owed - before;
        }
        (await Missed(Hourly)).ShouldBe(1428);
        (await Missed(Hourly with { LateCancelThreshold = Duration.FromHours(1), LateCancelFee = Usd(500) })).ShouldBe(500);
        (await Missed(Hourly with { NoShowFee = Usd(700), LateCancelThreshold = Duration.FromHours(1), LateCancelFee = Usd(500) })).ShouldBe(700);
    }

    [Fact]
    public async Task Staff_waive_what_nobody_coming_cost()
    {
        var id = await Made(Hourly with { NoShowGrace = Duration.FromMinutes(10) }, Hour(0));
        silo.Clock.Advance(TimeSpan.FromHours(2));
        await silo.Booking(id).Due();
        await Accepted(silo.Booking(id).WaiveFee("sam", "was ill"));
        (await Account()).Owed.ShouldBe(0);
    }

    [Fact]
    public async Task Displaced_it_costs_nothing()
    {
        var id = await Made(Hourly);
        await Accepted(silo.Booking(id).Displace("sam", "broken"));
        ((await Account()).Owed, (await Account()).ReservedAmount).ShouldBe((0, 0));
    }

    [Fact]
    public async Task The_company_pays_where_it_pays_and_a_colleague_takes_it_over_at_its_price()
    {
        await Company(pays: true);
        var id = await Made(Hourly);
        (await Account("company-" + Firm)).ReservedAmount.ShouldBe(1428);
        await Tool(Hourly with { HourlyRate = Usd(9900) });
        var handed = await Accepted(silo.Booking(id).HandOver(Ben, Ada, null));
        (handed.Booking!.MemberId, handed.Price!.Total).ShouldBe((Ben, Usd(1428)));
        (await Account("company-" + Firm)).ReservedAmount.ShouldBe(1428);
    }

    [Fact]
    public async Task What_a_member_pays_themselves_is_not_handed_over()
    {
        await Company(pays: false);
        var id = await Made(Hourly);
        (await silo.Booking(id).HandOver(Ben, Ada, null)).Refusals.ShouldHaveSingleItem().ShouldBeOfType<NotTransferable>().PaidByMember.ShouldBeTrue();
    }

    [Fact]
    public async Task An_offer_speaks_for_its_price_once_it_is_taken()
    {
        await Tool(Hourly);
        var id = Guid.NewGuid();
        await Accepted(silo.Booking(id).Book(Request(Hour(3)) with { OfferUntil = silo.Clock.Now() + Duration.FromMinutes(15) }));
        (await Account()).ReservedAmount.ShouldBe(0);
        await Tool(Hourly with { HourlyRate = Usd(1500) });
        var refused = await silo.Booking(id).Accept(Ada);
        refused.Refusals.ShouldContain(new ChangedMeanwhile("price"));
        await Accepted(silo.Booking(id).Accept(Ada, refused.Price!.Total));
        (await Account()).ReservedAmount.ShouldBe(1785);
    }

    [Fact]
    public async Task A_near_booking_waits_for_its_deposit_and_stands_once_that_is_authorised()
    {
        var id = await Made(WithDeposit);
        var waits = (await silo.Booking(id).View())!;
        (waits.State, waits.DueAt).ShouldBe((BookingState.AwaitingPayment, waits.MadeAt + Duration.FromMinutes(30)));
        silo.Clock.Advance(TimeSpan.FromMinutes(20));
        (await silo.Booking(id).CheckIn(Ada, Ada, null)).Refusals.ShouldContain(r => r.Code == "deposit-missing");
        await Authorised(id);
        await silo.CaughtUp();
        await silo.RunJobs();
        (await silo.Booking(id).View())!.State.ShouldBe(BookingState.Confirmed);
        silo.Clock.Advance(TimeSpan.FromMinutes(30));
        await Accepted(silo.Booking(id).CheckIn(Ada, Ada, null));
    }

    [Fact]
    public async Task A_deposit_that_never_comes_costs_the_slot()
    {
        var id = await Made(WithDeposit);
        silo.Clock.Advance(TimeSpan.FromMinutes(35));
        (await silo.Booking(id).Due())!.State.ShouldBe(BookingState.Expired);
        ((await Account()).ReservedAmount, (await Account()).Owed).ShouldBe((0, 0));
        (await silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)) with { MemberId = Ben, Actor = Ben })).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_deposit_far_ahead_needs_a_card_and_the_booking_stands_but_nobody_checks_in_without_it()
    {
        await Tool(WithDeposit);
        var ahead = Hour(24 * 10);
        (await Preview(Request(ahead))).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-method-missing");
        await Card();
        var id = await Booked(ahead);
        (await silo.Booking(id).View())!.State.ShouldBe(BookingState.Confirmed);
        silo.Clock.Advance(TimeSpan.FromDays(10) + TimeSpan.FromMinutes(-5));
        (await silo.Booking(id).CheckIn(Ada, Ada, null)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("deposit-missing");
        await Accepted(silo.Booking(id).CheckIn(Ada, "sam", "paid in cash"));
    }

    [Fact]
    public async Task An_approved_booking_waits_for_its_deposit_from_then_on()
    {
        var id = await Made(WithDeposit with { ApprovalRequired = true }, Hour(5));
        silo.Clock.Advance(TimeSpan.FromHours(1));
        var approved = await Accepted(silo.Booking(id).Approve("sam", null));
        (approved.Booking!.State, approved.Booking.DueAt).ShouldBe((BookingState.AwaitingPayment, silo.Clock.Now() + Duration.FromMinutes(30)));
    }

    [Fact]
    public async Task Where_a_card_is_asked_for_nothing_that_costs_money_is_booked_without_one()
    {
        await Space(new SpaceChange { Billing = new BillingSettings { CardRequired = true } });
        await Tool(Hourly);
        (await silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)))).Refusals.ShouldHaveSingleItem().Code.ShouldBe("payment-method-missing");
        (await silo.Booking(Guid.NewGuid()).Book(Request(Hour(1)) with { OverrideReason = "pays in cash" })).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_two_priced_bookings_of_one_slot_one_is_made_and_of_the_other_nothing_is_left()
    {
        await Tool(Hourly);
        for (var round = 0; round < 50; round++)
        {
            var slot = Hour(1 + round);
            var answers = await Task.WhenAll(
                silo.Booking(Guid.NewGuid()).Book(Request(slot) with { Quiet = true }), silo.Booking(Guid.NewGuid()).Book(Request(slot) with { MemberId = Ben, Actor = Ben, Quiet = true }));
            answers.Count(a => a.Accepted).ShouldBe(1);
            answers.Single(a => !a.Accepted).Refusals.ShouldContain(r => r.Code == "slot-taken");
            var both = (await Account()).ReservedAmount + (await Account("member-" + Ben)).ReservedAmount;
            both.ShouldBe(1428 * (round + 1));
        }
        await silo.CaughtUp();
        await Makerspace.Tests.Reservations.StoredTruth.ShouldAgree(database);
    }

    [Fact]
    public async Task Whoever_lost_a_slot_may_try_again_with_the_same_key()
    {
        await Tool(Hourly);
        var taken = Guid.NewGuid();
        await Accepted(silo.Booking(taken).Book(Request(Hour(1)) with { MemberId = Ben, Actor = Ben }));
        var key = Guid.NewGuid();
        (await silo.Booking(key).Book(Request(Hour(1)))).Accepted.ShouldBeFalse();
        await Accepted(silo.Booking(taken).Cancel(Ben, null));
        await Accepted(silo.Booking(key).Book(Request(Hour(1))));
        (await Account()).ReservedAmount.ShouldBe(1428);
    }

    private string Ada => "ada-" + name;
    private string Ben => "ben-" + name;
    private string Laser => "laser-" + name;
    private string Firm => "firm-" + name;

    private static Money Usd(long amount) => new(amount, "usd");

    /// <summary>So many hours from now on.</summary>
    private Slot Hour(int from, int length = 1)
    {
        var start = silo.Clock.Now() + Duration.FromHours(from);
        return new Slot(start, start + Duration.FromHours(length));
    }

    private BookingRequest Request(Slot slot) => new() { ToolId = Laser, MemberId = Ada, Actor = Ada, Slot = slot };

    private Task<BookingAnswer> Preview(BookingRequest request) => silo.Booking(Guid.NewGuid()).Preview(request);

    private Task<ToolView?> Tool(Policy policy) => silo.Tool(Laser).Define(new ToolDefinition { Name = "Laser", Policy = policy }, Actors.System);

    private Task<SpaceFacts> Space(SpaceChange change) => silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(change, Actors.System);

    private async Task Company(bool pays)
    {
        await silo.Grains.GetGrain<ICompanyGrain>(Keys.Company(Firm)).Define(new CompanyDefinition { Name = "Firm", Pays = pays }, Actors.System);
        foreach (var member in new[] { Ada, Ben }) await silo.Member(member).Define(new MemberDefinition { Name = member, CompanyId = Firm }, Actors.System);
    }

    private Task<AccountView> Account(string? payer = null) => silo.Grains.GetGrain<IAccountGrain>(Keys.Account(payer ?? "member-" + Ada)).View();

    private Task Card() => Seen(new ObservedCustomer(silo.Clock.Now(), "cus_1", new CardView("pm_1", "visa", "4242", 12, 2030)));

    private Task Authorised(Guid booking) =>
        Seen(new ObservedPayment(silo.Clock.Now(), "pi_1", PaymentPurpose.Deposit, "requires_capture", 5000, 0, 5000, "usd") { For = booking });

    private Task Seen(Observation seen) => silo.Grains.GetGrain<IAccountGrain>(Keys.Account("member-" + Ada)).Seen([seen]);

    private async Task<Guid> Made(Policy policy, Slot? slot = null)
    {
        await Tool(policy);
        return await Booked(slot ?? Hour(1));
    }

    private async Task<Guid> Booked(Slot slot)
    {
        var id = Guid.NewGuid();
        await Accepted(silo.Booking(id).Book(Request(slot)));
        return id;
    }

    private static async Task<BookingAnswer> Accepted(Task<BookingAnswer> asking)
    {
        var answer = await asking;
        answer.Accepted.ShouldBeTrue(string.Join(", ", answer.Refusals));
        return answer;
    }
}
