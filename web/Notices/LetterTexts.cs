using Makerspace.Billing;
using Makerspace.Events;
using Makerspace.Notices;
using Makerspace.Time;
using Makerspace.Web.Billing;
using Makerspace.Web.Events;
using Makerspace.Web.Mentors;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>What letters say, apart from who writes them and when: so staff see each as its reader does.</summary>
internal static class LetterTexts
{
    /// <summary>Stands in samples where a letter has a token: it opens nothing.</summary>
    private const string NoSecret = "sample";

    /// <summary>A slot of the waitlist is offered.</summary>
    public static Said Offered(Saying s, string tool, Slot slot, Instant until) => new(s.T["{0} is free for you", tool], s.Links.Waiting,
        s.T["{0}, {1}, has become free and is held for you until {2}. Take it, or let it go, here:", tool, s.Words.Slot(slot), s.Words.Moment(until)]);

    /// <summary>What is offered is given on soon.</summary>
    public static Said OfferEnds(Saying s, string tool, Slot slot, Instant until) => new(s.T["Until {0}: {1} is held for you", s.Words.Moment(until), tool], s.Links.Waiting,
        s.T["{0}, {1}, is held for you until {2}; then whoever waits next is asked. Take it, or let it go, here:", tool, s.Words.Slot(slot), s.Words.Moment(until)]);

    public static Said StandsStill(Saying s, string tool, Guid booking, Slot slot) => new(s.T["{0} is out of service", tool], s.Links.Booking(booking),
        s.T["You have booked {0} for {1}. A problem was reported and nobody can use it now. We look at it, and write to you when your time cannot be kept.", tool, s.Words.Slot(slot)]);

    public static Said WorksAgain(Saying s, string tool, Guid booking, Slot slot) => new(s.T["{0} can be used again", tool], s.Links.Booking(booking),
        s.T["We have looked at {0}: it works. Your time on {1} stands as you booked it.", tool, s.Words.Slot(slot)]);

    /// <summary>Something is planned in somebody's time, which is still theirs.</summary>
    /// <param name="s">The words.</param>
    /// <param name="tool">What was booked.</param>
    /// <param name="booking">Which.</param>
    /// <param name="slot">When.</param>
    /// <param name="title">What is planned.</param>
    /// <param name="outage">From when to when.</param>
    public static Said OutagePlanned(Saying s, string tool, Guid booking, Slot slot, string title, Slot outage) => new(s.T["{0} cannot be used in your time", tool], s.Links.Booking(booking),
        s.T["You have booked {0} for {1}. “{2}” is planned then, {3}: nobody can use it meanwhile.", tool, s.Words.Slot(slot), title, s.Words.Slot(outage)],
        s.T["Your booking is still yours. Move it to another time, or cancel it: that costs you nothing."]);

    /// <summary>Somebody's time is taken.</summary>
    /// <param name="s">The words.</param>
    /// <param name="tool">What was booked.</param>
    /// <param name="booking">Which.</param>
    /// <param name="slot">When.</param>
    /// <param name="reason">Why it cannot be.</param>
    /// <param name="instead">What would work, each with its name.</param>
    public static Said Displaced(Saying s, string tool, Guid booking, Slot slot, string? reason, IReadOnlyCollection<(string Name, Slot Slot)> instead) => new(
        s.T["Your time at {0} cannot be kept", tool], s.Links.Booking(booking),
        s.T["{0}, {1}: {2}. It costs you nothing.", tool, s.Words.Slot(slot), reason ?? "–"],
        instead.Count == 0 ? s.T["Nothing near is free: look at the board for another time."]
            : s.T["You could have instead: {0}. Choose on your booking’s page.", string.Join("; ", instead.Select(a => $"{a.Name}, {s.Words.Slot(a.Slot)}"))]);

    public static Said Back(Saying s, string tool, Guid booking, Slot slot) => new(s.T["{0} is back", tool], s.Links.Booking(booking),
        s.T["{0} works again, sooner than your time on {1}. It may still be free: book it again on your booking’s page.", tool, s.Words.Slot(slot)]);

