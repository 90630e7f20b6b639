using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Makerspace.Tests.Storage;

public class HostingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task A_booking_survives_a_restart_and_is_in_the_read_models(DatabaseKind engine)
    {
        await using var database = await TestDatabase.On(engine);
        var id = Guid.NewGuid();
        var slot = new Slot(Instant.FromUtc(2026, 12, 1, 10, 0), Instant.FromUtc(2026, 12, 1, 11, 0));
        await using (var app = await Start(database))
        {
            var grains = app.Services.GetRequiredService<IGrainFactory>();
            await grains.GetGrain<IToolGrain>(Keys.Tool("laser-1")).Define(new ToolDefinition { Name = "Laser" }, "system");
            await grains.GetGrain<IMemberGrain>(Keys.Member("ada")).Define(new MemberDefinition { Name = "Ada" }, "system");
            var answer = await grains.GetGrain<IBookingGrain>(Keys.Booking(id))
                .Book(new BookingRequest { ToolId = "laser-1", MemberId = "ada", Actor = "ada", Slot = slot });
            answer.Accepted.ShouldBeTrue();
            await app.Services.GetRequiredService<IReadModels>().CaughtUp(Cancellation);
            await app.StopAsync(Cancellation);
        }
        await using (var app = await Start(database))
        {
            var grains = app.Services.GetRequiredService<IGrainFactory>();
            var view = await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View();
            view!.Slot.ShouldBe(slot);
            view.State.ShouldBe(BookingState.Confirmed);
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
            var row = await db.Bookings.Live().Within(slot.Start, slot.End).SingleAsync(Cancellation);
            row.Id.ShouldBe(id);
            row.State.ShouldBe(BookingState.Confirmed);
            row.UnsettledSince.ShouldBeNull();
            (await db.Tools.SingleAsync(Cancellation)).Name.ShouldBe("Laser");
            await app.StopAsync(Cancellation);
        }
    }

    private static async Task<WebApplication> Start(TestDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(database.Configuration);
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero)));
        builder.AddMakerspace();
        var app = builder.Build();
        await app.StartAsync(Cancellation);
        return app;
    }
}
