using Makerspace.Import;

namespace Makerspace.Tests.Import;

public class NamingTests
{
    [Theory]
    [InlineData("Laser cutter 1", "laser-cutter-1")]
    [InlineData("  --Fräse (groß)--", "frase-gro")]
    [InlineData("A102 Spinner/Left", "a102-spinner-left")]
    public void A_slug_is_plain_ascii(string name, string slug) => Naming.Slug(name).ShouldBe(slug);

    [Fact]
    public void A_name_without_any_latin_letter_still_has_a_slug() => Naming.Slug("旋盤").ShouldMatch("^n[0-9a-f]{8}$");

    [Fact]
    public void A_slug_is_at_most_60_long() => Naming.Slug(new string('a', 200)).Length.ShouldBe(60);

    [Fact]
    public void A_name_based_uuid_is_of_version_5_and_always_the_same()
    {
        var id = DerivedId.Of("nemo", "reservation", "1");
        id.ShouldBe(DerivedId.Of("nemo", "reservation", "1"));
        id.ShouldNotBe(DerivedId.Of("nemo", "reservation", "2"));
        id.Version.ShouldBe(5);
        (id.Variant & 0xC).ShouldBe(8);
    }
}