    public static Said Answered(Saying s, string tool, string toolId, string reported, string answer) => new(s.T["What you reported of {0}", tool], s.Links.Tool(toolId), s.T["You wrote: {0}", reported], answer);

    public static Said TrainingCalledOff(Saying s, string title, Slot slot) => new(s.T["Called off: {0}", title], s.Links.Trainings,
        s.T["“{0}” on {1} does not take place. Other trainings are here:", title, s.Words.Slot(slot)]);

    public static Said TrainingSeat(Saying s, Guid training, string title, Slot slot) => new(s.T["You have a seat: {0}", title], s.Links.Training(training),
        s.T["A seat became free, and you were first in the line: “{0}” on {1} is yours. Give it back here if you cannot come:", title, s.Words.Slot(slot)]);

    public static Said HoursToConfirm(Saying s, string certification, Slot slot, bool byTrainee) => new(s.T["Hours to confirm"], byTrainee ? s.Links.Passport : s.Links.Teaching,
        s.T["Hours under supervision for “{0}” on {1} wait for you to confirm them:", certification, s.Words.Slot(slot)]);

    public static Said Revoked(Saying s, string certification, string? reason) => new(s.T["Your certification “{0}” was taken away", certification], s.Links.Passport,
        s.T["Your certification “{0}” no longer holds. The reason given: {1}", certification, reason ?? "–"], s.T["What leads to a new one is here:"]);

    /// <summary>A certification ends or lapses soon.</summary>
    /// <param name="s">The words.</param>
    /// <param name="certification">Its name.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="byDisuse">Because it was not used.</param>
    /// <param name="next">The training that leads to a new one.</param>
    public static Said CertificationEnds(Saying s, string certification, Instant end, bool byDisuse, (string Title, Slot Slot)? next)
    {
        string text = byDisuse
            ? s.T["Your certification “{0}” lapses on {1}, because nothing that asks for it was used for a long time. Using it before keeps it.", certification, s.Words.Moment(end)]
            : s.T["Your certification “{0}” ends on {1}. What leads to a new one is here:", certification, s.Words.Moment(end)];
        string[] lines = next is var (title, slot) ? [s.T["The next training is “{0}”, {1}.", title, s.Words.Slot(slot)], text] : [text];
        return new Said(s.T["Your certification “{0}” ends soon", certification], s.Links.Passport, lines);
    }

    public static Said CalendarUnreadable(Saying s, Instant since, string fault) => new(s.T["Your calendar cannot be read"], s.Links.Mentoring,
        s.T["Since {0} your busy times cannot be read from your calendar: {1}", s.Words.Moment(since), MentorWords.CalendarFault(fault, s.T)],
        s.T["What was known before still holds: members may book you at times that your calendar has taken since. Set its address anew, or take it back:"]);

    public static Said SessionProposed(Saying s, Guid session, string who, Slot instead, Slot slot, string? words) => new(s.T["{0} proposes another time", who], s.Links.Session(session),
        [
            s.T["Instead of {0}, {1} proposes {2}.", s.Words.Slot(instead), who, s.Words.Slot(slot)], .. words is { Length: > 0 } ? new[] { $"“{words}”" } : [],
            s.T["It stays where it is until you say yes:"],
        ]);

    public static Said SessionStays(Saying s, Guid session, string who) =>
        new(s.T["The session stays where it is"], s.Links.Session(session), s.T["{0} has declined the other time, or taken it back.", who]);

    public static Said SessionWritten(Saying s, Guid session, string who) =>
        new(s.T["{0} has written something about your session", who], s.Links.Session(session), s.T["Notes and tasks of your session are here:"]);

    public static Said SessionMissed(Saying s, Guid session, string who) => new(s.T["{0} waited for you", who], s.Links.Session(session),
        s.T["{0} notes that you did not come, and the session does not count for the programme. If that is not so, tell them:", who]);

    public static Said SessionHeld(Saying s, Guid session, string mentor) => new(s.T["How was it with {0}?", mentor], s.Links.Session(session),
        s.T["Two words help {0} and whoever comes after you. Notes and tasks are there too:", mentor]);

