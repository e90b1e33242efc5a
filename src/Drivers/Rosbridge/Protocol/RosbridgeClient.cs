using System.Net.WebSockets;
using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>
/// A client of the rosbridge v2 protocol: topics, and through <see cref="Offers"/> and <see cref="CallServiceAsync"/> services and
/// actions in both directions. What was registered is sent again each time it is opened, for a server keeps nothing of a connection that
/// ended. One connection at a time; a server serves one connection's requests one after the other, so that a slow service needs a client
/// of its own beside that for control.
/// </summary>
internal sealed class RosbridgeClient : IAsyncDisposable
{
    private const int MaximumNesting = 3;
    private readonly Uri _address;
    private readonly IClock _clock;
    private readonly int _maximumBytes;
    private readonly FragmentAssembler _fragments;
    private readonly List<RosSubscription> _subscriptions = [];
    private readonly List<byte[]> _advertisements = [];
    private readonly Lock _registering = new();
    private RosbridgeSocket? _socket;

    /// <summary>Creates a client; nothing is opened yet.</summary>
    /// <param name="address">ws or wss address of the server.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="maximumBytes">Maximum size of a message.</param>
    public RosbridgeClient(Uri address, IClock clock, int maximumBytes = 16 * 1024 * 1024)
    {
        (_address, _clock, _maximumBytes) = (address, clock, maximumBytes);
        _fragments = new FragmentAssembler(maximumBytes);
        Offers = new RosOffers(this);
    }

    /// <summary>Called for each message that cannot be used, and for errors that the server reports. May come from any thread.</summary>
    public Action<LinkErrorKind, string> Rejected { get; init; } = (_, _) => { };

    /// <summary>Called when the connection ends without having been closed from here.</summary>
    public Action<string> Lost { get; init; } = _ => { };

    /// <summary>Requests that wait for their replies.</summary>
    public RosRequests Requests { get; } = new();

    /// <summary>Services and actions that this client offers.</summary>
    public RosOffers Offers { get; }

    /// <summary>Subscribes to a topic, from the next opening on.</summary>
    public void Subscribe(RosSubscription subscription)
    {
        lock (_registering)
            _subscriptions.Add(subscription);
    }

    /// <summary>Advertises a topic that this client publishes, from the next opening on.</summary>
    public void Advertise(string topic, string type) => Register(RosbridgeFrame.Write("advertise", w =>
    {
        w.WriteString("id", $"advertise:{topic}");
        w.WriteString("topic", topic);
        w.WriteString("type", type);
        w.WriteNumber("queue_size", 1);
    }));

    /// <summary>Sends a frame at each opening.</summary>
    public void Register(byte[] frame)
    {
        lock (_registering)
            _advertisements.Add(frame);
    }

