namespace Makerspace.Tests.Model;

/// <summary>One history, through the product and through the model.</summary>
internal static class Comparison
{
#if !STANDINS
    /// <summary>Through the grains in memory; after every operation what must always hold is looked at too.</summary>
    /// <param name="history">What happens.</param>
    /// <param name="change">What the product's answers are changed by: to see that a difference is found.</param>
    public static string? InMemory(History history, Func<Told, Told>? change = null)
    {
        var grains = new MemoryGrains();
        var product = new Product(grains.Factory, grains.Clock);
        var invariants = new Invariants(grains, product);
        return MemoryGrains.Now(Of(history, product, change, (op, told) =>
        {
            if (op is RunJobs) grains.Restart();
            return invariants.Broken(op, told);
        }));
    }
#endif

    /// <summary>Through any grains.</summary>
    /// <returns>The first difference, told as a story; null where there is none.</returns>
    public static async Task<string?> Of(History history, Product product, Func<Told, Told>? change = null, Func<Op, Told, Task<string?>>? watch = null)
    {
        var model = new ReferenceModel(history.Place);
        await product.Open(history.Place);
        for (var i = 0; i < history.Ops.Count; i++)
        {
            var expected = model.Do(history.Ops[i]);
            var told = await product.Do(history.Ops[i]);
            if (change is not null) told = change(told);
            if (told != expected) return Telling.Of(history, i + 1, $"\n    -> product: {told}; model: {expected}");
            if (watch is not null && await watch(history.Ops[i], told) is { } broken) return Telling.Of(history, i + 1, "\n    -> " + broken);
        }
        foreach (var n in product.Made.Keys)
            if (await product.Describe(n) is var told && told != model.Describe(n)) return Telling.Of(history, history.Ops.Count, $"\n    -> in the end #{n} is to the product: {told}; to the model: {model.Describe(n)}");
        return null;
    }
}
