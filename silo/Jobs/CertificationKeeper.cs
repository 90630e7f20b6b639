using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Seats;
using Makerspace.Storage;
using Makerspace.Trainings;

namespace Makerspace.Jobs;

/// <summary>
/// Sees to it that who came to a training has it in their passport, and who has done all that a certification asks for has its certificate. Whoever marks
/// attendance does the same at once; this goes on where a crash stopped them. Likewise a training frees what was booked for it and is not needed any more.
/// </summary>
public sealed class CertificationKeeper(Database database, IReadModels models, IGrainFactory grains, Certifier certifier, ILogger<CertificationKeeper> log)
    : JournalWork("certifications", database, models, log)
{
    protected override IReadOnlyList<string> Types { get; } = ["training-changed", "passport-changed"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        switch (JournalEntry.Read(row.Data))
        {
            case TrainingChanged { Training: var training, Actor: var actor }:
                await grains.GetGrain<ITrainingGrain>(Keys.Training(training.Id)).Free(actor);
                if (!training.Definition.Cancelled && !training.Marks.IsEmpty) await Attendances(training.Id);
                break;
            case PassportChanged { Passport: var passport }:
                foreach (var id in Touched(passport)) await certifier.Settle(passport.MemberId, id);
                break;
        }
    }

    // As it is now: what an old entry said may have been taken back since.
    private async Task Attendances(Guid trainingId)
    {
        if (await grains.GetGrain<ITrainingGrain>(Keys.Training(trainingId)).View() is not { } training) return;
        foreach (var mark in training.Marks) await Attended(grains, certifier, training, mark);
    }

    /// <summary>Writes one mark into its member's passport, and grants what follows.</summary>
    public static async Task Attended(IGrainFactory grains, Certifier certifier, TrainingView training, AttendanceMark mark)
    {
        var attendance = new Attendance(training.Id, training.Definition.CertificationId, mark.At, mark.By);
        await grains.GetGrain<IPassportGrain>(Keys.Passport(mark.MemberId)).Attended(attendance, mark.Came, mark.By);
        if (mark.Came) await certifier.Settle(mark.MemberId, training.Definition.CertificationId);
    }

    private static IEnumerable<string> Touched(PassportView passport) => passport.Attended.Select(a => a.CertificationId)
        .Concat(passport.SignOffs.Select(s => s.CertificationId)).Concat(passport.Quizzes.Select(q => q.CertificationId)).Concat(passport.Hours.Keys)
        .Distinct(StringComparer.Ordinal);
}
