using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Reservations;

/// <summary>Something that is done to a booking, for the tests in which storage fails meanwhile.</summary>
/// <param name="Name">As the test is called.</param>
/// <param name="Prepare">What must stand before it.</param>
/// <param name="Run">Does it; false where it is refused.</param>
/// <param name="Done">Whether it is done now.</param>
/// <param name="Undone">Whether it is as if it had never been begun.</param>
internal sealed record FaultOperation(
    string Name, Func<FaultWorld, Task> Prepare, Func<FaultWorld, Task<bool>> Run, Func<FaultWorld, Task<bool>> Done, Func<FaultWorld, Task<bool>> Undone)
{
    public Policy? Policy { get; init; }

    /// <summary>How long the clock goes on between the two.</summary>
    public Duration? Wait { get; init; }
}

/// <summary>All of them.</summary>
internal static class FaultOperations
{
    private static readonly Func<FaultWorld, Task> Nothing = _ => Task.CompletedTask;
    private static readonly Func<FaultWorld, Task<bool>> Never = _ => Task.FromResult(false);

    public static readonly FaultOperation[] All =
    [
        .. new[] { false, true }.SelectMany(OfTool),
        new("approve", w => w.Book(false, w.Later), Accepted(w => w.Booking.Approve("sam", null)), Is(BookingState.Confirmed), Is(BookingState.AwaitingApproval))
        {
            Policy = new Policy { ApprovalRequired = true },
        },
        new("decline", w => w.Book(false, w.Later), Accepted(w => w.Booking.Decline("sam", "no")), Is(BookingState.Cancelled), Is(BookingState.AwaitingApproval))
        {
            Policy = new Policy { ApprovalRequired = true },
        },
        new("accept", Offered, Accepted(w => w.Booking.Accept(w.Ada)), Is(BookingState.Confirmed), Is(BookingState.Offered)),
        new("let an offer run out", Offered, Due, Is(BookingState.Expired), Never) { Wait = Duration.FromMinutes(20) },
        new("displace", w => w.Book(false, w.Later), Accepted(w => w.Booking.Displace("sam", "broken")), Is(BookingState.Displaced), Is(BookingState.Confirmed)),
        new("cancel late", w => w.Book(false, w.Later), Accepted(w => w.Booking.Cancel(w.Ada, null)), Late(fee: true), Is(BookingState.Confirmed)) { Policy = FaultWorld.WithLateFee },
        new("waive the fee", CancelledLate, Accepted(w => w.Booking.WaiveFee("sam", "kind")), Late(fee: false), Late(fee: true)) { Policy = FaultWorld.WithLateFee },
        new("stay away", w => w.Book(false, w.Now), Due, Missed, Never) { Policy = new Policy { NoShowGrace = Duration.FromMinutes(10) }, Wait = Duration.FromMinutes(15) },
        new("stay to the end", w => w.Book(true, w.Now), Due, Is(BookingState.Completed), Never) { Wait = Duration.FromMinutes(70) },
        .. Priced(),
        new("book a series", Nothing, w => w.BookSeries(), async w => await w.SeriesBookings() == 3, async w => await w.SeriesBookings() == 0),
        new("join a waitlist", async w => { await w.Waiting(); await w.Waitlist.Leave(w.Id, w.Ada); }, w => w.Join(), async w => await w.Waitlist.View(w.Id) is not null, async w => await w.Waitlist.View(w.Id) is null),
        new("offer to who waits", async w => { await w.Waiting(); await w.Freed(); }, async w => { await w.Waitlist.Offer(); return true; }, HasOffer, Never),
        new("leave with an offer", async w => { await w.Waiting(); await w.Freed(); await w.Waitlist.Offer(); }, Left, async w => await w.Waitlist.View(w.Id) is null, HasOffer),
    ];

    public static FaultOperation Of(string name) => All.Single(o => o.Name == name);

