using Makerspace.Web.Layout;
using Makerspace.Web.Tools;

namespace Makerspace.Tests.Maintenance;

/// <summary>Labels on a sheet.</summary>
public class LabelSheetTests
{
    [Fact]
    public void Labels_begin_at_the_first_free_place_and_go_on_on_the_next_sheet()
    {
        var sheets = LabelSheet.Of("2", "2", "4").Places(["a", "b", "c", "d", "e", "f"]);
        sheets.ShouldBe([[null, null, null, "a"], ["b", "c", "d", "e"], ["f"]]);
        LabelSheet.Usual.Places(Array.Empty<string>()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0", "99", "500", 1, 12, 12)]
    [InlineData("many", null, "-3", 3, 7, 1)]
    [InlineData("6", "12", "72", 6, 12, 72)]
    public void What_is_asked_for_is_brought_into_its_bounds(string? columns, string? rows, string? from, int wide, int high, int first) =>
        LabelSheet.Of(columns, rows, from).ShouldBe(new LabelSheet(wide, high, first));

    [Fact]
    public void A_code_is_squares_with_the_quiet_zone_that_readers_need()
    {
        var (size, path) = QrImage.Squares("https://space.example/t/laser-1");
        path.ShouldMatch("^(M[0-9]+ [0-9]+h1v1h-1z)+$");
        var dark = path.Split('M', StringSplitOptions.RemoveEmptyEntries).Select(square => square.Split(' ', 'h')).Select(at => (X: int.Parse(at[0], null), Y: int.Parse(at[1], null))).ToHashSet();
        dark.ShouldAllBe(d => d.X >= 4 && d.Y >= 4 && d.X < size - 4 && d.Y < size - 4);
        // The marks in three of its corners.
        foreach (var (x, y) in new[] { (4, 4), (size - 11, 4), (4, size - 11) }) Enumerable.Range(0, 7).SelectMany(n => new[] { (x + n, y), (x, y + n) }).Except(dark).ShouldBeEmpty();
        path.ShouldNotBe(QrImage.Squares("https://space.example/t/laser-2").Path);
    }
}
