using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Members;

/// <summary>
/// A person's standing, membership, certifications and the holds that count against limits. Never calls a Tool or a Booking.
/// </summary>
[Alias("makerspace.member")]
public interface IMemberGrain : IGrainWithStringKey
{
    /// <summary>The member, or null if never defined.</summary>
    [ReadOnly, Alias("view")] Task<MemberView?> View();

    /// <summary>Makes the member or replaces what is said of them, leaving certifications and holds. The same again changes nothing.</summary>
    /// <param name="definition">The whole definition.</param>
    /// <param name="actor">Who does it: a member id, or <c>system</c>.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless the member is still at this version (0: does not exist yet).</param>
    /// <returns>The member after it, or null where the version was another.</returns>
    [Alias("define")] Task<MemberView?> Define(MemberDefinition definition, string actor, long? expectedVersion = null);

    /// <summary>Grants a certification, or changes its dates, and makes its certificate. The same again changes nothing; where it has no certificate yet, one is made.</summary>
    /// <param name="certification">What; its code and when it was granted are set here.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="reason">Why it is granted although something is missing; journalled.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless the member is still at this version: what the grant was decided from still holds.</param>
    /// <returns>The member after it, or null where the version was another.</returns>
    [Alias("certify")] Task<MemberView?> Certify(Certification certification, string actor, string? reason = null, long? expectedVersion = null);

    /// <summary>When something that asks for a certification was last used, by certification; of those that lapse by disuse.</summary>
    [ReadOnly, Alias("last-used")] Task<ImmutableDictionary<string, Instant>> LastUsed();

    /// <summary>Takes a certification away.</summary>
    /// <returns>False if it was not held.</returns>
    [Alias("revoke")] Task<bool> Revoke(string certificationId, string actor, string? reason);

    /// <summary>Who the member is to those who decide: plan, company, certifications. Somebody who was never a member has none.</summary>
    [ReadOnly, Alias("standing")] Task<MemberFacts> Facts();

    /// <summary>Has it in the journal that somebody gave the member's account a role. The member keeps nothing of it.</summary>
    [Alias("role-given")] Task RoleGiven(string role, string actor);

    /// <summary>Takes a strike away, with a reason.</summary>
    /// <returns>False if there is none for that booking.</returns>
    [Alias("forgive")] Task<bool> Forgive(Guid bookingId, string actor, string? reason);

    /// <summary>Journals something about the member that is kept elsewhere: a badge given or blocked, a PIN.</summary>
    [Alias("noted")] Task Noted(string note, string actor);

    /// <summary>Remembers the use of certifications, where they lapse by disuse.</summary>
    [Alias("mark")] Task Mark(MemberMark mark);

    /// <summary>Every refusal the member's side has against each slot, in the order asked. Writes nothing.</summary>
    [ReadOnly, Alias("check")] Task<ImmutableArray<ImmutableArray<Refusal>>> Check(HoldRequest request, ImmutableArray<Slot> slots);

    /// <summary>Counts the booking against the member's limits from now on, or refuses. The same booking and slot again answers as before.</summary>
    [Alias("hold")] Task<HoldAnswer> Hold(HoldRequest request);

    /// <summary>Journals a booking that is over, made elsewhere (imported); it counts against limits as if it had been made here. No rule is asked.</summary>
    /// <param name="request">The booking; its slot has ended.</param>
    /// <param name="outcome">How it ended: <see cref="BookingState.Completed"/> (or Confirmed) where it took place.</param>
    [Alias("remember")] Task Remember(HoldRequest request, BookingState outcome);

    /// <summary>
    /// Makes the hold agree with the tool: <paramref name="slot"/> is what the booking has there, null if nothing. Journals that they agree,
    /// so it is called only for a booking whose record says that they may not.
    /// </summary>
    /// <param name="bookingId">Whose hold.</param>
    /// <param name="toolId">On which tool.</param>
    /// <param name="slot">The slot the tool has for it, or null to drop the hold.</param>
    /// <param name="outcome">Where the booking ends with the hold (refused after all, or expired), the state to journal; else null.</param>
    /// <param name="refusals">Codes of the refusals that ended it.</param>
    /// <param name="mark">What the member keeps of it: a strike, or a use; null where nothing.</param>
    [Alias("settle")] Task Settle(
        Guid bookingId, string toolId, Slot? slot, BookingState? outcome, ImmutableArray<string> refusals, MemberMark? mark = null);
}

/// <summary>What is said of a member.</summary>
[GenerateSerializer, Immutable, Alias("member-definition")]
public sealed record MemberDefinition
{
    [Id(0)] public string Name { get; init; } = "";
    [Id(1)] public string? Email { get; init; }
    [Id(2)] public string? CompanyId { get; init; }
    [Id(3)] public Membership Membership { get; init; } = new();

