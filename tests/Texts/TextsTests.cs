using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Makerspace.Tests.Texts;

/// <summary>Every sentence of the pages is there in German too.</summary>
public partial class TextsTests
{
    private static readonly string Web = Path.GetFullPath(Path.Combine(Here(), "../../web"));

    [Fact]
    public void Every_sentence_on_a_page_has_its_German()
    {
        var german = Read("Texts.de.resx");
        var missing = Sentences().Where(s => !s.StartsWith("refusal.", StringComparison.Ordinal) && !german.ContainsKey(s)).Order(StringComparer.Ordinal).ToList();
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void No_German_is_left_over_for_a_sentence_that_no_page_says_any_more()
    {
        var said = Sentences().ToHashSet(StringComparer.Ordinal);
        var sources = string.Concat(Sources().Select(File.ReadAllText));
        Read("Texts.de.resx").Keys.Where(k => !k.StartsWith("refusal.", StringComparison.Ordinal) && !said.Contains(k) && !sources.Contains(k, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Refusals_are_said_in_both_languages_with_the_same_places_to_fill()
    {
        var (english, german) = (Read("Texts.resx"), Read("Texts.de.resx"));
        english.Keys.Where(k => !german.ContainsKey(k)).ShouldBeEmpty();
        foreach (var (key, text) in english) Places(german[key]).ShouldBe(Places(text), key);
    }

    [Fact]
    public void No_two_sentences_differ_only_in_capitals() =>   // the resource compiler would keep one of them and drop the other
        Read("Texts.de.resx").Keys.GroupBy(k => k, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();

    [Fact]
    public void A_German_sentence_fills_the_same_places_as_its_English()
    {
        foreach (var (key, text) in Read("Texts.de.resx").Where(t => !t.Key.StartsWith("refusal.", StringComparison.Ordinal)))
            Places(text).ShouldBe(Places(key), key);
    }

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(Web, "Texts", file)).Root!.Elements("data")
        .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Web, "*.*", SearchOption.AllDirectories)
        .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
        .Where(f => !f.Contains("/obj", StringComparison.Ordinal) && !f.Contains("/bin", StringComparison.Ordinal));

    private static IEnumerable<string> Sentences() => Sources().SelectMany(f => Said().Matches(File.ReadAllText(f))).Select(m => m.Groups["text"].Value).Distinct();

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("""\b(?:T|t|texts)\["(?<text>(?:[^"\\]|\\.)*)"[\],]""", RegexOptions.None, 1000)]
    private static partial Regex Said();

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1000)]
    private static partial Regex Place();
}
