using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Tools;

/// <summary>What has to hold of a tool's settings before anything is written.</summary>
internal static class ToolChecks
{
    public static void Check(Faults faults, ToolSettings tool, SpaceFacts space)
    {
        faults.Text("name", tool.Name, 100);
        faults.OptionalText("description", tool.Description, 4000);
        faults.OptionalText("category", tool.Category, 100);
        faults.OptionalText("location", tool.Location, 200);
        if (faults.OptionalSlug("areaId", tool.AreaId) is { } area && Ids.IsSlug(area) && !space.Areas.ContainsKey(area))
            faults.Add("areaId", "unknown-area", "There is no such area.");
        if (tool is { ExpectedBack: not null, OutOfService: false })
            faults.Add("expectedBack", "contradiction", "Only a tool that is out of service is expected back.");
        if (tool.DependsOn?.Count > 20) faults.Add("dependsOn", "out-of-range", "It depends on more than 20 resources.");
        if (!IsLink(tool.Manual)) faults.Add("manual", "malformed-link", "manual is an http(s) address of 500 characters at the most.");
        if (!IsLink(tool.SafetySheet)) faults.Add("safetySheet", "malformed-link", "safetySheet is an http(s) address of 500 characters at the most.");
        if (tool.Policy is { } policy) PolicyChecks.Check(faults, policy, "policy.");
    }

    /// <summary>Whether it is nothing, or an address that a browser may be led to: http(s), and nothing else that addresses can be.</summary>
    public static bool IsLink(string? link) =>
        link is null || (link.Length <= 500 && Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0);

    /// <summary>Against everything else: the room it stands in, what it depends on, and the settings that hold with its own.</summary>
    public static async Task Check(Faults faults, string id, ToolSettings tool, PolicyBook book, MakerspaceDb db, CancellationToken cancellation)
    {
        Room(faults, id, tool.InRoom, book);
        foreach (var resource in (tool.DependsOn ?? []).Except(await db.Resources.Select(r => r.Id).ToListAsync(cancellation), StringComparer.Ordinal))
            faults.Add("dependsOn", "unknown-resource", $"There is no resource {resource ?? "null"}.");
        if (!faults.Any) PolicyChecks.Check(faults, book, book.With(id, tool.Definition(null)), new PolicyPlace(SettingLevel.Tool, id), "policy.");
    }

    private static void Room(Faults faults, string id, string? room, PolicyBook book)
    {
        if (room is null) return;
        if (room != id && book.Tools.All(t => t.Id != room)) faults.Add("inRoom", "unknown-room", "There is no such tool to be its room.");
        if (RoomIsInside(id, room, book)) faults.Add("inRoom", "room-cycle", "The room would be inside itself.");
    }

    /// <summary>Whether <paramref name="room"/> is the tool itself or stands in it.</summary>
    public static bool RoomIsInside(string id, string? room, PolicyBook book)
    {
        var rooms = book.Tools.ToDictionary(t => t.Id, t => t.Definition.InRoom);
        for (var depth = 0; room is not null && depth <= rooms.Count; depth++)
        {
            if (room == id) return true;
            room = rooms.GetValueOrDefault(room);
        }
        return false;
    }
}