    /// <summary>The member's key in the system they were imported from, e.g. <c>nemo:captain</c>.</summary>
    [Id(4)] public string? ImportedFrom { get; init; }

    [Id(5)] public Standing Standing { get; init; } = Standing.Good;

    /// <summary>Of somebody of the staff: what they look after, and where (<see cref="Makerspace.Members.Duties.Reach"/>). None: everything.</summary>
    [Id(6)] public ImmutableArray<Duty> Duties { get; init; } = [];
}

/// <summary>What stands between a member, or a company, and booking.</summary>
[GenerateSerializer, Immutable, Alias("standing")]
public sealed record Standing
{
    /// <summary>Nothing does, but that no waiver is signed.</summary>
    public static readonly Standing Good = new();

    /// <summary>When the waiver was signed (<c>waiver-missing</c> where the policy asks for one).</summary>
    [Id(0)] public Instant? WaiverSigned { get; init; }

    /// <summary>Suspended by staff, and why (<c>suspended</c>).</summary>
    [Id(1)] public Suspension? Suspension { get; init; }

    /// <summary>What is owed and overdue (<c>balance-due</c>).</summary>
    [Id(2)] public Money? BalanceDue { get; init; }
}

/// <summary>No booking may lie in a suspension.</summary>
/// <param name="Reason">Why, as the member reads it.</param>
/// <param name="Until">First instant that is free again; null: until staff lift it.</param>
[GenerateSerializer, Immutable, Alias("suspension")]
public sealed record Suspension([property: Id(0)] string Reason, [property: Id(1)] Instant? Until);

/// <summary>A booking nobody came to.</summary>
[GenerateSerializer, Immutable, Alias("strike")]
public sealed record Strike([property: Id(0)] Guid BookingId, [property: Id(1)] string ToolId, [property: Id(2)] Instant At, [property: Id(3)] Instant Until);

/// <summary>What a booking leaves with the member: a strike, or the use of certifications.</summary>
[GenerateSerializer, Immutable, Alias("member-mark")]
public sealed record MemberMark([property: Id(0)] Strike? Strike, [property: Id(1)] ImmutableArray<string> Used, [property: Id(2)] Instant UsedAt);

/// <summary>Who a member is to those who decide.</summary>
[GenerateSerializer, Immutable, Alias("member-facts")]
public sealed record MemberFacts(
    [property: Id(0)] bool Exists, [property: Id(1)] string? PlanId, [property: Id(2)] string? CompanyId, [property: Id(3)] ImmutableArray<HeldCertification> Certifications);

/// <summary>A certification as it counts for others: from when to when, and when a tool that asks for it was last used.</summary>
/// <param name="Id">Which.</param>
/// <param name="From">First instant it is valid at.</param>
/// <param name="Until">First instant it is no longer; null: no end.</param>
/// <param name="Used">When a tool that asks for it was last used; null: never.</param>
[GenerateSerializer, Immutable, Alias("held-certification")]
public sealed record HeldCertification(
    [property: Id(0)] string Id, [property: Id(1)] Instant From, [property: Id(2)] Instant? Until, [property: Id(3)] Instant? Used)
{
    /// <summary>When it is valid: till it ends, or lapses by disuse. Null: never.</summary>
    /// <param name="lapses">After how long of disuse certifications lapse.</param>
    public Slot? Valid(ImmutableDictionary<string, Duration> lapses)
    {
        var end = Until ?? Instant.MaxValue;
        if (lapses.TryGetValue(Id, out var after)) end = Instant.Min(end, Lapsing.At(From, Used, after));
        return end > From ? new Slot(From, end) : null;
    }
}

/// <summary>What the member may use, and from when to when.</summary>
[GenerateSerializer, Immutable, Alias("membership")]
public sealed record Membership
{
    /// <summary>The plan's id; <c>standard</c> is the default plan.</summary>
    [Id(0)] public string PlanId { get; init; } = "standard";

    /// <summary>False: ended or paused, covers nothing.</summary>
    [Id(1)] public bool Active { get; init; } = true;

    /// <summary>First instant covered; null: always was.</summary>
    [Id(2)] public Instant? From { get; init; }

    /// <summary>First instant no longer covered; null: open end.</summary>
    [Id(3)] public Instant? Until { get; init; }

    /// <summary>May use the space outside opening hours.</summary>
    [Id(4)] public bool AllHours { get; init; }

    /// <summary>Days bought: covered too, whatever the rest says.</summary>
    [Id(5)] public ImmutableArray<Slot>? Passes { get; init; }

    /// <summary>The account whose subscription the rest follows (<c>member-…</c>, <c>company-…</c>); null: assigned by staff.</summary>
    [Id(6)] public string? PaidBy { get; init; }
}

