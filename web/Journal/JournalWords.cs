using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Reservations;
using Makerspace.Waitlists;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Journal;

/// <summary>Entries of the journal as people read them.</summary>
internal static class JournalWords
{
    /// <summary>What happened, as in "booking confirmed". What a later version wrote is told by its own name.</summary>
    public static string Label(string type, IStringLocalizer<Texts> t) => type switch
    {
        "booking-held" => t["booking begun"], "booking-confirmed" => t["booking confirmed"], "booking-moving" => t["booking about to move"], "booking-moved" => t["booking moved"],
        "booking-ended" => t["booking ended"], "hold-settled" => t["booking settled"], "booking-advanced" => t["booking went on"], "booking-handing-over" => t["booking about to change hands"],
        "booking-handed-over" => t["booking handed over"], "booking-fee-waived" => t["fee waived"], "tool-changed" => t["tool changed"], "member-changed" => t["member changed"],
        "member-noted" => t["note about a member"], "announcement-changed" => t["announcement"], "area-changed" => t["area changed"], "space-changed" => t["space changed"],
        "company-changed" => t["company changed"], "resource-changed" => t["resource changed"], "wait-changed" => t["waitlist"], "series-changed" => t["series"],
        "training-changed" => t["training changed"], "event-changed" => t["event changed"], "office-hours-changed" => t["office hours changed"], "session-changed" => t["session with a mentor changed"], "ledger-posted" => t["written into the book"], "account-changed" => t["account changed"],
        "certification-changed" => t["certification changed"], "certificate-changed" => t["certificate given or ended"], "passport-changed" => t["step towards a certification"],
        "problem-changed" => t["problem at a tool"], "work-order-changed" => t["work order changed"], "upkeep-changed" => t["meters or maintenance plans changed"],
        "device-changed" => t["device changed"], "device-used" => t["use reported by a device"], "presence-changed" => t["somebody came or left"],
        _ => type.Replace('-', ' '),
    };

    /// <summary>What more the entry says of itself, as programs read it: the names of states, notes as they were written. Null where nothing.</summary>
    public static string? Detail(DomainEvent happened) => Detail(happened, state => state.ToString(), note => note);

    /// <summary>The same as people read it.</summary>
    public static string? Told(DomainEvent happened, IStringLocalizer<Texts> t) => Detail(happened, state => State(state, t), note => Note(note, t));

    private static string? Detail(DomainEvent happened, Func<Enum, string> state, Func<string?, string?> note) => happened switch
    {
        BookingHeld { OverrideReason: { } why } => note("override: " + why),
        BookingMoving { OverrideReason: { } why } => note("override: " + why),
        BookingAdvanced advanced => Joined(state(advanced.To), advanced.Note),
        BookingEnded ended => Joined(state(ended.Outcome), ended.Reason),
        BookingFeeWaived waived => Joined(waived.Reason, waived.Note),
        ToolChanged tool => note(tool.Note),
        MemberChanged member => note(member.Note),
        MemberNoted noted => noted.Removed ? note("removed") : null,
        AnnouncementChanged { Announcement: var announcement } => announcement.Definition.Title,
        AreaChanged area => Joined(area.Area.Definition.Name, note(area.Note)),
        CompanyChanged company => Joined(company.Company.Definition.Name, note(company.Note)),
        ResourceChanged resource => Joined(resource.Resource.Definition.Name, note(resource.Note)),
        WaitChanged wait => state(wait.Wait.State),
        TrainingChanged training => training.Training.Definition.Title,
        OfficeHoursChanged hours => hours.OfficeHours.Definition.Pattern.Title,
        EventChanged happening => happening.Event.Definition.Title,
        CertificationChanged certification => certification.Certification.Id,
        CertificateChanged certificate => certificate.Certificate.CertificationId,
        ProblemChanged problem => Joined(state(problem.Problem.State), note(problem.Note)),
        WorkOrderChanged order => Joined(order.Order.Definition.Title, note(order.Note)),
        UpkeepChanged upkeep => note(upkeep.Note),
        DeviceChanged device => Joined(device.Device.Definition.Name, note(device.Note)),
        LedgerPosted posted => Joined(state(posted.Entry.Kind), posted.Entry.Note),
        AccountChanged account => note(account.Note),
        _ => null,
    };

