using Makerspace.Journal;
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

    /// <summary>What more the entry says of itself, in its own words; null where nothing.</summary>
    public static string? Detail(DomainEvent happened) => happened switch
    {
        BookingHeld { OverrideReason: { } why } => "override: " + why,
        BookingMoving { OverrideReason: { } why } => "override: " + why,
        BookingAdvanced advanced => Joined(advanced.To.ToString(), advanced.Note),
        BookingEnded ended => Joined(ended.Outcome.ToString(), ended.Reason),
        BookingFeeWaived waived => Joined(waived.Reason, waived.Note),
        ToolChanged tool => tool.Note,
        MemberChanged member => member.Note,
        MemberNoted noted => noted.Removed ? "removed" : null,
        AnnouncementChanged { Announcement: var announcement } => announcement.Definition.Title,
        AreaChanged area => Joined(area.Area.Definition.Name, area.Note),
        CompanyChanged company => Joined(company.Company.Definition.Name, company.Note),
        ResourceChanged resource => Joined(resource.Resource.Definition.Name, resource.Note),
        WaitChanged wait => wait.Wait.State.ToString(),
        TrainingChanged training => training.Training.Definition.Title,
        OfficeHoursChanged hours => hours.OfficeHours.Definition.Pattern.Title,
        EventChanged happening => happening.Event.Definition.Title,
        CertificationChanged certification => certification.Certification.Id,
        CertificateChanged certificate => certificate.Certificate.CertificationId,
        ProblemChanged problem => Joined(problem.Problem.State.ToString(), problem.Note),
        WorkOrderChanged order => Joined(order.Order.Definition.Title, order.Note),
        UpkeepChanged upkeep => upkeep.Note,
        DeviceChanged device => Joined(device.Device.Definition.Name, device.Note),
        LedgerPosted posted => Joined(posted.Entry.Kind.ToString(), posted.Entry.Note),
        AccountChanged account => account.Note,
        _ => null,
    };

    private static string Joined(string first, string? second) => string.IsNullOrEmpty(second) ? first : $"{first}: {second}";
}
