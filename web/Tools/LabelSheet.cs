namespace Makerspace.Web.Tools;

/// <summary>An A4 sheet of labels: so many columns and rows, printed on from a place on, for sheets that are begun already.</summary>
/// <param name="Columns">1 to 6.</param>
/// <param name="Rows">1 to 12.</param>
/// <param name="From">The first place to print on, 1 at the top left.</param>
public sealed record LabelSheet(int Columns, int Rows, int From)
{
    public static readonly LabelSheet Usual = new(3, 7, 1);

    /// <summary>What is asked for, each number brought into its bounds.</summary>
    public static LabelSheet Of(string? columns, string? rows, string? from)
    {
        var (wide, high) = (Number(columns, Usual.Columns, 6), Number(rows, Usual.Rows, 12));
        return new LabelSheet(wide, high, Number(from, 1, wide * high));
    }

    /// <summary>The sheets: each place a label, or null where it stays empty.</summary>
    public IReadOnlyList<T?[]> Places<T>(IReadOnlyCollection<T> labels) where T : class
    {
        var places = Enumerable.Repeat<T?>(null, From - 1).Concat(labels);
        return labels.Count == 0 ? [] : [.. places.Chunk(Columns * Rows)];
    }

    private static int Number(string? text, int usual, int most) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, most) : usual;
}
