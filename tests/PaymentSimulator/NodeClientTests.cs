using System.Diagnostics;
using System.Globalization;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>The provider's official Node client finds in the simulator what it expects of the provider.</summary>
public sealed class NodeClientTests
{
    private static readonly string[] Needed = ["package.json", "package-lock.json", "check.mjs"];

    [Fact]
    public async Task The_official_node_client_agrees()
    {
        Assert.SkipUnless(await Run("node", "--version", ".") is (0, _) && await Run("npm", "--version", ".") is (0, _), "node and npm are not installed here.");
        var folder = Directory.CreateTempSubdirectory("simulator-node");
        try
        {
            foreach (var file in Needed) File.Copy(Path.Combine(Docs.Root, "tests/PaymentSimulator/node", file), Path.Combine(folder.FullName, file));
            var installed = await Run("npm", "ci --no-audit --no-fund --loglevel=error --prefer-offline", folder.FullName);
            Assert.SkipWhen(installed.Code != 0, $"The client could not be installed: {installed.Output}");
            await using var simulated = await Simulated.Start();
            var checkedBy = await Run("node", "check.mjs", folder.FullName,
                ("SIMULATOR", simulated.Server.Address.ToString()), ("RECEIVED", simulated.Endpoint.ToString()), ("SECRET", Simulated.Secret),
                ("NOW", Simulated.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
            checkedBy.Output.ShouldContain("ok webhooks", customMessage: checkedBy.Output);
            checkedBy.Code.ShouldBe(0, checkedBy.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> Run(string program, string arguments, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
            return (process.ExitCode, await output + await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
