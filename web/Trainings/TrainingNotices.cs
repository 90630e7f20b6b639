using System.Globalization;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>Writes to somebody about trainings and certifications, each message once.</summary>
internal sealed class TrainingMail(IServiceScopeFactory scopes, IGrainFactory grains, TimeProvider time)
{
    // The project does not know in which language somebody reads.
    private static readonly CultureInfo Language = PagesSetup.Languages[0];

    /// <summary>Writes to a member, unless it was written before.</summary>
    /// <param name="memberId">To whom.</param>
    /// <param name="about">Makes the message's id, so that whoever comes a second time writes nothing.</param>
    /// <param name="say">Subject and text.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Send(string memberId, string[] about, Func<Saying, (string Subject, string Text)> say, CancellationToken cancellation)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language;
        if (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View() is not { Definition: { Email: { } to } member }) return;
        await using var scope = scopes.CreateAsyncScope();
        var (space, texts) = (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts(), scope.ServiceProvider.GetRequiredService<IStringLocalizer<Texts>>());
        var (subject, text) = say(new Saying(texts, new Words(texts, space.Zone, time.Now()), scope.ServiceProvider.GetRequiredService<AccountLinks>(), space));
        var greeting = texts["Hello {0},", member.Name];
        await scope.ServiceProvider.GetRequiredService<IMailer>().SendOnce(DerivedId.Of([.. about, memberId]), to, subject, $"{greeting}\n\n{text}\n", cancellation);
    }

    public sealed record Saying(IStringLocalizer<Texts> T, Words Words, AccountLinks Links, SpaceFacts Space)
    {
        public string Name(string certificationId) => Space.Certifications.GetValueOrDefault(certificationId, certificationId);
    }
}

/// <summary>Tells members what others did: a seat that became free and is theirs, a training called off, hours to confirm, a certificate made or taken away.</summary>
internal sealed class TrainingNotices(Database database, IReadModels models, TrainingMail mail, TimeProvider time, ILogger<TrainingNotices> log)
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

    private Task CalledOff(string member, TrainingView training, CancellationToken cancellation) => mail.Send(
        member, ["training-called-off", training.Id.ToString("N")],
        s => (s.T["Called off: {0}", training.Definition.Title],
            s.T["“{0}” on {1} does not take place. Other trainings are here:", training.Definition.Title, s.Words.Slot(training.Definition.Slot)] + "\n" + s.Links.Trainings), cancellation);

    private Task HasSeat(string member, TrainingView training, long seq, CancellationToken cancellation) => mail.Send(
        member, ["training-seat", training.Id.ToString("N"), seq.ToString(CultureInfo.InvariantCulture)],
        s => (s.T["You have a seat: {0}", training.Definition.Title],
            s.T["A seat became free, and you were first in the line: “{0}” on {1} is yours. Give it back here if you cannot come:", training.Definition.Title,
                s.Words.Slot(training.Definition.Slot)] + "\n" + s.Links.Training(training.Id)), cancellation);

    private Task ToConfirm(LogEntry entry, CancellationToken cancellation) => mail.Send(
        entry.State == LogState.WaitsForTrainee ? entry.MemberId : entry.TrainerId, ["log-entry", entry.Id.ToString("N")],
        s => (s.T["Hours to confirm"],
            s.T["Hours under supervision for “{0}” on {1} wait for you to confirm them:", s.Name(entry.CertificationId), s.Words.Slot(entry.Slot)] + "\n"
                + (entry.State == LogState.WaitsForTrainee ? s.Links.Passport : s.Links.Teaching)), cancellation);

    private Task Revoked(Certificate certificate, CancellationToken cancellation) => mail.Send(
        certificate.MemberId, ["certificate-revoked", certificate.Code],
        s => (s.T["Your certification “{0}” was taken away", s.Name(certificate.CertificationId)],
            s.T["Your certification “{0}” no longer holds. The reason given: {1}", s.Name(certificate.CertificationId), certificate.Reason ?? "–"] + "\n"
                + s.T["What leads to a new one is here:"] + "\n" + s.Links.Passport), cancellation);
}
