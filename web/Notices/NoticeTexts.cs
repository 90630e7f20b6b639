using Makerspace.Notices;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Notices;

/// <summary>What kinds of messages are called.</summary>
internal static class NoticeTexts
{
    public static string Name(NoticeKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        NoticeKind.BookingReminder => t["Reminders of bookings"],
        NoticeKind.BookingChange => t["Changes of bookings"],
        NoticeKind.BookingConfirmation => t["Confirmations of bookings"],
        NoticeKind.TrainingReminder => t["Reminders of trainings"],
        NoticeKind.TrainingChange => t["Changes of trainings"],
        NoticeKind.TrainingConfirmation => t["Confirmations of trainings"],
        NoticeKind.EventReminder => t["Reminders of events"],
        NoticeKind.EventChange => t["Changes of events"],
        _ => t["Confirmations of events"],
    };

    public static string Means(NoticeKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        _ when kind.IsReminder() => t["So long before as you chose above."],
        NoticeKind.BookingChange => t["Somebody else booked, moved or cancelled it, or you did after a message about it."],
        NoticeKind.TrainingChange or NoticeKind.EventChange => t["It was moved, or you lost your seat."],
        _ => t["With an entry for your calendar, which later changes and cancellations follow."],
    };

    public static string Way(NoticeChannel way, IStringLocalizer<Texts> t) => way switch
    {
        NoticeChannel.Mail => t["Mail"],
        NoticeChannel.Chat => t["Chat"],
        _ => t["My program"],
    };

    public static string State(NoticeState state, IStringLocalizer<Texts> t) => state switch
    {
        NoticeState.Waiting => t["still to come"],
        NoticeState.Sent => t["was sent"],
        NoticeState.Broken => t["not sent: a fault of ours"],
        NoticeState.TooLate => t["not sent: it was too late"],
        _ => t["not sent: there was no way"],
    };

    public static string? Fault(string code, IStringLocalizer<Texts> t) => code switch
    {
        "too-many" => t["At most five reminders of one appointment."].Value,
        "contradiction" => t["Quiet hours have a beginning and an end."].Value,
        "unknown-time-zone" => t["There is no such time zone; one is called Europe/Berlin."].Value,
        "malformed-url" => t["This is no address of the web."].Value,
        "not-https" => t["The address begins with https://."].Value,
        "address-not-public" => t["This address is not on the internet."].Value,
        _ => null,
    };
}
