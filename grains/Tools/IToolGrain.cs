using System.Collections.Immutable;
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

    /// <summary>Takes the slot or refuses it. The same booking id again answers as before.</summary>
    [Alias("claim")] Task<ClaimAnswer> Claim(ClaimRequest request);

    /// <summary>Moves a claim to the request's slot, or refuses and leaves it where it was. The claim never counts against itself.</summary>
    [Alias("move")] Task<ClaimAnswer> Move(ClaimRequest request);

    /// <summary>Gives a claim up, and journals the booking's end as <paramref name="outcome"/>. Nothing happens if there is no such claim.</summary>
    /// <returns>The claim given up, or null.</returns>
    [Alias("release")] Task<Claim?> Release(Guid bookingId, BookingState outcome, string actor, string? reason);

    /// <summary>The live claim of a booking, or null. This is the truth about a booking whose owner crashed.</summary>
    [ReadOnly, Alias("claim-of")] Task<Claim?> ClaimOf(Guid bookingId);

    /// <summary>Plans an outage, or changes the one with this id. Bookings already made stay; the answer lists those it overlaps.</summary>
    [Alias("place-outage")] Task<ImmutableArray<Claim>> PlaceOutage(Outage outage, string actor);

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
}

/// <summary>A tool as it is, without its claims.</summary>
[GenerateSerializer, Immutable, Alias("tool-view")]
public sealed record ToolView(
    [property: Id(0)] string Id, [property: Id(1)] ToolDefinition Definition, [property: Id(2)] ImmutableArray<Outage> Outages,
    [property: Id(3)] long Version);

/// <summary>A time in which a tool or an area cannot be used.</summary>
[GenerateSerializer, Immutable, Alias("outage")]
public sealed record Outage([property: Id(0)] string Id, [property: Id(1)] string Title, [property: Id(2)] Slot Slot);

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
}

/// <summary>A live claim on a tool's time.</summary>
[GenerateSerializer, Immutable, Alias("claim")]
public sealed record Claim(
    [property: Id(0)] Guid BookingId, [property: Id(1)] string MemberId, [property: Id(2)] string? CompanyId, [property: Id(3)] Slot Slot,
    [property: Id(4)] long PolicyVersion);

/// <summary>What a tool says of a request before anything is written.</summary>
[GenerateSerializer, Immutable, Alias("tool-quote")]
public sealed record ToolQuote(
    [property: Id(0)] ToolTerms? Terms, [property: Id(1)] ImmutableArray<Refusal> Refusals);

/// <summary>What the member's own rules need to know of the tool. The policy is the effective one: the tool's over the space's.</summary>
[GenerateSerializer, Immutable, Alias("tool-terms")]
public sealed record ToolTerms(
    [property: Id(0)] string ToolId, [property: Id(1)] string Name, [property: Id(2)] string? Category, [property: Id(3)] string? AreaId,
    [property: Id(4)] Policy Policy, [property: Id(5)] long Version);

/// <summary>The claim as it stands now, or why it was refused; never both.</summary>
[GenerateSerializer, Immutable, Alias("claim-answer")]
public sealed record ClaimAnswer([property: Id(0)] Claim? Claim, [property: Id(1)] ImmutableArray<Refusal> Refusals);
