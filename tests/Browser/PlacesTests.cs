using System.Reflection;
using Makerspace.Web.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Makerspace.Tests.Browser;

/// <summary>That one gets everywhere, on a phone too; asks no browser.</summary>
public sealed class PlacesTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();

    private IStringLocalizer<Web.Texts> T => services.GetRequiredService<IStringLocalizer<Web.Texts>>();

    private static IReadOnlyList<string> Routes => [.. typeof(Web.Hosting.WebServer).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Distinct()];

    public void Dispose() => services.Dispose();

    [Fact]
    public void Every_entry_of_the_navigation_leads_to_a_page_of_its_own()
    {
        foreach (var groups in new[] { Places.Staff(T), Places.Members(T, money: true, mentor: true) })
        {
            var places = groups.SelectMany(g => g.Places).ToList();
            places.Select(p => p.Href).Except(Routes).ShouldBeEmpty();
            places.Select(p => p.Href).ShouldBeUnique();
            places.Select(p => p.Label).ShouldBeUnique();
        }
    }

    [Fact]
    public void A_phone_has_five_entries_and_from_the_last_of_the_staffs_one_gets_to_all_others()
    {
        Places.Phone(Places.Staff(T), T).Count().ShouldBe(5);
        Places.Phone(Places.Staff(T), T).Last().Href.ShouldBe(Places.FindAtWork);
        Places.Phone(Places.Members(T, money: true, mentor: false), T).Select(p => p.Href).ShouldBe(["/today", "/tools", "/bookings", "/money", "/me"]);
    }

    [Fact]
    public void Only_mentors_have_a_week_as_a_mentor() =>
        Places.Members(T, money: false, mentor: false).SelectMany(g => g.Places).ShouldNotContain(p => p.Href == "/mentoring");
}
