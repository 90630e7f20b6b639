using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Makerspace.Accounts;
using Makerspace.Jobs;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Http;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>
/// Sends what waits: mail where <c>Makerspace:Smtp:Host</c> (and <c>Port</c>, <c>User</c>, <c>Password</c>, <c>From</c>) is configured, webhooks and chats always. Each is marked at once
/// when it was taken; what a crash sends a second time carries the same Message-ID (or delivery id), by which the reader's side knows it. What is no longer true or no longer of use is not sent.
/// </summary>
internal sealed partial class MessageDelivery(
    IDbContextFactory<MakerspaceDb> databases, IConfiguration configuration, OutboundHttp outbound, TimeProvider time, ILogger<MessageDelivery> log) : IScheduledWork
{
    public const string Id = "message-delivery";
    private const int MostInRun = 500;
    private const int MostAttempts = 12;

    /// <summary>Mail goes over so many connections at once, and over another only where each has so much to do: a message waits for its server and for its mark, not for the others.</summary>
    private const int MostConnections = 4;
    private const int WorthAConnection = 10;

    /// <summary>To so many addresses of the web it speaks at once, to none of them longer than an answer may take, and after the mail: whoever types in a slow one waits for themselves.</summary>
    private const int MostPosting = 8;

    /// <summary>When it asks an address again that had its time, or did not answer.</summary>
    private static readonly Duration Meanwhile = Duration.FromMinutes(1);

    private readonly IConfigurationSection _smtp = configuration.GetSection("Makerspace:Smtp");

    private bool HasServer => !string.IsNullOrEmpty(_smtp["Host"]);

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Unsent(db).Where(m => m.NextAt > now).MinAsync(m => m.NextAt, cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        while (await SendSome(cancellation) == MostInRun) { }
    }

    private async Task<int> SendSome(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var waiting = await Unsent(db).Where(m => m.NextAt == null || m.NextAt <= now).OrderBy(m => m.At).Take(MostInRun).ToListAsync(cancellation);
        await SortOut(db, waiting, now, cancellation);
        var (mail, web) = (waiting.Where(m => m is { Outcome: null, Channel: "mail" }).ToList(), waiting.Where(m => m.Outcome is null && m.Channel != "mail").ToList());
        db.ChangeTracker.Clear();
        try
        {
            // Mail first: it waits for nobody's program.
            await Task.WhenAll(Lanes(mail).Select(some => Mail(some, cancellation)));
        }
        finally
        {
            await Posts(web, cancellation);
        }
        return waiting.Count;
    }

    private Task Posts(List<MailRow> web, CancellationToken cancellation) => Parallel.ForEachAsync(
        web.GroupBy(m => m.To, StringComparer.Ordinal), new ParallelOptions { MaxDegreeOfParallelism = MostPosting, CancellationToken = cancellation }, async (address, stop) => await Post([.. address], stop));

    /// <summary>What goes over one connection each. All for one address is in one, in its order: what has changed is not read before what was.</summary>
    private static List<List<MailRow>> Lanes(List<MailRow> mail)
    {
        var lanes = Enumerable.Range(0, Math.Clamp(mail.Count / WorthAConnection, 1, MostConnections)).Select(_ => new List<MailRow>()).ToList();
        foreach (var address in mail.GroupBy(m => m.To, StringComparer.OrdinalIgnoreCase)) lanes.MinBy(l => l.Count)!.AddRange(address);
        return [.. lanes.Where(l => l.Count > 0)];
    }

    private IQueryable<MailRow> Unsent(MakerspaceDb db)
    {
        var unsent = db.Mail.Where(m => m.SentAt == null && m.Outcome == null);
        return HasServer ? unsent : unsent.Where(m => m.Channel != "mail");
    }

    /// <summary>What must not be sent any more: too late, about something that has changed, or to an address that does not take mail.</summary>
    private static async Task SortOut(MakerspaceDb db, List<MailRow> waiting, Instant now, CancellationToken cancellation)
    {
        if (waiting.Count == 0) return;
        var abouts = waiting.Where(m => m.About is not null).Select(m => m.About!).Distinct().ToList();
        var known = (await db.NoticesKnown.AsNoTracking().Where(k => abouts.Contains(k.About)).ToListAsync(cancellation)).ToDictionary(k => (k.About, k.MemberId));
        var addresses = waiting.Select(m => m.To).Distinct().ToList();
        var bounced = await db.Bounces.Where(b => addresses.Contains(b.Address)).Select(b => b.Address).ToListAsync(cancellation);
        foreach (var message in waiting)
            message.Outcome = message switch
            {
                { NotAfter: { } last } when last < now => "too-late",
                { About: { } about, MemberId: { } member } when known.GetValueOrDefault((about, member)) is { } mine && (mine.StartAt != message.StartAt || mine.Stage != AppointmentStage.Standing) => "changed",
                // Only what nobody waits for: who asks for a new password at that address has mended it.
                { Unsubscribe: not null } when bounced.Contains(message.To) => "bounced",
                _ => null,
            };
        await db.SaveChangesAsync(cancellation);
    }

    private async Task Mail(List<MailRow> waiting, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        using var client = new SmtpClient();
        await client.ConnectAsync(_smtp["Host"]!, _smtp.GetValue("Port", 587), SecureSocketOptions.Auto, cancellation);
        if (_smtp["User"] is { Length: > 0 } user) await client.AuthenticateAsync(user, _smtp["Password"] ?? "", cancellation);
        foreach (var mail in waiting)
        {
            db.Attach(mail);
            try
            {
                await client.SendAsync(Letter(mail), cancellation);
                Sent(mail);
            }
            catch (SmtpCommandException refused) when ((int)refused.StatusCode >= 500 && refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted)
            {
                await Bounced(db, mail, refused.Message, cancellation);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // Whatever it is about this one, it comes again later and the others go on; the connection may have ended with it.
                Failed(mail, failed);
                if (!client.IsConnected)
                {
                    await db.SaveChangesAsync(cancellation);
                    throw;
                }
            }
            await db.SaveChangesAsync(cancellation);
            db.ChangeTracker.Clear();
        }
        await client.DisconnectAsync(quit: true, cancellation);
    }

    // A sent message may hold a one-time link: it is not kept.
    private void Sent(MailRow message) => (message.SentAt, message.Text, message.Html, message.Calendar) = (time.Now(), "", null, null);

    private async Task Bounced(MakerspaceDb db, MailRow mail, string why, CancellationToken cancellation)
    {
        (mail.Outcome, mail.Error) = ("bounced", why);
        if (await db.Bounces.FindAsync([mail.To], cancellation) is { } known) (known.At, known.Error) = (time.Now(), why);
        else db.Bounces.Add(new BounceRow { Address = mail.To, At = time.Now(), Error = why });
    }

    private void Failed(MailRow message, Exception failure)
    {
        message.Attempts++;
        message.Error = failure.Message;
        if (message.Attempts >= MostAttempts) message.Outcome = "refused";
        else message.NextAt = time.Now() + Duration.FromMinutes(Math.Min(60, 1 << Math.Min(6, message.Attempts - 1)));
        NotSent(message.Channel, message.Attempts, failure);
    }

    // In their order. After one that failed, or when the address has had its time, the others wait.
    private async Task Post(List<MailRow> messages, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var (message, i) in messages.Select((m, i) => (m, i)))
        {
            db.Attach(message);
            await Post(db, message, cancellation);
            if ((message.SentAt is not null || message.Outcome is not null) && System.Diagnostics.Stopwatch.GetElapsedTime(begun) < OutboundHttp.LongestWait) continue;
            await Wait(db, messages[(i + 1)..], cancellation);
            return;
        }
    }

    private async Task Wait(MakerspaceDb db, List<MailRow> others, CancellationToken cancellation)
    {
        var (ids, later) = (others.ConvertAll(m => m.Id), time.Now() + Meanwhile);
        if (ids.Count > 0) await db.Mail.Where(m => ids.Contains(m.Id)).ExecuteUpdateAsync(m => m.SetProperty(x => x.NextAt, later), cancellation);
    }

    private async Task Post(MakerspaceDb db, MailRow message, CancellationToken cancellation)
    {
        var settings = (await db.NoticeSettings.AsNoTracking().FirstOrDefaultAsync(s => s.MemberId == message.MemberId, cancellation))?.Settings();
        if (message.To != (message.Channel == "webhook" ? settings?.WebhookUrl : settings?.ChatUrl))
        {
            // They have taken the address back since, or have another.
            message.Outcome = "changed";
            await db.SaveChangesAsync(cancellation);
            return;
        }
        try
        {
            var answer = message.Channel == "webhook" ? await Webhook(settings!, message, cancellation) : await Chat(message, cancellation);
            if (answer.Succeeded) Sent(message);
            else throw new OutboundRefusedException("refused", $"It answered {answer.Status}.");
        }
        catch (OutboundRefusedException refused)
        {
            Failed(message, refused);
            // No patience makes such an address a good one.
            if (refused.Code is "not-https" or "address-not-public") message.Outcome = "refused";
        }
        await db.SaveChangesAsync(cancellation);
    }

    private Task<OutboundAnswer> Webhook(NoticeSettings settings, MailRow message, CancellationToken cancellation)
    {
        var signature = Webhooks.Signature(settings.WebhookSecret ?? "", message.Text, time.Now());
        return outbound.Send(
            HttpMethod.Post, new Uri(message.To), Encoding.UTF8.GetBytes(message.Text), "application/json",
            [("Makerspace-Delivery", message.Id.ToString()), ("Makerspace-Signature", signature)], cancellation);
    }

    /// <summary>Matrix takes a message under an id of the sender's, and the same id again as the same message.</summary>
    private Task<OutboundAnswer> Chat(MailRow message, CancellationToken cancellation)
    {
        var (address, method) = (new UriBuilder(message.To), HttpMethod.Post);
        if (message.Text.Contains("\"msgtype\"", StringComparison.Ordinal)) (address.Path, method) = (address.Path.TrimEnd('/') + "/" + message.Id.ToString("N"), HttpMethod.Put);
        return outbound.Send(method, address.Uri, Encoding.UTF8.GetBytes(message.Text), "application/json", [], cancellation);
    }

    /// <summary>Who writes: an address, or a name and an address.</summary>
    internal static MailboxAddress From(IConfiguration configuration) => MailboxAddress.Parse(configuration["Makerspace:Smtp:From"] ?? "makerspace@localhost");

    internal MimeMessage Letter(MailRow mail)
    {
        var from = From(configuration);
        var message = new MimeMessage { Subject = mail.Subject, Body = Body(mail), MessageId = $"{mail.Id:N}@{from.Domain}", Date = mail.At.ToDateTimeOffset() };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(mail.To));
        // Nobody's holiday greeting is to come back (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } off)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{off}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return message;
    }

    private static MimeEntity Body(MailRow mail)
    {
        var text = new TextPart("plain") { Text = mail.Text };
        if (mail.Html is null && mail.Calendar is null) return text;
        var all = new MultipartAlternative { text };
        if (mail.Html is not null) all.Add(new TextPart("html") { Text = mail.Html });
        if (mail.Calendar is null) return all;
        var calendar = new TextPart("calendar") { Text = mail.Calendar };
        calendar.ContentType.Parameters.Add("method", mail.Calendar.Contains("METHOD:CANCEL", StringComparison.Ordinal) ? "CANCEL" : "REQUEST");
        all.Add(calendar);
        return all;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message by {Channel} could not be sent at attempt {Attempt}; it is tried again")]
    private partial void NotSent(string channel, int attempt, Exception failure);
}
