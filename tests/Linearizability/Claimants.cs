using System.Net;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Linearizability;

/// <summary>The product over HTTP.</summary>
internal sealed class ApiClaimant(Api api, string[] tools, string[] members) : IClaimant
{
    public async Task<(Heard Heard, Hours? Found)> Do(Doing doing, Guid booking, int client, int tool, Hours hours)
    {
        var length = hours.To - hours.From;
        var answer = doing switch
        {
            Doing.Book => await api.Book(booking, tools[tool], members[client], hours.From, length),
            Doing.Move => await api.Move(booking, hours.From, length),
            Doing.Cancel => await api.Cancel(booking),
            _ => await api.Read(booking),
        };
        if (doing == Doing.Read) return (Heard.Accepted, answer.Status == HttpStatusCode.OK && answer.State == "Confirmed" ? new Hours(answer.Hour, answer.EndHour) : null);
        if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created) return (Heard.Accepted, null);
        answer.Status.ShouldBe(HttpStatusCode.Conflict, answer.Text);
        return (answer.Codes.Contains("slot-taken") ? Heard.Taken : Heard.Refused, null);
    }
}

/// <summary>The product's grains. The first hour of every calendar has just begun, so that what is booked in it can be used and extended.</summary>
internal sealed class GrainClaimant(RunningSilo silo, string[] tools, string[] members) : IClaimant
{
    private readonly Instant first = silo.Clock.Now();

    public async Task<(Heard Heard, Hours? Found)> Do(Doing doing, Guid booking, int client, int tool, Hours hours)
    {
        var (grain, member, slot) = (silo.Booking(booking), members[client], new Slot(At(hours.From), At(hours.To)));
        if (doing == Doing.Extend && !(await grain.CheckIn(member, member, null)).Accepted) return (Heard.Refused, null);
        var answer = doing switch
        {
            Doing.Book => await grain.Book(new BookingRequest { ToolId = tools[tool], MemberId = member, Actor = member, Slot = slot, Quiet = true }),
            Doing.Move => await grain.Move(slot, member, null),
            Doing.Extend => await grain.Extend(slot.End, member, null),
            _ => await grain.Cancel(member, null),
        };
        return (answer.Accepted ? Heard.Accepted : answer.Refusals.Any(r => r is SlotTaken) ? Heard.Taken : Heard.Refused, null);
    }

    private Instant At(int hour) => first + Duration.FromHours(hour);
}

/// <summary>Broken on purpose: it looks whether the slot is free, and takes it a moment later.</summary>
internal sealed class ForgetfulClaimant : IClaimant
{
    private readonly Lock gate = new();
    private readonly Dictionary<(int Tool, Guid Booking), Hours> claims = [];

    public async Task<(Heard Heard, Hours? Found)> Do(Doing doing, Guid booking, int client, int tool, Hours hours)
    {
        lock (gate)
            if (doing != Doing.Cancel && claims.Any(c => c.Key.Tool == tool && c.Key.Booking != booking && c.Value.Overlaps(hours))) return (Heard.Taken, null);
        await Task.Yield();
        lock (gate)
        {
            if (doing == Doing.Cancel) claims.Remove((tool, booking));
            else claims[(tool, booking)] = hours;
        }
        return (Heard.Accepted, null);
    }
}
