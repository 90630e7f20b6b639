using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Tools;
using Makerspace.Waitlists;
using Makerspace.Web.Notices;

namespace Makerspace.Web.Waitlists;

/// <summary>Writes to whoever is offered a slot: a quarter of an hour is no use to somebody who does not know of it. An offer that is answered or over when its turn comes is not told.</summary>
internal sealed class OfferNotices(Database database, IReadModels models, IGrainFactory grains, Letters letters, ILogger<OfferNotices> log) : JournalWork(Id, database, models, log)
{
    public const string Id = "offer-notices";

    protected override IReadOnlyList<string> Types { get; } = ["wait-changed"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) is not WaitChanged { Wait: { State: WaitState.Offered, BookingId: { } offer, OfferUntil: { } until } place }) return;
        if (await grains.GetGrain<IBookingGrain>(Keys.Booking(offer)).View() is not { State: BookingState.Offered } || await letters.Member(place.MemberId) is not { } to) return;
        var name = (await grains.GetGrain<IToolGrain>(Keys.Tool(place.OfferedTool ?? place.ToolId)).View())?.Definition.Name ?? place.ToolId;
        await letters.Send(to, s => [(offer, LetterTexts.Offered(s, name, place.Slot, until))], cancellation, until);
    }
}
