using System.Reflection;
using System.Runtime.InteropServices;

namespace Makerspace.Tests.Infrastructure;

/// <summary>
/// Holds the public types and members of an assembly against those of others, read as metadata: the same name, the same signature.
/// </summary>
internal static class Signatures
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static string Here => AppContext.BaseDirectory;

    /// <summary>What a stand-in has and the genuine assemblies have not, or have otherwise.</summary>
    /// <param name="standIn">Path of the stand-in.</param>
    /// <param name="genuine">Paths of the assemblies that it stands in for.</param>
    public static IReadOnlyList<string> Differences(string standIn, string[] genuine)
    {
        using var real = Load(genuine);
        using var ours = Load([standIn]);
        var types = genuine.SelectMany(path => real.LoadFromAssemblyPath(path).GetExportedTypes()).ToLookup(t => t.FullName!, StringComparer.Ordinal);
        return [.. ours.LoadFromAssemblyPath(standIn).GetExportedTypes()
            .SelectMany(t => types[t.FullName!].ToArray() is { Length: > 0 } matches ? Differences(t, matches) : [$"{t.FullName} does not exist"])];
    }

    private static MetadataLoadContext Load(string[] first)
    {
        var framework = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll");
        var web = Directory.EnumerateFiles(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location)!, "*.dll");
        string[] paths = [.. first, .. framework, .. web, .. Directory.EnumerateFiles(Here, "*.dll")];
        return new(new PathAssemblyResolver(paths.DistinctBy(Path.GetFileName)), "System.Private.CoreLib");
    }

    // One name may be in several assemblies: extension methods of a kind are spread over packages, each in a class of the same name.
    private static IEnumerable<string> Differences(Type ours, Type[] matches)
    {
        var real = matches[0];
        var members = matches.SelectMany(Members).Select(Signature).ToHashSet(StringComparer.Ordinal);
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
