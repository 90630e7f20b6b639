using System.Globalization;

namespace Makerspace.Billing;

/// <summary>What our things at the provider carry in their metadata, so that each is found again and known for whose it is.</summary>
internal static class Marks
{
    public const string Account = "makerspace_account";
    public const string Purpose = "makerspace_purpose";
    public const string Command = "makerspace_command";
    public const string Booking = "makerspace_booking";
    public const string Purchase = "makerspace_purchase";
    public const string Plan = "makerspace_plan";

    /// <summary>Of a customer: when the checkout was opened whose card is their default, in Unix seconds.</summary>
    public const string CardFrom = "makerspace_card_from";

    public static string? Of(Dictionary<string, string>? metadata, string mark) => metadata?.GetValueOrDefault(mark) is { Length: > 0 } value ? value : null;

    public static Guid? IdOf(Dictionary<string, string>? metadata, string mark) => Guid.TryParse(Of(metadata, mark), out var id) ? id : null;

    public static PaymentPurpose? PurposeOf(Dictionary<string, string>? metadata) => Of(metadata, Purpose) switch
    {
        "charge" => PaymentPurpose.Charge,
        "deposit" => PaymentPurpose.Deposit,
        "purchase" => PaymentPurpose.Purchase,
        "balance" => PaymentPurpose.Balance,
        _ => null,
    };

    public static string Word(PaymentPurpose purpose) => purpose.ToString().ToLower(CultureInfo.InvariantCulture);
}
