using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using Orleans.Concurrency;

namespace Makerspace.Companies;

/// <summary>A start-up: several members whose bookings count against pooled limits. Never calls a Member.</summary>
[Alias("makerspace.company")]
public interface ICompanyGrain : IGrainWithStringKey
{
    /// <summary>The company, or null if never defined.</summary>
    [ReadOnly, Alias("view")] Task<CompanyView?> View();

    /// <summary>Makes the company or replaces what is said of it, leaving its holds. The same definition again changes nothing.</summary>
    /// <param name="definition">The whole definition.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless the company is still at this version (0: does not exist yet).</param>
    /// <returns>The company after it, or null where the version was another.</returns>
    [Alias("define")] Task<CompanyView?> Define(CompanyDefinition definition, string actor, long? expectedVersion = null);

    /// <summary>Every refusal the company's side has against each slot, in the order asked. A company never defined has none. Writes nothing.</summary>
    [ReadOnly, Alias("check")] Task<ImmutableArray<ImmutableArray<Refusal>>> Check(HoldRequest request, ImmutableArray<Slot> slots);

    /// <summary>Counts the booking against the pooled limits from now on, or refuses. The same booking and slot again answers as before. A company never defined counts nothing.</summary>
    [Alias("hold")] Task<ImmutableArray<Refusal>> Hold(HoldRequest request);

    /// <summary>Makes the hold agree with the booking: null where it counts no more. Nothing happens where it agrees already.</summary>
    [Alias("settle")] Task Settle(Guid bookingId, Slot? slot);
}

/// <summary>What is said of a company.</summary>
[GenerateSerializer, Immutable, Alias("company-definition")]
public sealed record CompanyDefinition
{
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Pooled: all its members' bookings of all tools count together.</summary>
    [Id(1)] public Limits Limits { get; init; } = Limits.None;
    [Id(2)] public Standing Standing { get; init; } = Standing.Good;
    [Id(3)] public string? ImportedFrom { get; init; }

    /// <summary>Who belongs, and as what. A member's own <see cref="MemberDefinition.CompanyId"/> says the same; whoever changes one changes both.</summary>
    [Id(4)] public ImmutableArray<CompanyPerson>? People { get; init; }

    /// <summary>Its account pays for its members' bookings; else each pays for their own.</summary>
    [Id(5)] public bool Pays { get; init; }

    /// <summary>Where its invoices go.</summary>
    [Id(6)] public string? BillingEmail { get; init; }

    public CompanyPerson? Person(string memberId) => People?.FirstOrDefault(p => p.MemberId == memberId);
}

/// <summary>What somebody may do for a company.</summary>
[GenerateSerializer, Alias("company-role")]
public enum CompanyRole
{
    /// <summary>Books.</summary>
    Member,

    /// <summary>Sees and pays.</summary>
    Bookkeeper,

    /// <summary>Also changes plan, seats and people.</summary>
    Owner,
}

/// <summary>Somebody of a company.</summary>
/// <param name="MemberId">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="Seat">Has one of the seats the company pays for: is covered by its plan.</param>
[GenerateSerializer, Immutable, Alias("company-person")]
public sealed record CompanyPerson([property: Id(0)] string MemberId, [property: Id(1)] CompanyRole Role, [property: Id(2)] bool Seat);

/// <summary>A company as it is, without its holds.</summary>
[GenerateSerializer, Immutable, Alias("company-view")]
public sealed record CompanyView([property: Id(0)] string Id, [property: Id(1)] CompanyDefinition Definition, [property: Id(2)] long Version);
