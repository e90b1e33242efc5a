using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Mqtt;

/// <summary>
/// One connection to a broker, by MQTT 5: a clean session that ends with the connection, so that no broker keeps messages for it.
/// Used by the driver's threads; publishing may run beside receiving.
/// </summary>
internal sealed class MqttConnection : IAsyncDisposable
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(0.5);
    private readonly MqttOptions _options;
    private readonly MqttSecurity _security;
    private readonly string _clientId;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Action<string> _lost;
    private volatile bool _isClosing;

    /// <summary>Creates a connection; nothing is opened yet.</summary>
    /// <param name="options">Address and topics.</param>
    /// <param name="security">Certificates and password.</param>
    /// <param name="clientId">Client identifier.</param>
    /// <param name="received">Called for each message, one after the other.</param>
    /// <param name="lost">Called with a sentence when the connection breaks.</param>
    public MqttConnection(
        MqttOptions options, MqttSecurity security, string clientId, Action<MqttApplicationMessage> received, Action<string> lost)
    {
        (_options, _security, _clientId, _lost) = (options, security, clientId, lost);
        _client.ApplicationMessageReceivedAsync += e =>
        {
            if (!_isClosing)
                received(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += e =>
        {
            if (!_isClosing && e.ClientWasConnected)
                lost($"the connection to the MQTT broker {Address} ended: {e.Exception?.Message ?? e.Reason.ToString()}.");
            return Task.CompletedTask;
        };
    }

    private int Port => _options.Port ?? (_options.Tls is null ? 1883 : 8883);

    private string Address => $"{_options.Host}:{Port}";

    /// <summary>The bytes of a message. Copied only when they came in pieces.</summary>
    public static ReadOnlySpan<byte> PayloadOf(MqttApplicationMessage message) =>
        message.Payload.IsSingleSegment ? message.Payload.FirstSpan : message.Payload.ToArray();

    /// <summary>Connects and subscribes to the state topic, and to the command topic to see who else commands.</summary>
    /// <exception cref="UserErrorException">The broker is not there, or refuses.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await _client.ConnectAsync(ClientOptions(), cancellationToken);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                throw Refused(result.ResultCode, result.ReasonString);
            await AnnounceAsync("online", cancellationToken);
            await SubscribeAsync(cancellationToken);
        }
        catch (MqttConnectingFailedException e)
        {
            throw new UserErrorException($"the MQTT broker {Address} refuses the connection: {e.Message.TrimEnd('.')}.", e);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or IOException or AuthenticationException
            or ObjectDisposedException or InvalidOperationException)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Publishes with QoS 0, not retained; waits for the socket to take it. False when the connection is gone.</summary>
    public bool Publish(ReadOnlyMemory<byte> payload)
    {
        using var timeout = new CancellationTokenSource(SendTimeout);
        try
        {
            // The sender thread exists to wait here, in the servo thread's stead.
            PublishAsync(payload, timeout.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or IOException or ObjectDisposedException
            or InvalidOperationException or OperationCanceledException)
        {
            if (!_isClosing)
                _lost($"a command could not be sent to the MQTT broker {Address}: {e.Message.TrimEnd('.')}.");
            return false;
        }
    }

    /// <summary>Publishes a command with QoS 0, not retained; the broker drops it after a second.</summary>
    public Task PublishAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => _client.PublishAsync(
        new MqttApplicationMessage
        {
            Topic = _options.CommandTopic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtMostOnce,
            MessageExpiryInterval = 1,
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        using var timeout = new CancellationTokenSource(SendTimeout);
        try
        {
            if (_client.IsConnected)
            {
                await AnnounceAsync("offline", timeout.Token);
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), timeout.Token);
            }
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or IOException or ObjectDisposedException
            or InvalidOperationException or OperationCanceledException)
        {
            // The connection is going away: the broker publishes the last will instead.
        }

        _client.Dispose();
    }

    private MqttClientOptions ClientOptions()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(_options.Host, Port)
            .WithClientId(_clientId)
            .WithCleanStart()
            .WithSessionExpiryInterval(0)
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithTimeout(_options.ConnectTimeout);
        if (_options.User is { } user)
            builder.WithCredentials(user, _security.Password ?? "");
        if (_options.StatusTopic is { } status)
        {
            builder.WithWillTopic(status).WithWillPayload("offline").WithWillRetain()
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }

        _security.Apply(builder);
        return builder.Build();
    }

    private Task AnnounceAsync(string status, CancellationToken cancellationToken) => _options.StatusTopic is not { } topic
        ? Task.CompletedTask
        : _client.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(status).WithRetainFlag()
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(),
            cancellationToken);

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        var options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(f => f.WithTopic(_options.StateTopic).WithAtMostOnceQoS())
            .WithTopicFilter(f => f.WithTopic(_options.CommandTopic).WithAtMostOnceQoS().WithNoLocal())
            .Build();
        var result = await _client.SubscribeAsync(options, cancellationToken);
        var state = result.Items.First(i => i.TopicFilter.Topic == _options.StateTopic);
        if (state.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2)
        {
            throw new UserErrorException(
                $"the MQTT broker {Address} does not let user '{_options.User ?? "(none)"}' read the topic '{_options.StateTopic}' " +
                $"({state.ResultCode}); allow it there, or correct 'state_topic'.");
        }
    }

    private UserErrorException Refused(MqttClientConnectResultCode code, string? reason) => new(code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized =>
            $"the MQTT broker {Address} refuses user '{_options.User ?? "(none)"}': user or password are wrong ({code}); correct " +
            $"'user' and " +
            "'password_file' or 'password_variable'.",
        _ => $"the MQTT broker {Address} refuses the connection: {code}{(string.IsNullOrEmpty(reason) ? "" : $", {reason}")}.",
    });

    private UserErrorException Unreachable(Exception e)
    {
        if (_security.Refusal is { } refusal)
            return new UserErrorException($"the TLS connection to the MQTT broker {Address} was given up: {refusal}.", e);
        if (_options.Tls is not null && Causes(e).Any(c => c is AuthenticationException or IOException))
        {
            return new UserErrorException(
                $"the TLS connection to the MQTT broker {Address} failed ({Causes(e).Last().Message.TrimEnd('.')}): check that the " +
                $"port speaks " +
                "TLS, and 'client_certificate' if the broker asks for one.",
                e);
        }

        var cause = Causes(e).OfType<SocketException>().FirstOrDefault()?.Message ?? Causes(e).Last().Message;
        return new UserErrorException(
            $"the MQTT broker {Address} does not answer ({cause.TrimEnd('.')}); check 'host', 'port' and 'tls', and that the broker " +
            $"runs.", e);
    }

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
