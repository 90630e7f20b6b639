using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Tells bookings what became of their money: one that waits for its deposit is asked to look once the deposit stands, one whose fee was waived tells the
/// account. Either would be found a little later by the sweep or by whoever asks for the booking.
/// </summary>
public sealed partial class DepositKeeper(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, ILogger<DepositKeeper> log) : IChainedWork, IWatchesJournal
{
    // Told and not moved by it: no reason for another round.
    private volatile IReadOnlySet<Guid> stuck = new HashSet<Guid>();

    public bool Concerns(JournalRow row) => row.Type is "account-changed" or "booking-fee-waived";

    // A booking that is not paid in time falls due by itself.
    public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var (paid, waived) = await Ready(cancellation);
        return paid.Concat(waived).Any(id => !stuck.Contains(id));
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var (paid, waived) = await Ready(cancellation);
        Exception? failure = null;
        foreach (var id in paid) failure = await Tell(id, booking => booking.Due()) ?? failure;
        foreach (var id in waived) failure = await Tell(id, booking => booking.Settle(nothingInFlight: false)) ?? failure;
        stuck = paid.Concat(waived).ToHashSet();
        if (stuck.Count > 0) await models.CaughtUp(cancellation);
        if (failure is not null) throw new PartlyFailedException("Not every booking could be told of its money: " + failure.Message, failure);
    }

    private async Task<(List<Guid> Paid, List<Guid> Waived)> Ready(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var waiting = await db.Bookings.AsNoTracking().Where(b => b.State == BookingState.AwaitingPayment).Select(b => new { b.Id, b.MemberId, b.CompanyId }).ToListAsync(cancellation);
        var payers = waiting.SelectMany(b => b.CompanyId is { } company ? [Payer.Member(b.MemberId), Payer.Company(company)] : new[] { Payer.Member(b.MemberId) }).Distinct().ToList();
        var accounts = payers.Count == 0 ? [] : await db.Accounts.AsNoTracking().Where(a => payers.Contains(a.Id)).Select(a => a.Data).ToListAsync(cancellation);
        var stands = accounts.SelectMany(a => JsonSerializer.Deserialize<AccountView>(a, StoredJson.Options)!.Deposits)
            .Where(d => d.State is DepositState.Authorised or DepositState.Captured).Select(d => d.BookingId).ToHashSet();
        var unsettled = await db.Bookings.AsNoTracking().Where(b => b.UnsettledSince != null && b.Data != null && !b.Live).ToListAsync(cancellation);
        return ([.. waiting.Select(b => b.Id).Where(stands.Contains)], [.. unsettled.Where(b => b.View().FeeWaived is not null).Select(b => b.Id)]);
    }

    // One that fails must not keep the others from their turn; it comes again.
    private async Task<Exception?> Tell(Guid id, Func<IBookingGrain, Task> tell)
    {
        try
        {
            await tell(grains.GetGrain<IBookingGrain>(Keys.Booking(id)));
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
            return failure;
        }
    }

    private static class Payer
    {
        public static string Member(string id) => "member-" + id;
        public static string Company(string id) => "company-" + id;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Booking {Id} could not be told of its money; it is tried again")]
    private partial void Failed(Guid id, Exception failure);
}
