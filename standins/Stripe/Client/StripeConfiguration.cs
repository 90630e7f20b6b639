namespace Stripe;

public static class StripeConfiguration
{
    /// <summary>The version of the API that the types are made for, sent with every request.</summary>
    public static string ApiVersion => "2026-10-28.endive";

    /// <summary>The version of the library that this stands in for.</summary>
    public static string StripeNetVersion => "53.1.0";
}
