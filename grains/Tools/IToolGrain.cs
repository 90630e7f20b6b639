using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Tools;

/// <summary>
/// One tool: its policy, state, outages and every live claim on its time. Whoever it answers first has the slot.
/// It calls no other grain; what it needs to know of others comes with the call.
/// </summary>
[Alias("makerspace.tool")]
public interface IToolGrain : IGrainWithStringKey
{
    /// <summary>The tool, or null if it was never defined.</summary>
    [ReadOnly, Alias("view")] Task<ToolView?> View();

    /// <summary>Makes the tool or replaces what staff say of it, leaving its claims. The same definition again changes nothing.</summary>
    /// <param name="definition">The whole definition.</param>
    /// <param name="actor">Who does it: a member id, or <c>system</c>.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless the tool is still at this version (0: it does not exist yet).</param>
    /// <returns>The tool after it, or null where the version was another.</returns>
    [Alias("define")] Task<ToolView?> Define(ToolDefinition definition, string actor, long? expectedVersion = null);

    /// <summary>What the tool says of a request: its terms and every refusal it has; no terms where it does not exist or is hidden. Writes nothing.</summary>
    [ReadOnly, Alias("check")] Task<ToolQuote> Check(ClaimRequest request);

    /// <summary>Free slots of the asked length that break no rule of the tool, nearest to the asked start first.</summary>
    [ReadOnly, Alias("suggest")] Task<ImmutableArray<Slot>> Suggest(ClaimRequest request, int most);

    /// <summary>
    /// Takes the slot or refuses it; of a booking that has a claim already, moves it or hands it over, or leaves it as it was. A claim never counts
    /// against itself. Where <see cref="ClaimRequest.Commits"/>, the booking's step is done with this write, and it is journalled;
    /// else old and new slot both count until <see cref="Settle"/>. The same again answers as before.
    /// </summary>
    [Alias("claim")] Task<ClaimAnswer> Claim(ClaimRequest request);

    /// <summary>Takes the booking a step further in its life (approved, accepted, checked in) and journals it. Nothing is decided here but that the claim stands.</summary>
    /// <returns>The claim after it, or null where there is none in state <paramref name="from"/>.</returns>
    [Alias("advance")] Task<Claim?> Advance(Guid bookingId, string toolId, BookingState from, BookingState to, string actor, string? note, Billing.BookingPrice? price = null);

    /// <summary>Gives a claim up, and journals the booking's end. Nothing happens if there is no such claim.</summary>
    /// <returns>The claim given up, or null.</returns>
    [Alias("release")] Task<Claim?> Release(Ending ending);

    /// <summary>Makes a claim that committed nothing agree with the booking: null where it is over. Nothing happens where it agrees already.</summary>
    [Alias("settle")] Task Settle(Guid bookingId, Claim? claim);

    /// <summary>The claims on the tool in that slot, also of those inside a room.</summary>
    [ReadOnly, Alias("claims")] Task<ImmutableArray<Claim>> Claims(Slot slot);

    /// <summary>Staff waive the fee of a late cancellation; it will not be waived again when the slot is re-booked.</summary>
    [Alias("waive-fee")] Task WaiveFee(Guid bookingId, string toolId, string memberId, string actor, string note);

    /// <summary>The live claim of a booking, or null. This is the truth about a booking whose owner crashed.</summary>
    [ReadOnly, Alias("claim-of")] Task<Claim?> ClaimOf(Guid bookingId);

    /// <summary>Plans an outage, or changes the one with this id. Bookings already made stay; the answer lists those it overlaps.</summary>
    [Alias("place-outage")] Task<ImmutableArray<Claim>> PlaceOutage(Outage outage, string actor);

    /// <summary>The same, but only where no claim stands in its slot: nothing is written where one does, however close the race.</summary>
    /// <returns>The claims in its way; none where it is placed.</returns>
    [Alias("try-place-outage")] Task<ImmutableArray<Claim>> TryPlaceOutage(Outage outage, string actor);

    /// <summary>Of a mentor: when their own calendar has them busy, in place of what was known before. Claims made before stand. Nothing is written where nothing is new.</summary>
    /// <param name="busy">Sorted, not touching.</param>
    /// <returns>Whether it is another than before; false also where it is no mentor's time.</returns>
    [Alias("be-busy")] Task<bool> BeBusy(ImmutableArray<Slot> busy);

    /// <summary>Ends an outage now: one under way is cut, one to come is dropped.</summary>
    /// <returns>False if there is no such outage.</returns>
    [Alias("close-outage")] Task<bool> CloseOutage(string outageId, string actor);
}

