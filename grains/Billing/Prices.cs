using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What pays for a piece of a booking's time.</summary>
[GenerateSerializer, Alias("cover")]
public enum Cover
{
    /// <summary>The plan's included hours.</summary>
    Included,

    /// <summary>A prepaid pack.</summary>
    Pack,

    /// <summary>Money, at the rate.</summary>
    Rate,
}

/// <summary>A piece of a booking's time on one tool and what it costs.</summary>
/// <param name="Slot">Which time.</param>
/// <param name="ToolId">On which tool of the booking.</param>
/// <param name="Cover">What pays for it.</param>
/// <param name="HourlyRate">The rate of an hour there and then, as the space prices it (with or without tax: <see cref="BookingPrice.TaxIncluded"/>); null for hours that the plan includes.</param>
/// <param name="OffPeak">Outside peak hours, where the tool has any.</param>
/// <param name="Amount">Minor units, as the space prices it; 0 for included hours and packs.</param>
[GenerateSerializer, Immutable, Alias("price-segment")]
public sealed record PriceSegment(
    [property: Id(0)] Slot Slot, [property: Id(1)] string ToolId, [property: Id(2)] Cover Cover, [property: Id(3)] long? HourlyRate, [property: Id(4)] bool OffPeak, [property: Id(5)] long Amount)
{
    /// <summary>Of a pack's time: which pack (<see cref="PackView.Id"/>).</summary>
    [Id(6)] public Guid? PackId { get; init; }

    /// <summary>Of included hours: the start of the period they are taken from.</summary>
    [Id(7)] public Instant? Period { get; init; }
}

/// <summary>
/// What a booking costs, as it was shown when it was made; kept with the booking, so that no later change of plan or rate reaches it.
/// The segments follow one another tool by tool; cut off at an earlier end they say what the time really had costs.
/// </summary>
[GenerateSerializer, Immutable, Alias("booking-price")]
public sealed record BookingPrice
{
    /// <summary>Who pays: <c>member-…</c> or <c>company-…</c>.</summary>
    [Id(0)] public string AccountId { get; init; } = "";

    /// <summary>To pay in money, tax included.</summary>
    [Id(1)] public Money Total { get; init; } = new(0, "");

    /// <summary>The tax in it.</summary>
    [Id(2)] public long Tax { get; init; }
    [Id(3)] public ImmutableArray<PriceSegment> Segments { get; init; } = [];

    /// <summary>Authorised on the payer's card before the booking stands, captured in part or whole when it is over; null: none.</summary>
    [Id(4)] public Money? Deposit { get; init; }

    /// <summary>The plan it was priced under, and its version.</summary>
    [Id(5)] public string? PlanId { get; init; }
    [Id(6)] public long PlanVersion { get; init; }

    /// <summary>Checked out early, only the time had is charged.</summary>
    [Id(7)] public bool BillsUsedTime { get; init; }

    /// <summary>Hundredths of a percent: 1900 is 19 %.</summary>
    [Id(8)] public int TaxBasisPoints { get; init; }

    /// <summary>The segments' amounts contain the tax; else it is added to their sum.</summary>
    [Id(9)] public bool TaxIncluded { get; init; }

    /// <summary>What nobody coming costs; null: what the slot costs.</summary>
    [Id(10)] public Money? NoShowFee { get; init; }

    /// <summary>Minutes of the plan's included hours it takes.</summary>
    public long IncludedMinutes => Minutes(Cover.Included);

    /// <summary>Minutes of packs it takes.</summary>
    public long PackMinutes => Minutes(Cover.Pack);

    private long Minutes(Cover cover) => (long)Segments.Where(s => s.Cover == cover).Sum(s => s.Slot.Duration.TotalMinutes);
}

/// <summary>What is asked of the one who pays, before anything is written.</summary>
[GenerateSerializer, Immutable, Alias("price-request")]
public sealed record PriceRequest
{
    [Id(0)] public Guid BookingId { get; init; }
    [Id(1)] public string MemberId { get; init; } = "";
    [Id(2)] public Slot Slot { get; init; }

    /// <summary>The tools with their effective policies.</summary>
    [Id(3)] public ImmutableArray<ToolTerms> Tools { get; init; } = [];
    [Id(4)] public string? PlanId { get; init; }
    [Id(5)] public Spaces.SpaceFacts Space { get; init; } = new();

    /// <summary>Why staff override what may be overridden; null where nobody does.</summary>
    [Id(6)] public string? OverrideReason { get; init; }

    /// <summary>Of an extension: until when the time is agreed already; only what lies after it is priced anew. Null: all of it is.</summary>
    [Id(7)] public Instant? KeptUntil { get; init; }

    /// <summary>The price that was agreed for the time before <see cref="KeptUntil"/>; null where it was free.</summary>
    [Id(8)] public BookingPrice? Kept { get; init; }

    /// <summary>In a preview: slots to be taken for booked by the member on the same tools; they use up hours first.</summary>
    [Id(9)] public ImmutableArray<Slot> Earlier { get; init; } = [];

    /// <summary>
    /// Until when the member's hold stands behind a reservation. One that arrives later is refused (<c>changed-meanwhile</c>), so that whoever finds an old
    /// hold may tell the account that there is no such booking: a reservation can no longer come.
    /// </summary>
    [Id(10)] public Instant? HeldUntil { get; init; }
}

/// <summary>What a booking would cost, and what stands against it on the payer's side.</summary>
/// <param name="Price">Null where it costs nothing and takes no hours.</param>
/// <param name="Refusals">Empty where nothing does.</param>
[GenerateSerializer, Immutable, Alias("price-answer")]
public sealed record PriceAnswer([property: Id(0)] BookingPrice? Price, [property: Id(1)] ImmutableArray<Reservations.Refusal> Refusals);

/// <summary>How the booking that a price was kept for goes on.</summary>
[GenerateSerializer, Immutable, Alias("booking-money")]
public sealed record BookingMoney
{
    [Id(0)] public Guid BookingId { get; init; }

    /// <summary>The booking as it is after the step; null where it was never made (lost, expired as a hold): then nothing is charged and the authorisation is voided.</summary>
    [Id(1)] public Reservations.BookingView? Booking { get; init; }
    [Id(2)] public string Actor { get; init; } = "";
}
