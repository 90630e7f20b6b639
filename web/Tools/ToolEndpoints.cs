using System.Security.Claims;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Tools;

/// <summary>Tools: list, read, add, change.</summary>
internal static class ToolEndpoints
{
    public static void MapTools(this RouteGroupBuilder api)
    {
        var tools = api.MapGroup("/tools").WithTags("Tools");
        tools.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Tools, by name").WithDescription("q searches name, category and location. Hidden tools are for staff.");
        tools.MapPost("", Add).RequireAuthorization(Allow.Staff).WithSummary("Add a tool").WithDescription("A certification that its policy names is added to the space's.");
        tools.MapGet("/{id}", Read).RequireAuthorization(Allow.Read).WithSummary("One tool");
        tools.MapPatch("/{id}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a tool (JSON merge patch)")
            .WithDescription("What the patch does not name stays. A tightened policy never cancels a booking made under the old one.").ProducesProblem(StatusCodes.Status409Conflict);
        tools.MapGet("/{id}/availability", ToolAvailability.OfOne).RequireAuthorization(Allow.Read).WithSummary("When a tool is free, and when it is not");
        tools.MapPost("/{id}/outages", Outages.PlanForTool).RequireAuthorization(Allow.Staff).WithSummary("Plan an outage of a tool")
            .WithDescription("The answer lists the bookings it overlaps. They stay, unless displace says true or names them: then each ends Displaced, free of charge, with alternatives.");
        api.MapGet("/categories", Categories.List).RequireAuthorization(Allow.Read).WithTags("Tools").WithSummary("Categories of tools, and what is set for them");
        api.MapPatch("/categories/{name}", Categories.Change).RequireAuthorization(Allow.Staff).WithTags("Tools").WithSummary("Change what is set for a category (JSON merge patch)");
        api.MapGet("/availability", ToolAvailability.AcrossTools).RequireAuthorization(Allow.Read).WithTags("Tools").WithSummary("Who is free, across tools");
        api.MapPost("/outages/{id}/close", Outages.Close).RequireAuthorization(Allow.Staff).WithTags("Tools").WithSummary("End an outage now")
            .WithDescription("One under way is cut, one to come is dropped.");
    }

    internal sealed record Query(string? Category, string? AreaId, string? Certification, string? Q, string? After, string? Limit);

    private static async Task<Results<Ok<Page<ToolModel>>, ProblemHttpResult>> List(
        [AsParameters] Query query, HttpRequest request, ClaimsPrincipal user, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var limit = Cursor.Limit(faults, query.Limit);
        var after = Cursor.Read(faults, query.After, keys: 2);
        faults.OptionalSlug("areaId", query.AreaId);
        faults.OptionalSlug("certification", query.Certification);
        if (faults.Any) return faults.Problem;
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var rows = Visible(db, Caller.Of(user).IsStaff);
        if (query.Category is { } category) rows = rows.Where(t => t.Category == category);
        if (query.AreaId is { } area) rows = rows.Where(t => t.AreaId == area);
        // A space has hundreds of tools, not millions: names are compared here, the same way on either database.
        var found = (await rows.ToListAsync(cancellation)).Select(ViewOf)
            .Where(t => Matches(t, query.Q) && Requires(t, space, query.Certification))
            .OrderBy(t => t.Definition.Name, StringComparer.OrdinalIgnoreCase).ThenBy(t => t.Id, StringComparer.Ordinal)
            .SkipWhile(t => after is not null && !IsAfter(t, after)).Take(limit + 1).Select(t => ToolModel.Of(t, space));
        return TypedResults.Ok(Cursor.Page(request, [.. found], limit, t => Cursor.Of(t.Name, t.Id)));
    }

    internal static IQueryable<ToolRow> Visible(MakerspaceDb db, bool staff) => db.Tools.AsNoTracking().Where(t => (staff || t.Visible) && t.MentorId == null);

    internal static ToolView ViewOf(ToolRow row) => JsonSerializer.Deserialize<ToolView>(row.Data, StoredJson.Options)!;

    internal static bool Requires(ToolView tool, SpaceFacts space, string? certification) =>
        certification is null || tool.Effective(space).RequiredCertifications?.Contains(certification) == true;

    private static bool Matches(ToolView tool, string? text) =>
        string.IsNullOrWhiteSpace(text) || new[] { tool.Definition.Name, tool.Definition.Category, tool.Definition.Location, tool.Id }
            .Any(t => t?.Contains(text.Trim(), StringComparison.CurrentCultureIgnoreCase) == true);

    private static bool IsAfter(ToolView tool, string[] after)
    {
        var byName = StringComparer.OrdinalIgnoreCase.Compare(tool.Definition.Name, after[0]);
        return byName > 0 || (byName == 0 && string.CompareOrdinal(tool.Id, after[1]) > 0);
    }

