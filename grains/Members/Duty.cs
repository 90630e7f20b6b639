using System.Collections.Immutable;

namespace Makerspace.Members;

/// <summary>What somebody of the staff looks after.</summary>
[GenerateSerializer, Alias("duty-kind")]
public enum DutyKind
{
    /// <summary>Tools, areas, outages, problems, devices.</summary>
    Technician,

    /// <summary>Trainings and certifications.</summary>
    Trainer,

    /// <summary>Members, bookings of others, announcements.</summary>
    Desk,
}

/// <summary>A duty, in one area and those inside it or everywhere.</summary>
/// <param name="Kind">What is looked after.</param>
/// <param name="AreaId">Where; null: everywhere.</param>
[GenerateSerializer, Immutable, Alias("duty")]
public sealed record Duty([property: Id(0)] DutyKind Kind, [property: Id(1)] string? AreaId);

/// <summary>Who may do what, by their duties. The one place that decides it.</summary>
public static class Duties
{
    /// <summary>
    /// Whether duties reach a piece of work. Without any, somebody of the staff may do everything everywhere: duties narrow what staff may do, they never make staff of anybody.
    /// </summary>
    /// <param name="held">Whose duties.</param>
    /// <param name="needed">What the work asks for; null: what no duty covers, which is for those without limits.</param>
    /// <param name="areas">Where: the area and those around it, innermost first; null: wherever the duty is held.</param>
    public static bool Reach(this ImmutableArray<Duty> held, DutyKind? needed, IReadOnlyCollection<string>? areas)
    {
        if (held.IsDefaultOrEmpty) return true;
        return held.Any(d => d.Kind == needed && (d.AreaId is null || areas is null || areas.Contains(d.AreaId)));
    }
}
