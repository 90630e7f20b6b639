using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Makerspace;

/// <summary>The product's own traces and numbers.</summary>
internal static class Telemetry
{
    public const string Name = "Makerspace";

    public static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<int> GroupSize = Meter.CreateHistogram<int>("makerspace.commit.group_size", "{write}", "Grain writes in one transaction");
    private static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>("makerspace.commit.duration", "ms", "Time of one transaction");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("makerspace.commit.conflicts", "{write}", "Writes that another writer forestalled");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("makerspace.commit.failures", "{commit}", "Transactions that failed");
    private static readonly Counter<long> Bookings = Meter.CreateCounter<long>("makerspace.bookings", "{event}", "Events in bookings' lives, by type");

    public static void Committed(int writes, int conflicts, TimeSpan took)
    {
        GroupSize.Record(writes);
        CommitTime.Record(took.TotalMilliseconds);
        if (conflicts > 0) Conflicts.Add(conflicts);
    }

    public static void CommitFailed() => Failures.Add(1);

    public static void BookingEvent(string type) => Bookings.Add(1, new KeyValuePair<string, object?>("type", type));
}

/// <summary>Sends traces and numbers where OTEL_EXPORTER_OTLP_ENDPOINT says; without it nothing is collected.</summary>
public static class Observability
{
    /// <summary>Adds the product's sources, those of ASP.NET Core, Orleans, Npgsql and the runtime.</summary>
    public static IHostApplicationBuilder AddObservability(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return builder;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("makerspace", serviceVersion: typeof(Observability).Assembly.GetName().Version?.ToString()))
            .WithTracing(traces => traces
                .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application", "Npgsql")
                .AddOtlpExporter())
            .WithMetrics(numbers => numbers
                .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans", "Npgsql", "System.Runtime")
                .AddOtlpExporter());
        return builder;
    }
}
