namespace Makerspace.Tests.Engine;

public sealed class Tally
{
    public int Count { get; set; }
}

public interface IStateGrain : IGrainWithStringKey
{
    Task<int> Count();

    /// <summary>Adds and saves; what is not saved is forgotten.</summary>
    Task<int> Add();

    /// <summary>Adds and saves, and lets the error be.</summary>
    Task AddCarelessly();

    Task<(bool Exists, string? Etag)> Record();

    Task Clear();

    Task AddAside();

    Task<string> Activation();

    Task End();
}

public sealed class StateGrain(
    [PersistentState("engine-tally", "test")] IPersistentState<Tally> tally,
    [PersistentState("engine-aside", "test")] IPersistentState<Tally> aside) : Grain, IStateGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public Task<int> Count() => Task.FromResult(tally.State.Count);

    public async Task<int> Add()
    {
        tally.State.Count++;
        try
        {
            await tally.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        return tally.State.Count;
    }

    public Task AddCarelessly()
    {
        tally.State.Count++;
        return tally.WriteStateAsync();
    }

    public Task<(bool Exists, string? Etag)> Record() => Task.FromResult((tally.RecordExists, tally.Etag));

    public Task Clear() => tally.ClearStateAsync();

    public Task AddAside()
    {
        aside.State.Count++;
        return aside.WriteStateAsync();
    }

    public Task<string> Activation() => Task.FromResult(_activation);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IHomelessGrain : IGrainWithStringKey
{
    Task Call();
}

public sealed class HomelessGrain([PersistentState("engine-homeless", "nowhere")] IPersistentState<Tally> tally) : Grain, IHomelessGrain
{
    public Task Call() => tally.WriteStateAsync();
}
