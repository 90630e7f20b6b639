using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Access;

/// <summary>Why a device refuses, in a few words for a small display; in Texts.resx under <c>refusal.switch.&lt;code&gt;</c>. A code without words of its own is said as it is.</summary>
public sealed class SwitchWords(IStringLocalizer<Texts> texts)
{
    public string Of(string code)
    {
        var found = texts["refusal.switch." + code];
        return found.ResourceNotFound ? code : found.Value;
    }

    /// <summary>What a flag on a use means.</summary>
    public string OfFlag(string flag)
    {
        var found = texts["refusal.flag." + flag];
        return found.ResourceNotFound ? Of(flag) : found.Value;
    }
}
