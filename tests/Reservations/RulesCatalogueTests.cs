using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Tests.Reservations;

/// <summary>docs/rules.md says what the code does: same codes, same overriding, methods and settings that exist.</summary>
public partial class RulesCatalogueTests
{
    private static readonly (string Code, bool Overridable, string[] Settings, string[] Methods, string[] Tests)[] Documented =
    [
        .. Row().Matches(Docs.Read("docs/rules.md")).Select(m => (
            m.Groups["code"].Value, m.Groups["o"].Value == "o", Names(m.Groups["settings"].Value), Names(m.Groups["methods"].Value), Names(m.Groups["tests"].Value))),
    ];

    [Fact]
    public void Every_refusal_is_documented_and_every_documented_one_exists() =>
        Documented.Select(d => (d.Code, d.Overridable)).ShouldBe(Refusals().Select(r => (r.Code, r.Overridable)).Distinct(), ignoreOrder: true);

    [Fact]
    public void The_methods_named_exist_in_the_file_that_bears_the_familys_name()
    {
        foreach (var (type, name) in Documented.SelectMany(d => d.Methods).Select(m => (m.Split('.')[0], m.Split('.')[1])))
        {
            typeof(Refusal).Assembly.GetTypes().Where(t => t.Name == type)
                .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)).ShouldContain(m => m.Name == name, name);
            if (type.EndsWith("Rules", StringComparison.Ordinal)) Docs.Read($"grains/Reservations/Rules/{type}.cs").ShouldContain($" {name}(", customMessage: name);
        }
    }

    [Fact]
    public void Every_method_that_makes_a_refusal_in_a_family_of_rules_is_documented()
    {
        var rules = typeof(Refusal).Assembly.GetTypes().Where(t => t.Namespace == "Makerspace.Reservations.Rules" && t.Name.EndsWith("Rules", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public).Where(m => m.ReturnType.IsAssignableTo(typeof(IEnumerable<Refusal>))).Select(m => $"{t.Name}.{m.Name}"));
        rules.Where(r => !r.EndsWith(".Refusals", StringComparison.Ordinal)).Except(["LimitRules.Limits", "CompanyRules.PooledLimits"])
            .Distinct().ShouldBe(Documented.SelectMany(d => d.Methods).Where(m => m.Contains("Rules.", StringComparison.Ordinal)), ignoreOrder: true);
    }

    [Fact]
    public void The_tests_named_exist_and_every_rule_has_one()
    {
        Documented.Where(d => d.Tests.Length == 0).Select(d => d.Code).ShouldBeEmpty();
        var classes = typeof(RulesCatalogueTests).Assembly.GetTypes().Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Documented.SelectMany(d => d.Tests).Where(t => !classes.Contains(t)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_of_policies_and_limits_is_on_the_page_and_those_that_rules_read_exist()
    {
        var text = Docs.Read("docs/rules.md");
        var settings = Settings(typeof(Policy)).Concat(Settings(typeof(Limits))).Distinct().ToList();
        settings.Where(setting => !text.Contains($"`{setting}`", StringComparison.Ordinal)).ShouldBeEmpty();
        var others = Settings(typeof(Plan)).Concat(Settings(typeof(AreaDefinition))).Concat(Settings(typeof(SpaceFacts)));
        Documented.SelectMany(d => d.Settings).ShouldBeSubsetOf(settings.Concat(others));
    }

    private static IEnumerable<string> Settings(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.DeclaringType == type).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    private static IEnumerable<Refusal> Refusals() => typeof(Refusal).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Refusal)) && t != typeof(Makerspace.Billing.NotPossible))   // its codes are an account's, said in docs/payments.md
        .Select(t => (Refusal)RuntimeHelpers.GetUninitializedObject(t));

    private static string[] Names(string cell) => [.. Name().Matches(cell).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^\| `(?<code>[a-z-]+)` \| (?<o>o?) ?\| [^|]+\|(?<settings>[^|]*)\| (?<methods>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z.]+)`")]
    private static partial Regex Name();
}
