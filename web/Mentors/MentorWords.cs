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

    /// <summary>Why a calendar cannot be read.</summary>
    public static string CalendarFault(string code, IStringLocalizer<Texts> t) => code switch
    {
        "not-https" => t["its address does not begin with https://."],
        "address-not-public" => t["its address is not on the internet."],
        "unknown-host" => t["there is no such host."],
        "timed-out" => t["it did not answer in time."],
        "too-large" => t["it is larger than 1 MB."],
        "too-many-events" => t["it has more events than are looked at."],
        "not-a-calendar" => t["what is there is no calendar."],
        "unreadable" => t["set its address anew."],
        "answered-401" or "answered-403" or "answered-404" or "answered-410" => t["there is no calendar at this address, or none for everybody who knows it."],
        _ when code.StartsWith("answered-", StringComparison.Ordinal) => t["its server answered with an error ({0}).", code["answered-".Length..]],
        _ => t["it cannot be reached."],
    };

    /// <summary>What is wrong with an address that was typed.</summary>
    public static string AddressFault(string code, IStringLocalizer<Texts> t) => code switch
    {
        "not-https" => t["The address begins with https://."],
        "address-not-public" => t["This address is not on the internet."],
        _ => t["This is no address of the web."],
    };

    public static string Rate(MentorSight mentor, IStringLocalizer<Texts> t) => mentor.Rate is { } rate ? t["{0} an hour", Words.Price(rate)] : t["Volunteer"];
}
