using MailKit.Net.Smtp;
using MailKit.Security;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using MimeKit;

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

/// <summary>Sends what waits, where <c>Makerspace:Smtp:Host</c> (and <c>Port</c>, <c>User</c>, <c>Password</c>, <c>From</c>) is configured.</summary>
internal sealed partial class SmtpSender(IServiceScopeFactory scopes, IConfiguration configuration, TimeProvider time, ILogger<SmtpSender> logger) : BackgroundService
{
    private readonly IConfigurationSection _smtp = configuration.GetSection("Makerspace:Smtp");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(_smtp["Host"])) return;
        using var often = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await often.WaitForNextTickAsync(stoppingToken))
        {
            try { await SendWaiting(stoppingToken); }
            catch (Exception e) when (e is not OperationCanceledException) { LogNotSent(e); }
        }
    }

    private async Task SendWaiting(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MakerspaceDb>();
        var waiting = await db.Mail.Where(m => m.SentAt == null).OrderBy(m => m.At).Take(20).ToListAsync(cancellation);
        if (waiting.Count == 0) return;
        using var client = new SmtpClient();
        await client.ConnectAsync(_smtp["Host"]!, _smtp.GetValue("Port", 587), SecureSocketOptions.Auto, cancellation);
        if (_smtp["User"] is { Length: > 0 } user) await client.AuthenticateAsync(user, _smtp["Password"] ?? "", cancellation);
        foreach (var mail in waiting)
        {
            await client.SendAsync(Message(mail), cancellation);
            // A sent message may hold a one-time link: it is not kept.
            (mail.SentAt, mail.Text) = (time.Now(), "");
            await db.SaveChangesAsync(cancellation);
        }
        await client.DisconnectAsync(quit: true, cancellation);
    }

    private MimeMessage Message(MailRow mail)
    {
        var message = new MimeMessage { Subject = mail.Subject, Body = new TextPart("plain") { Text = mail.Text } };
        message.From.Add(MailboxAddress.Parse(_smtp["From"] ?? "makerspace@localhost"));
        message.To.Add(MailboxAddress.Parse(mail.To));
        return message;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail could not be sent; it is tried again")]
    private partial void LogNotSent(Exception exception);
}
