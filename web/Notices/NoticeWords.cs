using System.Globalization;
using System.Net;
using System.Text;
using Makerspace.Notices;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>What a message says, before it has a form.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Lines">Paragraphs, the first the most important.</param>
public sealed record NoticeWords(string Subject, IReadOnlyList<string> Lines);

/// <summary>For whom something is put into words.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Settings">Language and zone among them.</param>
/// <param name="Zone">Theirs.</param>
/// <param name="SpaceZone">The space's; where the two differ, times say which is meant.</param>
/// <param name="Now">For "in 1 h".</param>
public sealed record Reader(string Name, NoticeSettings Settings, DateTimeZone Zone, DateTimeZone SpaceZone, Instant Now)
{
    /// <summary>Who it is, where that is a member.</summary>
    public string? MemberId { get; init; }

    public CultureInfo Culture => PagesSetup.Languages.FirstOrDefault(l => l.Name == Settings.Language) ?? PagesSetup.Languages[0];
}

/// <summary>Notices in words, in the reader's language and zone.</summary>
internal sealed class NoticeWriter(IStringLocalizer<Texts> t)
{
    /// <summary>Runs with the reader's language as the current one.</summary>
    public static T In<T>(Reader reader, Func<T> say)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = reader.Culture;
        try
        {
            return say();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }

    /// <summary>One notice; <paramref name="asMentor"/>: of a session, to its mentor.</summary>
    public NoticeWords Of(NoticeKind kind, NoticeFacts facts, string name, Reader reader, bool asMentor = false, Func<string, string>? area = null) => In(reader, () =>
    {
        var (words, now) = (new Words(t, reader.Zone, reader.Now), facts.Now);
        var when = When(now, words, reader);
        if (kind.IsReminder()) return new NoticeWords(t["Reminder: {0}, {1}", name, when], [t["{0} begins {1}: {2}.", name, words.Ahead(now.Slot.Start), when]]);
        if (now.Stage == AppointmentStage.Cancelled) return Cancelled(facts.Before ?? now, now, name, words, reader);
        // What was called off or given back, and is theirs again, is as new.
        if (facts.Before is not { Stage: not AppointmentStage.Cancelled } before) return asMentor ? Session(now, name, when) : New(kind.IsConfirmation() || facts.Before is not null, now, name, when, reader);
        return Changed(before, now, name, when, When(before, words, reader), area ?? (id => id));
    });

    // All that is different, the most important first.
    private NoticeWords Changed(Appointment before, Appointment now, string name, string when, string whenBefore, Func<string, string> area)
    {
        List<string> lines = [];
        var (moved, confirmed) = (before.Slot != now.Slot, before.Stage == AppointmentStage.Asked && now.Stage == AppointmentStage.Standing);
        if (moved) lines.Add(t["{0} is at another time: {1} instead of {2}.", name, when, whenBefore]);
        if (confirmed) lines.Add(t["{0} is confirmed: {1}.", name, when]);
        if (before.Stage == AppointmentStage.Standing && now.Stage == AppointmentStage.Asked) lines.Add(t["{0}, {1}, is held for you until it is answered.", name, when]);
        if (before.AreaId != now.AreaId) lines.Add(now.AreaId is { } here ? t["{0}, {1}, is somewhere else now: {2}.", name, when, area(here)] : t["{0}, {1}, is no longer in {2}.", name, when, area(before.AreaId!)]);
        if (lines.Count == 0) lines.Add(t["Something about {0}, {1}, is different now. See how it is:", name, when]);
        string subject = moved ? t["Moved: {0}, now {1}", name, when] : confirmed ? t["Confirmed: {0}, {1}", name, when] : t["Changed: {0}, {1}", name, when];
        return new NoticeWords(subject, lines);
    }

    /// <summary>Several reminders in one message.</summary>
    public NoticeWords Digest(IReadOnlyList<(NoticeFacts Facts, string Name)> all, Reader reader) => In(reader, () =>
    {
        var words = new Words(t, reader.Zone, reader.Now);
        return new NoticeWords(t["What is ahead: {0} appointments", all.Count],
            [t["This is what you have ahead:"], .. all.OrderBy(a => a.Facts.Now.Slot.Start).Select(a => $"{When(a.Facts.Now, words, reader)}: {a.Name}")]);
    });

