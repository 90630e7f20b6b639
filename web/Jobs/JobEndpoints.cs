using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Jobs;

/// <summary>A job and how it fared.</summary>
/// <param name="Id">As in <c>due-bookings</c>.</param>
/// <param name="Cron">Its timetable, in UTC; with six fields the first is seconds.</param>
/// <param name="StartedAt">The last run that is kept: not every run that did nothing is; null: none yet.</param>
/// <param name="SucceededAt">When a run last came to its end.</param>
/// <param name="FailedAt">When a run last failed.</param>
/// <param name="Failures">Failures since it last succeeded.</param>
/// <param name="Error">Of the last failure.</param>
public sealed record JobModel(
    string Id, string Cron, OffsetDateTime? StartedAt, OffsetDateTime? SucceededAt, OffsetDateTime? FailedAt, int Failures, string? Error);

/// <summary>Jobs: what runs by itself.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this RouteGroupBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Jobs, and how they fared last");
        jobs.MapPost("/{id}/run", Run).RequireAuthorization(Allow.Admin).WithSummary("Run a job now")
            .WithDescription("202: it runs soon. A job under way is not joined by a second: it runs again after it.");
    }

    private static async Task<Ok<Page<JobModel>>> List(JobRunner runner, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var runs = await db.JobRuns.AsNoTracking().ToDictionaryAsync(r => r.Id, StringComparer.Ordinal, cancellation);
        return TypedResults.Ok(new Page<JobModel>([.. runner.Jobs.Select(job => runs.GetValueOrDefault(job.Id) is { } run
            ? new JobModel(job.Id, job.Cron, run.StartedAt?.In(space), run.SucceededAt?.In(space), run.FailedAt?.In(space), run.Failures, run.Error)
            : new JobModel(job.Id, job.Cron, null, null, null, 0, null))], null));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Run(string id, JobRunner runner, IJobQueue queue, CancellationToken cancellation)
    {
        if (runner.Jobs.All(job => job.Id != id)) return Problem.Unknown("job");
        await queue.RunNow(id, cancellation);
        return TypedResults.Accepted((string?)null);
    }
}
