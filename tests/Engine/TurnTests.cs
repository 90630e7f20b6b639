namespace Makerspace.Tests.Engine;

/// <summary>One activation per key, one turn at a time.</summary>
public sealed class TurnTests(SharedEngine shared) : IClassFixture<SharedEngine>
{
    private readonly Engine _engine = shared.Engine;
    private readonly string _key = "turn-" + Guid.NewGuid();

    private Stage Stage => _engine.Stage;

    private ITurnGrain Grain => _engine.Grains.GetGrain<ITurnGrain>(_key, typeof(TurnGrain).FullName);

    [Fact]
    public async Task A_key_has_one_activation_however_many_ask_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => Grain.Activation())));
        answers.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Another_key_has_another_activation()
    {
        var other = _engine.Grains.GetGrain<ITurnGrain>(_key + "-other", typeof(TurnGrain).FullName);
        (await Grain.Activation()).ShouldNotBe(await other.Activation());
    }

    [Fact]
    public async Task A_grain_and_the_outside_reach_the_same_activation()
    {
        var other = _engine.Grains.GetGrain<ITurnGrain>(_key + "-other", typeof(TurnGrain).FullName);
        (await other.CallThrough(_key)).ShouldBe(await Grain.Activation());
    }

    [Fact]
    public async Task Calls_do_not_interleave_at_an_await()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Grain.AddSlowly()));
        (await Grain.AddSlowly()).ShouldBe(101);
    }

    [Fact]
    public async Task A_call_waits_for_the_one_before_it_even_while_that_waits()
    {
        var first = Grain.Write("first", "open");
        await Stage.Opened($"{_key}:first");
        var second = Grain.Write("second", "open");
        (await Grain.Peek()).ShouldBe(["in:first"]);
        Stage.Open("open");
        await Task.WhenAll(first, second);
        Stage.Noted(_key).ShouldBe(["in:first", "out:first", "in:second", "out:second"]);
    }

    [Fact]
    public async Task ReadOnly_calls_run_together()
    {
        var one = Grain.Read("one", $"{_key}:two");
        var two = Grain.Read("two", $"{_key}:one");
        await Task.WhenAll(one, two);
    }

    [Fact]
    public async Task A_ReadOnly_call_waits_for_a_writing_one()
    {
        var write = Grain.Write("write", "go-" + _key);
        await Stage.Opened($"{_key}:write");
        var read = Grain.Read("read", "go-" + _key);
        (await Grain.Peek()).ShouldBe(["in:write"]);
        Stage.Open("go-" + _key);
        await Task.WhenAll(write, read);
    }

    [Fact]
    public async Task A_writing_call_waits_for_a_ReadOnly_one()
    {
        var read = Grain.Read("read", "go-" + _key);
        await Stage.Opened($"{_key}:read");
        var write = Grain.Write("write", "go-" + _key);
        (await Grain.Peek()).ShouldBe(["in:read"]);
        Stage.Open("go-" + _key);
        await Task.WhenAll(write, read);
    }

    [Fact]
    public async Task An_AlwaysInterleave_call_gets_in_between_and_holds_nobody_up()
    {
        var write = Grain.Write("write", $"{_key}:slip");
        await Stage.Opened($"{_key}:write");
        var slip = Grain.Slip("slip", $"{_key}:late");
        await write;
        var late = Grain.Write("late", $"{_key}:slip");
        await Task.WhenAll(slip, late);
    }

    [Fact]
    public async Task A_reentrant_grain_takes_the_next_call_at_an_await()
    {
        var grain = _engine.Get<IReentrantTurnGrain>(_key);
        await Task.WhenAll(grain.Write("one", $"{_key}:two"), grain.Write("two", $"{_key}:one"));
    }

    [Fact]
    public async Task A_grain_may_say_which_calls_interleave()
    {
        var grain = _engine.Get<IPickyTurnGrain>(_key);
        var first = grain.Write("first", $"{_key}:please");
        await Stage.Opened($"{_key}:first");
        var rude = grain.Write("rude", $"{_key}:please");
        (await grain.Peek()).ShouldBe(["in:first"]);
        await Task.WhenAll(first, rude, grain.Write("please", $"{_key}:first"));
    }

    [Fact]
    public async Task A_OneWay_call_is_not_waited_for()
    {
        await Grain.Tell("told", "go-" + _key);
        await Stage.Opened($"{_key}:told");
        Stage.Open("go-" + _key);
        await Grain.Activation();
        Stage.Noted(_key).ShouldBe(["in:told", "out:told"]);
    }
}
