using System.Net.WebSockets;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>One WebSocket connection: whole messages in, one message at a time out. Sending is thread-safe.</summary>
internal sealed class RosbridgeSocket : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(0.3);
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _maximumBytes;
    private Task _receiving = Task.CompletedTask;

    /// <summary>Creates a socket; nothing is opened yet.</summary>
    /// <param name="maximumBytes">Maximum size of a message; larger ones are read to their end and dropped.</param>
    public RosbridgeSocket(int maximumBytes)
    {
        _maximumBytes = maximumBytes;
        _socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(5);
        _socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(5);
    }

    /// <summary>Called for each message, one after the other: the bytes, valid during the call, and whether they are binary.</summary>
    public required Action<ReadOnlyMemory<byte>, bool> Received { get; init; }

    /// <summary>Called for each message that was too large.</summary>
    public required Action TooLarge { get; init; }

    /// <summary>Called once when the connection ends without having been closed from here.</summary>
    public required Action<string> Lost { get; init; }

    /// <summary>Connects and starts to receive.</summary>
    /// <exception cref="WebSocketException">Nobody answers, or no WebSocket server does.</exception>
    public async Task OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(address, cancellationToken);
        _receiving = ReceiveAsync();
    }

    /// <summary>Sends a text message. A send that is cancelled ends the connection.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout);
            if (_socket.State == WebSocketState.Open)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            // It is gone already.
        }

        _socket.Dispose();
        await _receiving;
    }

    /// <summary>True for what a broken connection throws.</summary>
    public static bool IsOfConnection(Exception e) => e is WebSocketException or IOException or ObjectDisposedException
        or InvalidOperationException or OperationCanceledException or System.Net.Sockets.SocketException;

    private async Task ReceiveAsync()
    {
        try
        {
            await ReceiveMessagesAsync();
            if (!_ending.IsCancellationRequested)
                Lost("the server closed it");
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            if (!_ending.IsCancellationRequested)
                Lost(e.Message.TrimEnd('.'));
        }
    }

    private async Task ReceiveMessagesAsync()
    {
        var buffer = new byte[64 * 1024];
        var (count, isTooLarge) = (0, false);
        while (true)
        {
            if (count == buffer.Length && buffer.Length < _maximumBytes)
                Array.Resize(ref buffer, (int)Math.Min(_maximumBytes, buffer.Length * 2L));
            isTooLarge |= count == buffer.Length;
            var room = isTooLarge ? buffer.AsMemory() : buffer.AsMemory(count);
            // Not by a token: a receive that is cancelled aborts the connection before it is closed in order.
            var received = await _socket.ReceiveAsync(room, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            count += isTooLarge ? 0 : received.Count;
            if (!received.EndOfMessage)
                continue;
            if (_ending.IsCancellationRequested)
                return;
            if (isTooLarge)
                TooLarge();
            else
                Received(buffer.AsMemory(0, count), received.MessageType == WebSocketMessageType.Binary);
            (count, isTooLarge) = (0, false);
        }
    }
}
