using System.Text.Json;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Waitlists;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Waitlists;

/// <summary>Writes to whoever is offered a slot: a quarter of an hour is no use to somebody who does not know of it.</summary>
/// <remarks>Every node follows the journal and would write; the message's id is the offer's, so it is written once. Offers made while nobody followed are told at the start.</remarks>
internal sealed partial class OfferNotices(IReadModels models, IGrainFactory grains, IServiceScopeFactory scopes, TimeProvider time, ILogger<OfferNotices> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var position = models.Position;
                await TellOpen(stoppingToken);
                await foreach (var row in models.Follow(position, stoppingToken))
                {
                    if (row.Type == "wait-changed" && JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) is WaitChanged changed)
                        await Tell(changed.Wait, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Failed(failure);
            }
        }
    }

    private async Task TellOpen(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MakerspaceDb>();
        var open = await db.Waits.AsNoTracking().Where(w => w.State == WaitState.Offered).Select(w => w.Data).ToListAsync(cancellation);
        foreach (var data in open) await Tell(JsonSerializer.Deserialize<WaitView>(data, StoredJson.Options)!, cancellation);
    }

    private async Task Tell(WaitView place, CancellationToken cancellation)
    {
        if (place is not { State: WaitState.Offered, BookingId: { } offer }) return;
        if (await grains.GetGrain<IMemberGrain>(Keys.Member(place.MemberId)).View() is not { Definition.Email: { Length: > 0 } email }) return;
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var tool = await grains.GetGrain<IToolGrain>(Keys.Tool(place.OfferedTool ?? place.ToolId)).View();
        await using var scope = scopes.CreateAsyncScope();
        var texts = scope.ServiceProvider.GetRequiredService<IStringLocalizer<Texts>>();
        var words = new Words(texts, space.Zone, time.Now());
        var name = tool?.Definition.Name ?? place.ToolId;
        await scope.ServiceProvider.GetRequiredService<IMailer>().SendOnce(
            offer, email, texts["{0} is free for you", name],
            texts["{0}, {1}, has become free and is held for you until {2}. Take it, or let it go, under Waiting in the space’s pages.", name, words.Slot(place.Slot),
                place.OfferUntil is { } until ? words.Moment(until) : ""],
            cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Somebody could not be told of an offer")]
    private partial void Failed(Exception failure);
}
