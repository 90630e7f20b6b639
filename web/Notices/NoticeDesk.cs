using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Web.Http;
using Makerspace.Web.Pages;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Notices;

/// <summary>How somebody wants to be told things. What is left out is as it is by default.</summary>
public sealed record NoticeSettingsBody
{
    /// <summary>How long before a booking, at most five, ten minutes to thirty days each.</summary>
    public IReadOnlyList<Duration>? BookingLeads { get; init; }
    public IReadOnlyList<Duration>? TrainingLeads { get; init; }
    public IReadOnlyList<Duration>? EventLeads { get; init; }

    /// <summary>How long before a certification ends or lapses; an empty list is never.</summary>
    public IReadOnlyList<Duration>? CertificateLeads { get; init; }

    /// <summary>How long before an offer of the waitlist is over; absent or empty: it is told once, when it is made.</summary>
    public IReadOnlyList<Duration>? OfferLeads { get; init; }

    /// <summary>How long before a membership renews and its price is taken; absent or empty: never.</summary>
    public IReadOnlyList<Duration>? DueLeads { get; init; }

    /// <summary>The ways for each kind; an empty list is never.</summary>
    public IReadOnlyDictionary<NoticeKind, IReadOnlyList<NoticeChannel>>? Channels { get; init; }

    /// <summary>As in <c>22:00</c>; with <see cref="QuietUntil"/>, or neither.</summary>
    public string? QuietFrom { get; init; }
    public string? QuietUntil { get; init; }

    /// <summary>When reminders of half a day and more before come together.</summary>
    public string? DigestAt { get; init; }

    /// <summary><c>en</c> or <c>de</c>.</summary>
    public string? Language { get; init; }

    /// <summary>IANA name; absent: the space's.</summary>
    public string? TimeZone { get; init; }
    public string? ChatUrl { get; init; }
    public ChatStyle? ChatStyle { get; init; }
    public string? WebhookUrl { get; init; }
}

/// <summary>The one door to people's wishes on notices, for pages and API alike.</summary>
public sealed class NoticeDesk(MakerspaceDb db, OutboundHttp outbound, IJobQueue jobs)
{
    private const int LongestUrl = 500;

    public async Task<NoticeSettings> Of(string memberId, CancellationToken cancellation) =>
        (await db.NoticeSettings.AsNoTracking().FirstOrDefaultAsync(s => s.MemberId == memberId, cancellation))?.Settings() ?? new NoticeSettings();

