using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Web.Trainings;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Trainings;

/// <summary>A certification that nobody uses: its reminders, and its end. The clock is moved by months, so it has a server of its own.</summary>
public class LapseTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task One_that_is_not_used_wakes_its_reminders_lapses_and_each_use_puts_that_off()
    {
        var (cancellation, services) = (TestContext.Current.CancellationToken, lab.Server.App.Services);
        using (var granted = await lab.Staff.Post("/api/v1/members/ben/certifications", """{"id": "idle"}""")) granted.EnsureSuccessStatusCode();
        var token = (string)(await lab.Staff.Json("/api/v1/members/ben/certifications/idle/certificate"))["token"]!;
        using (var set = await lab.Staff.Patch("/api/v1/space", """{"certificationLapses": {"idle": "P60D"}}""")) set.EnsureSuccessStatusCode();
        var from = (await services.GetRequiredService<IGrainFactory>().GetGrain<IMemberGrain>(Keys.Member("ben")).View())!.Certifications.Single(c => c.Id == "idle").From;
        var reminders = services.GetRequiredService<JobRunner>().Works.OfType<ExpiryReminders>().Single();
        async Task<long?> Due() => (await reminders.NextDue(cancellation))?.ToUnixTimeSeconds();
        (await Due()).ShouldBe(from.ToUnixTimeSeconds() + 30 * 86_400);
        await Advance("P31D");
        (await Reminders("idle")).ShouldBe(1);
        System.Net.WebUtility.HtmlDecode(await lab.Ben.GetStringAsync("/today", cancellation)).ShouldContain("Your certification “idle” lapses");
        (await Due()).ShouldBe(from.ToUnixTimeSeconds() + 53 * 86_400);
        await Advance("P23D");
        (await Reminders("idle")).ShouldBe(2);

        var used = Clock.Now(lab.Server.Clock);
        await services.GetRequiredService<IGrainFactory>().GetGrain<IMemberGrain>(Keys.Member("ben")).Mark(new MemberMark(null, ["idle"], used));
        (await Due()).ShouldBe(used.ToUnixTimeSeconds() + 30 * 86_400);
        await Advance("P10D");
        (await Standing(token)).ShouldBe("Valid");
        System.Net.WebUtility.HtmlDecode(await lab.Ben.GetStringAsync("/today", cancellation)).ShouldNotContain("“idle” lapses");
        // A jump over both: they come each on its day, because they wake.
        await Advance("P49D");
        (await Reminders("idle"), await Standing(token)).ShouldBe((4, "Valid"));
        await Advance("P1D");
        (await Reminders("idle"), await Standing(token)).ShouldBe((4, "Lapsed"));
        ((string)(await lab.Ben.Json("/api/v1/members/ben/passport"))["certifications"]!.AsArray().Single(c => (string)c!["id"]! == "idle")!["standing"]!).ShouldBe("Lapsed");
        (await Due()).ShouldBeNull();
    }

    private async Task Advance(string by)
    {
        using var moved = await lab.Admin.Post("/dev/clock", $$"""{"advance": "{{by}}"}""");
        moved.EnsureSuccessStatusCode();
    }

    private async Task<int> Reminders(string certification) => (await lab.Staff.Json("/dev/mail")) is var mail && (mail as System.Text.Json.Nodes.JsonArray ?? mail["items"]!.AsArray()) is { } all
        ? all.Count(m => ((string)m!["subject"]!).Contains($"“{certification}” ends soon", StringComparison.Ordinal)) : 0;

    private async Task<string> Standing(string token) => (string)(await lab.Nobody.Json("/api/v1/certificates/verify?token=" + token))["standing"]!;
}