    /// <summary>Connects and sends everything that was registered.</summary>
    /// <exception cref="UserErrorException">Nobody answers, or no rosbridge does.</exception>
    public async Task OpenAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var socket = new RosbridgeSocket(_maximumBytes)
        {
            Received = Receive,
            TooLarge = () => Rejected(LinkErrorKind.Overflow, $"a message larger than {_maximumBytes} bytes came from {_address} and " +
                $"was dropped."),
            Lost = OnLost,
        };
        Volatile.Write(ref _socket, socket);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await socket.OpenAsync(_address, limit.Token);
            foreach (var frame in Registered())
                await socket.SendAsync(frame, limit.Token);
        }
        catch (Exception e) when (RosbridgeSocket.IsOfConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Closes the connection; requests that wait fail. Does not throw.</summary>
    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _socket, null) is { } socket)
            await socket.DisposeAsync();
        Forget($"the connection to {_address} was closed");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Sends a frame.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        (Volatile.Read(ref _socket) ?? throw new IOException($"there is no connection to {_address}")).SendAsync(frame, cancellationToken);

    /// <summary>Changes the shortest time between two messages of a subscription.</summary>
    public async Task SetThrottleAsync(RosSubscription subscription, int milliseconds, CancellationToken cancellationToken)
    {
        await SendAsync(subscription.UnsubscribeFrame(), cancellationToken);
        (subscription.ThrottleMilliseconds, subscription.Generation) = (milliseconds, subscription.Generation + 1);
        await SendAsync(subscription.SubscribeFrame(), cancellationToken);
    }

    /// <summary>Calls a service.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="args">Fields of the request, JSON.</param>
    /// <param name="timeout">Time to wait: servers have no time-out of their own.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TimeoutException">No reply came in time.</exception>
    /// <exception cref="IOException">The connection ended before the reply.</exception>
    public Task<RosReply> CallServiceAsync(string service, string args, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (id, reply) = Requests.Add();
        var frame = RosbridgeFrame.Write("call_service", w =>
        {
            w.WriteString("id", id);
            w.WriteString("service", service);
            w.WritePropertyName("args");
            w.WriteRawValue(args);
        });
        return RequestAsync(id, frame, reply, timeout, cancelFrame: null, cancellationToken);
    }

    /// <summary>Sends a goal to an action of ROS 2 and waits for its result. Cancelling cancels the goal.</summary>
    /// <param name="action">The action's name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="args">Fields of the goal, JSON.</param>
    /// <param name="feedback">Called for each feedback, on the receiver.</param>
    /// <param name="timeout">Time to wait for the result.</param>
    /// <param name="cancellationToken">Cancels the goal; the exception follows at once, not when the server has cancelled it.</param>
    /// <exception cref="TimeoutException">No result came in time; the goal was cancelled.</exception>
    /// <exception cref="IOException">The connection ended before the result.</exception>
    public Task<RosReply> SendGoalAsync(
        string action, string type, string args, Action<JsonElement>? feedback, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (id, reply) = Requests.Add(feedback);
        var goal = RosbridgeFrame.Write("send_action_goal", w =>
        {
            w.WriteString("id", id);
            w.WriteString("action", action);
            w.WriteString("action_type", type);
            w.WriteBoolean("feedback", feedback is not null);
            w.WritePropertyName("args");
            w.WriteRawValue(args);
        });
        var cancel = RosbridgeFrame.Write("cancel_action_goal", w =>
        {
            w.WriteString("id", id);
            w.WriteString("action", action);
        });
        return RequestAsync(id, goal, reply, timeout, cancel, cancellationToken);
    }

    private async Task<RosReply> RequestAsync(
        string id, byte[] frame, Task<RosReply> reply, TimeSpan timeout, byte[]? cancelFrame, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(frame, cancellationToken);
            return await reply.WaitAsync(timeout, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && cancelFrame is not null)
        {
            await SendAsync(cancelFrame, CancellationToken.None);
            throw;
        }
        finally
        {
            Requests.Forget(id);
        }
    }

    private List<byte[]> Registered()
    {
        lock (_registering)
        {
            foreach (var subscription in _subscriptions)
                subscription.Generation++;
            return [.. _advertisements, .. _subscriptions.Select(s => s.SubscribeFrame())];
        }
    }

    private void OnLost(string reason)
    {
        var sentence = $"the connection to rosbridge at {_address} ended: {reason}.";
        Forget(sentence);
        Lost(sentence);
    }

    private void Forget(string reason)
    {
        Requests.FailAll(reason);
        Offers.CancelAll();
        lock (_fragments)
            _fragments.Clear();
    }

    private void Receive(ReadOnlyMemory<byte> message, bool isBinary)
    {
        if (isBinary)
            ReceiveCbor(message);
        else
            ReceiveText(message, nesting: 0);
    }

    private void ReceiveText(ReadOnlyMemory<byte> text, int nesting)
    {
        var frame = new RosbridgeFrame();
        if (frame.Read(text) is { } problem)
        {
            Rejected(LinkErrorKind.Corrupt, $"a frame from {_address} cannot be read: {problem}.");
            return;
        }

        switch (frame.Op)
        {
            case "publish":
                Deliver(frame.Name.Span, new RosMessage(RosEncoding.Json, frame.Payload));
                break;
            case "fragment" or "png" when nesting == MaximumNesting:
                Rejected(LinkErrorKind.Corrupt, $"a frame from {_address} is packed more than {MaximumNesting} times.");
                break;
            case "fragment" or "png":
                Unpack(frame, nesting);
                break;
            case "status":
                Rejected(
                    frame.Level == "error" ? LinkErrorKind.DeviceError : LinkErrorKind.Unexpected,
                    $"rosbridge at {_address} reports: {RosRequests.ElementOf(frame.Payload)}");
                break;
            case "service_response" or "action_result":
                CountUnless(Requests.Complete(
                    frame.Id, new RosReply(frame.Result, RosRequests.ElementOf(frame.Payload), (RosGoalStatus)frame.Status)));
                break;
            case "action_feedback":
                CountUnless(Requests.Feed(frame.Id, RosRequests.ElementOf(frame.Payload)));
                break;
            default:
                CountUnless(Offers.TryHandle(frame));
                break;
        }
    }

    private void CountUnless(bool handled)
    {
        if (!handled)
            Rejected(LinkErrorKind.Unexpected, $"a frame from {_address} answers nothing that was asked.");
    }

    private void Unpack(RosbridgeFrame frame, int nesting)
    {
        byte[]? text = null;
        string? problem = null;
        if (frame.Op == "png")
        {
            text = TryText(frame.Payload) is { } base64 && TryBase64(base64) is { } png ? PngText.Decode(png, _maximumBytes) : null;
            problem = text is null ? "its PNG is broken or too large" : null;
        }
        else if (TryText(frame.Payload) is { } piece)
        {
            lock (_fragments)
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(piece);
                text = _fragments.Add(frame.Id, frame.Number, frame.Total, bytes, _clock.Now, out problem);
            }
        }
        else
        {
            problem = "a fragment without text";
        }

        if (problem is not null)
            Rejected(LinkErrorKind.Corrupt, $"a frame from {_address} cannot be read: {problem}.");
        if (text is not null)
            ReceiveText(text, nesting + 1);
    }

    private static string? TryText(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(json.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? TryBase64(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }

    private void ReceiveCbor(ReadOnlyMemory<byte> message)
    {
        if (RosCborFrame.Read(message) is { } frame)
            Deliver(frame.Topic.Span, frame.Message);
        else
            Rejected(LinkErrorKind.Corrupt, $"a binary frame from {_address} is no publication in CBOR.");
    }

    private void Deliver(ReadOnlySpan<byte> topic, RosMessage message)
    {
        foreach (var subscription in _subscriptions)
        {
            if (topic.SequenceEqual(subscription.TopicBytes))
            {
                subscription.Receive(message);
                return;
            }
        }

        CountUnless(handled: false);
    }

    private UserErrorException Unreachable(Exception e)
    {
        var cause = e.InnerException?.InnerException ?? e.InnerException ?? e;
        var reason = e is OperationCanceledException ? "no answer in time" : cause.Message.TrimEnd('.');
        return new UserErrorException(
            $"rosbridge at {_address} does not answer ({reason}); check 'address', and that the server runs: ros2 launch " +
            $"rosbridge_server " +
            "rosbridge_websocket_launch.xml",
            e);
    }
}
