#if !STANDINS
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>Two silos of real Orleans on one PostgreSQL database.</summary>
public class ClusterTests
{
    [Fact]
    public async Task Two_silos_serve_one_space_and_a_slot_is_given_once()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Postgres);
        await using var one = await RunningSilo.Start(database, cluster: true);
        await using var other = await RunningSilo.Start(database, cluster: true);
        for (var tool = 0; tool < 8; tool++)
            await one.Grains.GetGrain<IToolGrain>(Keys.Tool($"laser-{tool}")).Define(new ToolDefinition { Name = $"Laser {tool}" }, "system");
        for (var member = 0; member < 4; member++)
            await other.Grains.GetGrain<IMemberGrain>(Keys.Member($"ada-{member}")).Define(new MemberDefinition { Name = "Ada" }, "system");
        var answers = await Task.WhenAll(
            from tool in Enumerable.Range(0, 8) from member in Enumerable.Range(0, 4) select Book(member % 2 == 0 ? one : other, tool, member));
        answers.Where(a => a.Answer.Accepted).Select(a => a.Tool).Order().ShouldBe(Enumerable.Range(0, 8));
        await ReadModelsAgree(one, other);
    }

    private static async Task<(int Tool, BookingAnswer Answer)> Book(RunningSilo silo, int tool, int member)
    {
        var start = Instant.FromUtc(2026, 12, 1, 0, 0) + Duration.FromHours(tool);
        var request = new BookingRequest
        {
            ToolId = $"laser-{tool}", MemberId = $"ada-{member}", Actor = $"ada-{member}", Slot = new Slot(start, start + Duration.FromHours(1)),
        };
        return (tool, await silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(Guid.NewGuid())).Book(request));
    }

    private static async Task ReadModelsAgree(params RunningSilo[] silos)
    {
        var positions = new List<long>();
        foreach (var silo in silos)
        {
            var models = silo.Services.GetRequiredService<IReadModels>();
            await models.CaughtUp(TestContext.Current.CancellationToken);
            positions.Add(models.Position);
        }
        positions.Distinct().Count().ShouldBe(1);
    }
}
#endif
