using System.Globalization;
using System.Security.Cryptography;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Notices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Addresses in guests' letters: sealed, they say which guest of which event, and work without signing in.</summary>
internal sealed class GuestLinks(IConfiguration configuration, IDataProtectionProvider protection)
{
    private readonly IDataProtector seal = protection.CreateProtector("events.guests");

    public string Token(Guid eventId, Guid guestId) => seal.Protect($"{eventId:N}|{guestId:N}");

    /// <summary>Where a person looks, and presses a button: whoever only looks changes nothing.</summary>
    public string Seat(Guid eventId, Guid guestId) => $"{configuration.PublicUrl()}/events/seat?token={Token(eventId, guestId)}";

    /// <summary>Which event, and who; null where the token is not one of ours.</summary>
    public (Guid EventId, Guid GuestId)? Read(string? token)
    {
        try
        {
            var parts = seal.Unprotect(token ?? "").Split('|');
            return parts.Length == 2 && Guid.TryParseExact(parts[0], "N", out var happening) && Guid.TryParseExact(parts[1], "N", out var guest) ? (happening, guest) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>
/// Guests of public events: who they are is kept here alone, not in the journal, and is deleted a month after the event (or a day after they did not confirm). A guest's id is made of event and
/// address, so whoever asks twice has one seat.
/// </summary>
internal sealed class GuestBook(
    IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, GuestLinks links, Letters letters, AttemptLimiter limiter, TimeProvider time)
{
    private static readonly Duration Held = Duration.FromMinutes(30);

    /// <summary>
    /// Somebody asks for a seat: it is held, and a letter goes to the address. Anybody can type in anybody's: so no address gets many letters, nothing in one is of their making, and whoever has
    /// confirmed keeps the name that they gave.
    /// </summary>
    public async Task<EventAnswer> Ask(Guid eventId, string name, string email, string? answer, CancellationToken cancellation)
    {
        var (now, guest) = (time.Now(), DerivedId.Of("event-guest", eventId.ToString("N"), email.ToLowerInvariant()));
        var (seat, standing) = (Guests.Seat(guest), await Grain(eventId).Due());
        if (!limiter.MaySendMessage(email.ToUpperInvariant())) return new EventAnswer(standing, []);
        // Before the seat: a seat whose guest nobody knows could not be confirmed. Anybody may type anybody's address: whose seat it is already keeps their name.
        if (standing?.Has(seat) != true) await Put(new GuestRow { Id = guest, EventId = eventId, Name = name, Email = email, AskedAt = now }, cancellation);
        var held = await Grain(eventId).Hold(new SeatWish(seat, answer), now + Held);
        if (held.Event is not { } view || !(held.Refusals.IsEmpty || view.Has(seat))) return held;
        // To the address as it was given first; of many who ask in half an hour, or one who does so often, one letter comes.
        var address = (await Of(eventId, cancellation)).GetValueOrDefault(seat)?.Email ?? email;
        await letters.Send(
            new Recipient(null, "", address),
            s => view.Has(seat)
                ? [(Letter("event-guest-again", guest, now), LetterTexts.GuestAgain(s, view, links.Seat(eventId, guest)))]
                : [(Letter("event-guest-asked", guest, now), LetterTexts.GuestSeat(s, view, links.Seat(eventId, guest)))],
            cancellation, view.Definition.Slot.Start);
        return held;
    }

    private static Guid Letter(string what, Guid guest, Instant now) => DerivedId.Of(what, guest.ToString("N"), (now.ToUnixTimeSeconds() / (long)Held.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    public Task<EventAnswer> Confirm(Guid eventId, Guid guest) => Grain(eventId).Confirm(Guests.Seat(guest));

    public Task<EventAnswer> Leave(Guid eventId, Guid guest) => Grain(eventId).Leave(Guests.Seat(guest), Guests.Seat(guest));

    public Task<EventView?> Find(Guid eventId) => Grain(eventId).View();

    /// <summary>What guests are called, by their seats.</summary>
    public async Task<Dictionary<string, GuestRow>> Of(Guid eventId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await db.EventGuests.AsNoTracking().Where(g => g.EventId == eventId).ToListAsync(cancellation)).ToDictionary(g => Guests.Seat(g.Id), StringComparer.Ordinal);
    }

    private async Task Put(GuestRow guest, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.EventGuests.FirstOrDefaultAsync(g => g.Id == guest.Id, cancellation) is { } known) (known.Name, known.Email, known.AskedAt) = (guest.Name, guest.Email, guest.AskedAt);
        else db.EventGuests.Add(guest);
        await db.SaveChangesAsync(cancellation);
    }

    private IEventGrain Grain(Guid eventId) => grains.GetGrain<IEventGrain>(Keys.Event(eventId));
}

/// <summary>Reminds guests a day before, and forgets who they were.</summary>
internal sealed class GuestKeeper(IDbContextFactory<MakerspaceDb> databases, IReadModels models, GuestLinks links, Letters letters, TimeProvider time) : IScheduledWork
{
    public const string Id = "event-guests";
    private const int MostInRun = 500;
    private static readonly Duration Before = Duration.FromHours(24);
    private static readonly Duration Unconfirmed = Duration.FromDays(1);
    private static readonly Duration After = Duration.FromDays(30);

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var soon = time.Now() + Before;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Events.Where(e => e.Shown && e.Start > soon && db.EventGuests.Any(g => g.EventId == e.Id)).MinAsync(e => (Instant?)e.Start, cancellation) is { } start ? start - Before : null;
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (soon, over, old) = (now + Before, now - After, now - Unconfirmed);
        foreach (var row in await db.Events.AsNoTracking().Where(e => e.Shown && e.Start > now && e.Start <= soon && db.EventGuests.Any(g => g.EventId == e.Id)).OrderBy(e => e.Start).ThenBy(e => e.Id).Take(MostInRun).ToListAsync(cancellation))
            await Remind(db, row.View(), cancellation);
        await db.EventGuests.Where(g => db.Events.Any(e => e.Id == g.EventId && e.Start < over)).ExecuteDeleteAsync(cancellation);
        foreach (var some in (await db.EventGuests.AsNoTracking().Where(g => g.AskedAt < old && !g.Confirmed).OrderBy(g => g.AskedAt).Take(MostInRun).ToListAsync(cancellation)).GroupBy(g => g.EventId))
            await Settle(db, some.Key, [.. some], cancellation);
    }

    // Who has a seat stays until the event is over; of the others nobody needs to know.
    private static async Task Settle(MakerspaceDb db, Guid eventId, IReadOnlyList<GuestRow> guests, CancellationToken cancellation)
    {
        var view = (await db.Events.AsNoTracking().FirstOrDefaultAsync(e => e.Id == eventId, cancellation))?.View();
        var (here, gone) = (guests.Where(g => view?.Has(Guests.Seat(g.Id)) == true).Select(g => g.Id).ToList(), guests.Where(g => view?.Has(Guests.Seat(g.Id)) != true).Select(g => g.Id).ToList());
        if (here.Count > 0) await db.EventGuests.Where(g => here.Contains(g.Id)).ExecuteUpdateAsync(g => g.SetProperty(r => r.Confirmed, true), cancellation);
        if (gone.Count > 0) await db.EventGuests.Where(g => gone.Contains(g.Id)).ExecuteDeleteAsync(cancellation);
    }

    private async Task Remind(MakerspaceDb db, EventView view, CancellationToken cancellation)
    {
        foreach (var guest in await db.EventGuests.AsNoTracking().Where(g => g.EventId == view.Id).ToListAsync(cancellation))
        {
            // Who asked within the day has just heard of it.
            if (!view.Has(Guests.Seat(guest.Id)) || guest.AskedAt > view.Definition.Slot.Start - Before) continue;
            await letters.Send(
                new Recipient(null, guest.Name, guest.Email),
                s =>
                [(
                    DerivedId.Of("event-guest-reminder", guest.Id.ToString("N"), view.Definition.Slot.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                    LetterTexts.GuestReminder(s, view, links.Seat(view.Id, guest.Id)))],
                cancellation, view.Definition.Slot.Start);
        }
    }
}
