using System.Collections.Immutable;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.Import;
using Makerspace.Reservations;
using Makerspace.Sessions;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>What goes on between the people of the demo space: who is at work at this moment, hours held with mentors and to come, seats taken, what was charged.</summary>
internal sealed class DemoLife(IGrainFactory grains, Instant now, SpaceFacts facts)
{
    private const int AtWork = 3;

    private static readonly ImmutableArray<DemoPerson> Members = [.. DemoPeople.All.Where(p => p.Role == Roles.Member && !p.IsDemoAccount)];

    // Of what was booked, those whose time it is are there.
    public async Task Load(ImportPlan plan)
    {
        await Arrive(plan);
        await Held("mentor", "member", IsoDayOfWeek.Tuesday, 14, "A housing for the sensor board", "Kerf of 0.2 mm on both sides; the lid snaps in with two tabs.", "Cut three lids with 0.1, 0.2 and 0.3 mm of play", 5, "We had drawn it the wrong way round for weeks.");
        await Held("mentor", Members[0].Id, IsoDayOfWeek.Thursday, 10, "Which laser for acrylic?", null, null, 4, null);
        await Held("mentor-paolo", Members[5].Id, IsoDayOfWeek.Wednesday, 17, "What fifty brackets cost", "Cost the set-up once, then each part.", null, 5, "Now we have a price.");
        await ToCome("mentor", "member", IsoDayOfWeek.Tuesday, 13, "A hinge that does not wear");
        await ToCome("mentor", Members[2].Id, IsoDayOfWeek.Thursday, 9, "Front panels for a small series");
        await ToCome("mentor-paolo", Members[9].Id, IsoDayOfWeek.Monday, 17, "First steps on the lathe");
        await ToCome("mentor-sunniva", Members[14].Id, IsoDayOfWeek.Friday, 13, "A grant for the pilot");
        foreach (var member in Members.Where(m => !m.Certifications.Contains("laser", StringComparer.Ordinal)).Take(4)) await Seat("laser", member.Id);
        await Charges("company-" + DemoMoney.Payer, "Gull Robotics", (AdjustmentKind.Charge, 2460, "Birch plywood, three sheets"), (AdjustmentKind.Credit, 1000, "Thank you for helping at the open evening"));
        await Charges("member-" + Members[0].Id, Members[0].Name, (AdjustmentKind.Charge, 1890, "Cast acrylic, 5 mm"), (AdjustmentKind.PaymentByHand, 1890, "Paid in cash"));
        await Charges("member-" + Members[12].Id, Members[12].Name, (AdjustmentKind.Charge, 3500, "A new blade for the band saw"));
    }

    // Some of those whose time it is. The others are late.
    private async Task Arrive(ImportPlan plan)
    {
        var running = plan.Lines.SelectMany(l => l.Steps).OfType<Book>().Where(b => b.Request.Slot.Contains(now) && b.Request.ToolId != DemoRules.ByApproval);
        foreach (var booking in running.Take(AtWork)) await Booking(booking.BookingId).CheckIn(booking.Request.MemberId, booking.Request.MemberId, null);
    }

    private async Task Held(string mentor, string member, IsoDayOfWeek day, int hour, string about, string? notes, string? task, int rating, string? said)
    {
        var slot = Hour(now.InZone(facts.Zone).Date.Previous(day), hour);
        var (id, parties) = (DerivedId.Of("demo-session", mentor, member), new SessionParties(mentor, member));
        await Booking(id).Remember(new BookingRequest { ToolId = Keys.MentorTime(mentor), MemberId = member, Slot = slot, Purpose = about, Actor = member }, BookingState.Completed);
        var session = grains.GetGrain<ISessionGrain>(Keys.Session(id));
        await session.Mark(parties, came: true, mentor);
        if (notes is not null) await session.Note(parties, notes, null, null, mentor);
        if (task is not null) await session.Add(parties, DerivedId.Of("demo-task", mentor, member), task, mentor);
        await session.Say(parties, new Feedback(rating, said, slot.End));
    }

    // In the first week in which it can be booked: somebody may be at a machine then.
    private async Task ToCome(string mentor, string member, IsoDayOfWeek day, int hour, string about)
    {
        for (var week = 0; week < 3; week++)
        {
            var slot = Hour(now.InZone(facts.Zone).Date.Next(day).PlusWeeks(week), hour);
            var request = new BookingRequest { ToolId = Keys.MentorTime(mentor), MemberId = member, Slot = slot, Purpose = about, Actor = member, Quiet = true };
            if ((await Booking(DerivedId.Of("demo-session", mentor, member, slot.Start.ToString())).Book(request)).Refusals.IsEmpty) return;
        }
    }

    private Task<SeatAnswer> Seat(string certification, string member) =>
        grains.GetGrain<ITrainingGrain>(Keys.Training(DerivedId.Of("demo-training", certification))).Join(member, member);

    private async Task Charges(string account, string name, params (AdjustmentKind Kind, long Cents, string Reason)[] entries)
    {
        var book = grains.GetGrain<IAccountGrain>(Keys.Account(account));
        await book.Open(new AccountHolder(name, null));
        foreach (var (kind, cents, reason) in entries)
        {
            var tax = kind == AdjustmentKind.Charge ? DemoMoney.Settings.TaxBasisPoints : 0;
            await book.Adjust(new Adjustment { Id = DerivedId.Of("demo-charge", account, reason), Kind = kind, Amount = new Money(cents, "eur"), Reason = reason, TaxBasisPoints = tax }, "staff");
        }
    }

    private Slot Hour(LocalDate day, int from)
    {
        var start = facts.Zone.AtLeniently(day + new LocalTime(from, 0)).ToInstant();
        return new Slot(start, start + Duration.FromHours(1));
    }

    private IBookingGrain Booking(Guid id) => grains.GetGrain<IBookingGrain>(Keys.Booking(id));
}
