using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Spaces;

/// <summary>"Open until 22:00", "Closed, opens Tue 1 Dec, 08:00".</summary>
public static class OpeningSentence
{
    public static string Of(Visit visit, IStringLocalizer<Texts> texts)
    {
        var open = OpenHours.Within(new Slot(visit.Now, visit.Now + Duration.FromDays(14)), visit.Space);
        if (open.IsEmpty) return texts["Closed"];
        if (open[0].Start > visit.Now) return texts["Closed, opens {0}", visit.Words.NearMoment(open[0].Start)];
        return open[0].Duration >= Duration.FromDays(13) ? texts["Open day and night"] : texts["Open until {0}", visit.Words.NearMoment(open[0].End)];
    }
}
