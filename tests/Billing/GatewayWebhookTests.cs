using System.Net;
using System.Text;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Stripe;

namespace Makerspace.Tests.Billing;

/// <summary>The endpoint of events: who can sign is believed, by the clock of the space; everybody else is refused, and nothing is kept.</summary>
public sealed class GatewayWebhookTests : IAsyncLifetime
{
    private const string Old = "whsec_old";
    private const string New = "whsec_new";

    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.Start(("Stripe:WebhookSecrets", $"{Old}, {New}"));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private long Now => server.Clock.GetUtcNow().ToUnixTimeSeconds();

    [Theory, InlineData(Old), InlineData(New)]
    public async Task A_signed_event_is_taken_with_either_secret_while_they_change_over(string secret)
    {
        var body = Event("evt_" + secret);
        (await Send(body, Sign(body, secret))).ShouldBe((HttpStatusCode.OK, null));
        (await Kept()).ShouldHaveSingleItem().ObjectId.ShouldBe("pi_1");
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_taken_once()
    {
        var body = Event("evt_1");
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.OK, null));
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.OK, null));
        (await Kept()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_signature_of_nobody_is_refused_and_nothing_kept()
    {
        var body = Event("evt_1");
        string[] bad =
        [
            Sign(body, "whsec_other"), Sign(body, ""), Sign(body + " ", New), "", "nonsense", "t=,v1=", "t=abc,v1=00", "v1=00", $"t={Now}", $"t={Now},v0=00", "t=99999999999999999999,v1=aa", "t=-5,v1=zz,,=,",
        ];
        foreach (var signature in bad) (await Send(body, signature)).ShouldBe((HttpStatusCode.BadRequest, "signature-invalid"), signature);
        (await Send(body, null)).ShouldBe((HttpStatusCode.BadRequest, "signature-invalid"));
        (await Kept()).ShouldBeEmpty();
    }

    [Theory, InlineData(-301), InlineData(400)]
    public async Task A_signature_of_another_time_is_refused_by_the_clock_of_the_space(long off)
    {
        var body = Event("evt_1");
        (await Send(body, Sign(body, New, Now + off))).ShouldBe((HttpStatusCode.BadRequest, "signature-stale"));
        // What was good once is not good for ever.
        var replayed = Sign(body, New);
        server.Clock.Advance(TimeSpan.FromMinutes(6));
        (await Send(body, replayed)).ShouldBe((HttpStatusCode.BadRequest, "signature-stale"));
        (await Kept()).ShouldBeEmpty();
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.OK, null));
    }

    [Fact]
    public async Task An_event_of_another_version_of_the_api_is_as_good_as_any()
    {
        var body = Event("evt_1", version: "2031-01-01.ginkgo");
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.OK, null));
        (await Kept()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("{"), InlineData(""), InlineData("""{"id": "evt_1", "type": "x"}"""), InlineData("""{"id": "evt_1", "type": "x", "data": {"object": 5}}"""), InlineData("""{"id": 5, "type": "x", "data": {"object": {}}}""")]
    public async Task What_is_signed_and_no_event_is_refused(string body)
    {
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.BadRequest, "malformed-event"));
        (await Kept()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"id": "ch_1", "object": "charge", "payment_intent": "pi_9"}""", "pi_9")]
    [InlineData("""{"id": "re_1", "object": "refund", "payment_intent": "pi_9"}""", "pi_9")]
    [InlineData("""{"id": "dp_1", "object": "dispute", "payment_intent": "pi_9"}""", "pi_9")]
    [InlineData("""{"id": "pm_1", "object": "payment_method", "customer": "cus_9"}""", "cus_9")]
    [InlineData("""{"id": "in_1", "object": "invoice"}""", "in_1")]
    [InlineData("""{"object": "balance"}""", "")]
    public async Task What_is_kept_is_where_to_look(string thing, string lookAt)
    {
        var body = Event("evt_1", thing);
        (await Send(body, Sign(body, New))).ShouldBe((HttpStatusCode.OK, null));
        (await Kept()).ShouldHaveSingleItem().ObjectId.ShouldBe(lookAt);
    }

    [Fact]
    public async Task Too_much_and_the_wrong_kind_are_refused_before_anything_is_read()
    {
        var large = Event("evt_1", $$"""{"id": "pi_1", "object": "payment_intent", "x": "{{new string('x', 1024 * 1024)}}"}""");
        (await Send(large, Sign(large, New))).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "body-too-large"));
        var body = Event("evt_1");
        (await Send(body, Sign(body, New), "application/x-www-form-urlencoded")).ShouldBe((HttpStatusCode.UnsupportedMediaType, "content-type-not-supported"));
        (await Send(body, Sign(body, New), "text/plain")).ShouldBe((HttpStatusCode.UnsupportedMediaType, "content-type-not-supported"));
        using var get = await server.Anonymous().GetAsync("/webhooks/stripe");
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await Kept()).ShouldBeEmpty();
        // A large one that is not too large.
        var fits = Event("evt_2", $$"""{"id": "pi_1", "object": "payment_intent", "x": "{{new string('x', 900 * 1024)}}"}""");
        (await Send(fits, Sign(fits, New))).ShouldBe((HttpStatusCode.OK, null));
    }

    private static string Event(string id, string thing = """{"id": "pi_1", "object": "payment_intent"}""", string version = "2026-07-29.dahlia") =>
        $$"""{"id": "{{id}}", "object": "event", "api_version": "{{version}}", "created": 1, "type": "some.thing", "livemode": false, "data": {"object": """ + thing + "}}";

    private string Sign(string body, string secret, long? at = null) => EventUtility.GenerateSignatureHeader(body, secret, at ?? Now);

    private async Task<(HttpStatusCode, string?)> Send(string body, string? signature, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, type) };
        if (signature is not null) request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        using var answer = await server.Anonymous().SendAsync(request);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : await answer.Code());
    }

    private async Task<List<ProviderEventRow>> Kept()
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MakerspaceDb>().ProviderEvents.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
    }
}
