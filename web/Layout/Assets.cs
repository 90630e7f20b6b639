using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Makerspace.Web.Layout;

/// <summary>Addresses of files that carry a mark of their content, so that browsers may keep them for ever.</summary>
public sealed class Assets(IWebHostEnvironment environment)
{
    private readonly ConcurrentDictionary<string, string> marks = new(StringComparer.Ordinal);

    /// <summary>The address of a file below wwwroot.</summary>
    public string this[string path] => $"/{path}?v={marks.GetOrAdd(path, Mark)}";

    private string Mark(string path)
    {
        var file = environment.WebRootFileProvider.GetFileInfo(path);
        if (!file.Exists) return "0";
        using var stream = file.CreateReadStream();
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..10];
    }
}
