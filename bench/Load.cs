using System.Diagnostics;

namespace Makerspace.Bench;

/// <summary>What a load showed: how many a second, and how long one took, in milliseconds.</summary>
internal sealed record Measured(double PerSecond, double P50, double P99, int Count, int Failed)
{
    /// <summary>Runs <paramref name="one"/> (client, turn) on each client in turn for some seconds; false is a failure. A tenth as long goes before, uncounted.</summary>
    public static async Task<Measured> Of(int clients, int seconds, Func<int, int, Task<bool>> one)
    {
        await Run(clients, TimeSpan.FromSeconds(seconds / 5.0), one, offset: 1_000_000);
        return await Run(clients, TimeSpan.FromSeconds(seconds), one, offset: 0);
    }

    private static async Task<Measured> Run(int clients, TimeSpan time, Func<int, int, Task<bool>> one, int offset)
    {
        var took = Enumerable.Range(0, clients).Select(_ => new List<double>()).ToArray();
        var failed = 0;
        var all = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            await Task.Yield();
            for (var turn = offset; all.Elapsed < time; turn++)
            {
                var watch = Stopwatch.GetTimestamp();
                if (!await one(client, turn)) Interlocked.Increment(ref failed);
                took[client].Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            }
        }));
        var sorted = took.SelectMany(t => t).Order().ToArray();
        return new Measured((sorted.Length - failed) / all.Elapsed.TotalSeconds, At(sorted, 0.5), At(sorted, 0.99), sorted.Length, failed);
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
}