    /// <summary>The tool, if the caller may see it.</summary>
    internal static async Task<ToolView?> Find(IGrainFactory grains, string id, Caller caller) =>
        Ids.IsSlug(id) && await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View() is { } tool && tool.Definition.Mentor is null && (caller.IsStaff || tool.Definition.Visible) ? tool : null;

    private static async Task<Results<Ok<ToolModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        if (await Find(grains, id, Caller.Of(user)) is not { } tool) return Problem.Unknown("tool");
        return Answer(tool, await grains.Space(), response);
    }

    private static async Task<Results<Created<ToolModel>, ProblemHttpResult>> Add(
        Body<NewToolBody> body, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains, PolicyDesk desk, ToolDuties duties, MakerspaceDb db, CancellationToken cancellation)
    {
        var (caller, wanted, faults) = (Caller.Of(user), body.Value, new Faults());
        ToolChecks.Check(faults, wanted, await grains.Space());
        if (faults.OptionalSlug("id", wanted.Id) is { } asked && Keys.IsMentorTime(asked)) faults.Add("id", "reserved-id", "Ids that begin so are of mentors' time.");
        if (faults.Any) return faults.Problem;
        var book = await desk.Book(cancellation);
        await ToolChecks.Check(faults, wanted.Id ?? "", wanted, book, db, cancellation);
        if (faults.Any) return faults.Problem;
        if (await duties.Refusal(user, null, wanted.Definition(null)) is { } refusal) return refusal.Problem;
        var space = await Certifications.Know(grains, wanted.Policy?.RequiredCertifications, caller.MemberId);
        foreach (var id in NewId.Candidates(wanted.Id, wanted.Name!, "tool"))
        {
            if (await grains.GetGrain<IToolGrain>(Keys.Tool(id)).Define(wanted.Definition(null), caller.MemberId, expectedVersion: 0) is not { } tool) continue;
            await desk.Watch(book.With(id, tool.Definition), caller.MemberId);
            return TypedResults.Created(ToolModel.Address(id), Answer(tool, space, response).Value);
        }
        return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a tool with this id already.");
    }

    private static async Task<Results<Ok<ToolModel>, ProblemHttpResult>> Change(
        string id, MergePatch<ToolPatch> patch, [FromHeader(Name = "If-Match")] string? ifMatch, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains,
        PolicyDesk desk, ToolDuties duties, MakerspaceDb db, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        if (await Find(grains, id, caller) is not { } tool) return Problem.Unknown("tool");
        if (ifMatch is not null && ifMatch != "*" && ifMatch != ETag(tool))
            return Problem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "The tool is not at the version of If-Match any more.");
        var space = await grains.Space();
        var (wanted, fault) = patch.Apply(ToolPatch.Of(tool, space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        ToolChecks.Check(faults, Mended(wanted), space);
        var book = await desk.Book(cancellation);
        if (!faults.Any) await ToolChecks.Check(faults, id, Mended(wanted), book, db, cancellation);
        if (faults.Any) return faults.Problem;
        if (await duties.Refusal(user, tool.Definition, Mended(wanted).Definition(tool.Definition.ImportedFrom)) is { } refusal) return refusal.Problem;
        if (wanted.ExpectedVersion is { } expected && expected != tool.Version) return Problem.Changed("tool");
        space = await Certifications.Know(grains, wanted.Policy?.RequiredCertifications, caller.MemberId);
        var changed = await grains.GetGrain<IToolGrain>(Keys.Tool(id)).Define(Mended(wanted).Definition(tool.Definition.ImportedFrom), caller.MemberId, tool.Version);
        if (changed is null) return Problem.Changed("tool");
        await desk.Watch(book.With(id, changed.Definition), caller.MemberId);
        return Answer(changed, space, response);
    }

    /// <summary>A tool that is back in service is no longer expected.</summary>
    private static ToolPatch Mended(ToolPatch patch) => patch.OutOfService ? patch : patch with { ExpectedBack = null };

    private static Ok<ToolModel> Answer(ToolView tool, SpaceFacts space, HttpResponse response)
    {
        response.Headers.ETag = ETag(tool);
        return TypedResults.Ok(ToolModel.Of(tool, space));
    }

    private static string ETag(ToolView tool) => $"\"{tool.Version}\"";
}

/// <summary>Ids for new things.</summary>
internal static class NewId
{
    /// <summary>The id asked for, alone; or, where none is, some made from the name, in case the first are taken.</summary>
    public static IEnumerable<string> Candidates(string? asked, string name, string kind)
    {
        if (asked is not null) return [asked];
        var plain = Ids.FromName(name) ?? kind;
        return [plain, .. Enumerable.Range(2, 8).Select(n => $"{plain}-{n}"), Ids.Random(plain.Length > 40 ? kind : plain)];
    }
}
