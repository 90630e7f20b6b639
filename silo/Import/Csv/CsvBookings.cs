using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Import.Csv;

/// <summary>Rows of a file of bookings: past ones become history, those to come are booked through the same door as everybody's.</summary>
internal static class CsvBookings
{
    public static void Plan(CsvContext context, CsvRow row)
    {
        var (tool, member) = (row.Required("tool"), row.Required("member"));
        if (Slot(context, row) is not { } slot) return;
        var id = row.Uuid("id") ?? DerivedId.Of("csv", "booking", tool, member, slot.Start.ToString());
        if (!context.IsFirst(row, id.ToString())) return;
        if (Tool(context, tool) is not { } toolView) Skip(context, row, id, $"there is no tool {tool}, or more than one of that name");
        else if (Member(context, member) is not { } memberView) Skip(context, row, id, $"there is no member {member}");
        else Take(context, row, id, Request(context, row, toolView.Id, memberView.Id, slot));
    }

    private static Slot? Slot(CsvContext context, CsvRow row)
    {
        if (row.Required("start").Length == 0 | row.Required("end").Length == 0) return null;
        if (row.Moment("start", context.Here.Space.Zone) is not { } start || row.Moment("end", context.Here.Space.Zone) is not { } end) return null;
        if (end <= start) row.Fault("end", "is not after the start");
        return new Slot(start, end);
    }

    private static ToolView? Tool(CsvContext context, string idOrName) =>
        context.Here.Tools.FirstOrDefault(t => t.Id == idOrName)
        ?? (context.Here.Tools.Where(t => string.Equals(t.Definition.Name, idOrName, StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null);

    private static MemberView? Member(CsvContext context, string idOrEmail) =>
        context.Here.Members.FirstOrDefault(m => m.Id == idOrEmail)
        ?? context.Here.Members.FirstOrDefault(m => string.Equals(m.Definition.Email, idOrEmail, StringComparison.OrdinalIgnoreCase));

    private static BookingRequest Request(CsvContext context, CsvRow row, string toolId, string memberId, Slot slot) => new()
    {
        ToolId = toolId,
        MemberId = memberId,
        Slot = slot,
        Purpose = row.Text("purpose"),
        Actor = context.Authority.Actor,
        OverrideReason = "imported",
    };

    private static void Take(CsvContext context, CsvRow row, Guid id, BookingRequest request)
    {
        if (context.Here.Bookings.Contains(id)) context.Add(row, id.ToString(), ImportOutcome.Unchanged, "");
        else if (request.Slot.End <= context.Here.Now)
            context.Add(row, id.ToString(), ImportOutcome.Made, $"past booking of {request.ToolId}", null, new RememberBooking(id, request));
        else
            context.Add(row, id.ToString(), ImportOutcome.Made, $"booking of {request.ToolId}", null, new Book(id, request));
    }

    private static void Skip(CsvContext context, CsvRow row, Guid id, string reason) => context.Add(row, id.ToString(), ImportOutcome.Skipped, reason);
}
