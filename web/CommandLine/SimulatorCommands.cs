using System.CommandLine;
using Makerspace.PaymentSimulator;
using Makerspace.Web.Hosting;

namespace Makerspace.Web.CommandLine;

/// <summary><c>makerspace payment-simulator</c>.</summary>
internal static class SimulatorCommands
{
    private const string DefaultUrls = "http://127.0.0.1:5081";

    public static Command Run()
    {
        var command = new ExplainedCommand(
            "payment-simulator", "Run the payment simulator alone: a payment provider that moves no money, for servers that are given its address and the key sk_test_simulator.",
            "makerspace payment-simulator --urls http://127.0.0.1:5081 --webhooks http://127.0.0.1:5080/webhooks/stripe --secret whsec_local");
        var urls = new Option<string>("--urls") { Description = $"Address to listen on [default: {DefaultUrls}]", HelpName = "URLS", DefaultValueFactory = _ => DefaultUrls };
        var webhooks = new Option<string?>("--webhooks") { Description = "Where events are sent; without it they are only kept", HelpName = "URL" };
        var secret = new Option<string>("--secret") { Description = "What events are signed with [default: whsec_simulator]", HelpName = "SECRET", DefaultValueFactory = _ => "whsec_simulator" };
        command.Add(urls);
        command.Add(webhooks);
        command.Add(secret);
        command.SetAction((parsed, cancellation) => Run(
            new PaymentSimulatorOptions
            {
                Urls = parsed.GetValue(urls)!, WebhookAddress = parsed.GetValue(webhooks) is { } address ? new Uri(address) : null, WebhookSecrets = [parsed.GetValue(secret)!],
                DataFile = File(SharedOptions.Read(parsed)),
            },
            cancellation));
        return command;
    }

    private static string File(ServerOptions options)
    {
        var folder = Path.GetFullPath(options.Data ?? "data");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, "payments-simulator.db");
    }

    private static async Task<int> Run(PaymentSimulatorOptions options, CancellationToken cancellation)
    {
        try
        {
            await using var simulator = await PaymentSimulatorServer.Start(options, cancellation);
            await Console.Out.WriteLineAsync($"The payment simulator listens at {simulator.Address}");
            await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellation));
            return MakerspaceCommand.Done;
        }
        catch (Exception e) when (StartFailure.Line(e) is { } line)
        {
            return await LocalSilo.Say(line, StartRefusedException.ExitCode);
        }
    }
}
