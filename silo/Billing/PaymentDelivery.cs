using System.Collections.Concurrent;
using System.Collections.Immutable;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Carries what waits in accounts to the payment provider. A command whose outcome is not known stays where it is and is sent again under the same key, later and
/// later; so it does not matter how often, nor by how many at once, it is delivered.
/// </summary>
internal sealed partial class PaymentDelivery(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, PaymentCommands commands, Looking looking, PaymentSettings settings, TimeProvider time,
    ILogger<PaymentDelivery> log) : IChainedWork, IWatchesJournal
{
    /// <summary>As staff see it.</summary>
    public const string Id = "payment-delivery";

    private const int AtOnce = 8;
    private const int MostInRun = 1_000;

    private readonly ConcurrentDictionary<string, BackOff> resting = new(StringComparer.Ordinal);

    public bool Concerns(JournalRow row) => row.Type == "account-changed";

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        if (!settings.Enabled) return null;
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var next = await db.Accounts.Where(a => a.SendAt != null && a.SendAt > now).MinAsync(a => a.SendAt, cancellation);
        return resting.Values.Select(r => (Instant?)r.Until).Append(next).Min();
    }

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        if (!settings.Enabled) return false;
        foreach (var account in await Due(cancellation))
            if ((await Account(account).Commands()).Any(MaySend)) return true;
        return false;
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        if (!settings.Enabled) return;
        var accounts = await Due(cancellation);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(accounts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (account, stop) =>
        {
            // One that fails must not keep the others from their turn.
            if (await Deliver(account, stop) is { } failure) failures.Enqueue(failure);
        });
        if (accounts.Count > 0) await models.CaughtUp(cancellation);
        Forget(time.Now() - Duration.FromDays(1));
        if (failures.TryPeek(out var first)) throw new PartlyFailedException($"{failures.Count} accounts wait for the payment provider.", first);
    }

    private async Task<List<string>> Due(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Accounts.Where(a => a.SendAt != null && a.SendAt <= now).OrderBy(a => a.SendAt).Select(a => a.Id).Take(MostInRun).ToListAsync(cancellation);
    }

    private async Task<Exception?> Deliver(string accountId, CancellationToken cancellation)
    {
        Exception? failed = null;
        try
        {
            foreach (var command in (await Account(accountId).Commands()).Where(MaySend))
                failed = await Deliver(accountId, command, cancellation) ?? failed;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            NotDelivered(accountId, failure);
            failed = failure;
        }
        return failed;
    }

    private async Task<Exception?> Deliver(string accountId, PaymentCommand waiting, CancellationToken cancellation)
    {
        // Kept before it is sent: whoever finds it later knows that it may have been.
        if (await Account(accountId).Sending(waiting.Id, waiting.Attempt) is not { } command) return null;
        try
        {
            var sent = await commands.Send(await Account(accountId).View(), command, cancellation);
            if (sent.LookAt is { } made) await Tell(accountId, await looking.At(made, cancellation));
            await Account(accountId).Delivered(command.Id, command.Attempt, sent.Outcome);
            resting.TryRemove(command.Key, out _);
            return null;
        }
        catch (Exception failure) when (Failing.IsUnknown(failure, cancellation))
        {
            var rest = resting.AddOrUpdate(command.Key, _ => BackOff.First(time.Now()), (_, before) => before.Next(time.Now()));
            NotKnown(command.Kind, command.Id, accountId, rest.Until, failure);
            return failure;
        }
    }

    private async Task Tell(string accountId, ImmutableArray<Sighting> sightings)
    {
        if (sightings.Length > 0) await Account(accountId).Seen([.. sightings.Select(s => s.Seen)]);
    }

    private bool MaySend(PaymentCommand command) => !resting.TryGetValue(command.Key, out var rest) || rest.Until <= time.Now();

    private void Forget(Instant before)
    {
        foreach (var (key, rest) in resting)
            if (rest.Until < before) resting.TryRemove(key, out _);
    }

    private IAccountGrain Account(string accountId) => grains.GetGrain<IAccountGrain>(Keys.Account(accountId));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Command} of {Account}: what came of it is not known. It is sent again under the same key, not before {Until}")]
    private partial void NotKnown(PaymentCommandKind kind, Guid command, string account, Instant until, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "What waits in {Account} could not be delivered; it is tried again")]
    private partial void NotDelivered(string account, Exception failure);
}

/// <summary>How long something that failed is left alone: twice as long each time, from seconds to a quarter of an hour.</summary>
internal sealed record BackOff(int Failures, Instant Until)
{
    private const int MostDoublings = 9;
    private static readonly Duration Shortest = Duration.FromSeconds(2);
    private static readonly Duration Longest = Duration.FromMinutes(15);

    public static BackOff First(Instant now) => new(1, now + Shortest);

    public BackOff Next(Instant now) => new(Failures + 1, now + After(Failures + 1));

    /// <summary>After so many failures.</summary>
    public static Duration After(int failures) => Duration.Min(Longest, Shortest * (1L << Math.Clamp(failures - 1, 0, MostDoublings)));
}
