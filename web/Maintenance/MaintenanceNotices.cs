using System.Collections.Immutable;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Maintenance;

/// <summary>Writes to whoever is affected: each once, whoever asks again.</summary>
public sealed class MaintenanceNotices(IGrainFactory grains, IMailer mailer, IStringLocalizer<Texts> texts, TimeProvider time)
{
    /// <summary>The tool that somebody has booked stands still, and nobody knows yet for how long.</summary>
    internal async Task StandsStill(ProblemView problem, ImmutableArray<BookingView> booked, CancellationToken cancellation)
    {
        var (tool, words) = (await Tool(problem.Report.ToolId), await Words());
        foreach (var booking in booked)
        {
            await Write(
                "stands-still", problem.Id, booking, texts["{0} is out of service", tool],
                texts["You have booked {0} for {1}. A problem was reported and nobody can use it now. We look at it, and write to you when your time cannot be kept.", tool, words.Slot(booking.Slot)], cancellation);
        }
    }

    /// <summary>A booking has lost its time; what would work instead.</summary>
    internal async Task Displaced(BookingView booking, ImmutableArray<Alternative> alternatives, string why, CancellationToken cancellation)
    {
        var words = await Words();
        var offers = new List<string>();
        foreach (var alternative in alternatives) offers.Add($"{await Tool(alternative.ToolId)}, {words.Slot(alternative.Slot)}");
        var instead = offers.Count == 0 ? texts["Nothing near is free: look at the board for another time."] : texts["You could have instead: {0}. Choose on your booking’s page.", string.Join("; ", offers)];
        await Write(
            "displaced", booking.Id, booking, texts["Your time at {0} cannot be kept", await Tool(booking.ToolId)],
            texts["{0}, {1}: {2}. It costs you nothing.", await Tool(booking.ToolId), words.Slot(booking.Slot), why] + " " + instead, cancellation);
    }

    /// <summary>The tool is back: who lost a time that is still to come may have it again.</summary>
    internal async Task Back(WorkOrderView order, CancellationToken cancellation)
    {
        var (words, now) = (await Words(), time.Now());
        foreach (var id in order.Definition.Displaced)
        {
            if (await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View() is not { State: BookingState.Displaced } booking || booking.Slot.Start <= now) continue;
            await Write(
                "back", order.Id, booking, texts["{0} is back", await Tool(booking.ToolId)],
                texts["{0} works again, sooner than your time on {1}. It may still be free: book it again on your booking’s page.", await Tool(booking.ToolId), words.Slot(booking.Slot)], cancellation);
        }
    }

    /// <summary>Who reported a problem hears what came of it.</summary>
    internal async Task Answered(ProblemView problem, CancellationToken cancellation)
    {
        if (problem.IsOpen || string.IsNullOrWhiteSpace(problem.Answer)) return;
        if (await Address(problem.ReportedBy) is not { } address) return;
        await mailer.SendOnce(
            DerivedId.Of("problem-answered", problem.Id.ToString("N")), address, texts["What you reported of {0}", await Tool(problem.Report.ToolId)],
            texts["You wrote: {0}", problem.Report.Words] + "\n\n" + problem.Answer, cancellation);
    }

    private async Task Write(string what, Guid cause, BookingView booking, string subject, string text, CancellationToken cancellation)
    {
        if (await Address(booking.MemberId) is { } address)
            await mailer.SendOnce(DerivedId.Of(what, cause.ToString("N"), booking.Id.ToString("N")), address, subject, text, cancellation);
    }

    private async Task<string?> Address(string memberId) =>
        (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View())?.Definition.Email is { Length: > 0 } address ? address : null;

    private async Task<string> Tool(string id) => (await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View())?.Definition.Name ?? id;

    private async Task<Words> Words() => new(texts, (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Zone, time.Now());
}
