using Makerspace.Events;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Reads what is planned, and says all that is wrong with it.</summary>
internal static class EventChecks
{
    private const int MostTools = 9;
    private static readonly Duration FarthestAhead = Duration.FromDays(732);

    public static EventDefinition Read(Faults faults, EventBody body, string caller, SpaceFacts space, Instant now)
    {
        var definition = new EventDefinition
        {
            Title = faults.Text("title", body.Title, 100),
            Description = Nothing(faults.OptionalText("description", body.Description, 4000)),
            Kind = faults.Required("kind", body.Kind),
            HostId = faults.OptionalSlug("hostId", body.HostId) ?? caller,
            Slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant()),
            Seats = faults.Required("seats", body.Seats),
            MinSeats = body.MinSeats,
            Deadline = body.Deadline?.ToInstant(),
            Price = body.Price is { Amount: > 0 } price ? price with { Currency = price.Currency?.ToLowerInvariant() ?? "" } : null,
            Public = body.Public,
            AreaId = faults.OptionalSlug("areaId", body.AreaId),
            VideoLink = Link(faults, body.VideoLink),
            ToolIds = [.. (body.ToolIds ?? []).Take(MostTools + 1).Select((t, i) => faults.Slug($"toolIds[{i}]", t)).Distinct(StringComparer.Ordinal)],
            Question = Nothing(faults.OptionalText("question", body.Question, 300)),
            ApprovalRequired = body.ApprovalRequired,
            GuestSeats = body.GuestSeats,
            CancelBy = body.CancelBy?.ToInstant(),
            Cancelled = body.Cancelled,
            Reason = Nothing(faults.OptionalText("reason", body.Reason, 300)),
        };
        Numbers(faults, body, definition, space);
        if (!faults.Any) Times(faults, definition, now);
        return definition;
    }

    private static void Numbers(Faults faults, EventBody body, EventDefinition definition, SpaceFacts space)
    {
        faults.Range("seats", body.Seats, 1, 500);
        faults.Range("minSeats", body.MinSeats, 1, 500);
        faults.Range("guestSeats", body.GuestSeats, 0, 500);
        PriceChecks.Currency(faults, "price", body.Price, space.Currency);
        if (body.Price is { Amount: < 0 or > 10_000_000 }) faults.Add("price", "out-of-range", "price lies outside 0 to 10000000.");
        if (definition.Price is not null && space.Billing is null) faults.Add("price", "contradiction", "The space takes no money.");
        if (body.MinSeats > body.Seats) faults.Add("minSeats", "contradiction", "minSeats is more than seats.");
        if (body.MinSeats is null != body.Deadline is null) faults.Add("deadline", "contradiction", "minSeats and deadline go together.");
        if (definition.ToolIds.Length > MostTools) faults.Add("toolIds", "out-of-range", $"An event has {MostTools} tools at the most.");
        if (definition.ToolIds.Any(Keys.IsMentorTime)) faults.Add("toolIds", "contradiction", "The host's time is booked by itself.");
        if (definition.AreaId is { } area && Ids.IsSlug(area) && !space.Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
    }

    private static void Times(Faults faults, EventDefinition definition, Instant now)
    {
        if (!definition.Slot.IsBookable) faults.Add("end", "slot-invalid", "The end lies after the start.");
        else if (definition.Slot.Start > now + FarthestAhead) faults.Add("start", "out-of-range", "start lies more than two years ahead.");
        if (definition.Deadline > definition.Slot.Start) faults.Add("deadline", "contradiction", "deadline lies after the start.");
        if (definition.CancelBy > definition.Slot.Start) faults.Add("cancelBy", "contradiction", "cancelBy lies after the start.");
    }

    private static string? Nothing(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Link(Faults faults, string? text)
    {
        if (Nothing(faults.OptionalText("videoLink", text, 500)) is not { } link) return null;
        if (!(Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)) faults.Add("videoLink", "malformed-address", "videoLink is no https address.");
        return link;
    }
}
