using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Jobs;

/// <summary>What each job is called and does, for staff.</summary>
internal static class JobTexts
{
    public static (string Name, string Does) Of(string id, IStringLocalizer<Texts> t) => id switch
    {
        "sweep" => (t["Half-made bookings"], t["Finishes or undoes what a crash left between two steps."]),
        "due-bookings" => (t["Bookings by the clock"], t["Releases no-shows, ends what was not answered, completes what was used."]),
        "unfinished-series" => (t["Unfinished series"], t["Goes on with series that were interrupted while they were made."]),
        "waitlists" => (t["Waitlists"], t["Offers what has become free to whoever waits first."]),
        "certifications" => (t["Certifications"], t["Grants what follows from attendance, quizzes, sign-offs and hours."]),
        "training-notices" => (t["Messages about trainings"], t["Tells members of seats, of trainings called off, of hours to confirm."]),
        "expiry-reminders" => (t["Reminders of certifications"], t["Reminds members a month and a week before a certification ends or lapses."]),
        "upkeep" => (t["Upkeep"], t["Counts what meters show and keeps windows for the upkeep that falls due."]),
        "areas" => (t["Areas with a limit"], t["Tells an area that begins to count people of the bookings there are."]),
        "accounts-due" => (t["Statements and attempts"], t["Makes statements, asks again for what could not be taken, lets packs run out."]),
        "events" => (t["Events and seats"], t["Does what falls due in events: too few seats taken, seats held too long."]),
        "event-notices" => (t["Messages about events"], t["Tells people of seats that became theirs and of events called off, and hosts of who asks."]),
        "event-guests" => (t["Guests of events"], t["Reminds guests, and forgets who they were."]),
        "office-hours" => (t["Office hours"], t["Plans what comes again as it comes near."]),
        "event-money" => (t["What seats cost"], t["Charges seats of events, and gives the money back."]),
        "booking-money" => (t["Deposits and waivers"], t["Confirms bookings whose deposit stands, and takes waived fees back."]),
        "memberships" => (t["Memberships"], t["Makes memberships follow what is paid for: subscriptions, seats, days."]),
        "payment-delivery" => (t["Payments to send"], t["Sends what is to be charged, authorised, given back or changed to the payment provider."]),
        "provider-events" => (t["News from the payment provider"], t["Looks up what the payment provider told of."]),
        "reconciliation" => (t["Reconciliation"], t["Compares the books with the payment provider’s every night."]),
        "payment-simulator" => (t["Payment simulator"], t["Moves the clock of the payment simulator, where no real payments are taken."]),
        "offer-notices" => (t["Messages about offers"], t["Tells whoever waits that something is held for them."]),
        "session-notices" => (t["Messages about sessions"], t["Tells the other side of proposals, notes and tasks, and asks how it was."]),
        "outage-notices" => (t["Messages about outages"], t["Tells whoever keeps a time in which an outage is planned."]),
        "maintenance-notices" => (t["Messages about upkeep"], t["Tells whoever is affected that a tool stands still, takes their time or is back."]),
        "notices" => (t["Reminders and notices"], t["Plans what people are to be told, and writes it when it is due."]),
        "message-delivery" => (t["Messages to send"], t["Sends mail, chat messages and webhooks."]),
        "mentor-calendars" => (t["Mentors’ calendars"], t["Reads from mentors’ own calendars when they are busy."]),
        "money-notices" => (t["Messages about money"], t["Writes receipts and what payers have to know or do."]),
        _ => (id, ""),
    };
}
