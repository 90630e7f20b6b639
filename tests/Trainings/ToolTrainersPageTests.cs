using System.Net;
using Makerspace.Accounts;
using Makerspace.Tests.Billing;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Trainings;

/// <summary>A server in which somebody else is quicker, as often as a test says, whenever a tool is about to be changed.</summary>
public sealed class QuickerOther : IAsyncLifetime, IIncomingGrainCallFilter
{
    private int times;

    internal RunningServer Server { get; private set; } = null!;
    internal HttpClient Staff { get; private set; } = null!;

    internal void Quicker(int often) => times = often;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.StartWith(services => services.AddSingleton<IIncomingGrainCallFilter>(this));
        Staff = await Server.Person("sam", Roles.Staff);
        await Server.Person("mia", Roles.Member);
        using var made = await (await Server.As("admin@example.org")).Post("/api/v1/tools", """{"id": "saw", "name": "Saw"}""");
        made.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    // Before the tool takes up the change, it has changed otherwise.
    async Task IIncomingGrainCallFilter.Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is ToolGrain tool && context.MethodName == nameof(IToolGrain.Define) && Interlocked.Decrement(ref times) >= 0)
        {
            var now = (await tool.View())!.Definition;
            await tool.Define(now with { Description = now.Description + "." }, "nour", null);
        }
        await context.Invoke();
    }
}

public class ToolTrainersPageTests(QuickerOther stage) : IClassFixture<QuickerOther>
{
    private const string Page = "/staff/tools/saw/trainers";

    [Fact]
    public async Task A_name_is_added_to_the_tool_as_it_is_then_and_after_five_tries_the_page_says_who_was_quicker()
    {
        stage.Quicker(5);
        using (var refused = await stage.Staff.Submit(Page, "add", ("email", "mia@example.org")))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Somebody else has changed this tool in the meantime.");
        }
        (await Trainers()).ShouldBeEmpty();

        stage.Quicker(4);
        using (var added = await stage.Staff.Submit(Page, "add", ("email", "mia@example.org"))) added.Headers.Location!.ToString().ShouldEndWith(Page + "?done=saved");
        (await Trainers()).ShouldBe(["mia"]);

        stage.Quicker(5);
        using (var refused = await stage.Staff.Submit(Page, "remove", ("member", "mia"))) refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Trainers()).ShouldBe(["mia"]);
    }

    private async Task<IEnumerable<string>> Trainers() =>
        (await stage.Server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IToolGrain>(Keys.Tool("saw")).View())!.Definition.Trainers;
}
