using Orleans.Configuration;

namespace Makerspace.Tests.Engine;

/// <summary>Exceptions, cancellation and time-outs reach who should know.</summary>
public sealed class FailureTests(FailureTests.Impatient shared) : IClassFixture<FailureTests.Impatient>
{
    private readonly Engine _engine = shared.Engine;
    private readonly string _key = "failure-" + Guid.NewGuid();

    private IFailureGrain Grain => _engine.Get<IFailureGrain>(_key);

    [Fact]
    public async Task An_exception_reaches_the_caller_with_its_data()
    {
        var error = await Should.ThrowAsync<ToolOnFireException>(Grain.Burn);
        (error.Message, error.Degrees).ShouldBe(("hot", 451));
    }

    [Fact]
    public async Task An_exception_before_the_first_await_reaches_the_caller() =>
        await Should.ThrowAsync<ToolOnFireException>(async () => await Grain.BurnBeforeAwaiting());

    [Fact]
    public async Task A_grain_goes_on_after_an_exception()
    {
        await Should.ThrowAsync<ToolOnFireException>(Grain.Burn);
        (await Grain.Fine()).ShouldBe("fine");
    }

    [Fact]
    public async Task A_grain_that_fails_to_start_fails_the_call_and_the_next_call_tries_again()
    {
        var grain = _engine.Get<IFailureGrain>("stillborn-" + _key);
        await Should.ThrowAsync<ToolOnFireException>(async () => await grain.Fine());
        (await grain.Fine()).ShouldBe("fine");
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_caller_and_tells_the_grain()
    {
        using var cancel = new CancellationTokenSource();
        var call = Grain.WaitForCancellation(cancel.Token);
        await _engine.Stage.Opened(_key + ":waits");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        await _engine.Stage.Opened(_key + ":cancelled");
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_keeps_it_from_starting()
    {
        await Should.ThrowAsync<OperationCanceledException>(async () => await Grain.WaitForCancellation(new(canceled: true)));
        (await Grain.Fine()).ShouldBe("fine");
        _engine.Stage.IsOpen(_key + ":waits").ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_without_an_answer_times_out_and_the_outcome_is_unknown()
    {
        await Should.ThrowAsync<TimeoutException>(() => Grain.WaitFor(_key));
        _engine.Stage.Open(_key);
        (await Grain.Fine()).ShouldBe("fine");
    }

    [Fact]
    public async Task A_call_that_times_out_is_cancelled_where_that_is_asked_for()
    {
        using var never = new CancellationTokenSource();
        await Should.ThrowAsync<TimeoutException>(() => Grain.WaitForCancellation(never.Token));
        await _engine.Stage.Opened(_key + ":cancelled");
    }

    [Fact]
    public async Task Grains_that_call_each_other_in_a_circle_time_out()
    {
        var grain = _engine.Grains.GetGrain<ITurnGrain>(_key, typeof(TurnGrain).FullName);
        await Should.ThrowAsync<TimeoutException>(() => grain.CallInCircle(_key + "-other", _key));
    }

    /// <summary>A silo that waits a second for an answer, no longer, and then cancels the call.</summary>
    public sealed class Impatient : IAsyncLifetime
    {
        public Engine Engine { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Engine = await Engine.StartAsync(silo => silo.Configure<SiloMessagingOptions>(o => (o.ResponseTimeout, o.CancelRequestOnTimeout) = (TimeSpan.FromSeconds(1), true)));

        public ValueTask DisposeAsync() => Engine.DisposeAsync();
    }
}
