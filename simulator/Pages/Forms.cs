using System.Globalization;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The card fields that the hosted pages share, and what is read from them.</summary>
internal static class Forms
{
    /// <summary>The fields, filled in with a card that works, and a button.</summary>
    /// <param name="button">What the button says.</param>
    /// <param name="email">Asks for the payer's address, filled in with this; null: does not ask.</param>
    public static Html CardFields(string button, string? email) => Html.Of(
        $"""
        {(email is null ? Html.None : Html.Of($"""<label for="email">Email</label><input id="email" name="email" type="email" autocomplete="email" required value="{email}">"""))}
        <label for="number">Card number</label>
        <input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required value="4242 4242 4242 4242">
        <div class="pair">
        <div><label for="expiry">Expiry (MM/YY)</label><input id="expiry" name="expiry" inputmode="numeric" autocomplete="cc-exp" required value="12/34"></div>
        <div><label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" required value="123"></div>
        </div>
        <label for="name">Name on the card</label>
        <input id="name" name="name" autocomplete="cc-name" required value="Test Person">
        <button name="go" value="pay">{button}</button>
        <details>
        <summary>Other test cards</summary>
        {Html.Join(TestCards.Picks.Select(card => Html.Of($"""<button class="quiet pick" name="pick" value="{card.Number}" formnovalidate><code>{Spaced(card.Number)}</code> <span>{card.Says}</span></button>""")))}
        </details>
        """);

    /// <summary>A card as people know it.</summary>
    public static string Words(PaymentMethod method) => $"{method.Card.Brand switch { "visa" => "Visa", "mastercard" => "Mastercard", "amex" => "American Express", var other => other }} ending in {method.Card.Last4}";

    public static string Spaced(string number) => string.Join(' ', number.Chunk(4).Select(four => new string(four)));

    /// <summary>The card that was typed or picked. Where there is something wrong with it, why.</summary>
    public static (PaymentMethod? Method, string? Wrong) Card(Work work, IFormCollection form)
    {
        var number = (form["pick"].ToString() is { Length: > 0 } picked ? picked : form["number"].ToString()).Replace(" ", "", StringComparison.Ordinal);
        if (TestCards.Of(number) is not { } card) return (null, "Your card number is invalid: only the test cards work here.");
        var expiry = form["expiry"].ToString().Split('/', StringSplitOptions.TrimEntries);
        if (expiry.Length != 2 || !int.TryParse(expiry[0], CultureInfo.InvariantCulture, out var month) || !int.TryParse(expiry[1], CultureInfo.InvariantCulture, out var year) || month is < 1 or > 12)
            return (null, "Your card's expiration date is invalid.");
        year = year < 100 ? 2000 + year : year;
        var now = DateTimeOffset.FromUnixTimeSeconds(work.Time);
        if (year * 12 + month < now.Year * 12 + now.Month) return (null, "Your card's expiration date is in the past.");
        var cvc = form["cvc"].ToString();
        if (cvc.Length is < 3 or > 4 || !cvc.All(char.IsAsciiDigit)) return (null, "Your card's security code is invalid.");
        return (PaymentMethods.Create(work, card, month, year), null);
    }

    /// <summary>Reads a form, which must come from a page of ours: a browser says where it comes from.</summary>
    public static async Task<IFormCollection> Read(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin is { Length: > 0 } and not "null" && !origin.EndsWith("//" + context.Request.Host.Value, StringComparison.Ordinal) && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site")
            throw new ApiException(403, "invalid_request_error", "This form was sent from another site.");
        return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
    }
}
