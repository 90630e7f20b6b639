using Makerspace.Reservations;
using Makerspace.Tools;

namespace Makerspace.Billing;

/// <summary>The booking costs money, and no payment method is saved to take it from.</summary>
[GenerateSerializer, Immutable, Alias("refusal.payment-method-missing")]
public sealed record PaymentMethodMissing : Refusal
{
    public override string Code => "payment-method-missing";
    public override bool Overridable => true;
    public override bool HoldsAtAnyTime => true;
}

/// <summary>The booking's deposit is not authorised: nobody can check in.</summary>
[GenerateSerializer, Immutable, Alias("refusal.deposit-missing")]
public sealed record DepositMissing([property: Id(0)] Money Amount) : Refusal
{
    public override string Code => "deposit-missing";
    public override bool Overridable => true;
}

/// <summary>What is asked of an account cannot be done now; <paramref name="Reason"/> says why, as a code.</summary>
/// <param name="Reason">
/// <c>already-subscribed</c>, <c>not-subscribed</c>, <c>not-sold</c>, <c>seats-taken</c>, <c>nothing-owed</c>, <c>wrong-currency</c>, <c>out-of-range</c>, <c>more-than-charged</c>,
/// <c>already-objected</c>, <c>already-answered</c>, <c>change-under-way</c>, <c>payment-under-way</c>, <c>day-over</c>, <c>already-covered</c>, <c>not-a-charge</c>, <c>charge-too-old</c>, <c>reason-missing</c>.
/// </param>
[GenerateSerializer, Immutable, Alias("refusal.account")]
public sealed record NotPossible([property: Id(0)] string Reason) : Refusal
{
    public override string Code => Reason;
}
