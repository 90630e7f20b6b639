using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Reservations;

public class BookingRecordTests
{
    private static readonly Guid Id = Guid.Parse("0192f0c1-2345-7890-abcd-ef0123456789");
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 8, 0);
    private static readonly Slot Ten = new(Now + Duration.FromHours(2), Now + Duration.FromHours(3));
    private static readonly Slot Noon = new(Now + Duration.FromHours(4), Now + Duration.FromHours(5));

    private static readonly BookingHeld Held = new(Now, "ada", Id, "laser", "ada", "brass", Ten, "signs", Now + Duration.FromSeconds(20), null);
    private static readonly BookingConfirmed Confirmed = new(Now, "ada", Id, "laser", "ada", "brass", Ten, 3);
    private static readonly BookingMoving Moving = new(Now, "ada", Id, "laser", "ada", Noon, Now + Duration.FromSeconds(40), null);
    private static readonly BookingMoved Moved = new(Now, "ada", Id, "laser", "ada", Ten, Noon, 4);
    private static readonly BookingEnded Cancelled = new(Now, "ada", Id, "laser", "ada", BookingState.Cancelled, null, [], HoldSettled: false);
    private static readonly HoldSettled Settled = new(Now, "system", Id, "laser", "ada", null);

    [Fact]
    public void Without_events_there_is_no_booking() => BookingRecord.Of([]).ShouldBeNull();

    [Fact]
    public void A_hold_alone_is_unsettled() => Of(Held).ShouldBe((BookingState.Held, Ten, true));

    [Fact]
    public void A_claim_settles_it() => Of(Held, Confirmed).ShouldBe((BookingState.Confirmed, Ten, false));

    [Fact]
    public void A_move_is_unsettled_until_the_member_agrees_with_the_tool()
    {
        Of(Held, Confirmed, Moving).ShouldBe((BookingState.Confirmed, Ten, true));
        Of(Held, Confirmed, Moving, Moved).ShouldBe((BookingState.Confirmed, Noon, true));
        Of(Held, Confirmed, Moving, Moved, Settled).ShouldBe((BookingState.Confirmed, Noon, false));
    }

    [Fact]
    public void A_move_that_the_tool_refused_leaves_the_booking_where_it_was() =>
        Of(Held, Confirmed, Moving, Settled).ShouldBe((BookingState.Confirmed, Ten, false));

    [Fact]
    public void A_cancellation_is_unsettled_until_the_hold_is_gone()
    {
        Of(Held, Confirmed, Cancelled).ShouldBe((BookingState.Cancelled, Ten, true));
        Of(Held, Confirmed, Cancelled, Settled).ShouldBe((BookingState.Cancelled, Ten, false));
    }

    [Fact]
    public void A_booking_lost_to_somebody_faster_may_be_tried_again()
    {
        var lost = new BookingEnded(Now, "system", Id, "laser", "ada", BookingState.Refused, null, ["slot-taken"], HoldSettled: true);
        Of(Held, lost).ShouldBe((BookingState.Refused, Ten, false));
        Of(Held, lost, Held, Confirmed).ShouldBe((BookingState.Confirmed, Ten, false));
    }

    [Fact]
    public void A_retry_is_known_by_tool_member_slot_and_purpose_even_after_a_move()
    {
        var record = BookingRecord.Of([Held, Confirmed, Moving, Moved, Settled])!;
        var same = new BookingRequest { ToolId = "laser", MemberId = "ada", Slot = Ten, Purpose = "signs", Actor = "somebody else" };
        record.MadeBy(same).ShouldBeTrue();
        record.MadeBy(same with { Slot = Noon }).ShouldBeFalse();
        record.MadeBy(same with { ToolId = "lathe" }).ShouldBeFalse();
        record.MadeBy(same with { MemberId = "bob" }).ShouldBeFalse();
        record.MadeBy(same with { Purpose = null }).ShouldBeFalse();
    }

    private static (BookingState State, Slot Slot, bool Unsettled) Of(params BookingEvent[] events)
    {
        var record = BookingRecord.Of(events)!;
        return (record.View.State, record.View.Slot, record.Unsettled);
    }
}
