using System.Collections.Immutable;
using Orleans.Serialization;

namespace Makerspace.Tests.Engine;

/// <summary>Grains share nothing that may change, neither with each other nor with the outside.</summary>
public sealed class IsolationTests(SharedEngine shared) : IClassFixture<SharedEngine>
{
    private readonly IIsolationGrain _grain = shared.Engine.Get<IIsolationGrain>("isolation-" + Guid.NewGuid());

    [Fact]
    public async Task What_the_caller_changes_later_the_grain_does_not_see()
    {
        var basket = new Basket { Items = ["drill"] };
        await _grain.Keep(basket);
        basket.Items.Add("saw");
        (await _grain.Items()).ShouldBe(["drill"]);
    }

    [Fact]
    public async Task What_the_caller_changes_before_the_call_starts_the_grain_does_not_see()
    {
        var basket = new Basket { Items = ["drill"] };
        var kept = _grain.Keep(basket);
        basket.Items.Add("saw");
        await kept;
        (await _grain.Items()).ShouldBe(["drill"]);
    }

    [Fact]
    public async Task What_the_grain_changes_the_caller_does_not_see()
    {
        var basket = new Basket { Items = ["drill"] };
        await _grain.Spoil(basket);
        basket.Items.ShouldBe(["drill"]);
    }

    [Fact]
    public async Task What_is_done_to_a_result_the_grain_does_not_see()
    {
        await _grain.Keep(new() { Items = ["drill"] });
        (await _grain.Kept()).Items.Add("saw");
        (await _grain.Items()).ShouldBe(["drill"]);
    }

    [Fact]
    public async Task A_copy_is_deep_and_keeps_comparers()
    {
        var basket = new Basket { Inner = new() { Items = ["nail"] }, Counts = { ["Nail"] = [1, 2] }, Labels = [new("x")] };
        await _grain.Keep(basket);
        basket.Inner.Items.Clear();
        basket.Counts["Nail"][0] = 9;
        var kept = await _grain.Kept();
        kept.Inner!.Items.ShouldBe(["nail"]);
        kept.Counts["NAIL"].ShouldBe([1, 2]);
        kept.Labels.ShouldBe([new("x")]);
    }

    [Fact]
    public async Task A_value_met_twice_is_still_one()
    {
        var list = new List<string> { "drill" };
        (await _grain.IsSameListTwice(new(list, list))).ShouldBeTrue();
        (await _grain.IsSameListTwice(new(list, [.. list]))).ShouldBeFalse();
    }

    [Fact]
    public async Task An_immutable_value_is_shared()
    {
        var label = new Label("fragile");
        (await _grain.Return(label)).ShouldBeSameAs(label);
        (await _grain.ReturnAll(ImmutableArray.Create(label))).Single().ShouldBeSameAs(label);
    }

    [Fact]
    public async Task An_argument_marked_immutable_is_shared_on_its_way_in()
    {
        var basket = new Basket();
        var back = await _grain.ReturnUntouched(basket);
        back.ShouldNotBeSameAs(basket); // The result was not marked.
    }

    [Fact]
    public async Task A_member_without_a_number_does_not_travel()
    {
        await _grain.Keep(new() { Unnumbered = "lost" });
        (await _grain.Kept()).Unnumbered.ShouldBeNull();
    }

    [Fact]
    public async Task A_type_that_nobody_said_how_to_copy_is_refused() =>
        await Should.ThrowAsync<CodecNotFoundException>(async () => await _grain.Meet(new Stranger()));

    [Fact]
    public async Task A_foreign_type_travels_by_its_converter()
    {
        var foreign = new Foreign("here");
        var back = await _grain.Convert(foreign);
        back.Text.ShouldBe("here");
        back.ShouldNotBeSameAs(foreign);
    }
}
