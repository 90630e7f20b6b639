using System.Reflection;
using System.Text.RegularExpressions;
using Makerspace.Reservations;

namespace Makerspace.Tests.Architecture;

/// <summary>What docs/design.md says of who may know whom.</summary>
public class ArchitectureTests
{
    private static readonly Assembly Grains = typeof(IBookingGrain).Assembly;

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Microsoft.EntityFrameworkCore")]
    [InlineData("Npgsql")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("System.Net.Http")]
    public void Grains_know_nothing_of_the_web_or_of_databases(string forbidden) =>
        Grains.GetReferencedAssemblies().ShouldNotContain(a => a.Name!.StartsWith(forbidden, StringComparison.Ordinal));

    [Theory]
    [InlineData("grains/Tools/ToolGrain.cs")]
    [InlineData("grains/Members/MemberGrain.cs")]
    [InlineData("grains/Spaces/SpaceGrain.cs")]
    public void Calls_go_from_the_booking_and_never_back(string file) => Docs.Read(file).ShouldNotContain("GetGrain<");

    [Fact]
    public void Rules_are_pure() => Files("grains/Reservations/Rules")
        .Where(file => Regex.IsMatch(Docs.Read(file), @"\b(async|await|Task|TimeProvider|GrainFactory|Random|NewGuid)\b")).ShouldBeEmpty();

    [Fact]
    public void Every_type_that_travels_has_a_name_of_its_own()
    {
        var travelling = Grains.GetTypes().Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null).ToArray();
        travelling.ShouldNotBeEmpty();
        travelling.Where(t => !t.GetCustomAttributes<AliasAttribute>().Any()).ShouldBeEmpty();
        travelling.GroupBy(t => t.GetCustomAttributes<AliasAttribute>().First().Alias).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_build_knows_which_engine_it_is() => Files("grains").Concat(Files("silo")).Concat(Files("web"))
        .Where(file => Regex.IsMatch(Docs.Read(file), @"^\s*#if", RegexOptions.Multiline)).ShouldBeEmpty();

    [Fact]
    public void Nothing_in_the_repository_names_this_machine() => Files("").Where(file => Regex.IsMatch(Docs.Read(file), "(^|[^A-Za-z0-9_])/" + "(work|root)/")).ShouldBeEmpty();

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Docs.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Docs.Root, path))
            .Where(path => !Regex.IsMatch(path, @"(^|/)(bin|obj|bin-standins|obj-standins|node_modules|artifacts)/"));
}
