using System.Collections.Immutable;
using Makerspace.Events;
using Makerspace.Seats;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Events;

/// <summary>Seats, the line, what is held, what is owed and what the clock does: pure.</summary>
public class EventStateTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 9, 0);
    private static readonly Guid Id = new("7f3a0000-0000-4000-8000-000000000002");

    private static EventState Planned(int seats, Func<EventDefinition, EventDefinition>? with = null)
    {
        var plain = new EventDefinition { Title = "Casting", HostId = "mia", Seats = seats, Slot = new Slot(Now + Duration.FromDays(7), Now + Duration.FromDays(7) + Duration.FromHours(2)) };
        return new EventState { Definition = with?.Invoke(plain) ?? plain };
    }

    private static EventState Seat(EventState state, string who, HeldSeat? held = null) => state.Seat(new SeatWish(who), held, Now);

    private static EventState Line(EventState state, string who) => state.Asked(new SeatWish(who), Now) with { Waiting = state.Waiting.Add(who) };

    [Fact]
    public void Whoever_leaves_lets_the_first_of_the_line_move_up_and_is_forgotten()
    {
        var full = Line(Line(Seat(Planned(1), "ada"), "ben"), "eve");
        var after = full.Left("ada");
        after.Members.ShouldBe(["ben"]);
        after.Waiting.ShouldBe(["eve"]);
        after.Taken.Select(t => t.Who).ShouldBe(["ben", "eve"]);
        after.Seating.UpSince(full.Seating, "ada").ShouldBe(["ben"]);
    }

    [Fact]
    public void Who_moves_up_where_the_host_is_asked_has_the_seat_only_held()
    {
        var full = Line(Seat(Planned(1, d => d with { ApprovalRequired = true }), "ada", new HeldSeat("ada", null)), "ben");
        var after = full.Left("ada");
        after.Members.ShouldBe(["ben"]);
        after.Held.ShouldBe([new HeldSeat("ben", null)]);
        after.Planned(after.Definition! with { ApprovalRequired = false }, Now).Held.ShouldBeEmpty();
    }

    [Fact]
    public void Guests_have_no_more_seats_than_they_may_and_members_the_rest()
    {
        var view = new EventView(Id, Planned(3, d => d with { Public = true, GuestSeats = 1 }).Definition!, []);
        view.GuestSeatsLeft.ShouldBe(1);
        (view with { Members = [Guests.Seat(Id)] }).GuestSeatsLeft.ShouldBe(0);
        (view with { Members = ["ada", "ben", "eve"] }).GuestSeatsLeft.ShouldBe(0);
        (view with { Waiting = ["ada"] }).GuestSeatsLeft.ShouldBe(0, "nobody passes the line");
        (view with { Definition = view.Definition with { GuestSeats = null } }).GuestSeatsLeft.ShouldBe(3);
        (view.Definition with { GuestSeats = 0 }).TakesGuests.ShouldBeFalse();
    }

    [Fact]
    public void Who_comes_is_to_know_of_another_time_and_of_what_will_not_be_there()
    {
        var state = Planned(3, d => d with { ToolIds = ["kiln", "wheel"] });
        var moved = state.Definition! with { Slot = new Slot(Now, Now + Duration.FromHours(1)), ToolIds = ["wheel", "saw"] };
        var (from, without) = state.Changes(state.Planned(moved, Now));
        (from, without.Single()).ShouldBe((state.Definition.Slot, "kiln"));
        state.Changes(state.Planned(moved with { Cancelled = true }, Now)).From.ShouldBeNull();
        state.Changes(state).Without.ShouldBeEmpty();
    }

    [Fact]
    public void Who_gives_back_late_has_their_money_where_it_was_changed_after_they_took_their_seat()
    {
        var had = Seat(Planned(2, d => d with { Price = new Money(1500, "eur"), CancelBy = Now, ToolIds = ["kiln"] }), "ada");
        var late = Now + Duration.FromHours(1);
        had.Charges(had.Left("ada"), Id, "ada", late).ShouldBeEmpty();
        foreach (var other in new[] { had.Definition! with { Slot = new Slot(Now + Duration.FromDays(9), Now + Duration.FromDays(9) + Duration.FromHours(2)) }, had.Definition! with { ToolIds = [] } })
        {
            var changed = had.Planned(other, late);
            changed.Charges(changed.Left("ada"), Id, "ada", late).Single().Back.ShouldBeTrue();
            // Who came since knew what they came to.
            var since = changed.Seat(new SeatWish("ben"), null, late + Duration.FromMinutes(1));
            since.Charges(since.Left("ben"), Id, "ben", late + Duration.FromMinutes(2)).ShouldBeEmpty();
        }
        var renamed = had.Planned(had.Definition! with { Title = "Casting bronze" }, late);
        renamed.Charges(renamed.Left("ada"), Id, "ada", late).ShouldBeEmpty();
    }

    [Fact]
    public void In_one_that_is_called_off_nobody_moves_up()
    {
        var off = Line(Seat(Planned(1), "ada"), "ben").Planned(Planned(1).Definition! with { Cancelled = true }, Now);
        off.Left("ada").Waiting.ShouldBe(["ben"]);
    }

    [Fact]
    public void A_seat_is_charged_once_it_is_theirs_and_given_back_where_it_is_lost_in_time_or_for_anothers_sake()
    {
        var priced = Planned(3, d => d with { Price = new Money(1500, "eur"), CancelBy = Now + Duration.FromDays(2) });
        var asked = Seat(priced, "ada", new HeldSeat("ada", null));
        priced.Charges(asked, Id, "ada", Now).ShouldBeEmpty("it is only held");
        var had = asked with { Held = [] };
        var charge = asked.Charges(had, Id, "mia", Now).ShouldHaveSingleItem();
        (charge.MemberId, charge.Amount.Amount, charge.Back).ShouldBe(("ada", 1500, false));
        had.Charges(had.Left("ada"), Id, "ada", Now).ShouldBe([charge with { Back = true }]);
        had.Charges(had.Left("ada"), Id, "ada", Now + Duration.FromDays(3)).ShouldBeEmpty("too late");
        had.Charges(had.Left("ada"), Id, "mia", Now + Duration.FromDays(3)).ShouldBe([charge with { Back = true }]);
        var off = had.Planned(had.Definition! with { Cancelled = true }, Now);
        had.Charges(off, Id, "mia", Now + Duration.FromDays(3)).ShouldBe([charge with { Back = true }]);
        off.Charges(off.Left("ada"), Id, "ada", Now).ShouldBeEmpty("it has been given back");
        // Whoever comes back has another seat, and pays for it.
        var again = Seat(had.Left("ada"), "ada");
        had.Left("ada").Charges(again, Id, "ada", Now).ShouldHaveSingleItem().Id.ShouldNotBe(charge.Id);
        // A price that changes later is for those who come later.
        had.Charges(had.Planned(had.Definition! with { Price = new Money(2000, "eur") }, Now), Id, "mia", Now).ShouldBeEmpty();
    }

    [Fact]
    public void Too_few_at_the_deadline_call_it_off_once_enough_do_not_and_held_seats_do_not_count()
    {
        var deadline = Now + Duration.FromDays(3);
        var short1 = Seat(Planned(5, d => d with { MinSeats = 2, Deadline = deadline }), "ada");
        short1.DueAt.ShouldBe(deadline);
        short1.Passed(deadline - Duration.FromTicks(1)).ShouldBeSameAs(short1);
        var off = short1.Passed(deadline);
        (off.Definition!.Cancelled, off.FellShort, off.DueAt).ShouldBe((true, true, null));
        off.Passed(deadline + Duration.FromDays(1)).ShouldBeSameAs(off);
        Seat(short1, "ben", new HeldSeat("ben", null)).Passed(deadline).FellShort.ShouldBeTrue();
        var enough = Seat(short1, "ben").Passed(deadline);
        (enough.Definition!.Cancelled, enough.DueAt).ShouldBe((false, null));
        // Who leaves after it does not call it off any more.
        enough.Left("ben").Passed(deadline + Duration.FromDays(1)).Definition!.Cancelled.ShouldBeFalse();
        // A job that comes after the beginning leaves those who came alone.
        short1.Passed(Now + Duration.FromDays(8)).Definition!.Cancelled.ShouldBeFalse();
    }

    [Fact]
    public void A_guest_who_does_not_confirm_lets_the_line_move_up()
    {
        var until = Now + Duration.FromMinutes(30);
        var guest = Guests.Seat(Id);
        var state = Line(Seat(Planned(1), guest, new HeldSeat(guest, until)), "ben");
        state.DueAt.ShouldBe(until);
        state.Passed(until).Members.ShouldBe(["ben"]);
        Guests.Id(guest).ShouldBe(Id);
        Guests.Id("guest-x").ShouldBeNull();
    }

    [Fact]
    public void The_line_and_marks_are_those_of_trainings()
    {
        var seating = new Seating(["ada"], ["ben"], []);
        ImmutableArray<AttendanceMark> marks = [new("ben", true, Now, "mia"), new("eve", false, Now, "mia")];
        var marked = seating.Marked(marks)!;
        marked.Members.ShouldBe(["ada", "ben"]);
        marked.Waiting.ShouldBeEmpty();
        marked.Marks.Select(m => m.MemberId).ShouldBe(["ben"], "nobody who had no seat missed anything");
        marked.Marked([marks[0] with { At = Now + Duration.FromHours(1) }]).ShouldBeNull("the same again is no news");
        new Seating(["a"], ["b"], []).IsOpen(2).ShouldBeFalse("nobody passes the line");
    }
}
