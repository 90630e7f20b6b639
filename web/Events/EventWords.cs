using Makerspace.Events;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Events;

/// <summary>Events in a few words.</summary>
internal static class EventWords
{
    public static string Kind(EventKind kind, IStringLocalizer<Texts> t) => kind switch
    {
        EventKind.GroupSession => t["Group session"],
        EventKind.OfficeHours => t["Office hours"],
        EventKind.Workshop => t["Workshop"],
        _ => t["Event"],
    };

    /// <summary>What cannot be had, and why.</summary>
    public static string Lost(LostTool lost, Words words, IStringLocalizer<Texts> t) => lost switch
    {
        { Why: ToolLoss.OutOfService, Until: { } back } => t["{0} is out of service, and expected back {1}.", lost.Name, words.Moment(back)],
        { Why: ToolLoss.OutOfService } => t["{0} is out of service, and nobody knows until when.", lost.Name],
        { Why: ToolLoss.Outage, Until: { } end } => t["{0}: “{1}” until {2}.", lost.Name, lost.Title ?? "", words.Moment(end)],
        { Why: ToolLoss.Retired } => t["{0} is no longer offered.", lost.Name],
        _ => t["{0} is not booked for it any more.", lost.Name],
    };

    /// <summary>How the seats are, for somebody; null: for a visitor.</summary>
    public static string Seats(EventView view, string? me, IStringLocalizer<Texts> t)
    {
        var free = t["{0} of {1} seats free", view.SeatsLeft, view.Definition.Seats].Value;
        if (me is not null && view.Has(me)) return t["You have a seat."] + " " + free;
        if (me is not null && view.IsHeld(me)) return t["A seat is held for you until the host has answered."];
        if (me is not null && view.Waiting.IndexOf(me) is >= 0 and var place) return t["full; you are number {0} in the line", place + 1];
        return view switch { { SeatsLeft: > 0 } => free, { Waiting.Length: > 0 } => t["full; {0} wait", view.Waiting.Length], _ => t["full"] };
    }
}
