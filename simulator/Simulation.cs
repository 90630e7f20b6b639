using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator;

/// <summary>What the calls, the pages and the clock share.</summary>
internal sealed class Simulation(Store store, PaymentSimulatorOptions options) : IAsyncDisposable
{
    public PaymentSimulatorOptions Options { get; } = options;

    public Misbehaviour Misbehaviour { get; } = new();

    public Webhooks Webhooks { get; } = new(store, options);

    /// <summary>Where the hosted pages are.</summary>
    public string PublicAddress { get; set; } = "";

    public long Now => Options.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>One piece of work in one transaction; its webhooks leave once it is kept.</summary>
    public async Task<T> Do<T>(Func<Work, T> work, CancellationToken cancellation)
    {
        var caused = 0;
        var answer = await store.Do(Now, unit =>
        {
            unit.PublicAddress = PublicAddress;
            var done = work(unit);
            caused = unit.Deliveries;
            return done;
        }, cancellation);
        Webhooks.Caused(caused);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Webhooks.DisposeAsync();
        await store.DisposeAsync();
    }
}
