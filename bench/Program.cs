// One command, one table: ./bench/run [--seconds 5] [--history 1000,100000,1000000] [--tools 200]
// "decisions" alone measures only what deciding costs, which needs no database.
// Everything is measured on a throwaway PostgreSQL with its durable defaults, the load client on the same machine.
using System.Globalization;
using Makerspace.Bench;
using Makerspace.Tests.Infrastructure;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["decisions"])
{
    DecisionCost.Measure((what, figure) => Console.WriteLine($"| {what,-58} | {figure} |"));
    return;
}
var options = Options.Parse(args);
await using var database = await ThrowawayPostgres.Start();
Console.WriteLine($"{Environment.ProcessorCount} cores, {options.Seconds} s a figure");

if (options.Numbers)
{
    await using var server = await Server.Start(await database.NewDatabase());
    await Numbers.Measure(server, options, new Report(1));
    return;
}

if (options.Money)
{
    await using var server = await Server.Start(await database.NewDatabase());
    await Money.Measure(server, options, new Report(1));
    return;
}

if (options.Notices)
{
    await using var mail = new MailSink();
    await using var server = await Server.Start(await database.NewDatabase(), ("Makerspace__Smtp__Host", "127.0.0.1"), ("Makerspace__Smtp__Port", mail.Port.ToString(CultureInfo.InvariantCulture)));
    await Notices.Measure(server, mail, options, new Report(1));
    return;
}

if (options.Policies)
{
    await using var server = await Server.Start(await database.NewDatabase());
    await Policies.Measure(server, options, new Report(1));
    return;
}

var bare = await BareInsert.Measure(database, clients: 32, options.Seconds);
var report = new Report(bare.PerSecond);
report.Line("bare EXCLUDE insert, 32 clients", bare);

DecisionCost.Measure(report.Text);

await using (var server = await Server.Start(await database.NewDatabase()))
{
    report.Text("cold start (empty database)", $"{server.StartedIn.TotalSeconds:0.0} s");
    var space = await Space.Make(server, options);
    foreach (var clients in new[] { 1, 8, 32 })
    {
        report.Line($"bookings on distinct tools, {clients} clients", await space.BookDistinct(clients, options.Seconds));
        report.Line($"bookings on one tool, {clients} clients", await space.BookOne(clients, options.Seconds));
    }
    report.Line("availability of one tool, 8 clients", await space.ReadAvailability(8, options.Seconds));
    report.Line("who is free across all tools, 8 clients", await space.ReadWhoIsFree(8, options.Seconds));
    report.Line("a member's bookings, 8 clients", await space.ReadBookings(8, options.Seconds));
    report.Text("memory after the load", $"{server.Megabytes()} MB");

    foreach (var past in options.History)
    {
        await History.Grow(server, space, past);
        report.Line($"bookings, 32 clients, {past:N0} past", await space.BookDistinct(32, options.Seconds));
        report.Line($"bookings, 1 client, {past:N0} past", await space.BookDistinct(1, options.Seconds));
        report.Line($"a member's bookings, 8 clients, {past:N0} past", await space.ReadBookings(8, options.Seconds));
        report.Line($"availability of one tool, 8 clients, {past:N0} past", await space.ReadAvailability(8, options.Seconds));
    }
    await server.Restart();
    report.Text("warm start with all that", $"{server.StartedIn.TotalSeconds:0.0} s, {server.Megabytes()} MB");
}
