using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Reservations;
using Makerspace.Waitlists;
using Makerspace.Web.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NodaTime;

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

    [Fact]
    public void Every_state_that_an_entry_tells_has_words_in_both_languages()
    {
        Enum[] states = [.. Of<BookingState>(), .. Of<ProblemState>(), .. Of<WaitState>(), .. Of<LedgerKind>()];
        foreach (var state in states)
        {
            var (english, german) = (In("en", t => JournalWords.State(state, t)), In("de", t => JournalWords.State(state, t)));
            english.ShouldNotMatch("[a-z][A-Z]", $"{state.GetType().Name}.{state}");
            german.ShouldNotBe(english, $"{state.GetType().Name}.{state}");
        }
    }

    [Fact]
    public void What_an_entry_notes_is_told_in_the_readers_language_and_to_programs_as_it_was_written()
    {
        var placed = new ToolChanged(Instant.MinValue, "staff", null!, "outage placed: Mirrors");
        In("de", t => JournalWords.Told(placed, t)!).ShouldBe("Ausfall eingetragen: Mirrors");
        In("en", t => JournalWords.Told(placed with { Note = "something new: x" }, t)!).ShouldBe("something new: x");
        In("en", t => JournalWords.Told(placed with { Note = "changed" }, t) ?? "").ShouldBe("");
        JournalWords.Detail(placed).ShouldBe("outage placed: Mirrors");
    }

    private static IEnumerable<Enum> Of<T>() where T : struct, Enum => Enum.GetValues<T>().Cast<Enum>();

    private static string Said(string type, string culture) => In(culture, t => JournalWords.Label(type, t));

    private static string In(string culture, Func<IStringLocalizer<Web.Texts>, string> say)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return say(services.GetRequiredService<IStringLocalizer<Web.Texts>>());
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
