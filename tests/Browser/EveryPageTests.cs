using System.Net.Http.Headers;
using System.Reflection;
using Deque.AxeCore.Playwright;
using Makerspace.Tests.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace Makerspace.Tests.Browser;

/// <summary>What holds of every page: no fault that axe finds, no scrolling sideways, a small weight. On a server of its own, beside the journeys.</summary>
[Trait("Kind", "Browser")]
public class EveryPageTests(Browsing browsing) : IClassFixture<Browsing>
{
    private const int MostBytes = 100 * 1024;
    private static readonly (ColorScheme Scheme, int Width)[] Looks = [(ColorScheme.Light, 390), (ColorScheme.Dark, 1280), (ColorScheme.Dark, 390), (ColorScheme.Light, 1280)];

    public static TheoryData<string> Groups => ["open", "member", "staff"];

    [Theory, MemberData(nameof(Groups))]
    public async Task Axe_finds_nothing_in_light_and_dark_on_phone_and_desk(string group)
    {
        var page = await Page(group);
        var found = new List<string>();
        foreach (var (number, path) in (await Paths(group)).Index())
        {
            // A page that is not there would be found faultless.
            if ((await page.GotoAsync(path))!.Status is 404 or >= 500 && !PageList.NotThere.Contains(path)) found.Add(path + " is not there");
            // A frame in which no script may run (a letter as its reader sees it) answers nothing, axe least of all: it would wait for ever.
            await page.EvaluateAsync("document.querySelectorAll('iframe[sandbox]').forEach(frame => frame.remove())");
            foreach (var (scheme, width) in Sizes.Everything ? Looks : [Looks[number % Looks.Length]])
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var result = await page.RunAxe();
                found.AddRange(result.Violations.Select(v => $"{path} {scheme} {width}: {v.Id} {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}"));
            }
        }
        found.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Groups))]
    public async Task No_page_scrolls_sideways_at_320_pixels(string group)
    {
        var page = await Page(group);
        await page.SetViewportSizeAsync(320, 640);
        var wide = new List<string>();
        foreach (var path in await Paths(group))
        {
            await page.GotoAsync(path);
            var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (width > 320) wide.Add($"{path}: {width}");
        }
        wide.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_heaviest_page_is_under_100_kilobytes_with_all_it_loads()
    {
        Assert.SkipWhen(Browsing.Missing is not null, Browsing.Missing ?? "");
        using var client = new HttpClient { BaseAddress = new Uri(browsing.Address) };
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        var parts = new[] { "/tools/saw", "/assets/style.css", "/assets/site.js", "/assets/board.js", "/icon.svg" };
        var weights = await Task.WhenAll(parts.Select(async p => (await client.GetByteArrayAsync(p)).Length));
        weights.Sum().ShouldBeLessThan(MostBytes, string.Join(", ", parts.Zip(weights)));
    }

    [Fact]
    public async Task A_page_is_read_in_German_where_the_browser_asks_for_it()
    {
        Assert.SkipWhen(Browsing.Missing is not null, Browsing.Missing ?? "");
        using var client = new HttpClient { BaseAddress = new Uri(browsing.Address) };
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("de-DE"));
        var text = await client.GetStringAsync("/sign-in");
        text.ShouldContain("Anmelden");
        text.ShouldContain("lang=\"de\"");
    }

    private Task<IPage> Page(string group) => browsing.Open(group == "open" ? null : "admin@example.org");

    private async Task<string[]> Paths(string group) => group switch
    {
        "open" => [.. PageList.Open.Select(Filled(await browsing.Things()))],
        "member" => [.. PageList.Member.Select(Filled(await browsing.Things())), .. await Bookings()],
        _ => [.. PageList.Staff.Select(Filled(await browsing.Things()))],
    };

    internal static Func<string, string> Filled(IReadOnlyDictionary<string, string> things) => path => things.Aggregate(path, (p, thing) => p.Replace("{" + thing.Key + "}", thing.Value, StringComparison.Ordinal));

    private async Task<string[]> Bookings()
    {
        var booking = (await browsing.Booking()).GetProperty("id").GetString();
        return [$"/bookings/{booking}", $"/bookings/{booking}/move", .. (await browsing.Lives()).Select(id => "/bookings/" + id)];
    }
}

/// <summary>That the list of pages has them all; asks no browser.</summary>
public class PageListTests
{
    [Fact]
    public void Every_page_of_the_site_is_looked_at()
    {
        string[] listed = [.. PageList.Open, .. PageList.Member, .. PageList.Staff, "/bookings/{booking}", "/bookings/{booking}/move"];
        var routes = typeof(Makerspace.Web.Hosting.WebServer).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Distinct().ToList();
        routes.Count.ShouldBeGreaterThan(80);
        PageList.Apart.Keys.Except(routes).ShouldBeEmpty("these are no pages");
        routes.Where(r => !PageList.Apart.ContainsKey(r) && !listed.Any(path => Fits(r, path))).ShouldBeEmpty("these pages have no row: axe never sees them");
    }

    [Fact]
    public void A_row_is_of_the_page_that_answers_at_its_address()
    {
        Fits("/staff/tools/{Id}", "/staff/tools/saw?x=1").ShouldBeTrue();
        Fits("/staff/tools/{Id}/upkeep", "/staff/tools/saw").ShouldBeFalse();
        Fits("/trainings/{Id:guid}", "/trainings/{training}").ShouldBeTrue();
        Fits("/staff/problems/{Id:guid}", "/staff/problems/open").ShouldBeFalse();
    }

    private static bool Fits(string route, string path)
    {
        var (asked, given) = (route.Split('/'), path.Split('?')[0].Split('/'));
        return asked.Length == given.Length && asked.Zip(given).All(s => s.First.EndsWith(":guid}", StringComparison.Ordinal) ? s.Second.StartsWith('{') : s.First.StartsWith('{') ? s.Second.Length > 0 : s.First == s.Second);
    }
}
