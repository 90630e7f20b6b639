using System.Net;
using Makerspace.Jobs;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Makerspace.Tests.Jobs;

/// <summary>Jobs as staff see them.</summary>
public class JobApiTests(Lab lab) : IClassFixture<Lab>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staff_see_each_job_and_how_it_fared()
    {
        await lab.Server.App.Services.GetRequiredService<Schedule>().RunAll(Cancellation);
        var jobs = (await lab.Staff.Json("/api/v1/jobs"))["items"]!.AsArray();
        var sweep = jobs.Single(j => (string?)j!["id"] == "sweep")!;
        ((string?)sweep["succeededAt"]).ShouldNotBeNull();
        ((int)sweep["failures"]!).ShouldBe(0);
        ((string?)sweep["cron"]).ShouldBe("*/30 * * * * *");
    }

    [Fact]
    public void Every_job_says_on_the_page_what_it_does()
    {
        var texts = lab.Server.App.Services.GetRequiredService<IStringLocalizer<Makerspace.Web.Texts>>();
        foreach (var job in lab.Server.App.Services.GetRequiredService<JobRunner>().Jobs) JobTexts.Of(job.Id, texts).Does.ShouldNotBeEmpty(job.Id);
    }

    [Fact]
    public async Task Only_an_administrator_runs_one_and_an_unknown_one_is_not_found()
    {
        using var no = await lab.Staff.Post("/api/v1/jobs/sweep/run", "");
        no.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var yes = await lab.Admin.Post("/api/v1/jobs/sweep/run", "");
        yes.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using var none = await lab.Admin.Post("/api/v1/jobs/none/run", "");
        (await none.Code()).ShouldBe("unknown-job");
    }

    [Fact]
    public async Task Health_names_the_engine_of_the_jobs() => ((string?)(await lab.Nobody.Json("/health"))["jobs"]).ShouldStartWith("Hangfire");
}
