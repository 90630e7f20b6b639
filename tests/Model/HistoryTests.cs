#if !STANDINS
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Makerspace.Tests.Infrastructure;
using Microsoft.FSharp.Core;

namespace Makerspace.Tests.Model;

/// <summary>The product against the model, in thousands of histories. MAKERSPACE_MORE_HISTORIES says how many others to try, from new seeds.</summary>
public class HistoryTests
{
    private static readonly int? More = int.TryParse(Environment.GetEnvironmentVariable("MAKERSPACE_MORE_HISTORIES"), CultureInfo.InvariantCulture, out var count) ? count : null;

    [Fact]
    public Task Product_and_model_give_the_same_refusals_in_every_history()
    {
        void Half(ulong seed) => Check(Sizes.Histories / 2, seed, history => Comparison.InMemory(history));
        return Task.WhenAll(Task.Run(() => Half(1)), Task.Run(() => Half(2)));
    }

    [Fact]
    public void A_preview_says_what_booking_then_says() => Check(Sizes.Histories / 10, 3, PreviewDiffers);

    [Theory]
    [InlineData("slot-taken")]
    [InlineData("resource-conflict")]
    [InlineData("daily-limit")]
    [InlineData("space-closed")]
    [InlineData("suspended")]
    [InlineData("area-full")]
    [InlineData("certification-expired")]
    [InlineData("too-long")]
    public void A_rule_that_is_missing_is_found_and_told_in_a_few_sentences(string code)
    {
        string? Found(History history) => Comparison.InMemory(history, told => told.Without(code));
        var story = Should.Throw<Exception>(() => Check(5_000, 4, Found)).Message;
        var told = story[..story.IndexOf("Original:", StringComparison.Ordinal)];
        told.ShouldContain("-> product: ", customMessage: told);
        told.ShouldContain(code);
        told.Split('\n').Length.ShouldBeLessThan(18);
    }

    private static void Check(int count, ulong seed, Func<History, string?> differs)
    {
        var same = Prop.ForAll(Histories.Any, history =>
        {
            var difference = differs(history);
            return (difference is null).Label(difference ?? "");
        });
        var config = Config.QuickThrowOnFailure.WithMaxTest(More ?? count);
        FsCheck.Check.One(More is null ? config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, 11), FSharpOption<int>.None))) : config, same);
    }

    private static string? PreviewDiffers(History history)
    {
        var grains = new MemoryGrains();
        var product = new Product(grains.Factory, grains.Clock);
        return MemoryGrains.Now(Run());

        async Task<string?> Run()
        {
            await product.Open(history.Place);
            for (var i = 0; i < history.Ops.Count; i++)
            {
                var writes = grains.Writes;
                var previewed = history.Ops[i] is Book book ? await product.Preview(book) : null;
                if (grains.Writes != writes) return Telling.Of(history, i + 1, "\n    -> the preview wrote something");
                var told = await product.Do(history.Ops[i]);
                if (previewed is not null && previewed != told.Codes) return Telling.Of(history, i + 1, $"\n    -> previewed: {previewed}; booked: {told.Codes}");
            }
            return null;
        }
    }
}
#endif
