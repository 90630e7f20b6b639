using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Notices;

/// <summary>What is told: people choose the ways for each.</summary>
public enum NoticeKind
{
    BookingReminder,
    BookingChange,
    BookingConfirmation,
    TrainingReminder,
    TrainingChange,
    TrainingConfirmation,
    EventReminder,
    EventChange,
    EventConfirmation,
}

/// <summary>A way to somebody.</summary>
public enum NoticeChannel
{
    Mail,
    Chat,
    Webhook,
}

/// <summary>What somebody wants to be told, how and when. Whoever sets nothing has what stands here.</summary>
public sealed record NoticeSettings
{
    /// <summary>More reminders of one appointment than these nobody needs.</summary>
    public const int MostLeads = 5;
    public static readonly Duration ShortestLead = Duration.FromMinutes(10);
    public static readonly Duration LongestLead = Duration.FromDays(30);

    /// <summary>A reminder this long before may come with others, in the digest.</summary>
    public static readonly Duration DigestedFrom = Duration.FromHours(12);

    /// <summary>How long before a booking, longest first.</summary>
    public ImmutableArray<Duration> BookingLeads { get; init; } = [Duration.FromHours(24), Duration.FromHours(1)];

    /// <summary>How long before a training, longest first.</summary>
    public ImmutableArray<Duration> TrainingLeads { get; init; } = [Duration.FromHours(24), Duration.FromHours(1)];

    /// <summary>How long before an event, longest first.</summary>
    public ImmutableArray<Duration> EventLeads { get; init; } = [Duration.FromHours(24), Duration.FromHours(1)];

    /// <summary>How long before a certification ends or lapses, longest first.</summary>
    public ImmutableArray<Duration> CertificateLeads { get; init; } = [Duration.FromDays(30), Duration.FromDays(7)];

    /// <summary>How long before an offer of the waitlist is over, beside the letter that tells of it; none where nothing is chosen.</summary>
    public ImmutableArray<Duration> OfferLeads { get; init; } = [];

    /// <summary>How long before a membership renews and its price is taken; none where nothing is chosen.</summary>
    public ImmutableArray<Duration> DueLeads { get; init; } = [];

    /// <summary>The ways for each kind; one that is not named has <see cref="ByDefault"/>.</summary>
    public ImmutableDictionary<NoticeKind, ImmutableArray<NoticeChannel>> Channels { get; init; } = ImmutableDictionary<NoticeKind, ImmutableArray<NoticeChannel>>.Empty;

    /// <summary>From when to when nothing is sent, in <see cref="TimeZone"/>; both or none. The end may lie on the next day.</summary>
    public LocalTime? QuietFrom { get; init; }
    public LocalTime? QuietUntil { get; init; }

    /// <summary>When reminders of a day and more before come together in one message; null: each by itself.</summary>
    public LocalTime? DigestAt { get; init; }

    /// <summary><c>en</c> or <c>de</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>IANA name of the zone that times are told in; null: the space's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Where a chat takes messages, and in whose form.</summary>
    public string? ChatUrl { get; init; }
    public ChatStyle ChatStyle { get; init; }

    /// <summary>Where a program takes them, and what they are signed with.</summary>
    public string? WebhookUrl { get; init; }
    public string? WebhookSecret { get; init; }

    public ImmutableArray<NoticeChannel> Ways(NoticeKind kind) => Channels.TryGetValue(kind, out var chosen) ? chosen : ByDefault(kind);

    public NoticeSettings With(NoticeKind kind, IEnumerable<NoticeChannel> ways) => this with { Channels = Channels.SetItem(kind, [.. ways.Distinct().Order()]) };

    public ImmutableArray<Duration> Leads(Topic topic) => topic switch
    {
        Topic.Training => TrainingLeads,
        Topic.Event => EventLeads,
        _ => BookingLeads,
    };

    /// <summary>The nearest of the leads that is due; null: none is yet. Whoever looks late reminds once.</summary>
    public static Duration? Due(ImmutableArray<Duration> leads, Instant end, Instant now) => end <= now ? null : leads.Where(lead => end - lead <= now).Select(lead => (Duration?)lead).Min();

    public DateTimeZone Zone(DateTimeZone space) => TimeZone is { } name && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone ? zone : space;

    // Whoever has just booked knows it: a confirmation, with the entry for a calendar, is for those who ask for it.
    private static ImmutableArray<NoticeChannel> ByDefault(NoticeKind kind) =>
        kind.IsConfirmation() ? [] : [NoticeChannel.Mail];
}

/// <summary>Whose form a chat message has.</summary>
public enum ChatStyle
{
    Slack,
    Discord,
    Matrix,
}

/// <summary>What belongs to a topic.</summary>
public static class NoticeKinds
{
    public static NoticeKind Reminder(this Topic topic) => topic switch
    {
        Topic.Training => NoticeKind.TrainingReminder,
        Topic.Event => NoticeKind.EventReminder,
        _ => NoticeKind.BookingReminder,
    };

    public static NoticeKind Change(this Topic topic) => topic switch
    {
        Topic.Training => NoticeKind.TrainingChange,
        Topic.Event => NoticeKind.EventChange,
        _ => NoticeKind.BookingChange,
    };

    public static NoticeKind Confirmation(this Topic topic) => topic switch
    {
        Topic.Training => NoticeKind.TrainingConfirmation,
        Topic.Event => NoticeKind.EventConfirmation,
        _ => NoticeKind.BookingConfirmation,
    };

    public static bool IsReminder(this NoticeKind kind) => kind is NoticeKind.BookingReminder or NoticeKind.TrainingReminder or NoticeKind.EventReminder;

    public static bool IsConfirmation(this NoticeKind kind) => kind is NoticeKind.BookingConfirmation or NoticeKind.TrainingConfirmation or NoticeKind.EventConfirmation;
}
