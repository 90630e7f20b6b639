using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Engine;

/// <summary>
/// Holds every public type and member of the stand-ins against the genuine assemblies: what a stand-in has, the genuine package has, under the same
/// name and with the same signature. A stand-in may have less, never more.
/// </summary>
public sealed class SignatureTests
{
    private static string Here => AppContext.BaseDirectory;

    [Theory]
    [InlineData("Makerspace.StandIns.Orleans.dll", "Orleans.*.dll")]
    [InlineData("Makerspace.StandIns.Stripe.dll", "Stripe.net.dll")]
    [InlineData("Makerspace.StandIns.Hangfire.dll", "Hangfire.*.dll")]
    public void Everything_in_the_stand_in_is_in_the_genuine_package(string standIn, string assemblies)
    {
        string[] genuine = [.. Genuine(assemblies)];
        if (genuine.Length == 0) Assert.Skip("The genuine assemblies are not here: build with UseStandIns=false, or with HaveGenuine=true.");
        Signatures.Differences(Directory.EnumerateFiles(Here, standIn, SearchOption.AllDirectories).First(), genuine).ShouldBeEmpty();
    }

    // With the real engine they are beside the tests; with the stand-in, in a folder of their own, if they were asked for.
    private static IEnumerable<string> Genuine(string assemblies)
    {
        var folder = Directory.Exists(Path.Combine(Here, "genuine")) ? Path.Combine(Here, "genuine") : Here;
        return Directory.EnumerateFiles(folder, assemblies);
    }
}
