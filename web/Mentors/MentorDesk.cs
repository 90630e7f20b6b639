using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.Mentors;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>A mentor as pages and the API show one.</summary>
/// <param name="Free">When sessions could be booked, of the next two weeks.</param>
/// <param name="Next">When the next of the shortest length begins; null where none is in sight.</param>
public sealed record MentorSight(ToolView Tool, MentorProfile Profile, ImmutableArray<Slot> Free, Instant? Next)
{
    public string Id => Profile.MemberId;
    public string Name => Tool.Definition.Name;
    public Duration Shortest => Tool.Definition.Policy.MinDuration ?? Duration.FromMinutes(30);
    public Money? Rate => Tool.Definition.Policy.HourlyRate is { Amount: > 0 } rate ? rate : null;
}

/// <summary>The one door to mentors' profiles, for pages and API alike.</summary>
public sealed class MentorDesk(IGrainFactory grains, Occupancy occupancy, IReadModels readModels, MakerspaceDb db, IJobQueue jobs, DutyDesk duties, RoleDesk roles, TimeProvider time)
{
    private const int LongestId = 56;

    public static readonly Duration LookAhead = Duration.FromDays(14);

    /// <summary>Mentors who take bookings, soonest free first; with a skill or a language where given.</summary>
    public async Task<IReadOnlyList<MentorSight>> All(string? skill, string? language, CancellationToken cancellation, bool restingToo = false)
    {
        await readModels.CaughtUp(cancellation);
        var (occupied, space, now) = (await occupancy.Current(cancellation), await grains.Space(), time.Now());
        var (window, wanted) = (new Slot(now, now + LookAhead), skill?.Trim());
        var open = OpenHours.Within(window, space);
        return
        [
            .. occupied.Tools.Values.Where(t => t.Definition.Mentor is { } m && (t.Definition.Visible || restingToo)
                    && (string.IsNullOrEmpty(wanted) || m.Skills.Contains(wanted, StringComparer.OrdinalIgnoreCase)) && (string.IsNullOrEmpty(language) || m.Languages.Contains(language)))
                .Select(t => Sight(t, occupied, window, open, space, now))
                .OrderBy(m => m.Next ?? Instant.MaxValue).ThenBy(m => m.Name, StringComparer.CurrentCulture).ThenBy(m => m.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>One mentor; null where there is none whom the caller may see. One who takes no bookings is seen by themselves and by staff.</summary>
    public async Task<MentorSight?> Find(ClaimsPrincipal user, string id, Slot? within, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        if (!Ids.IsSlug(id) || await Tool(id).View() is not { Definition.Mentor: not null } tool || !(tool.Definition.Visible || caller.MaySee(id))) return null;
        await readModels.CaughtUp(cancellation);
        var (occupied, space, now) = (await occupancy.Current(cancellation), await grains.Space(), time.Now());
        var window = within ?? new Slot(now, now + LookAhead);
        return Sight(tool, occupied, window, OpenHours.Within(window, space), space, now);
    }

    /// <summary>Whether somebody says for themselves when they have time.</summary>
    public Task<bool> Mentors(ClaimsPrincipal user) => grains.IsMentor(user);

    /// <summary>Makes or changes a profile: one's own where one is a mentor, anybody's for staff.</summary>
    public async Task<(ToolView? Tool, ProblemHttpResult? Problem)> Save(ClaimsPrincipal user, string id, MentorBody body)
    {
        var (caller, faults) = (Caller.Of(user), new Faults());
        if (!caller.IsStaff && !(id == caller.MemberId && await Mentors(user))) return (null, Problem.Forbidden("not-yours", "Only a mentor, for themselves, or staff may do this."));
        if (!Ids.IsSlug(id) || await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View() is not { } member) return (null, Problem.Unknown("member"));
        if (id.Length > LongestId) faults.Add(null, "malformed-id", "The member's id is too long for a mentor's.");
        var definition = MentorChecks.Read(faults, body, id, member.Definition.Name, await grains.Space());
        if (faults.Any) return (null, faults.Problem);
        var known = await Tool(id).View();
        if (known is { Definition.Mentor: null }) return (null, Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a tool with this id already."));
        if (id != caller.MemberId && await duties.Refusal(user, DutyKind.Desk, Where(known?.Definition, definition)) is { } refusal) return (null, refusal.Problem);
        if (await Tool(id).Define(definition, caller.MemberId, known?.Version ?? 0) is not { } tool) return (null, Problem.Changed("mentor"));
        await roles.BecomesMentor(id, caller.MemberId);
        await ReadCalendarAgain(id);
        return (tool, null);
    }

    // Another zone or another horizon: what their calendar says is to be worked out anew.
    private async Task ReadCalendarAgain(string id)
    {
        var now = time.Now();
        if (await db.MentorCalendars.Where(c => c.MemberId == id).ExecuteUpdateAsync(c => c.SetProperty(x => x.NextAt, now)) > 0) jobs.Nudge(MentorCalendars.Id);
    }

    // Where they meet people; who meets them nowhere in particular belongs to the whole space.
    private static WorkPlace Where(ToolDefinition? known, ToolDefinition wanted) => known is null ? WorkPlace.In(wanted.AreaId) : WorkPlace.In(known.AreaId, wanted.AreaId);

    private IToolGrain Tool(string memberId) => grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId)));

    private static MentorSight Sight(ToolView tool, OccupancyView occupied, Slot window, ImmutableArray<Slot> open, SpaceFacts space, Instant now)
    {
        var policy = tool.Definition.Policy;
        var buffer = policy.Buffer ?? Duration.Zero;
        var free = ToolTime.Free(tool, occupied, window, open, space);
        var near = occupied.Of(tool.Id).Select(b => new Slot(b.Slot.Start - buffer, b.Slot.End + buffer));
        var bookable = new Slot(now + (policy.Notice ?? Duration.Zero), now + (policy.Horizon ?? Slot.Longest) + (policy.MaxDuration ?? Duration.Zero));
        ImmutableArray<Slot> left = [.. Intervals.Subtract(free, near).Select(s => s.Intersect(bookable)).OfType<Slot>()];
        var shortest = policy.MinDuration ?? Duration.FromMinutes(30);
        var first = Starts(left, shortest, shortest).Take(1).ToList();
        return new MentorSight(tool, tool.Definition.Mentor!, left, first.Count == 0 ? null : first[0].Start);
    }

    /// <summary>The slots of one length that fit into free time, one after the other on quarters of an hour.</summary>
    public static IEnumerable<Slot> Starts(IEnumerable<Slot> free, Duration length, Duration step)
    {
        var quarter = Duration.FromMinutes(15);
        foreach (var gap in free)
        {
            var over = gap.Start.ToUnixTimeTicks() % quarter.BclCompatibleTicks;
            var start = over == 0 ? gap.Start : gap.Start + quarter - Duration.FromTicks(over);
            for (; start + length <= gap.End; start += step) yield return new Slot(start, start + length);
        }
    }
}
