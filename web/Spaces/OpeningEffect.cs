using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Mentors;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Spaces;

/// <summary>What other opening hours, or a closure, would do to the bookings there are: shown before it is done.</summary>
/// <param name="Outside">Bookings that would lie outside, by start; at most 500.</param>
/// <param name="More">There are more than are listed.</param>
public sealed record OpeningEffectModel(IReadOnlyList<OverlappedBooking> Outside, bool More);

/// <summary>Opening hours to try out: those that are left out stay as they are.</summary>
public sealed record OpeningBody : IOptionalBody
{
    /// <summary>Null, or left out: as now.</summary>
    public IReadOnlyList<OpeningHoursModel>? OpeningHours { get; init; }

    /// <summary>Open day and night.</summary>
    public bool Always { get; init; }

    /// <summary>Closures to add to those there are.</summary>
    public IReadOnlyList<ClosureModel>? Closures { get; init; }
}

/// <summary>Finds the bookings that a change of the hours would leave outside, and takes their time away where staff say so.</summary>
public sealed class OpeningEffect(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, Displacement displacement, TimeProvider time)
{
    /// <summary>So many are looked at; whoever has more to come sees the soonest.</summary>
    private const int MostRead = 20_000;
    public const int MostShown = 500;

    /// <summary>Those that lie inside the hours of <paramref name="before"/> and not inside those of <paramref name="after"/>, by start. Who may come at any hour is not concerned, nor a session that needs no room.</summary>
    public async Task<ImmutableArray<BookingView>> Outside(SpaceFacts before, SpaceFacts after, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var live = await db.Bookings.AsNoTracking().Live().Where(b => b.End > now).OrderBy(b => b.Start).ThenBy(b => b.Id).Take(MostRead).ToListAsync(cancellation);
        if (live.Count == 0) return [];
        var window = new Slot(live.Min(b => b.Start), live.Max(b => b.End));
        var elsewhere = await Elsewhere(cancellation);
        live.RemoveAll(b => b.View().Tools.All(elsewhere.Contains));
        var hit = Hit([.. live.Select(b => new Slot(b.Start, b.End))], OpenHours.Within(window, before), OpenHours.Within(window, after)).Select(i => live[i]).ToList();
        var anyHour = await ComeAtAnyHour([.. hit.Select(b => b.MemberId).Distinct()], after);
        return [.. hit.Where(b => !anyHour.Contains(b.MemberId)).Select(b => b.View())];
    }

    /// <summary>Which slots lie whole inside one list of open times and not whole inside another.</summary>
    internal static IEnumerable<int> Hit(IReadOnlyList<Slot> slots, ImmutableArray<Slot> before, ImmutableArray<Slot> after)
    {
        for (var i = 0; i < slots.Count; i++)
            if (Inside(slots[i], before) && !Inside(slots[i], after)) yield return i;
    }

    /// <summary>Takes their time from those that are named; each is offered something else.</summary>
    public Task<OverlappedBooking[]> Displace(ClaimsPrincipal user, ImmutableArray<BookingView> outside, string reason) => displacement.Displace(user, outside, new DisplaceChoice(true, []), reason);

    // Open times are sorted and do not touch: what lies inside them lies inside one.
    private static bool Inside(Slot slot, ImmutableArray<Slot> open)
    {
        var (low, high) = (0, open.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (open[middle].End < slot.End) low = middle + 1;
            else high = middle;
        }
        return low < open.Length && open[low].Start <= slot.Start;
    }

    // Mentors who meet by video: whoever has nothing else booked does not come into the space.
    private async Task<HashSet<string>> Elsewhere(CancellationToken cancellation)
    {
        var mentors = await db.Tools.AsNoTracking().Where(t => t.MentorId != null).Select(t => t.Id).ToListAsync(cancellation);
        var tools = await Task.WhenAll(mentors.Select(id => grains.GetGrain<IToolGrain>(Keys.Tool(id)).View()));
        return [.. tools.OfType<ToolView>().Where(t => t.Definition.Mentor is { Place: not MentorPlace.Space }).Select(t => t.Id)];
    }

    private async Task<HashSet<string>> ComeAtAnyHour(IReadOnlyList<string> members, SpaceFacts space)
    {
        var views = await Task.WhenAll(members.Select(id => grains.GetGrain<IMemberGrain>(Keys.Member(id)).View()));
        return [.. views.OfType<MemberView>().Where(m => m.Definition.Membership.AllHours || space.Plans.GetValueOrDefault(m.Definition.Membership.PlanId)?.AllHours == true).Select(m => m.Id)];
    }
}

/// <summary>The effect of other hours, for programs.</summary>
internal static class OpeningEffectEndpoints
{
    public static void AddOpeningEffect(this IServiceCollection services) => services.AddScoped<OpeningEffect>();

    public static void MapOpeningEffect(this RouteGroupBuilder api) =>
        api.MapPost("/space/hours/preview", Preview).RequireAuthorization(Allow.StaffRead).WithTags("Space").WithSummary("Which bookings other hours would leave outside")
            .WithDescription("Nothing is changed. PATCH /space changes the hours; bookings outside stay until they are displaced.");

    private static async Task<Results<Ok<OpeningEffectModel>, ProblemHttpResult>> Preview(Body<OpeningBody> body, OpeningEffect effect, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var hours = OpeningHoursModel.Read(faults, "openingHours", body.Value.OpeningHours);
        var closures = (body.Value.Closures ?? []).Select((c, i) => SpacePatch.Closure(faults, c, $"closures[{i}].")).ToImmutableArray();
        if (faults.Any) return faults.Problem;
        var after = space with { OpeningHours = body.Value.Always ? null : hours ?? space.OpeningHours, Closures = [.. space.Closures, .. closures] };
        var outside = await effect.Outside(space, after, cancellation);
        return TypedResults.Ok(new OpeningEffectModel([.. outside.Take(OpeningEffect.MostShown).Select(b => OverlappedBooking.Of(b, [], space))], outside.Length > OpeningEffect.MostShown));
    }
}
