using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Makerspace.Tests.Engine;

/// <summary>Activations end when asked, when idle, and with the program; timers tick between calls.</summary>
public sealed class LifetimeTests(SharedEngine shared) : IClassFixture<SharedEngine>
{
    private readonly Engine _engine = shared.Engine;
    private readonly string _key = "life-" + Guid.NewGuid();

    private Stage Stage => _engine.Stage;

    private ILifetimeGrain Grain => _engine.Get<ILifetimeGrain>(_key);

    [Fact]
    public async Task A_grain_that_asks_to_end_says_goodbye_and_the_next_call_makes_another()
    {
        var before = await Grain.Activation();
        await Grain.End();
        (await Grain.Activation()).ShouldNotBe(before);
        Stage.Noted(_key).ShouldBe([nameof(DeactivationReasonCode.ApplicationRequested)]);
    }

    [Fact]
    public async Task No_call_is_lost_while_an_activation_ends()
    {
        // One end: a message is forwarded twice at the most, so an activation that ended again and again could refuse some.
        var calls = Enumerable.Range(0, 200).Select(i => i == 100 ? Grain.End() : Grain.Activation());
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task A_timer_ticks_as_a_turn_of_the_grain()
    {
        await Grain.Tick(TimeSpan.Zero, Timeout.InfiniteTimeSpan, interleave: false);
        await Stage.Opened(_key + ":tick1");
        await Grain.Activation();
        Stage.Noted(_key).ShouldBe(["tick"]);
    }

    [Fact]
    public async Task A_timer_waits_for_the_call_that_runs()
    {
        var held = Grain.Hold("go-" + _key);
        await Stage.Opened(_key + ":holds");
        Stage.Open("go-" + _key);
        await held;
        await Grain.Tick(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), interleave: false);
        await Stage.Opened(_key + ":tick3");
        Stage.Noted(_key)[0].ShouldBe("let go");
    }

    [Fact]
    public async Task A_timer_that_interleaves_does_not_wait()
    {
        await Grain.Tick(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan, interleave: true);
        await Grain.Hold(_key + ":tick1");
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Grain.Tick(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), interleave: false);
        await Stage.Opened(_key + ":tick2");
        await Grain.End();
        await Stage.Opened(_key + ":ended");
        await Grain.Activation();
        Stage.Noted(_key)[^1].ShouldBe(nameof(DeactivationReasonCode.ApplicationRequested));
    }

    [Fact]
    public async Task Ambient_values_travel_with_the_calls_and_not_back()
    {
        RequestContext.Set("who", "ada");
        (await Grain.Ambient()).ShouldBe("ada");
        (await Grain.AmbientThrough(_key + "-other")).ShouldBe("ada");
        RequestContext.Clear();
        (await Grain.Ambient()).ShouldBeNull();
    }

    [Fact]
    public async Task A_reference_knows_its_key_and_equals_another_to_the_same_grain()
    {
        Grain.GetPrimaryKeyString().ShouldBe(_key);
        Grain.ShouldBe(_engine.Get<ILifetimeGrain>(_key));
        Grain.GetGrainId().ToString().ShouldBe("lifetime/" + _key);
        await Grain.Activation();
    }
}

/// <summary>What happens to grains that nobody calls, and to all when the program stops.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task Idle_grains_are_collected_and_busy_ones_are_not()
    {
        await using var engine = await Engine.StartAsync(CollectingSoon);
        var (idle, busy) = (engine.Get<ILifetimeGrain>("idle"), engine.Get<ILifetimeGrain>("busy"));
        var held = busy.Hold("go");
        await engine.Stage.Opened("busy:holds");
        await idle.Activation();
        await engine.Stage.Opened("idle:ended");
        engine.Stage.Noted("idle").ShouldBe([nameof(DeactivationReasonCode.ActivationIdle)]);
        engine.Stage.Noted("busy").ShouldBeEmpty();
        engine.Stage.Open("go");
        await held;
    }

    [Fact]
    public async Task A_hundred_thousand_grains_touched_once_do_not_stay()
    {
        const int Many = 100_000;
        await using var engine = await Engine.StartAsync(CollectingSoon);
        foreach (var keys in Enumerable.Range(0, Many).Chunk(1_000))
            await Task.WhenAll(keys.Select(i => engine.Get<IPassingGrain>($"many-{i}").Touch()));
        await engine.Services.GetRequiredService<Passing>().AllGone(Many).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Stopping_lets_a_call_in_flight_end_then_says_goodbye_to_all()
    {
        await using var engine = await Engine.StartAsync();
        var (idle, busy) = (engine.Get<ILifetimeGrain>("idle"), engine.Get<ILifetimeGrain>("busy"));
        await idle.Activation();
        var held = busy.Hold("go");
        await engine.Stage.Opened("busy:holds");
        var stopping = engine.StopAsync();
        engine.Stage.Open("go");
        await held;
        await stopping;
        engine.Stage.Noted("idle").ShouldBe([nameof(DeactivationReasonCode.ShuttingDown)]);
        engine.Stage.Noted("busy").ShouldBe(["let go", nameof(DeactivationReasonCode.ShuttingDown)]);
    }

    [Fact]
    public async Task A_call_after_the_end_is_refused()
    {
        await using var engine = await Engine.StartAsync();
        var grain = engine.Get<ILifetimeGrain>("late");
        await engine.StopAsync();
        await Should.ThrowAsync<Exception>(grain.Activation);
    }

    // Both engines look by their own clock; nothing here waits for a length of time, only for the goodbyes.
    private static void CollectingSoon(ISiloBuilder silo) => silo.Configure<GrainCollectionOptions>(o =>
        (o.CollectionQuantum, o.CollectionAge) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
}
