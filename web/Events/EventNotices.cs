using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Notices;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>
/// Tells people what others did in an event: a seat that became theirs, one called off, what it takes place without; to the host that somebody asks for a seat, or that it cannot be as planned.
/// Reminders and moves are notices, as of everything, but for guests.
/// </summary>
internal sealed class EventNotices(Database database, IReadModels models, IGrainFactory grains, Letters letters, GuestBook guests, GuestLinks links, EventTools tools, TimeProvider time, ILogger<EventNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "event-notices";

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    /// <summary>Where nobody knows when something is back, so far ahead it is in the way, as for all that is booked.</summary>
    private static readonly Duration Ahead = Duration.FromDays(14);

    protected override IReadOnlyList<string> Types { get; } = ["event-changed", "tool-changed", "area-changed", "resource-changed", "booking-ended"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (row.At < time.Now() - Stale) return;
        switch (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options))
        {
            case EventChanged { Event.Draft: false } happened:
                await Told(happened, row, cancellation);
                break;
            case ToolChanged { Tool: { Definition: { Mentor: null } d } tool } when d.OutOfService || !d.Visible || !tool.Outages.IsEmpty:
                await LookAt(await tools.ToCome(tool.Id, row.At, Instant.MaxValue, cancellation), row, cancellation);
                break;
            case AreaChanged { Area.Outages.IsEmpty: false } or ResourceChanged { Resource: { Definition.OutOfService: true } or { Outages.IsEmpty: false } }:
                await LookAt(await tools.ToCome(null, row.At, Instant.MaxValue, cancellation), row, cancellation);
                break;
            case BookingEnded { Outcome: BookingState.Displaced or BookingState.Cancelled } ended when ended.Actor != ended.MemberId:
                if (await grains.GetGrain<IBookingGrain>(Keys.Booking(ended.BookingId)).View() is { } booking && await tools.Of(booking, cancellation) is { } its) await LookAt([its], row, cancellation);
                break;
        }
    }

    // As it is now: what was planned otherwise meanwhile, or mended, is nobody's worry.
    private async Task LookAt(IReadOnlyList<EventView> events, JournalRow row, CancellationToken cancellation)
    {
        foreach (var (id, host) in events.Select(e => (e.Id, e.Definition.HostId)))
        {
            if (await grains.GetGrain<IEventGrain>(Keys.Event(id)).View() is not { Definition.Cancelled: false } view || view.Definition.Slot.Start <= time.Now()) continue;
            var lost = (await tools.Lost(view, cancellation)).Where(t => t is not { Why: ToolLoss.OutOfService, Until: null } || view.Definition.Slot.Start <= row.At + Ahead).ToList();
            // That its booking is taken says nothing new where the reason is there too.
            if (lost.Exists(t => t.Why != ToolLoss.Unbooked)) lost.RemoveAll(t => t.Why == ToolLoss.Unbooked);
            if (lost.Count == 0) continue;
            string[] about = ["event-lost", id.ToString("N"), view.Definition.Slot.Start.ToString(), .. lost.Select(t => $"{t.ToolId} {t.OutageId ?? t.Why.ToString()} {Again(t, row.At)}")];
            await letters.Send(host, about, s => LetterTexts.EventLost(s, view, lost), cancellation, view.Definition.Slot.Start);
        }
    }

    // What breaks again another day is told again.
    private static string? Again(LostTool lost, Instant at) => lost.Why == ToolLoss.OutOfService ? at.InUtc().Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture) : null;

    private async Task Told(EventChanged happened, JournalRow row, CancellationToken cancellation)
    {
        var view = happened.Event;
        if (view.Definition.Cancelled)
        {
            if (view.Definition.Slot.End <= row.At) return;
            foreach (var who in view.Members.Concat(view.Waiting).Where(w => !Guests.Is(w))) await CalledOff(who, view, cancellation);
            if (view.Members.Any(Guests.Is)) await CalledOffForGuests(view, cancellation);
            if (view.FellShort) await CalledOff(view.Definition.HostId, view, cancellation);
            return;
        }
        if (happened.MovedFrom is { } from && view.Members.Any(Guests.Is)) await ToGuests(view, ["event-moved", row.Seq.ToString(CultureInfo.InvariantCulture)], (s, link) => LetterTexts.EventMoved(s, view, from, link), cancellation);
        if (happened.Without is { } gone) await Without(view, gone, row.Seq, cancellation);
        foreach (var who in happened.MovedUp ?? []) await HasSeat(who, view, row.Seq, cancellation);
        foreach (var held in view.Held.Where(h => h.Until is null && h.Who != view.Definition.HostId)) await Asks(held.Who, view, cancellation);
    }

    private Task CalledOff(string who, EventView view, CancellationToken cancellation) => letters.Send(
        who, ["event-called-off", view.Id.ToString("N")], s => LetterTexts.EventOff(s, who, view), cancellation, view.Definition.Slot.End);

    private async Task Without(EventView view, ImmutableArray<string> gone, long seq, CancellationToken cancellation)
    {
        var names = new List<string>();
        foreach (var id in gone) names.Add((await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View())?.Definition.Name ?? id);
        string[] about = ["event-without", view.Id.ToString("N"), seq.ToString(CultureInfo.InvariantCulture)];
        foreach (var who in view.Members.Concat(view.Waiting).Where(w => !Guests.Is(w) && w != view.Definition.HostId)) await letters.Send(who, about, s => LetterTexts.EventWithout(s, view, names, null), cancellation, view.Definition.Slot.Start);
        if (view.Members.Any(Guests.Is)) await ToGuests(view, about, (s, link) => LetterTexts.EventWithout(s, view, names, link), cancellation);
    }

    private async Task ToGuests(EventView view, string[] about, Func<Saying, string, Said> say, CancellationToken cancellation)
    {
        foreach (var (seat, guest) in (await guests.Of(view.Id, cancellation)).Where(g => view.Has(g.Key)))
            await letters.Send(new Recipient(null, guest.Name, guest.Email), s => [(DerivedId.Of([.. about, seat]), say(s, links.Seat(view.Id, guest.Id)))], cancellation, view.Definition.Slot.Start);
    }

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
