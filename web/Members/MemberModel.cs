using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Members;

/// <summary>A member as the API tells it.</summary>
/// <param name="Version">Rises with every change; the <c>ETag</c>.</param>
public sealed record MemberModel(
    string Id, string Name, string? Email, string? CompanyId, MembershipModel Membership, IReadOnlyList<CertificationModel> Certifications, long Version,
    IReadOnlyDictionary<string, string> Links)
{
    /// <summary>When the waiver was signed; null where it was not.</summary>
    public OffsetDateTime? WaiverSigned { get; init; }

    /// <summary>Suspended by staff; null where not.</summary>
    public SuspensionModel? Suspension { get; init; }

    /// <summary>What is owed and overdue; null where nothing.</summary>
    public Money? BalanceDue { get; init; }

    /// <summary>Bookings nobody came to, as long as they count.</summary>
    public IReadOnlyList<StrikeModel> Strikes { get; init; } = [];

    /// <summary>Of somebody of the staff: what they look after; none: everything.</summary>
    public IReadOnlyList<DutyModel> Duties { get; init; } = [];

    public static string Address(string id) => $"/api/v1/members/{id}";

    internal static MemberModel Of(MemberView member, SpaceFacts space) => new(
        member.Id, member.Definition.Name, member.Definition.Email, member.Definition.CompanyId, MembershipModel.Of(member.Definition.Membership, space),
        [.. member.Certifications.Select(c => CertificationModel.Of(c, space))], member.Version,
        new Dictionary<string, string> { ["self"] = Address(member.Id), ["bookings"] = $"/api/v1/bookings?memberId={member.Id}" })
    {
        WaiverSigned = member.Definition.Standing.WaiverSigned?.In(space), Suspension = SuspensionModel.Of(member.Definition.Standing.Suspension, space),
        BalanceDue = member.Definition.Standing.BalanceDue, Strikes = [.. member.Strikes.Select(s => StrikeModel.Of(s, space))], Duties = [.. member.Definition.Duties.Select(d => new DutyModel(d.Kind, d.AreaId))],
    };
}

/// <summary>What the member may use, and from when to when.</summary>
public sealed record MembershipModel
{
    /// <summary>The default plan is <c>standard</c>.</summary>
    public string? PlanId { get; init; }

    /// <summary>False: ended or paused, covers nothing.</summary>
    public bool Active { get; init; } = true;

    /// <summary>First instant covered; null: always was.</summary>
    public OffsetDateTime? From { get; init; }

    /// <summary>First instant no longer covered; null: open end.</summary>
    public OffsetDateTime? Until { get; init; }

    /// <summary>May use the space outside opening hours.</summary>
    public bool AllHours { get; init; }

    internal static MembershipModel Of(Membership m, SpaceFacts space) =>
        new() { PlanId = m.PlanId, Active = m.Active, From = m.From?.In(space), Until = m.Until?.In(space), AllHours = m.AllHours };

    internal Membership Read(Faults faults)
    {
        var membership = new Membership
        {
            PlanId = faults.OptionalSlug("membership.planId", PlanId) ?? "standard", Active = Active, From = From?.ToInstant(), Until = Until?.ToInstant(), AllHours = AllHours,
        };
        if (membership.Until <= membership.From) faults.Add("membership.until", "contradiction", "The membership ends before it begins.");
        return membership;
    }
}

/// <summary>Proof that a member may use something.</summary>
public sealed record CertificationModel(string Id, string Name, OffsetDateTime From, OffsetDateTime? Until, string GrantedBy)
{
    internal static CertificationModel Of(Certification c, SpaceFacts space) =>
        new(c.Id, space.Certifications.GetValueOrDefault(c.Id, c.Id), c.From.In(space), c.Until?.In(space), c.GrantedBy);
}

/// <summary>What staff say of a member.</summary>
public record MemberSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? CompanyId { get; init; }

    /// <summary>Active on the default plan where nothing is said.</summary>
    public MembershipModel? Membership { get; init; }

    /// <summary>When the waiver was signed; null where it was not.</summary>
    public OffsetDateTime? WaiverSigned { get; init; }

    /// <summary>No booking may lie in a suspension.</summary>
    public SuspensionModel? Suspension { get; init; }

    /// <summary>What is owed and overdue.</summary>
    public Money? BalanceDue { get; init; }

    internal MemberDefinition Read(Faults faults, string? importedFrom) => new()
    {
        Standing = new Standing { WaiverSigned = WaiverSigned?.ToInstant(), Suspension = Suspension?.Read(faults), BalanceDue = BalanceDue is { Amount: > 0 } due ? due : null },
        Name = faults.Text("name", Name, 100), Email = ReadEmail(faults), CompanyId = faults.OptionalSlug("companyId", CompanyId),
        Membership = (Membership ?? new MembershipModel()).Read(faults), ImportedFrom = importedFrom,
    };

    private string? ReadEmail(Faults faults)
    {
        if (Email is not null && !Accounts.AccountDesk.IsEmail(Email)) faults.Add("email", "malformed-email", "This is no e-mail address.");
        return Email;
    }
}

/// <summary>A member to add. With an e-mail address they get an account too, and a message to choose a password.</summary>
public sealed record NewMemberBody : MemberSettings
{
    /// <summary>Made up if absent.</summary>
    public string? Id { get; init; }

    /// <summary>Short for <c>membership.planId</c>.</summary>
    public string? PlanId { get; init; }
}

/// <summary>A merge patch of a member.</summary>
public sealed record MemberPatch : MemberSettings
{
    /// <summary>Where given, nothing is changed unless the member is still at this version. <c>If-Match</c> does the same.</summary>
    public long? ExpectedVersion { get; init; }

    internal static MemberPatch Of(MemberView member, SpaceFacts space)
    {
        var d = member.Definition;
        return new MemberPatch
        {
            Name = d.Name, Email = d.Email, CompanyId = d.CompanyId, Membership = MembershipModel.Of(d.Membership, space),
            WaiverSigned = d.Standing.WaiverSigned?.In(space), Suspension = SuspensionModel.Of(d.Standing.Suspension, space), BalanceDue = d.Standing.BalanceDue,
        };
    }
}

/// <summary>A certification to grant, or its new dates.</summary>
public sealed record CertificationBody
{
    /// <summary>The certification's id. One that the space does not know is added to it.</summary>
    public string? Id { get; init; }

    /// <summary>The same as <see cref="Id"/>.</summary>
    public string? CertificationId { get; init; }

    /// <summary>Now, if absent.</summary>
    public OffsetDateTime? From { get; init; }

    /// <summary>First instant no longer covered; null: as long as the catalogue says.</summary>
    public OffsetDateTime? Until { get; init; }

    /// <summary>Why it is granted although something that leads to it is missing.</summary>
    public Reservations.OverrideBody? Override { get; init; }
}
