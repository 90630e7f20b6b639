namespace Makerspace.Tests;

/// <summary>The files of the repository, for tests that hold its words against its deeds.</summary>
internal static class Docs
{
    /// <summary>The folder that holds Makerspace.sln.</summary>
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Makerspace.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Makerspace.sln is in no folder above the tests.");
        return folder;
    }
}
