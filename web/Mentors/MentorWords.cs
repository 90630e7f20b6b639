using System.Globalization;
using Makerspace.Mentors;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Mentors;

/// <summary>A mentor in words.</summary>
internal static class MentorWords
{
    public static string Languages(MentorProfile mentor) => string.Join(", ", mentor.Languages.Select(Language));

    public static string Language(string code)
    {
        try
        {
            return CultureInfo.GetCultureInfo(code).DisplayName;
        }
        catch (CultureNotFoundException)
        {
            return code;
        }
    }

    public static string Place(MentorProfile mentor, string? area, IStringLocalizer<Texts> t) =>
        mentor.Place == MentorPlace.Video ? t["By video"] : area ?? t["In the space"];

    public static string Rate(MentorSight mentor, IStringLocalizer<Texts> t) => mentor.Rate is { } rate ? t["{0} an hour", Words.Price(rate)] : t["Volunteer"];
}
