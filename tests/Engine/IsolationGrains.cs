using System.Collections.Immutable;

namespace Makerspace.Tests.Engine;

[GenerateSerializer]
public sealed class Basket
{
    [Id(0)]
    public List<string> Items { get; set; } = [];

    [Id(1)]
    public Dictionary<string, int[]> Counts { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    [Id(2)]
    public Basket? Inner { get; set; }

    [Id(3)]
    public ImmutableArray<Label> Labels { get; set; } = [];

    public string? Unnumbered { get; set; }
}

[GenerateSerializer]
public sealed record Pair(List<string> Left, List<string> Right);

[GenerateSerializer, Immutable]
public sealed record Label(string Text);

/// <summary>Nobody said how to copy it.</summary>
public sealed class Stranger
{
    public int Number { get; set; }
}

/// <summary>A type of somebody else's, that travels as a surrogate.</summary>
public sealed class Foreign(string text)
{
    public string Text { get; } = text;
}

[GenerateSerializer]
public struct ForeignSurrogate
{
    [Id(0)]
    public string Text { get; set; }
}

[RegisterConverter]
public sealed class ForeignConverter : IConverter<Foreign, ForeignSurrogate>
{
    public Foreign ConvertFromSurrogate(in ForeignSurrogate surrogate) => new(surrogate.Text);

    public ForeignSurrogate ConvertToSurrogate(in Foreign value) => new() { Text = value.Text };
}

public interface IIsolationGrain : IGrainWithStringKey
{
    Task<bool> Keep(Basket basket);

    Task<Basket> Kept();

    Task<string[]> Items();

    Task Spoil(Basket basket);

    Task<bool> IsSameListTwice(Pair pair);

    Task<Label> Return(Label label);

    Task<ImmutableArray<Label>> ReturnAll(ImmutableArray<Label> labels);

    Task<object> Meet(object stranger);

    Task<Foreign> Convert(Foreign foreign);

    Task<Basket> ReturnUntouched([Immutable] Basket basket);
}

public sealed class IsolationGrain : Grain, IIsolationGrain
{
    private Basket _kept = new();

    public Task<bool> Keep(Basket basket)
    {
        _kept = basket;
        return Task.FromResult(true);
    }

    public Task<Basket> Kept() => Task.FromResult(_kept);

    public Task<string[]> Items() => Task.FromResult(_kept.Items.ToArray());

    public Task Spoil(Basket basket)
    {
        basket.Items.Clear();
        return Task.CompletedTask;
    }

    public Task<bool> IsSameListTwice(Pair pair) => Task.FromResult(ReferenceEquals(pair.Left, pair.Right));

    public Task<Label> Return(Label label) => Task.FromResult(label);

    public Task<ImmutableArray<Label>> ReturnAll(ImmutableArray<Label> labels) => Task.FromResult(labels);

    public Task<object> Meet(object stranger) => Task.FromResult(stranger);

    public Task<Foreign> Convert(Foreign foreign) => Task.FromResult(foreign);

    public Task<Basket> ReturnUntouched(Basket basket) => Task.FromResult(basket);
}
