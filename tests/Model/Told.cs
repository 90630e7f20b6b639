namespace Makerspace.Tests.Model;

/// <summary>What came of one thing done: the codes of its refusals (none: accepted), and the booking after it, in words.</summary>
internal sealed record Told(string Codes, string Booking)
{
    public static readonly Told Nothing = new("accepted", "");

    public static string Of(IEnumerable<string> codes) => string.Join(", ", codes.Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } refused ? refused : "accepted";

    /// <summary>As if no rule gave that code.</summary>
    public Told Without(string code) => this with { Codes = Of(Codes.Split(", ").Where(c => c != code && c != "accepted")) };

    public override string ToString() => Booking.Length == 0 ? Codes : $"{Codes} ({Booking})";
}