    private NoticeWords New(bool byThemselves, Appointment now, string name, string when, Reader reader)
    {
        if (reader.MemberId is { } member && now.GivenBy == member) return new NoticeWords(t["You give: {0}, {1}", name, when], [t["{0} is planned, and you give it: {1}.", name, when]]);
        if (byThemselves)
        {
            return now.Stage == AppointmentStage.Asked
                ? new NoticeWords(t["Asked for: {0}, {1}", name, when], [t["{0}, {1}, is held for you until it is answered.", name, when]])
                : new NoticeWords(t["Booked: {0}, {1}", name, when], [t["{0} is yours: {1}.", name, when]]);
        }
        return new NoticeWords(t["Booked for you: {0}, {1}", name, when], [t["Somebody has booked {0} for you: {1}.", name, when]]);
    }

    // Somebody has booked a mentor.
    private NoticeWords Session(Appointment now, string name, string when) => now.Stage == AppointmentStage.Asked
        ? new NoticeWords(t["Asks for a session: {0}, {1}", name, when], [t["{0} would like to meet you: {1}. Say yes or no here:", name, when]])
        : new NoticeWords(t["New session: {0}, {1}", name, when], [t["{0} has booked you: {1}.", name, when]]);

    private NoticeWords Cancelled(Appointment before, Appointment now, string name, Words words, Reader reader)
    {
        var when = When(before, words, reader);
        List<string> lines = [t["{0}, {1}, does not take place for you.", name, when]];
        if (now.Reason is { Length: > 0 } reason) lines.Add(t["The reason given: {0}", reason]);
        return new NoticeWords(t["Cancelled: {0}, {1}", name, when], lines);
    }

    private static string When(Appointment appointment, Words words, Reader reader) =>
        words.Slot(appointment.Slot) + (reader.Zone.Id == reader.SpaceZone.Id ? "" : $" ({reader.Zone.Id})");

    /// <summary>A letter that nobody opts out of.</summary>
    public (string Text, string Html) Letter(Said said, Reader reader, string space, string? settings) => Letter(
        new NoticeWords(said.Subject, said.Lines), said.ToAnyone ? reader with { Name = "" } : reader, space, said.Link, null, said.ToAnyone ? null : settings);

    /// <summary>As a letter, in plain text and in HTML.</summary>
    /// <param name="said">What it says.</param>
    /// <param name="reader">To whom.</param>
    /// <param name="space">Who writes.</param>
    /// <param name="link">Where one sees and changes it.</param>
    /// <param name="unsubscribe">Where one takes oneself off messages of this kind; null where nobody can.</param>
    /// <param name="settings">Where one sets all of them; null for those who can set none.</param>
    public (string Text, string Html) Letter(NoticeWords said, Reader reader, string space, string link, string? unsubscribe, string? settings) => In(reader, () =>
    {
        string greeting = reader.Name.Length == 0 ? t["Hello,"] : t["Hello {0},", reader.Name], look = t["Look at it or change it:"], open = t["Open it"];
        string off = t["No more messages of this kind:"], stop = t["No more of this kind"], choose = t["Choose what you are told"];
        var text = new StringBuilder().Append(greeting).Append("\n\n");
        foreach (var line in said.Lines) text.Append(line).Append('\n');
        if (!said.Lines[^1].EndsWith(':')) text.Append('\n').Append(look).Append('\n');
        text.Append(link).Append("\n\n-- \n").Append(space).Append('\n');
        if (unsubscribe is not null) text.Append(off).Append('\n').Append(unsubscribe).Append('\n');
        var html = new StringBuilder($"<!doctype html><html lang=\"{reader.Culture.Name}\"><head><meta charset=\"utf-8\"><title>").Append(Safe(said.Subject))
            .Append("</title></head><body style=\"margin:0;padding:24px;background:#faf7f0;color:#1d1d1b;font:16px/1.5 sans-serif\"><div style=\"max-width:36em;margin:0 auto\">")
            .Append("<p>").Append(Safe(greeting)).Append("</p>");
        foreach (var line in said.Lines) html.Append("<p>").Append(Safe(line)).Append("</p>");
        html.Append("<p><a href=\"").Append(Safe(link)).Append("\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4e79;color:#ffffff;text-decoration:none\">").Append(Safe(open)).Append("</a></p>")
            .Append("<p style=\"color:#5c5a55;font-size:14px\">").Append(Safe(space)).Append("<br>");
        if (unsubscribe is not null) html.Append("<a href=\"").Append(Safe(unsubscribe)).Append("\" style=\"color:#1f4e79\">").Append(Safe(stop)).Append("</a> · ");
        if (settings is not null) html.Append("<a href=\"").Append(Safe(settings)).Append("\" style=\"color:#1f4e79\">").Append(Safe(choose)).Append("</a>");
        html.Append("</p></div></body></html>");
        return (text.ToString(), html.ToString());
    });

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
