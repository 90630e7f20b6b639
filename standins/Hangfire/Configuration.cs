using Hangfire.Logging;

namespace Hangfire;

/// <summary>What is set for the whole process.</summary>
public interface IGlobalConfiguration
{
}

/// <summary>The same, after an entry was set.</summary>
public interface IGlobalConfiguration<out T> : IGlobalConfiguration
{
    T Entry { get; }
}

/// <summary>Sets it.</summary>
public static class GlobalConfigurationExtensions
{
    public static IGlobalConfiguration<TLogProvider> UseLogProvider<TLogProvider>(this IGlobalConfiguration configuration, TLogProvider provider)
        where TLogProvider : ILogProvider
    {
        ((Configuration)configuration).Logs = provider;
        return new Entered<TLogProvider>(configuration, provider);
    }

    /// <summary>Jobs are always kept with simple names of assemblies here.</summary>
    public static IGlobalConfiguration UseSimpleAssemblyNameTypeSerializer(this IGlobalConfiguration configuration) => configuration;

    private sealed class Entered<T>(IGlobalConfiguration configuration, T entry) : Configuration, IGlobalConfiguration<T>
    {
        public T Entry => entry;

        internal override ILogProvider? Logs
        {
            get => ((Configuration)configuration).Logs;
            set => ((Configuration)configuration).Logs = value;
        }
    }
}

internal class Configuration : IGlobalConfiguration
{
    internal virtual ILogProvider? Logs { get; set; }
}
