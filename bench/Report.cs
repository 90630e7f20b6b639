namespace Makerspace.Bench;

/// <summary>Prints each figure as it comes, and as a ratio to the bare insert of the same run.</summary>
internal sealed class Report(double bare)
{
    private bool headed;

    public void Line(string what, Measured measured)
    {
        Head();
        var failed = measured.Failed > 0 ? $"  ({measured.Failed} of {measured.Count} failed)" : "";
        Console.WriteLine($"| {what,-58} | {measured.PerSecond,9:0} | {measured.PerSecond / bare,6:0.000} | {measured.P50,7:0.0} | {measured.P99,7:0.0} |{failed}");
    }

    public void Text(string what, string figure)
    {
        Head();
        Console.WriteLine($"| {what,-58} | {figure} |");
    }

    private void Head()
    {
        if (headed) return;
        headed = true;
        Console.WriteLine($"| {"",-58} | {"a second",9} | {"ratio",6} | {"p50 ms",7} | {"p99 ms",7} |");
    }
}
