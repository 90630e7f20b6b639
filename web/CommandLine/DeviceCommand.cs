using System.CommandLine;
using Makerspace.Access;
using Makerspace.Web.Access;

namespace Makerspace.Web.CommandLine;

/// <summary><c>makerspace device</c>: a device in software, driven by lines on standard input.</summary>
internal static class DeviceCommand
{
    private const string SecretVariable = "MAKERSPACE_DEVICE_SECRET";

    private const string Usage = "badge NUMBER [BUDDY] · ask NUMBER [BUDDY] · in NUMBER · out NUMBER · stop · done · sync · offline · online · power · emergency · state · quit";

    public static Command Make()
    {
        var command = new ExplainedCommand(
            "device", $"Play a device: an interlock or a door. Its secret comes from the environment, {SecretVariable}, or from a file. Then a line each: {Usage}",
            $"{SecretVariable}=msd_… makerspace device --server http://127.0.0.1:5080 --memory laser.json",
            "makerspace device --secret-file laser.secret --mqtt 127.0.0.1:1883");
        var server = new Option<Uri>("--server") { Description = "The server's address [default: http://127.0.0.1:5080]", HelpName = "URL", DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080") };
        var mqtt = new Option<string?>("--mqtt") { Description = "Speak MQTT with the broker there, instead of HTTP", HelpName = "HOST:PORT" };
        var secret = new Option<string?>("--secret-file") { Description = "File with the device's secret", HelpName = "FILE" };
        var memory = new Option<string?>("--memory") { Description = "File in which it keeps what a device keeps through a power cut", HelpName = "FILE" };
        foreach (var option in new Option[] { server, mqtt, secret, memory }) command.Add(option);
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(server)!, parsed.GetValue(mqtt), parsed.GetValue(secret), parsed.GetValue(memory), cancellation));
        return command;
    }

    private static async Task<int> Run(Uri server, string? mqtt, string? secretFile, string? memoryFile, CancellationToken cancellation)
    {
        var secret = (secretFile is null ? Environment.GetEnvironmentVariable(SecretVariable) : await File.ReadAllTextAsync(secretFile, cancellation))?.Trim();
        if (secret is null || !secret.StartsWith(DeviceSecret.Prefix, StringComparison.Ordinal))
            return await LocalSilo.Say($"A device's secret is needed, in {SecretVariable} or --secret-file. Staff register a device and get it.", MakerspaceCommand.Failed);
        await using var link = Link(server, mqtt, secret);
        var device = new SimulatedDevice(secret[DeviceSecret.Prefix.Length..].Split('.')[0], link, TimeProvider.System, await Remembered(memoryFile, cancellation));
        try
        {
            await Out.WriteLineAsync(await device.Sync(cancellation) ? "online" : "no network");
            while (await Console.In.ReadLineAsync(cancellation) is { } line && line.Trim() != "quit")
            {
                await Out.WriteLineAsync(await Obey(device, line.Split(' ', StringSplitOptions.RemoveEmptyEntries), cancellation));
                if (memoryFile is not null) await File.WriteAllTextAsync(memoryFile, device.Memory.Written(), cancellation);
            }
            return MakerspaceCommand.Done;
        }
        catch (DeviceRefusedException refused)
        {
            return await LocalSilo.Say($"The server refuses this device: {refused.Code}.", MakerspaceCommand.Failed);
        }
    }

    private static TextWriter Out => Console.Out;

    private static IDeviceLink Link(Uri server, string? mqtt, string secret) => mqtt?.Split(':') switch
    {
        null => new HttpDeviceLink(server, secret),
        [var host, var port] when int.TryParse(port, out var number) => new MqttDeviceLink(host, number, secret),
        [var host, ..] => new MqttDeviceLink(host, 1883, secret),
        _ => new HttpDeviceLink(server, secret),
    };

    private static async Task<DeviceMemory?> Remembered(string? file, CancellationToken cancellation) =>
        file is not null && File.Exists(file) ? DeviceMemory.Read(await File.ReadAllTextAsync(file, cancellation)) : null;

    private static async Task<string> Obey(SimulatedDevice device, string[] words, CancellationToken cancellation)
    {
        device.Tick();
        switch (words)
        {
            case ["badge", var badge, .. var more]: return Said(await device.Badge(badge, more.FirstOrDefault(), cancellation));
            case ["ask", var badge, .. var more]: return Said(await device.Ask(badge, more.FirstOrDefault(), cancellation));
            case ["in", var badge]: return Said(await device.Pass(badge, leaving: false, cancellation));
            case ["out", var badge]: return Said(await device.Pass(badge, leaving: true, cancellation));
            case ["stop"]: await device.Stop("badge", cancellation); break;
            case ["done"]: await device.Stop("done", cancellation); break;
            case ["emergency"]: await device.Emergency(cancellation); break;
            case ["offline"]: device.Online = false; break;
            case ["online"]: device.Online = true; return await device.Sync(cancellation) ? "online" : "no network";
            case ["sync"]: return await device.Sync(cancellation) ? "online" : "no network";
            case ["power"]: device.LosePower(); break;
            case ["state"]: break;
            default: return Usage;
        }
        return State(device);
    }

    private static string Said(SwitchAnswer answer) => answer.Allowed
        ? "allowed" + (answer.Until is { } until ? $" until {until}" : "") + (answer.Staff ? " (staff)" : "")
        : "refused: " + string.Join(", ", answer.Bars.Select(b => b.Until is { } until ? $"{b.Code} until {until}" : b.Code));

    private static string State(SimulatedDevice device) =>
        $"{(device.IsOn ? "on" : "off")}{(device.Warning == Overrun.None ? "" : ", " + device.Warning)}, list {device.Memory.Sequence}, {device.Memory.Unreported.Count} to report{(device.Memory.Stopped ? ", stopped" : "")}";
}
