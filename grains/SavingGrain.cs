namespace Makerspace;

/// <summary>A grain whose state is replaced whole and saved before anybody hears of it.</summary>
internal abstract class SavingGrain<TState>(IPersistentState<TState> state) : Grain
{
    protected TState State => state.State;

    /// <summary>Makes <paramref name="next"/> the state once it is on disk.</summary>
    /// <remarks>After a failed write the outcome is unknown: the grain leaves memory and reloads, and never serves what may not be on disk.</remarks>
    protected async Task Save(TState next)
    {
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
