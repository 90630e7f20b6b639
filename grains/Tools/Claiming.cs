using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tools;

/// <summary>What a claim does to a tool: pure, so that what a race or a crash can bring about is tested without either.</summary>
internal static class Claiming
{
    /// <summary>What comes of a request.</summary>
    /// <param name="Answer">What the caller hears.</param>
    /// <param name="Next">The state to save first; null where nothing changes.</param>
    internal sealed record Decision(ClaimAnswer Answer, ToolState? Next = null);

    public static Decision Decide(ToolState tool, ClaimRequest request, Instant now)
    {
        var standing = tool.Claims.Of(request.BookingId);
        if (standing is not null && Done(standing, request)) return new(new ClaimAnswer(standing, []));   // a retry
        if (standing is null && request.Occasion != Occasion.Book) return Refused(new ChangedMeanwhile("booking"));
        if (now > request.HeldUntil) return Refused(new ChangedMeanwhile("hold"));
        var refusals = Deciding.Refusals(tool, request, now);
        if (!refusals.IsEmpty) return Refused([.. refusals]);
        return standing is null ? Taken(tool, request, now) : Changed(tool, standing, request, now);
    }

    // The claim is what this request would make of it.
    private static bool Done(Claim standing, ClaimRequest request) => request.Occasion switch
    {
        Occasion.Book => true,
        Occasion.HandOver => standing.MemberId == request.MemberId,
        _ => standing.Slot == request.Slot || (!request.Commits && standing.Next == request.Slot),
    };

    private static Decision Taken(ToolState tool, ClaimRequest request, Instant now)
    {
        var claim = new Claim(request.BookingId, request.MemberId, request.CompanyId, request.Slot, tool.Version) { State = request.Becomes, Use = request.Use };
        var next = tool.Pruned(now).With(claim);
        var (waived, left) = Rebooked(next, request);
        return new(new ClaimAnswer(claim, []), next with
        {
            LateReleases = left,
            Outbox = request.Commits ? [Confirmed(tool, request, now), .. Waivers(waived, now)] : [.. Waivers(waived, now)],
        });
    }

    private static Decision Changed(ToolState tool, Claim standing, ClaimRequest request, Instant now)
    {
        if (request.Occasion == Occasion.HandOver)
        {
            // Whose it is matters to nobody's slot: the claims before the last follow when the hand-over is settled.
            if (!request.Commits) return new(new ClaimAnswer(standing, []));
            var handed = standing with { MemberId = request.MemberId };
            return new(new ClaimAnswer(handed, []), tool.Pruned(now).With(handed) with { Outbox = [HandedOver(standing, request, now)] });
        }
        var moved = request.Commits
            ? standing with { Slot = request.Slot, Next = null, PolicyVersion = tool.Version }
            : standing with { Next = request.Slot };
        return new(new ClaimAnswer(moved, []), tool.Pruned(now).With(moved) with { Outbox = request.Commits ? [Moved(standing, moved, request, now)] : [] });
    }

    // A slot given up late is taken again where at every instant of it the tool is as full as it can be.
    private static (ImmutableArray<LateRelease> Waived, ImmutableArray<LateRelease> Left) Rebooked(ToolState tool, ClaimRequest request)
    {
        if (tool.LateReleases.IsEmpty) return ([], []);
        var definition = tool.Definition;
        var depth = PolicyLevels.Of(request.ThingId, definition.AreaId, definition.Category, definition.Policy, request.PlanId, request.Space).Effective.Concurrency ?? 1;
        var full = Intervals.Deeper(tool.Claims.Where(c => c.Use == ClaimUse.Whole).Select(c => c.Slot), depth);
        var waived = tool.LateReleases.Where(r => Intervals.Subtract([r.Slot], full).IsEmpty).ToImmutableArray();
        return (waived, tool.LateReleases.RemoveRange(waived));
    }

    private static IEnumerable<DomainEvent> Waivers(IEnumerable<LateRelease> waived, Instant now) =>
        waived.Select(r => new BookingFeeWaived(now, Actors.System, r.BookingId, r.ToolId, r.MemberId, "re-booked", null));

    private static BookingConfirmed Confirmed(ToolState tool, ClaimRequest request, Instant now) =>
        new(now, request.Actor, request.BookingId, request.ToolId, request.MemberId, request.CompanyId, request.Slot, tool.Version)
        {
            Becomes = request.Becomes,
            Terms = request.Terms,
        };

    private static BookingMoved Moved(Claim standing, Claim moved, ClaimRequest request, Instant now) =>
        new(now, request.Actor, request.BookingId, request.ToolId, standing.MemberId, standing.Slot, moved.Slot, moved.PolicyVersion)
        {
            Price = request.Terms.Price,
        };

    private static BookingHandedOver HandedOver(Claim standing, ClaimRequest request, Instant now) =>
        new(now, request.Actor, request.BookingId, request.ToolId, request.MemberId, standing.MemberId, request.CompanyId);

    private static Decision Refused(params ImmutableArray<Refusal> refusals) => new(new ClaimAnswer(null, refusals));
}
