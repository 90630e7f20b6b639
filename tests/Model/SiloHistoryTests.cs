using Makerspace.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>Some of the same histories through a silo: grains in turns, storage, journal, and everything the grains in memory leave out.</summary>
public class SiloHistoryTests
{
    private const int Count = 100;

    [Fact]
    public async Task Histories_through_a_silo_are_what_the_model_says()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Sqlite);
        var clock = new HandClock { Now = Instant.FromUtc(2030, 1, 1, 0, 0) };
        await using var silo = await RunningSilo.Start(database, more: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        for (var i = 1; i <= Count; i++)
        {
            // Each a year after the one before: a clock goes on.
            var history = Histories.Of(i, year: 2030 + i);
            var difference = await Comparison.Of(history, new Product(silo.Grains, clock, $"h{i}x"));
            difference.ShouldBeNull();
        }
    }
}
