using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Time;

namespace Makerspace.Web.Accounts;

/// <summary>Sends mail to people.</summary>
public interface IMailer
{
    /// <summary>Puts the message down to be sent; it is durable when this returns.</summary>
    Task Send(string to, string subject, string text, CancellationToken cancellation);
}

/// <summary>Keeps messages in the database: the outbox from which they are sent, and what <c>/dev/mail</c> shows.</summary>
internal sealed class StoredMailer(MakerspaceDb db, TimeProvider time) : IMailer
{
    public async Task Send(string to, string subject, string text, CancellationToken cancellation)
    {
        db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = time.Now(), To = to, Subject = subject, Text = text });
        await db.SaveChangesAsync(cancellation);
    }
}
