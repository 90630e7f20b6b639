using System.Globalization;
using System.Text.Json;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Web.Notices;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Tells people what others did in an event: a seat that became theirs, one called off, to the host that somebody asks for a seat. Reminders and moves are notices, as of everything.</summary>
internal sealed class EventNotices(Database database, IReadModels models, Letters letters, GuestBook guests, TimeProvider time, ILogger<EventNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "event-notices";

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    protected override IReadOnlyList<string> Types { get; } = ["event-changed"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (row.At < time.Now() - Stale || JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) is not EventChanged { Event: { Draft: false } view } happened) return;
        if (view.Definition.Cancelled)
        {
            if (view.Definition.Slot.End <= row.At) return;
            foreach (var who in view.Members.Concat(view.Waiting).Where(w => !Guests.Is(w))) await CalledOff(who, view, cancellation);
            if (view.Members.Any(Guests.Is)) await CalledOffForGuests(view, cancellation);
            if (view.FellShort) await CalledOff(view.Definition.HostId, view, cancellation);
            return;
        }
        foreach (var who in happened.MovedUp ?? []) await HasSeat(who, view, row.Seq, cancellation);
        foreach (var held in view.Held.Where(h => h.Until is null && h.Who != view.Definition.HostId)) await Asks(held.Who, view, cancellation);
    }

    private Task CalledOff(string who, EventView view, CancellationToken cancellation) => letters.Send(
        who, ["event-called-off", view.Id.ToString("N")], s => LetterTexts.EventOff(s, who, view), cancellation, view.Definition.Slot.End);

    private async Task CalledOffForGuests(EventView view, CancellationToken cancellation)
    {
        foreach (var (seat, guest) in (await guests.Of(view.Id, cancellation)).Where(g => view.Has(g.Key)))
            await letters.Send(new Recipient(null, guest.Name, guest.Email), s => [(DerivedId.Of("event-called-off", view.Id.ToString("N"), seat), LetterTexts.EventOff(s, seat, view))], cancellation, view.Definition.Slot.End);
    }

    private Task HasSeat(string who, EventView view, long seq, CancellationToken cancellation) => letters.Send(
        who, ["event-seat", view.Id.ToString("N"), seq.ToString(CultureInfo.InvariantCulture)],
        s => LetterTexts.EventSeat(s, view), cancellation, view.Definition.Slot.Start);

    private Task Asks(string who, EventView view, CancellationToken cancellation) => letters.Send(
        view.Definition.HostId, ["event-asked", view.Id.ToString("N"), who, (view.Taken.FirstOrDefault(t => t.Who == who)?.No ?? 0).ToString(CultureInfo.InvariantCulture)],
        s => LetterTexts.EventAsked(s, view), cancellation, view.Definition.Slot.Start);
}
