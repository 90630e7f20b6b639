using System.Globalization;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Notices;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>Tells members what others did: a seat that became free and is theirs, a training called off, hours to confirm, a certificate made or taken away.</summary>
internal sealed class TrainingNotices(Database database, IReadModels models, Letters letters, TimeProvider time, ILogger<TrainingNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "training-notices";

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    protected override IReadOnlyList<string> Types { get; } = ["training-changed", "passport-changed", "certificate-changed"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (row.At < time.Now() - Stale) return;
        switch (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options))
        {
            case TrainingChanged { Training: { Definition.Cancelled: true } training } when training.Definition.Slot.End > row.At:
                foreach (var member in training.Members.Concat(training.Waiting)) await CalledOff(member, training, cancellation);
                break;
            case TrainingChanged { MovedUp: { } up, Training: var training }:
                foreach (var member in up) await HasSeat(member, training, row.Seq, cancellation);
                break;
            case PassportChanged { Entry: { State: LogState.WaitsForTrainee or LogState.WaitsForTrainer } entry }:
                await ToConfirm(entry, cancellation);
                break;
            case CertificateChanged { Certificate: { End: CertificateEnd.Revoked } certificate }:
                await Revoked(certificate, cancellation);
                break;
        }
    }

    private Task CalledOff(string member, TrainingView training, CancellationToken cancellation) => letters.Send(
        member, ["training-called-off", training.Id.ToString("N")],
        s => LetterTexts.TrainingCalledOff(s, training.Definition.Title, training.Definition.Slot), cancellation, training.Definition.Slot.End);

    private Task HasSeat(string member, TrainingView training, long seq, CancellationToken cancellation) => letters.Send(
        member, ["training-seat", training.Id.ToString("N"), seq.ToString(CultureInfo.InvariantCulture)],
        s => LetterTexts.TrainingSeat(s, training.Id, training.Definition.Title, training.Definition.Slot), cancellation, training.Definition.Slot.Start);

    private Task ToConfirm(LogEntry entry, CancellationToken cancellation) => letters.Send(
        entry.State == LogState.WaitsForTrainee ? entry.MemberId : entry.TrainerId, ["log-entry", entry.Id.ToString("N")],
        s => LetterTexts.HoursToConfirm(s, s.Certification(entry.CertificationId), entry.Slot, entry.State == LogState.WaitsForTrainee), cancellation);

    private Task Revoked(Certificate certificate, CancellationToken cancellation) => letters.Send(
        certificate.MemberId, ["certificate-revoked", certificate.Code],
        s => LetterTexts.Revoked(s, s.Certification(certificate.CertificationId), certificate.Reason), cancellation);
}
