using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Web.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Makerspace.Tests.Texts;

/// <summary>Whoever reads the journal reads words, not the names of types.</summary>
public class JournalWordsTests
{
    public static TheoryData<string> Types => [.. typeof(DomainEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_of_entry_has_words_in_both_languages(string type)
    {
        var (english, german) = (Said(type, "en"), Said(type, "de"));
        english.ShouldNotContain("-");
        german.ShouldNotBe(english);
        Said(type + "-later", "en").ShouldBe(type.Replace('-', ' ') + " later");
    }

    private static string Said(string type, string culture)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return JournalWords.Label(type, services.GetRequiredService<IStringLocalizer<Web.Texts>>());
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
