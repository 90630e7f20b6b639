using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Members;

internal static class MemberSearch
{
    /// <summary>Members whose name or address contains the text, whatever the case.</summary>
    public static IQueryable<MemberRow> Named(this IQueryable<MemberRow> members, string text)
    {
        if (text.Length == 0) return members;
        // LIKE ignores case in SQLite; PostgreSQL compares what upper() makes of both.
        var pattern = "%" + text.ToUpperInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
#pragma warning disable CA1304, CA1311, CA1862 // translated to SQL, where these overloads do not exist
        return members.Where(m => EF.Functions.Like(m.Name.ToUpper(), pattern, "\\") || (m.Email != null && EF.Functions.Like(m.Email.ToUpper(), pattern, "\\")));
#pragma warning restore CA1304, CA1311, CA1862
    }
}
