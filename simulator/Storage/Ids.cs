using System.Security.Cryptography;

namespace Makerspace.PaymentSimulator.Storage;

/// <summary>Ids as the API makes them: a prefix that tells the type, and letters nobody guesses.</summary>
internal static class Ids
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string prefix) => $"{prefix}_1{Random(23)}";

    /// <summary>Customers and products have shorter ones.</summary>
    public static string Short(string prefix) => $"{prefix}_{Random(14)}";

    public static string Secret(string id) => $"{id}_secret_{Random(25)}";

    public static string Random(int length) => RandomNumberGenerator.GetString(Letters, length);
}
