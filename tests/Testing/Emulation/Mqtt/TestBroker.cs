using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Robotics.Testing.Emulation.Mqtt;

/// <summary>MQTTnet's broker in this process, on a free port of the loopback.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly MqttServer _server;

    private TestBroker(MqttServer server, int port) => (_server, Port) = (server, port);

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>Starts a broker.</summary>
    /// <param name="port">Port; 0 for a free one.</param>
    /// <param name="certificate">Its certificate, to speak TLS; null for plain TCP.</param>
    /// <param name="password">Password of the user "arm"; null to let everybody in.</param>
    public static async Task<TestBroker> StartAsync(int port = 0, X509Certificate2? certificate = null, string? password = null)
    {
        port = port == 0 ? FreePort() : port;
        var options = new MqttServerOptionsBuilder();
        if (certificate is null)
        {
            options.WithDefaultEndpoint().WithDefaultEndpointPort(port).WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
                .WithDefaultEndpointBoundIPV6Address(IPAddress.None);
        }
        else
        {
            options.WithoutDefaultEndpoint().WithEncryptedEndpoint().WithEncryptedEndpointPort(port)
                .WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback).WithEncryptedEndpointBoundIPV6Address(IPAddress.None)
                .WithEncryptionCertificate(certificate);
        }

        var server = new MqttServerFactory().CreateMqttServer(options.Build());
        server.ValidatingConnectionAsync += e =>
        {
            if (password is not null && (e.UserName != "arm" || e.Password != password))
                e.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            return Task.CompletedTask;
        };
        await server.StartAsync();
        return new TestBroker(server, port);
    }

    /// <summary>A TCP port of the loopback that nobody uses.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Text of the message that the broker keeps on a topic; null without one.</summary>
    public async Task<string?> RetainedAsync(string topic) =>
        await _server.GetRetainedMessageAsync(topic) is { } message ? Encoding.UTF8.GetString(message.Payload.ToArray()) : null;

    /// <summary>Ends the connections of all clients whose identifiers begin so.</summary>
    public async Task KickAsync(string clientPrefix)
    {
        foreach (var client in await _server.GetClientsAsync())
        {
            if (client.Id.StartsWith(clientPrefix, StringComparison.Ordinal))
                await client.DisconnectAsync(new() { ReasonCode = MqttDisconnectReasonCode.AdministrativeAction });
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new MqttServerStopOptions());
        _server.Dispose();
    }
}
