using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A grain's state in its storage.</summary>
internal abstract class StoredState
{
    public static StoredState Create(ParameterInfo parameter, IPersistentStateConfiguration which, Activation activation)
    {
        if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new ArgumentException($"Parameter '{parameter.Name}' of '{parameter.Member.DeclaringType}' has [PersistentState] and must be an IPersistentState.");
        var type = typeof(StoredState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
        var name = string.IsNullOrEmpty(which.StateName) ? parameter.Name! : which.StateName;
        return (StoredState)Activator.CreateInstance(type, name, StorageOf(which, activation), activation)!;
    }

    /// <summary>Reads it before the grain starts.</summary>
    public abstract Task LoadAsync(CancellationToken cancellationToken);

    private static IGrainStorage StorageOf(IPersistentStateConfiguration which, Activation activation)
    {
        var services = activation.Silo.ServiceProvider;
        var storage = which.StorageName is { Length: > 0 } name
            ? services.GetKeyedService<IGrainStorage>(name)
            : services.GetService<IGrainStorage>() ?? services.GetKeyedService<IGrainStorage>("Default");
        return storage ?? throw new BadProviderConfigException(
            $"No storage provider named \"{which.StorageName ?? "Default"}\" found to load state \"{which.StateName}\" of grain {activation.GrainId}.");
    }
}

/// <inheritdoc/>
internal sealed class StoredState<T>(string name, IGrainStorage storage, Activation activation) : StoredState, IPersistentState<T>
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly GrainState<T> _record = new(New());
    private Task? _writeToCome;
    private bool _loaded;

    public T State
    {
        get => Checked(_record).State!;
        set => Checked(_record).State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _loaded ? _record.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    public static T New() =>
        typeof(T).IsValueType ? default!
        : typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is { } constructor ? (T)constructor.Invoke(null)
        : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));

    public override Task LoadAsync(CancellationToken cancellationToken) => ReadStateAsync(cancellationToken);

    public Task ReadStateAsync() => ReadStateAsync(default);

    public Task WriteStateAsync() => WriteStateAsync(default);

    public Task ClearStateAsync() => ClearStateAsync(default);

    public Task ReadStateAsync(CancellationToken cancellationToken) => InTurn("ReadStateAsync", async () =>
    {
        await storage.ReadStateAsync(name, activation.GrainId, _record, cancellationToken);
        _loaded = true;
    });

    // As in Orleans, writes asked for while one waits for its turn are one write: it will take what is in memory then.
    public Task WriteStateAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled) return Write(cancellationToken);
        return _writeToCome ??= Write(default);
    }

    public Task ClearStateAsync(CancellationToken cancellationToken) =>
        InTurn("ClearStateAsync", () => storage.ClearStateAsync(name, activation.GrainId, _record, cancellationToken));

    private Task Write(CancellationToken cancellationToken) => InTurn("WriteStateAsync", () =>
    {
        _writeToCome = null;
        return storage.WriteStateAsync(name, activation.GrainId, _record, cancellationToken);
    });

    private async Task InTurn(string operation, Func<Task> work)
    {
        Checked(_record);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _oneAtATime.WaitAsync();
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not (OrleansException or OperationCanceledException))
        {
            throw new OrleansException($"Error from storage provider {storage.GetType().Name}.{name} during {operation} for grain {activation.GrainId}: {exception.Message}", exception);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    [SuppressMessage("Performance", "CA1859", Justification = "Reads as it is used.")]
    private GrainState<T> Checked(GrainState<T> record) => ReferenceEquals(ActivationScheduler.CurrentActivation, activation)
        ? record
        : throw new InvalidOperationException("Activation access violation. A non-activation thread attempted to access activation services.");
}
