using Makerspace.Companies;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Companies;

/// <summary>What is said of companies, in the reader's language.</summary>
internal static class CompanyWords
{
    public static string Of(CompanyRole role, IStringLocalizer<Texts> t) => role switch { CompanyRole.Owner => t["owner"], CompanyRole.Bookkeeper => t["bookkeeper"], _ => t["member"] };

    /// <summary>Why a step was refused (<see cref="CompanyOutcome.Refused"/>).</summary>
    public static string Of(string refused, IStringLocalizer<Texts> t) => refused switch
    {
        "last-owner" => t["A company has at least one owner. Make somebody else an owner first."],
        "no-seat-free" => t["All seats are taken or promised. Buy another, or take one from somebody."],
        "in-another-company" => t["You belong to a company already."],
        "invitation-invalid" => t["This invitation was used, has expired or was taken back. Ask for a new one."],
        "too-many-requests" => t["Too many invitations in a short time. Wait ten minutes."],
        "too-many-invitations" => t["Too many invitations are open. Take some back first."],
        "unknown-person" or "unknown-company" => t["It is not there any more."],
        _ => t["Somebody else has changed the company in the meantime. Look again, then repeat your change."],
    };
}
