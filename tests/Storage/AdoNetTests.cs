using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Orleans.Storage;

namespace Makerspace.Tests.Storage;

/// <summary>The rows are those of Orleans' own AdoNet provider: the genuine one where the real packages are built against.</summary>
public class AdoNetTests
{
    private static readonly GrainId Id = GrainId.Create("tool", Keys.Tool("laser-1"));

    public static TheoryData<DatabaseKind> Kinds => TestDatabase.Both;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_the_product_wrote_Orleans_provider_reads_and_writes_on(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var silo = await WithStockProvider(database);
        var (ours, stock) = Storages(silo);
        await silo.Grains.GetGrain<IToolGrain>(Keys.Tool("laser-1")).Define(new ToolDefinition { Name = "Laser" }, "system");
        var read = new GrainState<ToolState>();
        await stock.ReadStateAsync("tool", Id, read);
        (read.RecordExists, read.ETag, read.State!.Definition.Name).ShouldBe((true, "1", "Laser"));
        read.State = read.State with { Claims = [SomeClaim] };
        await stock.WriteStateAsync("tool", Id, read);
        read.ETag.ShouldBe("2");
        var back = new GrainState<ToolState>();
        await ours.ReadStateAsync("tool", Id, back);
        back.ETag.ShouldBe("2");
        back.State!.Claims.ShouldBe([SomeClaim]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_Orleans_provider_wrote_the_product_reads_and_both_refuse_the_others_old_version(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var silo = await WithStockProvider(database);
        var (ours, stock) = Storages(silo);
        var theirs = new GrainState<ToolState>(new ToolState { Definition = new ToolDefinition { Name = "Theirs" }, Version = 1 });
        await stock.WriteStateAsync("tool", Id, theirs);
        var mine = new GrainState<ToolState>();
        await ours.ReadStateAsync("tool", Id, mine);
        mine.State!.Definition.Name.ShouldBe("Theirs");
        await ours.WriteStateAsync("tool", Id, mine);
        await stock.WriteStateAsync("tool", Id, theirs).ShouldThrowAsync<InconsistentStateException>();
        await stock.ReadStateAsync("tool", Id, theirs);
        await stock.ClearStateAsync("tool", Id, theirs);
        await ours.WriteStateAsync("tool", Id, mine).ShouldThrowAsync<InconsistentStateException>();
        await ours.ReadStateAsync("tool", Id, mine);
        (mine.RecordExists, mine.ETag).ShouldBe((false, "3"));
        await ours.WriteStateAsync("tool", Id, mine);
        await ours.ClearStateAsync("tool", Id, mine);
        await stock.ReadStateAsync("tool", Id, theirs);
        (theirs.RecordExists, theirs.ETag).ShouldBe((false, "5"));
        await stock.WriteStateAsync("tool", Id, new GrainState<ToolState>(new ToolState())).ShouldThrowAsync<InconsistentStateException>();
    }

    private static Claim SomeClaim =>
        new(new Guid(1, 0, 0, new byte[8]), "ada", null, new Slot(Instant.FromUtc(2026, 12, 1, 10, 0), Instant.FromUtc(2026, 12, 1, 11, 0)), 1);

    private static (IGrainStorage Ours, IGrainStorage Stock) Storages(RunningSilo silo) =>
        (silo.Services.GetRequiredKeyedService<IGrainStorage>("Default"), silo.Services.GetRequiredKeyedService<IGrainStorage>("stock"));

    private static Task<RunningSilo> WithStockProvider(TestDatabase database) => RunningSilo.Start(database, more: builder => builder.UseOrleans(silo =>
        silo.AddAdoNetGrainStorage("stock", options =>
        {
            options.Invariant = database.Kind == DatabaseKind.Sqlite ? "System.Data.SQLite" : "Npgsql";
            options.ConnectionString = database.ConnectionString;
            options.GrainStorageSerializer = new StatePayload();
        })));
}
