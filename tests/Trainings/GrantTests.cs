using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Storage;
using Makerspace.Time;
using Makerspace.Trainings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Trainings;

/// <summary>One silo, in which something may happen between the moment when somebody has gathered the facts of a grant and the moment when it is written.</summary>
public sealed class GrantStage : IAsyncLifetime, IIncomingGrainCallFilter
{
    private TestDatabase database = null!;
    private Func<Task>? meanwhile;

    internal RunningSilo Silo { get; private set; } = null!;

    internal Certifier Certifier => Silo.Services.GetRequiredService<Certifier>();

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.On(TestDatabase.OfTheRun);
        await using (var rig = await StorageRig.On(database))
        {
            // Held since before there were certificates.
            var old = new MemberState { Definition = new MemberDefinition { Name = "Old" }, Version = 1, Certifications = [new Certification("laser", Instant.FromUtc(2026, 1, 5, 9, 0), null, "sam")] };
            await rig.Storage.WriteStateAsync("member", GrainId.Create("member", Keys.Member("old")), new GrainState<MemberState>(old));
        }
        Silo = await RunningSilo.Start(database, builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(this));
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Once, when the next facts of a grant are being gathered and the member was read already.</summary>
    internal void Meanwhile(Func<Task> happens) => meanwhile = happens;

    async Task IIncomingGrainCallFilter.Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Grain is PassportGrain && context.MethodName == nameof(IPassportGrain.View) && Interlocked.Exchange(ref meanwhile, null) is { } happens) await happens();
    }
}

/// <summary>A certification is granted once by what led to it, whoever settles it at the same time, and never against what happened meanwhile.</summary>
public class GrantTests(GrantStage stage) : IClassFixture<GrantStage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Instant Now => Clock.Now(stage.Silo.Clock);

    [Fact]
    public async Task Of_two_who_settle_the_same_one_grants()
    {
        await Trained("twice");
        var first = false;
        stage.Meanwhile(async () => first = await stage.Certifier.Settle("twice", "laser"));
        var second = await stage.Certifier.Settle("twice", "laser");
        (first, second).ShouldBe((true, false));
        (await Certificates("twice")).ShouldHaveSingleItem().EndedAt.ShouldBeNull();
        (await Grants("twice")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_who_settle_the_same_at_once_one_grants()
    {
        for (var round = 0; round < 10; round++)
        {
            var member = $"many-{round}";
            await Trained(member);
            var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => stage.Certifier.Settle(member, "laser"), Cancellation)));
            granted.Count(g => g).ShouldBe(1);
            (await Grants(member)).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task What_was_revoked_while_somebody_settled_stays_revoked()
    {
        await Trained("revoked");
        await stage.Certifier.Settle("revoked", "laser");
        await Trained("revoked");   // once more: a new grant follows
        // Before it, never while a call is under way: what is asked of a grain times out by the same clock.
        stage.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        stage.Meanwhile(async () => (await stage.Silo.Member("revoked").Revoke("laser", "sam", "left it alone")).ShouldBeTrue());
        (await stage.Certifier.Settle("revoked", "laser")).ShouldBeFalse();
        var member = (await stage.Silo.Member("revoked").View())!;
        member.Certifications.ShouldBeEmpty();
        member.Revocations.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Somebodys_grant_by_hand_is_decided_again_where_the_member_changed_meanwhile()
    {
        await stage.Silo.Grains.GetGrain<ICertificationGrain>(Keys.Certification("mill")).Define(new CertificationDefinition { Prerequisites = ["safety"] }, "sam");
        await Define("hand");
        await stage.Silo.Member("hand").Certify(new Certification("safety", Now, null, "sam"), "sam");
        stage.Meanwhile(() => stage.Silo.Member("hand").Revoke("safety", "sam", null));
        (await stage.Certifier.Grant("hand", new Certification("mill", Now, null, "sam"), "sam", reason: null)).ShouldHaveSingleItem().Code.ShouldBe("requirements-missing");
        (await stage.Silo.Member("hand").View())!.Certifications.ShouldBeEmpty();
    }

    [Theory, InlineData(-400), InlineData(400)]
    public async Task Nothing_follows_a_second_time_whatever_date_staff_gave_the_grant(int days)
    {
        var member = "dated" + days;
        await Trained(member);
        await stage.Silo.Member(member).Certify(new Certification("laser", Now + Duration.FromDays(days), null, "sam"), "sam");
        (await stage.Certifier.Settle(member, "laser")).ShouldBeFalse();
        await Trained(member);
        (await stage.Certifier.Settle(member, "laser")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_same_again_is_no_new_grant()
    {
        await Define("same");
        var granted = new Certification("laser", Now, null, "sam");
        await stage.Silo.Member("same").Certify(granted, "sam");
        stage.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Silo.Member("same").Certify(granted, "sam");
        (await stage.Silo.Member("same").View())!.Certifications.ShouldHaveSingleItem().GrantedAt.ShouldBe(granted.From);
        (await Grants("same")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_certificate_made_for_what_was_held_before_is_no_grant()
    {
        var held = (await stage.Silo.Member("old").View())!.Certifications.ShouldHaveSingleItem();
        await stage.Silo.Member("old").Certify(held, held.GrantedBy);
        (await stage.Silo.Member("old").View())!.Certifications.ShouldHaveSingleItem().Code.ShouldNotBeNull();
        (await Certificates("old")).ShouldHaveSingleItem();
        (await Grants("old")).ShouldBeEmpty();
        await stage.Silo.Member("old").Revoke("laser", "sam", "certified: saw");
        (await Grants("old")).ShouldHaveSingleItem().Revoked.ShouldBeTrue();
    }

    [Fact]
    public async Task Grants_of_entries_that_do_not_say_so_themselves_yet_are_counted_by_their_notes()
    {
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        await using var rig = await StorageRig.On(database);
        var ada = new MemberView("ada", new MemberDefinition { Name = "Ada" }, [], 2);
        MemberChanged Entry(string note) => new(Now, "sam", ada, note);
        await rig.Write("note-a", await rig.Read("note-a"), "x", Entry("certified: laser trained elsewhere"), Entry("revoked: laser"), Entry("changed"), Entry("certificate: laser"),
            Entry("changed") with { Grant = new GrantChange("saw", Revoked: false) });
        await rig.Projector.CatchUp(Cancellation);
        (await rig.Count("grants")).ShouldBe(3);
        (await rig.Count("grants WHERE certification_id = 'laser'")).ShouldBe(2);
    }

    private async Task Define(string member) => await stage.Silo.Member(member).Define(new MemberDefinition { Name = member }, "sam");

    /// <summary>A minute later the member comes to a training.</summary>
    private async Task Trained(string member)
    {
        await Define(member);
        stage.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Silo.Grains.GetGrain<IPassportGrain>(Keys.Passport(member)).Attended(new Attendance(Guid.NewGuid(), "laser", Now, "sam"), came: true, "sam");
    }

    private async Task<List<CertificateRow>> Certificates(string member)
    {
        await using var db = await Rows();
        return await db.Certificates.Where(c => c.MemberId == member).ToListAsync(Cancellation);
    }

    private async Task<List<GrantRow>> Grants(string member)
    {
        await using var db = await Rows();
        return await db.Grants.Where(g => g.MemberId == member).ToListAsync(Cancellation);
    }

    private async Task<MakerspaceDb> Rows()
    {
        await stage.Silo.CaughtUp();
        return await stage.Silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
    }
}
