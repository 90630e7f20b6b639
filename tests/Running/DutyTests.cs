using System.Collections.Immutable;
using Makerspace.Members;

namespace Makerspace.Tests.Running;

public class DutyTests
{
    private static readonly ImmutableArray<Duty> InWood = [new Duty(DutyKind.Technician, "wood"), new Duty(DutyKind.Trainer, null)];

    [Fact]
    public void Without_duties_staff_may_everything()
    {
        foreach (var needed in new DutyKind?[] { DutyKind.Desk, DutyKind.Technician, DutyKind.Trainer, null })
            ImmutableArray<Duty>.Empty.Reach(needed, ["metal"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData(DutyKind.Technician, "wood", true)]
    [InlineData(DutyKind.Technician, "saw-room,wood", true)]
    [InlineData(DutyKind.Technician, "metal", false)]
    [InlineData(DutyKind.Technician, null, true)]
    [InlineData(DutyKind.Trainer, "metal", true)]
    [InlineData(DutyKind.Trainer, null, true)]
    [InlineData(DutyKind.Desk, "wood", false)]
    [InlineData(DutyKind.Desk, null, false)]
    [InlineData(null, null, false)]
    [InlineData(null, "wood", false)]
    public void A_duty_reaches_its_area_and_those_inside_it(DutyKind? needed, string? areas, bool may) =>
        InWood.Reach(needed, areas?.Split(',')).ShouldBe(may);

    [Fact]
    public void What_concerns_the_whole_space_asks_for_a_duty_everywhere()
    {
        InWood.Reach(DutyKind.Technician, []).ShouldBeFalse();
        InWood.Reach(DutyKind.Trainer, []).ShouldBeTrue();
    }
}