/// <summary>What staff say of a tool.</summary>
[GenerateSerializer, Immutable, Alias("tool-definition")]
public sealed record ToolDefinition
{
    [Id(0)] public string Name { get; init; } = "";
    [Id(1)] public string? Description { get; init; }

    /// <summary>Kind of tool, as in "Laser cutters"; tools of one category stand in for each other as alternatives.</summary>
    [Id(2)] public string? Category { get; init; }
    [Id(3)] public string? AreaId { get; init; }
    [Id(4)] public Policy Policy { get; init; } = Policy.None;

    /// <summary>Broken now.</summary>
    [Id(5)] public bool OutOfService { get; init; }

    /// <summary>When a broken tool is expected back; null means nobody knows.</summary>
    [Id(6)] public Instant? ExpectedBack { get; init; }

    /// <summary>Shown to members and bookable; a hidden tool is kept for its history.</summary>
    [Id(7)] public bool Visible { get; init; } = true;

    /// <summary>The tool's key in the system it was imported from, e.g. <c>nemo:Sinter</c>.</summary>
    [Id(8)] public string? ImportedFrom { get; init; }

    /// <summary>Where to find it, as people say it.</summary>
    [Id(9)] public string? Location { get; init; }

    /// <summary>The bookable room (itself a tool) that contains it: whoever books the room has all that is in it, and who books this keeps the room from being booked whole.</summary>
    [Id(10)] public string? InRoom { get; init; }

    /// <summary>Resources it cannot work without (dust extraction, compressor): their outages stop it.</summary>
    [Id(11)] public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Member ids of who may train others on it: give trainings for what it asks for, sign off, supervise.</summary>
    [Id(12)] public ImmutableArray<string> Trainers { get; init; } = [];

    /// <summary>Where its manual is: an http(s) address.</summary>
    [Id(13)] public string? Manual { get; init; }

    /// <summary>Where its safety sheet is: an http(s) address.</summary>
    [Id(14)] public string? SafetySheet { get; init; }

    /// <summary>It is no machine but a mentor's time, offered in these hours.</summary>
    [Id(20)] public Mentors.MentorProfile? Mentor { get; init; }
}

/// <summary>A tool as it is, without its claims.</summary>
[GenerateSerializer, Immutable, Alias("tool-view")]
public sealed record ToolView(
    [property: Id(0)] string Id, [property: Id(1)] ToolDefinition Definition, [property: Id(2)] ImmutableArray<Outage> Outages,
    [property: Id(3)] long Version)
{
    /// <summary>Of a mentor: when their own calendar has them busy. Only times: what they do then is nobody's business.</summary>
    [Id(4)] public ImmutableArray<Slot>? Busy { get; init; }
}

/// <summary>A time in which a tool or an area cannot be used.</summary>
[GenerateSerializer, Immutable, Alias("outage")]
public sealed record Outage([property: Id(0)] string Id, [property: Id(1)] string Title, [property: Id(2)] Slot Slot)
{
    /// <summary>What the journal notes where tool, area or resource get a new one, before its title.</summary>
    public const string Placed = "outage placed: ";
}

/// <summary>Everything a tool needs to decide on a slot: what was asked, and the facts that others own.</summary>
[GenerateSerializer, Immutable, Alias("claim-request")]
public sealed record ClaimRequest
{
    [Id(0)] public Guid BookingId { get; init; }
    [Id(1)] public string MemberId { get; init; } = "";
    [Id(2)] public string? CompanyId { get; init; }
    [Id(3)] public Slot Slot { get; init; }
    [Id(4)] public string Actor { get; init; } = "";

    /// <summary>Why staff override the refusals that may be overridden; null where nobody does.</summary>
    [Id(5)] public string? OverrideReason { get; init; }
    [Id(6)] public SpaceFacts Space { get; init; } = new();

    /// <summary>
    /// Until when the member's hold stands behind this request. A claim that arrives later is refused, so that whoever finds an old hold
    /// without a claim may drop it: the claim can no longer come.
    /// </summary>
    [Id(7)] public Instant HeldUntil { get; init; }

    /// <summary>The version of the tool's policy the request was made against; null where any will do (<c>changed-meanwhile</c>).</summary>
    [Id(8)] public long? PolicyVersion { get; init; }

    /// <summary>What is asked for: which rules bear on it.</summary>
    [Id(9)] public Occasion Occasion { get; init; }

