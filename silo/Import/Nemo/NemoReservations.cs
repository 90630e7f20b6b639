using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Import.Nemo;

/// <summary>Reservations of tools: past ones become history, those to come are booked, through the same door as everybody's.</summary>
internal static class NemoReservations
{
    // Who made it and when travels with the booking; the rest is NEMO's own bookkeeping.
    private static readonly string[] Known = ["creator", "validated", "short_notice", "self_configuration", "creation_time", "cancelled_by", "cancellation_time", "descendant"];

    public static void Plan(NemoContext context)
    {
        foreach (var record in context.Each("nemo.reservation")) PlanOne(context, record);
    }

    private static void PlanOne(NemoContext context, NemoRecord record)
    {
        var (user, tool) = (record.Reference("user"), record.Reference("tool"));
        var slot = new Slot(record.RequiredInstant("start"), record.RequiredInstant("end"));
        if (Reason(record, slot) is { } reason) context.Skip(record, reason);
        else if (context.ToolOf(tool) is not { } planned) context.Skip(record, tool is null ? "it is of an area, and areas are not booked" : $"the tool it names, {tool.Key}, is not in the dump");
        else if (context.MemberOf(user) is not { } memberId) context.Skip(record, $"the user it names, {user?.Key ?? "none"}, is not in the dump");
        else Take(context, record, Request(context, record, planned.Id, memberId, slot));
    }

    private static string? Reason(NemoRecord record, Slot slot)
    {
        var (cancelled, shortened, missed) = (record.Flag("cancelled"), record.Flag("shortened"), record.Flag("missed"));
        if (cancelled) return "it was cancelled";
        if (shortened) return "it was shortened; the reservation that replaced it counts";
        if (missed) return "nobody came: missed reservations are not imported";
        return slot.IsValid ? null : "it ends before it starts";
    }

    private static BookingRequest Request(NemoContext context, NemoRecord record, string toolId, string memberId, Slot slot) => new()
    {
        ToolId = toolId,
        MemberId = memberId,
        Slot = slot,
        Purpose = record.Text("title") ?? record.Text("additional_information"),
        Actor = context.Authority.Actor,
        OverrideReason = "imported",
    };

    private static void Take(NemoContext context, NemoRecord record, BookingRequest request)
    {
        var id = DerivedId.Of("nemo", "reservation", record.Pk ?? $"{request.ToolId} {request.MemberId} {request.Slot.Start}");
        var notes = NemoContext.NotTaken(record, Known);
        if (context.Here.Bookings.Contains(id)) context.Add(record, ImportOutcome.Unchanged, $"booking {id}", notes);
        else if (request.Slot.End <= context.Here.Now)
            context.Add(record, ImportOutcome.Made, $"past booking {id} of {request.ToolId}", notes, new RememberBooking(id, request));
        else
        {
            var rest = RestOf(request.Slot, context.Here.Now);
            if (rest != request.Slot) notes = notes.Append($"it is under way: booked from {rest.Start} on");
            context.Add(record, ImportOutcome.Made, $"booking {id} of {request.ToolId}", notes, new Book(id, request with { Slot = rest }));
        }
    }

    // A booking may begin in the grid step under way (five minutes unless the tool says otherwise), not before.
    private static Slot RestOf(Slot slot, Instant now)
    {
        var step = Duration.FromMinutes(5).BclCompatibleTicks;
        var current = Instant.FromUnixTimeTicks(now.ToUnixTimeTicks() / step * step);
        return slot.Start < current ? new(current, slot.End) : slot;
    }
}
