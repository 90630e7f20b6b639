using System.Collections.Immutable;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Authorization;

namespace Makerspace.Web.Accounts;

/// <summary>What the address of a piece of work names: that is where it is.</summary>
internal enum DutyPlace
{
    /// <summary>Nothing that is in an area: people, or what is still to be made. Wherever the duty is held; whoever does the work looks into what was sent.</summary>
    Anywhere,
    Tool,
    Area,
    Booking,
    Problem,
    WorkOrder,
    Device,
    Outage,
    Resource,

    /// <summary>A resource to be made, on which nothing depends yet: in no area.</summary>
    Nowhere,
}

/// <summary>What a piece of work asks for.</summary>
/// <param name="Duties">Any of these; none: no duty covers it, it is for staff without limits.</param>
/// <param name="Place">Where.</param>
internal readonly record struct DutyAsked(ImmutableArray<DutyKind> Duties, DutyPlace Place)
{
    public static readonly DutyAsked Unlimited = new([], DutyPlace.Anywhere);
}

/// <summary>
/// Which duty each piece of the staff's work asks for, by its address: one table for pages and API alike. The first line that fits counts; work of staff that no line
/// names is for those without limits. Reading asks for no duty. What only the body of a request tells (where a tool is moved to, whose booking it is) is asked by whoever
/// reads it, of the same <see cref="DutyDesk"/>.
/// </summary>
internal static class DutyRules
{
    private static readonly (string Start, DutyAsked Asked)[] Lines =
    [
        // Trainers say who trains on a tool; what else is changed of it is asked once it is known what that is.
        ("PATCH /api/v1/tools/{id}", new([DutyKind.Technician, DutyKind.Trainer], DutyPlace.Tool)),
        Line("/api/v1/tools/{id}", DutyKind.Technician, DutyPlace.Tool),
        Line("/api/v1/tools", DutyKind.Technician, DutyPlace.Anywhere),
        Line("/api/v1/areas/{id}", DutyKind.Technician, DutyPlace.Area),
        Line("/api/v1/outages/{id}", DutyKind.Technician, DutyPlace.Outage),
        Line("/api/v1/resources/{id}", DutyKind.Technician, DutyPlace.Resource),
        Line("/api/v1/resources", DutyKind.Technician, DutyPlace.Nowhere),
        Line("/api/v1/problems/{id:guid}", DutyKind.Technician, DutyPlace.Problem),
        Line("/api/v1/work-orders/{id:guid}", DutyKind.Technician, DutyPlace.WorkOrder),
        Line("/api/v1/work-orders", DutyKind.Technician, DutyPlace.Anywhere),
        Line("/api/v1/devices/{id}", DutyKind.Technician, DutyPlace.Device),
        Line("/api/v1/devices", DutyKind.Technician, DutyPlace.Anywhere),
        Line("/api/v1/members/{id}/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        Line("/api/v1/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        Line("/api/v1/bookings/{id:guid}", DutyKind.Desk, DutyPlace.Booking),
        Line("/api/v1/members", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/api/v1/occupancy", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/api/v1/announcements", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/staff/tools/{Id}/trainers", DutyKind.Trainer, DutyPlace.Tool),
        Line("/staff/tools/{Id}", DutyKind.Technician, DutyPlace.Tool),
        Line("/staff/problems/{Id:guid}", DutyKind.Technician, DutyPlace.Problem),
        Line("/staff/work/{Id}", DutyKind.Technician, DutyPlace.WorkOrder),
        Line("/staff/devices/{Id}", DutyKind.Technician, DutyPlace.Device),
        Line("/staff/devices", DutyKind.Technician, DutyPlace.Anywhere),
        Line("/staff/members/{Id}/passport", DutyKind.Trainer, DutyPlace.Anywhere),
        Line("/staff/certifications", DutyKind.Trainer, DutyPlace.Anywhere),
        Line("/staff/trainings", DutyKind.Trainer, DutyPlace.Anywhere),
        Line("/staff/members", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/staff/events", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/staff/mentors", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/staff/present", DutyKind.Desk, DutyPlace.Anywhere),
        Line("/staff/announcements", DutyKind.Desk, DutyPlace.Anywhere),
    ];

    /// <summary>Forms of a member's page that are a trainer's work, not the desk's.</summary>
    private static readonly string[] OfTrainers = ["grant", "revoke"];

    private static (string Start, DutyAsked Asked) Line(string start, DutyKind duty, DutyPlace place) => (start, new([duty], place));

    /// <summary>What the work at an address asks for.</summary>
    public static DutyAsked Of(string method, string pattern)
    {
        foreach (var (line, asked) in Lines)
        {
            var (only, start) = line.Split(' ') is [var named, var path] ? (named, path) : (null, line);
            if (only is not null ? only == method && pattern == start : Begins(pattern, start)) return asked;
        }
        return DutyAsked.Unlimited;
    }

    private static bool Begins(string pattern, string start) =>
        pattern.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (pattern.Length == start.Length || pattern[start.Length] == '/');

    /// <summary>Refuses what the caller's duties do not reach: after authorisation, before anything is done.</summary>
    public static void UseDuties(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (RateLimits.IsSafe(context.Request) || !context.User.IsInRole(Roles.Staff) || context.User.IsInRole(Roles.Admin) || await Refusal(context) is not { } refusal) await next(context);
        else if (HttpHabits.IsForPrograms(context.Request)) await refusal.Problem.ExecuteAsync(context);
        else context.Response.Redirect(refusal.Page);
    });

    private static async Task<DutyRefusal?> Refusal(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } raw } endpoint) return null;
        var pattern = "/" + raw.Trim('/');
        if (!IsStaffsWork(endpoint, pattern)) return null;
        var (duties, place) = pattern.StartsWith("/staff", StringComparison.Ordinal) ? await AskedOfPage(context, pattern) : await AskedOf(context, Of(context.Request.Method, pattern));
        var desk = context.RequestServices.GetRequiredService<DutyDesk>();
        if (duties.IsEmpty) return await desk.Refusal(context.User, null, place);
        DutyRefusal? first = null;
        foreach (var duty in duties)
        {
            if (await desk.Refusal(context.User, duty, place) is not { } refusal) return null;
            first ??= refusal;
        }
        return first;
    }

    private static bool IsStaffsWork(RouteEndpoint endpoint, string pattern) =>
        pattern.StartsWith("/staff", StringComparison.Ordinal) || endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == Allow.Staff);

    private static async Task<(ImmutableArray<DutyKind> Duties, WorkPlace Place)> AskedOf(HttpContext context, DutyAsked asked)
    {
        var places = context.RequestServices.GetRequiredService<WorkPlaces>();
        var id = (context.Request.RouteValues.GetValueOrDefault("id") ?? context.Request.RouteValues.GetValueOrDefault("Id"))?.ToString();
        return (asked.Duties, asked.Place switch
        {
            DutyPlace.Tool => await places.Tool(id),
            DutyPlace.Area => await places.Area(id),
            DutyPlace.Booking => await places.Booking(id),
            DutyPlace.Problem => await places.Problem(id),
            DutyPlace.WorkOrder => await places.WorkOrder(id),
            DutyPlace.Device => await places.Device(id),
            DutyPlace.Outage => await places.Outage(id),
            DutyPlace.Resource => await places.Resource(id),
            DutyPlace.Nowhere => WorkPlace.Everywhere,
            _ => WorkPlace.Wherever,
        });
    }

    // Of some pages it is not the route that names what the work is about, but the address or the form that is sent.
    private static async Task<(ImmutableArray<DutyKind> Duties, WorkPlace Place)> AskedOfPage(HttpContext context, string pattern)
    {
        var (places, form, named) = (context.RequestServices.GetRequiredService<WorkPlaces>(), await Posted(context, "_handler"), context.Request.Query["id"].FirstOrDefault()?.Trim());
        switch (pattern)
        {
            case "/staff/outages":
                return ([DutyKind.Technician], await Target(places, form == "close" ? (await Posted(context, "close"))?.Split('|')[0] : await Posted(context, "target")));
            case "/staff/resources":
                return ([DutyKind.Technician], await OfResource(places, named));
            case "/staff/areas" when await places.Area(named) is { Areas.IsEmpty: false } known:
                return ([DutyKind.Technician], known);
            case "/staff/members/{Id}" when form is not null && OfTrainers.Contains(form):
                return ([DutyKind.Trainer], WorkPlace.Wherever);
            default:
                return await AskedOf(context, Of(context.Request.Method, pattern));
        }
    }

    // One that nothing depends on yet is everybody's.
    private static async Task<WorkPlace> OfResource(WorkPlaces places, string? id) => await places.Resource(id) is { Areas.IsEmpty: false } known ? known : WorkPlace.Everywhere;

    // What the form is about: tool:saw, area:wood, resource:air.
    private static async Task<WorkPlace> Target(WorkPlaces places, string? target) => target?.Split(':') switch
    {
        ["area", var area] => await places.Area(area),
        ["tool", var tool] => await places.Tool(tool),
        ["resource", var resource] => await OfResource(places, resource),
        _ => WorkPlace.Wherever,
    };

    private static async Task<string?> Posted(HttpContext context, string field) =>
        context.Request.HasFormContentType ? (await context.Request.ReadFormAsync(context.RequestAborted))[field].FirstOrDefault()?.Trim() : null;
}
