using System.Globalization;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Waitlists;
using Makerspace.Web.Notices;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Waitlists;

/// <summary>
/// Writes to whoever is offered a slot: a quarter of an hour is no use to somebody who does not know of it; and again so long before it is over as they want. An offer that is answered or over
/// when its turn comes is not told.
/// </summary>
internal sealed class OfferNotices(
    Database database, IReadModels models, IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains, Letters letters, TimeProvider time, ILogger<OfferNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "offer-notices";
    private const int MostInRun = 500;

    protected override IReadOnlyList<string> Types { get; } = ["wait-changed"];

    public override async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var offered = await Offered(db, cancellation);
        var members = offered.Select(w => w.MemberId).Distinct().ToList();
        var leads = (await db.NoticeSettings.AsNoTracking().Where(s => members.Contains(s.MemberId)).ToListAsync(cancellation)).ToDictionary(s => s.MemberId, s => s.Settings().OfferLeads);
        return offered.Where(w => leads.ContainsKey(w.MemberId)).SelectMany(w => leads[w.MemberId].Select(lead => w.OfferUntil - lead)).Where(due => due > now).Min();
    }

    public override async Task RunDue(CancellationToken cancellation)
    {
        await base.RunDue(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var place in await Offered(db, cancellation)) await Remind(place, cancellation);
    }

    private static async Task<List<WaitView>> Offered(MakerspaceDb db, CancellationToken cancellation) =>
        (await db.Waits.AsNoTracking().Where(w => w.State == WaitState.Offered).OrderBy(w => w.Start).ThenBy(w => w.Id).Take(MostInRun).Select(w => w.Data).ToListAsync(cancellation))
            .ConvertAll(data => JsonSerializer.Deserialize<WaitView>(data, StoredJson.Options)!);

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) is not WaitChanged { Wait: { State: WaitState.Offered, BookingId: { } offer, OfferUntil: { } until } place }) return;
        if (await ToTell(place, offer) is not { } to) return;
        var name = await Name(place);
        await letters.Send(to, s => [(offer, LetterTexts.Offered(s, name, place.Slot, until))], cancellation, until);
    }

    private async Task Remind(WaitView place, CancellationToken cancellation)
    {
        var now = time.Now();
        if (place is not { BookingId: { } offer, OfferUntil: { } until } || until <= now || until - now > NoticeSettings.LongestLead || await ToTell(place, offer) is not { } to) return;
        var name = await Name(place);
        await letters.Send(
            to,
            s => NoticeSettings.Due(s.Wishes.OfferLeads, until, now) is { } lead
                ? [(DerivedId.Of("offer-ends", offer.ToString("N"), lead.TotalMinutes.ToString(CultureInfo.InvariantCulture)), LetterTexts.OfferEnds(s, name, place.Slot, until))]
                : [],
            cancellation, until);
    }

    private async Task<Recipient?> ToTell(WaitView place, Guid offer) =>
        await grains.GetGrain<IBookingGrain>(Keys.Booking(offer)).View() is { State: BookingState.Offered } ? await letters.Member(place.MemberId) : null;

    private async Task<string> Name(WaitView place) => (await grains.GetGrain<IToolGrain>(Keys.Tool(place.OfferedTool ?? place.ToolId)).View())?.Definition.Name ?? place.ToolId;
}
