using System.Net;
using System.Text.RegularExpressions;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing;

/// <summary>A browser without a script: reads pages, fills in their forms, keeps its cookies.</summary>
internal static partial class MemberMoneyPages
{
    /// <summary>Signs up by the pages and confirms by the mailed link.</summary>
    /// <returns>The browser, and where it ended up.</returns>
    public static async Task<(HttpClient Browser, string Location)> SignUp(RunningServer server, string name, string email, string? next = null)
    {
        var browser = server.Anonymous();
        var page = "/sign-up" + (next is null ? "" : "?next=" + Uri.EscapeDataString(next));
        using (var sent = await browser.Submit(page, "sign-up", ("name", name), ("email", email), ("password", "three plain words"))) sent.StatusCode.ShouldBe(HttpStatusCode.Found, await sent.Content.ReadAsStringAsync());
        var link = await ConfirmationOf(server, email);
        using var confirmed = await browser.Submit(link, "confirm");
        return (browser, confirmed.Headers.Location?.ToString() ?? "");
    }

    /// <summary>The path of the mailed link.</summary>
    public static async Task<string> ConfirmationOf(RunningServer server, string email)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var mail = await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().Mail.Where(m => m.To == email && m.Text.Contains("/confirm")).Select(m => m.Text).SingleAsync();
        var link = Link().Match(mail).Value;
        return link[link.IndexOf("/confirm", StringComparison.Ordinal)..];
    }

    /// <summary>Reads the page, and sends its form with what is typed besides what is in it already.</summary>
    public static async Task<HttpResponseMessage> Submit(this HttpClient browser, string page, string handler, params (string Field, string Value)[] typed)
    {
        var html = await browser.GetStringAsync(new Uri(page, UriKind.Relative));
        return await browser.Send(page, html, handler, typed);
    }

    /// <summary>Sends a form of a page that was read.</summary>
    public static async Task<HttpResponseMessage> Send(this HttpClient browser, string page, string html, string handler, params (string Field, string Value)[] typed)
    {
        var token = Token().Match(html).Groups["value"].Value;
        var fields = typed.Select(t => KeyValuePair.Create(t.Field, t.Value)).Concat([KeyValuePair.Create("_handler", handler), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var content = new FormUrlEncodedContent(fields);
        return await browser.PostAsync(new Uri(page, UriKind.Relative), content);
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Token();
}