    /// <summary>An event does not take place.</summary>
    /// <param name="s">The words.</param>
    /// <param name="who">Whose letter it is: a member id or a guest's seat.</param>
    /// <param name="view">The event.</param>
    public static Said EventOff(Saying s, string who, EventView view) => new(
        s.T["Called off: {0}", view.Definition.Title], s.Links.Events,
            [
                s.T["“{0}” on {1} does not take place.", view.Definition.Title, s.Words.Slot(view.Definition.Slot)],
                .. view.FellShort ? [s.T["Too few had taken a seat by then."].Value] : view.Definition.Reason is { } reason ? new[] { s.T["The reason given: {0}", reason].Value } : [],
                .. view.Taken.Any(t => t.Who == who && t.Price is not null) ? [s.T["What you were charged for it is taken back."].Value] : Array.Empty<string>(),
                s.T["What else there is:"],
            ]);

    public static Said EventSeat(Saying s, EventView view) => new(s.T["You have a seat: {0}", view.Definition.Title], s.Links.Event(view.Id),
        s.T["A seat became free, and you were first in the line: “{0}” on {1} is yours. Give it back here if you cannot come:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]);

    public static Said EventAsked(Saying s, EventView view) => new(s.T["Somebody asks for a seat: {0}", view.Definition.Title], s.Links.Event(view.Id),
        s.T["A seat in “{0}” on {1} is held until you say yes or no:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]);

    /// <summary>To the host: something it needs cannot be had.</summary>
    public static Said EventLost(Saying s, EventView view, IReadOnlyCollection<LostTool> lost) => new(s.T["It cannot be as it is planned: {0}", view.Definition.Title], s.Links.Event(view.Id),
        [.. lost.Select(t => EventWords.Lost(t, s.Words, s.T)), s.T["“{0}” is on {1}. Move it, go on without, or call it off here; who has a seat is told:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]]);

    /// <summary>It takes place, and something is not there. Guests give back by <paramref name="link"/>.</summary>
    public static Said EventWithout(Saying s, EventView view, IReadOnlyCollection<string> gone, string? link) => new(s.T["Changed: {0}", view.Definition.Title], link ?? s.Links.Event(view.Id),
        s.T["“{0}” on {1} takes place without: {2}.", view.Definition.Title, s.Words.Slot(view.Definition.Slot), string.Join(", ", gone)], s.T["Give your seat back here if you do not want to come so:"]);

    /// <summary>A guest's event is at another time.</summary>
    public static Said EventMoved(Saying s, EventView view, Slot from, string link) => new(s.T["Moved: {0}", view.Definition.Title], link,
        s.T["“{0}” is not on {1} but on {2}.", view.Definition.Title, s.Words.Slot(from), s.Words.Slot(view.Definition.Slot)], s.T["Your seat is kept. Give it back here if you cannot come then:"]);

    /// <summary>A guest confirms, or gives back, by <paramref name="link"/>.</summary>
    public static Said GuestSeat(Saying s, EventView view, string link) => new(s.T["Confirm your seat: {0}", view.Definition.Title], link,
        s.T["If you did not ask for it, do nothing: nobody comes in your name."],
        s.T["A seat in “{0}” on {1} is held for you for half an hour. Confirm it, or give it back, here:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]) { ToAnyone = true };

    /// <summary>Somebody asks again who has a seat.</summary>
    public static Said GuestAgain(Saying s, EventView view, string link) => new(s.T["You have a seat: {0}", view.Definition.Title], link,
        s.T["Somebody, maybe you, has asked for a seat with this address once more. You have one already: nothing has changed."],
        s.T["You have a seat in “{0}” on {1}. Give it back here if you cannot come:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]);

    public static Said GuestReminder(Saying s, EventView view, string link) => new(s.T["Tomorrow: {0}", view.Definition.Title], link,
        s.T["You have a seat in “{0}” on {1}. Give it back here if you cannot come:", view.Definition.Title, s.Words.Slot(view.Definition.Slot)]);

    /// <summary>Of whoever asks for an account: a link proves that the address is theirs.</summary>
    public static Said ConfirmAddress(IStringLocalizer<Texts> t, string link) => new(
        t["Confirm your e-mail address"], link, t["If this was not you, ignore this message."], t["Confirm your address for the makerspace, within a day:"]) { ToAnyone = true };

    public static Said AccountKnown(IStringLocalizer<Texts> t, string link) => new(
        t["You have an account already"], link,
        t["If you do not know the password, set a new one there."], t["Somebody, perhaps you, asked for an account with this address. There is one already:"]) { ToAnyone = true };

    public static Said NewPassword(IStringLocalizer<Texts> t, string link) =>
        new(t["Set a new password"], link, t["If this was not you, ignore this message."], t["Set a new password here, within a day:"]) { ToAnyone = true };

    /// <summary>Staff made an account for somebody.</summary>
    public static Said AccountMade(IStringLocalizer<Texts> t, string link) => new(t["Your makerspace account"], link, t["An account was made for you. Choose a password here, within a day:"]) { ToAnyone = true };

    /// <summary>A company invites somebody.</summary>
    public static Said Invited(IStringLocalizer<Texts> t, string company, string link) => new(
        t["{0} invites you to the makerspace", company], link,
        t["The link works once. If you do not know them, ignore this message."], t["{0} invites you to use the makerspace with them. Accept within 14 days:", company]) { ToAnyone = true };

    /// <summary>One of what a payer is told.</summary>
    public static Said Of(MoneyNotice notice, Saying s) => new(notice.Subject, notice.Link ?? s.Links.Money, notice.Text.Split('\n'));

    /// <summary>Each of these once, with made-up facts, for whoever wants to see how it reads.</summary>
    public static IReadOnlyList<(string Id, Func<Saying, Said> Say)> Samples(string tool, string reason, Slot slot)
    {
        var (id, other) = (Guid.Empty, slot.StartingAt(slot.End));
        return
        [
            ("offered", s => Offered(s, tool, slot, s.Now + Duration.FromMinutes(15))), ("stands-still", s => StandsStill(s, tool, id, slot)),
            ("works-again", s => WorksAgain(s, tool, id, slot)), ("outage-planned", s => OutagePlanned(s, tool, id, slot, reason, other)),
            ("displaced", s => Displaced(s, tool, id, slot, reason, [(tool, other)])), ("displaced-nothing", s => Displaced(s, tool, id, slot, reason, [])), ("back", s => Back(s, tool, id, slot)),
            ("answered", s => Answered(s, tool, "laser", reason, "…")), ("training-called-off", s => TrainingCalledOff(s, tool, slot)), ("training-seat", s => TrainingSeat(s, id, tool, slot)),
            ("hours", s => HoursToConfirm(s, tool, slot, byTrainee: true)), ("revoked", s => Revoked(s, tool, reason)), ("certification-ends", s => CertificationEnds(s, tool, slot.Start, byDisuse: false, (tool, slot))),
            ("certification-lapses", s => CertificationEnds(s, tool, slot.Start, byDisuse: true, null)), ("calendar", s => CalendarUnreadable(s, slot.Start - Duration.FromDays(3), "timed-out")),
            ("payment-failed", s => Money(s, a => a with { Collection = Collecting(CollectionState.Failed, s.Now + Duration.FromDays(1)) })),
            ("payment-failed-last", s => Money(s, a => a with { Collection = Collecting(CollectionState.Failed, null) })), ("needs-payer", s => Money(s, a => a with { Collection = Collecting(CollectionState.NeedsPayer, null) })),
            ("needs-card", s => Money(s, a => a with { Collection = Collecting(CollectionState.NeedsCard, null) })), ("overdue", s => Money(s, a => a with { Standing = PayerStanding.Overdue, LateSince = s.Now })),
            ("offer-ends", s => OfferEnds(s, tool, slot, s.Now + Duration.FromMinutes(10))),
            ("session-proposed", s => SessionProposed(s, id, "Ben", slot, other, reason)), ("session-stays", s => SessionStays(s, id, "Ben")), ("session-written", s => SessionWritten(s, id, "Ben")),
            ("session-missed", s => SessionMissed(s, id, "Ben")), ("session-held", s => SessionHeld(s, id, "Ben")),
            ("event-off", s => EventOff(s, "", Happening(reason))), ("event-short", s => EventOff(s, "", Happening(null) with { FellShort = true })), ("event-seat", s => EventSeat(s, Happening(null))),
            ("event-asked", s => EventAsked(s, Happening(null))), ("event-lost", s => EventLost(s, Happening(null), [new LostTool("", tool, ToolLoss.Outage, reason, "", slot.End)])), ("event-without", s => EventWithout(s, Happening(null), [tool], null)),
            ("event-moved", s => EventMoved(s, Happening(null), slot, s.Links.Events)), ("guest-seat", s => GuestSeat(s, Happening(null), s.Links.Events)), ("guest-again", s => GuestAgain(s, Happening(null), s.Links.Events)), ("guest-reminder", s => GuestReminder(s, Happening(null), s.Links.Events)),
            ("renewal", s => Money(s, a => a with { Subscription = Subscribed(s) }, byTheClock: true)), ("subscription-ended", s => Money(s, a => a with { Subscription = Subscribed(s) with { Status = "canceled", EndedAt = s.Now } })),
            ("pack-used", s => Money(s, a => a with { Packs = [new PackView(id, tool, 600, 0, 0, null)] }, byTheClock: true)),
            ("pack-over", s => Money(s, a => a with { Packs = [new PackView(id, tool, 600, 90, 0, s.Now + Duration.FromDays(3))] }, byTheClock: true)),
            ("deposit-failed", s => Money(s, a => a with { Deposits = [new DepositView(id, 5000, DepositState.Failed, null, null)] })),
            ("objection-answered", s => Money(s, a => a with { Objections = [new ObjectionView(id, s.Now, "ada", "…", true, "sam", reason, s.Now)] })),
            ("receipt", s => Of(MoneyNotice.Receipt(Paid(s), new AccountView { Id = "member-sample", Currency = s.Space.Currency }, AboutMoney(s)), s)),
            ("confirm-address", s => ConfirmAddress(s.T, s.Links.Confirm(NoSecret, NoSecret))), ("account-known", s => AccountKnown(s.T, s.Links.SignIn)), ("new-password", s => NewPassword(s.T, s.Links.Reset(NoSecret, NoSecret))),
            ("account-made", s => AccountMade(s.T, s.Links.Reset(NoSecret, NoSecret))), ("invited", s => Invited(s.T, "Gull & Co.", s.Links.Invitation(NoSecret))),
            ("suspended", s => Money(s, a => a with { Standing = PayerStanding.Suspended, LateSince = s.Now })),
        ];

        EventView Happening(string? why) => new(id, new EventDefinition { Title = tool, Slot = slot, Reason = why }, []);
        SubscriptionView Subscribed(Saying s) => new() { SubscriptionId = "sample", PlanId = tool, Status = "active", PeriodEnd = s.Now + Duration.FromDays(1), UnitAmount = 2900 };
        LedgerEntry Paid(Saying s) => new() { Id = id, Kind = LedgerKind.Payment, Lines = [new LedgerLine(Chart.Cash, 1200, s.Space.Currency)] };
        CollectionView Collecting(CollectionState state, Instant? next) => new(id, 1200, state, 1, slot.Start, next, null);
    }

    // Somebody who wants to be told everything.
    private static MoneyNotice.About AboutMoney(Saying s) =>
        new(s.T, s.Words, s.Links, s.Space, s.Now) { Wishes = new NoticeSettings { DueLeads = [Duration.FromDays(7)] } };

    private static Said Money(Saying s, Func<AccountView, AccountView> with, bool byTheClock = false)
    {
        var account = with(new AccountView { Id = "member-sample", Currency = s.Space.Currency, Owed = 1200 });
        return Of((byTheClock ? MoneyNotice.ByTheClock(account, AboutMoney(s)) : MoneyNotice.Of(account, AboutMoney(s))).Single(), s);
    }
}
