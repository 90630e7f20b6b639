using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>Outages over live bookings: which are in the way, and what becomes of them. For tools, areas and resources, API and pages alike.</summary>
public sealed class Displacement(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, BookingDesk desk)
{
    /// <summary>Live bookings of these tools in that slot, by start; also those of a room in which one of the tools is booked.</summary>
    public Task<ImmutableArray<BookingView>> InTheWay(IEnumerable<string> toolIds, Slot slot) => InTheWay(grains, toolIds, slot);

    internal static async Task<ImmutableArray<BookingView>> InTheWay(IGrainFactory grains, IEnumerable<string> toolIds, Slot slot)
    {
        // The tools themselves are asked: what stands in their calendar is the truth, wherever the read models are.
        var claims = await Task.WhenAll(toolIds.Select(id => grains.GetGrain<IToolGrain>(Keys.Tool(id)).Claims(slot)));
        var ids = claims.SelectMany(c => c).Select(c => c.BookingId).Distinct();
        var views = await Task.WhenAll(ids.Select(id => grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View()));
        return [.. views.OfType<BookingView>().Where(b => b.State.Occupies() && b.Slot.Overlaps(slot)).OrderBy(b => b.Slot.Start).ThenBy(b => b.Id)];
    }

    /// <summary>The tools in an area and in the areas inside it.</summary>
    public async Task<List<string>> ToolsIn(string areaId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        await readModels.CaughtUp(cancellation);
        var areas = space.Areas.Keys.Where(a => space.AreaChain(a).Contains(areaId)).ToList();
        return await db.Tools.Where(t => t.AreaId != null && areas.Contains(t.AreaId)).Select(t => t.Id).ToListAsync(cancellation);
    }

    /// <summary>
    /// Takes their slots from the bookings that are named, one after the other; their members are written to. The answer has all that are in the way, displaced or not.
    /// </summary>
    public async Task<OverlappedBooking[]> Displace(ClaimsPrincipal user, ImmutableArray<BookingView> inTheWay, DisplaceChoice choice, string reason)
    {
        var space = await grains.Space();
        var told = new List<OverlappedBooking>();
        foreach (var booking in inTheWay)
        {
            var outcome = choice.Names(booking.Id) ? await desk.DisplaceForOutage(user, booking.Id, reason) : null;
            told.Add(OverlappedBooking.Of(outcome?.Booking ?? booking, outcome?.Answer.Alternatives ?? [], space));
        }
        return [.. told];
    }
}

/// <summary>Which of the bookings in the way are to be displaced: <c>true</c> (all), <c>false</c> (none), or a list of their ids.</summary>
[JsonConverter(typeof(WireDisplaceChoice))]
public sealed record DisplaceChoice(bool All, ImmutableArray<Guid> Ids)
{
    public static readonly DisplaceChoice None = new(false, []);

    public bool Names(Guid bookingId) => All || Ids.Contains(bookingId);
}

/// <summary>A booking that an outage overlaps.</summary>
/// <param name="State">As it is after the request; <c>Displaced</c> where it was.</param>
/// <param name="Alternatives">Of a displaced one: what its member is offered instead.</param>
public sealed record OverlappedBooking(
    Guid Id, string ToolId, string MemberId, OffsetDateTime Start, OffsetDateTime End, BookingState State, string Link, IReadOnlyList<AlternativeModel> Alternatives)
{
    internal static OverlappedBooking Of(BookingView b, ImmutableArray<Alternative> alternatives, SpaceFacts space) => new(
        b.Id, b.ToolId, b.MemberId, b.Slot.Start.In(space), b.Slot.End.In(space), b.State, BookingModel.Address(b.Id), [.. alternatives.Select(a => AlternativeModel.Of(a, space))]);
}

internal sealed class WireDisplaceChoice : JsonConverter<DisplaceChoice>
{
    private const int Most = 500;

    public override DisplaceChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => new DisplaceChoice(true, []),
        JsonTokenType.False => DisplaceChoice.None,
        JsonTokenType.StartArray => new DisplaceChoice(false, Ids(ref reader)),
        _ => throw Malformed,
    };

    public override void Write(Utf8JsonWriter writer, DisplaceChoice value, JsonSerializerOptions options)
    {
        if (value.Ids.IsEmpty) writer.WriteBooleanValue(value.All);
        else JsonSerializer.Serialize(writer, value.Ids, options);
    }

    private static ImmutableArray<Guid> Ids(ref Utf8JsonReader reader)
    {
        var ids = new List<Guid>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || ids.Count == Most || !Guid.TryParseExact(reader.GetString(), "D", out var id)) throw Malformed;
            ids.Add(id);
        }
        return [.. ids];
    }

    private static MalformedValueException Malformed => new("malformed-field", "displace is true, false, or a list of booking ids (at most 500).");
}
