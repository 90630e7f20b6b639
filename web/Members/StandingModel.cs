using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Members;

/// <summary>A suspension by staff.</summary>
/// <param name="Reason">Why, as the member reads it; at most 500 characters.</param>
/// <param name="Until">First instant that is free again; null: until staff lift it.</param>
public sealed record SuspensionModel(string? Reason, OffsetDateTime? Until)
{
    internal static SuspensionModel? Of(Suspension? suspension, SpaceFacts space) =>
        suspension is null ? null : new SuspensionModel(suspension.Reason, suspension.Until?.In(space));

    internal Suspension Read(Faults faults) => new(faults.Text("suspension.reason", Reason, 500), Until?.ToInstant());
}

/// <summary>A booking nobody came to.</summary>
/// <param name="At">When that was seen.</param>
/// <param name="Until">When it counts no more.</param>
public sealed record StrikeModel(Guid BookingId, string ToolId, OffsetDateTime At, OffsetDateTime Until)
{
    internal static StrikeModel Of(Strike strike, SpaceFacts space) => new(strike.BookingId, strike.ToolId, strike.At.In(space), strike.Until.In(space));
}
