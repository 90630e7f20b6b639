namespace Makerspace.PaymentSimulator;

/// <summary>How the simulator is started.</summary>
public sealed record PaymentSimulatorOptions
{
    /// <summary>Where it listens; port 0 is any free one.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>Its SQLite file; null: in memory, gone with it.</summary>
    public string? DataFile { get; init; }

    /// <summary>Where events are sent; null: nowhere, they are kept and can be listed.</summary>
    public Uri? WebhookAddress { get; init; }

    /// <summary>Secrets that events are signed with, <c>whsec_…</c>: several while they are rotated.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; init; } = ["whsec_simulator"];

    /// <summary>Its clock: renewals, retries and expiries go by it. Webhooks are retried by real time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where people's browsers reach it, where that is not where it listens.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Whether it looks by itself every few seconds for what has fallen due; otherwise only <see cref="PaymentSimulatorServer.RunDue"/> does.</summary>
    public bool RunsByItself { get; init; } = true;

    /// <summary>How long after a webhook was not taken it is sent again, of real time; doubled with each attempt up to a minute.</summary>
    public TimeSpan WebhookRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After so many attempts a webhook is given up.</summary>
    public int WebhookAttempts { get; init; } = 12;

    /// <summary>Whose invoices and pages they say they are.</summary>
    public string BusinessName { get; init; } = "Makerspace";
}
