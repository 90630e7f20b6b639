using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Makerspace.Reservations;
using Makerspace.Tools;

namespace Makerspace.Tests.Reservations;

/// <summary>docs/rules.md says what the code does: same codes, same overriding, methods and settings that exist.</summary>
public partial class RulesCatalogueTests
{
    private static readonly (string Code, bool Overridable, string[] Settings, string[] Methods)[] Documented =
        [.. Row().Matches(Docs.Read("docs/rules.md")).Select(m => (m.Groups["code"].Value, m.Groups["o"].Value == "o", Names(m.Groups["settings"].Value), Names(m.Groups["methods"].Value)))];

    [Fact]
    public void Every_refusal_is_documented_and_every_documented_one_exists() =>
        Documented.Select(d => (d.Code, d.Overridable)).ShouldBe(Refusals().Select(r => (r.Code, r.Overridable)).Distinct(), ignoreOrder: true);

    [Fact]
    public void The_methods_named_exist()
    {
        foreach (var method in Documented.SelectMany(d => d.Methods))
        {
            var (type, name) = (method.Split('.')[0], method.Split('.')[1]);
            typeof(Refusal).Assembly.GetTypes().Single(t => t.Name == type)
                .GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).ShouldContain(m => m.Name == name, method);
        }
    }

    [Fact]
    public void Every_setting_is_said_to_be_read_by_a_rule_or_kept()
    {
        var settings = typeof(Policy).GetProperties().Where(p => p.DeclaringType == typeof(Policy)).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        var text = Docs.Read("docs/rules.md");
        settings.ShouldAllBe(setting => text.Contains($"`{setting}`"));
        Documented.SelectMany(d => d.Settings).ShouldBeSubsetOf(settings);
    }

    private static IEnumerable<Refusal> Refusals() => typeof(Refusal).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Refusal)))
        .Select(t => (Refusal)RuntimeHelpers.GetUninitializedObject(t));

    private static string[] Names(string cell) => [.. Name().Matches(cell).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^\| `(?<code>[a-z-]+)` \| (?<o>o?) ?\| [^|]+\|(?<settings>[^|]*)\| (?<methods>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z.]+)`")]
    private static partial Regex Name();
}