    /// <summary>Where a thing is in its life, or what was written into a book.</summary>
    public static string State(Enum state, IStringLocalizer<Texts> t) => state switch
    {
        BookingState.Held => t["Being booked"], BookingState.AwaitingApproval => t["Waiting for approval"], BookingState.AwaitingPayment => t["Waiting for the deposit"], BookingState.Offered or WaitState.Offered => t["Offered"],
        BookingState.CheckedIn => t["Checked in"], BookingState.Confirmed => t["Booked"], BookingState.Completed => t["Used"], BookingState.Cancelled => t["Cancelled"], BookingState.LateCancelled => t["Cancelled late"],
        BookingState.NoShow => t["Nobody came"], BookingState.Displaced => t["Time taken away"], BookingState.Expired => t["Never confirmed"], BookingState.Refused => t["Refused"],
        ProblemState.Open => t["New"], ProblemState.Triaged => t["being worked on"], ProblemState.Duplicate => t["The same as another"], ProblemState.Closed => t["Closed"],
        WaitState.Waiting => t["Waiting"], WaitState.Taken => t["offer taken"], WaitState.Passed => t["offer let pass"], WaitState.Left => t["left the waitlist"], WaitState.Over => t["Over"],
        LedgerKind.Usage => t["use"], LedgerKind.LateFee => t["Cancelled late"], LedgerKind.NoShowFee => t["Nobody came"], LedgerKind.Membership => t["Membership"], LedgerKind.Pack => t["Hours bought in advance"],
        LedgerKind.PackExpired => t["Prepaid hours ran out"], LedgerKind.DayPass => t["Day pass"], LedgerKind.Payment => t["a payment"], LedgerKind.PaymentByHand => t["Paid by cash or transfer"], LedgerKind.Refund => t["Paid back"],
        LedgerKind.Credit => t["Credit from the space"], LedgerKind.CreditUsed => t["Credit used"], LedgerKind.Adjustment => t["Charged by the space"], LedgerKind.CreditNote => t["Charge taken back"],
        LedgerKind.DisputeOpened => t["Disputed at the bank"], LedgerKind.DisputeWon => t["Dispute won"], LedgerKind.DisputeLost => t["Dispute lost"], LedgerKind.WriteOff => t["Given up by the space"],
        _ => state.ToString(),
    };

    // A note begins with what was done, and goes on with whatever it was done to. That something changed is in its label already; what is not known here is shown as it was written.
    private static string? Note(string? note, IStringLocalizer<Texts> t)
    {
        if (note is null or "changed") return null;
        var end = note.IndexOf(": ", StringComparison.Ordinal);
        var (done, rest) = end < 0 ? (note, "") : (note[..end], note[end..]);
        return Done(done, t) + rest;
    }

    private static string Done(string done, IStringLocalizer<Texts> t) => done switch
    {
        "made" => t["newly made"], "removed" => t["removed"], "override" => t["although the rules said no"], "reported" => t["reported"], "taken up" => t["taken up"], "let go" => t["let go"], "closed" => t["was closed"],
        "photographed" => t["photo added"], "done" => t["is done"], "dropped" => t["given up"], "settled" => t["settled"], "bookings displaced" => t["bookings displaced"],
        "outage placed" => t["outage placed"], "outage closed" => t["outage closed"], "busy times read" => t["busy times read"], "certified" => t["certification given"], "certificate" => t["Certificate"], "revoked" => t["certification revoked"],
        "role" => t["Role"], "strike" => t["strike"], "strike forgiven" => t["strike forgiven"], "released" => t["released again"], "locked" => t["locked"], "unlocked" => t["unlocked"], "emergency stop" => t["Emergency stop"],
        "window looked for" => t["time looked for"], "used" => t["was used"], "plan made" => t["plan made"], "plan dropped" => t["plan dropped"], "plan changed" => t["plan changed"], "plan carried out" => t["plan carried out"],
        "ordered" => t["work ordered"], "order given up" => t["order given up"], "meter made" => t["meter made"], "meter fed" => t["meter read"], "meter changed" => t["meter changed"], "looked at" => t["Looked at"],
        _ => done,
    };

    private static string Joined(string first, string? second) => string.IsNullOrEmpty(second) ? first : $"{first}: {second}";
}
