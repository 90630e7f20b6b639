using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Pages;

/// <summary>Days as pages are sent them. As with times over the API (WireTime), only of this century: the day after the last of all, or its beginning in some zone, there is not.</summary>
internal static class TypedDay
{
    public static ParseResult<LocalDate> Parse(string text)
    {
        var day = LocalDatePattern.Iso.Parse(text);
        return !day.Success || IsNear(day.Value) ? day : ParseResult<LocalDate>.ForException(() => new ArgumentOutOfRangeException(nameof(text)));
    }

    public static bool IsNear(LocalDate day) => day.Year is >= 2000 and < 2100;
}