    private static FaultOperation[] OfTool(bool bundle)
    {
        var what = bundle ? "a bundle" : "a tool in a room";
        return
        [
            new($"book {what}", Nothing, Accepted(w => w.Booking.Book(w.Request(bundle, w.Later))), Stands(w => w.Later), async w => await w.View() is null or { State: BookingState.Expired }),
            new($"move {what}", w => w.Book(bundle, w.Later), Accepted(w => w.Booking.Move(w.MuchLater, w.Ada, null)), Stands(w => w.MuchLater), Stands(w => w.Later)),
            new($"cancel {what}", w => w.Book(bundle, w.Later), Accepted(w => w.Booking.Cancel(w.Ada, null)), Is(BookingState.Cancelled), Stands(w => w.Later)),
            new($"hand over {what}", w => w.Book(bundle, w.Later), Accepted(w => w.Booking.HandOver(w.Ben, w.Ada, null)), Belongs(w => w.Ben), Belongs(w => w.Ada)),
            new($"check in to {what}", w => w.Book(bundle, w.Now), Accepted(w => w.Booking.CheckIn(w.Ada, w.Ada, null)), Is(BookingState.CheckedIn), Is(BookingState.Confirmed)),
            new($"extend {what}", w => w.CheckedIn(bundle), Accepted(w => w.Booking.Extend(w.Now.End + Duration.FromHours(1), w.Ada, null)), Ends(w => w.Now.End + Duration.FromHours(1)), Ends(w => w.Now.End)),
            new($"check out of {what}", w => w.CheckedIn(bundle), Accepted(w => w.Booking.CheckOut(w.Ada)), Is(BookingState.Completed), Is(BookingState.CheckedIn)),
        ];
    }

    // With money: who pays is told of each step, and knows in the end what the booking came to.
    private static FaultOperation[] Priced() =>
    [
        new("book for money", Nothing, Accepted(w => w.Booking.Book(w.Request(false, w.Later))), Costs(w => w.Later, 1428), async w => await w.View() is null or { State: BookingState.Expired }) { Policy = FaultWorld.Priced },
        new("move for money", w => w.Book(false, w.Later), Accepted(w => w.Booking.Move(w.Longer, w.Ada, null)), Costs(w => w.Longer, 2856), Costs(w => w.Later, 1428)) { Policy = FaultWorld.Priced },
        new("cancel what costs money", w => w.Book(true, w.Later), Accepted(w => w.Booking.Cancel(w.Ada, null)), Owes(BookingState.Cancelled, 0), Costs(w => w.Later, 2856)) { Policy = FaultWorld.Priced },
        new("hand over for money", w => w.Book(false, w.Later), Accepted(w => w.Booking.HandOver(w.Ben, w.Ada, null)), Belongs(w => w.Ben), Belongs(w => w.Ada)) { Policy = FaultWorld.Priced },
        new("extend for money", w => w.CheckedIn(false), Accepted(w => w.Booking.Extend(w.Now.End + Duration.FromHours(1), w.Ada, null)), Ends(w => w.Now.End + Duration.FromHours(1)), Ends(w => w.Now.End)) { Policy = FaultWorld.Priced },
        new("check out and owe", w => w.CheckedIn(false), Accepted(w => w.Booking.CheckOut(w.Ada)), Owes(BookingState.Completed, 1428), Is(BookingState.CheckedIn)) { Policy = FaultWorld.Priced },
        new("accept for money", Offered, Accepted(w => w.Booking.Accept(w.Ada)), Costs(w => w.Later, 1428), Is(BookingState.Offered)) { Policy = FaultWorld.Priced },
        new("stay away and owe", w => w.Book(false, w.Now), Due, Owes(BookingState.NoShow, 1428), Never) { Policy = FaultWorld.Priced with { NoShowGrace = Duration.FromMinutes(10) }, Wait = Duration.FromMinutes(15) },
        new("cancel late and owe", w => w.Book(false, w.Later), Accepted(w => w.Booking.Cancel(w.Ada, null)), Owes(BookingState.LateCancelled, 500), Is(BookingState.Confirmed)) { Policy = FaultWorld.WithLateFee with { HourlyRate = FaultWorld.Priced.HourlyRate } },
        new("waive what is owed", CancelledLate, Accepted(w => w.Booking.WaiveFee("sam", "kind")), Owes(BookingState.LateCancelled, 0), Owes(BookingState.LateCancelled, 500)) { Policy = FaultWorld.WithLateFee with { HourlyRate = FaultWorld.Priced.HourlyRate } },
        new("book with a deposit", Nothing, Accepted(w => w.Booking.Book(w.Request(false, w.Later))), Is(BookingState.AwaitingPayment), async w => await w.View() is null or { State: BookingState.Expired }) { Policy = FaultWorld.WithDeposit },
        new("wait for a deposit in vain", w => w.Book(false, w.Later), Due, Owes(BookingState.Expired, 0), Never) { Policy = FaultWorld.WithDeposit, Wait = Duration.FromMinutes(31) },
        new("approve with a deposit", w => w.Book(false, w.Later), Accepted(w => w.Booking.Approve("sam", null)), Is(BookingState.AwaitingPayment), Is(BookingState.AwaitingApproval)) { Policy = FaultWorld.WithDeposit with { ApprovalRequired = true } },
    ];

