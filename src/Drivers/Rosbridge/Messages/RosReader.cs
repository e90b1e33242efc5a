using System.Formats.Cbor;
using System.Text.Json;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Reads messages in any encoding. Returns why one cannot be used, or null; never throws, whatever the bytes are.</summary>
internal static class RosReader
{
    /// <summary>Reads a sensor_msgs/JointState.</summary>
    public static string? Read(in RosMessage message, JointStateMessage into)
    {
        into.Clear();
        try
        {
            switch (message.Encoding)
            {
                case RosEncoding.Json:
                    RosJson.Read(message.Bytes.Span, into);
                    break;
                case RosEncoding.Cbor:
                    RosCbor.Read(message.Bytes, into);
                    break;
                default:
                    RosCdr.Read(message.Bytes.Span, into);
                    break;
            }
        }
        catch (Exception e) when (IsOfContent(e))
        {
            return $"it is no sensor_msgs/JointState ({Reason(e)})";
        }

        if (into.NameCount > JointStateMessage.Capacity)
            return $"it names {into.NameCount} joints, and at most {JointStateMessage.Capacity} are read";
        return LengthProblem("position", into.Positions, into) ?? LengthProblem("velocity", into.Velocities, into)
            ?? LengthProblem("effort", into.Efforts, into);
    }

    /// <summary>Reads a sensor_msgs/Image, or a sensor_msgs/CompressedImage.</summary>
    public static string? Read(in RosMessage message, ImageMessage into, bool isCompressed)
    {
        into.Clear();
        try
        {
            switch (message.Encoding)
            {
                case RosEncoding.Json:
                    RosJson.Read(message.Bytes.Span, into);
                    break;
                case RosEncoding.Cbor:
                    RosCbor.Read(message.Bytes, into);
                    break;
                default:
                    RosCdr.Read(message.Bytes.Span, into, isCompressed);
                    break;
            }
        }
        catch (Exception e) when (IsOfContent(e))
        {
            return $"it is no sensor_msgs/{(isCompressed ? "CompressedImage" : "Image")} ({Reason(e)})";
        }

        return into.Count < 0 ? "it is larger than the image that the robot's file describes" : null;
    }

    private static string? LengthProblem(string field, RosNumbers numbers, JointStateMessage message) =>
        numbers.Count == 0 || numbers.Count == message.NameCount
            ? null
            : $"'{field}' has {numbers.Count} numbers for {message.NameCount} names";

    private static bool IsOfContent(Exception e) => e is JsonException or CborContentException or InvalidOperationException
        or FormatException or OverflowException or RosFormatException;

    private static string Reason(Exception e) => e switch
    {
        RosFormatException => e.Message,
        JsonException => "broken JSON",
        _ => "broken or of another type",
    };
}

/// <summary>A message does not have the form of its type. Never leaves this folder.</summary>
internal sealed class RosFormatException(string message) : Exception(message);
