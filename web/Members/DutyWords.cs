using Makerspace.Members;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Members;

/// <summary>Duties as people read them.</summary>
internal static class DutyWords
{
    public static string Kind(DutyKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        DutyKind.Technician => t["Technician"], DutyKind.Trainer => t["Trainer"], _ => t["At the desk"],
    };

    public static string Means(DutyKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        DutyKind.Technician => t["tools, areas, outages, problems, devices"], DutyKind.Trainer => t["trainings and certifications"], _ => t["members, others’ bookings, announcements"],
    };

    public static string Of(Duty duty, IReadOnlyDictionary<string, string> areas, IStringLocalizer<Texts> t) =>
        duty.AreaId is { } area ? t["{0} in {1}", Kind(duty.Kind, t), areas.GetValueOrDefault(area, area)] : t["{0} everywhere", Kind(duty.Kind, t)];

    /// <summary>Why a duty does not reach.</summary>
    public static string Refusal(DutyKind? needed, string? area, IStringLocalizer<Texts> t) => (needed, area) switch
    {
        (null, _) => t["Your duties do not include this: it is for staff without limits."],
        ({ } kind, null) => t["This asks for the duty “{0}”, which you do not have here.", Kind(kind, t)],
        ({ } kind, { } where) => t["This asks for the duty “{0}” in the area {1}, which you do not have.", Kind(kind, t), where],
    };
}
