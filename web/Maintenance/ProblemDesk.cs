using System.Security.Claims;
using Makerspace.Maintenance;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>Something to report of a tool.</summary>
public sealed record ProblemBody
{
    /// <summary>What is wrong, at most 2000 characters.</summary>
    public string? Words { get; init; }

    /// <summary>Somebody could get hurt.</summary>
    public bool Hazard { get; init; }

    /// <summary>The tool cannot be used: it is out of service at once.</summary>
    public bool Unusable { get; init; }
}

/// <summary>The one door to problems, for pages and API alike.</summary>
public sealed class ProblemDesk(
    IGrainFactory grains, MakerspaceDb db, IReadModels readModels, BackInService back, TimeProvider time)
{
    private const int MostAnHour = 20;
    private const int MostShown = 200;

    /// <summary>Reports a problem of a tool that the caller may see. The same id again is the same report.</summary>
    public async Task<(ProblemView? Problem, ProblemHttpResult? Refusal)> Report(ClaimsPrincipal user, Guid id, string toolId, ProblemBody body, CancellationToken cancellation)
    {
        var (caller, faults) = (Caller.Of(user), new Faults());
        var words = faults.Text("words", body.Words, 2000);
        if (faults.Any) return (null, faults.Problem);
        if (await ToolEndpoints.Find(grains, toolId, caller) is null) return (null, Problem.Unknown("tool"));
        if (await Grain(id).View() is { } known && known.ReportedBy != caller.MemberId) return (null, IdempotencyKey.Reused);
        if (await TooMany(caller, cancellation)) return (null, Problem.Of(StatusCodes.Status429TooManyRequests, "too-many-requests", "That is many reports in an hour. Tell staff in person."));
        var problem = await Grain(id).Report(new ProblemReport { ToolId = toolId, Words = words, Hazard = body.Hazard, Unusable = body.Unusable }, caller.MemberId);
        if (problem is { IsOpen: true, Report.Unusable: true }) await OutOfService.Take(grains, toolId, caller.MemberId);
        return (problem, null);
    }

    /// <summary>The problem, if the caller may see it: staff, and who reported it.</summary>
    public async Task<ProblemView?> Find(ClaimsPrincipal user, Guid id) =>
        await Grain(id).View() is { } problem && Caller.Of(user).MaySee(problem.ReportedBy) ? problem : null;

    /// <summary>Keeps a photo of the problem; one that is there already is replaced.</summary>
    /// <returns>The problem; null with a fault where the content is no picture.</returns>
    public async Task<(ProblemView? Problem, ProblemHttpResult? Refusal)> Photograph(ClaimsPrincipal user, Guid id, byte[] content, CancellationToken cancellation)
    {
        if (await Find(user, id) is null) return (null, Problem.Unknown("problem"));
        if (Photos.TypeOf(content) is not { } type) return (null, Problem.Of(StatusCodes.Status415UnsupportedMediaType, "content-type-not-supported", "A photo is a PNG, JPEG or WebP picture."));
        await db.ProblemPhotos.Where(p => p.Id == id).ExecuteDeleteAsync(cancellation);
        db.ProblemPhotos.Add(new PhotoRow { Id = id, ContentType = type, Content = content });
        await db.SaveChangesAsync(cancellation);
        return (await Grain(id).Photograph(type, Caller.Of(user).MemberId), null);
    }

    /// <summary>It is over; who reported it is told. One that is the same as another leaves the tool to that.</summary>
    /// <param name="user">Who says so.</param>
    /// <param name="id">Which.</param>
    /// <param name="answer">What who reported it is told.</param>
    /// <param name="sameAs">The problem that is the same.</param>
    /// <param name="works">The tool can be used again: it is back in service, unless something else keeps it out.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The problem, and whether the tool is back by it.</returns>
    public async Task<(ProblemView? Problem, bool Back)> Close(ClaimsPrincipal user, Guid id, string? answer, Guid? sameAs, bool works, CancellationToken cancellation)
    {
        var actor = Caller.Of(user).MemberId;
        var isBack = works && sameAs is null && await Grain(id).View() is { IsOpen: true } problem && await back.Mended(problem, actor, cancellation);
        return (await Grain(id).Close(answer, sameAs, actor), isBack);
    }

    /// <summary>Those in some states, newest first; of one tool where given.</summary>
    public async Task<IReadOnlyList<ProblemView>> List(IReadOnlyCollection<ProblemState> states, string? toolId, CancellationToken cancellation, int most = MostShown)
    {
        await readModels.CaughtUp(cancellation);
        var rows = db.Problems.AsNoTracking().Where(p => states.Contains(p.State) && (toolId == null || p.ToolId == toolId));
        return [.. (await rows.OrderByDescending(p => p.At).ThenBy(p => p.Id).Take(most).Select(p => p.Data).ToListAsync(cancellation)).Select(Catalogue.Stored<ProblemView>)];
    }

    private IProblemGrain Grain(Guid id) => grains.GetGrain<IProblemGrain>(Keys.Problem(id));

    private async Task<bool> TooMany(Caller caller, CancellationToken cancellation)
    {
        if (caller.IsStaff) return false;
        await readModels.CaughtUp(cancellation);
        var since = time.Now() - Duration.FromHours(1);
        return await db.Problems.CountAsync(p => p.ReportedBy == caller.MemberId && p.At > since, cancellation) >= MostAnHour;
    }

}

/// <summary>Tools out of service, whoever else changes them meanwhile.</summary>
internal static class OutOfService
{
    private const int MostTries = 5;

    /// <summary>Takes it out, as long as nobody knows.</summary>
    public static Task Take(IGrainFactory grains, string toolId, string actor) =>
        Change(grains, toolId, actor, tool => tool.OutOfService ? tool : tool with { OutOfService = true, ExpectedBack = null });

    /// <summary>Says when it is expected back, where it is out of service.</summary>
    public static Task Expect(IGrainFactory grains, string toolId, Instant? back, string actor) =>
        Change(grains, toolId, actor, tool => tool.OutOfService ? tool with { ExpectedBack = back } : tool);

    private static async Task Change(IGrainFactory grains, string toolId, string actor, Func<ToolDefinition, ToolDefinition> change)
    {
        var grain = grains.GetGrain<IToolGrain>(Keys.Tool(toolId));
        for (var attempt = 0; attempt < MostTries; attempt++)
            if (await grain.View() is not { } tool || await grain.Define(change(tool.Definition), actor, tool.Version) is not null) return;
        throw new TimeoutException($"The tool {toolId} changes all the time.");
    }
}

/// <summary>Photos of problems: pictures by what is in them, not by what somebody calls them.</summary>
internal static class Photos
{
    public const int MostBytes = 6 * 1024 * 1024;

    public static string? TypeOf(ReadOnlySpan<byte> content)
    {
        if (content.Length is < 12 or > MostBytes) return null;
        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        return content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8) ? "image/webp" : null;
    }
}
