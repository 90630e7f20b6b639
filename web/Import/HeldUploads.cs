using System.Security.Cryptography;

namespace Makerspace.Web.Import;

/// <summary>
/// Files between their dry run and their import, so that what is imported is what was looked at and nobody chooses the file twice.
/// In memory, the newest few: whoever waits too long, or whose server restarts, chooses the file again.
/// </summary>
public sealed class HeldUploads
{
    private const int Most = 6;
    private readonly Queue<(string Owner, string Key, string Kind, byte[] Content)> held = new();
    private readonly Lock gate = new();

    /// <summary>Keeps a file for its owner.</summary>
    /// <returns>The key to take it by.</returns>
    public string Hold(string owner, string kind, byte[] content)
    {
        var key = RandomNumberGenerator.GetHexString(24, lowercase: true);
        lock (gate)
        {
            held.Enqueue((owner, key, kind, content));
            while (held.Count > Most) held.Dequeue();
        }
        return key;
    }

    /// <summary>The owner's file with that key, or null if it is gone.</summary>
    public (string Kind, byte[] Content)? Find(string owner, string? key)
    {
        lock (gate)
        {
            foreach (var file in held)
                if (file.Owner == owner && file.Key == key) return (file.Kind, file.Content);
        }
        return null;
    }
}
