using System.Net;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Http;

/// <summary>Addresses that people type in are asked only where that cannot reach what is inside.</summary>
public class OutboundHttpTests
{
    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("172.31.0.1"), InlineData("192.168.1.1"), InlineData("169.254.169.254"), InlineData("100.64.0.1"), InlineData("0.0.0.0")]
    [InlineData("224.0.0.1"), InlineData("255.255.255.255"), InlineData("198.18.0.1"), InlineData("::1"), InlineData("::"), InlineData("fe80::1"), InlineData("fd00::1"), InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1"), InlineData("::ffff:10.0.0.1"), InlineData("64:ff9b::7f00:1"), InlineData("2002:7f00:1::"), InlineData("2001:0:1::"), InlineData("2001:db8::1")]
    public void An_address_inside_is_not_public(string address) => OutboundHttp.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1"), InlineData("172.32.0.1"), InlineData("192.167.1.1"), InlineData("100.128.0.1"), InlineData("2606:4700::1111"), InlineData("2a00:1450::1")]
    public void One_of_the_internet_is(string address) => OutboundHttp.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("http://example.org/x", "not-https"), InlineData("ftp://example.org/x", "not-https"), InlineData("file:///etc/passwd", "not-https"), InlineData("https://a:b@example.org/", "not-https")]
    [InlineData("https://127.0.0.1/", "address-not-public"), InlineData("https://[::1]/", "address-not-public"), InlineData("https://2130706433/", "address-not-public"), InlineData("https://0x7f.1/", "address-not-public")]
    public async Task What_must_not_be_asked_is_refused_before_anything_is_sent(string address, string code)
    {
        using var outbound = Outbound();
        (await Refusal(outbound, new Uri(address))).ShouldBe(code);
    }

    [Fact]
    public async Task A_name_that_points_inside_is_found_out_when_the_connection_is_made()
    {
        using var outbound = Outbound();
        (await Refusal(outbound, new Uri("https://localhost:9/"))).ShouldBe("address-not-public");
    }

    [Fact]
    public async Task What_the_operator_trusts_is_asked_within_the_limits_and_never_led_elsewhere()
    {
        await using var elsewhere = await Serving();
        var address = new Uri(elsewhere.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using var outbound = Outbound("127.0.0.1");
        var answer = await outbound.Get(new Uri(address, "/hello"), TestContext.Current.CancellationToken);
        (answer.Status, System.Text.Encoding.UTF8.GetString(answer.Body)).ShouldBe((200, "hello"));
        (await outbound.Get(new Uri(address, "/away"), TestContext.Current.CancellationToken)).Status.ShouldBe(302);
        (await Refusal(outbound, new Uri(address, "/large"))).ShouldBe("too-large");
        (await outbound.Send(HttpMethod.Post, new Uri(address, "/echo"), "body"u8.ToArray(), "text/plain", [("X-Word", "said")], TestContext.Current.CancellationToken)).Body.ShouldBe("body said"u8.ToArray());
    }

    private static async Task<WebApplication> Serving()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/hello", () => "hello");
        app.MapGet("/away", () => Results.Redirect("http://169.254.169.254/"));
        // Without a length, as whoever means harm would.
        app.MapGet("/large", async (HttpContext context) =>
        {
            for (var i = 0; i < 40 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        });
        app.MapPost("/echo", async (HttpRequest request) => $"{await new StreamReader(request.Body).ReadToEndAsync()} {request.Headers["X-Word"]}");
        await app.StartAsync();
        return app;
    }

    private static async Task<string> Refusal(OutboundHttp outbound, Uri address) =>
        (await Should.ThrowAsync<OutboundRefusedException>(() => outbound.Get(address, TestContext.Current.CancellationToken))).Code;

    private static OutboundHttp Outbound(params string[] trusted) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(trusted.Select((host, i) => KeyValuePair.Create($"Makerspace:Outbound:Trusted:{i}", (string?)host))).Build());
}
