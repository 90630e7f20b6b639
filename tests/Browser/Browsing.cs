using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Makerspace.Tests.Infrastructure;
using Microsoft.Playwright;

namespace Makerspace.Tests.Browser;

/// <summary>A server with a small space, at nine on Tuesday 1 December 2026 in Berlin, and a Chromium to look at it with.</summary>
public sealed partial class Browsing : IAsyncLifetime
{
    public const string Password = "three plain words";
    private const string Chromium = "/usr/bin/chromium";

    // Milliseconds that a page is given to show what is expected of it, on a machine that is busy with other tests.
    private const int Patience = 60_000;

    private static readonly string[] Switches = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"];

    private readonly string data = Directory.CreateTempSubdirectory("makerspace-browser-").FullName;
    private readonly Dictionary<string, string> signedIn = new(StringComparer.Ordinal);
    private readonly List<string> lives = [];
    private readonly Dictionary<string, string> things = new(StringComparer.Ordinal);
    private JsonElement? booking;
    private TestDatabase? database;
    private ServerProcess? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why there is no browser here, or null.</summary>
    public static string? Missing => File.Exists(Chromium) ? null : "Chromium is not installed (apt-get install chromium)";

    public string Address { get; private set; } = "";

    /// <summary>Calls the API as the administrator.</summary>
    public HttpClient Http => server!.Http;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        database = await TestDatabase.On(TestDatabase.OfTheRun);
        server = new ServerProcess(database.Settings.ConnectionString, data);
        await server.Start();
        Address = server.Address.ToString().TrimEnd('/');
        await Furnish();
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Switches });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>A page of somebody's browser; <paramref name="email"/> null for a visitor.</summary>
    public async Task<IPage> Open(string? email = null, bool phone = false, bool script = true)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = Address, Locale = "en-GB", TimezoneId = "Europe/Berlin", JavaScriptEnabled = script, IsMobile = phone, HasTouch = phone,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 900 },
            StorageState = email is null ? null : await StateOf(email),
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>Asks for an account by the pages, reads the mail and confirms.</summary>
    public async Task SignUp(IPage page, string name, string email)
    {
        await page.GotoAsync("/sign-up");
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Look into your mail" }).WaitForAsync();
        await page.GotoAsync(await LinkIn(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm my address" }).ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/confirm"));
        await SignIn(page, email, Password);
    }

    /// <summary>A member with an account, made by the staff's API.</summary>
    public async Task<string> Member(string name, params string[] certifications)
    {
        var email = name.ToLowerInvariant() + "@example.com";
        if (signedIn.ContainsKey(email)) throw new InvalidOperationException($"Another test has a member called {name}: take another name.");
        using var page = new Closing(await Open());
        await SignUp(page.Page, name, email);
        signedIn[email] = await page.Page.Context.StorageStateAsync();
        var id = (await Http.GetFromJsonAsync<JsonElement>($"/api/v1/members?q={email}")).GetProperty("items")[0].GetProperty("id").GetString();
        foreach (var certification in certifications) await Post($"/api/v1/members/{id}/certifications", new { id = certification });
        return email;
    }

    /// <summary>Books as the administrator.</summary>
    public Task<JsonElement> Book(string toolId, string start, string end) => Post("/api/v1/bookings", new { toolId, start, end }, Guid.NewGuid());

    /// <summary>One booking of the administrator, made once.</summary>
    public async Task<JsonElement> Booking() => booking ??= await Book("saw", "2026-12-10T10:00:00+01:00", "2026-12-10T11:00:00+01:00");

    /// <summary>Bookings of the administrator, each elsewhere in its life: waiting for approval, in use, displaced, cancelled late. Made once.</summary>
    public async Task<IReadOnlyList<string>> Lives()
    {
        if (lives.Count > 0) return lives;
        await Tool("crane", new { approvalRequired = true, lateCancelThreshold = "PT720H", lateCancelFee = new { amount = 1000, currency = "usd" } });
        await Tool("press", new { lateCancelThreshold = "PT720H", lateCancelFee = new { amount = 1000, currency = "usd" }, noShowGrace = "PT15M" });
        var (start, _) = await NextQuarter();
        foreach (var (tool, from, step) in new[] { ("crane", start.AddDays(2), ""), ("press", start, "check-in"), ("press", start.AddDays(3), "displace"), ("press", start.AddDays(4), "cancel") })
        {
            var id = (await Book(tool, from.ToString("O", CultureInfo.InvariantCulture), from.AddHours(1).ToString("O", CultureInfo.InvariantCulture))).GetProperty("id").GetString()!;
            if (step.Length > 0) await Post($"/api/v1/bookings/{id}/{step}", step == "displace" ? new { reason = "A school class" } : new { });
            lives.Add(id);
        }
        return lives;
    }

    /// <summary>One of each thing that has a page of its own, made once: their ids by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Things()
    {
        if (things.Count > 0) return things;
        await Tool("bench", new { grid = "PT15M" });
        await Put("/api/v1/certifications/boating", new { name = "Boating" });
        await Put("/api/v1/certifications/sailing", new { name = "Sailing", training = true, quiz = new { questions = new[] { new { text = "Which side is port?", options = new[] { "Left", "Right" }, right = new[] { 0 } } } } });
        await Post("/api/v1/members/admin/certifications", new { id = "boating" });
        await Post("/api/v1/devices", new { id = "bench-lock", name = "Bench lock", kind = "Interlock", toolId = "bench" });
        things["training"] = Id(await Post("/api/v1/trainings", new { title = "Knots", certificationId = "sailing", start = "2027-02-02T10:00:00+01:00", end = "2027-02-02T12:00:00+01:00", seats = 4 }));
        things["event"] = Id(await Post("/api/v1/events", new { title = "Open day", kind = "Event", @public = true, seats = 30, start = "2027-02-03T10:00:00+01:00", end = "2027-02-03T12:00:00+01:00" }));
        things["hours"] = Id(await Post("/api/v1/office-hours", new { rule = "FREQ=WEEKLY;COUNT=3", @event = new { title = "Open door", kind = "OfficeHours", seats = 3, start = "2026-12-16T15:00:00+01:00", end = "2026-12-16T16:00:00+01:00" } }));
        things["series"] = Path.GetFileName((await Sent("/api/v1/bookings/series", new { toolId = "bench", start = "2026-12-14T10:00:00+01:00", end = "2026-12-14T11:00:00+01:00", rule = "FREQ=WEEKLY;COUNT=3" })).OriginalString);
        things["problem"] = Id(await Post("/api/v1/tools/bench/problems", new { words = "The vice sticks" }));
        things["order"] = Id(await Post("/api/v1/work-orders", new { title = "Grease the vice", target = "Tool", targetId = "bench", tasks = new[] { new { words = "Clean it" } } }));
        things["simulation"] = Path.GetFileName((await Sent("/api/v1/policy/simulations", new { level = "tool", id = "bench", policy = new { maxDuration = "PT1H" } })).OriginalString);
        await Post("/api/v1/members", new { id = "gil", name = "Gil" });
        await Offer("gil", ["Welding"], "What are you building?");
        things["session"] = Id(await Post("/api/v1/sessions", new { mentorId = "gil", about = "A gate", start = "2026-12-15T10:00:00+01:00", end = "2026-12-15T11:00:00+01:00" }, Guid.NewGuid()));
        await Post($"/api/v1/sessions/{things["session"]}/proposal", new { start = "2026-12-17T10:00:00+01:00", end = "2026-12-17T11:00:00+01:00" });
        await Post($"/api/v1/sessions/{things["session"]}/tasks", new { text = "Bring a sample" });
        return things;
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;

    private async Task Put(string path, object body)
    {
        using var answer = await Http.PutAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>A tool of its own for a test.</summary>
    public Task<JsonElement> Tool(string name, object policy) =>
        Post("/api/v1/tools", new { id = name.ToLowerInvariant(), name = char.ToUpperInvariant(name[0]) + name[1..], areaId = "hall", category = name, policy });

    /// <summary>The next quarter of an hour by the server's clock, near enough to check in, and an hour later.</summary>
    public async Task<(DateTimeOffset Start, DateTimeOffset End)> NextQuarter()
    {
        var now = (await Http.GetFromJsonAsync<JsonElement>("/dev/clock")).GetProperty("now").GetDateTimeOffset();
        var start = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.FromMinutes(15).Ticks), now.Offset).AddMinutes(15).ToOffset(TimeSpan.FromHours(1));
        return (start, start.AddHours(1));
    }

    /// <summary>From now on the space takes money: two plans, a pack, a day pass, and a tool that costs by the hour.</summary>
    public async Task Sell()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        await Patch("/api/v1/space", """{"currency": "eur", "billing": {"taxPercent": 19, "taxName": "VAT"}}""");
        await Tool("etcher", new { grid = "PT15M", hourlyRate = new { amount = 1200, currency = "eur" } });
        await Post("/api/v1/plans", new
        {
            id = "studio", name = "Studio", offered = true, description = "For whoever makes things every week.", includedHours = "PT10H",
            price = new { amount = new { amount = 4900, currency = "eur" }, interval = "Month" },
        });
        await Post("/api/v1/plans", new { id = "atelier", name = "Atelier", offered = true, includedHours = "PT30H", allHours = true, price = new { amount = new { amount = 9900, currency = "eur" }, interval = "Month" } });
        await Post("/api/v1/plans", new { id = "team", name = "Team", offered = true, forCompanies = true, includedHours = "PT20H", price = new { amount = new { amount = 3900, currency = "eur" }, interval = "Month", trialDays = 14 } });
        await Post("/api/v1/products", new { id = "ten", name = "Ten hours", kind = "Pack", hours = "PT10H", validDays = 180, price = new { amount = 9000, currency = "eur" } });
        await Post("/api/v1/products", new { id = "day", name = "Day pass", kind = "DayPass", planId = "studio", price = new { amount = 1900, currency = "eur" } });
        await Patch("/api/v1/space", """{"defaultPlan": "studio"}""");
    }

    /// <summary>Everything that waits is done: events taken in, commands sent, memberships followed.</summary>
    public Task Quiet() => Post("/dev/clock", new { advance = "PT0S" });

    public async Task Patch(string path, string json)
    {
        using var patch = new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/merge-patch+json"));
        using var answer = await Http.PatchAsync(path, patch);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task<JsonElement> Post(string path, object body, Guid? key = null)
    {
        using var answer = await Send(path, body, key);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    // Where what was made is.
    private async Task<Uri> Sent(string path, object body)
    {
        using var answer = await Send(path, body, Guid.NewGuid());
        return answer.Headers.Location!;
    }

    private async Task<HttpResponseMessage> Send(string path, object body, Guid? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is { } id) request.Headers.Add("Idempotency-Key", id.ToString());
        var answer = await Http.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }

    private async Task<string> StateOf(string email)
    {
        if (signedIn.TryGetValue(email, out var state)) return state;
        using var page = new Closing(await Open());
        await SignIn(page.Page, email, email == "admin@example.org" ? Demo.DemoSpace.Password : Password);
        return signedIn[email] = await page.Page.Context.StorageStateAsync();
    }

    private static async Task SignIn(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/today$"));
    }

    /// <summary>The link of the newest message to confirm an address.</summary>
    public async Task<string> LinkIn(string email)
    {
        var mail = await Http.GetFromJsonAsync<JsonElement>("/dev/mail");
        var items = mail.ValueKind == JsonValueKind.Array ? mail : mail.GetProperty("items");
        var text = items.EnumerateArray().Where(m => m.GetProperty("to").GetString() == email).Select(m => m.GetProperty("text").GetString()!).Last(t => t.Contains("/confirm", StringComparison.Ordinal));
        return Link().Match(text).Value;
    }

    private async Task Furnish()
    {
        await Post("/dev/clock", new { now = "2026-12-01T09:00:00+01:00" });
        using var patch = new StringContent(
            """
            {"name": "Test Works", "timeZone": "Europe/Berlin", "certifications": {"laser": "Laser cutting"},
             "openingHours": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat"], "from": "08:00", "to": "22:00"}]}
            """, new System.Net.Http.Headers.MediaTypeHeaderValue("application/merge-patch+json"));
        using var space = await Http.PatchAsync("/api/v1/space", patch);
        space.EnsureSuccessStatusCode();
        await Post("/api/v1/areas", new { id = "hall", name = "Hall" });
        foreach (var name in new[] { "Lathe", "Saw", "Router", "Printer", "Mill", "Kiln", "Loom" })
            await Post("/api/v1/tools", new { id = name.ToLower(CultureInfo.InvariantCulture), name, areaId = "hall", category = "Machines", policy = new { grid = "PT15M", maxFutureHours = "PT6H" } });
        await Offer("admin", ["Grants"]);
        await Post("/api/v1/tools", new { id = "laser", name = "Laser", areaId = "hall", category = "Cutters", policy = new { requiredCertifications = new[] { "laser" } } });
    }

    /// <summary>A member's hours as a mentor: Tuesdays and Thursdays.</summary>
    public async Task Offer(string member, string[] skills, string? question = null)
    {
        using var answer = await Http.PutAsJsonAsync("/api/v1/mentors/" + member, new
        {
            skills, languages = new[] { "en", "de" }, notice = "PT0S", question, about = "Ten years of applications.",
            weekly = new[] { new { days = new[] { "tue", "thu" }, from = "09:00", to = "17:00" } },
        });
        answer.EnsureSuccessStatusCode();
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}

/// <summary>Closes a page's whole context in the end.</summary>
internal sealed class Closing(IPage page) : IDisposable
{
    public IPage Page { get; } = page;

    public void Dispose() => _ = Page.Context.CloseAsync();
}

/// <summary>One server and one browser for all journeys.</summary>
[CollectionDefinition("Browser")]
public sealed class BrowserCollection : ICollectionFixture<Browsing>;
