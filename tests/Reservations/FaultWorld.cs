using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Series;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// Tools, people and one booking of a case's own: a laser in a room in a hall with a capacity, a drill and a mill that are booked together, and two
/// members of a company with limits.
/// </summary>
internal sealed class FaultWorld(RunningSilo silo)
{
    private static readonly Money Fee = new(500, "usd");

    public Guid Id { get; } = Guid.NewGuid();
    public Instant Made { get; } = silo.Clock.Now();

    public string Ada => Named("ada");
    public string Ben => Named("ben");
    public string Laser => Named("laser");
    public string Room => Named("room");
    public string Drill => Named("drill");
    public string Mill => Named("mill");
    private string Firm => Named("firm");

    /// <summary>An hour that has just begun.</summary>
    public Slot Now => new(Floor(Duration.FromMinutes(5)), Floor(Duration.FromMinutes(5)) + Duration.FromHours(1));

    /// <summary>An hour later today or early tomorrow.</summary>
    public Slot Later => new(Floor(Duration.FromHours(1)) + Duration.FromHours(4), Floor(Duration.FromHours(1)) + Duration.FromHours(5));

    public Slot MuchLater => new(Later.End + Duration.FromHours(2), Later.End + Duration.FromHours(3));

    public Slot Longer => new(Later.Start, Later.Start + Duration.FromHours(2));

    public RunningSilo Silo => silo;
    public IBookingGrain Booking => silo.Booking(Id);
    public ISeriesGrain Series => silo.Grains.GetGrain<ISeriesGrain>(Keys.Series(Id));
    public IWaitlistGrain Waitlist => silo.Grains.GetGrain<IWaitlistGrain>(Keys.Waitlist(null, Drill));

    public Task<BookingView?> View() => Booking.View();

    /// <summary>The hall, in a space that takes money.</summary>
    public static async Task Hall(RunningSilo silo)
    {
        await silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).Define(new AreaDefinition { Name = "Hall", Capacity = 2_000 }, Actors.System);
        await silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Billing = new BillingSettings { TaxBasisPoints = 1900 } }, Actors.System);
    }

    public Task Furnish(Policy? policy = null) => Task.WhenAll(
        Tool(Laser, new ToolDefinition { Name = "Laser", AreaId = "hall", InRoom = Room, Policy = policy ?? Policy.None }),
        Tool(Room, new ToolDefinition { Name = "Room", AreaId = "hall" }),
        Tool(Drill, new ToolDefinition { Name = "Drill", Policy = policy ?? Policy.None }),
        Tool(Mill, new ToolDefinition { Name = "Mill", Policy = policy ?? Policy.None }),
        silo.Member(Ada).Define(new MemberDefinition { Name = "Ada", CompanyId = Firm }, Actors.System),
        silo.Member(Ben).Define(new MemberDefinition { Name = "Ben", CompanyId = Firm }, Actors.System),
        silo.Grains.GetGrain<ICompanyGrain>(Keys.Company(Firm))
            .Define(new CompanyDefinition { Name = "Firm", Pays = true, Limits = new Limits { MaxBookingsPerWeek = 20 } }, Actors.System));

    public BookingRequest Request(bool bundle, Slot slot) => new()
    {
        ToolId = bundle ? Mill : Laser, AlsoTools = bundle ? [Drill] : [], MemberId = Ada, Actor = Ada, Slot = slot, Quiet = true,
    };

    public async Task Book(bool bundle, Slot slot, Instant? offerUntil = null) =>
        (await Booking.Book(Request(bundle, slot) with { OfferUntil = offerUntil })).ShouldBeAccepted();

    public async Task CheckedIn(bool bundle)
    {
        await Book(bundle, Now);
        (await Booking.CheckIn(Ada, Ada, null)).ShouldBeAccepted();
    }

    /// <summary>Somebody has the drill, and ada waits for it.</summary>
    public async Task Waiting()
    {
        (await silo.Booking(Other).Book(new BookingRequest { ToolId = Drill, MemberId = Ben, Actor = Ben, Slot = Later })).ShouldBeAccepted();
        (await Join()).ShouldBeTrue();
    }

    public async Task Freed() => (await silo.Booking(Other).Cancel(Ben, null)).ShouldBeAccepted();

    public async Task<bool> Join() => (await Waitlist.Join(new WaitRequest { Id = Id, ToolId = Drill, MemberId = Ada, Slot = Later, Actor = Ada })).Refusals.IsEmpty;

    public async Task<BookingView?> Offer() => await Waitlist.View(Id) is { BookingId: { } offer } ? await silo.Booking(offer).View() : null;

    public async Task<bool> BookSeries()
    {
        var answer = await Series.Book(SeriesRequest);
        return answer.Series is { UnfinishedSince: null } made && made.Occurrences.All(o => o.Booked);
    }

    public async Task<int> SeriesBookings()
    {
        var series = await Series.View();
        var bookings = await Task.WhenAll((series?.Occurrences ?? []).Select(o => silo.Booking(o.BookingId).View()));
        return bookings.Count(b => b?.State == BookingState.Confirmed);
    }

    /// <summary>12.00 an hour.</summary>
    public static readonly Policy Priced = new() { HourlyRate = new Money(1200, "usd") };

    public static readonly Policy WithDeposit = Priced with { Deposit = new Money(5000, "usd") };

    public string Payer => "company-" + Firm;

    public async Task<long> Owed() => (await silo.Grains.GetGrain<IAccountGrain>(Keys.Account(Payer)).View()).Owed;

    public static readonly Policy WithLateFee = new() { LateCancelThreshold = Duration.FromDays(2), LateCancelFee = Fee };

    public Guid Other => new(Id.ToByteArray().Reverse().ToArray());

    private SeriesRequest SeriesRequest => new()
    {
        ToolId = Mill, AlsoTools = [Drill], MemberId = Ada, Actor = Ada, Rule = "FREQ=DAILY;COUNT=3",
        Slots = [.. Enumerable.Range(0, 3).Select(day => Later.StartingAt(Later.Start + Duration.FromDays(day)))],
    };

    private string Named(string what) => $"{what}-{Id:N}";

    private Instant Floor(Duration step) => Instant.FromUnixTimeTicks(Made.ToUnixTimeTicks() - (Made.ToUnixTimeTicks() % step.BclCompatibleTicks));

    private Task<ToolView?> Tool(string id, ToolDefinition definition) => silo.Tool(id).Define(definition, Actors.System);
}

internal static class Answers
{
    public static BookingAnswer ShouldBeAccepted(this BookingAnswer answer)
    {
        answer.Accepted.ShouldBeTrue(string.Join(", ", answer.Refusals));
        return answer;
    }
}
