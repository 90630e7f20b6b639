using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Carries news between bookings and accounts that no call of either brings: a deposit that the provider authorised confirms the booking that waits for it,
/// and a fee that a tool waived is taken back at the account. At once, following the journal, and from time to time for what it missed while it was down.
/// </summary>
public sealed partial class BookingMoneyKeeper(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, ILogger<BookingMoneyKeeper> log) : IChainedWork, IWatchesJournal
{
    private const int AtOnce = 16;
    private const int MostInRun = 5_000;

    // Told and not moved by it: no reason for another round.
    private volatile HashSet<Guid> stuck = [];

    public bool Concerns(JournalRow row) => row.Type is "account-changed" or "booking-fee-waived";

    // What is waited for comes from outside; that a deposit never comes is the booking's own due time.
    public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await Waived(db, cancellation)).Concat(await Authorised(db, cancellation)).Any(id => !stuck.Contains(id));
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (authorised, waived) = (await Authorised(db, cancellation), await Waived(db, cancellation));
        foreach (var some in authorised.Chunk(AtOnce)) await Task.WhenAll(some.Select(id => Each(id, booking => booking.Due())));
        foreach (var some in waived.Chunk(AtOnce)) await Task.WhenAll(some.Select(id => Each(id, booking => booking.Settle(nothingInFlight: false))));
        stuck = authorised.Concat(waived).ToHashSet();
        await models.CaughtUp(cancellation);
    }

    private async Task<List<Guid>> Authorised(MakerspaceDb db, CancellationToken cancellation)
    {
        var waiting = (await db.Bookings.AsNoTracking().Live().Where(b => b.State == BookingState.AwaitingPayment).OrderBy(b => b.DueAt).Take(MostInRun).ToListAsync(cancellation)).Select(b => b.View());
        var authorised = new List<Guid>();
        foreach (var booking in waiting)
            if (booking.Payer is { } payer && await grains.GetGrain<IAccountGrain>(Keys.Account(payer)).Deposit(booking.Id) == DepositState.Authorised) authorised.Add(booking.Id);
        return authorised;
    }

    // Over, and something is still to be told: nothing of it can be under way.
    private static Task<List<Guid>> Waived(MakerspaceDb db, CancellationToken cancellation) => db.Bookings
        .Where(b => b.UnsettledSince != null && (b.State == BookingState.LateCancelled || b.State == BookingState.NoShow)).OrderBy(b => b.UnsettledSince).Select(b => b.Id).Take(MostInRun).ToListAsync(cancellation);

    // One that fails must not keep the others from their turn; it comes again.
    private async Task Each(Guid id, Func<IBookingGrain, Task> step)
    {
        try
        {
            await step(grains.GetGrain<IBookingGrain>(Keys.Booking(id)));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Booking {Id} and its payer's account could not be made to agree; it is tried again")]
    private partial void Failed(Guid id, Exception failure);
}
