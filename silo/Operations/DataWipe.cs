using System.Collections.Concurrent;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Operations;

/// <summary>
/// Empties a database that is in use by this process alone: for Development. It notes every activation on the way, so that none goes on
/// with a state that is gone; that costs every call a little, and so is not there otherwise.
/// </summary>
public sealed class DataWipe(IDbContextFactory<MakerspaceDb> databases, Occupancy occupancy) : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, IGrainContext> activations = [];

    async Task IIncomingGrainCallFilter.Invoke(IIncomingGrainCallContext context)
    {
        activations[context.TargetId] = context.TargetContext;
        await context.Invoke();
    }

    /// <summary>
    /// Deletes everything but the schema and the keys, of cookies and of signatures. A write under way in the same moment may fail: what it was about is gone.
    /// </summary>
    public async Task Everything(CancellationToken cancellation)
    {
        await DeleteRows(cancellation);
        occupancy.Clear();
        // After the rows: an activation that comes back now finds nothing, and the old one's next write would have failed on its version.
        var old = activations.Values.ToList();
        activations.Clear();
        foreach (var activation in old) activation.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The data was emptied."), cancellation);
        await Task.WhenAll(old.Select(a => a.Deactivated)).WaitAsync(TimeSpan.FromSeconds(10), cancellation);
    }

    private async Task DeleteRows(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"DELETE FROM OrleansStorage", cancellation);
        await db.Journal.ExecuteDeleteAsync(cancellation);
        await db.Bookings.ExecuteDeleteAsync(cancellation);
        await db.BookingTools.ExecuteDeleteAsync(cancellation);
        await db.Waits.ExecuteDeleteAsync(cancellation);
        await db.Series.ExecuteDeleteAsync(cancellation);
        await db.Trainings.ExecuteDeleteAsync(cancellation);
        await db.Sessions.ExecuteDeleteAsync(cancellation);
        await db.EventGuests.ExecuteDeleteAsync(cancellation);
        await db.OfficeHours.ExecuteDeleteAsync(cancellation);
        await db.Events.ExecuteDeleteAsync(cancellation);
        await db.Certificates.ExecuteDeleteAsync(cancellation);
        await db.LogEntries.ExecuteDeleteAsync(cancellation);
        await db.Tools.ExecuteDeleteAsync(cancellation);
        await db.Members.ExecuteDeleteAsync(cancellation);
        await db.Areas.ExecuteDeleteAsync(cancellation);
        await db.Devices.ExecuteDeleteAsync(cancellation);
        await db.DeviceUses.ExecuteDeleteAsync(cancellation);
        await db.Badges.ExecuteDeleteAsync(cancellation);
        await db.Pins.ExecuteDeleteAsync(cancellation);
        await db.Companies.ExecuteDeleteAsync(cancellation);
        await db.Resources.ExecuteDeleteAsync(cancellation);
        await db.PolicyVersions.ExecuteDeleteAsync(cancellation);
        await db.Problems.ExecuteDeleteAsync(cancellation);
        await db.ProblemPhotos.ExecuteDeleteAsync(cancellation);
        await db.WorkOrders.ExecuteDeleteAsync(cancellation);
        await db.Upkeep.ExecuteDeleteAsync(cancellation);
        await db.LedgerEntries.ExecuteDeleteAsync(cancellation);
        await db.LedgerLines.ExecuteDeleteAsync(cancellation);
        await db.Accounts.ExecuteDeleteAsync(cancellation);
        await db.UnusableTimes.ExecuteDeleteAsync(cancellation);
        await db.Grants.ExecuteDeleteAsync(cancellation);
        await db.Announcements.ExecuteDeleteAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"DELETE FROM use_days", cancellation);
        await db.Database.ExecuteSqlAsync($"DELETE FROM ledger_days", cancellation);
        await db.Database.ExecuteSqlAsync($"DELETE FROM use_zone", cancellation);
        await db.ProviderEvents.ExecuteDeleteAsync(cancellation);
        await db.Reconciliations.ExecuteDeleteAsync(cancellation);
        await db.Invitations.ExecuteDeleteAsync(cancellation);
        await db.JobRuns.ExecuteDeleteAsync(cancellation);
        await db.Mail.ExecuteDeleteAsync(cancellation);
        await db.Notices.ExecuteDeleteAsync(cancellation);
        await db.NoticesKnown.ExecuteDeleteAsync(cancellation);
        await db.NoticeSettings.ExecuteDeleteAsync(cancellation);
        await db.Bounces.ExecuteDeleteAsync(cancellation);
        await db.CalendarFeeds.ExecuteDeleteAsync(cancellation);
        await db.MentorCalendars.ExecuteDeleteAsync(cancellation);
        await db.AccessTokens.ExecuteDeleteAsync(cancellation);
        await db.Users.ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
