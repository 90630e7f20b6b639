using Makerspace.Calendars;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Calendars;
using Makerspace.Web.Http;
using Makerspace.Web.Notices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>
/// Reads mentors' own calendars and tells their time when they are busy. Doing it twice comes to the same. One that cannot be read leaves what was known; its mentor sees that on their page, and after three
/// days in a letter. Where it is, is told to nobody: it is sealed where it is kept, and in no log, event or answer but the mentor's own.
/// </summary>
internal sealed partial class MentorCalendars(
    IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains, OutboundHttp outbound, IDataProtectionProvider protection, Letters letters, TimeProvider time, ILogger<MentorCalendars> log) : IScheduledWork
{
    public const string Id = "mentor-calendars";

    private const int AtOnce = 8;
    private const int MostInRun = 400;
    private const int MostRedirects = 3;

    /// <summary>A mentor's time is written whole with every claim on it: more it does not keep.</summary>
    internal const int MostBusy = 2_000;

    private static readonly Duration Every = Duration.FromMinutes(30);
    private static readonly Duration Patience = Duration.FromDays(3);

    /// <summary>So much further than anybody may book: where it cannot be read for a while, what was known reaches all the same.</summary>
    private static readonly Duration Further = Duration.FromDays(14);

    private readonly IDataProtector seal = protection.CreateProtector("Makerspace.MentorCalendars");

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.MentorCalendars.OrderBy(c => c.NextAt).Select(c => (Instant?)c.NextAt).FirstOrDefaultAsync(cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var due = await db.MentorCalendars.Where(c => c.NextAt <= now).OrderBy(c => c.NextAt).Select(c => c.MemberId).Take(MostInRun).ToListAsync(cancellation);
        foreach (var some in due.Chunk(AtOnce)) await Task.WhenAll(some.Select(m => RefreshOne(m, cancellation)));
    }

    /// <summary>Where a mentor's calendar is, for themselves; null where none is set or its seal cannot be opened.</summary>
    public string? AddressOf(MentorCalendarRow row)
    {
        try
        {
            return row.Address.Length == 0 ? null : seal.Unprotect(row.Address);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The row as it is; null where none is set.</summary>
    public async Task<MentorCalendarRow?> Of(string memberId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.MentorCalendars.AsNoTracking().FirstOrDefaultAsync(c => c.MemberId == memberId && c.Address != "", cancellation);
    }

    /// <summary>From now on it is this one, or none; read at once.</summary>
    public async Task Set(string memberId, Uri? address, CancellationToken cancellation)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            var row = await db.MentorCalendars.FirstOrDefaultAsync(c => c.MemberId == memberId, cancellation);
            if (row is null && address is null) return;
            if (row is null) db.MentorCalendars.Add(row = new MentorCalendarRow { MemberId = memberId });
            (row.Address, row.NextAt, row.ReadAt, row.FailingSince, row.Error) = (address is null ? "" : seal.Protect(address.AbsoluteUri), time.Now(), null, null, null);
            await db.SaveChangesAsync(cancellation);
        }
        await RefreshOne(memberId, cancellation);
    }

    // What was set meanwhile by somebody else is what counts, and is read then.
    private async Task Refresh(string memberId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tool = grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId)));
        while (true)
        {
            var row = await db.MentorCalendars.AsNoTracking().FirstOrDefaultAsync(c => c.MemberId == memberId, cancellation);
            if (row is null or { Address: "" })
            {
                await tool.BeBusy([]);
                if (await db.MentorCalendars.Where(c => c.MemberId == memberId && c.Address == "").ExecuteDeleteAsync(cancellation) > 0 || row is null) return;
                continue;
            }
            var fault = await Read(db, row, tool, cancellation);
            if (await Noted(db, row, fault, cancellation)) return;
        }
    }

    // One that fails in a way nobody thought of must not keep the others from their turn.
    private async Task RefreshOne(string memberId, CancellationToken cancellation)
    {
        try
        {
            await Refresh(memberId, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotRead(memberId, failure.GetType().Name);
            await using var db = await databases.CreateDbContextAsync(cancellation);
            if (await db.MentorCalendars.AsNoTracking().FirstOrDefaultAsync(c => c.MemberId == memberId, cancellation) is { } row) await Noted(db, row, "unreadable", cancellation);
        }
    }

    // What is wrong, or null: then the mentor's time knows it.
    private async Task<string?> Read(MakerspaceDb db, MentorCalendarRow row, IToolGrain tool, CancellationToken cancellation)
    {
        if (AddressOf(row) is not { } address) return "unreadable";
        if (await tool.View() is not { Definition: { Mentor: { } mentor, Policy: var policy } }) return null;
        try
        {
            var file = await Fetch(new Uri(address), cancellation);
            // By whole days: what lies at the edges does not move with every look.
            var day = time.Now().InUtc().Date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
            var window = new Slot(day - Duration.FromDays(1), day + (policy.Horizon ?? Slot.Longest) + Further);
            var times = BusyCalendar.Read(file, mentor.Zone, window);
            var ours = await Ours(db, row.MemberId, times, cancellation);
            var busy = Intervals.Union(times.Where(t => !ours.Contains(t.Uid)).Select(t => t.Slot));
            if (busy.Length > MostBusy) return "too-many-events";
            await tool.BeBusy(busy);
            return null;
        }
        catch (OutboundRefusedException refused)
        {
            return refused.Code;
        }
        catch (CalendarFaultException fault)
        {
            return fault.Code;
        }
    }

    // Each step is looked at as the first was: a redirect leads nowhere that could not have been typed.
    private async Task<byte[]> Fetch(Uri address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(OutboundHttp.LongestWait);
        try
        {
            for (var step = 0; step <= MostRedirects; step++)
            {
                var answer = await outbound.Get(address, patience.Token);
                if (answer.Succeeded) return answer.Body;
                if (answer is not { Status: 301 or 302 or 303 or 307 or 308, Location: { } next }) throw new OutboundRefusedException($"answered-{answer.Status}", "It has no calendar there.");
                address = next;
            }
            throw new OutboundRefusedException("too-many-redirects", "It leads from one place to the next.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new OutboundRefusedException("timed-out", "It did not answer in time.");
        }
    }

    /// <summary>Our own sessions with this mentor that come back through their calendar, also at a time that they had before.</summary>
    private static async Task<HashSet<string>> Ours(MakerspaceDb db, string memberId, IReadOnlyList<BusyTime> times, CancellationToken cancellation)
    {
        var asked = times.Select(t => t.Uid).Distinct().Select(uid => (Uid: uid, Id: Invitations.BookingOf(uid))).Where(x => x.Id is not null).ToDictionary(x => x.Uid, x => x.Id!.Value, StringComparer.Ordinal);
        var ours = new HashSet<Guid>();
        foreach (var some in asked.Values.Distinct().Chunk(500))
            ours.UnionWith(await db.OfTool(Keys.MentorTime(memberId)).Where(b => some.Contains(b.Id)).Select(b => b.Id).ToListAsync(cancellation));
        return [.. asked.Where(x => ours.Contains(x.Value)).Select(x => x.Key)];
    }

    // False: the row was set anew meanwhile, and what was read is not of it.
    private async Task<bool> Noted(MakerspaceDb db, MentorCalendarRow row, string? fault, CancellationToken cancellation)
    {
        var now = time.Now();
        Instant? failing = fault is null ? null : row.FailingSince ?? now;
        var read = fault is null ? now : row.ReadAt;
        var noted = await db.MentorCalendars.Where(c => c.MemberId == row.MemberId && c.Address == row.Address).ExecuteUpdateAsync(
            c => c.SetProperty(x => x.NextAt, now + Every).SetProperty(x => x.ReadAt, read).SetProperty(x => x.FailingSince, failing).SetProperty(x => x.Error, fault), cancellation);
        if (noted > 0 && failing is { } since && since <= now - Patience) await Tell(row.MemberId, since, fault!, cancellation);
        return noted > 0;
    }

    private Task Tell(string memberId, Instant since, string fault, CancellationToken cancellation) => letters.Send(
        memberId, ["mentor-calendar-unreadable", since.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)],
        s => LetterTexts.CalendarUnreadable(s, since, fault), cancellation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The calendar of the mentor {Member} could not be read: {Failure}")]
    private partial void NotRead(string member, string failure);
}

/// <summary>A mentor's own calendar, set by themselves and seen by nobody else.</summary>
internal sealed class MentorCalendarDesk(MentorCalendars calendars, IGrainFactory grains, OutboundHttp outbound)
{
    public const int LongestUrl = 1_000;

    /// <summary>How it stands; null where none is set.</summary>
    public async Task<MentorCalendarSight?> Of(string memberId, CancellationToken cancellation) => await calendars.Of(memberId, cancellation) is { } row
        ? new MentorCalendarSight(calendars.AddressOf(row) ?? "", row.ReadAt, row.FailingSince, row.Error, (await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId))).View())?.Busy?.Length ?? 0)
        : null;

    /// <summary>Sets it, or takes it back where nothing is given; and reads it at once.</summary>
    public async Task<Faults> Set(string memberId, string? url, CancellationToken cancellation)
    {
        var faults = new Faults();
        var address = Address(faults, url);
        if (!faults.Any) await calendars.Set(memberId, address, cancellation);
        return faults;
    }

    private Uri? Address(Faults faults, string? url)
    {
        if (string.IsNullOrWhiteSpace(url)) return null;
        var text = url.Trim();
        // So calendar programs are told to subscribe; it is https all the same.
        if (text.StartsWith("webcal://", StringComparison.OrdinalIgnoreCase)) text = "https://" + text["webcal://".Length..];
        if (text.Length > LongestUrl || !Uri.TryCreate(text, UriKind.Absolute, out var address)) { faults.Add("url", "malformed-url", "This is no address of the web."); return null; }
        if (outbound.Fault(address) is { } fault) faults.Add("url", fault, fault == "not-https" ? "The address begins with https://." : "This address is not on the internet.");
        return address;
    }
}

/// <summary>A mentor's calendar as they see it.</summary>
/// <param name="Url">A secret of theirs.</param>
/// <param name="ReadAt">When it was last read well.</param>
/// <param name="FailingSince">Since when it cannot be read; the busy times known before still hold.</param>
/// <param name="Error">Why: a code.</param>
/// <param name="BusyTimes">How many are known.</param>
internal sealed record MentorCalendarSight(string Url, Instant? ReadAt, Instant? FailingSince, string? Error, int BusyTimes);
