namespace Makerspace.Tests;

public class SolutionTests
{
    [Fact]
    public void It_runs() => Assert.True(typeof(SolutionTests).IsPublic);
}
