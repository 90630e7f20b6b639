using System.Globalization;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Events;
using Makerspace.Web.Notices;
using Makerspace.Web.Tools;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>
/// Writes to whoever is affected when a tool stands still, takes their time or is back, and to who reported a problem. What happened is read from the journal, so that nobody's restart
/// leaves somebody untold; each letter is written once, whoever comes again.
/// </summary>
internal sealed class MaintenanceNotices(Database database, IReadModels models, IGrainFactory grains, Letters letters, EventTools events, TimeProvider time, ILogger<MaintenanceNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "maintenance-notices";

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    /// <summary>Whoever has booked it in so long is told that it stands still.</summary>
    private static readonly Duration ToldAhead = Duration.FromDays(2);

    protected override IReadOnlyList<string> Types { get; } = ["problem-changed", "work-order-changed", "booking-ended"];

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        if (row.At < time.Now() - Stale) return;
        switch (JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options))
        {
            case ProblemChanged { Note: "reported", Problem: { IsOpen: true, Report.Unusable: true } problem }:
                await StandsStill(problem, row.At, cancellation);
                break;
            case ProblemChanged { Problem: { IsOpen: false } problem }:
                await Answered(problem, cancellation);
                if (problem is { State: ProblemState.Closed, Report.Unusable: true }) await WorksAgain(problem, cancellation);
                break;
            case WorkOrderChanged { Order: { State: WorkOrderState.Done, Settled: true } order }:
                await Back(order, cancellation);
                break;
            case BookingEnded { Outcome: BookingState.Displaced } lost:
                await Displaced(lost.BookingId, cancellation);
                break;
        }
    }

    // Nobody knows yet for how long. Whoever closed it meanwhile has said so.
    private async Task StandsStill(ProblemView reported, Instant at, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IProblemGrain>(Keys.Problem(reported.Id)).View() is not { IsOpen: true } problem) return;
        var tool = await Tool(problem.Report.ToolId);
        foreach (var booking in await Displacement.InTheWay(grains, [problem.Report.ToolId], new Slot(at, at + ToldAhead)))
        {
            // Whoever holds an event is told of that.
            if (await events.Of(booking, cancellation) is null) await Write("stands-still", problem.Id, booking, s => LetterTexts.StandsStill(s, tool, booking.Id, booking.Slot), cancellation);
        }
    }

    // Whoever was told that it stands still, and has their time yet, need not wonder any more.
    private async Task WorksAgain(ProblemView problem, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IToolGrain>(Keys.Tool(problem.Report.ToolId)).View() is not { Definition: { OutOfService: false, Name: { } tool } } works) return;
        // Of two problems that end together they hear once: that the tool is as it is now.
        var back = DerivedId.Of(works.Id, works.Version.ToString(CultureInfo.InvariantCulture));
        foreach (var booking in await Displacement.InTheWay(grains, [problem.Report.ToolId], new Slot(problem.ReportedAt, problem.ReportedAt + ToldAhead)))
        {
            if (booking.Slot.Start > time.Now() && await letters.Wrote(IdOf("stands-still", problem.Id, booking), cancellation))
                await Write("works-again", back, booking, s => LetterTexts.WorksAgain(s, tool, booking.Id, booking.Slot), cancellation);
        }
    }

    /// <summary>A booking has lost its time; what would work instead is found now, whenever that is.</summary>
    private async Task Displaced(Guid id, CancellationToken cancellation)
    {
        var grain = grains.GetGrain<IBookingGrain>(Keys.Booking(id));
        if (await grain.View() is not { State: BookingState.Displaced } booking || booking.Slot.Start <= time.Now() || await events.Of(booking, cancellation) is not null) return;
        // It is displaced already: this changes nothing, and says what is free.
        var alternatives = (await grain.Displace(Actors.System, booking.Reason ?? "")).Alternatives;
        var (tool, names) = (await Tool(booking.ToolId), new Dictionary<string, string>());
        foreach (var other in alternatives.Select(a => a.ToolId).Distinct()) names[other] = await Tool(other);
        await Write("displaced", id, booking, s => LetterTexts.Displaced(s, tool, id, booking.Slot, booking.Reason, [.. alternatives.Select(a => (names[a.ToolId], a.Slot))]), cancellation);
    }

    // Who lost a time that is still to come may have it again, where its tool can be used.
    private async Task Back(WorkOrderView order, CancellationToken cancellation)
    {
        foreach (var id in order.Definition.Displaced)
        {
            if (await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View() is not { State: BookingState.Displaced } booking || booking.Slot.Start <= time.Now()) continue;
            if (await grains.GetGrain<IToolGrain>(Keys.Tool(booking.ToolId)).View() is not { Definition: { OutOfService: false, Name: { } tool } }) continue;
            await Write("back", order.Id, booking, s => LetterTexts.Back(s, tool, id, booking.Slot), cancellation);
        }
    }

    // Who reported it hears what came of it.
    private async Task Answered(ProblemView problem, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(problem.Answer) || await letters.Member(problem.ReportedBy) is not { } to) return;
        var tool = await Tool(problem.Report.ToolId);
        await letters.Send(
            to,
            s => [(DerivedId.Of("problem-answered", problem.Id.ToString("N")), LetterTexts.Answered(s, tool, problem.Report.ToolId, problem.Report.Words, problem.Answer))],
            cancellation);
    }

    private async Task Write(string what, Guid cause, BookingView booking, Func<Saying, Said> say, CancellationToken cancellation)
    {
        if (await letters.Member(booking.MemberId) is { } to)
            await letters.Send(to, s => [(IdOf(what, cause, booking), say(s))], cancellation, booking.Slot.End);
    }

    private static Guid IdOf(string what, Guid cause, BookingView booking) => DerivedId.Of(what, cause.ToString("N"), booking.Id.ToString("N"));

    private async Task<string> Tool(string id) => (await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View())?.Definition.Name ?? id;
}
