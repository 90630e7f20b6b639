using Makerspace.Reservations.Simulating;
using Makerspace.Simulating;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>A change to try: a merge patch of what is set at the place, with the period to try it on.</summary>
public sealed record SimulationBody
{
    /// <summary><c>space</c>, <c>area</c>, <c>category</c>, <c>tool</c>, <c>plan</c> or <c>company</c>.</summary>
    public string? Level { get; init; }

    /// <summary>Of which; absent for the space.</summary>
    public string? Id { get; init; }

    /// <summary>Bookings asked for from then on; 90 days ago if absent.</summary>
    public OffsetDateTime? From { get; init; }

    /// <summary>… and before then; now if absent.</summary>
    public OffsetDateTime? To { get; init; }

    /// <summary>What the patch does not name stays as it is set.</summary>
    public Policy? Policy { get; init; }
    public Limits? Limits { get; init; }

    /// <summary>Of an area.</summary>
    public int? Capacity { get; init; }
}

/// <summary>A simulation as the API tells it.</summary>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Result">What would have come of the period; null until it is done.</param>
/// <param name="UpcomingRefused">How many bookings ahead would not be allowed any more. They stay.</param>
public sealed record SimulationModel(
    string Id, string Level, string? PlaceId, OffsetDateTime From, OffsetDateTime To, string State, double Progress, SimulationResultModel? Result, int? UpcomingRefused,
    IReadOnlyDictionary<string, string> Links)
{
    public static string Address(string id) => $"/api/v1/policy/simulations/{id}";

    internal static SimulationModel Of(SimulationRun run, SpaceFacts space) => new(
        run.Id, run.Request.Level.ToString().ToLowerInvariant(), run.Request.Id.Length == 0 ? null : run.Request.Id, run.Request.From.In(space), run.Request.To.In(space),
        run.State.ToString().ToLowerInvariant(), Math.Round(run.Progress, 3), run.Result is { } result ? SimulationResultModel.Of(result, space) : null, run.Upcoming?.Refused,
        new Dictionary<string, string> { ["self"] = Address(run.Id), ["cancel"] = Address(run.Id) + "/cancel" });
}

/// <summary>What a change would have made of a period. What was refused then is not known, and not counted.</summary>
/// <param name="Bookings">Asked for in the period, and accepted then.</param>
/// <param name="Refused">Those of them that would have been refused.</param>
/// <param name="Skipped">Taken over from another system: no rule was asked.</param>
/// <param name="Unexplained">Refused by the replay also under the settings of the time; taken as accepted.</param>
/// <param name="ByRule">A booking refused by several rules counts at each.</param>
public sealed record SimulationResultModel(
    int Bookings, int Refused, int Moves, int MovesRefused, int Skipped, int Unexplained, IReadOnlyList<RuleCount> ByRule, IReadOnlyList<CompanyCount> ByCompany,
    IReadOnlyList<ToolUseModel> ByTool, IReadOnlyList<RefusedThenModel> Examples)
{
    internal static SimulationResultModel Of(SimulationResult r, SpaceFacts space) => new(
        r.Bookings, r.Refused, r.Moves, r.MovesRefused, r.Skipped, r.Unexplained, r.ByRule, r.ByCompany,
        [.. r.ByTool.Select(t => new ToolUseModel(t.ToolId, t.Bookings, t.Refused, t.Before, t.After, t.Weeks))],
        [.. r.Examples.Select(e => new RefusedThenModel(e.BookingId, e.ToolId, e.MemberId, e.Slot.Start.In(space), e.Slot.End.In(space), e.Codes))]);
}

/// <summary>The booked time of a tool, as it was and as it would have been.</summary>
public sealed record ToolUseModel(string ToolId, int Bookings, int Refused, Duration Before, Duration After, IReadOnlyList<WeekUse> Weeks);

/// <summary>A booking that would have been refused, and by which rules.</summary>
public sealed record RefusedThenModel(Guid BookingId, string ToolId, string MemberId, OffsetDateTime Start, OffsetDateTime End, IReadOnlyList<string> Codes);
