using System.Globalization;
using Makerspace.Tools;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>A policy as sentences that a member understands.</summary>
public sealed class RuleSentences(IStringLocalizer<Texts> texts, Visit visit)
{
    /// <summary>One sentence for each setting that limits anything.</summary>
    public IEnumerable<string> Of(Policy policy)
    {
        var words = visit.Words;
        if (policy.RequiredCertifications is { IsEmpty: false } needed)
            yield return texts["You need: {0}.", string.Join(", ", needed.Select(c => visit.Space.Certifications.GetValueOrDefault(c, c)))];
        if ((policy.MinDuration, policy.MaxDuration) is ({ } least, { } most))
            yield return texts["A booking lasts {0} to {1}.", words.Length(least), words.Length(most)];
        else if (policy.MinDuration is { } min) yield return texts["A booking lasts at least {0}.", words.Length(min)];
        else if (policy.MaxDuration is { } max) yield return texts["A booking lasts at most {0}.", words.Length(max)];
        if (policy.Peak is { IsEmpty: false } peak && policy.MaxDuration is not null)
            yield return texts["Only peak hours count toward that: {0}.", string.Join("; ", peak.Select(Window))];
        if (policy.Horizon is { } horizon) yield return texts["Book up to {0} ahead.", words.Length(horizon)];
        if (policy.MaxBookingsPerDay is { } perDay) yield return perDay == 1 ? texts["One booking a day."] : texts["Up to {0} bookings a day.", perDay];
        if (policy.MaxHoursPerDay is { } hours) yield return texts["Up to {0} a day.", words.Length(hours)];
        if (policy.MaxFutureHours is { } ahead) yield return texts["Up to {0} booked ahead.", words.Length(ahead)];
        if (policy.MinimumGap is { } gap) yield return texts["{0} between two of your bookings.", words.Length(gap)];
        if (policy.Concurrency is > 1 and var seats) yield return texts["{0} people may use it at once.", seats];
    }

    private static string Window(PeakWindow window)
    {
        var days = window.Days.Order().ToList();
        var together = days.Count > 2 && days[^1] - days[0] == days.Count - 1;
        var named = together ? $"{Short(days[0])}–{Short(days[^1])}" : string.Join(", ", days.Select(Short));
        return $"{named} {Words.Clock(window.From)}–{Words.Clock(window.To)}";
    }

    private static string Short(IsoDayOfWeek day) => CultureInfo.CurrentUICulture.DateTimeFormat.GetAbbreviatedDayName((DayOfWeek)((int)day % 7));
}
