using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Robotics.Testing.Emulation.Rosbridge;

/// <summary>
/// One client of the emulated server: its handshake, its subscriptions and its queue, which is not bounded, as the server's is not.
/// </summary>
public sealed class RosbridgeSession : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly Channel<(byte[] Bytes, bool IsBinary)> _outgoing = Channel.CreateUnbounded<(byte[], bool)>();
    private WebSocket? _socket;

    public RosbridgeSession(TcpClient tcp) => _tcp = tcp;

    /// <summary>Subscriptions by topic: the newest of each.</summary>
    public ConcurrentDictionary<string, JsonElement> Subscriptions { get; } = new();

    /// <summary>Topics, services and actions that the client advertised: the operation and the name.</summary>
    public ConcurrentDictionary<string, string> Advertised { get; } = new();

    /// <summary>Serves the client until it leaves.</summary>
    public async Task RunAsync(Action<RosbridgeSession, JsonElement> handle)
    {
        try
        {
            var stream = _tcp.GetStream();
            await ShakeHandsAsync(stream);
            _socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            await Task.WhenAny(SendAsync(), ReceiveAsync(handle));
        }
        catch (Exception e) when (e is IOException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone.
        }
        finally
        {
            Dispose();
        }
    }

    public void Send(string frame) => _outgoing.Writer.TryWrite((Encoding.UTF8.GetBytes(frame), false));

    public void Send(byte[] frame, bool isBinary) => _outgoing.Writer.TryWrite((frame, isBinary));

    /// <summary>Sends a message to a subscriber in the encoding that it asked for.</summary>
    public void Publish(string topic, Func<string> json, Func<byte[]> cbor, Func<byte[]> cdr)
    {
        if (!Subscriptions.TryGetValue(topic, out var subscription))
            return;
        switch (subscription.TryGetProperty("compression", out var compression) ? compression.GetString() : "none")
        {
            case "cbor":
                Send(RosWire.Publication(topic, cbor()), isBinary: true);
                break;
            case "cbor-raw":
                Send(RosWire.Publication(topic, RosWire.Raw(cdr())), isBinary: true);
                break;
            case "png":
                Send(RosWire.Png($$"""{"op":"publish","topic":"{{topic}}","msg":{{json()}}}"""));
                break;
            default:
                SendFragmented($$"""{"op":"publish","topic":"{{topic}}","msg":{{json()}}}""", subscription);
                break;
        }
    }

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _socket?.Dispose();
        _tcp.Dispose();
    }

    private void SendFragmented(string frame, JsonElement subscription)
    {
        if (!subscription.TryGetProperty("fragment_size", out var size))
        {
            Send(frame);
            return;
        }

        foreach (var fragment in RosWire.Fragments(frame, size.GetInt32(), "f").Reverse())
            Send(fragment);
    }

    private static async Task ShakeHandsAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                throw new IOException("no handshake");
            request.Append((char)one[0]);
        }

        var key = request.ToString().Split("\r\n")
            .First(l => l.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    private async Task SendAsync()
    {
        await foreach (var (bytes, isBinary) in _outgoing.Reader.ReadAllAsync())
        {
            var type = isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
            await _socket!.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
    }

    private async Task ReceiveAsync(Action<RosbridgeSession, JsonElement> handle)
    {
        var buffer = new byte[1 << 20];
        var count = 0;
        while (true)
        {
            var received = await _socket!.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            count += received.Count;
            if (!received.EndOfMessage)
                continue;
            using var document = JsonDocument.Parse(buffer.AsMemory(0, count));
            handle(this, document.RootElement.Clone());
            count = 0;
        }
    }
}
