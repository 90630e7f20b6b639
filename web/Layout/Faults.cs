using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Layout;

/// <summary>What is wrong with a form, in the order of its fields.</summary>
public sealed class Faults
{
    private readonly List<(string Field, string Message)> all = [];

    public IReadOnlyList<(string Field, string Message)> All => all;
    public bool Any => all.Count > 0;

    public void Add(string field, string message) => all.Add((field, message));

    /// <summary>The fault of a field, or null.</summary>
    public string? Of(string field) => all.FirstOrDefault(f => f.Field == field).Message;

    /// <summary>Adds a fault where something required is missing.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Needs(string field, string? value, string message)
    {
        if (!string.IsNullOrWhiteSpace(value)) return true;
        Add(field, message);
        return false;
    }

    /// <summary>Adds a fault where a text is longer than what is kept: maxlength in a page binds a browser, and nobody else.</summary>
    public void Fits(string field, string? value, int most, IStringLocalizer<Texts> t)
    {
        if (value?.Length > most) Add(field, t["At most {0} characters", most]);
    }
}
