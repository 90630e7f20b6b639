using System.Net;
using System.Text.RegularExpressions;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Accounts;

public partial class AccountTests(Lab lab) : IClassFixture<Lab>
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task From_sign_up_to_a_booking_in_a_browser()
    {
        var browser = lab.Server.Anonymous();
        using var asked = await browser.Post("/api/v1/account/sign-up", SignUp("cleo@example.org"));
        asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using var early = await browser.Post("/api/v1/account/sign-in", SignIn("cleo@example.org", Password));
        early.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var confirmation = await Link("cleo@example.org");
        using var confirmed = await browser.Post("/api/v1/account/confirm", confirmation);
        confirmed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var twice = await browser.Post("/api/v1/account/confirm", confirmation);
        (await twice.Code()).ShouldBe("link-invalid");

        using var signedIn = await browser.Post("/api/v1/account/sign-in", SignIn("cleo@example.org", Password));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("makerspace=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);

        using var bare = await browser.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        bare.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await bare.Code()).ShouldBe("antiforgery");
        browser.DefaultRequestHeaders.Add("X-CSRF", (string)(await browser.Json("/api/v1/account/antiforgery"))["token"]!);
        using var made = await browser.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        ((string)(await made.Json())["memberId"]!).ShouldBe((string)(await browser.Json("/api/v1/account"))["memberId"]!);

        using var left = await browser.PostAsync("/api/v1/account/sign-out", null);
        left.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var after = await browser.GetAsync("/api/v1/account");
        after.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_forged_antiforgery_token_and_a_request_from_another_site_are_refused()
    {
        var browser = await SignedIn("dora@example.org");
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", "forged");
        using var forged = await browser.Book("saw", "2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z");
        (await forged.Code()).ShouldBe("antiforgery");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var foreign = await browser.Book("saw", "2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z");
        (await foreign.Code()).ShouldBe("cross-site");
    }

    [Fact]
    public async Task Whether_an_address_has_an_account_is_told_to_nobody()
    {
        var answers = new List<string>();
        foreach (var email in new[] { "ada@example.org", "nobody-yet@example.org" })
        {
            using var signUp = await lab.Nobody.Post("/api/v1/account/sign-up", SignUp(email));
            using var reset = await lab.Nobody.Post("/api/v1/account/reset-request", $$"""{"email": "{{email}}"}""");
            using var signIn = await lab.Nobody.Post("/api/v1/account/sign-in", SignIn(email, "not the password"));
            var problem = await signIn.Json();
            answers.Add($"{signUp.StatusCode} {await signUp.Content.ReadAsStringAsync()} {reset.StatusCode} {await reset.Content.ReadAsStringAsync()} {signIn.StatusCode} {problem["code"]} {problem["detail"]}");
        }
        answers[0].ShouldBe(answers[1]);
    }

    [Fact]
    public async Task A_reset_link_works_once_and_the_old_password_no_longer()
    {
        var browser = await SignedIn("emil@example.org");
        using var asked = await lab.Nobody.Post("/api/v1/account/reset-request", """{"email": "emil@example.org"}""");
        var link = await Link("emil@example.org");
        var reset = link.Replace("}", ", \"password\": \"another long password\"}", StringComparison.Ordinal);
        using var done = await lab.Nobody.Post("/api/v1/account/reset", reset);
        done.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await lab.Nobody.Post("/api/v1/account/reset", reset);
        (await again.Code()).ShouldBe("link-invalid");
        using var old = await lab.Server.Anonymous().Post("/api/v1/account/sign-in", SignIn("emil@example.org", Password));
        (await old.Code()).ShouldBe("sign-in-refused");
        lab.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        using var elsewhere = await browser.GetAsync("/api/v1/account");
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "a browser signed in with the old password is signed out");
    }

    [Fact]
    public async Task Guessing_a_password_locks_the_account_for_a_while()
    {
        await SignedIn("fred@example.org");
        for (var guess = 0; guess < 8; guess++) (await lab.Server.Anonymous().Post("/api/v1/account/sign-in", SignIn("fred@example.org", "guess number " + guess))).Dispose();
        using var right = await lab.Server.Anonymous().Post("/api/v1/account/sign-in", SignIn("fred@example.org", Password));
        (await right.Code()).ShouldBe("sign-in-refused");
        // Identity counts the minutes by the real clock; who has the mailbox need not wait for them.
        (await lab.Nobody.Post("/api/v1/account/reset-request", """{"email": "fred@example.org"}""")).EnsureSuccessStatusCode();
        var reset = (await Link("fred@example.org")).Replace("}", ", \"password\": \"another long password\"}", StringComparison.Ordinal);
        (await lab.Nobody.Post("/api/v1/account/reset", reset)).EnsureSuccessStatusCode();
        using var later = await lab.Server.Anonymous().Post("/api/v1/account/sign-in", SignIn("fred@example.org", "another long password"));
        later.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_member_that_staff_add_gets_an_account_and_an_invitation()
    {
        using var made = await lab.Staff.Post("/api/v1/members", """{"id": "gina", "name": "Gina", "email": "gina@example.org"}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var reset = (await Link("gina@example.org")).Replace("}", ", \"password\": \"chosen by gina\"}", StringComparison.Ordinal);
        (await lab.Nobody.Post("/api/v1/account/reset", reset)).EnsureSuccessStatusCode();
        var browser = lab.Server.Anonymous();
        (await browser.Post("/api/v1/account/sign-in", SignIn("gina@example.org", "chosen by gina"))).EnsureSuccessStatusCode();
        ((string)(await browser.Json("/api/v1/account"))["memberId"]!).ShouldBe("gina");
    }

    [Fact]
    public async Task Letters_about_an_account_have_the_language_of_the_page_where_they_were_asked_for()
    {
        var browser = lab.Server.Anonymous();
        browser.DefaultRequestHeaders.Add("Accept-Language", "de-DE,de;q=0.9,en;q=0.5");
        (await browser.Post("/api/v1/account/sign-up", SignUp("hugo@example.org"))).EnsureSuccessStatusCode();
        await Reads("hugo@example.org", "Bestätige deine E-Mail-Adresse", "Bestätige binnen eines Tages deine Adresse", "Warst du das nicht");
        (await browser.Post("/api/v1/account/confirm", await Link("hugo@example.org"))).EnsureSuccessStatusCode();
        (await browser.Post("/api/v1/account/sign-up", SignUp("hugo@example.org"))).EnsureSuccessStatusCode();
        await Reads("hugo@example.org", "Du hast schon ein Konto", "Es gibt schon eines");
        (await browser.Post("/api/v1/account/reset-request", """{"email": "hugo@example.org"}""")).EnsureSuccessStatusCode();
        await Reads("hugo@example.org", "Neues Passwort setzen", "Setze hier binnen eines Tages");

        using var invite = new HttpRequestMessage(HttpMethod.Post, "/api/v1/members") { Headers = { { "Accept-Language", "de" } } };
        invite.Content = new StringContent("""{"id": "ines", "name": "Ines", "email": "ines@example.org"}""", System.Text.Encoding.UTF8, "application/json");
        (await lab.Staff.SendAsync(invite)).EnsureSuccessStatusCode();
        await Reads("ines@example.org", "Dein Konto im Makerspace", "Für dich wurde ein Konto angelegt");

        async Task Reads(string email, string subject, params string[] says)
        {
            var mail = (await lab.Nobody.Json("/dev/mail?to=" + email)).AsArray()[0]!;
            ((string)mail["subject"]!).ShouldBe(subject);
            var text = (string)mail["text"]!;
            text.ShouldStartWith("Hallo,");
            ((string)mail["html"]!).ShouldContain("lang=\"de\"");
            foreach (var part in says) text.ShouldContain(part);
        }
    }

    private async Task<HttpClient> SignedIn(string email)
    {
        var browser = lab.Server.Anonymous();
        (await browser.Post("/api/v1/account/sign-up", SignUp(email))).EnsureSuccessStatusCode();
        (await browser.Post("/api/v1/account/confirm", await Link(email))).EnsureSuccessStatusCode();
        (await browser.Post("/api/v1/account/sign-in", SignIn(email, Password))).EnsureSuccessStatusCode();
        return browser;
    }

    private static string SignUp(string email) => $$"""{"name": "Somebody", "email": "{{email}}", "password": "{{Password}}"}""";

    private static string SignIn(string email, string password) => $$"""{"email": "{{email}}", "password": "{{password}}"}""";

    /// <summary>Account and token of the newest link mailed to that address, as a body.</summary>
    private async Task<string> Link(string email)
    {
        var mail = (await lab.Nobody.Json("/dev/mail?to=" + email)).AsArray()[0]!;
        var link = Links().Match((string)mail["text"]!);
        return $$"""{"account": "{{link.Groups["account"].Value}}", "token": "{{link.Groups["token"].Value}}"}""";
    }

    [GeneratedRegex(@"\?account=(?<account>[^&\s]+)&token=(?<token>\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex Links();
}
