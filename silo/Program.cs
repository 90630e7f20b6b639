using Makerspace;

// A node of a cluster: grains without pages. SIGTERM and Ctrl-C let calls end and writes be committed, then stop it.
var builder = Host.CreateApplicationBuilder(args);
try
{
    builder.AddMakerspace();
    builder.AddObservability();
    await builder.Build().RunAsync();
    return 0;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return StartRefusedException.ExitCode;
}
