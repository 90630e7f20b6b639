using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>The hours a payer has, as a price may use them up: what other bookings have spoken for is taken off already.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="Packs">With <see cref="PackView.Left"/> less what is reserved by other bookings.</param>
/// <param name="Included">The period of included hours that an instant lies in, and what is left of it; null where the plan includes none.</param>
internal sealed record PayerHours(string AccountId, ImmutableArray<PackView> Packs, Func<Instant, IncludedLeft?> Included);

/// <summary>Included hours left in one period.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="Until">The first instant of the next.</param>
/// <param name="Minutes">Neither used nor spoken for; never negative.</param>
internal readonly record struct IncludedLeft(Instant From, Instant Until, long Minutes);
