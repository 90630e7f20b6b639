using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Makerspace.Web.Http;
using MQTTnet;
using MQTTnet.Protocol;

namespace Makerspace.Web.Access;

/// <summary>The way from a simulated device to the server.</summary>
public interface IDeviceLink : IAsyncDisposable
{
    /// <summary>Asks, and returns the answer.</summary>
    /// <exception cref="DeviceLinkDownException">There is no network, or the server does not answer.</exception>
    /// <exception cref="DeviceRefusedException">The server refuses the request itself.</exception>
    Task<JsonElement> Ask(string op, object body, CancellationToken cancellation);
}

/// <summary>No network.</summary>
public sealed class DeviceLinkDownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The server does not know the device, or not the request.</summary>
public sealed class DeviceRefusedException(int status, string code) : Exception($"{status} {code}")
{
    public int Status => status;
    public string Code => code;
}

/// <summary>Over HTTP: <c>POST /api/v1/devices/me/{op}</c>, the secret in the header.</summary>
public sealed class HttpDeviceLink : IDeviceLink
{
    private readonly HttpClient client;

    public HttpDeviceLink(Uri server, string secret)
    {
        client = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
    }

    public async Task<JsonElement> Ask(string op, object body, CancellationToken cancellation)
    {
        try
        {
            using var content = new StringContent(DeviceJson.Write(body), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri($"{DeviceAuthentication.Routes}/{op}", UriKind.Relative), content, cancellation);
            return DeviceJson.Read((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new DeviceLinkDownException("The server cannot be reached.", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Over MQTT 5: asks on <c>makerspace/{device}/ask/{op}</c>, the answer comes on <c>makerspace/{device}/answer</c> with the correlation data of the question.</summary>
public sealed class MqttDeviceLink : IDeviceLink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> waiting = new(StringComparer.Ordinal);
    private readonly MqttClientOptions options;
    private readonly string deviceId;

    public MqttDeviceLink(string host, int port, string secret)
    {
        deviceId = secret[DeviceSecret.Prefix.Length..].Split('.')[0];
        options = new MqttClientOptionsBuilder().WithTcpServer(host, port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
            .WithClientId("device-" + deviceId).WithCredentials(deviceId, secret).WithCleanStart().WithTimeout(Patience).Build();
        client.ApplicationMessageReceivedAsync += Received;
    }

    /// <summary>Told by the server without having asked: an emergency stop, an unlocking.</summary>
    public Func<JsonElement, Task>? Ordered { get; set; }

    public async Task<JsonElement> Ask(string op, object body, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString("N");
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            if (!client.IsConnected) await Connect(cancellation);
            var message = new MqttApplicationMessageBuilder().WithTopic($"makerspace/{deviceId}/ask/{op}").WithPayload(DeviceJson.Write(body))
                .WithCorrelationData(Encoding.ASCII.GetBytes(id)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            await client.PublishAsync(message, cancellation);
            return await answer.Task.WaitAsync(Patience, cancellation);
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Exceptions.MqttClientNotConnectedException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new DeviceLinkDownException("The broker cannot be reached.", e);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (client.IsConnected) await client.DisconnectAsync();
        client.Dispose();
    }

    private async Task Connect(CancellationToken cancellation)
    {
        var connected = await client.ConnectAsync(options, cancellation);
        if (connected.ResultCode != MqttClientConnectResultCode.Success) throw new DeviceRefusedException(StatusCodes.Status401Unauthorized, "sign-in-required");
        await client.SubscribeAsync($"makerspace/{deviceId}/answer", MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
        await client.SubscribeAsync($"makerspace/{deviceId}/orders", MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
    }

    private async Task Received(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage;
        var envelope = JsonSerializer.Deserialize<JsonElement>(System.Buffers.BuffersExtensions.ToArray(message.Payload));
        if (message.Topic.EndsWith("/orders", StringComparison.Ordinal))
        {
            if (Ordered is { } ordered) await ordered(envelope);
            return;
        }
        if (message.CorrelationData is not { } id || !waiting.TryGetValue(Encoding.ASCII.GetString(id), out var answer)) return;
        try
        {
            answer.TrySetResult(DeviceJson.Read(envelope.GetProperty("status").GetInt32(), JsonSerializer.SerializeToUtf8Bytes(envelope.GetProperty("body"))));
        }
        catch (DeviceRefusedException refused)
        {
            answer.TrySetException(refused);
        }
    }
}

/// <summary>JSON as the API has it.</summary>
internal static class DeviceJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    public static string Write(object body) => JsonSerializer.Serialize(body, Options);

    public static T To<T>(this JsonElement json) => json.Deserialize<T>(Options)!;

    public static JsonElement Read(int status, byte[] body)
    {
        var json = body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
        if (status is >= 200 and < 300) return json;
        if (status >= 500) throw new DeviceLinkDownException($"The server answers {status}.");
        throw new DeviceRefusedException(status, json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var code) ? code.GetString()! : "refused");
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
        ApiJson.Configure(options);
        return options;
    }
}