    /// <summary>The member's plan.</summary>
    [Id(10)] public string? PlanId { get; init; }

    /// <summary>The tool the booking is of; the first of a bundle. The grain that is asked may be another: a room around it, an area.</summary>
    [Id(11)] public string ToolId { get; init; } = "";

    [Id(12)] public ClaimUse Use { get; init; }

    /// <summary>This is the last claim of the step, the one that makes it done.</summary>
    [Id(13)] public bool Commits { get; init; } = true;

    /// <summary>What the booking becomes with its last claim.</summary>
    [Id(14)] public BookingState Becomes { get; init; } = BookingState.Confirmed;

    /// <summary>Certifications the member holds now, and until when: who books next to somebody needs to know (<c>buddy-required</c>).</summary>
    [Id(15)] public ImmutableArray<HeldCertification> Certifications { get; init; } = [];

    /// <summary>What the booking keeps of the policy it was accepted under.</summary>
    [Id(16)] public BookingTerms Terms { get; init; } = BookingTerms.None;

    /// <summary>Slots to be taken for booked by the same member: the occurrences of a series before this one, in a preview.</summary>
    [Id(17)] public ImmutableArray<Slot> Earlier { get; init; } = [];

    /// <summary>A booking of the same member that is given back for this one: what it has stands in nobody's way.</summary>
    [Id(20)] public Guid? Replaces { get; init; }

    /// <summary>The mentor has asked for just that slot: what they say of their hours, and of how late one may come, is for others.</summary>
    [Id(21)] public bool ByMentor { get; init; }

    /// <summary>What that booking has is no other's.</summary>
    public bool IsOwn(Guid bookingId) => bookingId == BookingId || bookingId == Replaces;

    /// <summary>The tool or room that is asked, so that it can say where its settings were set.</summary>
    [Id(19)] public string ThingId { get; init; } = "";

    /// <summary>Of an area: what the hazardous tool asks of a buddy; null where it needs none.</summary>
    [Id(18)] public BuddyNeed? Buddy { get; init; }
}

/// <summary>When a hazardous tool is used without staff, and what its users are certified for.</summary>
/// <param name="Unstaffed">The parts of the slot outside staffed hours.</param>
/// <param name="Certifications">What a buddy must hold.</param>
[GenerateSerializer, Immutable, Alias("buddy-need")]
public sealed record BuddyNeed([property: Id(0)] ImmutableArray<Slot> Unstaffed, [property: Id(1)] ImmutableArray<string> Certifications)
{
    /// <summary>Where it was set that the tool is hazardous.</summary>
    [Id(2)] public SettingSource? Setting { get; init; }
}

/// <summary>What a request is for.</summary>
[GenerateSerializer, Alias("occasion")]
public enum Occasion
{
    Book,
    Move,

    /// <summary>A later end for a booking under way: the start is as it was.</summary>
    Extend,

    /// <summary>The same slot for a colleague.</summary>
    HandOver,

    /// <summary>Switching on: the gates of who may use what, now. The slot is taken and counted already.</summary>
    Use,
}

/// <summary>What a claim takes of a thing.</summary>
[GenerateSerializer, Alias("claim-use")]
public enum ClaimUse
{
    /// <summary>The thing itself.</summary>
    Whole,

    /// <summary>Of a room or an area: something inside it.</summary>
    Inside,
}

/// <summary>A live claim on the time of a tool, a room or an area.</summary>
[GenerateSerializer, Immutable, Alias("claim")]
public sealed record Claim(
    [property: Id(0)] Guid BookingId, [property: Id(1)] string MemberId, [property: Id(2)] string? CompanyId, [property: Id(3)] Slot Slot,
    [property: Id(4)] long PolicyVersion)
{
    // A tool keeps hundreds, and each write holds them all: what nearly every claim has is not written.
    [Id(5), JsonPropertyName("state")] public BookingState? OtherState { get; init; }

    /// <summary>Where its booking is in its life, at the booking's home; elsewhere what it was when it was claimed.</summary>
    [JsonIgnore] public BookingState State
    {
        get => OtherState ?? BookingState.Confirmed;
        init => OtherState = value == BookingState.Confirmed ? null : value;
    }

    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public ClaimUse Use { get; init; }

    /// <summary>Where it is about to move; until that is settled both slots count.</summary>
    [Id(7)] public Slot? Next { get; init; }

    /// <summary>At an area, of claims made before it was kept until when they hold: the certifications its member held then.</summary>
    [Id(8)] public ImmutableArray<string>? Certifications { get; init; }

    /// <summary>At an area: what its member held when it was made.</summary>
    [Id(9)] public ImmutableArray<HeldCertification>? Held { get; init; }

    /// <summary>When the last of its slots ends.</summary>
    [JsonIgnore] public Instant LastEnd => Next is { } next ? Instant.Max(Slot.End, next.End) : Slot.End;

    /// <summary>The slot, and the one it is about to move to.</summary>
    [JsonIgnore] public IEnumerable<Slot> Slots => Next is { } next ? [Slot, next] : [Slot];
}

