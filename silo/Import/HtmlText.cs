using System.Net;
using System.Text.RegularExpressions;

namespace Makerspace.Import;

/// <summary>HTML of a description as the text a person would read. Nothing of the markup survives.</summary>
internal static partial class HtmlText
{
    public static string? Plain(string? html)
    {
        if (string.IsNullOrWhiteSpace(html)) return null;
        var text = Unseen().Replace(html, " ");
        text = Space().Replace(text, " ");
        text = LineBreak().Replace(text, "\n");
        text = WebUtility.HtmlDecode(Tag().Replace(text, "")).Replace('\u00a0', ' ');
        var lines = text.Split('\n').Select(l => Space().Replace(l, " ").Trim());
        text = ManyBreaks().Replace(string.Join('\n', lines), "\n\n").Trim();
        return text.Length > 0 ? text : null;
    }

    [GeneratedRegex(@"<(?<unseen>script|style)\b.*?</\k<unseen>\s*>|<!--.*?-->", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unseen();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();

    [GeneratedRegex(@"<br\s*/?>|</?(p|div|ul|ol|tr|table|h[1-6])\b[^>]*>|<li\b[^>]*>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LineBreak();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\n{3,}", RegexOptions.None, 1000)]
    private static partial Regex ManyBreaks();
}
