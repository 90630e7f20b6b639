using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Accounts;

/// <summary>Sends mail to people.</summary>
public interface IMailer
{
    /// <summary>Puts the message down to be sent; it is durable when this returns.</summary>
    Task Send(string to, string subject, string text, CancellationToken cancellation);

    /// <summary>The same, once: a message with this id is put down a second time by nobody, whichever node asks.</summary>
    Task SendOnce(Guid id, string to, string subject, string text, CancellationToken cancellation);
}

/// <summary>Keeps messages in the database: the outbox from which they are sent, and what <c>/dev/mail</c> shows.</summary>
internal sealed class StoredMailer(MakerspaceDb db, TimeProvider time) : IMailer
{
    public async Task Send(string to, string subject, string text, CancellationToken cancellation)
    {
        db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = time.Now(), To = to, Subject = subject, Text = text });
        await db.SaveChangesAsync(cancellation);
    }

    public async Task SendOnce(Guid id, string to, string subject, string text, CancellationToken cancellation)
    {
        if (await db.Mail.AnyAsync(m => m.Id == id, cancellation)) return;
        var message = db.Mail.Add(new MailRow { Id = id, At = time.Now(), To = to, Subject = subject, Text = text });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // Another node was faster, or it has failed for another reason: then it is not there.
            message.State = EntityState.Detached;
            if (!await db.Mail.AnyAsync(m => m.Id == id, cancellation)) throw;
        }
    }
}
