using System.Text.Json;
using Makerspace.Access;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Makerspace.Web.Access;

/// <summary>
/// The device protocol over MQTT 5, where <c>Makerspace:Mqtt:Port</c> says so: a small broker in this process, for devices alone. User name and password are the
/// device's id and secret; a device publishes and hears on its own topics and no others. Answers are the same as over HTTP.
/// </summary>
public sealed partial class MqttBroker(IConfiguration configuration, IGrainFactory grains, DeviceProtocol protocol, IReadModels models, ILogger<MqttBroker> log) : BackgroundService
{
    private const string Session = "device";
    private const string Secret = "secret";

    // A device that sends more in one message is none of ours.
    private const int MostBytes = 64 * 1024;

    private MqttServer? server;

    /// <summary>Where it listens; null: it does not.</summary>
    public int? Port => configuration.GetValue<int?>("Makerspace:Mqtt:Port");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Port is not { } port) return;
        var address = System.Net.IPAddress.Parse(configuration["Makerspace:Mqtt:Address"] ?? "127.0.0.1");
        var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port).WithDefaultEndpointBoundIPAddress(address)
            .WithDefaultEndpointBoundIPV6Address(System.Net.IPAddress.None).Build();
        server = new MqttServerFactory().CreateMqttServer(options);
        server.ValidatingConnectionAsync += Validate;
        server.InterceptingSubscriptionAsync += OnlyOwnTopics;
        server.InterceptingPublishAsync += Take;
        await server.StartAsync();
        Listens(address, port);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (server is null) return;
        await server.StopAsync();
        server.Dispose();
    }

    // A stop or an unlocking is told at once, not with the next sign of life.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var row in models.Follow(models.Position, stoppingToken))
                if (row.Type == "device-changed" && JournalEntryOf(row) is { Device: var device })
                {
                    await HangUp(device.Id);
                    await Order(device, stoppingToken);
                }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private static DeviceChanged? JournalEntryOf(JournalRow row) => JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) as DeviceChanged;

    // Whoever came with a secret that is void by now hears nothing more either.
    private async Task HangUp(string deviceId)
    {
        foreach (var client in (await server!.GetClientsAsync()).Where(c => c.Id == "device-" + deviceId))
            if (client.Session.Items[Secret] is not string hash || !await grains.GetGrain<IDeviceGrain>(Keys.Device(deviceId)).Recognise(hash))
                await client.DisconnectAsync(new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.NotAuthorized });
    }

    private async Task Order(DeviceView device, CancellationToken cancellation)
    {
        var order = JsonSerializer.SerializeToUtf8Bytes(new { stop = device.Stopped is not null, unlockedUntil = device.UnlockedUntil.Utc() }, DeviceJson.Options);
        await Send($"makerspace/{device.Id}/orders", order, null, cancellation);
    }

    private async Task Validate(ValidatingConnectionEventArgs connection)
    {
        var id = await DeviceSecret.Recognise(connection.Password, grains);
        if (id is null || id != connection.UserName || connection.ClientId != "device-" + id)
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            return;
        }
        connection.SessionItems[Session] = id;
        connection.SessionItems[Secret] = DeviceSecret.Hash(connection.Password);
    }

    private static Task OnlyOwnTopics(InterceptingSubscriptionEventArgs subscription)
    {
        var topic = subscription.TopicFilter.Topic;
        var id = subscription.SessionItems[Session] as string;
        subscription.ProcessSubscription = topic == $"makerspace/{id}/answer" || topic == $"makerspace/{id}/orders";
        if (!subscription.ProcessSubscription) subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        return Task.CompletedTask;
    }

    // Nothing that a device publishes is passed on to anybody: it is a question, and its answer goes to who asked.
    private async Task Take(InterceptingPublishEventArgs publish)
    {
        // What this process itself sends.
        if (publish.ClientId == Sender) return;
        publish.ProcessPublish = false;
        var message = publish.ApplicationMessage;
        if (publish.SessionItems[Session] is not string id || !message.Topic.StartsWith($"makerspace/{id}/ask/", StringComparison.Ordinal) || message.Payload.Length > MostBytes) return;
        // A secret that was renewed meanwhile is void here too.
        if (publish.SessionItems[Secret] is not string hash || !await grains.GetGrain<IDeviceGrain>(Keys.Device(id)).Recognise(hash))
        {
            publish.CloseConnection = true;
            return;
        }
        var (status, body) = await Answered(id, message.Topic[(message.Topic.LastIndexOf('/') + 1)..], System.Buffers.BuffersExtensions.ToArray(message.Payload), publish.CancellationToken);
        var answer = JsonSerializer.SerializeToUtf8Bytes(new { status, body }, DeviceJson.Options);
        await Send($"makerspace/{id}/answer", answer, message.CorrelationData, publish.CancellationToken);
    }

    private const string Sender = "server";

    private Task Send(string topic, byte[] payload, byte[]? correlation, CancellationToken cancellation)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (correlation is not null) message = message.WithCorrelationData(correlation);
        return server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(message.Build()) { SenderClientId = Sender }, cancellation);
    }

    private async Task<(int Status, object? Body)> Answered(string id, string op, byte[] payload, CancellationToken cancellation)
    {
        try
        {
            return Unwrap(await Run(id, op, payload, cancellation));
        }
        catch (JsonException)
        {
            return (StatusCodes.Status400BadRequest, Problem.Bare(StatusCodes.Status400BadRequest));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, op, failure);
            return (StatusCodes.Status503ServiceUnavailable, Problem.Bare(StatusCodes.Status503ServiceUnavailable));
        }
    }

    private async Task<IResult> Run(string id, string op, byte[] payload, CancellationToken cancellation) => op switch
    {
        "heartbeat" => await With<HeartbeatBody>(payload, async body => (await protocol.Heartbeat(id, body, cancellation)).Result),
        "permits" => await protocol.Permits(id, cancellation),
        "may-start" => await With<AskBody>(payload, async body => (await protocol.MayStart(id, body)).Result),
        "start" => await With<StartBody>(payload, async body => (await protocol.Start(id, body)).Result),
        "stop" => await With<StopBody>(payload, async body => (await protocol.Stop(id, body)).Result),
        "pass" => await With<PassBody>(payload, async body => (await protocol.Pass(id, body)).Result),
        "report" => await With<ReportBody>(payload, async body => (await protocol.Report(id, body)).Result),
        "emergency" => await protocol.Emergency(id, cancellation),
        _ => Problem.Unknown("operation"),
    };

    private static async Task<IResult> With<T>(byte[] payload, Func<T, Task<IResult>> run) where T : class
    {
        using var json = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
        var (value, fault) = JsonBody.To<T>(json.RootElement);
        return value is null ? Problem.Malformed([fault!]) : await run(value);
    }

    private static (int Status, object? Body) Unwrap(IResult result) => result switch
    {
        ProblemHttpResult problem => (problem.StatusCode, problem.ProblemDetails),
        IValueHttpResult { Value: var value } => (StatusCodes.Status200OK, value),
        _ => (StatusCodes.Status204NoContent, null),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Devices are heard over MQTT at {Address}:{Port}")]
    private partial void Listens(System.Net.IPAddress address, int port);

    [LoggerMessage(Level = LogLevel.Error, Message = "Device {Device} asked {Op} over MQTT, and that failed")]
    private partial void Failed(string device, string op, Exception failure);
}
