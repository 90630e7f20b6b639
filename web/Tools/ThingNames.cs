using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Tools;

/// <summary>What is booked, by name: tools, and mentors as mentors, who are none.</summary>
internal static class ThingNames
{
    /// <summary>By id; of all, or of those asked for.</summary>
    public static async Task<Dictionary<string, string>> Of(MakerspaceDb db, IStringLocalizer<Texts> t, CancellationToken cancellation, IReadOnlyCollection<string>? only = null)
    {
        var tools = db.Tools.AsNoTracking();
        if (only is not null) tools = tools.Where(x => only.Contains(x.Id));
        var rows = await tools.Select(x => new { x.Id, x.Name, x.MentorId }).ToListAsync(cancellation);
        return rows.ToDictionary(x => x.Id, x => x.MentorId is null ? x.Name : t["{0} as a mentor", x.Name].Value, StringComparer.Ordinal);
    }

    /// <summary>Where staff look at it.</summary>
    public static string StaffPage(string id) => Keys.IsMentorTime(id) ? "/staff/mentors/" + Keys.Id(id) : "/staff/tools/" + id;
}
