using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Authorization;

namespace Makerspace.Web.Accounts;

/// <summary>Where a piece of work is.</summary>
internal enum DutyPlace
{
    /// <summary>In no area that the address tells: wherever the duty is held.</summary>
    Anywhere,

    /// <summary>The address names a tool.</summary>
    Tool,

    /// <summary>The address names an area.</summary>
    Area,

    /// <summary>The address names a booking: where its tool is.</summary>
    Booking,
}

/// <summary>
/// Which duty each piece of the staff's work asks for, by its address: one table for pages and API alike. The first line that fits counts; work of staff that no line
/// names is for those without limits. Reading asks for no duty.
/// </summary>
internal static class DutyRules
{
    private static readonly (string Start, DutyKind Duty, DutyPlace Place)[] Lines =
    [
        ("/api/v1/tools/{id}", DutyKind.Technician, DutyPlace.Tool),
        ("/api/v1/tools", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/areas/{id}", DutyKind.Technician, DutyPlace.Area),
        ("/api/v1/outages", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/resources", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/problems", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/work-orders", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/devices", DutyKind.Technician, DutyPlace.Anywhere),
        ("/api/v1/members/{id}/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/api/v1/trainings", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/api/v1/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/api/v1/bookings/{id:guid}", DutyKind.Desk, DutyPlace.Booking),
        ("/api/v1/members", DutyKind.Desk, DutyPlace.Anywhere),
        ("/api/v1/occupancy", DutyKind.Desk, DutyPlace.Anywhere),
        ("/api/v1/announcements", DutyKind.Desk, DutyPlace.Anywhere),
        ("/staff/tools/{Id}/trainers", DutyKind.Trainer, DutyPlace.Tool),
        ("/staff/members/{Id}/passport", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/staff/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/staff/tools/{Id}", DutyKind.Technician, DutyPlace.Tool),
        ("/staff/outages", DutyKind.Technician, DutyPlace.Anywhere),
        ("/staff/resources", DutyKind.Technician, DutyPlace.Anywhere),
        ("/staff/problems", DutyKind.Technician, DutyPlace.Anywhere),
        ("/staff/work", DutyKind.Technician, DutyPlace.Anywhere),
        ("/staff/devices", DutyKind.Technician, DutyPlace.Anywhere),
        ("/staff/trainings", DutyKind.Trainer, DutyPlace.Anywhere),
        ("/staff/present", DutyKind.Desk, DutyPlace.Anywhere),
        ("/staff/book", DutyKind.Desk, DutyPlace.Anywhere),
        ("/staff/announcements", DutyKind.Desk, DutyPlace.Anywhere),
        ("/staff/members", DutyKind.Desk, DutyPlace.Anywhere),
    ];

    /// <summary>Forms of a member's page that are a trainer's work, not the desk's.</summary>
    private static readonly string[] OfTrainers = ["grant", "revoke"];

    /// <summary>Steps of a booking that only staff take.</summary>
    private static readonly string[] OfStaff = ["approve", "decline", "displace", "waive", "waive-fee"];

    /// <summary>What the work at an address asks for; null duty: none covers it.</summary>
    public static (DutyKind? Duty, DutyPlace Place) Of(string pattern)
    {
        foreach (var (start, duty, place) in Lines)
            if (pattern.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (pattern.Length == start.Length || pattern[start.Length] == '/')) return (duty, place);
        return (null, DutyPlace.Anywhere);
    }

    /// <summary>Refuses what the caller's duties do not reach: after authorisation, before anything is done.</summary>
    public static void UseDuties(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (RateLimits.IsSafe(context.Request) || !context.User.IsInRole(Roles.Staff) || context.User.IsInRole(Roles.Admin) || await Refusal(context) is not { } refusal) await next(context);
        else if (HttpHabits.IsForPrograms(context.Request)) await refusal.Problem.ExecuteAsync(context);
        else context.Response.Redirect($"/not-allowed?duty={refusal.Needed}&area={refusal.AreaId}");
    });

    private static async Task<DutyRefusal?> Refusal(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } raw } endpoint) return null;
        var pattern = "/" + raw.Trim('/');
        if (!await IsStaffsWork(context, endpoint, pattern)) return null;
        var (duty, place) = await Asked(context, pattern);
        var desk = context.RequestServices.GetRequiredService<DutyDesk>();
        var id = (context.Request.RouteValues.GetValueOrDefault("id") ?? context.Request.RouteValues.GetValueOrDefault("Id"))?.ToString();
        if (pattern == "/staff/outages") return await desk.Refusal(context.User, duty, await AreaOfOutage(context, desk));
        var area = place switch
        {
            DutyPlace.Tool => await desk.AreaOfTool(id, context.RequestAborted),
            DutyPlace.Area => id,
            DutyPlace.Booking => await desk.AreaOfBooking(id, context.RequestAborted),
            _ => null,
        };
        return await desk.Refusal(context.User, duty, area);
    }

    // The form says which tool or area it is about: tool:saw, area:wood; to close one, with the outage's id behind a bar.
    private static async Task<string?> AreaOfOutage(HttpContext context, DutyDesk desk)
    {
        var target = (await Posted(context, "target") ?? await Posted(context, "close"))?.Split('|')[0].Split(':');
        return target switch { ["area", var area] => area, ["tool", var tool] => await desk.AreaOfTool(tool, context.RequestAborted), _ => null };
    }

    private static async Task<bool> IsStaffsWork(HttpContext context, RouteEndpoint endpoint, string pattern)
    {
        if (endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == Allow.Staff)) return true;
        if (pattern.StartsWith("/staff", StringComparison.Ordinal)) return true;
        return pattern.StartsWith("/bookings/", StringComparison.Ordinal) && (await Posted(context, "do"))?.Split(':')[0] is { } step && OfStaff.Contains(step);
    }

    private static async Task<(DutyKind? Duty, DutyPlace Place)> Asked(HttpContext context, string pattern)
    {
        if (pattern.StartsWith("/bookings/", StringComparison.Ordinal)) return (DutyKind.Desk, DutyPlace.Booking);
        if (pattern.StartsWith("/staff/members", StringComparison.Ordinal) && await Posted(context, "_handler") is { } form && OfTrainers.Contains(form)) return (DutyKind.Trainer, DutyPlace.Anywhere);
        return Of(pattern);
    }

    private static async Task<string?> Posted(HttpContext context, string field) =>
        context.Request.HasFormContentType ? (await context.Request.ReadFormAsync(context.RequestAborted))[field].FirstOrDefault() : null;
}
