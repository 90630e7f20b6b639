using System.Globalization;
using Makerspace.Accounts;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Notices;
using Makerspace.Web.Spaces;

namespace Makerspace.Web.Accounts;

/// <summary>Sends mail to addresses, whosever they are: there may be nobody yet who chose a language, so it has that of the page where it was asked for.</summary>
public interface IMailer
{
    /// <summary>Puts the message down to be sent; it is durable when this returns.</summary>
    Task Send(string to, Said said, CancellationToken cancellation);
}

/// <summary>Keeps messages in the database: the outbox from which they are sent, and what <c>/dev/mail</c> shows.</summary>
internal sealed class StoredMailer(MakerspaceDb db, NoticeWriter writer, IGrainFactory grains, TimeProvider time) : IMailer
{
    public async Task Send(string to, Said said, CancellationToken cancellation)
    {
        var (space, now) = (await grains.Space(), time.Now());
        var reader = new Reader("", new NoticeSettings { Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName }, space.Zone, space.Zone, now);
        var (text, html) = writer.Letter(said, reader, space.Name, settings: null);
        db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = now, To = to, Subject = said.Subject, Text = text, Html = html });
        await db.SaveChangesAsync(cancellation);
    }
}
