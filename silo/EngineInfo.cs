using System.Reflection;

namespace Makerspace;

/// <summary>Which Orleans runs: the genuine packages or the stand-in.</summary>
public sealed record EngineInfo(string Name, string Version)
{
    /// <summary>That of this program.</summary>
    public static EngineInfo Current { get; } = Of(typeof(ISiloBuilder).Assembly);

    /// <summary>True for the stand-in: one process, no cluster.</summary>
    public bool IsStandIn => Name.Contains("StandIn", StringComparison.Ordinal);

    public override string ToString() => IsStandIn ? $"Orleans stand-in ({Name} {Version})" : $"Microsoft Orleans {Version}";

    private static EngineInfo Of(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', ' ')[0].TrimEnd('.');
        return new EngineInfo(assembly.GetName().Name!, version ?? assembly.GetName().Version?.ToString() ?? "?");
    }
}