/// <summary>Proof that a member may use something.</summary>
[GenerateSerializer, Immutable, Alias("certification")]
public sealed record Certification(
    [property: Id(0)] string Id, [property: Id(1)] Instant From, [property: Id(2)] Instant? Until, [property: Id(3)] string GrantedBy)
{
    /// <summary>Of its certificate; null of one from before there were any.</summary>
    [Id(4)] public string? Code { get; init; }

    /// <summary>When it was granted, whatever <see cref="From"/> says; null of one from before this was kept.</summary>
    [Id(5)] public Instant? GrantedAt { get; init; }
}

/// <summary>That a certification was taken away.</summary>
/// <param name="CertificationId">Which.</param>
/// <param name="At">When.</param>
/// <param name="By">Who did.</param>
/// <param name="Reason">Why, as the member reads it.</param>
[GenerateSerializer, Immutable, Alias("revocation")]
public sealed record Revocation(
    [property: Id(0)] string CertificationId, [property: Id(1)] Instant At, [property: Id(2)] string By, [property: Id(3)] string? Reason);

/// <summary>A member as they are, without their holds.</summary>
[GenerateSerializer, Immutable, Alias("member-view")]
public sealed record MemberView(
    [property: Id(0)] string Id, [property: Id(1)] MemberDefinition Definition, [property: Id(2)] ImmutableArray<Certification> Certifications,
    [property: Id(3)] long Version)
{
    /// <summary>Strikes that count or counted, oldest first.</summary>
    [Id(4)] public ImmutableArray<Strike> Strikes { get; init; } = [];

    /// <summary>Certifications that were taken away and not granted again.</summary>
    [Id(5)] public ImmutableArray<Revocation> Revocations { get; init; } = [];
}

/// <summary>Everything a member needs to decide on a booking.</summary>
[GenerateSerializer, Immutable, Alias("hold-request")]
public sealed record HoldRequest
{
    [Id(0)] public Guid BookingId { get; init; }
    [Id(1)] public ToolTerms Tool { get; init; } = new("", "", null, null, Policy.None, 0);
    [Id(2)] public Slot Slot { get; init; }
    [Id(3)] public string Actor { get; init; } = "";
    [Id(4)] public string? OverrideReason { get; init; }
    [Id(5)] public string? Purpose { get; init; }
    [Id(6)] public SpaceFacts Space { get; init; } = new();
    [Id(7)] public Instant HeldUntil { get; init; }
    [Id(8)] public Occasion Occasion { get; init; }

    /// <summary>The other tools of a bundle.</summary>
    [Id(9)] public ImmutableArray<ToolTerms> Also { get; init; } = [];

    /// <summary>Keys of everything that will be claimed, in the order of claiming; journalled, so that whoever finds the booking halfway knows whom to ask.</summary>
    [Id(10)] public ImmutableArray<string> Claims { get; init; } = [];

    /// <summary>Slots to be taken for booked: the occurrences of a series before this one, in a preview.</summary>
    [Id(11)] public ImmutableArray<Slot> Earlier { get; init; } = [];
    [Id(12)] public Guid? SeriesId { get; init; }

    /// <summary>The plan and company the request was made with; <c>changed-meanwhile</c> where the member has others now.</summary>
    [Id(13)] public string? PlanId { get; init; }
    [Id(14)] public string? CompanyId { get; init; }

    /// <summary>Of a hand-over: whose booking it was. Its slot does not count against the member.</summary>
    [Id(15)] public string? From { get; init; }

    /// <summary>Whose limits are asked: of a company, the member who books.</summary>
    [Id(16)] public string MemberId { get; init; } = "";

    /// <summary>An offer of the waitlist, exclusive until then.</summary>
    [Id(17)] public Instant? OfferUntil { get; init; }

    [Id(18)] public Guid? WaitId { get; init; }

    /// <summary>The account that keeps a price for it (<c>member-…</c>, <c>company-…</c>); null where no money and no hours are concerned.</summary>
    [Id(19)] public string? Payer { get; init; }

    /// <summary>A booking of the same member that is given back for this one: no limit counts it.</summary>
    [Id(20)] public Guid? Replaces { get; init; }

    /// <summary>The tool and the others of its bundle.</summary>
    public IEnumerable<ToolTerms> Tools => [Tool, .. Also];

    /// <summary>What that booking has does not count beside this one.</summary>
    public bool IsOwn(Guid bookingId) => bookingId == BookingId || bookingId == Replaces;
}

/// <summary>What came of a hold.</summary>
[GenerateSerializer, Immutable, Alias("hold-answer")]
public sealed record HoldAnswer(
    [property: Id(0)] ImmutableArray<Refusal> Refusals, [property: Id(1)] string? CompanyId, [property: Id(2)] Instant At);
