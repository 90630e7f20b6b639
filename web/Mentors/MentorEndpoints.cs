using System.Security.Claims;
using Makerspace.Jobs;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Sessions;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>Mentors: list, read, offer, when they are free.</summary>
internal static class MentorEndpoints
{
    private static readonly Duration MostWindow = Duration.FromDays(93);

    public static void AddMentors(this IServiceCollection services)
    {
        services.AddScoped<MentorDesk>().AddScoped<SessionDesk>().AddScoped<SessionWork>().AddScoped<Programme>();
        services.AddJob<SessionNotices>(SessionNotices.Id, "*/10 * * * * *");
    }

    public static void MapMentors(this RouteGroupBuilder api)
    {
        var mentors = api.MapGroup("/mentors").WithTags("Mentors");
        mentors.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Mentors who take bookings, soonest free first").WithDescription("skill and language narrow the list.");
        mentors.MapGet("/{id}", Read).RequireAuthorization(Allow.Read).WithSummary("One mentor");
        mentors.MapPut("/{id}", Offer).RequireAuthorization(Allow.Book).WithSummary("Offer sessions, or change what is offered")
            .WithDescription("id is the member's. Mentors for themselves, staff for anybody. What changes cancels no session made before.").ProducesProblem(StatusCodes.Status409Conflict);
        mentors.MapGet("/{id}/availability", Availability).RequireAuthorization(Allow.Read).WithSummary("When a mentor is free").WithDescription("Seven days from now on, where from and to say nothing else.");
    }

    private static async Task<Ok<IReadOnlyList<MentorModel>>> List(string? skill, string? language, MentorDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<MentorModel>>([.. (await desk.All(skill, language, cancellation)).Select(m => MentorModel.Of(m.Tool, m.Next, space))]);
    }

    private static async Task<Results<Ok<MentorModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, MentorDesk desk, IGrainFactory grains, CancellationToken cancellation) =>
        await desk.Find(user, id, null, cancellation) is { } mentor ? TypedResults.Ok(MentorModel.Of(mentor.Tool, mentor.Next, await grains.Space())) : Problem.Unknown("mentor");

    private static async Task<Results<Ok<MentorModel>, ProblemHttpResult>> Offer(string id, Body<MentorBody> body, ClaimsPrincipal user, MentorDesk desk, IGrainFactory grains)
    {
        var (tool, problem) = await desk.Save(user, id, body.Value);
        return tool is null ? problem! : TypedResults.Ok(MentorModel.Of(tool, null, await grains.Space()));
    }

    private static async Task<Results<Ok<MentorTimeModel>, ProblemHttpResult>> Availability(
        string id, string? from, string? to, ClaimsPrincipal user, MentorDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var faults = new Faults();
        var start = faults.Time("from", from) ?? time.Now();
        var end = faults.Time("to", to) ?? (faults.Any ? start : start + Duration.FromDays(7));
        if (!faults.Any && end <= start) faults.Add("to", "contradiction", "to is not after from.");
        else if (!faults.Any && end - start > MostWindow) faults.Add("to", "out-of-range", "from and to lie more than 93 days apart.");
        if (faults.Any) return faults.Problem;
        var window = new Slot(start, end);
        if (await desk.Find(user, id, window, cancellation) is not { } mentor) return Problem.Unknown("mentor");
        var space = await grains.Space();
        return TypedResults.Ok(new MentorTimeModel(id, start.In(space), end.In(space), [.. mentor.Free.Select(s => s.In(space))]));
    }
}
