namespace Makerspace.Web.Pages;

/// <summary>Addresses of this site that come from outside, to go on to: a link that was passed on must not lead elsewhere.</summary>
internal static class LocalPath
{
    /// <summary>The address where it is a path of this site; else null.</summary>
    public static string? Of(string? address) =>
        address is { Length: > 0 and <= 500 } && address[0] == '/' && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(c => c == '\\' || char.IsControl(c)) ? address : null;
}
