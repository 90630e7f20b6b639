using Makerspace.Companies;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Members;
using Makerspace.Web.Policies;

namespace Makerspace.Web.Companies;

/// <summary>A company as the API tells it.</summary>
/// <param name="Limits">Pooled: all its members' bookings of all tools count together.</param>
/// <param name="Pays">Its account pays for its members' bookings.</param>
/// <param name="BillingEmail">Where its invoices go.</param>
/// <param name="Version">Rises with every change; the <c>ETag</c>.</param>
public sealed record CompanyModel(
    string Id, string Name, Limits Limits, SuspensionModel? Suspension, Money? BalanceDue, bool Pays, string? BillingEmail, long Version, IReadOnlyDictionary<string, string> Links)
{
    public static string Address(string id) => $"/api/v1/companies/{id}";

    internal static CompanyModel Of(CompanyView company, SpaceFacts space)
    {
        var standing = company.Definition.Standing;
        return new CompanyModel(company.Id, company.Definition.Name, company.Definition.Limits, SuspensionModel.Of(standing.Suspension, space), standing.BalanceDue, company.Definition.Pays, company.Definition.BillingEmail, company.Version,
            new Dictionary<string, string> { ["self"] = Address(company.Id) });
    }
}

/// <summary>What staff say of a company.</summary>
public record CompanySettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }
    public Limits? Limits { get; init; }

    /// <summary>Null: not suspended.</summary>
    public SuspensionModel? Suspension { get; init; }

    /// <summary>What is owed and overdue; null: nothing.</summary>
    public Money? BalanceDue { get; init; }

    /// <summary>Its account pays for its members' bookings; else each pays for their own.</summary>
    public bool Pays { get; init; }

    /// <summary>Where its invoices go.</summary>
    public string? BillingEmail { get; init; }

    internal CompanyDefinition Read(Faults faults, CompanyDefinition known)
    {
        if (Limits is { } limits) PolicyChecks.Check(faults, limits, "limits.");
        if (BalanceDue is { Amount: 0 }) faults.Add("balanceDue", "out-of-range", "Nothing owed is null, not 0.");
        return known with
        {
            Name = faults.Text("name", Name, 100), Limits = Limits ?? Limits.None, Pays = Pays, BillingEmail = BillingEmail is null ? null : faults.Text("billingEmail", BillingEmail, 254),
            Standing = known.Standing with
            {
                Suspension = Suspension?.Read(faults), BalanceDue = BalanceDue,
            },
        };
    }
}

/// <summary>A company to add.</summary>
public sealed record NewCompanyBody : CompanySettings
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
}

/// <summary>A merge patch of a company.</summary>
public sealed record CompanyPatch : CompanySettings
{
    /// <summary>Where given, nothing is changed unless the company is still at this version. <c>If-Match</c> does the same.</summary>
    public long? ExpectedVersion { get; init; }

    internal static CompanyPatch Of(CompanyView company, SpaceFacts space)
    {
        var d = company.Definition;
        return new CompanyPatch { Name = d.Name, Limits = d.Limits, Suspension = SuspensionModel.Of(d.Standing.Suspension, space), BalanceDue = d.Standing.BalanceDue, Pays = d.Pays, BillingEmail = d.BillingEmail };
    }
}
