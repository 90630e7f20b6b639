using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Trainings;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Notices;

/// <summary>A kind of appointments: what the journal tells of them, and how they are.</summary>
public interface IAppointmentSource
{
    /// <summary>Types of the journal entries after which an appointment may be another.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>What an entry of these types is about: the appointment's key.</summary>
    string? About(JournalRow row);

    /// <summary>How the appointments are now, by their keys; one that is none (any more, or yet) is not there.</summary>
    Task<IReadOnlyDictionary<string, PeoplesAppointment>> Now(MakerspaceDb db, IReadOnlyCollection<string> abouts, CancellationToken cancellation);

    /// <summary>How it was for somebody after an entry: what they know who did it themselves. Null where the entry tells nothing of it.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="memberId">For whom.</param>
    /// <param name="before">How it was for them before; null where they had no part in it.</param>
    /// <param name="now">How it is by now.</param>
    Appointment? After(JournalRow row, string memberId, Appointment? before, PeoplesAppointment now);

    /// <summary>Whether somebody is told of an entry by a message of its own: a seat that became free.</summary>
    bool TellsElsewhere(JournalRow row, string memberId) => false;
}

/// <summary>Bookings: of whoever booked, and of the mentor whose time it is.</summary>
internal sealed class BookingAppointments : IAppointmentSource
{
    public IReadOnlyList<string> Types { get; } = ["booking-confirmed", "booking-advanced", "booking-moved", "booking-handed-over", "booking-ended"];

    public string? About(JournalRow row) => row.BookingId is { } id ? Keys.Booking(id) : null;

    public async Task<IReadOnlyDictionary<string, PeoplesAppointment>> Now(MakerspaceDb db, IReadOnlyCollection<string> abouts, CancellationToken cancellation)
    {
        var ids = abouts.Where(a => a.StartsWith("booking-", StringComparison.Ordinal)).Select(a => Guid.Parse(Keys.Id(a))).ToList();
        var rows = await db.Bookings.AsNoTracking().Where(b => ids.Contains(b.Id)).ToListAsync(cancellation);
        return rows.Select(r => r.View()).Where(v => Stage(v.State) is not null).ToDictionary(v => Keys.Booking(v.Id), Of);
    }

    public Appointment? After(JournalRow row, string memberId, Appointment? before, PeoplesAppointment now)
    {
        var known = before ?? now.Appointment;
        return JournalEntry.Read(row.Type, row.Data) switch
        {
            BookingConfirmed e when Theirs(e) && Stage(e.Becomes) is { } stage => now.Appointment with { Slot = e.Slot, Stage = stage },
            BookingAdvanced e when Theirs(e) && Stage(e.To) is { } stage => known with { Stage = stage },
            BookingMoved e when Theirs(e) => known with { Slot = e.To },
            BookingHandedOver e when e.From == memberId => known with { Stage = AppointmentStage.Cancelled },
            BookingHandedOver e when e.MemberId == memberId => now.Appointment with { Slot = known.Slot, Stage = AppointmentStage.Standing },
            BookingEnded e when Theirs(e) && Stage(e.Outcome) is { } stage => known with { Stage = stage, Reason = e.Reason },
            _ => null,
        };

        bool Theirs(BookingEvent e) => e.MemberId == memberId || known.IsMentoredBy(memberId);
    }

    private static PeoplesAppointment Of(BookingView booking) => new(
        new Appointment(Keys.Booking(booking.Id), Topic.Booking, booking.Slot, Stage(booking.State)!.Value) 
        {
            Tools = [.. booking.Tools], Reason = booking.Reason, MemberId = booking.MemberId, EndToldElsewhere = booking.State == BookingState.Displaced,
        },
        // Mentors book their own time for an event, and are told of that.
        booking.Tools.Contains(Keys.MentorTime(booking.MemberId)) ? [] : [booking.MemberId, .. booking.Tools.Where(Keys.IsMentorTime).Select(Keys.Id)]);

    // An offer of the waitlist has its own message; until it is taken, and where a slot was never had, there is no appointment.
    private static AppointmentStage? Stage(BookingState state) => state switch
    {
        BookingState.AwaitingApproval or BookingState.AwaitingPayment => AppointmentStage.Asked,
        BookingState.Confirmed => AppointmentStage.Standing,
        BookingState.CheckedIn or BookingState.Completed or BookingState.NoShow => AppointmentStage.Begun,
        BookingState.Cancelled or BookingState.LateCancelled or BookingState.Displaced or BookingState.Expired => AppointmentStage.Cancelled,
        _ => null,
    };
}

/// <summary>Trainings: of whoever has a seat, and of who gives it.</summary>
internal sealed class TrainingAppointments : IAppointmentSource
{
    public IReadOnlyList<string> Types { get; } = ["training-changed"];

    public string? About(JournalRow row) => Keys.Training(View(row).Id);

    public async Task<IReadOnlyDictionary<string, PeoplesAppointment>> Now(MakerspaceDb db, IReadOnlyCollection<string> abouts, CancellationToken cancellation)
    {
        var ids = abouts.Where(a => a.StartsWith("training-", StringComparison.Ordinal)).Select(a => Guid.Parse(Keys.Id(a))).ToList();
        var rows = ids.Count == 0 ? [] : await db.Trainings.AsNoTracking().Where(t => ids.Contains(t.Id)).Select(t => t.Data).ToListAsync(cancellation);
        return rows.Select(data => Of(JsonSerializer.Deserialize<TrainingView>(data, StoredJson.Options)!)).ToDictionary(t => t.Appointment.About);
    }

    public Appointment? After(JournalRow row, string memberId, Appointment? before, PeoplesAppointment now)
    {
        var after = Of(View(row));
        return after.People.Contains(memberId) || before is not null ? after.For(memberId) : null;
    }

    public bool TellsElsewhere(JournalRow row, string memberId) => Read(row).MovedUp?.Contains(memberId) == true;

    private static TrainingView View(JournalRow row) => Read(row).Training;

    private static TrainingChanged Read(JournalRow row) => (TrainingChanged)JournalEntry.Read(row.Type, row.Data);

    private static PeoplesAppointment Of(TrainingView training) => new(
        new Appointment(Keys.Training(training.Id), Topic.Training, training.Definition.Slot, training.Definition.Cancelled ? AppointmentStage.Cancelled : AppointmentStage.Standing)
        {
            Title = training.Definition.Title, AreaId = training.Definition.AreaId, EndToldElsewhere = training.Definition.Cancelled, GivenBy = training.Definition.TrainerId,
        },
        People(training)) { GiverToldElsewhere = training.Definition.TrainerId is { } trainer && training.Members.Contains(trainer) };

    private static ImmutableArray<string> People(TrainingView training) =>
        training.Definition.TrainerId is { } trainer && !training.Members.Contains(trainer) ? training.Members.Add(trainer) : training.Members;
}

/// <summary>Registers what is known here; whoever has a further kind adds a source.</summary>
public static class NoticeSources
{
    public static IServiceCollection AddNoticeSources(this IServiceCollection services) =>
        services.AddSingleton<IAppointmentSource, BookingAppointments>().AddSingleton<IAppointmentSource, TrainingAppointments>().AddSingleton<IAppointmentSource, EventAppointments>();
}
