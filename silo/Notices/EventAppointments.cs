using Makerspace.Events;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Notices;

/// <summary>Events: of every member who has a seat or asks for one, and of the host. Guests have letters of their own.</summary>
internal sealed class EventAppointments : IAppointmentSource
{
    // Asked for each who takes part, one after the other.
    private (JournalRow Row, EventChanged Changed, PeoplesAppointment Told)? last;

    public IReadOnlyList<string> Types { get; } = ["event-changed"];

    public string? About(JournalRow row) => Told(row).Appointment.About;

    public async Task<IReadOnlyDictionary<string, PeoplesAppointment>> Now(MakerspaceDb db, IReadOnlyCollection<string> abouts, CancellationToken cancellation)
    {
        var ids = abouts.Where(a => a.StartsWith("event-", StringComparison.Ordinal)).Select(a => Guid.Parse(Keys.Id(a))).ToList();
        var rows = ids.Count == 0 ? [] : await db.Events.AsNoTracking().Where(e => ids.Contains(e.Id)).ToListAsync(cancellation);
        return rows.Select(r => r.View()).Where(e => !e.Draft).Select(Of).ToDictionary(e => e.Appointment.About);
    }

    public Appointment? After(JournalRow row, string memberId, Appointment? before, PeoplesAppointment now)
    {
        var after = Told(row);
        return after.People.Contains(memberId) || before is not null ? after.For(memberId) : null;
    }

    public bool TellsElsewhere(JournalRow row, string memberId) => Read(row).Changed.MovedUp?.Contains(memberId) == true;

    private PeoplesAppointment Told(JournalRow row) => Read(row).Told;

    private (JournalRow Row, EventChanged Changed, PeoplesAppointment Told) Read(JournalRow row)
    {
        if (last is { } known && ReferenceEquals(known.Row, row)) return known;
        var changed = (EventChanged)JournalEntry.Read(row.Type, row.Data);
        last = known = (row, changed, Of(changed.Event));
        return known;
    }

    private static PeoplesAppointment Of(EventView view) => new(
        new Appointment(Keys.Event(view.Id), Topic.Event, view.Definition.Slot, view.Definition.Cancelled ? AppointmentStage.Cancelled : AppointmentStage.Standing)
        {
            Title = view.Definition.Title, AreaId = view.Definition.AreaId, EndToldElsewhere = view.Definition.Cancelled, GivenBy = view.Definition.HostId, Reason = view.Definition.Reason,
        },
        view.Draft ? [] : [.. view.Members.Where(m => !Guests.Is(m)).Append(view.Definition.HostId).Distinct(StringComparer.Ordinal)])
    {
        GiverToldElsewhere = view.FellShort || view.Members.Contains(view.Definition.HostId), Asking = [.. view.Held.Where(h => h.Until is null).Select(h => h.Who)],
    };
}