/// <summary>What a booking keeps of the policy it was accepted under, whatever is tightened later.</summary>
/// <param name="LateCancelThreshold">A cancellation later than this before the start is late; null: never.</param>
/// <param name="LateCancelFee">What that costs.</param>
/// <param name="NoShowGrace">Time after the start to check in; null: nobody needs to.</param>
/// <param name="CheckInOpens">Time before the start from which check-in is open; 15 minutes where not set.</param>
/// <param name="StrikeExpiry">How long a no-show's strike counts; 90 days where not set.</param>
[GenerateSerializer, Immutable, Alias("booking-terms")]
public sealed record BookingTerms(
    [property: Id(0)] Duration? LateCancelThreshold, [property: Id(1)] Money? LateCancelFee, [property: Id(2)] Duration? NoShowGrace,
    [property: Id(3)] Duration? CheckInOpens, [property: Id(4)] Duration? StrikeExpiry)
{
    public static readonly BookingTerms None = new(null, null, null, null, null);

    /// <summary>What it costs, as it was shown when it was made; null: nothing.</summary>
    [Id(5)] public Billing.BookingPrice? Price { get; init; }

    /// <summary>How long it waits for its deposit.</summary>
    [Id(6)] public Duration? PaymentWindow { get; init; }

    public static BookingTerms Of(Policy policy) =>
        new(policy.LateCancelThreshold, policy.LateCancelFee, policy.NoShowGrace, policy.CheckInOpens, policy.StrikeExpiry);
}

/// <summary>How a booking ends at its tool.</summary>
/// <param name="BookingId">Which.</param>
/// <param name="ToolId">The tool it is of; the grain that is told may be the room around it.</param>
/// <param name="Outcome">Its last state.</param>
/// <param name="Actor">Who ends it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Fee">What a late cancellation costs.</param>
/// <param name="FeeWaived">Why it costs nothing although it was late; a code.</param>
[GenerateSerializer, Immutable, Alias("ending")]
public sealed record Ending(
    [property: Id(0)] Guid BookingId, [property: Id(1)] string ToolId, [property: Id(2)] BookingState Outcome, [property: Id(3)] string Actor,
    [property: Id(4)] string? Reason = null, [property: Id(5)] Money? Fee = null, [property: Id(6)] string? FeeWaived = null)
{
    /// <summary>The time really had, of a booking that took place.</summary>
    [Id(7)] public Slot? Had { get; init; }
}

/// <summary>What a tool says of a request before anything is written.</summary>
[GenerateSerializer, Immutable, Alias("tool-quote")]
public sealed record ToolQuote(
    [property: Id(0)] ToolTerms? Terms, [property: Id(1)] ImmutableArray<Refusal> Refusals);

/// <summary>What the others' rules need to know of the tool. The policy is the effective one, for the asking member's plan.</summary>
[GenerateSerializer, Immutable, Alias("tool-terms")]
public sealed record ToolTerms(
    [property: Id(0)] string ToolId, [property: Id(1)] string Name, [property: Id(2)] string? Category, [property: Id(3)] string? AreaId,
    [property: Id(4)] Policy Policy, [property: Id(5)] long Version)
{
    /// <summary>What the tool sets itself, from which the levels can be told apart (<see cref="PolicyLevels"/>).</summary>
    [Id(6)] public Policy Own { get; init; } = Policy.None;
    [Id(7)] public string? InRoom { get; init; }
    [Id(8)] public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>It is a mentor's time: plans name machines, they say nothing of it.</summary>
    [Id(9)] public bool OfMentor { get; init; }

    /// <summary>It is used at any hour, wherever its users are: the space need not be open.</summary>
    [Id(10)] public bool AnyHour { get; init; }
}

/// <summary>The claim as it stands now, or why it was refused; never both.</summary>
[GenerateSerializer, Immutable, Alias("claim-answer")]
public sealed record ClaimAnswer([property: Id(0)] Claim? Claim, [property: Id(1)] ImmutableArray<Refusal> Refusals);
