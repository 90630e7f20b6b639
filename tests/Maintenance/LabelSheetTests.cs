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
    public void A_code_is_a_picture_of_squares_without_script_or_link()
    {
        var code = LabelSheet.Code("https://space.example/t/laser-1");
        code.ShouldStartWith("<svg");
        code.ShouldContain("viewBox");
        code.ShouldNotContain("<script");
        code.ShouldNotBe(LabelSheet.Code("https://space.example/t/laser-2"));
    }
}
