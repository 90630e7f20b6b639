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
        services.AddScoped<MentorDesk>().AddScoped<SessionDesk>().AddScoped<SessionWork>().AddScoped<Programme>().AddScoped<MentorCalendarDesk>();
        services.AddJob<SessionNotices>(SessionNotices.Id, "*/10 * * * * *");
        services.AddJob<MentorCalendars>(MentorCalendars.Id, "*/30 * * * * *");
    }

    public static void MapMentors(this RouteGroupBuilder api)
    {
        var mentors = api.MapGroup("/mentors").WithTags("Mentors");
        mentors.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Mentors who take bookings, soonest free first").WithDescription("skill and language narrow the list.");
        mentors.MapGet("/{id}", Read).RequireAuthorization(Allow.Read).WithSummary("One mentor");
        mentors.MapPut("/{id}", Offer).RequireAuthorization(Allow.Book).WithSummary("Offer sessions, or change what is offered")
            .WithDescription("id is the member's. Mentors for themselves, staff for anybody. What changes cancels no session made before.").ProducesProblem(StatusCodes.Status409Conflict);
        mentors.MapGet("/{id}/calendar", Calendar).RequireAuthorization(Allow.Self).WithSummary("One's own calendar elsewhere, from which busy times are read").WithDescription("For the mentor alone. 404 where none is set.");
        mentors.MapPut("/{id}/calendar", SetCalendar).RequireAuthorization(Allow.Self).WithSummary("Set it, by the address of its ICS file")
            .WithDescription("Read at once, and then every half an hour. https only, 1 MB at the most. Where it cannot be read, error says why and the busy times known before hold.");
        mentors.MapDelete("/{id}/calendar", DropCalendar).RequireAuthorization(Allow.Self).WithSummary("Take it back, with its busy times");
        mentors.MapGet("/{id}/availability", Availability).RequireAuthorization(Allow.Read).WithSummary("When a mentor is free").WithDescription("Seven days from now on, where from and to say nothing else.");
    }

    private static async Task<Ok<IReadOnlyList<MentorModel>>> List(string? skill, string? language, MentorDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<MentorModel>>([.. (await desk.All(skill, language, cancellation)).Select(m => MentorModel.Of(m.Tool, m.Next, space))]);
    }

    private static async Task<Results<Ok<MentorModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, MentorDesk desk, IGrainFactory grains, CancellationToken cancellation) =>
        await desk.Find(user, id, null, cancellation) is { } mentor ? TypedResults.Ok(MentorModel.Of(mentor.Tool, mentor.Next, await grains.Space(), Caller.Of(user).MaySee(id))) : Problem.Unknown("mentor");

    private static async Task<Results<Ok<MentorModel>, ProblemHttpResult>> Offer(string id, Body<MentorBody> body, ClaimsPrincipal user, MentorDesk desk, IGrainFactory grains)
    {
        var (tool, problem) = await desk.Save(user, id, body.Value);
        return tool is null ? problem! : TypedResults.Ok(MentorModel.Of(tool, null, await grains.Space(), own: true));
    }

    private static async Task<Results<Ok<MentorCalendarModel>, ProblemHttpResult>> Calendar(string id, ClaimsPrincipal user, MentorDesk desk, MentorCalendarDesk calendars, IGrainFactory grains, CancellationToken cancellation) =>
        await NotTheirs(id, user, desk, cancellation) is { } problem ? problem
        : await calendars.Of(id, cancellation) is { } calendar ? TypedResults.Ok(MentorCalendarModel.Of(calendar, await grains.Space())) : Problem.Unknown("calendar");

    private static async Task<Results<Ok<MentorCalendarModel>, ProblemHttpResult>> SetCalendar(
        string id, Body<MentorCalendarBody> body, ClaimsPrincipal user, MentorDesk desk, MentorCalendarDesk calendars, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await NotTheirs(id, user, desk, cancellation) is { } problem) return problem;
        var faults = new Faults();
        faults.Text("url", body.Value.Url, MentorCalendarDesk.LongestUrl);
        if (!faults.Any) faults = await calendars.Set(id, body.Value.Url, cancellation);
        return faults.Any ? faults.Problem : await Calendar(id, user, desk, calendars, grains, cancellation);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DropCalendar(string id, ClaimsPrincipal user, MentorDesk desk, MentorCalendarDesk calendars, CancellationToken cancellation)
    {
        if (await NotTheirs(id, user, desk, cancellation) is { } problem) return problem;
        await calendars.Set(id, null, cancellation);
        return TypedResults.NoContent();
    }

    // Where a calendar is, is its owner's secret: staff have no business with it either.
    private static async Task<ProblemHttpResult?> NotTheirs(string id, ClaimsPrincipal user, MentorDesk desk, CancellationToken cancellation) =>
        id != Caller.Of(user).MemberId ? Problem.Forbidden("not-yours", "Only the mentor themselves may do this.")
        : await desk.Find(user, id, null, cancellation) is null ? Problem.Unknown("mentor") : null;

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
