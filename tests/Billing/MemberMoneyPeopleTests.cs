using System.Net;
using System.Text.RegularExpressions;
using Makerspace.Accounts;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Companies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing;

/// <summary>Who belongs to a company: founded, invited by mail, changed, left; the company and the member always say the same.</summary>
public sealed partial class MemberMoneyPeopleTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private HttpClient owner = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        owner = await server.Person("olga", Roles.Member);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Founding_twice_makes_one_company()
    {
        var both = await Task.WhenAll(Found("olga", "Gull Robotics"), Found("olga", "Gull Robotics"));
        both.Select(o => o.Company?.Id).Distinct().ShouldBe(["gull-robotics"]);
        (await Found("olga", "Another")).Refused.ShouldBe("in-another-company");
        (await Member("olga")).CompanyId.ShouldBe("gull-robotics");
        (await Company("gull-robotics")).People!.Value.ShouldBe([new CompanyPerson("olga", CompanyRole.Owner, Seat: true)]);
    }

    [Fact]
    public async Task A_name_that_is_taken_founds_another_company()
    {
        await Found("olga", "Gull Robotics");
        await server.Person("ben", Roles.Member);
        (await Found("ben", "Gull Robotics")).Company!.Id.ShouldBe("gull-robotics-2");
        (await Company("gull-robotics")).People!.Value.Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_invitation_brings_one_person_in_and_works_once()
    {
        await Found("olga", "Gull");
        var secret = await Invite("ben@example.org", """{"email": "ben@example.org", "role": "Bookkeeper"}""");
        var (ben, cem) = (await server.Person("ben", Roles.Member), await server.Person("cem", Roles.Member));
        using (var joined = await ben.Post($"/api/v1/invitations/{secret}", "")) ((string)(await joined.Json())["role"]!).ShouldBe("Bookkeeper");
        using (var again = await ben.Post($"/api/v1/invitations/{secret}", "")) again.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var stranger = await cem.Post($"/api/v1/invitations/{secret}", "")) (await stranger.Code()).ShouldBe("invitation-invalid");
        (await Member("ben")).CompanyId.ShouldBe("gull");
        (await Member("cem")).CompanyId.ShouldBeNull();
        (await Company("gull")).Person("ben")!.Role.ShouldBe(CompanyRole.Bookkeeper);
        // Asked again is asked anew; but nobody fills a stranger's letter box.
        foreach (var _ in Enumerable.Range(0, 5)) using (var asked = await owner.Post("/api/v1/companies/gull/people", """{"email": "stranger@example.org"}""")) asked.StatusCode.ShouldBe(HttpStatusCode.Created);
        using (var more = await owner.Post("/api/v1/companies/gull/people", """{"email": "Stranger@example.org"}""")) (await more.Code()).ShouldBe("too-many-requests");
    }

    [Fact]
    public async Task Two_who_open_one_link_at_once_are_not_both_let_in()
    {
        await Found("olga", "Gull");
        var secret = await Invite("team@example.org", """{"email": "team@example.org"}""");
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => server.Person("p" + n, Roles.Member)));
        var answers = await Task.WhenAll(clients.Select(c => c.Post($"/api/v1/invitations/{secret}", "")));
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        (await Company("gull")).People!.Value.Length.ShouldBe(2);
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Only_the_hash_of_a_link_is_kept_and_it_ends_after_14_days()
    {
        await Found("olga", "Gull");
        var secret = await Invite("ben@example.org", """{"email": "ben@example.org"}""");
        await using (var scope = server.App.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().Invitations.Select(i => i.Hash).SingleAsync(TestContext.Current.CancellationToken)).ShouldNotContain(secret);
        var ben = await server.Person("ben", Roles.Member);
        using (await server.Anonymous().Post("/dev/clock", """{"advance": "P15D"}""")) { }
        using var late = await ben.Post($"/api/v1/invitations/{secret}", "");
        (await late.Code()).ShouldBe("invitation-invalid");
    }

    [Fact]
    public async Task Asked_again_the_link_before_no_longer_works_and_one_taken_back_neither()
    {
        await Found("olga", "Gull");
        var first = await Invite("ben@example.org", """{"email": "ben@example.org"}""");
        var second = await Invite("ben@example.org", """{"email": "ben@example.org"}""");
        var ben = await server.Person("ben", Roles.Member);
        using (var old = await ben.Post($"/api/v1/invitations/{first}", "")) (await old.Code()).ShouldBe("invitation-invalid");
        var open = (await owner.Json("/api/v1/companies/gull/people"))["invitations"]!.AsArray().ShouldHaveSingleItem();
        using (var gone = await owner.DeleteAsync(new Uri($"/api/v1/companies/gull/invitations/{(string)open!["id"]!}", UriKind.Relative), TestContext.Current.CancellationToken)) gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var late = await ben.Post($"/api/v1/invitations/{second}", "");
        (await late.Code()).ShouldBe("invitation-invalid");
    }

    [Fact]
    public async Task Who_was_taken_out_does_not_come_back_by_the_old_link()
    {
        await Found("olga", "Gull");
        var secret = await Invite("ben@example.org", """{"email": "ben@example.org"}""");
        var ben = await server.Person("ben", Roles.Member);
        using (await ben.Post($"/api/v1/invitations/{secret}", "")) { }
        using (var removed = await owner.DeleteAsync(new Uri("/api/v1/companies/gull/people/ben", UriKind.Relative), TestContext.Current.CancellationToken)) removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Member("ben")).CompanyId.ShouldBeNull();
        (await Company("gull")).Person("ben").ShouldBeNull();
        using var back = await ben.Post($"/api/v1/invitations/{secret}", "");
        (await back.Code()).ShouldBe("invitation-invalid");
    }

    [Fact]
    public async Task A_bookkeeper_sees_the_people_and_the_money_and_changes_neither_people_nor_plan()
    {
        await Found("olga", "Gull");
        var secret = await Invite("ben@example.org", """{"email": "ben@example.org", "role": "Bookkeeper"}""");
        var ben = await server.Person("ben", Roles.Member);
        using (await ben.Post($"/api/v1/invitations/{secret}", "")) { }
        (await ben.Json("/api/v1/companies/gull/people"))["people"]!.AsArray().Count.ShouldBe(2);
        ((string)(await ben.Json("/api/v1/accounts/company-gull"))["id"]!).ShouldBe("company-gull");
        using (var invites = await ben.Post("/api/v1/companies/gull/people", """{"email": "x@example.org"}""")) (await invites.Code()).ShouldBe("not-owner");
        using (var promotes = await ben.Patch("/api/v1/companies/gull/people/ben", """{"role": "Owner"}""")) (await promotes.Code()).ShouldBe("not-owner");
        using var seats = await ben.Patch("/api/v1/accounts/company-gull/subscription", """{"seats": 9}""");
        (await seats.Code()).ShouldBe("not-owner");
    }

    [Fact]
    public async Task A_company_is_nobodys_business_who_is_not_of_it()
    {
        await Found("olga", "Gull");
        var ben = await server.Person("ben", Roles.Member);
        foreach (var path in new[] { "/api/v1/companies/gull/people", "/api/v1/accounts/company-gull", "/api/v1/accounts/company-gull/statement", "/api/v1/accounts/member-olga/entries", "/api/v1/accounts/company-none" })
        {
            using var answer = await ben.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task The_last_owner_stays_until_there_is_another()
    {
        await Found("olga", "Gull");
        using (var leaves = await owner.DeleteAsync(new Uri("/api/v1/companies/gull/people/olga", UriKind.Relative), TestContext.Current.CancellationToken)) (await leaves.Code()).ShouldBe("last-owner");
        using (var demoted = await owner.Patch("/api/v1/companies/gull/people/olga", """{"role": "Member"}""")) (await demoted.Code()).ShouldBe("last-owner");
        var secret = await Invite("ben@example.org", """{"email": "ben@example.org", "role": "Owner"}""");
        using (await (await server.Person("ben", Roles.Member)).Post($"/api/v1/invitations/{secret}", "")) { }
        using var gone = await owner.DeleteAsync(new Uri("/api/v1/companies/gull/people/olga", UriKind.Relative), TestContext.Current.CancellationToken);
        gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Changes_made_at_once_are_all_there_afterwards()
    {
        await Found("olga", "Gull");
        var secrets = new List<string>();
        foreach (var n in Enumerable.Range(0, 4)) secrets.Add(await Invite($"p{n}@example.org", $$"""{"email": "p{{n}}@example.org"}"""));
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => server.Person("p" + n, Roles.Member)));
        await Task.WhenAll(clients.Zip(secrets, async (c, s) => { using var joined = await c.Post($"/api/v1/invitations/{s}", ""); joined.EnsureSuccessStatusCode(); }));
        (await Company("gull")).People!.Value.Select(p => p.MemberId).ShouldBe(["olga", "p0", "p1", "p2", "p3"], ignoreOrder: true);
        foreach (var n in Enumerable.Range(0, 4)) (await Member("p" + n)).CompanyId.ShouldBe("gull");
    }

    [Fact]
    public async Task Nobody_has_a_seat_that_is_not_paid_for()
    {
        await Found("olga", "Gull");
        using var invited = await owner.Post("/api/v1/companies/gull/people", """{"email": "ben@example.org", "seat": true}""");
        (await invited.Code()).ShouldBe("no-seat-free");
    }

    private async Task<CompanyOutcome> Found(string memberId, string name)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var member = await server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IMemberGrain>(Keys.Member(memberId)).View();
        return await scope.ServiceProvider.GetRequiredService<CompanyDesk>().Found(name, member!);
    }

    private async Task<string> Invite(string email, string body)
    {
        using (var asked = await owner.Post("/api/v1/companies/gull/people", body)) asked.StatusCode.ShouldBe(HttpStatusCode.Created, await asked.Content.ReadAsStringAsync());
        await using var scope = server.App.Services.CreateAsyncScope();
        var mails = await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().Mail.Where(m => m.To == email && m.Text.Contains("/invitations/")).OrderBy(m => m.At).Select(m => m.Text).ToListAsync();
        return mails.Select(m => Link().Match(m).Groups["secret"].Value).Last(s => !given.Contains(s)) is var secret && given.Add(secret) ? secret : throw new InvalidOperationException("No new link.");
    }

    private readonly HashSet<string> given = [];

    private async Task<MemberDefinition> Member(string id) => (await server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IMemberGrain>(Keys.Member(id)).View())!.Definition;

    private async Task<CompanyDefinition> Company(string id) => (await server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<ICompanyGrain>(Keys.Company(id)).View())!.Definition;

    [GeneratedRegex(@"/invitations/(?<secret>\S+)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
