using System.Text;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>Compression of the messages of a topic, chosen by the subscriber.</summary>
public enum RosCompression
{
    /// <summary>JSON text.</summary>
    None,

    /// <summary>JSON text in the pixels of a PNG.</summary>
    Png,

    /// <summary>CBOR.</summary>
    Cbor,

    /// <summary>The CDR of ROS 2, wrapped in CBOR.</summary>
    CborRaw,
}

/// <summary>A subscription: kept by the client, and sent again after each reconnect. Immutable but for its throttle.</summary>
/// <param name="topic">Topic.</param>
/// <param name="type">Its type, as the version of ROS writes it.</param>
/// <param name="compression">Compression.</param>
/// <param name="received">Called for each message on the client's receiver; must not throw.</param>
internal sealed class RosSubscription(string topic, string type, RosCompression compression, Action<RosMessage> received)
{
    /// <summary>Topic.</summary>
    public string Topic => topic;

    /// <summary>Type.</summary>
    public string Type => type;

    /// <summary>Topic, UTF-8.</summary>
    public byte[] TopicBytes { get; } = Encoding.UTF8.GetBytes(topic);

    /// <summary>Shortest time between two messages, ms.</summary>
    public int ThrottleMilliseconds { get; set; }

    /// <summary>
    /// Messages that the server keeps while its connection is busy; the oldest is dropped. 1: a slow link loses messages, it does not
    /// fall behind.
    /// </summary>
    public int QueueLength { get; init; } = 1;

    /// <summary>Maximum size of a piece, characters; null for whole messages. Holds for the whole connection.</summary>
    public int? FragmentSize { get; init; }

    /// <summary>Counts how often it was sent: each time under another id.</summary>
    public int Generation { get; set; }

    /// <summary>Identifier under which it was sent last.</summary>
    public string Id => $"subscribe:{topic}:{Generation}";

    /// <summary>Hands a message over.</summary>
    public void Receive(RosMessage message) => received(message);

    /// <summary>The frame that subscribes.</summary>
    public byte[] SubscribeFrame() => RosbridgeFrame.Write("subscribe", w =>
    {
        w.WriteString("id", Id);
        w.WriteString("topic", topic);
        w.WriteString("type", type);
        w.WriteNumber("throttle_rate", ThrottleMilliseconds);
        w.WriteNumber("queue_length", QueueLength);
        w.WriteString("compression", compression switch
        {
            RosCompression.Png => "png",
            RosCompression.Cbor => "cbor",
            RosCompression.CborRaw => "cbor-raw",
            _ => "none",
        });
        if (FragmentSize is { } size)
            w.WriteNumber("fragment_size", size);
    });

    /// <summary>The frame that ends the subscription.</summary>
    public byte[] UnsubscribeFrame() => RosbridgeFrame.Write("unsubscribe", w =>
    {
        w.WriteString("id", Id);
        w.WriteString("topic", topic);
    });
}
