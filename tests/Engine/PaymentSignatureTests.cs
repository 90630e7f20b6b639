using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stripe;

namespace Makerspace.Tests.Engine;

/// <summary>What signatures do not tell of the payment client's stand-in: the names on the wire, and which parameters null clears. Both assemblies are asked themselves.</summary>
public sealed class PaymentSignatureTests
{
    private static readonly Assembly Genuine = typeof(StripeClient).Assembly;

    private static Type[] StandIns()
    {
        if (Genuine.GetName().Name != "Stripe.net") Assert.Skip("Stripe.net is not here: build with UseStandIns=false.");
        return new AssemblyLoadContext("stand-in").LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "Makerspace.StandIns.Stripe.dll")).GetExportedTypes();
    }

    private static Type Real(Type ours) => Genuine.GetType(ours.FullName!, throwOnError: true)!;

    private static IEnumerable<PropertyInfo> Own(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    [Fact]
    public void Names_on_the_wire_are_Stripes()
    {
        var ours = StandIns();
        var isWritten = ours.Where(t => t.IsClass && !t.ContainsGenericParameters && (IsA(t, "StripeEntity") || IsA(t, "INestedOptions"))).ToArray();
        isWritten.Length.ShouldBeGreaterThan(50);
        isWritten.SelectMany(Own).Where(p => NameHere(p) is { } name && name != NameThere(p)).Select(p => $"{p.DeclaringType}.{p.Name} is {NameHere(p)}, but should be {NameThere(p)}").ShouldBeEmpty();
    }

    [Fact]
    public void What_null_clears_is_what_it_clears_with_Stripe()
    {
        var ours = StandIns().Where(t => t is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && IsA(t, "INestedOptions")).ToArray();
        var clears = ours[0].Assembly.GetType("Stripe.Clearing", throwOnError: true)!.GetMethod("WasSetToNull")!;
        var differences = new List<string>();
        foreach (var type in ours)
            foreach (var property in Own(type).Where(p => p.CanWrite))
            {
                var (here, there) = (Activator.CreateInstance(type)!, Activator.CreateInstance(Real(type))!);
                property.SetValue(here, null);
                Real(type).GetProperty(property.Name)!.SetValue(there, null);
                if ((bool)clears.Invoke(null, [here, property.Name])! != WasSet(there, property.Name)) differences.Add($"{type}.{property.Name}");
            }
        differences.ShouldBeEmpty();
    }

    private static bool WasSet(object options, string name) =>
        options.GetType().GetInterfaces().FirstOrDefault(i => i.Name == "IHasSetTracking") is { } tracking && (bool)tracking.GetMethod("IsPropertySet")!.Invoke(options, [name])!;

    // A link has the name of what it leads to; what leads nowhere, and is not written, has none.
    private static string? NameHere(PropertyInfo property)
    {
        if (property.GetCustomAttribute<JsonIgnoreAttribute>() is not null) return null;
        if (IsLink(property)) return Snake(property.Name[..^2]);
        return property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? Snake(property.Name);
    }

    private static string? NameThere(PropertyInfo ours)
    {
        var real = Real(ours.DeclaringType!);
        var whole = IsLink(ours) ? ours.Name[..^2] : ours.Name;
        // How Stripe.net keeps links: a property of its own, not public, for both.
        return (real.GetProperty("Internal" + whole, BindingFlags.NonPublic | BindingFlags.Instance) ?? real.GetProperty(whole))?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name;
    }

    private static bool IsLink(PropertyInfo property) => property.GetCustomAttributesData().Any(a => a.AttributeType.Name == "LinkAttribute");

    private static bool IsA(Type type, string name) => type.GetInterfaces().Concat(Bases(type)).Any(t => t.Name == name);

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var at = type.BaseType; at is not null; at = at.BaseType) yield return at;
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