    private static Func<FaultWorld, Task<bool>> Costs(Func<FaultWorld, Slot> at, long total) =>
        async world => await world.View() is { State: BookingState.Confirmed, Terms.Price: { } price } booking && booking.Slot == at(world) && price.Total.Amount == total;

    private static Func<FaultWorld, Task<bool>> Owes(BookingState state, long total) =>
        async world => (await world.View())?.State == state && await world.Owed() == total;

    private static Func<FaultWorld, Task<bool>> Accepted(Func<FaultWorld, Task<BookingAnswer>> operation) => async world => (await operation(world)).Accepted;

    private static async Task<bool> Due(FaultWorld world)
    {
        await world.Booking.Due();
        return true;
    }

    private static Func<FaultWorld, Task<bool>> Is(BookingState state) => async world => (await world.View())?.State == state;

    private static Func<FaultWorld, Task<bool>> Stands(Func<FaultWorld, Slot> at) =>
        async world => await world.View() is { State: BookingState.Confirmed } booking && booking.Slot == at(world);

    private static Func<FaultWorld, Task<bool>> Belongs(Func<FaultWorld, string> member) =>
        async world => await world.View() is { State: BookingState.Confirmed } booking && booking.MemberId == member(world);

    private static Func<FaultWorld, Task<bool>> Ends(Func<FaultWorld, Instant> end) =>
        async world => await world.View() is { State: BookingState.CheckedIn } booking && booking.Slot.End == end(world);

    private static Func<FaultWorld, Task<bool>> Late(bool fee) =>
        async world => await world.View() is { State: BookingState.LateCancelled } booking && booking.LateFee is not null == fee;

    private static Task Offered(FaultWorld world) => world.Book(bundle: false, world.Later, world.Made + Duration.FromMinutes(15));

    private static async Task CancelledLate(FaultWorld world)
    {
        await world.Book(bundle: false, world.Later);
        (await world.Booking.Cancel(world.Ada, null)).ShouldBeAccepted();
    }

    private static async Task<bool> Missed(FaultWorld world) =>
        (await world.View())?.State == BookingState.NoShow && (await world.Silo.Member(world.Ada).View())!.Strikes.Length == 1;

    private static async Task<bool> HasOffer(FaultWorld world) => await world.Offer() is { State: BookingState.Offered };

    private static async Task<bool> Left(FaultWorld world) => await world.Waitlist.Leave(world.Id, world.Ada) is not null || await world.Waitlist.View(world.Id) is null;
}
