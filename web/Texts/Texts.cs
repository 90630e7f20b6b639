namespace Makerspace.Web;

/// <summary>
/// Marks the words of the pages and messages: <c>IStringLocalizer&lt;Texts&gt;</c>. A page's sentence is its own key, in English, so that it can be
/// read where it stands; Texts.de.resx has the German for it. Only what code composes (<c>refusal.daily-limit</c>) has a made-up key and is in Texts.resx.
/// </summary>
public sealed class Texts;
