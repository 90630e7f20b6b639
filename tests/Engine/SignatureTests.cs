using System.Reflection;
using System.Runtime.InteropServices;

namespace Makerspace.Tests.Engine;

/// <summary>
/// Holds every public type and member of the stand-in against the genuine assemblies, read as metadata: what the stand-in has, Orleans has,
/// under the same name and with the same signature. The stand-in may have less, never more.
/// </summary>
public sealed class SignatureTests
{
    /// <summary>Types of assemblies that could not be had to compare with. None: every genuine assembly restores.</summary>
    private static readonly string[] NotComparable = [];

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static string Here => AppContext.BaseDirectory;

    [Fact]
    public void Everything_in_the_stand_in_is_in_Orleans()
    {
        string[] genuine = [.. Genuine()];
        if (genuine.Length == 0) Assert.Skip("The genuine Orleans assemblies are not here: build with UseStandIns=false, or with HaveGenuine=true.");
        using var real = Load(genuine);
        using var ours = Load([StandIn]);
        var types = genuine.SelectMany(path => real.LoadFromAssemblyPath(path).GetExportedTypes()).GroupBy(t => t.FullName!).ToDictionary(g => g.Key, g => g.First());
        var differences = ours.LoadFromAssemblyPath(StandIn).GetExportedTypes()
            .Where(t => !NotComparable.Contains(t.FullName))
            .SelectMany(t => types.TryGetValue(t.FullName!, out var match) ? Differences(t, match) : [$"{t.FullName} does not exist"]);
        differences.ShouldBeEmpty();
    }

    private static string StandIn => Directory.EnumerateFiles(Here, "Makerspace.StandIns.Orleans.dll", SearchOption.AllDirectories).First();

    // With the real engine they are beside the tests; with the stand-in, in a folder of their own, if they were asked for.
    private static IEnumerable<string> Genuine()
    {
        var folder = Directory.Exists(Path.Combine(Here, "genuine")) ? Path.Combine(Here, "genuine") : Here;
        return Directory.EnumerateFiles(folder, "Orleans.*.dll");
    }

    private static MetadataLoadContext Load(string[] first)
    {
        var framework = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll");
        var web = Directory.EnumerateFiles(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location)!, "*.dll");
        string[] paths = [.. first, .. framework, .. web, .. Directory.EnumerateFiles(Here, "*.dll")];
        return new(new PathAssemblyResolver(paths.DistinctBy(Path.GetFileName)), "System.Private.CoreLib");
    }

    private static IEnumerable<string> Differences(Type ours, Type real)
    {
        var members = Members(real).Select(Signature).ToHashSet(StringComparer.Ordinal);
        foreach (var member in ours.GetMembers(All | BindingFlags.DeclaredOnly).Where(IsVisible))
            if (!members.Contains(Signature(member))) yield return $"{ours.FullName}: no {Signature(member)}";
        if (Shape(ours) != Shape(real)) yield return $"{ours.FullName} is {Shape(ours)}, but should be {Shape(real)}";
        if (Usage(ours) != Usage(real)) yield return $"{ours.FullName} is for {Usage(ours)}, but should be for {Usage(real)}";
        foreach (var parent in Parents(ours).Except(Parents(real))) yield return $"{ours.FullName} should not be a {parent}";
    }

    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(All | BindingFlags.FlattenHierarchy).Concat(type.GetInterfaces().SelectMany(i => type.IsInterface ? i.GetMembers(All) : [])).Where(IsVisible);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => false, // A property or an event is its methods.
    };

    private static string Shape(Type type) => type.IsInterface ? "an interface" : type.IsEnum ? "an enum" : type.IsValueType ? "a struct"
        : typeof(Delegate).FullName == type.BaseType?.BaseType?.FullName ? "a delegate" : $"a {(type.IsAbstract ? "abstract " : "")}{(type.IsSealed ? "sealed " : "")}class";

    private static string Usage(Type type) => type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == nameof(AttributeUsageAttribute)) is not { } usage ? "its base's targets"
        : $"{usage.ConstructorArguments[0].Value}, {string.Join(", ", usage.NamedArguments.Where(a => a.TypedValue.Value is not (null or false) || a.MemberName == "Inherited").Select(a => $"{a.MemberName}={a.TypedValue.Value}"))}";

    private static HashSet<string> Parents(Type type)
    {
        var parents = type.GetInterfaces().Where(i => i.IsPublic).Select(Name).ToHashSet(StringComparer.Ordinal);
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType) parents.Add(Name(parent));
        return parents;
    }

    private static string Signature(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}`{(method.IsGenericMethod ? method.GetGenericArguments().Length : 0)}({Parameters(method)})",
        _ => member.ToString()!,
    };

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.RawDefaultValue}" : "")}"));

    private static string Name(Type type) =>
        type.IsGenericParameter ? (type.DeclaringMethod is null ? "!" : "!!") + type.GenericParameterPosition
        : type.HasElementType ? Name(type.GetElementType()!) + (type.IsByRef ? "&" : "[]")
        : type.IsGenericType ? $"{type.Namespace}.{type.Name}<{string.Join(",", type.GetGenericArguments().Select(Name))}>"
        : type.FullName ?? type.Name;
}