    /// <summary>Sets all of them.</summary>
    public async Task<(NoticeSettings Settings, Faults Faults)> Set(string memberId, NoticeSettingsBody body, CancellationToken cancellation)
    {
        var (faults, before, none) = (new Faults(), await Of(memberId, cancellation), new NoticeSettings());
        foreach (var (kind, ways) in body.Channels ?? new Dictionary<NoticeKind, IReadOnlyList<NoticeChannel>>())
            if (ways is null) faults.Add($"channels.{kind}", "missing-field", $"channels.{kind} is a list of ways; an empty one is never.");
        if (faults.Any) return (before, faults);
        var settings = new NoticeSettings
        {
            BookingLeads = Leads(faults, "bookingLeads", body.BookingLeads) ?? none.BookingLeads, TrainingLeads = Leads(faults, "trainingLeads", body.TrainingLeads) ?? none.TrainingLeads,
            EventLeads = Leads(faults, "eventLeads", body.EventLeads) ?? none.EventLeads,
            CertificateLeads = Leads(faults, "certificateLeads", body.CertificateLeads) ?? none.CertificateLeads,
            OfferLeads = Leads(faults, "offerLeads", body.OfferLeads) ?? none.OfferLeads, DueLeads = Leads(faults, "dueLeads", body.DueLeads) ?? none.DueLeads,
            Channels = (body.Channels ?? new Dictionary<NoticeKind, IReadOnlyList<NoticeChannel>>()).ToImmutableDictionary(c => c.Key, c => c.Value.Distinct().Order().ToImmutableArray()),
            QuietFrom = Clock(faults, "quietFrom", body.QuietFrom), QuietUntil = Clock(faults, "quietUntil", body.QuietUntil), DigestAt = Clock(faults, "digestAt", body.DigestAt),
            Language = Language(faults, body.Language), TimeZone = Zone(faults, body.TimeZone),
            ChatUrl = Url(faults, "chatUrl", body.ChatUrl), ChatStyle = body.ChatStyle ?? ChatStyle.Slack, WebhookUrl = Url(faults, "webhookUrl", body.WebhookUrl),
        };
        if (settings.QuietFrom is null != settings.QuietUntil is null) faults.Add("quietUntil", "contradiction", "Quiet hours have a beginning and an end.");
        if (faults.Any) return (settings, faults);
        // A new address has a new secret: what the old one knew is worth nothing there.
        settings = settings with { WebhookSecret = settings.WebhookUrl is null ? null : settings.WebhookUrl == before.WebhookUrl ? before.WebhookSecret : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) };
        await Keep(memberId, settings, cancellation);
        return (settings, faults);
    }

    /// <summary>Somebody reads this language: what they are sent has it too. <paramref name="onlyFirst"/>: unless they have chosen before.</summary>
    public async Task Speaks(string memberId, CultureInfo language, bool onlyFirst, CancellationToken cancellation)
    {
        if (onlyFirst && await db.NoticeSettings.AnyAsync(s => s.MemberId == memberId, cancellation)) return;
        var settings = await Of(memberId, cancellation);
        if (settings.Language != language.TwoLetterISOLanguageName && PagesSetup.Languages.Any(l => l.Name == language.TwoLetterISOLanguageName))
            await Keep(memberId, settings with { Language = language.TwoLetterISOLanguageName }, cancellation);
    }

    /// <summary>No more mail of these kinds; everything else stays.</summary>
    public async Task Unsubscribe(string memberId, IReadOnlyList<NoticeKind> kinds, CancellationToken cancellation)
    {
        var settings = await Of(memberId, cancellation);
        var without = kinds.Where(k => settings.Ways(k).Contains(NoticeChannel.Mail)).Aggregate(settings, (s, k) => s.With(k, s.Ways(k).Remove(NoticeChannel.Mail)));
        if (without != settings) await Keep(memberId, without, cancellation);
    }

    private async Task Keep(string memberId, NoticeSettings settings, CancellationToken cancellation)
    {
        var row = await db.NoticeSettings.FirstOrDefaultAsync(s => s.MemberId == memberId, cancellation);
        if (row is null) db.NoticeSettings.Add(row = new NoticeSettingsRow { MemberId = memberId });
        (row.Data, row.Planned) = (JsonSerializer.Serialize(settings, StoredJson.Options), false);
        if (db.Entry(row).State != EntityState.Added) db.Entry(row).Property(r => r.Planned).IsModified = true;   // also where it was false when it was read
        await db.SaveChangesAsync(cancellation);
        jobs.Nudge(NoticeJob.Id);
    }

    private static ImmutableArray<Duration>? Leads(Faults faults, string field, IReadOnlyList<Duration>? leads)
    {
        if (leads is null) return null;
        if (leads.Count > NoticeSettings.MostLeads) faults.Add(field, "too-many", $"At most {NoticeSettings.MostLeads} reminders of one appointment.");
        if (leads.Any(l => l < NoticeSettings.ShortestLead || l > NoticeSettings.LongestLead)) faults.Add(field, "out-of-range", "A reminder comes ten minutes to thirty days before.");
        return [.. leads.Distinct().OrderDescending()];
    }

    private static LocalTime? Clock(Faults faults, string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text) is { Success: true, Value: var time }) return time;
        faults.Add(field, "malformed-time", $"{field} is no time of day such as 22:00.");
        return null;
    }

    private static string Language(Faults faults, string? name)
    {
        if (name is null || PagesSetup.Languages.Any(l => l.Name == name)) return name ?? PagesSetup.Languages[0].Name;
        faults.Add("language", "unknown-language", "There is en and de.");
        return PagesSetup.Languages[0].Name;
    }

    private static string? Zone(Faults faults, string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null) return string.IsNullOrWhiteSpace(name) ? null : name;
        faults.Add("timeZone", "unknown-time-zone", "There is no such time zone; one is called Europe/Berlin.");
        return null;
    }

    private string? Url(Faults faults, string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length > LongestUrl || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)) faults.Add(field, "malformed-url", $"{field} is no address of the web.");
        else if (outbound.Fault(url) is { } fault) faults.Add(field, fault, fault == "not-https" ? "The address begins with https://." : "This address is not on the internet.");
        return text.Trim();
    }
}
