using Makerspace.ReadModels;

namespace Makerspace.Storage;

/// <summary>What must be there before the silo: the lock, the schema, the committer, and read models that hold the whole journal.</summary>
internal sealed class DatabaseStart(
    Database database, IStateWriter writer, Committer committer, Projector projector) : IHostedService, IAsyncDisposable
{
    private IAsyncDisposable? held;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        held = await database.Lock(cancellationToken);
        await writer.Open(cancellationToken);
        await Schema.Apply(database, cancellationToken);
        committer.Start();
        await projector.CatchUp(cancellationToken);
    }

    /// <summary>After the silo: what its grains still write has been committed by then.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await committer.Stop();
        await DisposeAsync();
    }

    /// <summary>Also after a start that failed half-way: lets the next process in.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        if (held is not null) await held.DisposeAsync();
        held = null;
    }
}
